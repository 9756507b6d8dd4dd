using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Provenance;
using Traceability.Stock;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Processing;

public sealed class PilesDayByDay(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);
    private static readonly TimeZoneInfo Almaty = TimeZoneInfo.FindSystemTimeZoneById("Asia/Almaty");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Actor _miner = null!;
    private Guid _mine;
    private string _name = "";

    private async Task Begin(string name)
    {
        _name = name;
        (_miner, _mine) = await ledger.Firm(name, FacilityKind.MineSite);
        await ledger.Recorded(new RegisterBatch(Id("ore"), "ORE", "ree-ore", RegistrationSource.Extraction, _mine, new(10_000, 0), Day), _miner);
    }

    private Guid Id(string what) => DerivedId.Of(_name, what);

    private TipIn Tipping(string batch, string? remainder, decimal kilograms, double day) => new(
        Id($"run {batch}"), Id(batch), _mine, "ROM 1", batch, [new(Id("ore"), new(kilograms, 0))], Day.AddDays(day), remainder is null ? null : Id(remainder));

    private RecordRun Drawing(string batch, decimal kilograms, double day) => new(
        Id($"feed {batch} {day}"), $"feed {batch} {day}", "split", _mine, Day.AddDays(day), Day.AddDays(day), [new(Id(batch), new(kilograms, 0))],
        [new(Id($"fed {batch} {day}"), $"fed {batch} {day}", "ree-ore", OutputRole.Product, new(kilograms, 0))]);

    private async Task<PileFound> Found(DateOnly? before = null) => (await ReadPile.Find(ledger.Source, _miner, Pile.IdOf(_mine, "ROM 1"), Almaty, before, Cancellation))!;

    [Fact]
    public async Task what_was_tipped_in_drawn_and_counted_stands_under_its_day()
    {
        await Begin("days");
        await ledger.Recorded(Tipping("one", null, 1000, 1), _miner);
        await ledger.Recorded(Drawing("one", 300, 1.25), _miner);
        // Already the next day in Almaty, five hours ahead.
        await ledger.Recorded(Tipping("two", "one", 500, 1.9), _miner);
        await ledger.Recorded(Tipping("three", "two", 100, 2.5), _miner);
        await ledger.Recorded(Drawing("three", 200, 3.25), _miner);
        await ledger.Recorded(new WriteOffStock(Id("write-off"), "W-1", _mine, WriteOffCause.Spillage, [new(Id("three"), new(50, 0))], "Washed away", Day.AddDays(3.5)), _miner);

        var found = await Found();

        Assert.Equal((Id("three"), new Quantity(1050, 0)), (found.Pile.Pile.BatchId, found.Pile.Left));
        Assert.Equal(
            [(14, 0, 200, -50, 1050), (13, 600, 0, 0, 1300), (12, 1000, 300, 0, 700)],
            found.Days.Select(d => (d.Day.Day, (int)d.TippedIn.DryKilograms, (int)d.Drawn.DryKilograms, (int)d.Counted.DryKilograms, (int)d.Left.DryKilograms)));
        Assert.Equal([[], ["three", "two"], ["one"]], found.Days.Select(d => d.Batches.Select(b => b.Number)));
        Assert.Equal(["one"], (await Found(found.Days[1].Day)).Days.Single().Batches.Select(b => b.Number));
    }

    [Fact]
    public async Task a_pile_is_for_whoever_runs_its_facility()
    {
        await Begin("own");
        await ledger.Recorded(Tipping("one", null, 1000, 1) with { Campaign = "First" }, _miner);
        var (stranger, _) = await ledger.Firm("own-stranger", FacilityKind.Warehouse);

        Assert.Equal("First", Assert.Single(await ReadPile.Find(ledger.Source, _miner, _mine, Cancellation)).Pile.Campaign);
        Assert.Equal("First", Assert.Single((await Found()).Days.Single().Batches).StartsCampaign);
        Assert.Empty(await ReadPile.Find(ledger.Source, stranger, _mine, Cancellation));
        Assert.Null(await ReadPile.Find(ledger.Source, stranger, Pile.IdOf(_mine, "ROM 1"), Almaty, null, Cancellation));
    }

    [Fact]
    public async Task the_story_of_what_is_drawn_goes_back_through_every_renewal()
    {
        await Begin("story");
        await ledger.Recorded(new RegisterBatch(Id("other ore"), "OTHER", "ree-ore", RegistrationSource.OutsideSupplier, _mine, new(100, 0), Day), _miner);
        await ledger.Recorded(Tipping("one", null, 1000, 1) with { Inputs = [new(Id("other ore"), new(100, 0))] }, _miner);
        await ledger.Recorded(Tipping("two", "one", 500, 2), _miner);
        await ledger.Recorded(Drawing("two", 600, 3), _miner);

        var found = (await ReadGenealogy.Find(ledger.Source, Catalogue.Shipped, _miner, new(Id("fed two 3"), Direction.Ancestors), Cancellation))!;

        Assert.Equal(["fed two 3", "two", "ORE", "one", "OTHER"], found.Genealogy.Batches.OrderBy(b => b.Depth).ThenBy(b => b.Number, StringComparer.Ordinal).Select(b => b.Number));
        Assert.Equal("origin-outside-ledger", Assert.Single(found.Verdict!.Findings).Code);
        Assert.Equal(Pile.IdOf(_mine, "ROM 1"), (await ReadRun.Find(ledger.Source, _miner, Id("run two"), Cancellation))!.PileId);
    }

    [Fact]
    public async Task two_shifts_that_tip_in_at_once_are_one_after_the_other()
    {
        await Begin("race");
        var pile = default(string);
        for (var n = 0; n < 10; n++)
        {
            string[] names = [$"early {n}", $"late {n}"];
            var answers = await Task.WhenAll(names.Select(name => Task.Run(() => ledger.Record(Tipping(name, pile, 10, 1 + n / 10.0), _miner))));

            Assert.Equal("pile-has-other-batch", Assert.Single(answers.Select(a => a.Refusal).OfType<Refusal>()).Code);
            pile = names[Array.FindIndex(answers, a => a.Recorded is not null)];
        }
        Assert.Equal(new Quantity(100, 0), (await Found()).Pile.Left);
    }
}
