using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Browser.Tests;

/// <summary>Two claims rest on the ore of a mine, a run under mass balance wins credit for both, and one is allocated.</summary>
public sealed class AllocatingAClaim(Site site) : IClassFixture<Site>
{
    private static readonly Actor Attestor = new(DerivedId.Of("person", "allocating"), DerivedId.Organisation("allocating-attestor"), new HashSet<Role> { Role.SchemeAuditor });

    [Fact]
    public async Task credit_of_one_claim_is_none_of_another_and_what_is_not_in_the_account_is_refused()
    {
        var (miner, mine) = await site.Ledger.Firm("allocating-mine", FacilityKind.MineSite);
        var (ore, blended, now) = (DerivedId.Of("allocating", "ore"), DerivedId.Of("allocating", "blended"), site.Ledger.Time.GetUtcNow());
        foreach (var claim in new[] { "irma-audited-mine", "origin-kazakhstan" })
            await site.Ledger.Recorded(new RecordAttestation(DerivedId.Of("allocating", claim), $"ATT {claim}", "Assurance", "Standard", claim, mine, new(2025, 1, 1), new(2027, 12, 31), now.AddDays(-9)), Attestor);
        await site.Ledger.Recorded(new RegisterBatch(ore, "ORE-11", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0), now.AddDays(-8)), miner);
        await site.Ledger.Recorded(Assay(ore, now.AddDays(-8)), miner);
        var page = await site.OpenAs(miner, "Asel", Site.Phone);

        foreach (var attestation in new[] { "irma-audited-mine", "origin-kazakhstan" })
        {
            await page.GotoAsync($"/batches/{ore}/claim");
            await page.GetByLabel("Attestation").SelectOptionAsync($"{DerivedId.Of("allocating", attestation)}");
            await page.GetByRole(AriaRole.Button, new() { Name = "Claim it" }).ClickAsync();
        }
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Mined in Kazakhstan: All of it");
        await site.Ledger.Recorded(new RecordRun(
            DerivedId.Of("allocating", "run"), "MB-11", "blend", mine, now.AddDays(-3), now.AddDays(-2), [new(ore, new(1000, 0))], [new(blended, "MB-11-A", "ree-ore", OutputRole.Product, new(1000, 0))], null,
            new(CustodyModel.MassBalance, 0.9m)), miner);
        await site.Ledger.Recorded(Assay(blended, now.AddDays(-1)), miner);

        await page.GotoAsync($"/batches/{blended}/allocate");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("10 kg in the batch. In the account: Mine audited against the IRMA standard 9 kg, Mined in Kazakhstan 9 kg.");
        await page.GetByLabel("Claim").SelectOptionAsync("origin-kazakhstan");
        await page.GetByLabel("Nd").FillAsync("9.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allocate it" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("9 kg");
        await Site.Keep(page, "allocate-refused");
        await page.GetByLabel("Nd").FillAsync("4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allocate it" }).ClickAsync();

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Mined in Kazakhstan: Nd 40 %");
        await page.GotoAsync($"/facilities/{mine}/claims");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("−4 kg");
    }

    private static RecordAssay Assay(Guid batch, DateTimeOffset at) => new(batch, DerivedId.Of("allocating", "assay", $"{batch}"), $"LAB {batch}", AssayStatus.Final, AssayBasis.Dry, [new("Nd", 1)], "Mill laboratory", at);
}
