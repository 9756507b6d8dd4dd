using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Provenance;
using Traceability.Shipments;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Provenance;

public sealed class WhatSpeaksAgainstABatch(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static async Task<string[]> Findings(OxideStory story, Guid batch) => [.. (await story.Find(Auditor, batch))!.Verdict!.Findings.Select(f => f.Code)];

    [Fact]
    public async Task nothing_when_all_was_mined_and_handed_over_as_it_should()
    {
        var story = await new OxideStory(ledger, "well").Tell();

        var verdict = (await story.Find(Auditor, story.Carbonate))!.Verdict!;

        Assert.Equal((Standing.Complete, 2, 2), (verdict.Standing, verdict.Origins, verdict.Mines));
    }

    [Fact]
    public async Task a_hold_upstream_until_it_is_released()
    {
        var story = await new OxideStory(ledger, "hold").Tell();

        await ledger.Recorded(new HoldBatch(story.Ore1, story.Id("hold"), "dust in the sample", Day.AddDays(3)), story.Miner);
        Assert.Equal(["held"], await Findings(story, story.Carbonate));

        await ledger.Recorded(new ReleaseBatch(story.Ore1, story.Id("hold"), "measured again", Day.AddDays(20)), story.Miner);
        Assert.Empty(await Findings(story, story.Carbonate));
    }

    [Fact]
    public async Task a_claim_whose_attestation_was_withdrawn_for_that_day()
    {
        var story = await new OxideStory(ledger, "claim").Tell();
        var attestation = story.Id("attestation");
        await ledger.Recorded(new RecordAttestation(attestation, "ATT", "Assurance", "IRMA 2024", "irma-audited-mine", story.Mine, new(2025, 1, 1), new(2027, 12, 31), Day), Auditor);
        await ledger.Recorded(new ClaimBatch(story.Ore1, story.Id("claim 1"), attestation, Day.AddDays(1)), story.Miner);

        await ledger.Recorded(new WithdrawAttestation(attestation, story.Id("later"), DateOnly.FromDateTime(Day.AddDays(30).Date), "Closed", Day.AddDays(20)), Auditor);
        Assert.Empty(await Findings(story, story.Carbonate));

        await ledger.Recorded(new WithdrawAttestation(attestation, story.Id("annulled"), new(2025, 6, 1), "The audit was bought", Day.AddDays(20)), Auditor);
        Assert.Equal(["claim-annulled"], await Findings(story, story.Carbonate));
        Assert.Empty(await Findings(story, story.Ore2));
    }

    [Fact]
    public async Task what_was_taken_under_reserve_until_both_sides_agree()
    {
        var story = await new OxideStory(ledger, "reserve").Tell();
        await ShortReceipt(story, story.Concentrator, story.Plant);
        await story.Run("late run", "ree-flotation", story.Plant, story.Concentrator, (story.Ore1, 20), (story.Id("late"), "ree-concentrate", 2));

        Assert.Equal(["handover-disputed"], await Findings(story, story.Id("late")));
        // Nobody can tell which part of a batch at a plant went into which run there.
        Assert.Equal(["handover-disputed"], await Findings(story, story.Concentrate));

        foreach (var (side, who) in new[] { ("sender", story.Miner), ("receiver", story.Concentrator) })
            await ledger.Recorded(new ResolveShipment(story.Id("short"), story.Id(side), [new(story.Ore1, new(50, 0))], "weighed once more", Day.AddDays(20)), who);
        Assert.Empty(await Findings(story, story.Id("late")));
    }

    [Fact]
    public async Task not_what_happened_to_another_part_of_an_ancestor_elsewhere()
    {
        var story = await new OxideStory(ledger, "elsewhere").Tell();

        await ShortReceipt(story, story.Separator, story.Separation);

        Assert.Empty(await Findings(story, story.Carbonate));
        Assert.Equal(["handover-disputed"], await Findings(story, story.Ore1));
    }

    /// <summary>60 of the 100 kilograms sent arrive and are taken under reserve.</summary>
    private async Task ShortReceipt(OxideStory story, Actor receiver, Guid to)
    {
        await story.Dispatch("short", Day.AddDays(2), story.Miner, story.Mine, to, (story.Ore1, 100));
        await ledger.Recorded(new AcceptShipment(story.Id("short"), [new(story.Ore1, new(60, 0))], Day.AddDays(5), UnderReserve: true), receiver);
    }

    [Fact]
    public async Task an_arrival_before_the_departure()
    {
        var story = await new OxideStory(ledger, "early").Tell();
        await story.Dispatch("early", Day.AddDays(30), story.Separator, story.Separation, story.Plant, (story.Carbonate, 10));
        await ledger.Recorded(new AcceptShipment(story.Id("early"), [new(story.Carbonate, new(10, 0))], Day.AddDays(29)), story.Concentrator);

        var verdict = (await story.Find(Auditor, story.Carbonate))!.Verdict!;

        Assert.Equal((Standing.Contradicted, new Finding("arrived-before-dispatch", 1, "C5", true)), (verdict.Standing, Assert.Single(verdict.Findings)));
    }

    [Fact]
    public async Task an_alarm_at_a_run_for_all_that_came_of_it()
    {
        var story = await new OxideStory(ledger, "alarm").Tell();

        await story.Run("blend", "blend", story.Separation, story.Separator, (story.Carbonate, 50), (story.Id("blended"), "mixed-ree-carbonate", 50.5m));

        Assert.Equal(["more-out-than-in"], await Findings(story, story.Id("blended")));
        Assert.Empty(await Findings(story, story.Carbonate));
    }

    [Fact]
    public async Task being_under_way_until_it_is_accepted_or_never_left()
    {
        var story = await new OxideStory(ledger, "way").Tell();
        await story.Dispatch("way", Day.AddDays(30), story.Separator, story.Separation, story.Plant, (story.Carbonate, 10));
        Assert.Equal(["handover-under-way"], await Findings(story, story.Carbonate));

        await ledger.Recorded(new VoidShipment(story.Id("way"), "never left", Day.AddDays(31)), story.Separator);
        Assert.Empty(await Findings(story, story.Carbonate));
    }

    [Fact]
    public async Task an_alarm_of_a_dispatch_not_after_it_was_taken_back()
    {
        var story = await new OxideStory(ledger, "voided").Tell();
        // On a day when the carbonate had not been made yet.
        await story.Dispatch("way", Day.AddDays(14), story.Separator, story.Separation, story.Plant, (story.Carbonate, 10));
        Assert.Equal(["below-zero-in-time", "handover-under-way"], await Findings(story, story.Carbonate));

        await ledger.Recorded(new VoidShipment(story.Id("way"), "wrong day", Day.AddDays(31)), story.Separator);
        Assert.Empty(await Findings(story, story.Carbonate));
    }

    [Fact]
    public async Task that_its_origin_is_only_named_or_not_even_that()
    {
        var story = await new OxideStory(ledger, "bought").Firms();
        await story.Register(story.Ore1, "BOUGHT-1", story.Plant, 100, RegistrationSource.OutsideSupplier);
        await story.Register(story.Ore2, "BOUGHT-2", story.Plant, 100, RegistrationSource.OutsideSupplier, declared: new("A trader", "Upper Espe", "KZ"));
        await story.Run("blend", "blend", story.Plant, story.Concentrator, (story.Ore1, 50), (story.Id("one"), "ree-ore", 50));
        await story.Run("blend 2", "blend", story.Plant, story.Concentrator, (story.Ore2, 50), (story.Id("two"), "ree-ore", 50));

        Assert.Equal(["origin-outside-ledger"], await Findings(story, story.Id("one")));
        Assert.Equal(["origin-only-declared"], await Findings(story, story.Id("two")));
    }
}
