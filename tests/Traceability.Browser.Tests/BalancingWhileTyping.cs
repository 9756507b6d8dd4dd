using Microsoft.Playwright;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Browser.Tests;

/// <summary>A browser that runs scripts shows the balance of a run while its form is filled in.</summary>
public sealed class BalancingWhileTyping(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task the_balance_follows_what_is_typed()
    {
        var (miller, mill) = await site.Ledger.Firm("sora-mill", FacilityKind.Concentrator);
        var (ore, at) = (DerivedId.Of("sora", "ore"), site.Ledger.Time.GetUtcNow().AddDays(-3));
        await site.Ledger.Recorded(new RegisterBatch(ore, "ORE-9", "ree-ore", RegistrationSource.OutsideSupplier, mill, new(1000, 0), at), miller);
        await site.Ledger.Recorded(new RecordAssay(ore, DerivedId.Of("sora", "assay"), "LAB-9", AssayStatus.Final, AssayBasis.Dry, [new("Nd", 1)], "Mill laboratory", at), miller);
        var page = await site.OpenAs(miller, "Sora", script: true);
        await page.GotoAsync("/runs/record?step=ree-flotation");
        var output = page.Locator("fieldset.row", new() { HasText = "Output 1" });
        await page.GetByLabel("Number of the run").FillAsync("FLOT-9");
        await page.Locator("fieldset.row", new() { HasText = "ORE-9" }).GetByLabel("All of it").CheckAsync();
        await output.GetByLabel("Material").SelectOptionAsync("ree-concentrate");
        await output.GetByLabel("Your number for it").FillAsync("CON-9");
        await output.GetByLabel("Mass on the scale").FillAsync("50");
        await output.GetByText("It was analysed").ClickAsync();
        await output.GetByLabel("Number of the report").FillAsync("LAB-10");
        await output.GetByLabel("Laboratory", new() { Exact = true }).FillAsync("Mill laboratory");

        await output.GetByLabel("Nd2O3").FillAsync("14");
        await Assertions.Expect(page.Locator("#balance-now")).ToContainTextAsync("Nothing speaks against it.", new() { Timeout = 15_000 });
        await output.GetByLabel("Nd2O3").FillAsync("30");
        await Assertions.Expect(page.Locator("#balance-now")).ToContainTextAsync("It would wait for a second person.", new() { Timeout = 15_000 });
        await Site.Keep(page, "record-run-balance");
    }
}
