using Microsoft.Playwright;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Browser.Tests;

/// <summary>A pile as the people at its weighbridge keep it, without script.</summary>
public sealed class TippingOntoAPile(Site site) : IClassFixture<Site>
{
    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });
    private static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name });
    private static ILocator Row(IPage page, string text) => page.Locator("fieldset.row", new() { HasText = text });
    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    [Fact]
    public async Task a_pile_is_begun_drawn_from_and_renewed_and_a_campaign_finds_it_empty()
    {
        var (miller, mill) = await site.Ledger.Firm("pile-mill", FacilityKind.Concentrator);
        foreach (var number in new[] { "TRUCK-1", "TRUCK-2" })
            await site.Ledger.Recorded(new RegisterBatch(DerivedId.Of("pile-mill", number), number, "ree-ore", RegistrationSource.OutsideSupplier, mill, new(1000, 0.1m), Start.AddMonths(8)), miller);
        var page = await site.OpenAs(miller, "pile-mill", Site.Phone);

        await page.GotoAsync($"/facilities/{mill}");
        await Link(page, "Tip in").ClickAsync();
        await page.GetByLabel("What is it called?").FillAsync("ROM pad 1");
        await page.GetByLabel("Your number for the new batch").FillAsync("ROM 1");
        await page.GetByLabel("Tipped in at").FillAsync("2026-09-02T08:00");
        await Row(page, "TRUCK-1").GetByLabel("All of it").CheckAsync();
        await Button(page, "Tip in").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "ROM pad 1" })).ToBeVisibleAsync();
        await Expect(page.Locator(".figures")).ToContainTextAsync("900 kg");

        await Link(page, "Use in a run").ClickAsync();
        await Link(page, "Rare earth flotation").ClickAsync();
        await page.GetByLabel("Number of the run").FillAsync("FEED-1");
        await page.GetByLabel("Started").FillAsync("2026-09-02T09:00");
        await page.GetByLabel("Ended").FillAsync("2026-09-02T20:00");
        await Row(page, "ROM 1").GetByLabel("Mass on the scale").FillAsync("500");
        await Row(page, "Output 1").GetByLabel("Material").SelectOptionAsync("ree-concentrate");
        await Row(page, "Output 1").GetByLabel("Your number for it").FillAsync("CON");
        await Row(page, "Output 1").GetByLabel("Mass on the scale").FillAsync("40");
        await Button(page, "Record the run").ClickAsync();

        await page.GotoAsync($"/facilities/{mill}");
        await Link(page, "ROM pad 1").ClickAsync();
        await Link(page, "Tip in").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Lies there now: 450 kg");
        await page.GetByLabel("Tipped in at").FillAsync("2026-09-03T08:00");
        await Row(page, "TRUCK-2").GetByLabel("All of it").CheckAsync();
        await page.GetByText("A campaign starts").ClickAsync();
        await page.GetByLabel("Name of the campaign").FillAsync("October");
        await Button(page, "Tip in").ClickAsync();
        await Expect(page.GetByLabel("Name of the campaign")).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("450 kg of ROM 1 are left on ROM pad 1"));
        await page.GetByLabel("Name of the campaign").FillAsync("");
        await Button(page, "Tip in").ClickAsync();

        await Expect(page.Locator(".figures")).ToContainTextAsync("1\u202F350 kg");
        await Expect(page.Locator("tbody tr").Nth(1)).ToContainTextAsync("450 kg");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("1\u202F350 kg");
        await Site.Keep(page, "pile-phone");
    }

    [Fact]
    public async Task who_comes_second_is_told_so()
    {
        var (miller, mill) = await site.Ledger.Firm("pile-race", FacilityKind.Concentrator);
        foreach (var number in new[] { "A", "B" })
            await site.Ledger.Recorded(new RegisterBatch(DerivedId.Of("pile-race", number), $"TRUCK-{number}", "ree-ore", RegistrationSource.OutsideSupplier, mill, new(1000, 0), Start.AddMonths(8)), miller);
        var first = await site.OpenAs(miller, "race");
        var second = await first.Context.NewPageAsync();
        foreach (var (page, truck) in new[] { (first, "TRUCK-A"), (second, "TRUCK-B") })
        {
            await page.GotoAsync("/piles/tip");
            await page.GetByLabel("What is it called?").FillAsync("ROM");
            await page.GetByLabel("Your number for the new batch").FillAsync($"ROM {truck}");
            await page.GetByLabel("Tipped in at").FillAsync("2026-09-02T08:00");
            await Row(page, truck).GetByLabel("All of it").CheckAsync();
        }

        await Button(first, "Tip in").ClickAsync();
        await Expect(first.GetByRole(AriaRole.Status)).ToContainTextAsync("Recorded");
        await Button(second, "Tip in").ClickAsync();
        await Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("ROM has another batch by now: ROM TRUCK-A");
    }
}
