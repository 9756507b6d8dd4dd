using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Reconciliation;
using Traceability.Shipments;
using Traceability.Stock;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Reconciliation;

/// <summary>A plant buys, receives, sorts, sends, loses and counts, and its book is closed over different times.</summary>
public sealed class ClosingABook(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed record Story(string Name, Actor Miner, Guid Mine, Actor Plant, Guid Facility, Guid Ore, Guid Bought)
    {
        public Guid Id(string what) => DerivedId.Of(Name, what);

        public CountStock Counting(string number, DateTimeOffset at, params CountLine[] lines) => new(Id(number), $"{number} {Name}", Facility, lines, at);
    }

    /// <summary>January: 1000 kg mined, 500 kg of it received as 499 kg, 300 kg bought. February: 100 kg split, 50 kg sent back, 20 kg spilt.</summary>
    private async Task<Story> Tell(string name)
    {
        var (miner, mine) = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (plant, facility) = await ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        var story = new Story(name, miner, mine, plant, facility, DerivedId.Of(name, "ore"), DerivedId.Of(name, "bought"));
        await ledger.Recorded(new RegisterBatch(story.Ore, $"ORE {name}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0), Day), miner);
        await ledger.Recorded(new DispatchShipment(story.Id("in"), $"IN {name}", mine, facility, TransportMode.Rail, new(null, "Rail"), [new(story.Ore, new(500, 0))], Day.AddDays(1)), miner);
        await ledger.Recorded(new AcceptShipment(story.Id("in"), [new(story.Ore, new(499, 0))], Day.AddDays(4)), plant);
        await ledger.Recorded(new RegisterBatch(story.Bought, $"BUY {name}", "ree-ore", RegistrationSource.OutsideSupplier, facility, new(300, 0), Day, Declared: new("Far Ores", "Bayan Obo", "CN")), plant);
        var february = Day.AddDays(30);
        await ledger.Recorded(new RecordRun(
            story.Id("split"), $"SPLIT {name}", "split", facility, february, february.AddHours(1), [new(story.Ore, new(100, 0))],
            [new(story.Id("part"), $"PART {name}", "ree-ore", OutputRole.Product, new(100, 0))], []), plant);
        await ledger.Recorded(new DispatchShipment(story.Id("out"), $"OUT {name}", facility, mine, TransportMode.Rail, new(null, "Rail"), [new(story.Bought, new(50, 0))], february.AddDays(1)), plant);
        await ledger.Recorded(new WriteOffStock(story.Id("spilt"), $"W {name}", facility, WriteOffCause.Spillage, [new(story.Ore, new(20, 0))], "The bag burst", february.AddDays(2)), plant);
        return story;
    }

    private Task<FacilityReconciled?> Book(Story story, DateTimeOffset? from, DateTimeOffset? to, Actor? reader = null) =>
        ReadReconciliation.Find(ledger.Source, Catalogue.Shipped, reader ?? story.Plant, story.Facility, from, to, TimeZoneInfo.Utc, Cancellation);

    private static readonly DateTimeOffset February = Start.AddMonths(1), March = Start.AddMonths(2);

    [Fact]
    public async Task every_booking_of_a_period_stands_in_one_line_and_periods_follow_each_other()
    {
        var story = await Tell("lines");

        var january = Assert.Single((await Book(story, null, February))!.Materials);
        var february = Assert.Single((await Book(story, February, March))!.Materials);
        var whole = Assert.Single((await Book(story, null, null))!.Materials);

        static Quantity Kg(decimal kilograms) => new(kilograms, 0);
        Assert.Equal(new BookSums<Quantity>(Registered: Kg(300), Received: Kg(499)), january.Book);
        Assert.Equal(new BookSums<Quantity>(Opening: Kg(799), Produced: Kg(100), Consumed: Kg(100), Dispatched: Kg(50), Lost: Kg(20)), february.Book);
        Assert.Equal((Kg(799), Kg(729), Kg(729)), (january.Book.ClosingStock, february.Book.ClosingStock, whole.Book.ClosingStock));
        Assert.All(new[] { january, february, whole }, m => Assert.Null(m.Counted));
        var entries = await BookEntries.Find(ledger.Source, story.Plant, story.Plant.OrganisationId, story.Facility, "ree-ore", BookLine.Lost, February, March, Cancellation);
        Assert.Equal((story.Id("spilt"), -20m), (Assert.Single(entries).FactId, entries[0].Quantity.DryKilograms));
    }

    [Fact]
    public async Task what_was_counted_is_held_against_the_papers_and_what_nobody_counted_is_told_apart()
    {
        var story = await Tell("counted");
        // 379 kg of ore lie there, and 100 kg of its part; 250 kg of what was bought are not counted.
        await ledger.Recorded(story.Counting("C1", Day.AddDays(35), new CountLine(story.Ore, new(375, 0), UncertaintyKilograms: 5), new CountLine(story.Id("part"), new(100, 0), UncertaintyKilograms: 1)), story.Plant);
        await ledger.Recorded(new WriteOffStock(story.Id("late"), "W late", story.Facility, WriteOffCause.Sample, [new(story.Ore, new(2, 0))], "Sample", Day.AddDays(36)), story.Plant);

        var february = Assert.Single((await Book(story, February, March))!.Materials);
        var march = Assert.Single((await Book(story, March, null))!.Materials);

        Assert.Equal((727m, -4m, 723m), (february.Book.ClosingBook.DryKilograms, february.Book.Counted.DryKilograms, february.Book.ClosingStock.DryKilograms));
        var counted = february.Counted!;
        Assert.Equal((2, 477m, 473m, -4m, 6m, 250m), (counted.Holdings, counted.Book.DryKilograms, counted.Found.DryKilograms, counted.Unexplained.DryKilograms, counted.UncertaintyKilograms, counted.Uncounted.DryKilograms));
        Assert.True(counted.IsWithinUncertainty);
        Assert.Equal([story.Id("C1")], counted.CountIds);
        // The next period begins with what the count left, and has none of its own.
        Assert.Equal((723m, null), (march.Book.Opening.DryKilograms, march.Counted));
    }

    [Fact]
    public async Task entries_that_came_late_change_the_papers_and_not_what_was_counted()
    {
        var story = await Tell("late");
        await ledger.Recorded(story.Counting("C1", Day.AddDays(35), new CountLine(story.Ore, new(374, 0), UncertaintyKilograms: 5)), story.Plant);
        // The missing five were a sample that nobody had written down yet.
        await ledger.Recorded(new WriteOffStock(story.Id("sample"), "W sample", story.Facility, WriteOffCause.Sample, [new(story.Ore, new(5, 0))], "Sample", Day.AddDays(33)), story.Plant);

        var february = Assert.Single((await Book(story, February, March))!.Materials);

        Assert.Equal((25m, 374m, 374m, 0m), (february.Book.Lost.DryKilograms, february.Counted!.Book.DryKilograms, february.Counted.Found.DryKilograms, february.Counted.Unexplained.DryKilograms));
        // The count had taken them off the book already: the ledger has them twice, and says so.
        Assert.Equal(february.Book.ClosingBook.DryKilograms - 5, february.Book.ClosingStock.DryKilograms);
    }

    [Fact]
    public async Task elements_close_by_the_assays_in_force_and_what_was_not_analysed_is_in_none_of_their_figures()
    {
        var story = await Tell("elements");
        await ledger.Recorded(new RecordAssay(story.Ore, story.Id("assay"), "LAB-ORE", AssayStatus.Final, AssayBasis.Dry, [new("Nd", 10)], "Laboratory", Day), story.Miner);
        await ledger.Recorded(story.Counting("C1", Day.AddDays(35), new CountLine(story.Ore, new(374, 0), UncertaintyKilograms: 5)), story.Plant);

        var ore = Assert.Single((await Book(story, February, March))!.Materials);
        var neodymium = ore.Elements.Single(e => e.Element == "Nd");
        var praseodymium = ore.Elements.Single(e => e.Element == "Pr");

        Assert.Equal((49.9m, 10m, 2m, 37.9m), (neodymium.Kilograms.Opening, neodymium.Kilograms.Consumed, neodymium.Kilograms.Lost, neodymium.Kilograms.ClosingBook));
        Assert.Equal((300m, 100m, 350m), (neodymium.NotAnalysedDryKilograms.Opening, neodymium.NotAnalysedDryKilograms.Produced, neodymium.NotAnalysedDryKilograms.ClosingBook));
        Assert.Equal((-0.5m, 0.5m), (neodymium.UnexplainedKilograms, neodymium.UncertaintyKilograms));
        Assert.Equal((0m, ore.Book.ClosingBook.DryKilograms), (praseodymium.Kilograms.ClosingBook, praseodymium.NotAnalysedDryKilograms.ClosingBook));
    }

    [Fact]
    public async Task lanes_tell_month_by_month_what_was_lost_on_the_way()
    {
        var story = await Tell("lanes");
        await ledger.Recorded(new AcceptShipment(story.Id("out"), [new(story.Bought, new(50, 0))], Day.AddDays(33)), story.Miner);

        var lanes = (await Book(story, null, null))!.Transit;

        Assert.Equal(
            [($"{story.Name}-mine", "2026-01", -1m, story.Miner.OrganisationId), ($"{story.Name}-plant", "2026-02", 0m, story.Miner.OrganisationId)],
            lanes.Select(l => (l.From, l.Month, l.Sum.Difference.DryKilograms, l.CounterpartyId)));
    }

    [Fact]
    public async Task a_book_is_for_the_people_of_its_operator()
    {
        var story = await Tell("read");
        var auditor = story.Plant with { Roles = new HashSet<Role> { Role.Auditor } };

        Assert.NotNull(await Book(story, null, null, auditor));
        Assert.Null(await Book(story, null, null, story.Miner));
        Assert.Empty(await BookEntries.Find(ledger.Source, story.Miner, story.Plant.OrganisationId, story.Facility, "ree-ore", null, null, null, Cancellation));
    }
}
