using Traceability.Batches;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

public class SettlingADispute
{
    private readonly World _world = new();

    private ResolveShipment Resolving(Guid shipment, Guid batch, decimal kilograms, long pieces = 0) =>
        new(shipment, _world.NewId(), [new(batch, new(kilograms, pieces))], "Weighed again together", Day(-2));

    private DisputeShipment Disputing(Guid shipment, decimal kilograms) => new(shipment, _world.Accepting(shipment, kilograms).Lines, "The seal was broken", Day(-4));

    [Fact]
    public void in_dispute_the_smaller_mass_is_of_record_and_nothing_can_be_used()
    {
        var (ore, shipment) = _world.Disputed();

        Assert.Equal(new Quantity(900, 0), Assert.Single(_world.Shipment(shipment).Received).OfRecord);
        Assert.Equal((new Quantity(900, 0), new Quantity(100, 0)), (_world.Held(ore, Concentrator), _world.Batch(ore).Totals.Disputed));
        _world.Record(_world.Running("ree-flotation", Concentrator, [Taking(ore, 1)], _world.Making("ree-concentrate", 1)), PlantOperator).IsRefused("stock-in-dispute", "inputs[0].stated");
    }

    [Fact]
    public void when_more_arrived_than_was_sent_the_smaller_mass_is_what_was_sent()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);
        _world.Given(_world.Accepting(shipment, 1100), PlantOperator, "outside-tolerance");

        Assert.Equal(new Quantity(1000, 0), Assert.Single(_world.Shipment(shipment).Received).OfRecord);
    }

    [Fact]
    public void the_receiver_contests_whatever_the_scale_says()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);

        _world.Record(Disputing(shipment, 1000), PlantOperator).IsRecorded();

        Assert.Equal((ShipmentStatus.Disputed, "The seal was broken"), (_world.Shipment(shipment).Status, _world.Shipment(shipment).Reason));
    }

    [Fact]
    public void a_dispute_has_a_reason_and_comes_from_the_receiver()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);

        _world.Record(Disputing(shipment, 1000) with { Reason = "" }, PlantOperator).IsRefused("reason-missing", "reason");
        _world.Record(Disputing(shipment, 1000), Miner).IsRefused("not-allowed");
        _world.Record(Disputing(shipment, 1000), Stranger).IsRefused("not-found", "shipmentId");
    }

    [Fact]
    public void what_both_sides_name_is_booked()
    {
        var (ore, shipment) = _world.Disputed();

        _world.Record(Resolving(shipment, ore, 950), MineSupervisor).IsRecorded();
        Assert.Equal(ShipmentStatus.Disputed, _world.Shipment(shipment).Status);

        _world.Record(Resolving(shipment, ore, 950.0m), PlantSupervisor).IsRecorded();
        Assert.Equal(ShipmentStatus.Resolved, _world.Shipment(shipment).Status);
        Assert.Equal((new Quantity(950, 0), new Quantity(-50, 0), new Quantity(0, 0)),
            (_world.Held(ore, Concentrator), _world.Batch(ore).Totals.GainInTransit, _world.Batch(ore).Totals.UnderWay));
    }

    [Fact]
    public void one_side_cannot_agree_with_itself()
    {
        var (ore, shipment) = _world.Disputed();

        _world.Record(Resolving(shipment, ore, 950), MineSupervisor).IsRecorded();
        _world.Record(Resolving(shipment, ore, 950), MineSupervisor).IsRecorded();

        Assert.Equal(ShipmentStatus.Disputed, _world.Shipment(shipment).Status);
    }

    [Fact]
    public void another_figure_is_a_counter_proposal()
    {
        var (ore, shipment) = _world.Disputed();

        _world.Given(Resolving(shipment, ore, 950), MineSupervisor);
        _world.Given(Resolving(shipment, ore, 940), PlantSupervisor);
        Assert.Equal((PlantCo, 940), (_world.Shipment(shipment).Proposal!.ByOrganisationId, _world.Shipment(shipment).Proposal!.Lines[0].Quantity.DryKilograms));

        _world.Given(Resolving(shipment, ore, 940), MineSupervisor);
        Assert.Equal(new Quantity(940, 0), _world.Held(ore, Concentrator));
    }

    [Fact]
    public void within_one_organisation_there_is_no_other_side_to_wait_for()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(_world.Dispatching(ore, 1000) with { ToFacilityId = Yard });
        _world.Given(_world.Accepting(shipment, 900), Miner, "outside-tolerance");

        _world.Record(Resolving(shipment, ore, 900), MineSupervisor).IsRecorded();

        Assert.Equal(new Quantity(900, 0), _world.Held(ore, Yard));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(0, true)]
    [InlineData(1000.000001, false)]
    [InlineData(-1, false)]
    public void the_truth_is_never_above_both_figures(double kilograms, bool possible)
    {
        var (ore, shipment) = _world.Disputed();

        var answer = _world.Record(Resolving(shipment, ore, (decimal)kilograms), MineSupervisor);

        if (possible)
            answer.IsRecorded();
        else
            answer.IsRefused("more-than-either-side-says", "lines[0].quantity.dryKilograms");
    }

    [Fact]
    public void goods_that_are_lost_leave_nothing_held()
    {
        var (ore, shipment) = _world.Disputed();
        _world.Given(Resolving(shipment, ore, 0), MineSupervisor);
        _world.Given(Resolving(shipment, ore, 0), PlantSupervisor);

        Assert.Empty(_world.Batch(ore).Holdings);
        Assert.Equal(new Quantity(-1000, 0), _world.Batch(ore).Totals.GainInTransit);
    }

    [Fact]
    public void pieces_and_their_mass_stay_together()
    {
        var cells = _world.Bought("nmc-cell", MotorPlant, 20, 8);
        var shipment = _world.Dispatched(_world.Dispatching(cells, new Measure(null, null, 8)) with { FromFacilityId = MotorPlant, ToFacilityId = Recycler });
        _world.Given(_world.Accepting(shipment, new Measure(null, null, 6)), Worker, "pieces-differ");

        _world.Record(Resolving(shipment, cells, 5, 0), WorksSupervisor).IsRefused("mass-and-pieces-disagree", "lines[0].quantity");
        _world.Record(Resolving(shipment, cells, 0, 3), WorksSupervisor).IsRefused("mass-and-pieces-disagree", "lines[0].quantity");
        _world.Record(Resolving(shipment, cells, 20, 9), WorksSupervisor).IsRefused("more-than-either-side-says", "lines[0].quantity.pieces");
        _world.Record(Resolving(shipment, cells, 17.5m, 7), WorksSupervisor).IsRecorded();
    }

    [Fact]
    public void a_resolution_is_precise_to_the_milligram()
    {
        var (ore, shipment) = _world.Disputed();

        _world.Record(Resolving(shipment, ore, 950.0000001m), MineSupervisor).IsRefused("too-precise", "lines[0].quantity.dryKilograms");
    }

    [Fact]
    public void it_names_each_line_once_with_reason_and_id()
    {
        var (ore, shipment) = _world.Disputed();
        var resolving = Resolving(shipment, ore, 950);

        _world.Record(resolving with { Lines = [] }, MineSupervisor).IsRefused("line-missing", "lines");
        _world.Record(resolving with { Lines = [.. resolving.Lines, .. resolving.Lines] }, MineSupervisor).IsRefused("batch-twice", "lines[1].batchId");
        _world.Record(resolving with { Lines = [new(Id(404), new(1, 0))] }, MineSupervisor).IsRefused("line-never-sent", "lines[0].batchId");
        _world.Record(resolving with { Reason = "\t" }, MineSupervisor).IsRefused("reason-missing", "reason");
        _world.Record(resolving with { ResolutionId = Guid.Empty }, MineSupervisor).IsRefused("id-missing", "resolutionId");
    }

    [Fact]
    public void supervisors_of_the_two_sides_settle_it()
    {
        var (ore, shipment) = _world.Disputed();

        _world.Record(Resolving(shipment, ore, 950), Miner).IsRefused("not-allowed");
        _world.Record(Resolving(shipment, ore, 950), Stranger).IsRefused("not-found", "shipmentId");
    }

    [Fact]
    public void what_is_not_disputed_needs_no_resolution()
    {
        var ore = _world.Ore();

        _world.Record(Resolving(_world.Dispatched(ore, 1000), ore, 950), MineSupervisor).IsRefused("not-disputed");
    }
}
