using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Provenance;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Processing;

public sealed class RunsThatStayOpen(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private NpgsqlDataSource Source => ledger.Source;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Actor _miner = null!;
    private Guid _mine;
    private string _name = "";

    private async Task Begin(string name)
    {
        _name = name;
        (_miner, _mine) = await ledger.Firm(name, FacilityKind.MineSite);
        await ledger.Recorded(new RegisterBatch(Id("ore"), "ORE", "ree-ore", RegistrationSource.Extraction, _mine, new(1000, 0), Day), _miner);
    }

    private Guid Id(string what) => DerivedId.Of(_name, what);

    private Task<Recorded> Open(string run, string step = "blend") => ledger.Recorded(new OpenRun(Id(run), run, step, _mine, Day.AddDays(1)), _miner);

    private RecordPart Part(string run, string part, double day, (Guid Batch, decimal Kilograms)? takes, (string Batch, decimal Kilograms)? makes) => new(
        Id(run), Id(part), _mine, Day.AddDays(day), takes is { } taken ? [new(taken.Batch, new(taken.Kilograms, 0))] : null,
        makes is { } made ? [new(Id(made.Batch), made.Batch, "ree-ore", OutputRole.Product, new(made.Kilograms, 0))] : null);

    private async Task<GenealogyFound> Ancestors(Guid batch, DateTimeOffset? asKnownAt = null) =>
        (await ReadGenealogy.Find(Source, Catalogue.Shipped, _miner, new(batch, Direction.Ancestors, asKnownAt), Cancellation))!;

    [Fact]
    public async Task all_that_comes_of_it_is_provisional_until_it_is_closed()
    {
        await Begin("provisional");
        await Open("run");
        await ledger.Recorded(Part("run", "1", 2, (Id("ore"), 300), ("A", 100)), _miner);
        await ledger.Recorded(new RecordRun(Id("split"), "split", "split", _mine, Day.AddDays(2), Day.AddDays(3), [new(Id("A"), new(50, 0))], [new(Id("half"), "half", "ree-ore", OutputRole.Product, new(50, 0))]), _miner);
        await ledger.Recorded(Part("run", "2", 4, (Id("ore"), 200), ("B", 390)), _miner);
        var open = ledger.Time.GetUtcNow();

        var half = await Ancestors(Id("half"));
        Assert.Equal((true, Standing.Incomplete, "run-open"), (half.Verdict!.IsProvisional, half.Verdict.Standing, Assert.Single(half.Verdict.Findings).Code));
        Assert.Equal([("split", false), ("run", true)], half.Genealogy.Runs.Select(r => (r.Number, r.IsOpen)));
        // What went in later is in it too.
        Assert.Equal(500, half.Genealogy.Edges.Single(e => e.From == Id("ore")).DryKilograms);
        Assert.True((await ReadBatch.Find(Source, _miner, Id("A"), Cancellation))!.IsProvisional);
        Assert.False((await ReadBatch.Find(Source, _miner, Id("ore"), Cancellation))!.IsProvisional);
        Assert.Equal("run", Assert.Single((await ListRuns.Find(Source, _miner, new(Open: true), Cancellation))!.Items).Number);

        ledger.Time.Move(TimeSpan.FromMinutes(1));
        await ledger.Recorded(new CloseRun(Id("run"), Id("closing"), Day.AddDays(5)), _miner);

        var closed = await Ancestors(Id("half"));
        Assert.Equal((false, Standing.Complete), (closed.Verdict!.IsProvisional, closed.Verdict.Standing));
        Assert.DoesNotContain(closed.Genealogy.Runs, r => r.IsOpen);
        Assert.False((await ReadBatch.Find(Source, _miner, Id("A"), Cancellation))!.IsProvisional);
        Assert.Empty((await ListRuns.Find(Source, _miner, new(Open: true), Cancellation))!.Items);
        Assert.True((await Ancestors(Id("half"), open)).Verdict!.IsProvisional);
    }

    [Fact]
    public async Task it_is_read_with_its_parts_in_order_and_who_said_them()
    {
        await Begin("parts");
        await Open("run");
        await ledger.Recorded(Part("run", "late", 4, (Id("ore"), 100), ("B", 100)), _miner);
        await ledger.Recorded(Part("run", "early", 2, (Id("ore"), 200), ("A", 150)) with { Untracked = [new("Water", 5)] }, _miner);
        await ledger.Recorded(new CloseRun(Id("run"), Id("closing"), Day.AddDays(5)), _miner);

        var found = (await ReadRun.Find(Source, _miner, Id("run"), Cancellation))!;

        Assert.Equal([Id("early"), Id("late")], found.Parts.Select(p => p.Id));
        Assert.All([found.Opened!, .. found.Parts.Select(p => p.Said), found.Closed!], said => Assert.Equal(_miner.PersonId, said.By.PersonId));
        Assert.Equal((Day.AddDays(5), 5m, new Quantity(300, 0)), (found.Run.EndedAt, found.Run.UntrackedKilograms, Assert.Single(found.Run.Materials).In));
        Assert.Equal("ORE", found.Names.Batches[Id("ore")].Number);
    }

    [Fact]
    public async Task a_batch_tells_of_the_parts_that_name_it_and_of_no_others()
    {
        await Begin("timeline");
        await Open("run");
        await ledger.Recorded(Part("run", "1", 2, (Id("ore"), 300), ("A", 100)), _miner);
        await ledger.Recorded(Part("run", "2", 3, (Id("ore"), 200), ("B", 400)), _miner);
        await ledger.Recorded(new CloseRun(Id("run"), Id("closing"), Day.AddDays(5)), _miner);
        async Task<IEnumerable<(string, decimal?)>> Told(string batch) =>
            (await BatchTimeline.Find(Source, _miner, Id(batch), null, Cancellation))!.Items.Select(e => (e.Event, e.Quantity?.DryKilograms));

        Assert.Equal([("RunClosed", null), ("RunPartRecorded", 100m)], await Told("A"));
        Assert.Equal([("RunPartRecorded", -200m), ("RunPartRecorded", -300m), ("BatchRegistered", 1000m)], await Told("ore"));
    }

    [Fact]
    public async Task an_alarm_of_one_part_speaks_against_all_that_comes_of_the_run()
    {
        await Begin("alarm");
        await Open("run");
        await ledger.Recorded(Part("run", "1", 3, (Id("ore"), 300), ("before", 100)), _miner);
        // The ore is registered from the second day on.
        await ledger.Recorded(new RegisterBatch(Id("late"), "LATE", "ree-ore", RegistrationSource.Extraction, _mine, new(100, 0), Day.AddDays(3)), _miner);
        Assert.Equal(["below-zero-in-time"], (await ledger.Recorded(Part("run", "2", 2, (Id("late"), 100), null), _miner)).Alarms.Select(a => a.Code));
        await ledger.Recorded(Part("run", "3", 3, null, ("after", 300)), _miner);
        await ledger.Recorded(new CloseRun(Id("run"), Id("closing"), Day.AddDays(5)), _miner);

        foreach (var batch in new[] { "before", "after" })
            Assert.Equal("below-zero-in-time", Assert.Single((await Ancestors(Id(batch))).Verdict!.Findings).Code);
    }

    [Fact]
    public async Task an_alarm_at_the_closing_speaks_against_all_that_came_of_it()
    {
        await Begin("closing");
        await Open("run");
        await ledger.Recorded(Part("run", "1", 2, (Id("ore"), 300), ("A", 305)), _miner);

        Assert.Equal(["more-out-than-in"], (await ledger.Recorded(new CloseRun(Id("run"), Id("closing"), Day.AddDays(5)), _miner)).Alarms.Select(a => a.Code));

        Assert.Equal("more-out-than-in", Assert.Single((await Ancestors(Id("A"))).Verdict!.Findings).Code);
    }

    /// <summary>Rule B5: what came of it is found wherever it went, also through other open runs.</summary>
    [Fact]
    public async Task nothing_that_came_of_it_goes_into_it_again()
    {
        await Begin("again");
        await Open("run");
        await Open("other");
        await ledger.Recorded(Part("run", "1", 2, (Id("ore"), 300), ("A", 200)), _miner);
        await ledger.Recorded(Part("other", "2", 2, (Id("ore"), 100), ("B", 50)), _miner);
        Assert.Null((await ledger.Record(Part("run", "3", 3, (Id("B"), 1), null), _miner)).Refusal);

        await ledger.Recorded(new RecordRun(Id("split"), "split", "split", _mine, Day.AddDays(2), Day.AddDays(3), [new(Id("A"), new(50, 0))], [new(Id("half"), "half", "ree-ore", OutputRole.Product, new(50, 0))]), _miner);

        Assert.Equal("came-of-this-run", (await ledger.Record(Part("run", "4", 4, (Id("half"), 1), null), _miner)).Refusal!.Code);
        Assert.Equal("came-of-this-run", (await ledger.Record(Part("other", "5", 4, (Id("half"), 1), null), _miner)).Refusal!.Code);
    }

    [Fact]
    public async Task two_open_runs_that_take_from_each_other_at_once_do_not_both_do_so()
    {
        await Begin("race");
        for (var n = 0; n < 20; n++)
        {
            foreach (var (run, made) in new[] { ($"one {n}", $"A {n}"), ($"two {n}", $"B {n}") })
            {
                await Open(run);
                await ledger.Recorded(Part(run, $"fed {run}", 2, (Id("ore"), 10), (made, 5)), _miner);
            }

            var answers = await Task.WhenAll(
                Task.Run(() => ledger.Record(Part($"one {n}", $"first {n}", 3, (Id($"B {n}"), 1), null), _miner)),
                Task.Run(() => ledger.Record(Part($"two {n}", $"second {n}", 3, (Id($"A {n}"), 1), null), _miner)));

            Assert.Equal("came-of-this-run", Assert.Single(answers.Select(a => a.Refusal).OfType<Refusal>()).Code);
        }
    }

    [Fact]
    public async Task opened_fed_and_closed_in_one_chunk_it_is_judged_row_by_row()
    {
        await Begin("chunk");
        ICommand[] rows =
        [
            new OpenRun(Id("run"), "run", "blend", _mine, Day.AddDays(1)), Part("run", "1", 2, (Id("ore"), 300), ("A", 100)), Part("run", "2", 3, (Id("A"), 1), null),
            Part("run", "3", 3, null, ("B", 200)), new CloseRun(Id("run"), Id("closing"), Day.AddDays(5)),
        ];

        var answers = await ledger.Executor.Record([.. rows.Select(row => new Submission(row, _miner))], Cancellation);

        Assert.Equal([null, null, "came-of-this-run", null, null], answers.Select(a => a.Refusal?.Code));
        Assert.Equal(Standing.Complete, (await Ancestors(Id("A"))).Verdict!.Standing);
    }
}
