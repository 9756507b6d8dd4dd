using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <param name="FacilityId">Only what lies there.</param>
/// <param name="Owned">True for what the asking organisation owns, false for what it keeps for others.</param>
/// <param name="Material">Code of the material.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record HoldingFilter(Guid? FacilityId = null, bool? Owned = null, string? Material = null, string? Cursor = null);

/// <summary>What lies at one facility of one batch for one owner.</summary>
/// <param name="Number">The maker's number.</param>
/// <param name="OwnNumber">The asking organisation's own number for it.</param>
/// <param name="Free">The part of it that may be used.</param>
/// <param name="Moisture">Last known, a fraction of wet mass.</param>
public sealed record HoldingListed(
    Guid BatchId, string Number, string? OwnNumber, string Material, Guid FacilityId, string Facility, Guid KeeperId, string Keeper, Guid OwnerId, string Owner,
    Quantity Quantity, Quantity Free, decimal Moisture, bool OnHold, DateTimeOffset LastInAt);

public static class ListHoldings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/holdings", Answer).Lists<HoldingListed>(nameof(ListHoldings));

    /// <param name="size">Batches of a page, each with all of its holdings that the reader keeps or owns.</param>
    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<HoldingListed>?> Find(NpgsqlDataSource source, Actor actor, HoldingFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            $"""
            select b.data, known.recorded_at, (select n.number from ledger.numbers n where n.id = b.id and n.organisation_id = $1 order by n.recorded_at desc limit 1)
            from {actor.Subjects("batch")} known
            join ledger.mt_doc_batch b on b.id = known.subject_id
            where (known.recorded_at, known.subject_id) < ($2, $3)
                and b.data->'holdings' @> jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('facilityId', $4::text)))
                and ($5::text is null or b.data->>'material' = $5)
            order by known.recorded_at desc, known.subject_id desc
            limit $6
            """,
            row => (Batch: row.State<Batch>(0), KnownSince: row.Instant(1), Own: row.Text(2)),
            cancellation, actor.OrganisationId, from.At, from.Id, filter.FacilityId?.ToString(), filter.Material, size + 1);
        var page = rows.ToPage(size, b => new(b.KnownSince, b.Batch.Id));
        var names = await Names.Of(
            source, page.Items.SelectMany(b => b.Batch.Holdings).Select(h => h.FacilityId), page.Items.SelectMany(b => b.Batch.Holdings).Select(h => h.OwnerId), [], cancellation);
        return new([.. page.Items.SelectMany(b => b.Batch.Holdings.Where(h => Shown(h, names, actor, filter)).Select(h => Listed(b.Batch, b.Own, h, names)))], page.Next);
    }

    private static bool Shown(Holding holding, Names names, Actor actor, HoldingFilter filter) =>
        (filter.FacilityId ?? holding.FacilityId) == holding.FacilityId
        && (filter.Owned ?? holding.OwnerId == actor.OrganisationId) == (holding.OwnerId == actor.OrganisationId)
        && Redact.For(actor).ShowsStock(names.Facilities[holding.FacilityId].OperatorId, holding.OwnerId);

    private static HoldingListed Listed(Batch batch, string? own, Holding holding, Names names)
    {
        var facility = names.Facilities[holding.FacilityId];
        return new(
            batch.Id, batch.Number, own, batch.Material, holding.FacilityId, facility.Name, facility.OperatorId, names.Organisations[facility.OperatorId], holding.OwnerId,
            names.Organisations.GetValueOrDefault(holding.OwnerId, ""), holding.Quantity, holding.Free, holding.Moisture, !batch.Holds.IsEmpty, holding.LastInAt);
    }

    /// <summary>What lies where and for whom, as far as the own organisation keeps or owns it; by batch, the last known first.</summary>
    internal static async Task<IResult> Answer([AsParameters] HoldingFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
