using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>Goods change wagons or seals on the way. Shipper, carrier or receiver says so; receipts compare with the latest.</summary>
/// <param name="Seals">All seals from now on.</param>
/// <param name="Units">All trucks, wagons or containers from now on.</param>
/// <param name="Packages">Lines that were packed anew, each with all its packages from now on: no process run, for the goods stay the same.</param>
public sealed record ReloadShipment(
    Guid ShipmentId, Guid ReloadingId, string Place, IReadOnlyList<Seal> Seals, IReadOnlyList<string> Units, string Reason, DateTimeOffset OccurredAt,
    IReadOnlyList<RepackedLine>? Packages = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<ReloadShipment>("/api/shipments/{shipmentId:guid}/reloading/{reloadingId:guid}");

    Guid ICommand.EntryId => ReloadingId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Shipment>(ShipmentId);
        touches.Seals.UnionWith(Seals.Take(Limits.SealsOfShipment));
        touches.Units.UnionWith(Units.Take(Limits.SealsOfShipment));
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Shipment>(ShipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return Refusal.Of("not-found").At("shipmentId");
        Guid?[] handlers = [shipment.FromOperatorId, shipment.ToOperatorId, shipment.Carrier.OrganisationId];
        if (!handlers.Any(h => h is { } handler && said.Actor.Can(Act.Record, new(handler))))
            return Refusal.Of("not-allowed");
        if (!shipment.IsUnderWay)
            return Refusal.Of("not-under-way", ("status", shipment.Status));
        if ((Refuse.Id(ReloadingId, "reloadingId") ?? Refuse.Name(Place, "place") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Sealing.Wrong(states, Seals, ShipmentId) ?? Sealing.WrongNames(Units, "units") ?? Packing.Wrong(shipment, Packages)) is { } wrong)
            return wrong;

        var alarms = Sealing.Doubled(states, Units, ShipmentId);
        if (OccurredAt < shipment.LeftAt)
            alarms = alarms.Add(Alarm.Of("reloaded-before-dispatch", ("left", shipment.LeftAt), ("reloaded", OccurredAt)));
        return Decision.Record(alarms).On<Shipment>(ShipmentId, new ShipmentReloaded(
            ShipmentId, ReloadingId, Place, shipment.Seals, [.. Seals], shipment.Units, [.. Units.Distinct()], Reason, alarms, said.Entry, [.. Packages ?? []]));
    }
}
