using Traceability.Batches;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

public class VoidingAShipment
{
    private readonly World _world = new();

    private static VoidShipment Voiding(Guid shipment) => new(shipment, "It never left the gate", Day(-3));

    [Fact]
    public void the_goods_lie_again_where_they_lay()
    {
        var ore = _world.Ore(1000, moisture: 0.4m);
        var shipment = _world.Dispatched(ore, 500, moisture: 0.3m);

        _world.Record(Voiding(shipment), MineSupervisor).IsRecorded();

        Assert.Equal(ShipmentStatus.Voided, _world.Shipment(shipment).Status);
        Assert.Equal((new Quantity(600, 0), new Quantity(0, 0)), (_world.Held(ore, Mine), _world.Batch(ore).Totals.UnderWay));
    }

    [Fact]
    public void a_supervisor_of_the_shipper_voids_it_with_a_reason()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);

        _world.Record(Voiding(shipment), Miner).IsRefused("not-allowed");
        _world.Record(Voiding(shipment), PlantSupervisor).IsRefused("not-allowed");
        _world.Record(Voiding(shipment), Stranger).IsRefused("not-found", "shipmentId");
        _world.Record(Voiding(shipment) with { Reason = " " }, MineSupervisor).IsRefused("reason-missing", "reason");
    }

    [Fact]
    public void what_arrived_or_is_disputed_is_not_voided()
    {
        var accepted = _world.Dispatched(_world.Ore(), 1000);
        _world.Accepted(accepted);
        var (_, disputed) = _world.Disputed();

        Assert.Equal("Accepted", _world.Record(Voiding(accepted), MineSupervisor).IsRefused("not-under-way").Values["status"]);
        Assert.Equal("Disputed", _world.Record(Voiding(disputed), MineSupervisor).IsRefused("not-under-way").Values["status"]);
    }
}
