using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>One shipment as an organisation that has to do with it sees it: whole.</summary>
/// <param name="First">The shipment whose goods this one gives back, or null where there is none or none for the reader.</param>
/// <param name="Returns">Shipments that give back goods of this one, as far as they are for the reader.</param>
public sealed record ShipmentFound(Shipment Shipment, ShipmentStory Story, ShipmentName? First, IReadOnlyList<ShipmentName> Returns, Names Names, long Version);

public sealed record ShipmentName(Guid Id, string Number);

/// <summary>Who said what of a shipment, in the order of recording.</summary>
/// <param name="Receipts">Each part, and the last one.</param>
public sealed record ShipmentStory(
    Told<ShipmentDispatched> Dispatch, IReadOnlyList<Told<ShipmentReloaded>> Reloadings, IReadOnlyList<ReceiptTold> Receipts, IReadOnlyList<Told<UmpireNamed>> Umpires,
    IReadOnlyList<Told<ResolutionProposed>> Proposals, Told<ShipmentResolved>? Resolution, Told<ShipmentVoided>? Voiding);

/// <summary>What one receipt alone weighed.</summary>
/// <param name="IsLast">Whether the whole was judged with it.</param>
/// <param name="SealsFound">Null where nobody looked.</param>
public sealed record ReceiptTold(bool IsLast, IReadOnlyList<PartLine> Lines, IReadOnlyList<Seal>? SealsFound, Author By, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt);

public static class ReadShipment
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/shipments/{shipmentId:guid}", Answer).ReadsVersion<ShipmentFound>(nameof(ReadShipment));

    /// <returns>Null when there is no such shipment, or none that the actor may see.</returns>
    public static async Task<ShipmentFound?> Find(NpgsqlDataSource source, Actor actor, Guid shipmentId, CancellationToken cancellation)
    {
        if (await source.Load<Shipment>(shipmentId, cancellation) is not { State: var shipment, Version: var version } || !shipment.Concerns(actor))
            return null;
        var story = Story(await SaidEvents.Of(source, shipmentId, cancellation));
        var linked = await source.Read(
            $"select id, data->>'number' from ledger.mt_doc_shipment where (id = $1 or data->>'returnOf' = $2::text) and exists (select from {actor.Subjects("shipment", "$3")} seen where seen.subject_id = id)",
            row => new ShipmentName(row.GetGuid(0), row.GetString(1)), cancellation, shipment.ReturnOf ?? Guid.Empty, shipmentId, actor.OrganisationId);
        Guid[] organisations =
            [shipment.FromOperatorId, shipment.ToOperatorId, .. shipment.Umpires.Values, .. shipment.Lines.SelectMany(l => new[] { l.OwnerId, l.ArrivingOwnerId }), .. story.Reloadings.Select(r => r.Event.Entry.By.OrganisationId)];
        var names = await Names.Of(source, [shipment.FromFacilityId, shipment.ToFacilityId], organisations, shipment.Lines.Select(l => l.BatchId), cancellation);
        return new(shipment, story, linked.Find(s => s.Id == shipment.ReturnOf), [.. linked.Where(s => s.Id != shipment.ReturnOf)], names, version);
    }

    private static ShipmentStory Story(List<Told<object>> said)
    {
        List<Told<T>> All<T>() => [.. said.Where(s => s.Event is T).Select(s => new Told<T>((T)s.Event, s.RecordedAt))];
        var parts = All<ShipmentPartReceived>().ConvertAll(p => new ReceiptTold(false, p.Event.Lines, p.Event.SealsFound, p.Event.Entry.By, p.Event.Entry.OccurredAt, p.RecordedAt));
        var last = said.Select(s => s.Event switch
        {
            ShipmentAccepted e => Last(e.Lines, parts, e.SealsFound, e.Entry, s.RecordedAt),
            ShipmentDisputed e => Last(e.Lines, parts, e.SealsFound, e.Entry, s.RecordedAt),
            _ => null,
        }).OfType<ReceiptTold>();
        return new(
            All<ShipmentDispatched>().Single(), All<ShipmentReloaded>(), [.. parts, .. last], All<UmpireNamed>(), All<ResolutionProposed>(),
            All<ShipmentResolved>().SingleOrDefault(), All<ShipmentVoided>().SingleOrDefault());
    }

    /// <summary>The last receipt says what came in all: less the parts before it, that is what it weighed itself.</summary>
    private static ReceiptTold Last(IEnumerable<ReceivedLine> lines, List<ReceiptTold> parts, IReadOnlyList<Seal>? seals, Entry entry, DateTimeOffset recordedAt)
    {
        Quantity Before(Guid batchId) => Quantity.Sum(parts.SelectMany(p => p.Lines).Where(l => l.BatchId == batchId).Select(l => l.Received));
        var own = lines.Where(l => l.Stated is not null).Select(l => new PartLine(l.BatchId, l.OwnNumber, l.Received - Before(l.BatchId), l.Stated!, l.Packages));
        return new(true, [.. own], seals, entry.By, entry.OccurredAt, recordedAt);
    }

    /// <summary>One shipment as an organisation that has to do with it sees it: whole.</summary>
    internal static async Task<IResult> Answer(Guid shipmentId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, shipmentId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
