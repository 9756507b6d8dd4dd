using Microsoft.Playwright;
using Traceability.Facilities;

namespace Traceability.Browser.Tests;

public sealed class SigningIn(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task who_signs_in_sees_his_name_and_may_leave_again()
    {
        var (miner, _) = await site.Ledger.Firm("irgiz", FacilityKind.MineSite);

        var page = await site.OpenAs(miner, "Aidar");
        await Site.Keep(page, "home");
        await page.Locator(".me summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task a_wrong_password_is_said_on_top_of_the_form()
    {
        var page = await site.Open(Site.Phone);

        await page.GotoAsync("/");
        await page.GetByLabel("Name or e-mail address").FillAsync("somebody");
        await page.GetByLabel("Password").FillAsync("something");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The name or the password is not right");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByLabel("Name or e-mail address")).ToHaveValueAsync("somebody");
        await Site.Keep(page, "sign-in-refused-phone");
    }
}
