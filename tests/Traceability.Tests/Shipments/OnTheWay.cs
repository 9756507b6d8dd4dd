using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

public sealed class OnTheWay
{
    private static readonly Seal One = new("KTZ", "1"), Two = new("KTZ", "2"), Three = new("CR", "3");

    private readonly World _world = new();

    private DispatchShipment Sealed(params Seal[] seals) => _world.Dispatching(_world.Ore(), 1000) with { Seals = seals, Units = ["WAGON-1"], Carrier = new(CarrierCo, "Carrier") };

    private ReloadShipment Reloading(Guid shipment, params Seal[] seals) => new(shipment, _world.NewId(), "Dostyk", seals, ["CN-WAGON-9"], "Gauge change", Day(-4.5));

    [Fact]
    public void the_carrier_reloads_and_the_receipt_compares_with_the_latest_seals()
    {
        var shipment = _world.Dispatched(Sealed(One, Two));
        _world.Given(Reloading(shipment, Three), Driver);

        var line = _world.Shipment(shipment).Lines[0];
        AcceptShipment Found(params Seal[] seals) => new(shipment, [new(line.BatchId, line.Stated)], Day(-4), Seals: seals);
        Assert.Equal(["CN-WAGON-9"], _world.Shipment(shipment).Units);
        Assert.Contains(_world.Record(Found(One, Two), PlantOperator).Recorded!.Alarms, a => a.Code == "seals-differ");
    }

    [Fact]
    public void seals_found_as_they_should_be_raise_nothing()
    {
        var shipment = _world.Dispatched(Sealed(One, Two));
        var line = _world.Shipment(shipment).Lines[0];

        _world.Given(new AcceptShipment(shipment, [new(line.BatchId, line.Stated)], Day(-4), Seals: [Two, One]), PlantOperator);
    }

    [Fact]
    public void a_seal_taken_off_is_free_again_and_one_still_on_may_stay()
    {
        var shipment = _world.Dispatched(Sealed(One, Two));
        _world.Given(Reloading(shipment, One, Three), Driver);

        _world.Given(Sealed(Two), Miner);
        _world.Record(Sealed(Three), Miner).IsRefused("seal-in-use", "seals[0]");
    }

    [Fact]
    public void a_seal_of_another_open_shipment_cannot_be_put_on()
    {
        _world.Dispatched(Sealed(One));
        var other = _world.Dispatched(Sealed(Two) with { Units = [] });

        _world.Record(Reloading(other, One), Driver).IsRefused("seal-in-use", "seals[0]");
    }

    [Fact]
    public void nothing_is_reloaded_after_the_receipt_nor_by_a_stranger()
    {
        var shipment = _world.Dispatched(Sealed(One));

        _world.Record(Reloading(shipment, Two), Stranger).IsRefused("not-found", "shipmentId");
        _world.Accepted(shipment);
        _world.Record(Reloading(shipment, Two), Driver).IsRefused("not-under-way");
    }

    [Fact]
    public void reloading_before_it_left_is_an_alarm()
    {
        var shipment = _world.Dispatched(Sealed(One));

        _world.Given(Reloading(shipment, Two) with { OccurredAt = Day(-6) }, Driver, "reloaded-before-dispatch");
    }

    [Fact]
    public void packages_add_up_to_their_line_and_only_what_was_sent_can_come()
    {
        var ore = _world.Ore();
        DispatchShipment Packed(params Package[] packages) => _world.Dispatching(new DispatchLine(ore, new(100), Packages: packages));
        _world.Record(Packed(new("D-1", 60), new("D-2", 39)), Miner).IsRefused("packages-differ-from-line", "lines[0].packages");
        _world.Record(Packed(new("D-1", 60), new("D-1", 40)), Miner).IsRefused("package-twice", "lines[0].packages");
        var shipment = _world.Dispatched(Packed(new("D-1", 60), new("D-2", 40)));
        AcceptShipment Came(params string[] packages) => new(shipment, [new(ore, new(100), Packages: packages)], Day(-4));

        _world.Record(Came("D-1", "D-3"), PlantOperator).IsRefused("package-never-sent", "lines[0].packages[1]");
        _world.Given(Came("D-1", "D-2"), PlantOperator);
    }

    [Fact]
    public void a_package_comes_once_however_many_receipts_there_are()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(_world.Dispatching(new DispatchLine(ore, new(100), Packages: [new("D-1", 60), new("D-2", 40)])));
        ReceivePart Part(decimal kilograms, params string[] packages) => new(shipment, _world.NewId(), [new(ore, new(kilograms), Packages: packages)], Day(-4));
        _world.Given(Part(60, "D-1"), PlantOperator);

        _world.Record(Part(40, "D-1"), PlantOperator).IsRefused("package-came-before", "lines[0].packages[0]");
        _world.Given(new AcceptShipment(shipment, [new(ore, new(40), Packages: ["D-2"])], Day(-3)), PlantOperator);

        Assert.Equal(["D-1", "D-2"], _world.Shipment(shipment).Came(ore));
    }

    [Fact]
    public void packing_anew_replaces_the_packages_and_makes_no_run()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(_world.Dispatching(new DispatchLine(ore, new(100), Packages: [new("D-1", 60), new("D-2", 40)])));
        ReloadShipment Repacking(params RepackedLine[] lines) => new(shipment, _world.NewId(), "Alashankou", [], [], "Drums into big bags", Day(-4.5), lines);

        _world.Record(Repacking(new RepackedLine(ore, [new("BB-1", 99)])), Miner).IsRefused("packages-differ-from-line", "packages[0].packages");
        _world.Record(Repacking(new RepackedLine(Id(404), [new("BB-1", 100)])), Miner).IsRefused("line-never-sent", "packages[0].batchId");
        _world.Record(Repacking(new(ore, [new("BB-1", 100)]), new(ore, [new("BB-2", 100)])), Miner).IsRefused("batch-twice", "packages[1].batchId");
        _world.Given(Repacking(new RepackedLine(ore, [new("BB-1", 100)])), Miner);

        AcceptShipment Came(string package) => new(shipment, [new(ore, new(100), Packages: [package])], Day(-4));
        Assert.Equal(["BB-1"], _world.Shipment(shipment).Lines[0].Packages.Select(p => p.Number));
        Assert.DoesNotContain(_world.Ledger.Events, e => e.Event is Traceability.Processing.ProcessRunRecorded);
        _world.Record(Came("D-1"), PlantOperator).IsRefused("package-never-sent", "lines[0].packages[0]");
        _world.Given(Came("BB-1"), PlantOperator);
    }

    [Fact]
    public void what_came_already_is_not_packed_anew()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(_world.Dispatching(new DispatchLine(ore, new(100), Packages: [new("D-1", 60), new("D-2", 40)])));
        _world.Given(new ReceivePart(shipment, _world.NewId(), [new(ore, new(60), Packages: ["D-1"])], Day(-4.8)), PlantOperator);
        ReloadShipment Repacking(params Package[] packages) => new(shipment, _world.NewId(), "Alashankou", [], [], "Drum leaks", Day(-4.5), [new(ore, packages)]);

        _world.Record(Repacking(new Package("BB-1", 100)), Miner).IsRefused("package-came-before", "packages[0].packages");
        _world.Given(Repacking(new("D-1", 60), new("BB-2", 40)), Miner);
    }

    [Fact]
    public void between_two_facilities_of_one_organisation_one_record_says_both()
    {
        var ore = _world.Ore();
        _world.Given(_world.Dispatching(ore, 400) with { ToFacilityId = Yard, ReceivedAt = Day(-4.9) }, Miner);

        Assert.Equal((new Quantity(600, 0), new Quantity(400, 0)), (_world.Held(ore, Mine), _world.Held(ore, Yard)));
        _world.Record(_world.Dispatching(ore, 400) with { ReceivedAt = Day(-4) }, Miner).IsRefused("needs-both-sides", "receivedAt");
        _world.Record(_world.Dispatching(ore, 400) with { ToFacilityId = Yard, ReceivedAt = Day(-6) }, Miner).IsRefused("received-before-dispatch", "receivedAt");
    }

    [Fact]
    public void for_a_partner_outside_the_ledger_one_side_records_both_with_papers()
    {
        _world.Change(Concentrator, terms => terms with { OutsideLedger = true });
        var ore = _world.Ore();
        var there = _world.Dispatching(ore, 400);

        _world.Record(there, Miner).IsRefused("received-at-missing", "receivedAt");
        _world.Record(there with { ReceivedAt = Day(-4) }, Miner).IsRefused("documents-missing", "documents");
        _world.Given(there with { ReceivedAt = Day(-4), Documents = ["SMGS 88123"] }, Miner);
        _world.Given(_world.Dispatching(ore, 100) with { FromFacilityId = Concentrator, ToFacilityId = Mine, OccurredAt = Day(-3), ReceivedAt = Day(-2), Documents = ["CMR 5"] }, Miner);

        Assert.Equal((new Quantity(700, 0), new Quantity(300, 0)), (_world.Held(ore, Mine), _world.Held(ore, Concentrator)));
    }

    [Fact]
    public void ownership_passes_with_the_goods_when_they_are_received()
    {
        var ore = _world.Ore();
        DispatchShipment Sold(Guid buyer) => _world.Dispatching(new DispatchLine(ore, new(400), NewOwner: new(buyer, "SALE-7", "DAP Concentrator")));
        _world.Record(Sold(MineCo), Miner).IsRefused("owner-already", "lines[0].newOwner.ownerId");
        _world.Record(Sold(_world.NewId()), Miner).IsRefused("organisation-unknown", "lines[0].newOwner.ownerId");
        var shipment = _world.Dispatched(Sold(WorksCo));
        _world.Accepted(shipment);

        Assert.Equal(400, _world.Batch(ore).At(Concentrator, WorksCo)!.Quantity.DryKilograms);
        Assert.True(_world.Shipment(shipment).Concerns(Worker));
    }

    [Fact]
    public void an_arrival_whose_dispatch_is_unknown_waits_for_it_and_becomes_its_receipt()
    {
        var ore = _world.Ore();
        var number = _world.Batch(ore).Number;
        AnnounceArrival Announcing(decimal kilograms) => new(_world.NewId(), MineCo, "S-LATE", Concentrator, [new(number, new(kilograms), "MY-ORE")], Day(-4));
        var announced = Announcing(995);
        _world.Given(announced, PlantOperator);

        _world.Record(Announcing(10), PlantOperator).IsRefused("shipment-known", "shipmentNumber");
        Assert.Equal(0, _world.Held(ore, Concentrator).DryKilograms);
        var dispatch = _world.Dispatching(ore, 1000) with { Number = "S-LATE" };
        _world.Given(dispatch, Miner);

        Assert.Equal(ShipmentStatus.Accepted, _world.Shipment(dispatch.ShipmentId).Status);
        Assert.Equal((new Quantity(995, 0), ore), (_world.Held(ore, Concentrator), _world.States.Number(PlantCo, "MY-ORE")));
    }

    [Fact]
    public void a_dispatch_that_does_not_fit_the_announced_arrival_stays_under_way_with_an_alarm()
    {
        _world.Given(new AnnounceArrival(_world.NewId(), MineCo, "S-LATE", Concentrator, [new("SOMETHING ELSE", new(5))], Day(-4)), PlantOperator);
        var dispatch = _world.Dispatching(_world.Ore(), 1000) with { Number = "S-LATE" };

        _world.Given(dispatch, Miner, "arrival-does-not-fit");
        Assert.Equal(ShipmentStatus.UnderWay, _world.Shipment(dispatch.ShipmentId).Status);
        _world.Accepted(dispatch.ShipmentId);
    }

    [Fact]
    public void an_announced_arrival_is_weighed_like_anything_else_and_its_tickets_are_used_once()
    {
        AnnounceArrival Announcing(string number, Measure stated) => new(_world.NewId(), MineCo, number, Concentrator, [new("ORE-9", stated)], Day(-4));
        Measure Ticketed(decimal kilograms) => new(kilograms, null, null, WeighingMethod.Weighbridge, [new("Gate", "T-9", 15_100, 15_000, 100, Day(-4))]);

        _world.Record(Announcing("S-1", new(-5)), PlantOperator).IsRefused("mass-out-of-range", "lines[0].stated.wetKilograms");
        _world.Record(Announcing("S-1", new(null)), PlantOperator).IsRefused("mass-missing", "lines[0].stated.wetKilograms");
        _world.Record(Announcing("S-1", new(5, 1)), PlantOperator).IsRefused("moisture-out-of-range", "lines[0].stated.moisture");
        _world.Record(Announcing("S-1", Ticketed(99)), PlantOperator).IsRefused("tickets-differ-from-line", "lines[0].stated.tickets");
        _world.Given(Announcing("S-1", Ticketed(100)), PlantOperator);
        _world.Record(Announcing("S-2", Ticketed(100)), PlantOperator).IsRefused("ticket-used", "lines[0].stated.tickets[0].number");
    }
}
