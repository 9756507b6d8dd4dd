using Traceability.Batches;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Ledger;

/// <summary>Rule H5: figures that change until they fit are worth an alarm.</summary>
public class ChangingAfterARefusal
{
    private readonly World _world = new();

    private DispatchShipment Refused(decimal kilograms)
    {
        var dispatching = _world.Dispatching(_world.Ore(), kilograms);
        _world.Record(dispatching, Miner).IsRefused("mass-exceeds-holding", "lines[0].stated.wetKilograms");
        return dispatching;
    }

    private static DispatchShipment With(DispatchShipment dispatching, decimal kilograms) => dispatching with { Lines = [dispatching.Lines[0] with { Stated = new(kilograms) }] };

    [Fact]
    public void under_the_same_id_with_other_figures_it_is_an_alarm()
    {
        var recorded = _world.Record(With(Refused(1001), 1000), Miner).IsRecorded("changed-after-refusal");

        var values = recorded.Alarms[0].Values;
        Assert.Equal(("wetKilograms 1001", "wetKilograms 1000", "mass-exceeds-holding"), (values["before"], values["now"], values["code"]));
        Assert.Equal(Now.ToString("O"), values["at"]);
    }

    [Fact]
    public void under_the_same_number_of_its_author_it_is_one_too() =>
        _world.Record(With(Refused(1001), 1000) with { ShipmentId = _world.NewId() }, Miner).IsRecorded("changed-after-refusal");

    [Fact]
    public void under_another_id_and_number_it_is_another_thing() =>
        _world.Record(With(Refused(1001), 1000) with { ShipmentId = _world.NewId(), Number = "OTHER" }, Miner).IsRecorded();

    [Fact]
    public void with_the_same_figures_it_is_none_whatever_else_was_put_right()
    {
        var dispatching = _world.Dispatching(_world.Ore(), 100);
        _world.Record(dispatching with { Carrier = new(null, " ") }, Miner).IsRefused("carrier-missing", "carrier.name");

        _world.Record(dispatching with { OccurredAt = Day(-4) }, Miner).IsRecorded();
    }

    [Fact]
    public void the_order_of_the_figures_does_not_count_and_how_often_they_are_said_does()
    {
        var (one, other) = (new DispatchLine(_world.Ore(), new(100)), new DispatchLine(_world.Ore(), new(200)));
        var dispatching = _world.Dispatching(one, other);
        _world.Record(dispatching with { Carrier = new(null, " ") }, Miner);

        _world.Record(dispatching with { Lines = [other, one] }, Miner).IsRecorded();
        var twice = _world.Dispatching(new DispatchLine(_world.Ore(), new(100)), new DispatchLine(_world.Ore(), new(100)));
        _world.Record(twice with { Carrier = new(null, " ") }, Miner);
        _world.Record(twice with { Lines = [twice.Lines[0]] }, Miner).IsRecorded("changed-after-refusal");
    }

    [Fact]
    public void a_figure_that_was_added_changes_none_of_those_before()
    {
        var dispatching = _world.Dispatching(_world.Ore(), 100);
        _world.Record(dispatching with { Carrier = new(null, " ") }, Miner);

        _world.Record(dispatching with { Lines = [dispatching.Lines[0] with { Stated = new(100, 0.05m) }] }, Miner).IsRecorded();
    }

    [Theory]
    [InlineData(-100, "mass-out-of-range")]
    [InlineData(100.1234567, "too-precise")]
    public void a_slip_that_no_scale_can_have_shown_is_no_change_of_mind(double slip, string code)
    {
        var dispatching = _world.Dispatching(_world.Ore(), (decimal)slip);
        _world.Record(dispatching, Miner).IsRefused(code, "lines[0].stated.wetKilograms");

        _world.Record(With(dispatching, 100), Miner).IsRecorded();
    }

    [Fact]
    public void what_another_organisation_tried_under_that_number_is_its_own()
    {
        var bought = _world.Buying("ree-ore", Concentrator, 100) with { Number = "SAME" };
        _world.Record(bought with { FacilityId = MagnetPlant, Material = "unobtainium" }, Worker).IsRefused("material-unknown", "material");

        _world.Record(bought with { Stated = new(90) }, PlantOperator).IsRecorded();
    }

    [Fact]
    public void what_was_tried_about_something_else_under_that_number_does_not_count()
    {
        var bought = _world.Buying("ree-ore", Yard, 100) with { Number = "SAME" };
        _world.Record(bought with { Material = "unobtainium" }, Miner);

        _world.Record(_world.Dispatching(_world.Ore(), 90) with { Number = "SAME" }, Miner).IsRecorded();
    }

    [Fact]
    public void what_waited_for_a_second_person_is_no_change_when_he_approves_it_and_one_when_it_is_said_anew()
    {
        _world.Change(Yard, terms => terms with { OpeningStockClosed = Day(-30) });
        var found = _world.Buying("ree-ore", Yard, 100) with { Source = RegistrationSource.OpeningStock };
        _world.Record(found, Miner).IsRefused("second-person-needed", "source");

        _world.Approve(found, Miner, MineSupervisor).IsRecorded();
        var other = found with { BatchId = _world.NewId(), Number = "OTHER" };
        _world.Record(other, Miner);
        _world.Record(other with { Source = RegistrationSource.OutsideSupplier, Stated = new(99) }, Miner).IsRecorded("changed-after-refusal");
    }

    [Fact]
    public void the_alarm_stands_in_the_entry_of_the_fact()
    {
        var dispatching = With(Refused(1001), 1000);
        _world.Record(dispatching, Miner);

        var entry = _world.Ledger.Events.Select(e => e.Event).OfType<ShipmentDispatched>().Single().Entry;
        Assert.Equal("changed-after-refusal", Assert.Single(entry.Alarms!).Code);
        Assert.Null(_world.Ledger.Events.Select(e => e.Event).OfType<BatchRegistered>().Last().Entry.Alarms);
    }

    [Fact]
    public void a_repeat_is_the_same_answer_and_no_attempt()
    {
        var dispatching = With(Refused(1001), 1000);
        var recorded = _world.Record(dispatching, Miner).Recorded!;

        Assert.Equal(recorded with { IsNew = false }, _world.Record(dispatching, Miner).Recorded);
    }
}
