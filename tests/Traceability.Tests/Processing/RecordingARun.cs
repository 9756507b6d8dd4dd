using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Processing;
using static Traceability.Tests.World;

namespace Traceability.Tests.Processing;

public class RecordingARun
{
    private readonly World _world = new();

    [Fact]
    public void what_is_consumed_is_gone_and_what_is_made_is_there()
    {
        var run = _world.Floating(concentrate: 80, ore: 1000);

        _world.Record(run, PlantOperator).IsRecorded();

        var (ore, concentrate) = (_world.Batch(run.Inputs[0].BatchId), _world.Batch(run.Outputs[0].BatchId));
        Assert.Empty(ore.Holdings);
        Assert.Equal(new Quantity(1000, 0), ore.Totals.Consumed);
        Assert.Equal((new Quantity(80, 0), run.RunId), (_world.Held(concentrate.Id, Concentrator), concentrate.RunId));
    }

    [Fact]
    public void outputs_may_be_heavier_than_inputs_where_the_material_changes() =>
        _world.Record(_world.Floating(concentrate: 5000, ore: 1000), PlantOperator).IsRecorded();

    [Fact]
    public void an_untracked_source_holds_known_elements_and_no_more_than_itself()
    {
        RecordRun With(params (string Element, decimal Kilograms)[] elements) =>
            _world.Floating() with { Untracked = [new("Reagent", 10, elements.ToDictionary(e => e.Element, e => e.Kilograms))] };

        _world.Record(With(("Ca", 4), ("P", 6)), PlantOperator).IsRecorded();
        _world.Record(With(("Lime", 4)), PlantOperator).IsRefused("element-unknown", "untracked[0].elements");
        _world.Record(With(("Ca", 11)), PlantOperator).IsRefused("mass-out-of-range", "untracked[0].elements");
        _world.Record(With(("Ca", 6), ("P", 6)), PlantOperator).IsRefused("elements-over-whole", "untracked[0].elements");
    }

    [Fact]
    public void only_the_holder_processes()
    {
        var run = _world.Floating();

        _world.Record(run, Miner).IsRefused("not-found", "facilityId");
        _world.Record(run, Person(99, PlantCo, Traceability.Access.Role.Laboratory)).IsRefused("not-allowed");
        _world.Record(run with { FacilityId = Id(404) }, PlantOperator).IsRefused("not-found", "facilityId");
    }

    [Fact]
    public void a_step_is_in_the_catalogue_and_runs_where_it_can()
    {
        var run = _world.Floating();

        _world.Record(run with { Step = "alchemy" }, PlantOperator).IsRefused("step-unknown", "step");
        _world.Record(run with { Step = "solvent-extraction" }, PlantOperator).IsRefused("step-not-at-facility", "facilityId");
    }

    [Fact]
    public void a_step_takes_and_makes_only_what_its_flow_sheet_says()
    {
        var run = _world.Floating();

        _world.Record(run with { Inputs = [Taking(_world.Bought("spodumene-ore", Concentrator, 10), 10)] }, PlantOperator).IsRefused("step-does-not-take", "inputs[0].batchId");
        _world.Record(run with { Outputs = [_world.Making("ndpr-oxide", 10)] }, PlantOperator).IsRefused("step-does-not-make", "outputs[0].material");
        _world.Record(run with { Outputs = [_world.Making("unobtainium", 10)] }, PlantOperator).IsRefused("material-unknown", "outputs[0].material");
        _world.Record(run with { Outputs = [_world.Making("ree-tailings", 10)] }, PlantOperator).IsRefused("step-does-not-make", "outputs[0].material");
    }

    [Fact]
    public void residues_come_out_as_tailings_or_scrap_and_what_is_in_process_is_an_input_still()
    {
        var run = _world.Floating();

        _world.Record(run with
        {
            Outputs =
            [
                _world.Making("ree-concentrate", 80),
                _world.Making("ree-tailings", 900, null, OutputRole.Tailings),
                _world.Making("ree-tailings", 10, null, OutputRole.Scrap),
                _world.Making("ree-ore", 5, null, OutputRole.InProcess),
            ],
        }, PlantOperator).IsRecorded();
    }

    [Fact]
    public void a_role_is_known() =>
        _world.Record(_world.Floating() is var run ? run with { Outputs = [run.Outputs[0] with { Role = (OutputRole)8 }] } : null!, PlantOperator).IsRefused("value-unknown", "outputs[0].role");

    [Fact]
    public void there_are_inputs_and_outputs_but_not_too_many()
    {
        var run = _world.Floating();

        _world.Record(run with { Inputs = [] }, PlantOperator).IsRefused("lines-out-of-range", "inputs");
        _world.Record(run with { Outputs = [] }, PlantOperator).IsRefused("lines-out-of-range", "outputs");
        _world.Record(run with { Inputs = [.. Enumerable.Repeat(run.Inputs[0], Limits.LinesOfRun + 1)] }, PlantOperator).IsRefused("lines-out-of-range", "inputs");
        _world.Record(run with { Outputs = [.. Enumerable.Repeat(run.Outputs[0], Limits.LinesOfRun + 1)] }, PlantOperator).IsRefused("lines-out-of-range", "outputs");
    }

    [Fact]
    public void more_lines_than_there_may_be_are_not_even_locked()
    {
        var touches = new Touches();

        _world.Running("blend", Concentrator, [.. Enumerable.Range(0, 100_000).Select(n => Taking(Id(n), 1))]).Touch(touches, PlantOperator);

        Assert.Equal(Limits.LinesOfRun, touches.InLockOrder.Count());
    }

    [Fact]
    public void one_holding_is_not_taken_from_twice_under_two_names()
    {
        var ore = _world.AtConcentrator(1000);

        // With and without the owner's name these are the same goods: 600 kg twice of 1,000.
        _world.Record(_world.Running("ree-flotation", Concentrator, [Taking(ore, 600), Taking(ore, 600, null, MineCo)], _world.Making("ree-concentrate", 80)), PlantOperator)
            .IsRefused("batch-twice", "inputs[1].batchId");
    }

    [Fact]
    public void a_batch_that_comes_out_is_new_so_no_genealogy_has_a_cycle()
    {
        var run = _world.Floating();
        var output = run.Outputs[0];
        _world.Given(run, PlantOperator);
        var next = _world.Floating();

        _world.Record(next with { Outputs = [output with { BatchId = next.Inputs[0].BatchId }] }, PlantOperator).IsRefused("id-reused", "outputs[0].batchId");
        _world.Record(next with { Outputs = [output with { Number = "NEW" }] }, PlantOperator).IsRefused("id-reused", "outputs[0].batchId");
        _world.Record(next with { Outputs = [output with { BatchId = next.RunId }] }, PlantOperator).IsRefused("batch-twice", "outputs[0].batchId");
        _world.Record(next with { Outputs = [next.Outputs[0], next.Outputs[0] with { Number = "NEW" }] }, PlantOperator).IsRefused("batch-twice", "outputs[1].batchId");
        _world.Record(next with { Outputs = [output with { BatchId = Guid.Empty }] }, PlantOperator).IsRefused("id-missing", "outputs[0].batchId");
        _world.Record(next with { RunId = output.BatchId }, PlantOperator).IsRefused("id-reused", "runId");
        var before = _world.Ledger.Events.Count;
        _world.Record(next with { Inputs = [Taking(next.Outputs[0].BatchId, 1)] }, PlantOperator).IsRefused("not-found", "inputs[0].batchId");
        _world.Record(next with { Inputs = [.. Enumerable.Repeat(next.Inputs[0], 10_000)] }, PlantOperator).IsRefused("lines-out-of-range", "inputs");
        Assert.Equal(before, _world.Ledger.Events.Count);
    }

    [Fact]
    public void numbers_are_the_operators_own_and_new()
    {
        var run = _world.Floating();
        _world.Given(run with { Number = "7" }, PlantOperator);
        var next = _world.Floating();

        Assert.Equal("7", _world.Record(next with { Number = "7" }, PlantOperator).IsRefused("number-taken", "number").Values["number"]);
        _world.Record(next with { Outputs = [next.Outputs[0] with { Number = run.Outputs[0].Number }] }, PlantOperator).IsRefused("number-taken", "outputs[0].number");
        _world.Record(next with { Outputs = [next.Outputs[0], next.Outputs[0] with { BatchId = _world.NewId() }] }, PlantOperator).IsRefused("number-taken", "outputs[1].number");
        _world.Record(next with { Outputs = [next.Outputs[0] with { Number = "" }] }, PlantOperator).IsRefused("number-malformed", "outputs[0].number");
    }

    [Fact]
    public void a_run_ends_after_it_started_and_neither_is_in_the_future()
    {
        var run = _world.Floating();

        _world.Record(run with { StartedAt = run.OccurredAt.AddTicks(1) }, PlantOperator).IsRefused("ends-before-start", "startedAt");
        _world.Record(run with { StartedAt = default }, PlantOperator).IsRefused("too-long-ago", "startedAt");
        _world.Record(run with { StartedAt = run.OccurredAt }, PlantOperator).IsRecorded();
    }

    [Fact]
    public void absurd_outputs_are_refused_and_never_an_error()
    {
        var run = _world.Floating();
        Answer Making(Measure stated) => _world.Record(run with { Outputs = [run.Outputs[0] with { Stated = stated }] }, PlantOperator);

        Making(new(decimal.MaxValue, -5)).IsRefused("moisture-out-of-range", "outputs[0].stated.moisture");
        Making(new(decimal.MaxValue)).IsRefused("mass-out-of-range", "outputs[0].stated.wetKilograms");
        Making(new(null)).IsRefused("mass-missing", "outputs[0].stated.wetKilograms");
        Making(new(1, null, long.MaxValue)).IsRefused("not-counted-in-pieces", "outputs[0].stated.pieces");
    }

    [Fact]
    public void untracked_sources_have_a_name_and_a_mass()
    {
        var run = _world.Floating();

        _world.Record(run with { Untracked = [new("Lime", 1), new(" ", 1)] }, PlantOperator).IsRefused("name-missing", "untracked[1].name");
        _world.Record(run with { Untracked = [new("Lime", 0)] }, PlantOperator).IsRefused("mass-out-of-range", "untracked[0].dryKilograms");
        _world.Record(run with { Untracked = [new("Lime", 0.0000001m)] }, PlantOperator).IsRefused("too-precise", "untracked[0].dryKilograms");
        _world.Record(run with { Untracked = [.. Enumerable.Repeat(new UntrackedSource("Lime", 1), Limits.LinesOfRun + 1)] }, PlantOperator).IsRefused("lines-out-of-range", "untracked");
        _world.Record(run with { Untracked = [new("Lime", 1)] }, PlantOperator).IsRecorded("changed-after-refusal");
    }

    [Fact]
    public void outputs_belong_to_the_inputs_owner()
    {
        var concentrate = Toll(WorksCo);
        var run = _world.Running("split", Store, [Taking(concentrate, 100)], _world.Making("ree-concentrate", 100));

        _world.Record(run with { Outputs = [run.Outputs[0] with { OwnerId = PlantCo }] }, PlantOperator).IsRefused("owner-not-of-inputs", "outputs[0].ownerId");
        _world.Record(run, PlantOperator).IsRecorded();

        Assert.Equal(WorksCo, Assert.Single(_world.Batch(run.Outputs[0].BatchId).Holdings).OwnerId);
    }

    [Fact]
    public void with_several_owners_somebody_says_whose_each_output_is()
    {
        var run = _world.Running("blend", Store, [Taking(Toll(WorksCo), 100), Taking(Toll(PlantCo), 100)],
            _world.Making("ree-concentrate", 100, null, OutputRole.Product, WorksCo), _world.Making("ree-concentrate", 100));

        _world.Record(run, PlantOperator).IsRefused("owner-needed", "outputs[1].ownerId");
        _world.Record(run with { Outputs = [run.Outputs[0], run.Outputs[1] with { OwnerId = PlantCo }] }, PlantOperator).IsRecorded();
    }

    /// <summary>Rule C2: goods pass to another owner by shipment or transfer, not in a mill.</summary>
    [Fact]
    public void where_the_material_stays_nobody_gets_more_than_his()
    {
        var blend = _world.Running("blend", Store, [Taking(Toll(WorksCo), 100), Taking(Toll(PlantCo), 100)]);
        RecordRun Giving(decimal works, decimal plant) => blend with
        {
            Outputs = [_world.Making("ree-concentrate", works, null, OutputRole.Product, WorksCo), _world.Making("ree-concentrate", plant, null, OutputRole.Product, PlantCo)],
        };

        var refusal = _world.Record(Giving(150, 50), PlantOperator).IsRefused("more-for-owner-than-his", "outputs");
        Assert.Equal(("100", "150"), (refusal.Values["in"], refusal.Values["out"]));
        _world.Record(Giving(101, 99), PlantOperator).IsRecorded("more-out-than-in", "changed-after-refusal");
    }

    [Fact]
    public void where_the_material_changes_each_owners_part_is_what_they_state()
    {
        var run = _world.Running("ree-flotation", Concentrator, [Taking(TollOre(WorksCo), 100), Taking(TollOre(PlantCo), 100)],
            _world.Making("ree-concentrate", 7, null, OutputRole.Product, WorksCo), _world.Making("ree-concentrate", 9, null, OutputRole.Product, PlantCo));

        _world.Given(run, PlantOperator);

        Assert.Equal([(WorksCo, 7m), (PlantCo, 9m)], run.Outputs.Select(o => _world.Batch(o.BatchId).Holdings.Single()).Select(h => (h.OwnerId, h.Quantity.DryKilograms)));
    }

    private Guid TollOre(Guid owner)
    {
        var buying = _world.Buying("ree-ore", Concentrator, 100) with { OwnerId = owner };
        _world.Given(buying, PlantOperator);
        return buying.BatchId;
    }

    private Guid Toll(Guid owner)
    {
        var buying = _world.Buying("ree-concentrate", Store, 100) with { OwnerId = owner };
        _world.Given(buying, PlantOperator);
        return buying.BatchId;
    }

    [Fact]
    public void more_than_the_permit_allows_is_recorded_with_an_alarm()
    {
        _world.Change(Concentrator, terms => terms with { Permits = [new("ree-concentrate", 100)] });

        _world.Record(_world.Floating(concentrate: 100), PlantOperator).IsRecorded();
        var recorded = _world.Record(_world.Floating(concentrate: 1), PlantOperator).IsRecorded("permit-exceeded");

        Assert.Equal(("101", "100"), (recorded.Alarms[0].Values["total"], recorded.Alarms[0].Values["permitted"]));
    }

    [Fact]
    public void what_is_only_split_blended_or_piled_up_does_not_count_against_the_permit_again()
    {
        _world.Change(Concentrator, terms => terms with { Permits = [new("ree-ore", 100)] });

        _world.Record(_world.Running("split", Concentrator, [Taking(_world.AtConcentrator(1000), 1000)], _world.Making("ree-ore", 1000)), PlantOperator).IsRecorded();
        _world.Record(_world.Tipping(null, Taking(_world.AtConcentrator(1000), 1000)), PlantOperator).IsRecorded();
    }

    [Fact]
    public void what_came_later_than_it_was_used_is_recorded_with_an_alarm()
    {
        var run = _world.Floating();

        _world.Record(run with { StartedAt = Day(-30), OccurredAt = Day(-29) }, PlantOperator).IsRecorded("below-zero-in-time");
    }
}
