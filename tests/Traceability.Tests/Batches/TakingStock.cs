using Traceability.Batches;
using static Traceability.Tests.World;

namespace Traceability.Tests.Batches;

/// <summary>What dispatch and processing have in common: Q1, Q2 and C2.</summary>
public class TakingStock
{
    private readonly World _world = new();

    [Fact]
    public void all_of_it_may_go_and_not_a_milligram_more()
    {
        var ore = _world.Ore(1000);

        _world.Record(_world.Dispatching(ore, 1000.00002m), Miner).IsRefused("mass-exceeds-holding", "lines[0].stated.wetKilograms");
        _world.Record(_world.Dispatching(ore, 1000), Miner).IsRecorded();

        Assert.Empty(_world.Batch(ore).Holdings);
    }

    [Fact]
    public void a_refusal_says_what_was_asked_and_what_is_there()
    {
        var ore = _world.Ore(1000, moisture: 0.5m);

        var refusal = _world.Record(_world.Dispatching(ore, 1100), Miner).IsRefused("mass-exceeds-holding", "lines[0].stated.wetKilograms");

        Assert.Equal(("550", "500"), (refusal.Values["asked"], refusal.Values["held"]));
    }

    [Fact]
    public void rounded_parts_of_a_whole_leave_nothing_behind()
    {
        // Three thirds of 1,000 kg at this moisture round to 222.222226 each, the whole to 666.666677.
        var ore = _world.Ore(1000, moisture: 0.333333322m);

        foreach (var wet in new[] { 333.333333m, 333.333333m, 333.333334m })
            _world.Record(_world.Dispatching(ore, wet), Miner).IsRecorded();

        Assert.Empty(_world.Batch(ore).Holdings);
        Assert.Equal(_world.Batch(ore).Totals.Made, _world.Batch(ore).Totals.UnderWay);
    }

    [Fact]
    public void exhausted_stock_is_not_taken()
    {
        var ore = _world.Ore();
        _world.Dispatched(ore, 1000);

        _world.Record(_world.Dispatching(ore, 1), Miner).IsRefused("nothing-held", "lines[0].batchId");
    }

    [Fact]
    public void stock_lies_where_it_lies()
    {
        var ore = _world.Ore();

        _world.Record(_world.Dispatching(ore, 1) with { FromFacilityId = Yard }, Miner).IsRefused("nothing-held", "lines[0].batchId");
    }

    [Fact]
    public void held_stock_is_neither_dispatched_nor_used()
    {
        var ore = _world.AtConcentrator();
        _world.Given(_world.Holding(ore), PlantSupervisor);

        _world.Record(_world.Dispatching(ore, 1) with { FromFacilityId = Concentrator, ToFacilityId = Store }, PlantOperator).IsRefused("batch-held", "lines[0].batchId");
        _world.Record(_world.Running("ree-flotation", Concentrator, [Taking(ore, 1)], _world.Making("ree-concentrate", 1)), PlantOperator).IsRefused("batch-held", "inputs[0].batchId");
    }

    [Fact]
    public void the_operator_takes_what_he_keeps_for_its_owner()
    {
        var buying = _world.Buying("ree-ore", Yard, 100) with { OwnerId = WorksCo };
        _world.Given(buying, Miner);

        var shipment = _world.Dispatched(_world.Dispatching(buying.BatchId, 100) with { FromFacilityId = Yard });

        Assert.Equal(WorksCo, _world.Shipment(shipment).Lines[0].OwnerId);
    }

    [Fact]
    public void goods_stay_their_owners_when_the_facility_changes_hands()
    {
        var ore = _world.Ore();
        _world.Change(Mine, terms => terms with { OperatorId = PlantCo });

        _world.Record(_world.Dispatching(ore, 1000), Miner).IsRefused("not-found", "fromFacilityId");
        var shipment = _world.Dispatched(_world.Dispatching(ore, 1000));

        Assert.Equal((PlantCo, MineCo), (_world.Shipment(shipment).FromOperatorId, _world.Shipment(shipment).Lines[0].OwnerId));
    }

    [Fact]
    public void between_several_owners_somebody_says_whose_goods_go()
    {
        var (ore, _) = OreOfTwoOwners();

        _world.Record(_world.Dispatching(ore, 10) with { FromFacilityId = Store, ToFacilityId = Concentrator }, PlantOperator).IsRefused("owner-needed", "lines[0].ownerId");
        _world.Record(_world.Dispatching(new Traceability.Shipments.DispatchLine(ore, new(10), WorksCo)) with { FromFacilityId = Store, ToFacilityId = Concentrator }, PlantOperator).IsRecorded();
    }

    [Fact]
    public void one_owner_lends_nothing_to_another()
    {
        var (ore, ofMine) = OreOfTwoOwners();

        _world.Record(_world.Dispatching(new Traceability.Shipments.DispatchLine(ore, new(ofMine + 1), MineCo)) with { FromFacilityId = Store, ToFacilityId = Concentrator }, PlantOperator)
            .IsRefused("mass-exceeds-holding", "lines[0].stated.wetKilograms");
    }

    /// <summary>One batch at the store, part of it the mine's, part of it the works'.</summary>
    private (Guid Batch, decimal OfMine) OreOfTwoOwners()
    {
        var ore = _world.Ore(100);
        _world.Accepted(_world.Dispatched(_world.Dispatching(ore, 60) with { ToFacilityId = Store }));
        var batch = _world.Batch(ore);
        // Changing owners is another feature; here the works' part is put there by hand.
        _world.States.With(ore, batch with { Holdings = batch.Holdings.Add(new(Store, WorksCo, new(40, 0), 0, Day(-4), 0)) });
        return (ore, 60);
    }

    [Fact]
    public void a_batch_that_is_not_his_is_for_the_actor_like_one_that_is_not_there()
    {
        var ore = _world.Ore();
        var dispatching = _world.Dispatching(ore, 1) with { FromFacilityId = Store, ToFacilityId = Mine };

        var his = _world.Record(dispatching, PlantOperator).IsRefused("not-found", "lines[0].batchId");
        var nobodys = _world.Record(dispatching with { Lines = [new(Id(404), new(1))] }, PlantOperator).IsRefused("not-found", "lines[0].batchId");

        Assert.Equal(nobodys.Values, his.Values);
        Assert.Equal(404, his.Status);
    }

    [Fact]
    public void an_id_of_something_else_is_no_batch() =>
        _world.Record(_world.Dispatching(Mine, 1), Miner).IsRefused("not-found", "lines[0].batchId");

    [Fact]
    public void pieces_take_their_booked_mass_along_whatever_the_scale_says()
    {
        var cells = _world.Bought("nmc-cell", Recycler, 20, 8);
        var dispatching = _world.Dispatching(cells, new Measure(99, null, 2)) with { FromFacilityId = Recycler, ToFacilityId = MotorPlant };

        _world.Given(dispatching, Worker);

        Assert.Equal(new Quantity(5, 2), _world.Shipment(dispatching.ShipmentId).Lines[0].Quantity);
        Assert.Equal(new Quantity(15, 6), _world.Held(cells, Recycler));
    }

    [Fact]
    public void pieces_that_are_not_there_are_not_taken()
    {
        var cells = _world.Bought("nmc-cell", Recycler, 20, 8);

        _world.Record(_world.Dispatching(cells, new Measure(null, null, 9)) with { FromFacilityId = Recycler, ToFacilityId = MotorPlant }, Worker)
            .IsRefused("pieces-exceed-holding", "lines[0].stated.pieces");
    }

    [Fact]
    public void moisture_stated_last_counts_for_what_lies_there()
    {
        var ore = _world.Ore(1000, moisture: 0.4m);
        _world.Dispatched(ore, 100, moisture: 0.5m);

        var shipment = _world.Dispatched(ore, 100);

        Assert.Equal(0.5m, _world.Shipment(shipment).Lines[0].Moisture);
        Assert.Equal(50, _world.Shipment(shipment).Lines[0].Quantity.DryKilograms);
    }

    [Fact]
    public void ore_that_dried_elsewhere_does_not_dry_the_pile()
    {
        var ore = _world.Ore(1000, moisture: 0.4m);
        var shipment = _world.Dispatched(ore, 100);
        _world.Given(_world.Accepting(shipment, 75, moisture: 0.2m), PlantOperator);

        var next = _world.Dispatched(ore, 100);
        var back = _world.Dispatched(_world.Dispatching(ore, 10) with { FromFacilityId = Concentrator, ToFacilityId = Store, OccurredAt = Day(-3) });

        Assert.Equal((0.4m, 0.2m), (_world.Shipment(next).Lines[0].Moisture, _world.Shipment(back).Lines[0].Moisture));
    }

    [Fact]
    public void taken_before_it_came_is_recorded_with_an_alarm()
    {
        var ore = _world.Ore(1000);

        var recorded = _world.Record(_world.Dispatching(ore, 400) with { OccurredAt = Day(-11) }, Miner).IsRecorded("below-zero-in-time");

        Assert.Equal("400", recorded.Alarms[0].Values["short"]);
        _world.Record(_world.Dispatching(ore, 400) with { OccurredAt = Day(-10) }, Miner).IsRecorded();
    }

    [Fact]
    public void a_withdrawal_entered_late_is_held_against_those_after_it()
    {
        var ore = _world.Ore(1000);
        var sent = _world.Dispatched(_world.Dispatching(ore, 1000) with { OccurredAt = Day(-8) });
        _world.Given(new Traceability.Shipments.VoidShipment(sent, "It never left", Day(-3)), MineSupervisor);

        // Between the eighth and the third day before now nothing lay there.
        _world.Record(_world.Dispatching(ore, 100) with { OccurredAt = Day(-5) }, Miner).IsRecorded("below-zero-in-time");
        _world.Record(_world.Dispatching(ore, 100) with { OccurredAt = Day(-2) }, Miner).IsRecorded();
    }

    [Fact]
    public void what_came_and_went_at_one_instant_does_not_look_as_if_it_had_been_missing_before()
    {
        var ore = _world.Ore(500);
        _world.Accepted(_world.Dispatched(_world.Dispatching(ore, 100) with { ToFacilityId = Store, OccurredAt = Day(-9) }));
        _world.Accepted(_world.Dispatched(_world.Dispatching(ore, 400) with { ToFacilityId = Store }));
        var onward = _world.Dispatching(ore, 400) with { FromFacilityId = Store, ToFacilityId = Concentrator, OccurredAt = Day(-4) };
        _world.Given(onward, PlantOperator);

        _world.Record(_world.Dispatching(ore, 100) with { FromFacilityId = Store, ToFacilityId = Concentrator, OccurredAt = Day(-6) }, PlantOperator).IsRecorded();
    }
}
