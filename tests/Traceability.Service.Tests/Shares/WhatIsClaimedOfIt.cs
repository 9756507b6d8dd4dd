using Microsoft.Extensions.Logging.Abstractions;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Service.Tests.Api;
using Traceability.Service.Tests.Provenance;
using Traceability.Shares;
using Traceability.Shipments;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Shares;

/// <summary>Claimed fractions follow what is found out later, as origin shares do.</summary>
public sealed class WhatIsClaimedOfIt(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly Actor Attestor = new(DerivedId.Of("person", "attestor"), DerivedId.Organisation("attestor"), new HashSet<Role> { Role.SchemeAuditor });

    private RecomputeShares Recompute => new(ledger.Store, Catalogue.Shipped, ledger.Time, NullLogger<RecomputeShares>.Instance);

    private static RecordAssay Assay(OxideStory story, string id, Guid batch, decimal percent) =>
        new(batch, story.Id(id), $"{id} {batch}", AssayStatus.Final, AssayBasis.Dry, [new("Nd", percent)], "Laboratory", Day.AddDays(20));

    private async Task<BatchCustody?> Custody(Actor reader, Guid batch) => (await ReadBatch.Find(ledger.Source, reader, batch, Http.Cancellation))!.Batch.Custody;

    /// <summary>Two lots of ore of one mine lie at the plant; an attestation says that the mine was audited, and the first lot is claimed.</summary>
    private async Task<(OxideStory Story, Guid Attestation)> TwoLots(string name)
    {
        var story = await new OxideStory(ledger, name).Firms();
        var attestation = story.Id("attestation");
        await ledger.Recorded(new RecordAttestation(
            attestation, $"ATT-{name}", "Assurance", "Standard", "irma-audited-mine", story.Mine, DateOnly.FromDateTime(Day.UtcDateTime).AddDays(-1), DateOnly.FromDateTime(Day.UtcDateTime).AddDays(9), Day), Attestor);
        foreach (var (ore, number) in new[] { (story.Ore1, "ORE-1"), (story.Ore2, "ORE-2") })
            await ledger.Recorded(new RegisterBatch(ore, number, "ree-ore", RegistrationSource.Extraction, story.Mine, new(100, 0), Day, story.Concentrator.OrganisationId), story.Miner);
        await ledger.Recorded(new ClaimBatch(story.Ore1, story.Id("claim 1"), attestation, Day.AddHours(1)), story.Miner);
        await story.Send("s1", Day.AddDays(1), story.Miner, story.Mine, story.Concentrator, story.Plant, (story.Ore1, 100), (story.Ore2, 100));
        return (story, attestation);
    }

    private static RecordRun Blend(OxideStory story, CustodyModel model) => new(
        story.Id("blend"), "BL-1", "blend", story.Plant, Day.AddDays(5), Day.AddDays(6), [new(story.Ore1, new(100, 0)), new(story.Ore2, new(100, 0))],
        [new(story.Id("blended"), "BL-1-A", "ree-ore", OutputRole.Product, new(200, 0))], null, new(model));

    private static RecordRun Split(OxideStory story) => new(
        story.Id("split"), "SP-1", "split", story.Plant, Day.AddDays(7), Day.AddDays(7), [new(story.Id("blended"), new(80, 0))],
        [new(story.Id("part"), "SP-1-A", "ree-ore", OutputRole.Product, new(80, 0))]);

    [Fact]
    public async Task a_late_assay_of_an_input_changes_the_claimed_fraction_and_everything_further_down()
    {
        var (story, _) = await TwoLots("assayed");
        await ledger.Recorded(Assay(story, "assay 1", story.Ore1, 10), story.Miner);
        await ledger.Recorded(Blend(story, CustodyModel.ControlledBlending), story.Concentrator);
        await ledger.Recorded(Split(story), story.Concentrator);
        // What nobody analysed is as rich as the richest.
        Assert.Equal(0.5m, (await Custody(story.Concentrator, story.Id("blended")))!.Fraction("irma-audited-mine", "Nd"));

        await ledger.Recorded(Assay(story, "assay 2", story.Ore2, 30), story.Miner);
        await Recompute.All(Http.Cancellation);

        Assert.Equal(0.25m, (await Custody(story.Concentrator, story.Id("blended")))!.Fraction("irma-audited-mine", "Nd"));
        Assert.Equal(0.25m, (await Custody(story.Concentrator, story.Id("part")))!.Fraction("irma-audited-mine", "Nd"));
        // Whoever uses it next goes on from there.
        await ledger.Recorded(Split(story) with
        {
            RunId = story.Id("split 2"),
            Number = "SP-2",
            Outputs = [new(story.Id("part 2"), "SP-2-A", "ree-ore", OutputRole.Product, new(80, 0))],
        }, story.Concentrator);
        Assert.Equal(0.25m, (await Custody(story.Concentrator, story.Id("part 2")))!.Fraction("irma-audited-mine", "Nd"));
    }

    [Fact]
    public async Task a_claim_made_late_reaches_what_came_of_the_batch_before()
    {
        var (story, attestation) = await TwoLots("late");
        await ledger.Recorded(Blend(story, CustodyModel.IdentityPreserved), story.Concentrator);
        Assert.Empty((await Custody(story.Concentrator, story.Id("blended")))!.Claimed);

        await ledger.Recorded(new ClaimBatch(story.Ore2, story.Id("claim 2"), attestation, Day.AddDays(8)), story.Miner);
        await Recompute.All(Http.Cancellation);

        Assert.Equal(["irma-audited-mine"], (await Custody(story.Concentrator, story.Id("blended")))!.Whole);
    }

    [Fact]
    public async Task what_a_run_took_before_less_came_stays_what_it_was_when_it_is_worked_out_again()
    {
        var (story, attestation) = await TwoLots("lowered");
        await story.Register(story.Id("ore 3"), "ORE-3", story.Mine, 100, RegistrationSource.Extraction);
        async Task Came(string shipment, double day, CustodyModel? keptAs)
        {
            await ledger.Recorded(new DispatchShipment(
                story.Id(shipment), shipment, story.Mine, story.Plant, TransportMode.Rail, new(null, "Rail"), [new(story.Id("ore 3"), new(50, 0), KeptAs: keptAs)], Day.AddDays(day)), story.Miner);
            await ledger.Recorded(new AcceptShipment(story.Id(shipment), [new(story.Id("ore 3"), new(50, 0))], Day.AddDays(day + 1)), story.Concentrator);
        }
        RecordRun Parted(string part, double day) => new(
            story.Id($"run {part}"), part, "split", story.Plant, Day.AddDays(day), Day.AddDays(day), [new(story.Id("ore 3"), new(30, 0))],
            [new(story.Id(part), part, "ree-ore", OutputRole.Product, new(30, 0))]);

        await Came("s 3", 1, null);
        await ledger.Recorded(Parted("before", 3), story.Concentrator);
        await Came("s 4", 4, CustodyModel.Segregated);
        await ledger.Recorded(Parted("after", 6), story.Concentrator);
        await ledger.Recorded(new ClaimBatch(story.Id("ore 3"), story.Id("claim 3"), attestation, Day.AddDays(8)), story.Miner);
        await Recompute.All(Http.Cancellation);

        var (before, after) = ((await Custody(story.Concentrator, story.Id("before")))!, (await Custody(story.Concentrator, story.Id("after")))!);
        Assert.Equal((CustodyModel.IdentityPreserved, CustodyModel.Segregated), (before.Model, after.Model));
        Assert.Equal(["irma-audited-mine"], before.Whole);
        Assert.Equal(["irma-audited-mine"], after.Whole);
        Assert.Equal(CustodyModel.Segregated, Assert.Single((await ReadBatch.Find(ledger.Source, story.Concentrator, story.Id("ore 3"), Http.Cancellation))!.Batch.Lowered!).Value);
    }

    [Fact]
    public async Task what_came_of_an_open_run_and_went_on_is_claimed_once_the_run_is_closed()
    {
        var (story, attestation) = await TwoLots("open");
        await ledger.Recorded(new ClaimBatch(story.Ore2, story.Id("claim 2"), attestation, Day.AddHours(1)), story.Miner);
        await ledger.Recorded(new OpenRun(story.Id("month"), "M-1", "blend", story.Plant, Day.AddDays(4)), story.Concentrator);
        await ledger.Recorded(new RecordPart(
            story.Id("month"), story.Id("day 1"), story.Plant, Day.AddDays(5), [new(story.Ore1, new(100, 0))], [new(story.Id("blended"), "M-1-A", "ree-ore", OutputRole.Product, new(90, 0))]), story.Concentrator);
        await ledger.Recorded(Split(story) with { Custody = new(CustodyModel.ControlledBlending) }, story.Concentrator);
        await ledger.Recorded(new RecordPart(story.Id("month"), story.Id("day 2"), story.Plant, Day.AddDays(8), [new(story.Ore2, new(100, 0))]), story.Concentrator);
        Assert.Null(await Custody(story.Concentrator, story.Id("blended")));
        Assert.Empty((await Custody(story.Concentrator, story.Id("part")))!.Claimed);

        await ledger.Recorded(new CloseRun(story.Id("month"), story.Id("closing"), Day.AddDays(9), new(CustodyModel.IdentityPreserved)), story.Concentrator);
        await Recompute.All(Http.Cancellation);

        Assert.Equal(["irma-audited-mine"], (await Custody(story.Concentrator, story.Id("blended")))!.Whole);
        Assert.Equal(1, (await Custody(story.Concentrator, story.Id("part")))!.Fraction("irma-audited-mine", "Nd"));
    }
}
