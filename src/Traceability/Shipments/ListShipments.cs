using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

public enum Heading { Incoming, Outgoing }

/// <param name="Status">One of these, or any where none is named.</param>
/// <param name="Heading">To or from facilities of the asking organisation.</param>
/// <param name="FacilityId">Either end of it.</param>
/// <param name="Text">Part of the shipper's number, in any case.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record ShipmentFilter(ShipmentStatus[]? Status = null, Heading? Heading = null, Guid? FacilityId = null, string? Text = null, string? Cursor = null);

/// <param name="Sent">Sum of its lines as dispatched.</param>
public sealed record ShipmentListed(
    Guid Id, string Number, Guid FromFacilityId, string From, Guid ToFacilityId, string To, string Carrier, ShipmentStatus Status,
    DateTimeOffset LeftAt, DateTimeOffset? ArrivedAt, DateTimeOffset KnownSince, int Lines, Quantity Sent);

public static class ListShipments
{
    /// <summary>States in which somebody still has something to do. As an index keeps these apart, they are found among any number of others.</summary>
    private static readonly ShipmentStatus[] Open = [ShipmentStatus.UnderWay, ShipmentStatus.PartlyReceived, ShipmentStatus.Disputed, ShipmentStatus.AcceptedUnderReserve];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/shipments", Answer).Lists<ShipmentListed>(nameof(ListShipments));

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<ShipmentListed>?> Find(NpgsqlDataSource source, Actor actor, ShipmentFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var asked = filter.Status ?? [];
        var rows = await source.Read(
            $"""
            select page.data, a.data->'terms'->>'name', b.data->'terms'->>'name', page.recorded_at
            from (
                select s.id, s.data, known.recorded_at
                from {actor.Subjects("shipment")} known
                join ledger.mt_doc_shipment s on s.id = known.subject_id
                where (known.recorded_at, known.subject_id) < ($2, $3)
                    and {(asked.Length > 0 && asked.All(Open.Contains) ? $"s.data->>'status' in ('{string.Join("', '", Open)}')" : "true")}
                    and (cardinality($4::text[]) = 0 or s.data->>'status' = any($4))
                    and ($5::text is null or s.data->>$5 = $1::text)
                    and ($6::text is null or $6 in (s.data->>'fromFacilityId', s.data->>'toFacilityId'))
                    and ($7::text is null or s.data->>'number' ilike $7)
                order by known.recorded_at desc, known.subject_id desc
                limit $8
            ) page
            join ledger.mt_doc_facility a on a.id = (page.data->>'fromFacilityId')::uuid
            join ledger.mt_doc_facility b on b.id = (page.data->>'toFacilityId')::uuid
            order by page.recorded_at desc, page.id desc
            """,
            Listed, cancellation, actor.OrganisationId, from.At, from.Id, asked.Select(status => status.ToString()).ToArray(), Side(filter.Heading), filter.FacilityId?.ToString(), filter.Text.Contained(), size + 1);
        return rows.ToPage(size, s => new(s.KnownSince, s.Id));
    }

    private static string? Side(Heading? heading) => heading switch
    {
        Heading.Incoming => "toOperatorId",
        Heading.Outgoing => "fromOperatorId",
        _ => null,
    };

    /// <param name="row">Snapshot, names of the two facilities, when it became known.</param>
    internal static ShipmentListed Listed(NpgsqlDataReader row)
    {
        var shipment = row.State<Shipment>(0);
        return new(
            shipment.Id, shipment.Number, shipment.FromFacilityId, row.GetString(1), shipment.ToFacilityId, row.GetString(2), shipment.Carrier.Name, shipment.Status,
            shipment.LeftAt, shipment.ArrivedAt, row.Instant(3), shipment.Lines.Length, Quantity.Sum(shipment.Lines.Select(l => l.Quantity)));
    }

    /// <summary>The shipments an organisation sent, is to receive, carries or owns goods of; the last known first.</summary>
    internal static async Task<IResult> Answer([AsParameters] ShipmentFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
