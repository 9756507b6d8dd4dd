using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <param name="AsKnownAt">Only what had been recorded by then counts; null is now.</param>
/// <param name="AsOf">Only what, as claimed, had happened by then counts; null is everything.</param>
/// <param name="Holdings">What lies where and for whom, as far as the reader keeps or owns it.</param>
/// <param name="UnderWay">What is under way in shipments the reader has to do with.</param>
public sealed record HoldingsFound(
    Guid BatchId, DateTimeOffset? AsKnownAt, DateTimeOffset? AsOf, IReadOnlyList<HoldingFound> Holdings, Quantity UnderWay);

public sealed record HoldingFound(Guid FacilityId, string Facility, Guid OwnerId, string Owner, Quantity Quantity, decimal CertifiedKilograms);

public static class BatchHoldings
{
    /// <summary>Corrections supersede bookings: what was superseded later was still known then.</summary>
    private const string Known = "k.batch_id = $1 and k.recorded_at <= $2 and (k.superseded_at is null or k.superseded_at > $2) and k.occurred_at <= $3";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/batches/{batchId:guid}/holdings", Answer).ReadsOne<HoldingsFound>(nameof(BatchHoldings)).Refuses(StatusCodes.Status400BadRequest);

    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    public static async Task<HoldingsFound?> Find(
        NpgsqlDataSource source, Actor actor, Guid batchId, DateTimeOffset? asKnownAt, DateTimeOffset? asOf, CancellationToken cancellation)
    {
        var (known, happened) = ((asKnownAt ?? DateTimeOffset.MaxValue).ToUniversalTime(), (asOf ?? DateTimeOffset.MaxValue).ToUniversalTime());
        var lying = await source.Read(
            $"""
            select k.facility_id, f.data->'terms'->>'name', (f.data->'terms'->>'operatorId')::uuid, k.owner_id, o.data->>'name', sum(k.dry_kilograms), sum(k.pieces)::bigint, sum(k.certified_kilograms)
            from ledger.bookings k
            join ledger.mt_doc_facility f on f.id = k.facility_id
            join ledger.mt_doc_organisation o on o.id = k.owner_id
            where {Known}
            group by k.facility_id, f.data, k.owner_id, o.data
            having sum(k.dry_kilograms) <> 0 or sum(k.pieces) <> 0
            order by k.facility_id, k.owner_id
            """,
            row => (OperatorId: row.GetGuid(2), Holding: new HoldingFound(
                row.GetGuid(0), row.GetString(1), row.GetGuid(3), row.GetString(4), new(row.GetDecimal(5).Normalised(), row.GetInt64(6)), row.GetDecimal(7).Normalised())),
            cancellation, batchId, known, happened);
        var seen = lying.Where(l => Redact.For(actor).ShowsStock(l.OperatorId, l.Holding.OwnerId)).Select(l => l.Holding).ToList();
        if (seen.Count == 0 && await ReadBatch.Find(source, actor, batchId, cancellation) is null)
            return null;
        var underWay = await source.Read(
            $"""
            select coalesce(sum(k.under_way_dry_kilograms), 0), coalesce(sum(k.under_way_pieces), 0)::bigint from ledger.bookings k
            where {Known} and k.fact_id in (select subject_id from {actor.Subjects("shipment", "$4")} concerned)
            """,
            row => new Quantity(row.GetDecimal(0).Normalised(), row.GetInt64(1)), cancellation, batchId, known, happened, actor.OrganisationId);
        return new(batchId, asKnownAt, asOf, seen, underWay.Single());
    }

    /// <summary>How much of a batch lay where, in the two times of the ledger.</summary>
    /// <param name="asKnownAt">Only what had been recorded by then counts.</param>
    /// <param name="asOf">Only what, as claimed, had happened by then counts.</param>
    internal static async Task<IResult> Answer(
        Guid batchId, Moment? asKnownAt, Moment? asOf, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, actor, batchId, asKnownAt?.At, asOf?.At, cancellation));
}
