using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>One shipment as an organisation that has to do with it sees it: whole.</summary>
public sealed record ShipmentFound(Shipment Shipment, Names Names, long Version);

public static class ReadShipment
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/shipments/{shipmentId:guid}", Answer).ReadsOne<ShipmentFound>(nameof(ReadShipment));

    /// <returns>Null when there is no such shipment, or none that the actor may see.</returns>
    public static async Task<ShipmentFound?> Find(NpgsqlDataSource source, Actor actor, Guid shipmentId, CancellationToken cancellation)
    {
        if (await source.Load<Shipment>(shipmentId, cancellation) is not { State: var shipment, Version: var version } || !shipment.Concerns(actor))
            return null;
        Guid[] organisations = [shipment.FromOperatorId, shipment.ToOperatorId, .. shipment.Lines.Select(l => l.OwnerId)];
        var names = await Names.Of(source, [shipment.FromFacilityId, shipment.ToFacilityId], organisations, shipment.Lines.Select(l => l.BatchId), cancellation);
        return new(shipment, names, version);
    }

    /// <summary>One shipment as an organisation that has to do with it sees it: whole.</summary>
    internal static async Task<IResult> Answer(Guid shipmentId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, shipmentId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
