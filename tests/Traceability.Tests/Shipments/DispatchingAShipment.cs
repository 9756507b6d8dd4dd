using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

public class DispatchingAShipment
{
    private readonly World _world = new();

    [Fact]
    public void goods_under_way_are_held_by_no_one()
    {
        var ore = _world.Ore(1000);

        _world.Record(_world.Dispatching(ore, 400), Miner).IsRecorded();

        Assert.Equal(new Quantity(600, 0), _world.Held(ore, Mine));
        Assert.Equal(new Quantity(0, 0), _world.Held(ore, Concentrator));
        Assert.Equal(new Quantity(400, 0), _world.Batch(ore).Totals.UnderWay);
    }

    [Fact]
    public void only_the_holder_dispatches()
    {
        var ore = _world.Ore();

        _world.Record(_world.Dispatching(ore, 1), PlantOperator).IsRefused("not-found", "fromFacilityId");
        _world.Record(_world.Dispatching(ore, 1), Person(99, MineCo, Traceability.Access.Role.Laboratory)).IsRefused("not-allowed");
    }

    [Fact]
    public void it_goes_to_a_facility_of_the_register() =>
        _world.Record(_world.Dispatching(_world.Ore(), 1) with { ToFacilityId = Id(404) }, Miner).IsRefused("not-found", "toFacilityId");

    [Fact]
    public void it_goes_somewhere_else() =>
        _world.Record(_world.Dispatching(_world.Ore(), 1) with { ToFacilityId = Mine }, Miner).IsRefused("to-itself", "toFacilityId");

    [Fact]
    public void it_has_lines_but_not_too_many()
    {
        _world.Record(_world.Dispatching(), Miner).IsRefused("lines-out-of-range", "lines");
        _world.Record(_world.Dispatching([.. Enumerable.Range(0, Limits.LinesOfShipment + 1).Select(n => new DispatchLine(Id(n), new(1)))]), Miner)
            .IsRefused("lines-out-of-range", "lines");
    }

    [Fact]
    public void more_lines_than_there_may_be_are_not_even_locked()
    {
        var touches = new Touches();

        _world.Dispatching([.. Enumerable.Range(0, 100_000).Select(n => new DispatchLine(Id(n), new(1)))]).Touch(touches, Miner);

        Assert.Equal(Limits.LinesOfShipment, touches.InLockOrder.Count(l => l.Kind == StreamKind.Batch));
    }

    [Fact]
    public void a_batch_is_on_one_line_even_when_it_has_two_owners()
    {
        var ore = _world.Ore();

        _world.Record(_world.Dispatching(new DispatchLine(ore, new(1), MineCo), new(ore, new(1), WorksCo)), Miner).IsRefused("batch-twice", "lines[1].batchId");
    }

    [Fact]
    public void one_bad_line_stops_all_of_it()
    {
        var (good, poor) = (_world.Ore(100), _world.Ore(10));

        _world.Record(_world.Dispatching(new DispatchLine(good, new(100)), new(poor, new(11))), Miner).IsRefused("mass-exceeds-holding", "lines[1].stated.wetKilograms");

        Assert.Equal(new Quantity(100, 0), _world.Held(good, Mine));
    }

    [Fact]
    public void a_line_is_weighed_like_anything_else()
    {
        var ore = _world.Ore();

        _world.Record(_world.Dispatching(ore, new Measure(-5)), Miner).IsRefused("mass-out-of-range", "lines[0].stated.wetKilograms");
        _world.Record(_world.Dispatching(ore, new Measure(1, 1.5m)), Miner).IsRefused("moisture-out-of-range", "lines[0].stated.moisture");
    }

    [Fact]
    public void a_seal_is_on_one_open_shipment_at_a_time()
    {
        var ore = _world.Ore();
        var first = _world.Dispatched(_world.Dispatching(ore, 100) with { Seals = [new("KTZ", "0042")] });
        var second = _world.Dispatching(ore, 100) with { Seals = [new("KTZ", "0041"), new("KTZ", "0042")] };

        _world.Record(second, Miner).IsRefused("seal-in-use", "seals[1]");
        _world.Accepted(first);
        _world.Record(second, Miner).IsRecorded();
    }

    [Fact]
    public void a_seal_is_free_again_when_the_shipment_is_disputed_or_voided()
    {
        var ore = _world.Ore();
        var sealed1 = _world.Dispatching(ore, 100) with { Seals = [new("KTZ", "1")] };
        var disputed = _world.Dispatched(sealed1);
        _world.Given(_world.Accepting(disputed, 50), PlantOperator, "outside-tolerance");

        var voided = _world.Dispatched(sealed1 with { ShipmentId = _world.NewId(), Number = "S-again" });
        _world.Given(new VoidShipment(voided, "Never left", Day(-1)), MineSupervisor);

        _world.Record(sealed1 with { ShipmentId = _world.NewId(), Number = "S-third" }, Miner).IsRecorded();
    }

    [Fact]
    public void seals_of_different_issuers_may_have_one_number()
    {
        var ore = _world.Ore();
        _world.Dispatched(_world.Dispatching(ore, 100) with { Seals = [new("KTZ", "0042")] });

        _world.Record(_world.Dispatching(ore, 100) with { Seals = [new("CR", "0042")] }, Miner).IsRecorded();
    }

    [Fact]
    public void a_seal_is_named_once_in_a_shipment() =>
        _world.Record(_world.Dispatching(_world.Ore(), 1) with { Seals = [new("KTZ", "0042"), new("KTZ", "0042")] }, Miner).IsRefused("seal-in-use", "seals[1]");

    [Theory]
    [InlineData("KTZ", " ")]
    [InlineData("KTZ", "4\u00002")]
    [InlineData("K\nTZ", "42")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", "42")]
    public void a_seal_can_be_read(string issuer, string number) =>
        _world.Record(_world.Dispatching(_world.Ore(), 1) with { Seals = [new(issuer, number)] }, Miner).IsRefused("seal-malformed", "seals[0]");

    [Fact]
    public void a_truck_in_two_open_shipments_is_recorded_with_an_alarm()
    {
        var ore = _world.Ore();
        var first = _world.Dispatched(_world.Dispatching(ore, 100) with { Units = ["123 ABC 02"] });

        var recorded = _world.Record(_world.Dispatching(ore, 100) with { Units = ["123 ABC 02", "123 ABC 02", "wagon 7"] }, Miner).IsRecorded("unit-in-two-shipments");

        Assert.Equal("123 ABC 02", recorded.Alarms[0].Values["unit"]);
        Assert.Equal(recorded.Alarms, _world.Shipment(recorded.Id).Alarms);
        _world.Accepted(first);
    }

    [Fact]
    public void a_truck_that_arrived_may_leave_again()
    {
        var ore = _world.Ore();
        _world.Accepted(_world.Dispatched(_world.Dispatching(ore, 100) with { Units = ["123 ABC 02"] }));

        _world.Record(_world.Dispatching(ore, 100) with { Units = ["123 ABC 02"] }, Miner).IsRecorded();
    }

    [Fact]
    public void units_and_documents_are_named_and_not_too_many()
    {
        var dispatching = _world.Dispatching(_world.Ore(), 1);
        string[] tooMany = [.. Enumerable.Range(0, Limits.SealsOfShipment + 1).Select(n => $"{n}")];

        _world.Record(dispatching with { Units = ["1", ""] }, Miner).IsRefused("name-missing", "units[1]");
        _world.Record(dispatching with { Documents = ["CMR\u0007"] }, Miner).IsRefused("text-malformed", "documents[0]");
        _world.Record(dispatching with { Units = tooMany }, Miner).IsRefused("lines-out-of-range", "units");
        _world.Record(dispatching with { Documents = tooMany }, Miner).IsRefused("lines-out-of-range", "documents");
        _world.Record(dispatching with { Seals = [.. tooMany.Select(n => new Seal("KTZ", n))] }, Miner).IsRefused("lines-out-of-range", "seals");
    }

    [Fact]
    public void somebody_carries_it()
    {
        var dispatching = _world.Dispatching(_world.Ore(), 1);

        _world.Record(dispatching with { Carrier = new(null, " ") }, Miner).IsRefused("carrier-missing", "carrier.name");
        _world.Record(dispatching with { Carrier = new(null, new('x', 201)) }, Miner).IsRefused("text-too-long", "carrier.name");
        _world.Record(dispatching with { Carrier = new(Id(404), "Ghost Lines") }, Miner).IsRefused("organisation-unknown", "carrier.organisationId");
    }

    [Fact]
    public void it_moves_by_a_known_mode() =>
        _world.Record(_world.Dispatching(_world.Ore(), 1) with { Mode = (TransportMode)12 }, Miner).IsRefused("value-unknown", "mode");

    [Fact]
    public void its_number_is_the_shippers_own_and_new()
    {
        var ore = _world.Ore();
        _world.Dispatched(_world.Dispatching(ore, 1) with { Number = "7" });

        var refusal = _world.Record(_world.Dispatching(ore, 1) with { Number = "7" }, Miner).IsRefused("number-taken", "number");

        Assert.Equal("7", refusal.Values["number"]);
        _world.Record(_world.Dispatching(ore, 1) with { Number = " " }, Miner).IsRefused("number-malformed", "number");
        _world.Record(_world.Digging() with { Number = "7" }, Miner).IsRecorded();
    }

    [Fact]
    public void its_id_is_chosen_and_new()
    {
        var ore = _world.Ore();

        _world.Record(_world.Dispatching(ore, 1) with { ShipmentId = Guid.Empty }, Miner).IsRefused("id-missing", "shipmentId");
        _world.Record(_world.Dispatching(ore, 1) with { ShipmentId = ore }, Miner).IsRefused("id-reused");
    }

    [Fact]
    public void what_was_accepted_may_be_sent_back()
    {
        var ore = _world.AtConcentrator(1000);

        _world.Accepted(_world.Dispatched(_world.Dispatching(ore, 300) with { FromFacilityId = Concentrator, ToFacilityId = Mine, OccurredAt = Day(-3) }));

        Assert.Equal((new Quantity(300, 0), new Quantity(700, 0)), (_world.Held(ore, Mine), _world.Held(ore, Concentrator)));
    }

    [Fact]
    public void repeated_over_a_bad_line_it_is_one_shipment_and_one_answer()
    {
        var ore = _world.Ore();
        var dispatching = _world.Dispatching(ore, 400);

        var first = _world.Record(dispatching, Miner).IsRecorded();
        var second = _world.Record(dispatching with { Lines = [dispatching.Lines[0] with { Stated = new(400.000m) }], OccurredAt = dispatching.OccurredAt.ToOffset(TimeSpan.FromHours(5)) }, MineSupervisor).IsRecorded();

        Assert.Equal(first with { IsNew = false }, second);
        Assert.Equal(new Quantity(600, 0), _world.Held(ore, Mine));
    }

    [Fact]
    public void a_refusal_is_not_remembered_as_an_answer()
    {
        var ore = _world.Ore(100);
        var hold = _world.Holding(ore);
        _world.Given(hold, MineSupervisor);
        var dispatching = _world.Dispatching(ore, 100);
        _world.Record(dispatching, Miner).IsRefused("batch-held", "lines[0].batchId");

        _world.Given(new ReleaseBatch(ore, hold.HoldId, "Below the limit", Day(0)), MineSupervisor);

        _world.Record(dispatching, Miner).IsRecorded();
    }
}
