using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Provenance;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Provenance;

public sealed class WhatWasKnownThen(TestLedger ledger) : IClassFixture<TestLedger>
{
    [Fact]
    public async Task of_yesterday_is_unchanged_by_what_is_entered_late_today()
    {
        var story = await new OxideStory(ledger, "late").Tell();
        var yesterday = ledger.Time.GetUtcNow();
        async Task<string> Told(Guid batch, Direction direction) => System.Text.Json.JsonSerializer.Serialize(await story.Find(Auditor, batch, direction, yesterday), ApiJson.Options);
        var (back, forward) = (await Told(story.Carbonate, Direction.Ancestors), await Told(story.Ore1, Direction.Descendants));

        ledger.Time.Move(TimeSpan.FromDays(1));
        await ledger.Recorded(new RecordRun(
            story.Id("late"), "LATE", "split", story.Mine, Day.AddDays(1), Day.AddDays(2), [new(story.Ore1, new(50, 0))], [new(story.Id("late part"), "LATE", "ree-ore", OutputRole.Product, new(50, 0))]), story.Miner);
        await ledger.Recorded(new HoldBatch(story.Ore1, story.Id("hold"), "dust in the sample", Day.AddDays(3)), story.Miner);
        await Correct(story.Ore2, -444);

        Assert.Equal(back, await Told(story.Carbonate, Direction.Ancestors));
        Assert.Equal(forward, await Told(story.Ore1, Direction.Descendants));
        var today = (await story.Find(Auditor, story.Carbonate))!;
        Assert.Equal(444, today.Genealogy.Edges.Single(e => e.From == story.Ore2).DryKilograms);
        Assert.Equal(Standing.Incomplete, today.Verdict!.Standing);
        Assert.Contains((await story.Find(Auditor, story.Ore1, Direction.Descendants))!.Genealogy.Batches, b => b.Id == story.Id("late part"));
    }

    /// <summary>What was consumed of a batch is restated: the row before is closed and stays.</summary>
    private async Task Correct(Guid batch, decimal kilograms)
    {
        await ledger.Change(
            $"insert into ledger.bookings ({Bookings}) select gen_random_uuid(), batch_id, fact_id, kind, facility_id, owner_id, $1, 0, 0, 0, 0, 0, 0, 0, 0, occurred_at, $2 "
                + "from ledger.bookings where batch_id = $3 and kind = 'Consumed'",
            kilograms, ledger.Time.GetUtcNow(), batch);
        await ledger.Change(
            "update ledger.bookings set superseded_by = $1, superseded_at = $2 where batch_id = $3 and kind = 'Consumed' and recorded_at < $2", Guid.AllBitsSet, ledger.Time.GetUtcNow(), batch);
    }

    [Fact]
    public async Task before_it_was_recorded_there_was_no_such_batch()
    {
        var story = await new OxideStory(ledger, "before").Tell();

        Assert.Null(await story.Find(Auditor, story.Carbonate, asKnownAt: TestLedger.Start));
        Assert.Null(await story.Find(Auditor, story.Carbonate, asOf: Day.AddDays(15)));
    }

    [Fact]
    public async Task what_had_happened_by_a_day_leaves_out_later_runs()
    {
        var story = await new OxideStory(ledger, "happened").Tell();

        var found = (await story.Find(Auditor, story.Ore1, Direction.Descendants, asOf: Day.AddDays(10)))!.Genealogy;

        Assert.Equal(new HashSet<Guid> { story.Ore1, story.Concentrate, story.Id("tailings") }, found.Batches.Select(b => b.Id).ToHashSet());
    }
}
