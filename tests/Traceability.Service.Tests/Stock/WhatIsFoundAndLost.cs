using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Provenance;
using Traceability.Shipments;
using Traceability.Stock;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Stock;

/// <summary>A mine keeps ore of its own at a plant, beside what the plant bought itself.</summary>
public sealed class WhatIsFoundAndLost(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private NpgsqlDataSource Source => ledger.Source;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed record Story(string Name, Actor Miner, Actor Plant, Guid Facility, Actor Stranger, Guid Ore, Guid Bought)
    {
        public CountStock Counting(string number, DateTimeOffset at, params CountLine[] lines) => new(DerivedId.Of(Name, number), $"{number} {Name}", Facility, lines, at);

        public WriteOffStock WritingOff(string number, decimal kilograms, DateTimeOffset at) => new(
            DerivedId.Of(Name, number), $"{number} {Name}", Facility, WriteOffCause.Spillage, [new(Ore, new(kilograms, 0)), new(Bought, new(kilograms, 0))], "The bag burst", at);
    }

    private async Task<Story> Tell(string name)
    {
        var (miner, mine) = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (plant, facility) = await ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        var (stranger, _) = await ledger.Firm($"{name}-stranger", FacilityKind.Warehouse);
        var (ore, bought, shipment) = (DerivedId.Of(name, "ore"), DerivedId.Of(name, "bought"), DerivedId.Of(name, "shipment"));
        await ledger.Recorded(new RegisterBatch(ore, $"ORE {name}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0), Day), miner);
        await ledger.Recorded(new DispatchShipment(shipment, $"SH {name}", mine, facility, TransportMode.Rail, new(null, "Rail"), [new(ore, new(500, 0))], Day.AddDays(1)), miner);
        await ledger.Recorded(new AcceptShipment(shipment, [new(ore, new(500, 0))], Day.AddDays(4)), plant);
        await ledger.Recorded(new RegisterBatch(bought, $"BUY {name}", "ree-ore", RegistrationSource.OutsideSupplier, facility, new(300, 0), Day, Declared: new("Far Ores", "Bayan Obo", "CN")), plant);
        return new(name, miner, plant, facility, stranger, ore, bought);
    }

    private async Task<decimal> Held(Story story, Guid batch) => (await ledger.Load<Batch>(batch)).Holdings.Where(h => h.FacilityId == story.Facility).Sum(h => h.Quantity.DryKilograms);

    [Fact]
    public async Task a_count_is_held_against_the_book_of_its_moment_whatever_was_recorded_since()
    {
        var story = await Tell("moment");
        // Twice in a chunk, and at two times, so that what happened since would be told twice if it were looked up for each.
        await ledger.Recorded(story.WritingOff("W1", 10, Day.AddDays(8)), story.Plant);
        await ledger.Recorded(story.WritingOff("W2", 20, Day.AddDays(6)), story.Plant);
        ICommand[] chunk = [story.Counting("C1", Day.AddDays(5), new CountLine(story.Ore, new(499, 0))), story.Counting("C2", Day.AddDays(7), new CountLine(story.Ore, new(479, 0)))];

        var answers = await ledger.Executor.Record([.. chunk.Select(c => new Submission(c, story.Plant))], Cancellation);

        Assert.All(answers, a => Assert.Null(a.Refusal));
        Assert.Equal([(500m, -1m), (479m, 0m)], (await Task.WhenAll(chunk.Select(c => ledger.Load<StockCount>(c.EntryId)))).Select(c => (c.Lines[0].Book.DryKilograms, c.Lines[0].Booked.DryKilograms)));
        Assert.Equal(469, await Held(story, story.Ore));
        Assert.Equal(469m, await ledger.Scalar<decimal>("select sum(dry_kilograms) from ledger.bookings where batch_id = $1 and facility_id = $2", story.Ore, story.Facility));
    }

    [Fact]
    public async Task a_later_count_stands_in_the_batch_so_that_an_earlier_one_is_refused()
    {
        var story = await Tell("later");
        await ledger.Recorded(story.Counting("C1", Day.AddDays(5), new CountLine(story.Ore, new(500, 0))), story.Plant);

        var answer = await ledger.Record(story.Counting("C0", Day.AddDays(4), new CountLine(story.Ore, new(500, 0))), story.Plant);

        Assert.Equal("counted-later-already", answer.Refusal?.Code);
    }

    [Fact]
    public async Task whoever_counts_sees_the_book_of_his_moment_with_what_is_gone_since()
    {
        var story = await Tell("book");
        await ledger.Recorded(story.Counting("C1", Day.AddDays(6), new CountLine(story.Ore, new(495, 0))), story.Plant);
        await ledger.Recorded(new WriteOffStock(DerivedId.Of("book", "all"), "all", story.Facility, WriteOffCause.Destruction, [new(story.Bought, new(300, 0))], "Wet", Day.AddDays(7), ["Act"]), story.Plant);
        async Task<Dictionary<Guid, decimal>> Book(double day) => (await BookAtFacility.Find(Source, story.Plant, story.Facility, Day.AddDays(day), Cancellation)).ToDictionary(l => l.BatchId, l => l.Quantity.DryKilograms);

        Assert.Equal(new() { [story.Bought] = 300 }, await Book(3));
        Assert.Equal(new() { [story.Bought] = 300, [story.Ore] = 500 }, await Book(5));
        Assert.Equal(new() { [story.Bought] = 300, [story.Ore] = 495 }, await Book(6));
        Assert.Equal(new() { [story.Ore] = 495 }, await Book(7));
    }

    [Fact]
    public async Task a_look_ahead_answers_with_what_two_people_would_record_and_leaves_no_trace()
    {
        var story = await Tell("ahead");
        var counting = story.Counting("C1", Day.AddDays(6), new CountLine(story.Ore, new(300, 0)));

        var decision = await ledger.Rehearsal.Preview(new(counting, story.Plant), Cancellation);
        var refused = await ledger.Rehearsal.Preview(new(counting with { Number = "" }, story.Plant), Cancellation);

        Assert.Equal(-200, Assert.Single(Assert.IsType<StockCounted>(decision.Events[0].Event).Lines).Booked.DryKilograms);
        Assert.Equal("number-malformed", refused.Refusal?.Code);
        Assert.Equal(0L, await ledger.Scalar<long>("select (select count(*) from ledger.mt_streams where id = $1) + (select count(*) from ledger.refusals where entry_id = $1)", counting.CountId));
        Assert.Equal(500, await Held(story, story.Ore));
    }

    [Fact]
    public async Task the_keeper_sees_all_of_it_and_an_owner_what_is_his()
    {
        var story = await Tell("seen");
        var counting = story.Counting("C1", Day.AddDays(5), new CountLine(story.Ore, new(499, 0)), new CountLine(story.Bought, new(301, 0)));
        await ledger.Recorded(counting, story.Plant);
        await ledger.Recorded(story.WritingOff("W1", 10, Day.AddDays(6)), story.Plant);

        Assert.Equal(2, (await ReadStockCounts.FindOne(Source, story.Plant, counting.CountId, Cancellation))!.Count.Lines.Length);
        Assert.Equal(story.Ore, Assert.Single((await ReadStockCounts.FindOne(Source, story.Miner, counting.CountId, Cancellation))!.Count.Lines).BatchId);
        Assert.Null(await ReadStockCounts.FindOne(Source, story.Stranger, counting.CountId, Cancellation));
        Assert.Equal((1m, 1m), Assert.Single((await ReadStockCounts.Find(Source, story.Plant, new(story.Facility), Cancellation))!.Items) is var listed ? (listed.Found.DryKilograms, listed.Missing.DryKilograms) : default);
        Assert.Equal((0m, 1m), Assert.Single((await ReadStockCounts.Find(Source, story.Miner, new(), Cancellation))!.Items) is var owned ? (owned.Found.DryKilograms, owned.Missing.DryKilograms) : default);
        Assert.Equal(20, Assert.Single((await ReadWriteOffs.Find(Source, story.Plant, new(story.Facility), Cancellation))!.Items).Lost.DryKilograms);
        Assert.Equal(10, Assert.Single((await ReadWriteOffs.Find(Source, story.Miner, new(), Cancellation))!.Items).Lost.DryKilograms);
        Assert.Equal(story.Ore, Assert.Single((await ReadWriteOffs.FindOne(Source, story.Miner, DerivedId.Of("seen", "W1"), Cancellation))!.WriteOff.Lines).BatchId);
        Assert.Empty((await ReadStockCounts.Find(Source, story.Stranger, new(), Cancellation))!.Items);
        Assert.Empty((await ReadWriteOffs.Find(Source, story.Stranger, new(), Cancellation))!.Items);
        Assert.Empty((await ReadStockCounts.Find(Source, story.Plant, new(DerivedId.Of("elsewhere")), Cancellation))!.Items);
    }

    [Fact]
    public async Task both_stand_in_the_batchs_timeline_and_are_found_by_their_numbers()
    {
        var story = await Tell("told");
        await ledger.Recorded(story.Counting("C1", Day.AddDays(5), new CountLine(story.Ore, new(500, 0))), story.Plant);
        await ledger.Recorded(story.WritingOff("W1", 10, Day.AddDays(6)), story.Plant);

        var timeline = (await BatchTimeline.Find(Source, story.Plant, story.Ore, null, Cancellation))!.Items;

        Assert.Equal([("StockWrittenOff", -10m), ("StockCounted", 0m)], timeline.Take(2).Select(e => (e.Event, e.Quantity!.Value.DryKilograms)));
        Assert.Equal("told-plant", timeline[0].Values["at"]);
        Assert.Equal([FoundKind.StockCount], (await Search.Find(Source, story.Plant, "C1 told", Cancellation)).Hits.Select(h => h.Kind));
        Assert.Equal([FoundKind.WriteOff], (await Search.Find(Source, story.Plant, "w1 TOLD", Cancellation)).Hits.Select(h => h.Kind));
        Assert.DoesNotContain((await Search.Find(Source, story.Stranger, "told", Cancellation)).Hits, h => h.Kind is FoundKind.StockCount or FoundKind.WriteOff);
    }

    [Fact]
    public async Task what_was_found_makes_the_story_of_a_batch_incomplete_and_what_was_lost_does_not()
    {
        var story = await Tell("verdict");
        async Task<string[]> Findings(Guid batch) => [.. (await ReadGenealogy.Find(Source, Catalogue.Shipped, story.Plant, new(batch, Direction.Ancestors, null, null), Cancellation))!.Verdict!.Findings.Select(f => f.Code)];

        await ledger.Recorded(story.Counting("C1", Day.AddDays(5), new CountLine(story.Ore, new(499, 0))), story.Plant);
        Assert.Empty(await Findings(story.Ore));

        await ledger.Recorded(story.Counting("C2", Day.AddDays(6), new CountLine(story.Ore, new(502, 0))), story.Plant);
        Assert.Equal(["counted-in-unknown"], await Findings(story.Ore));
    }
}
