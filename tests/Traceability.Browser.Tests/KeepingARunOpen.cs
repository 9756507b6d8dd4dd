using Microsoft.Playwright;
using Traceability.Batches;
using Traceability.Facilities;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Browser.Tests;

/// <summary>A month at a mill, as the people there record it, without script.</summary>
public sealed class KeepingARunOpen(Site site) : IClassFixture<Site>
{
    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });
    private static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name });
    private static ILocator Row(IPage page, string text) => page.Locator("fieldset.row", new() { HasText = text });
    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private async Task<IPage> Mill(string name, decimal ore)
    {
        var (miller, mill) = await site.Ledger.Firm(name, FacilityKind.Concentrator);
        await site.Ledger.Recorded(new RegisterBatch(Traceability.Ledger.DerivedId.Of(name, "ore"), "ORE-1", "ree-ore", RegistrationSource.OutsideSupplier, mill, new(ore, 0), Start.AddMonths(8)), miller);
        return await site.OpenAs(miller, name, Site.Phone);
    }

    private static async Task Open(IPage page, string step, string number)
    {
        await page.GotoAsync($"/runs/record?step={step}");
        await Link(page, "Open a run and record it in parts").ClickAsync();
        await page.GetByLabel("Number of the run").FillAsync(number);
        await page.GetByLabel("Started").FillAsync("2026-09-02T08:00");
        await Button(page, "Open the run").ClickAsync();
    }

    private static async Task Part(IPage page, string until, string? ore, params (string Material, string Role, string Number, string Kilograms)[] outputs)
    {
        await page.GetByLabel("Until when?").FillAsync(until);
        if (ore is not null)
            await Row(page, "ORE-1").GetByLabel("Mass on the scale").FillAsync(ore);
        for (var i = 1; i < outputs.Length; i++)
            await Button(page, "One more output").ClickAsync();
        foreach (var (i, (material, role, number, kilograms)) in outputs.Index())
        {
            var row = Row(page, $"Output {i + 1}");
            await row.GetByLabel("Material").SelectOptionAsync(material);
            await row.GetByLabel("As", new() { Exact = true }).SelectOptionAsync(role);
            await row.GetByLabel("Your number for it").FillAsync(number);
            await row.GetByLabel("Mass on the scale").FillAsync(kilograms);
        }
        await Button(page, "Record the part").ClickAsync();
    }

    [Fact]
    public async Task a_run_is_opened_recorded_in_parts_and_closed_and_its_product_is_provisional_meanwhile()
    {
        var page = await Mill("open-mill", 2000);
        await Open(page, "ree-flotation", "SEPT");
        await Expect(page.Locator("main")).ToContainTextAsync("Still open.");
        await Expect(page.Locator("main")).ToContainTextAsync("Nothing went in or came out yet.");

        await page.GotoAsync("/");
        await Link(page, "Record a part SEPT").ClickAsync();
        await Part(page, "2026-09-10T20:00", "1200", ("ree-concentrate", "Product", "CON-1", "70"));
        await Link(page, "Record a part").ClickAsync();
        await Part(page, "2026-09-20T20:00", "800", ("ree-concentrate", "Product", "CON-2", "50"), ("ree-ore", "InProcess", "LEFT-9", "30"));
        await Expect(page.Locator("h2", new() { HasText = "Parts: 2" })).ToBeVisibleAsync();
        await Expect(page.Locator(".figures")).ToContainTextAsync("2\u202F000 kg");
        await Site.Keep(page, "run-open-phone");

        await Link(page, "CON-1").ClickAsync();
        await Expect(page.Locator(".note.warn")).ToContainTextAsync("Provisional.");
        await Link(page, "Where it came from").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("process runs still open, so that it is provisional: 1");
        await Expect(page.Locator("svg:not(.icon)").First).ToContainTextAsync("still open");
        await Site.Keep(page, "genealogy-open-phone");

        await page.GotoAsync("/runs?open=true");
        await Link(page, "SEPT").ClickAsync();
        await Link(page, "Close the run").ClickAsync();
        await Expect(page.Locator(".figures")).ToContainTextAsync("Not accounted for");
        await Site.Keep(page, "run-close-phone");
        await page.GetByLabel("Ended").FillAsync("2026-09-30T20:00");
        await Button(page, "Close the run").ClickAsync();
        await Expect(page.Locator("main")).Not.ToContainTextAsync("Still open.");
        await Link(page, "CON-1").ClickAsync();
        await Expect(page.Locator(".note.warn")).ToHaveCountAsync(0);
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Run SEPT at open-mill (Rare earth flotation) was closed");

        // What was left goes into the next run.
        await Open(page, "ree-flotation", "OCT");
        await Link(page, "Record a part").ClickAsync();
        await Row(page, "LEFT-9").GetByLabel("All of it").CheckAsync();
        await Button(page, "Record the part").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("carried over from the run before");
    }

    [Fact]
    public async Task a_balance_that_cannot_be_is_shown_before_closing_and_refused()
    {
        var page = await Mill("blend-mill", 100);
        await Open(page, "blend", "MIX");
        await Link(page, "Record a part").ClickAsync();
        await Part(page, "2026-09-10T20:00", "50", ("ree-ore", "Product", "MIXED", "60"));

        await Link(page, "Close the run").ClickAsync();
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("60 kg come out and only 50 kg went in");
        await page.GetByLabel("Ended").FillAsync("2026-09-30T20:00");
        await Button(page, "Close the run").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("60 kg come out and only 50 kg went in");
    }

    [Fact]
    public async Task what_is_missing_in_a_part_stands_beside_its_field_and_nothing_typed_is_lost()
    {
        var page = await Mill("wrong-mill", 100);
        await Open(page, "ree-flotation", "WRONG");
        await Link(page, "Record a part").ClickAsync();
        await Part(page, "2026-09-01T20:00", "200", ("ree-concentrate", "Product", "CON", "5"));

        await Expect(page.GetByLabel("Until when?")).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("Run WRONG started at"));
        await page.GetByLabel("Until when?").FillAsync("2026-09-03T20:00");
        await Button(page, "Record the part").ClickAsync();
        await Expect(Row(page, "ORE-1").GetByLabel("Mass on the scale")).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("Only 100 kg"));
        await Expect(Row(page, "Output 1").GetByLabel("Your number for it")).ToHaveValueAsync("CON");
    }
}
