using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Facilities;

namespace Traceability.Browser.Tests;

/// <summary>An administrator states what his mill recovers and over which time it balances its claims.</summary>
public sealed class ChangingTheTerms(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task a_flow_sheet_and_a_balancing_period_are_stated_and_what_is_wider_than_usual_is_refused()
    {
        var (person, mill) = await site.Ledger.Firm("terms-mill", FacilityKind.Concentrator);
        var page = await site.OpenAs(person with { Roles = new HashSet<Role> { Role.OrganisationAdmin } }, "terms-mill", Site.Phone);
        await page.GotoAsync($"/facilities/{mill}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Change the terms" }).ClickAsync();

        await page.GetByLabel("Balancing period of claims").SelectOptionAsync("Year");
        await page.GetByLabel("Step").SelectOptionAsync("ree-flotation");
        await page.GetByLabel("Element", new() { Exact = true }).FillAsync("Nd");
        await page.GetByLabel("From").FillAsync("55");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("From")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("62");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("55 to 62 %");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Balancing period of claimsYear");
    }
}
