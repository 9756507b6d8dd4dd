using System.Globalization;
using Traceability.Batches;
using Traceability.Processing;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Processing;

/// <summary>Where the material stays the same, so does its mass.</summary>
public class SplittingAndBlending
{
    private readonly World _world = new();

    private RecordRun Splitting(decimal into, params decimal[] outOf) =>
        _world.Running("split", Concentrator, [Taking(_world.AtConcentrator(into), into)], [.. outOf.Select(kilograms => _world.Making("ree-ore", kilograms))]);

    [Fact]
    public void a_split_gives_what_went_in_or_less()
    {
        _world.Record(Splitting(1000, 600, 400), PlantOperator).IsRecorded();
        _world.Record(Splitting(1000, 600, 300), PlantOperator).IsRecorded();
    }

    [Theory]
    [InlineData("1000.00001", true, false)]
    [InlineData("1000.000011", true, true)]
    [InlineData("1020", true, true)]
    [InlineData("1020.000001", false, false)]
    public void two_percent_more_is_an_alarm_and_any_more_is_refused(string outOf, bool recorded, bool alarm)
    {
        var answer = _world.Record(Splitting(1000, decimal.Parse(outOf, CultureInfo.InvariantCulture)), PlantOperator);

        if (recorded)
            answer.IsRecorded(alarm ? ["more-out-than-in"] : []);
        else
            answer.IsRefused("more-out-than-in", "outputs");
    }

    [Fact]
    public void one_material_does_not_make_up_for_another()
    {
        var (ore, oxide) = (_world.Bought("ree-ore", Concentrator, 1000), _world.Bought("ndpr-oxide", Concentrator, 1));

        _world.Record(_world.Running("blend", Concentrator, [Taking(ore, 1000), Taking(oxide, 1)], _world.Making("ndpr-oxide", 500)), PlantOperator)
            .IsRefused("more-out-than-in", "outputs");
    }

    [Fact]
    public void nothing_of_another_material_comes_out_not_even_as_in_process()
    {
        var run = Splitting(1000, 1000);

        _world.Record(run with { Outputs = [_world.Making("ndpr-oxide", 1)] }, PlantOperator).IsRefused("step-does-not-make", "outputs[0].material");
        _world.Record(run with { Outputs = [_world.Making("ndpr-oxide", 1, null, OutputRole.InProcess)] }, PlantOperator).IsRefused("more-out-than-in", "outputs");
    }

    [Fact]
    public void pieces_are_split_without_tolerance_and_take_their_mass_along()
    {
        var cells = _world.Bought("nmc-cell", Recycler, 20, 8);
        var run = _world.Running("split", Recycler, [Taking(cells, null, 8)], _world.Making("nmc-cell", null, 3), _world.Making("nmc-cell", 99, 5));

        _world.Record(run with { Outputs = [_world.Making("nmc-cell", null, 9)] }, Worker).IsRefused("more-pieces-out-than-in", "outputs");
        _world.Record(run, Worker).IsRecorded("changed-after-refusal");

        Assert.Equal((new Quantity(7.5m, 3), new Quantity(12.5m, 5)), (_world.Held(run.Outputs[0].BatchId, Recycler), _world.Held(run.Outputs[1].BatchId, Recycler)));
    }

    [Fact]
    public void serials_go_where_the_split_says()
    {
        var cells = _world.Bought("nmc-cell", Recycler, null, 3, "C-1", "C-2", "C-3");
        var run = _world.Running("split", Recycler, [Taking(cells, null, 2, null, "C-1", "C-3")],
            _world.Making("nmc-cell", null, 1, OutputRole.Product, null, "C-3"), _world.Making("nmc-cell", null, 1, OutputRole.Product, null, "C-1"));

        _world.Record(run, Worker).IsRecorded();

        Assert.Equal(run.Outputs[0].BatchId, _world.States.Serial(WorksCo, "C-3")?.BatchId);
        Assert.Equal("C-3", _world.Batch(run.Outputs[0].BatchId).Serials?.Only);
        Assert.Null(_world.States.SerialIn(cells, "C-1"));
        Assert.Equal(cells, _world.States.Serial(WorksCo, "C-2")?.BatchId);
    }

    [Fact]
    public void a_serial_lot_is_not_split_without_saying_which()
    {
        var cells = _world.Bought("nmc-cell", Recycler, null, 3, "C-1", "C-2", "C-3");
        var run = _world.Running("split", Recycler, [Taking(cells, null, 1)], _world.Making("nmc-cell", null, 1));

        _world.Record(run, Worker).IsRefused("serials-needed", "inputs[0].serials");
        _world.Record(run with { Inputs = [Taking(cells, null, 1, null, "C-2")] }, Worker).IsRefused("serials-needed", "outputs[0].serials");
        _world.Record(run with { Inputs = [Taking(cells, null, 1, null, "C-2")], Outputs = [_world.Making("nmc-cell", null, 1, OutputRole.Product, null, "C-1")] }, Worker)
            .IsRefused("serial-not-inside", "outputs[0].serials[0]");
    }

    [Fact]
    public void a_serial_comes_out_of_a_split_once()
    {
        var cells = _world.Bought("nmc-cell", Recycler, null, 2, "C-1", "C-2");
        var run = _world.Running("split", Recycler, [Taking(cells, null, 2, null, "C-1", "C-2")],
            _world.Making("nmc-cell", null, 1, OutputRole.Product, null, "C-1"), _world.Making("nmc-cell", null, 1, OutputRole.Product, null, "C-1"));

        _world.Record(run, Worker).IsRefused("serial-not-inside", "outputs[1].serials[0]");
    }

    [Fact]
    public void two_makers_may_have_given_one_serial_and_both_are_kept_in_a_blend()
    {
        var (own, bought) = (_world.Bought("nmc-cell", Recycler, null, 1, "0001"), CellOfPlant("0001"));
        var blend = _world.Running("blend", Recycler, [Taking(own, null, 1), Taking(bought, null, 1)], _world.Making("nmc-cell", null, 2, OutputRole.Product, null, "0001", "0001"));

        _world.Given(blend with { Outputs = [blend.Outputs[0] with { OwnerId = WorksCo }] }, Worker);

        Assert.Equal(blend.Outputs[0].BatchId, _world.States.Serial(WorksCo, "0001")?.BatchId);
        Assert.Equal(blend.Outputs[0].BatchId, _world.States.Serial(PlantCo, "0001")?.BatchId);
    }

    private Guid CellOfPlant(string serial)
    {
        var cell = _world.Bought("nmc-cell", Store, null, 1, serial);
        _world.Accepted(_world.Dispatched(_world.Dispatching(new DispatchLine(cell, new(null, null, 1), NewOwner: new(WorksCo))) with { FromFacilityId = Store, ToFacilityId = Recycler }));
        return cell;
    }
}
