using Traceability.Batches;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

public sealed class ReceivingInParts
{
    private readonly World _world = new();

    private ReceivePart Part(Guid shipment, decimal kilograms, double day = -4) =>
        new(shipment, _world.NewId(), [new(_world.Shipment(shipment).Lines[0].BatchId, new(kilograms))], Day(day));

    private AcceptShipment Last(Guid shipment, decimal? kilograms, bool reserve = false) => new(
        shipment, kilograms is { } last ? [new(_world.Shipment(shipment).Lines[0].BatchId, new(last))] : [], Day(-3), UnderReserve: reserve);

    private (Guid Ore, Guid Shipment) PartlyReceived(decimal kilograms)
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        _world.Given(Part(shipment, kilograms), PlantOperator);
        return (ore, shipment);
    }

    [Fact]
    public void what_came_may_be_used_before_the_rest_has_come()
    {
        var (ore, shipment) = PartlyReceived(400);

        Assert.Equal((new Quantity(400, 0), new Quantity(600, 0)), (_world.Held(ore, Concentrator), _world.Batch(ore).Totals.UnderWay));
        Assert.Equal(ShipmentStatus.PartlyReceived, _world.Shipment(shipment).Status);
        _world.Given(_world.Running("ree-flotation", Concentrator, [Taking(ore, 400)], _world.Making("ree-concentrate", 30)), PlantOperator);
    }

    [Fact]
    public void tolerance_is_judged_over_all_parts_when_the_last_has_come()
    {
        // 2 % of 1,000 kg of ore is 20 kg: 985 kg in all is exact enough, though the last part alone says nothing.
        var (ore, shipment) = PartlyReceived(400);
        _world.Given(Part(shipment, 300), PlantOperator);
        _world.Given(Last(shipment, 285), PlantOperator);

        Assert.Equal(ShipmentStatus.Accepted, _world.Shipment(shipment).Status);
        Assert.Equal((new Quantity(985, 0), new Quantity(-15, 0)), (_world.Held(ore, Concentrator), _world.Batch(ore).Totals.GainInTransit));
    }

    [Fact]
    public void the_last_part_may_have_come_before_the_judgement()
    {
        var (ore, shipment) = PartlyReceived(990);
        _world.Given(Last(shipment, null), PlantOperator);

        Assert.Equal((new Quantity(990, 0), new Quantity(0, 0)), (_world.Held(ore, Concentrator), _world.Batch(ore).Totals.UnderWay));
    }

    [Fact]
    public void what_came_whole_before_is_as_moist_as_it_was_weighed_and_is_not_booked_again()
    {
        var (moist, dry) = (_world.Ore(1000, 0.1m), _world.Ore());
        var shipment = _world.Dispatched(_world.Dispatching(new DispatchLine(moist, new(1000)), new DispatchLine(dry, new(1000))));
        _world.Given(new ReceivePart(shipment, _world.NewId(), [new(moist, new(1125, 0.2m))], Day(-4)), PlantOperator);
        var before = _world.Ledger.Events.Count;

        _world.Given(new AcceptShipment(shipment, [new(dry, new(1000))], Day(-3)), PlantOperator);

        Assert.Equal((new Quantity(900, 0), 0.2m), _world.Batch(moist).Holdings.Single(h => h.FacilityId == Concentrator) is var held ? (held.Quantity, held.Moisture) : default);
        Assert.Equal([dry], _world.Ledger.Events.Skip(before).Where(e => e.Event is BatchBooked).Select(e => e.StreamId));
    }

    [Fact]
    public void a_short_sum_is_disputed_and_all_that_lies_there_is_blocked()
    {
        var (ore, shipment) = PartlyReceived(400);
        _world.Given(Last(shipment, 500), PlantOperator, "outside-tolerance");

        var held = _world.Batch(ore).At(Concentrator, MineCo)!;
        Assert.Equal((900m, 900m, 100m), (held.Quantity.DryKilograms, held.Blocked.DryKilograms, _world.Batch(ore).Totals.Disputed.DryKilograms));
    }

    [Fact]
    public void more_than_was_sent_and_tolerance_allows_is_no_part_of_it()
    {
        var (_, shipment) = PartlyReceived(800);

        _world.Given(Part(shipment, 220), PlantOperator);
        _world.Record(Part(shipment, 1), PlantOperator).IsRefused("more-than-sent", "lines[0].stated");
    }

    [Fact]
    public void a_shipment_that_came_in_part_cannot_be_voided()
    {
        var (_, shipment) = PartlyReceived(400);

        _world.Record(new VoidShipment(shipment, "Never left", Day(-1)), MineSupervisor).IsRefused("not-under-way");
    }

    [Fact]
    public void a_part_of_nothing_says_nothing()
    {
        var (_, shipment) = PartlyReceived(400);

        _world.Record(Part(shipment, 1) with { Lines = [] }, PlantOperator).IsRefused("lines-out-of-range", "lines");
    }

    [Fact]
    public void goods_are_refused_only_when_all_has_come()
    {
        var (ore, shipment) = PartlyReceived(400);

        _world.Record(Part(shipment, 100) with { Lines = [new(ore, new(100), Refused: new(10))] }, PlantOperator).IsRefused("refused-only-at-the-end", "lines[0].refused");
    }

    [Fact]
    public void under_reserve_the_smaller_mass_is_usable_and_the_difference_stays_disputed()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        _world.Given(Last(shipment, 970, reserve: true), PlantOperator, "outside-tolerance");

        Assert.Equal((ShipmentStatus.AcceptedUnderReserve, true), (_world.Shipment(shipment).Status, _world.Shipment(shipment).HasOpenDispute));
        Assert.Equal((new Quantity(970, 0), new Quantity(30, 0)), (_world.Batch(ore).At(Concentrator, MineCo)!.Free, _world.Batch(ore).Totals.Disputed));
    }

    [Fact]
    public void after_parts_the_whole_may_be_short_and_taken_under_reserve()
    {
        var (ore, shipment) = PartlyReceived(400);

        _world.Given(Last(shipment, 560, reserve: true), PlantOperator, "outside-tolerance");

        Assert.Equal(ShipmentStatus.AcceptedUnderReserve, _world.Shipment(shipment).Status);
        Assert.Equal((new Quantity(960, 0), new Quantity(40, 0)), (_world.Batch(ore).At(Concentrator, MineCo)!.Free, _world.Batch(ore).Totals.Disputed));
    }

    [Fact]
    public void reserve_within_tolerance_is_a_plain_acceptance()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);
        _world.Given(Last(shipment, 980, reserve: true), PlantOperator);

        Assert.Equal(ShipmentStatus.Accepted, _world.Shipment(shipment).Status);
    }

    [Fact]
    public void what_was_used_under_reserve_cannot_be_agreed_away()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        _world.Given(Last(shipment, 970, reserve: true), PlantOperator, "outside-tolerance");
        _world.Given(_world.Running("ree-flotation", Concentrator, [Taking(ore, 960)], _world.Making("ree-concentrate", 70)), PlantOperator);
        ResolveShipment Agreeing(decimal kilograms) => new(shipment, _world.NewId(), [new(ore, new(kilograms, 0))], "Draught survey", Day(-1));

        _world.Given(Agreeing(955), MineSupervisor);
        _world.Record(Agreeing(955), PlantSupervisor).IsRefused("already-used", "lines[0].quantity");
        _world.Given(Agreeing(1000), MineSupervisor);
        _world.Given(Agreeing(1000), PlantSupervisor);

        Assert.Equal((new Quantity(40, 0), new Quantity(0, 0)), (_world.Held(ore, Concentrator), _world.Batch(ore).Totals.GainInTransit));
    }

    [Fact]
    public void the_umpire_both_sides_named_settles_it_alone()
    {
        var (ore, shipment) = _world.Disputed();
        NameUmpire Naming(Guid umpire) => new(shipment, _world.NewId(), umpire, Day(-2));
        var verdict = new ResolveShipment(shipment, _world.NewId(), [new(ore, new(940, 0))], "Umpire assay", Day(-1));

        _world.Given(Naming(StrangerCo), MineSupervisor);
        _world.Record(verdict, Stranger).IsRefused("not-found", "shipmentId");
        _world.Record(Naming(MineCo), PlantSupervisor).IsRefused("umpire-is-a-side", "umpireId");
        _world.Given(Naming(StrangerCo), PlantSupervisor);
        _world.Given(verdict, Stranger);

        var batch = _world.Batch(ore);
        Assert.Equal(ShipmentStatus.Resolved, _world.Shipment(shipment).Status);
        Assert.Equal((940m, 0m, 0m, -60m), (
            batch.At(Concentrator, MineCo)!.Free.DryKilograms, batch.At(Concentrator, MineCo)!.Blocked.DryKilograms, batch.Totals.Disputed.DryKilograms, batch.Totals.GainInTransit.DryKilograms));
    }

    [Fact]
    public void refused_goods_lie_blocked_until_they_go_back_to_where_they_came_from()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        _world.Given(new AcceptShipment(shipment, [new(ore, new(1000), Refused: new(250))], Day(-4)), PlantOperator);
        DispatchShipment Back(decimal kilograms) => _world.Dispatching(ore, kilograms) with
        {
            FromFacilityId = Concentrator,
            ToFacilityId = Mine,
            Purpose = Purpose.Return,
            ReturnOf = shipment,
            OccurredAt = Day(-3),
        };

        _world.Record(_world.Running("ree-flotation", Concentrator, [Taking(ore, 760)], _world.Making("ree-concentrate", 30)), PlantOperator).IsRefused("stock-in-dispute", "inputs[0].stated");
        _world.Record(Back(250) with { ReturnOf = null }, PlantOperator).IsRefused("return-names-its-shipment", "returnOf");
        _world.Record(Back(250) with { ToFacilityId = Yard }, PlantOperator).IsRefused("not-found", "returnOf");
        var back = _world.Dispatched(Back(250));
        _world.Accepted(back);

        var batch = _world.Batch(ore);
        Assert.Equal((750m, 0m, 250m), (batch.At(Concentrator, MineCo)!.Quantity.DryKilograms, batch.At(Concentrator, MineCo)!.Blocked.DryKilograms, batch.At(Mine, MineCo)!.Free.DryKilograms));
    }

    [Fact]
    public void more_than_came_cannot_be_refused()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);

        _world.Record(new AcceptShipment(shipment, [new(ore, new(1000), Refused: new(1001))], Day(-4)), PlantOperator).IsRefused("refused-more-than-came", "lines[0].refused");
    }

    [Fact]
    public void held_stock_moves_only_back_to_analysis_or_to_disposal_and_stays_held()
    {
        var ore = _world.Ore();
        var hold = _world.Holding(ore);
        _world.Given(hold, MineSupervisor);

        _world.Record(_world.Dispatching(ore, 10) with { OccurredAt = Day(-0.5) }, Miner).IsRefused("batch-held", "lines[0].batchId");
        var sample = _world.Dispatched(_world.Dispatching(ore, 10) with { Purpose = Purpose.Analysis, OccurredAt = Day(-0.5) });
        _world.Given(new AcceptShipment(sample, [new(ore, new(10))], Day(-0.1)), PlantOperator);

        Assert.False(_world.Batch(ore).Holds.IsEmpty);
        _world.Record(_world.Running("ree-flotation", Concentrator, [Taking(ore, 10)], _world.Making("ree-concentrate", 1)), PlantOperator).IsRefused("batch-held", "inputs[0].batchId");
    }
}
