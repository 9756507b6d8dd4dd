using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Processing;
using static Traceability.Tests.World;

namespace Traceability.Tests.Processing;

/// <summary>Rule B7: what goes on for weeks is recorded in parts and judged at its closing.</summary>
public class KeepingARunOpen
{
    private readonly World _world = new();

    private ProcessRun Run(Guid id) => _world.States.Find<ProcessRun>(id)!;

    [Fact]
    public void what_came_out_of_a_part_may_move_and_be_used_while_the_run_is_open()
    {
        var run = _world.Opened();
        var part = _world.Part(run, [Taking(_world.AtConcentrator(1000), 1000)], _world.Making("ree-concentrate", 80));
        _world.Given(part, PlantOperator);

        var concentrate = part.Outputs![0].BatchId;
        Assert.Equal((new Quantity(80, 0), run), (_world.Held(concentrate, Concentrator), _world.Batch(concentrate).RunId));
        _world.Given(_world.Running("split", Concentrator, [Taking(concentrate, 30)], _world.Making("ree-concentrate", 30)), PlantOperator);
        _world.Dispatched(_world.Dispatching(concentrate, 50) with { FromFacilityId = Concentrator, ToFacilityId = Store, OccurredAt = Day(-1) });
        Assert.True(Run(run).IsOpen);
    }

    [Fact]
    public void closing_keeps_the_sums_of_all_parts()
    {
        var run = _world.Opened();
        var ore = _world.AtConcentrator(1000);
        _world.Given(_world.Part(run, [Taking(ore, 600)]) with { Untracked = [new("Lime", 3)], OccurredAt = Day(-2.5) }, PlantOperator);
        _world.Given(_world.Part(run, [], _world.Making("ree-concentrate", 50), _world.Making("ree-tailings", 500, null, OutputRole.Tailings)), PlantOperator);
        _world.Given(_world.Part(run, [Taking(ore, 400)], _world.Making("ree-concentrate", 30), _world.Making("ree-ore", 10, null, OutputRole.InProcess)), PlantOperator);

        _world.Record(new CloseRun(run, _world.NewId(), Day(-1)), PlantOperator).IsRecorded();

        var closed = Run(run);
        Assert.Equal((false, 3, 6, 3m, Day(-1)), (closed.IsOpen, closed.Parts, closed.Lines, closed.UntrackedKilograms, closed.EndedAt));
        Assert.Equal(
            [new("ree-ore", MineCo, In: new(1000, 0), InProcess: new(10, 0)), new("ree-concentrate", MineCo, Product: new(80, 0)), new("ree-tailings", MineCo, Tailings: new(500, 0))],
            closed.Materials);
    }

    [Fact]
    public void one_batch_goes_in_over_many_parts_and_no_more_than_there_is()
    {
        var (run, ore) = (_world.Opened(), _world.AtConcentrator(1000));
        _world.Given(_world.Part(run, [Taking(ore, 600)]), PlantOperator);

        _world.Record(_world.Part(run, [Taking(ore, 600)]), PlantOperator).IsRefused("mass-exceeds-holding", "inputs[0].stated.wetKilograms");
        _world.Record(_world.Part(run, [Taking(ore, 400)]), PlantOperator).IsRecorded();
    }

    [Fact]
    public void nothing_comes_out_before_anything_went_in()
    {
        var run = _world.Opened();

        _world.Record(_world.Part(run, [], _world.Making("ree-concentrate", 50)), PlantOperator).IsRefused("nothing-went-in", "inputs");
    }

    [Fact]
    public void a_part_says_something_at_the_place_of_the_run_and_within_its_time()
    {
        var run = _world.Opened();
        var part = _world.Part(run, [Taking(_world.AtConcentrator(), 10)]);

        _world.Record(part with { Inputs = null }, PlantOperator).IsRefused("lines-out-of-range", "inputs");
        _world.Record(part with { FacilityId = Store }, PlantOperator).IsRefused("run-elsewhere", "facilityId");
        _world.Record(part with { OccurredAt = Day(-3).AddTicks(-1) }, PlantOperator).IsRefused("part-before-start", "occurredAt");
        _world.Record(part with { OccurredAt = Day(1) }, PlantOperator).IsRefused("in-the-future", "occurredAt");
        _world.Record(part with { PartId = Guid.Empty }, PlantOperator).IsRefused("id-missing", "partId");
        _world.Record(part with { OccurredAt = Day(-3) }, PlantOperator).IsRecorded();
    }

    [Fact]
    public void a_run_ends_no_earlier_than_its_last_part()
    {
        var run = _world.Fed();

        _world.Record(new CloseRun(run, _world.NewId(), Day(-2).AddTicks(-1)), PlantOperator).IsRefused("closed-before-last-part", "occurredAt");
        _world.Record(new CloseRun(run, Guid.Empty, Day(-2)), PlantOperator).IsRefused("id-missing", "closingId");
        _world.Record(new CloseRun(run, _world.NewId(), Day(1)), PlantOperator).IsRefused("in-the-future", "occurredAt");
        _world.Record(new CloseRun(run, _world.NewId(), Day(-2)), PlantOperator).IsRecorded();
    }

    [Fact]
    public void what_is_closed_stays_closed()
    {
        var run = _world.Fed();
        var closing = new CloseRun(run, _world.NewId(), Day(-1));
        _world.Given(closing, PlantOperator);

        Assert.False(_world.Record(closing, PlantOperator).Recorded!.IsNew);
        _world.Record(closing with { ClosingId = _world.NewId() }, PlantOperator).IsRefused("run-closed");
        _world.Record(_world.Part(run, [Taking(_world.AtConcentrator(), 10)]), PlantOperator).IsRefused("run-closed");
    }

    [Fact]
    public void a_run_recorded_in_one_go_has_no_parts_and_no_closing()
    {
        var whole = _world.Floating();
        _world.Given(whole, PlantOperator);

        _world.Record(_world.Part(whole.RunId, [Taking(_world.AtConcentrator(), 10)]), PlantOperator).IsRefused("run-closed");
        _world.Record(new CloseRun(whole.RunId, _world.NewId(), Day(-1)), PlantOperator).IsRefused("run-closed");
    }

    [Fact]
    public void what_went_in_does_not_vanish_but_a_run_opened_by_mistake_is_closed_as_it_is()
    {
        var (fed, mistaken) = (_world.Opened(), _world.Opened());
        _world.Given(_world.Part(fed, [Taking(_world.AtConcentrator(), 10)]), PlantOperator);

        _world.Record(new CloseRun(fed, _world.NewId(), Day(-1)), PlantOperator).IsRefused("nothing-came-out", "runId");
        _world.Record(new CloseRun(mistaken, _world.NewId(), Day(-1)), PlantOperator).IsRecorded();
    }

    [Theory]
    [InlineData(1000, true, false)]
    [InlineData(1020, true, true)]
    [InlineData(1021, false, false)]
    public void where_the_material_stays_its_mass_is_judged_over_all_parts(decimal outOf, bool recorded, bool alarm)
    {
        var run = _world.Opened("split");
        var ore = _world.AtConcentrator(1000);
        _world.Given(_world.Part(run, [Taking(ore, 100)], _world.Making("ree-ore", outOf - 10)), PlantOperator);
        _world.Given(_world.Part(run, [Taking(ore, 900)], _world.Making("ree-ore", 10)), PlantOperator);

        var answer = _world.Record(new CloseRun(run, _world.NewId(), Day(-1)), PlantOperator);

        if (recorded)
            answer.IsRecorded(alarm ? ["more-out-than-in"] : []);
        else
            answer.IsRefused("more-out-than-in", "runId");
        Assert.Equal(!recorded, Run(run).IsOpen);
    }

    [Fact]
    public void pieces_come_out_in_their_share_of_what_went_in_over_all_parts()
    {
        var (run, cells) = (_world.Opened("split", Recycler), _world.Bought("nmc-cell", Recycler, 20, 8));
        RecordPart Part(RunInput[] inputs, params RunOutput[] outputs) => _world.Part(run, inputs, outputs) with { FacilityId = Recycler };
        _world.Given(Part([Taking(cells, null, 8)], _world.Making("nmc-cell", 99, 3)), Worker);
        var second = Part([], _world.Making("nmc-cell", null, 6));
        _world.Given(second, Worker);

        Assert.Equal(new Quantity(15, 6), _world.Held(second.Outputs![0].BatchId, Recycler));
        _world.Record(new CloseRun(run, _world.NewId(), Day(-1)), Worker).IsRefused("more-pieces-out-than-in", "runId");
    }

    [Fact]
    public void serials_go_on_in_the_part_in_which_they_went_in()
    {
        var lot = _world.Bought("nmc-cell", Recycler, null, 3, "A", "B", "C");
        var run = _world.Opened("split", Recycler);
        RecordPart Part(RunInput[] inputs, params RunOutput[] outputs) => _world.Part(run, inputs, outputs) with { FacilityId = Recycler };

        _world.Given(Part([Taking(lot, null, 1, null, "A")], _world.Making("nmc-cell", null, 1, OutputRole.Product, null, "A")), Worker);
        _world.Record(Part([], _world.Making("nmc-cell", null, 1, OutputRole.Product, null, "B")), Worker).IsRefused("serial-not-inside", "outputs[0].serials[0]");
        _world.Record(Part([Taking(lot, null, 1, null, "A")]), Worker).IsRefused("serial-unknown", "inputs[0].serials[0]");
    }

    [Fact]
    public void a_motor_is_built_in_the_part_that_takes_its_magnets()
    {
        var magnets = _world.Bought("ndfeb-magnet", MotorPlant, null, 2, "M-1", "M-2");
        var run = _world.Opened("motor-assembly", MotorPlant);
        RecordPart Part(RunInput[] inputs, params RunOutput[] outputs) => _world.Part(run, inputs, outputs) with { FacilityId = MotorPlant };
        var first = Part([Taking(magnets, null, 1, null, "M-1")], _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-1"));

        _world.Given(first, Worker);
        _world.Record(Part([Taking(magnets, null, 1, null, "M-1")], _world.Making("traction-motor", null, 1)), Worker).IsRefused("serial-installed", "inputs[0].serials[0]");
        _world.Record(Part([Taking(magnets, null, 1, null, "M-2")]), Worker).IsRefused("one-product-per-assembly", "outputs");

        Assert.Equal(first.Outputs![0].BatchId, _world.States.SerialIn(magnets, "M-1")!.InstalledIn);
    }

    [Fact]
    public void outputs_belong_to_whoever_owned_what_went_in_whichever_part_it_was()
    {
        Guid Toll(Guid owner)
        {
            var buying = _world.Buying("ree-ore", Concentrator, 100) with { OwnerId = owner };
            _world.Given(buying, PlantOperator);
            return buying.BatchId;
        }

        var run = _world.Opened();
        _world.Given(_world.Part(run, [Taking(Toll(WorksCo), 100)]), PlantOperator);
        var first = _world.Part(run, [], _world.Making("ree-concentrate", 5));
        _world.Given(first, PlantOperator);
        Assert.Equal(WorksCo, Assert.Single(_world.Batch(first.Outputs![0].BatchId).Holdings).OwnerId);

        _world.Given(_world.Part(run, [Taking(Toll(PlantCo), 100)]), PlantOperator);
        _world.Record(_world.Part(run, [], _world.Making("ree-concentrate", 5)), PlantOperator).IsRefused("owner-needed", "outputs[0].ownerId");
        _world.Record(_world.Part(run, [], _world.Making("ree-concentrate", 5, null, OutputRole.Product, MineCo)), PlantOperator).IsRefused("owner-not-of-inputs", "outputs[0].ownerId");
        _world.Record(_world.Part(run, [], _world.Making("ree-concentrate", 5, null, OutputRole.Product, PlantCo)), PlantOperator).IsRecorded();
    }

    /// <summary>Rule B4: what is put out counts in the part in which it came out.</summary>
    [Fact]
    public void the_part_that_goes_beyond_the_permit_raises_the_alarm()
    {
        _world.Change(Concentrator, terms => terms with { Permits = [new("ree-concentrate", 100)] });
        var run = _world.Opened();
        var ore = _world.AtConcentrator(1000);
        _world.Given(_world.Part(run, [Taking(ore, 500)], _world.Making("ree-concentrate", 100)), PlantOperator);

        _world.Record(_world.Part(run, [Taking(ore, 500)], _world.Making("ree-concentrate", 1)), PlantOperator).IsRecorded("permit-exceeded");

        Assert.Equal(["permit-exceeded"], Run(run).AlarmCodes);
    }

    /// <summary>Rule B5.</summary>
    [Fact]
    public void nothing_that_came_of_a_run_goes_into_it_again_until_it_is_closed()
    {
        var run = _world.Opened("blend");
        var first = _world.Part(run, [Taking(_world.AtConcentrator(1000), 1000)], _world.Making("ree-ore", 900));
        _world.Given(first, PlantOperator);
        var made = first.Outputs![0].BatchId;
        var later = _world.Running("split", Concentrator, [Taking(made, 100)], _world.Making("ree-ore", 100));
        _world.Given(later, PlantOperator);
        var other = _world.Opened("blend");
        var through = _world.Part(other, [Taking(made, 100)], _world.Making("ree-ore", 100));
        _world.Given(through, PlantOperator);

        _world.Record(_world.Part(run, [Taking(made, 1)]), PlantOperator).IsRefused("came-of-this-run", "inputs[0].batchId");
        _world.Record(_world.Part(run, [Taking(later.Outputs[0].BatchId, 1)]), PlantOperator).IsRefused("came-of-this-run", "inputs[0].batchId");
        _world.Record(_world.Part(run, [Taking(through.Outputs![0].BatchId, 1)]), PlantOperator).IsRefused("came-of-this-run", "inputs[0].batchId");
        _world.Given(new CloseRun(run, _world.NewId(), Day(-1)), PlantOperator);
        _world.Record(_world.Part(_world.Opened("blend"), [Taking(made, 1)]), PlantOperator).IsRecorded();
    }

    [Fact]
    public void a_run_grows_to_a_limit_and_its_state_not_at_all()
    {
        var (run, ore) = (_world.Opened(), _world.AtConcentrator(1000));
        _world.Given(_world.Part(run, [Taking(ore, 1)], _world.Making("ree-concentrate", 0.1m)), PlantOperator);
        var small = Ledger(Run(run));
        for (var n = 1; n < Limits.PartsOfRun; n++)
            _world.Given(_world.Part(run, [Taking(ore, 1)], _world.Making("ree-concentrate", 0.1m)), PlantOperator);

        Assert.InRange(Ledger(Run(run)), 0, small + 20);
        _world.Record(_world.Part(run, [Taking(ore, 1)]), PlantOperator).IsRefused("run-too-long", "runId");
        _world.Record(new CloseRun(run, _world.NewId(), Day(-1)), PlantOperator).IsRecorded();
    }

    private static int Ledger(ProcessRun run) => System.Text.Json.JsonSerializer.Serialize(run, LedgerJson.Options).Length;

    [Fact]
    public void all_its_lines_are_limited_too()
    {
        var (run, ore) = (_world.Opened(), _world.AtConcentrator(1000));
        for (var n = 0; n < Limits.LinesOfOpenRun / Limits.LinesOfRun; n++)
        {
            _world.Given(_world.Part(run, [Taking(ore, 1)],
                [.. Enumerable.Range(1, Limits.LinesOfRun - 1).Select(_ => _world.Making("ree-tailings", 0.001m, null, OutputRole.Tailings))]), PlantOperator);
        }

        _world.Record(_world.Part(run, [Taking(ore, 1)]), PlantOperator).IsRefused("run-too-long", "runId");
    }

    [Fact]
    public void only_who_runs_the_plant_keeps_its_runs()
    {
        var run = _world.Opened();
        var part = _world.Part(run, [Taking(_world.AtConcentrator(), 10)]);
        var opening = new OpenRun(_world.NewId(), "NEW", "ree-flotation", Concentrator, Day(-3));

        _world.Record(opening, Miner).IsRefused("not-found", "facilityId");
        _world.Record(part, Miner).IsRefused("not-found", "facilityId");
        _world.Record(new CloseRun(run, _world.NewId(), Day(-1)), Miner).IsRefused("not-found", "runId");
        var laboratory = Person(99, PlantCo, Traceability.Access.Role.Laboratory);
        _world.Record(opening, laboratory).IsRefused("not-allowed");
        _world.Record(part, laboratory).IsRefused("not-allowed");
        _world.Record(new CloseRun(run, _world.NewId(), Day(-1)), laboratory).IsRefused("not-allowed");
        _world.Record(part with { RunId = Id(404) }, PlantOperator).IsRefused("not-found", "runId");
    }

    [Fact]
    public void it_is_opened_like_any_run_is_recorded()
    {
        var opening = new OpenRun(_world.NewId(), "7", "ree-flotation", Concentrator, Day(-3));

        _world.Record(opening with { Step = "alchemy" }, PlantOperator).IsRefused("step-unknown", "step");
        _world.Record(opening with { Step = "solvent-extraction" }, PlantOperator).IsRefused("step-not-at-facility", "facilityId");
        _world.Record(opening with { OccurredAt = Day(1) }, PlantOperator).IsRefused("in-the-future", "occurredAt");
        _world.Given(opening, PlantOperator);
        _world.Record(opening with { RunId = _world.NewId() }, PlantOperator).IsRefused("number-taken", "number");
    }

    /// <summary>What the circuit still holds at the end of a month is counted, and goes on into the next month (B5: rework, not recycled content).</summary>
    [Fact]
    public void what_stayed_in_process_goes_into_the_next_period_whatever_its_material()
    {
        var (march, april) = (_world.Opened(), _world.Opened());
        var left = _world.Part(march, [Taking(_world.AtConcentrator(1000), 1000)], _world.Making("ree-concentrate", 60),
            _world.Making("ree-ore", 100, null, OutputRole.InProcess), _world.Making("ree-concentrate", 20, null, OutputRole.InProcess));
        _world.Given(left, PlantOperator);
        _world.Given(new CloseRun(march, _world.NewId(), Day(-2)), PlantOperator);
        Guid[] made = [.. left.Outputs!.Select(o => o.BatchId)];

        _world.Record(_world.Part(april, [Taking(made[0], 60)]), PlantOperator).IsRefused("step-does-not-take", "inputs[0].batchId");
        _world.Record(_world.Part(april, [Taking(made[1], 100), Taking(made[2], 20)], _world.Making("ree-concentrate", 30)), PlantOperator).IsRecorded();

        // It has no source of its own: where it comes from is where the month before came from.
        Assert.All(made, id => Assert.Null(_world.Batch(id).Source));
    }

    /// <summary>A plant may sell or move what was in process: what is physically possible is not refused.</summary>
    [Fact]
    public void what_stayed_in_process_is_stock_like_any_other()
    {
        var run = _world.Opened();
        var left = _world.Part(run, [Taking(_world.AtConcentrator(1000), 1000)], _world.Making("ree-ore", 100, null, OutputRole.InProcess));
        _world.Given(left, PlantOperator);

        _world.Dispatched(_world.Dispatching(left.Outputs![0].BatchId, 100) with { FromFacilityId = Concentrator, ToFacilityId = Store, OccurredAt = Day(-1) });
    }
}
