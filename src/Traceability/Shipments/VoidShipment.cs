using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>The shipper takes a dispatch back before anything was received: it never left, or came back.</summary>
public sealed record VoidShipment(Guid ShipmentId, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<VoidShipment>("/api/shipments/{shipmentId:guid}/void");

    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "void");

    public void Touch(Touches touches, Actor by) => touches.Lock<Shipment>(ShipmentId).LinesOf.Add(ShipmentId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Shipment>(ShipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return Refusal.Of("not-found").At("shipmentId");
        if (!said.Actor.Can(Act.Settle, new(shipment.FromOperatorId)))
            return Refusal.Of("not-allowed");
        if (shipment.Status != ShipmentStatus.UnderWay)
            return Refusal.Of("not-under-way", ("status", shipment.Status));
        if ((Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt")) is { } wrong)
            return wrong;

        var decision = Decision.Record().On<Shipment>(ShipmentId, new ShipmentVoided(ShipmentId, Reason, said.Entry));
        foreach (var line in shipment.Lines)
        {
            decision.On<Batch>(line.BatchId, new BatchBooked(
                ShipmentId, Booking.Returned, shipment.FromFacilityId, line.OwnerId, line.Quantity, -line.Quantity, 0, said.By, OccurredAt, line.Moisture, line.Blocked));
        }
        return decision;
    }
}
