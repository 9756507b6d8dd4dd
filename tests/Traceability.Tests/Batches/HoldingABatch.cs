using Traceability.Batches;
using static Traceability.Tests.World;

namespace Traceability.Tests.Batches;

public class HoldingABatch
{
    private readonly World _world = new();

    private static ReleaseBatch Releasing(HoldBatch hold) => new(hold.BatchId, hold.HoldId, "Measured again, below the limit", Day(0));

    [Fact]
    public void several_holds_do_not_release_each_other()
    {
        var ore = _world.Ore();
        var (first, second) = (_world.Holding(ore), _world.Holding(ore));
        _world.Given(first, MineSupervisor);
        _world.Given(second, MineSupervisor);

        _world.Record(Releasing(first), MineSupervisor).IsRecorded();
        _world.Record(_world.Dispatching(ore, 1), Miner).IsRefused("batch-held", "lines[0].batchId");

        _world.Record(Releasing(second), MineSupervisor).IsRecorded();
        _world.Record(_world.Dispatching(ore, 1), Miner).IsRecorded();
    }

    [Fact]
    public void it_is_held_wherever_it_lies()
    {
        var ore = _world.Ore();
        _world.Accepted(_world.Dispatched(ore, 400));
        _world.Given(_world.Holding(ore), PlantSupervisor);

        _world.Record(_world.Dispatching(ore, 1), Miner).IsRefused("batch-held", "lines[0].batchId");
    }

    [Fact]
    public void what_is_under_way_arrives_and_stays_held()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 400);
        _world.Given(_world.Holding(ore), MineSupervisor);

        _world.Record(_world.Accepting(shipment, 400), PlantOperator).IsRecorded();
        _world.Record(_world.Dispatching(ore, 1) with { FromFacilityId = Concentrator, ToFacilityId = Store }, PlantOperator).IsRefused("batch-held", "lines[0].batchId");
    }

    [Fact]
    public void a_supervisor_of_a_holder_answers_for_it()
    {
        var ore = _world.Ore();

        _world.Record(_world.Holding(ore), Miner).IsRefused("not-allowed");
        _world.Record(_world.Holding(ore), MineSupervisor).IsRecorded();
    }

    [Fact]
    public void who_was_sent_it_but_does_not_hold_it_yet_does_not()
    {
        var ore = _world.Ore();
        _world.Dispatched(ore, 400);

        _world.Record(_world.Holding(ore), PlantSupervisor).IsRefused("not-allowed");
    }

    [Fact]
    public void what_is_wholly_under_way_is_stopped_and_freed_by_its_sender_or_receiver()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        Assert.Empty(_world.Batch(ore).Holdings);
        var (atReceiver, atSender) = (_world.Holding(ore) with { ShipmentId = shipment }, _world.Holding(ore) with { ShipmentId = shipment });

        _world.Record(atReceiver, PlantSupervisor).IsRecorded();
        _world.Record(atSender, MineSupervisor).IsRecorded();
        _world.Record(Releasing(atSender) with { ShipmentId = shipment }, MineSupervisor).IsRecorded();
        Assert.Equal([atReceiver.HoldId], _world.Batch(ore).Holds);

        _world.Accepted(shipment);
        _world.Record(_world.Dispatching(ore, 1) with { FromFacilityId = Concentrator, ToFacilityId = Store }, PlantOperator).IsRefused("batch-held", "lines[0].batchId");
        _world.Record(Releasing(atReceiver) with { ShipmentId = shipment }, MineSupervisor).IsRefused("not-under-way", "shipmentId");
        _world.Record(Releasing(atReceiver), PlantSupervisor).IsRecorded();
    }

    [Fact]
    public void only_supervisors_of_the_two_ends_of_a_shipment_that_carries_it_stop_it_there()
    {
        var (ore, other) = (_world.Ore(), _world.Ore());
        var (shipment, elsewhere) = (_world.Dispatched(ore, 1000), _world.Dispatched(other, 400));
        var hold = _world.Holding(ore) with { ShipmentId = shipment };

        _world.Record(hold, PlantOperator).IsRefused("not-allowed");
        _world.Record(hold, Stranger).IsRefused("not-found", "batchId");
        _world.Record(hold with { ShipmentId = elsewhere }, PlantSupervisor).IsRefused("line-never-sent", "shipmentId");
        _world.Record(hold with { ShipmentId = Id(404) }, PlantSupervisor).IsRefused("not-found", "shipmentId");
    }

    [Fact]
    public void to_strangers_it_is_not_there()
    {
        var ore = _world.Ore();
        var hold = _world.Holding(ore);
        _world.Given(hold, MineSupervisor);

        _world.Record(_world.Holding(ore), Stranger).IsRefused("not-found", "batchId");
        _world.Record(_world.Holding(Id(404)), Stranger).IsRefused("not-found", "batchId");
        _world.Record(Releasing(hold), Stranger).IsRefused("not-found", "batchId");
    }

    [Fact]
    public void both_need_a_reason()
    {
        var hold = _world.Holding(_world.Ore());

        _world.Record(hold with { Reason = " " }, MineSupervisor).IsRefused("reason-missing", "reason");
        _world.Record(hold with { Reason = new('x', 2001) }, MineSupervisor).IsRefused("text-too-long", "reason");
        _world.Record(hold with { Reason = "Two\nlines\tand more" }, MineSupervisor).IsRecorded();
        _world.Record(Releasing(hold) with { Reason = "" }, MineSupervisor).IsRefused("reason-missing", "reason");
    }

    [Fact]
    public void both_may_name_papers_that_show_why()
    {
        var hold = _world.Holding(_world.Ore()) with { Documents = ["LAB 4/26"] };

        _world.Record(hold with { Documents = [""] }, MineSupervisor).IsRefused("name-missing", "documents[0]");
        _world.Record(hold with { Documents = [.. Enumerable.Range(0, Limits.DocumentsOfHold + 1).Select(n => $"{n}")] }, MineSupervisor).IsRefused("lines-out-of-range", "documents");
        _world.Given(hold, MineSupervisor);
        _world.Record(Releasing(hold) with { Documents = ["LAB\u0007"] }, MineSupervisor).IsRefused("text-malformed", "documents[0]");
        Assert.Equal(["LAB 4/26"], _world.Ledger.Events.Select(e => e.Event).OfType<BatchHeld>().Single().Documents);
    }

    [Fact]
    public void an_empty_hold_id_is_refused() =>
        _world.Record(_world.Holding(_world.Ore()) with { HoldId = Guid.Empty }, MineSupervisor).IsRefused("id-missing", "holdId");

    [Fact]
    public void only_an_open_hold_is_released()
    {
        var hold = _world.Holding(_world.Ore());

        _world.Record(Releasing(hold), MineSupervisor).IsRefused("hold-not-open", "holdId");
    }

    [Fact]
    public void an_operator_does_not_release()
    {
        var hold = _world.Holding(_world.Ore());
        _world.Given(hold, MineSupervisor);

        _world.Record(Releasing(hold), Miner).IsRefused("not-allowed");
    }
}
