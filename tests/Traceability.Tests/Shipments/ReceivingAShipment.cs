using System.Globalization;
using Traceability.Batches;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

public class ReceivingAShipment
{
    private readonly World _world = new();

    [Fact]
    public void within_tolerance_what_was_weighed_is_booked_and_the_difference_is_seen()
    {
        var ore = _world.Ore(1000);
        var shipment = _world.Dispatched(ore, 1000);

        _world.Record(_world.Accepting(shipment, 990), PlantOperator).IsRecorded();

        Assert.Equal(ShipmentStatus.Accepted, _world.Shipment(shipment).Status);
        Assert.Equal(new Quantity(990, 0), _world.Held(ore, Concentrator));
        Assert.Equal((new Quantity(0, 0), new Quantity(-10, 0)), (_world.Batch(ore).Totals.UnderWay, _world.Batch(ore).Totals.GainInTransit));
    }

    [Theory]
    [InlineData("ree-ore", "980", true)]
    [InlineData("ree-ore", "979.999999", false)]
    [InlineData("ree-ore", "1020", true)]
    [InlineData("ree-ore", "1020.000001", false)]
    [InlineData("ndpr-oxide", "995", true)]
    [InlineData("ndpr-oxide", "994.999999", false)]
    [InlineData("ndpr-oxide", "1005", true)]
    [InlineData("ndpr-oxide", "1005.000001", false)]
    public void two_percent_of_moist_goods_and_half_a_percent_of_solids_are_tolerated_the_limit_included(string material, string arrived, bool within)
    {
        var goods = _world.Bought(material, Yard, 1000);
        var shipment = _world.Dispatched(_world.Dispatching(goods, 1000) with { FromFacilityId = Yard });

        _world.Record(_world.Accepting(shipment, decimal.Parse(arrived, CultureInfo.InvariantCulture)), PlantOperator).IsRecorded(within ? [] : ["outside-tolerance"]);

        Assert.Equal(within ? ShipmentStatus.Accepted : ShipmentStatus.Disputed, _world.Shipment(shipment).Status);
    }

    [Fact]
    public void a_receiver_may_set_his_own_tolerance()
    {
        _world.Change(Concentrator, terms => terms with { ReceiptTolerance = 0 });
        var ore = _world.Ore(1000);

        _world.Record(_world.Accepting(_world.Dispatched(ore, 500), 500), PlantOperator).IsRecorded();
        _world.Record(_world.Accepting(_world.Dispatched(ore, 500), 499.999999m), PlantOperator).IsRecorded("outside-tolerance");
    }

    [Fact]
    public void dry_mass_is_compared_when_the_receiver_states_moisture()
    {
        var ore = _world.Ore(1000, moisture: 0.45m);
        var shipment = _world.Dispatched(ore, 1000);

        _world.Record(_world.Accepting(shipment, 964.9m, moisture: 0.43m), PlantOperator).IsRecorded();

        Assert.Equal(new Quantity(549.993m, 0), _world.Held(ore, Concentrator));
    }

    [Fact]
    public void without_moisture_the_moisture_it_was_sent_with_counts()
    {
        var ore = _world.Ore(1000, moisture: 0.45m);
        var shipment = _world.Dispatched(ore, 1000);

        _world.Record(_world.Accepting(shipment, 964.9m), PlantOperator).IsRecorded("outside-tolerance");
    }

    [Fact]
    public void pieces_have_no_tolerance()
    {
        _world.Change(Recycler, terms => terms with { ReceiptTolerance = 0.1m });
        var cells = _world.Bought("nmc-cell", MotorPlant, null, 1000);
        var shipment = _world.Dispatched(_world.Dispatching(cells, new Measure(null, null, 1000)) with { FromFacilityId = MotorPlant, ToFacilityId = Recycler });

        var recorded = _world.Record(_world.Accepting(shipment, new Measure(null, null, 999)), Worker).IsRecorded("pieces-differ");

        Assert.Equal(("1000", "999"), (recorded.Alarms[0].Values["sent"], recorded.Alarms[0].Values["received"]));
    }

    [Fact]
    public void pieces_that_all_arrived_keep_the_mass_they_were_sent_with_whatever_the_scale_says()
    {
        var cells = _world.Bought("nmc-cell", MotorPlant, 50, 20);
        var shipment = _world.Dispatched(_world.Dispatching(cells, new Measure(null, null, 20)) with { FromFacilityId = MotorPlant, ToFacilityId = Recycler });

        _world.Record(_world.Accepting(shipment, new Measure(48, null, 20)), Worker).IsRecorded();

        Assert.Equal(new Quantity(50, 20), _world.Held(cells, Recycler));
    }

    [Fact]
    public void only_the_named_receiver_accepts()
    {
        var accepting = _world.Accepting(_world.Dispatched(_world.Ore(), 1000), 1000);

        _world.Record(accepting, Miner).IsRefused("not-allowed");
        _world.Record(accepting, Person(99, PlantCo, Traceability.Access.Role.Laboratory)).IsRefused("not-allowed");
        _world.Record(accepting, PlantOperator).IsRecorded();
    }

    [Fact]
    public void its_carrier_sees_it_but_does_not_accept()
    {
        var accepting = _world.Accepting(_world.Dispatched(_world.Dispatching(_world.Ore(), 1000) with { Carrier = new(CarrierCo, "Carrier Co") }), 1000);

        _world.Record(accepting, Driver).IsRefused("not-allowed");
    }

    [Fact]
    public void a_stranger_cannot_tell_a_shipment_from_no_shipment()
    {
        var accepting = _world.Accepting(_world.Dispatched(_world.Ore(), 1000), 1000);

        var there = _world.Record(accepting, Stranger).IsRefused("not-found", "shipmentId");
        var nowhere = _world.Record(accepting with { ShipmentId = Id(404) }, Stranger).IsRefused("not-found", "shipmentId");

        Assert.Equal(nowhere.Values, there.Values);
    }

    [Fact]
    public void each_line_that_was_sent_has_one_figure()
    {
        var (first, second) = (_world.Ore(100), _world.Ore(100));
        var shipment = _world.Dispatched(_world.Dispatching(new DispatchLine(first, new(100)), new DispatchLine(second, new(100))));
        AcceptShipment Of(params ReceiptLine[] lines) => new(shipment, lines, Day(-4));

        _world.Record(Of(new ReceiptLine(first, new(100))), PlantOperator).IsRefused("line-missing", "lines");
        _world.Record(Of(), PlantOperator).IsRefused("line-missing", "lines");
        _world.Record(Of(new(first, new(100)), new(first, new(100))), PlantOperator).IsRefused("batch-twice", "lines[1].batchId");
        _world.Record(Of(new(first, new(100)), new(_world.Ore(), new(100))), PlantOperator).IsRefused("line-never-sent", "lines[1].batchId");
        // In whatever order they come.
        _world.Record(Of(new(second, new(99)), new(first, new(100))), PlantOperator).IsRecorded("changed-after-refusal");
        Assert.Equal((new Quantity(100, 0), new Quantity(99, 0)), (_world.Held(first, Concentrator), _world.Held(second, Concentrator)));
    }

    [Fact]
    public void a_figure_is_weighed_like_anything_else()
    {
        var accepting = _world.Accepting(_world.Dispatched(_world.Ore(), 1000), 1000);

        _world.Record(accepting with { Lines = [accepting.Lines[0] with { Stated = new(null) }] }, PlantOperator).IsRefused("mass-missing", "lines[0].stated.wetKilograms");
    }

    [Fact]
    public void the_receiver_may_give_a_batch_his_own_number()
    {
        var ore = _world.Ore();
        var accepting = _world.Accepting(_world.Dispatched(ore, 500), 500);
        _world.Record(accepting with { Lines = [accepting.Lines[0] with { OwnNumber = "IN-7" }] }, PlantOperator).IsRecorded();

        // The next part of the same batch may have the same number, another batch may not.
        var next = _world.Accepting(_world.Dispatched(ore, 500), 500);
        _world.Record(next with { Lines = [next.Lines[0] with { OwnNumber = "IN-7" }] }, PlantOperator).IsRecorded();
        var other = _world.Accepting(_world.Dispatched(_world.Ore(), 500), 500);
        _world.Record(other with { Lines = [other.Lines[0] with { OwnNumber = "IN-7" }] }, PlantOperator).IsRefused("number-taken", "lines[0].ownNumber");
        _world.Record(other with { Lines = [other.Lines[0] with { OwnNumber = "" }] }, PlantOperator).IsRefused("number-malformed", "lines[0].ownNumber");
    }

    [Fact]
    public void own_numbers_count_from_a_disputed_receipt_too()
    {
        var accepting = _world.Accepting(_world.Dispatched(_world.Ore(), 500), 400);
        _world.Given(accepting with { Lines = [accepting.Lines[0] with { OwnNumber = "IN-7" }] }, PlantOperator, "outside-tolerance");

        var other = _world.Accepting(_world.Dispatched(_world.Ore(), 500), 500);
        _world.Record(other with { Lines = [other.Lines[0] with { OwnNumber = "IN-7" }] }, PlantOperator).IsRefused("number-taken", "lines[0].ownNumber");
    }

    [Fact]
    public void two_lines_do_not_share_an_own_number()
    {
        var (first, second) = (_world.Ore(100), _world.Ore(100));
        var shipment = _world.Dispatched(_world.Dispatching(new DispatchLine(first, new(100)), new DispatchLine(second, new(100))));

        _world.Record(new AcceptShipment(shipment, [new(first, new(100), "IN-7"), new(second, new(100), "IN-7")], Day(-4)), PlantOperator)
            .IsRefused("number-taken", "lines[1].ownNumber");
    }

    [Fact]
    public void a_shipment_is_received_once()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);
        _world.Accepted(shipment);

        _world.Record(_world.Accepting(shipment, 500), PlantOperator).IsRefused("id-reused");
        // The rule itself says so too, whatever id a later receipt may have.
        Assert.Equal("not-under-way", _world.Accepting(shipment, 500).Decide(_world.States, new(_world.Accepting(shipment, 500), PlantOperator)).Refusal?.Code);
    }

    [Fact]
    public void what_was_voided_does_not_arrive()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);
        _world.Given(new VoidShipment(shipment, "Never left", Day(-4)), MineSupervisor);

        _world.Record(_world.Accepting(shipment, 1000), PlantOperator).IsRefused("not-under-way");
    }

    [Fact]
    public void an_arrival_before_the_dispatch_is_recorded_with_an_alarm()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);

        _world.Record(_world.Accepting(shipment, 1000) with { OccurredAt = Day(-5).AddSeconds(-1) }, PlantOperator).IsRecorded("arrived-before-dispatch");
        Assert.Equal("arrived-before-dispatch", Assert.Single(_world.Shipment(shipment).Alarms).Code);
    }

    [Theory]
    [InlineData(TransportMode.Road, 130)]
    [InlineData(TransportMode.Rail, 130)]
    [InlineData(TransportMode.Sea, 60)]
    [InlineData(TransportMode.Air, 950)]
    public void faster_than_anything_goes_is_recorded_with_an_alarm(TransportMode mode, int fastest)
    {
        // Ten degrees of latitude are 1,111.9 km.
        _world.Change(Concentrator, terms => terms with { Latitude = 38.5m });
        var ore = _world.Ore();
        AcceptShipment After(double hours) =>
            _world.Accepting(_world.Dispatched(_world.Dispatching(ore, 100) with { Mode = mode }), 100) with { OccurredAt = Day(-5).AddHours(hours) };

        _world.Record(After(1111.96 / fastest), PlantOperator).IsRecorded();
        _world.Record(After(1111.90 / fastest), PlantOperator).IsRecorded("implausible-speed");
    }

    [Fact]
    public void a_note_is_kept_when_the_receipt_is_disputed()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);

        _world.Given(_world.Accepting(shipment, 900) with { Note = "Two bags torn" }, PlantOperator, "outside-tolerance");

        Assert.Equal("Two bags torn", _world.Shipment(shipment).Reason);
    }

    [Fact]
    public void a_note_fits_a_page()
    {
        var accepting = _world.Accepting(_world.Dispatched(_world.Ore(), 1000), 1000);

        _world.Record(accepting with { Note = new('x', 2001) }, PlantOperator).IsRefused("text-too-long", "note");
        _world.Record(accepting with { Note = "Wet\u0000" }, PlantOperator).IsRefused("text-malformed", "note");
        _world.Record(accepting with { Note = "One bag torn,\nrefilled" }, PlantOperator).IsRecorded();
    }
}
