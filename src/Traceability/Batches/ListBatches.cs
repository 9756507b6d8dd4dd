using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <param name="Material">Code of the material.</param>
/// <param name="FacilityId">Where it was made, or where it lay for the asking organisation.</param>
/// <param name="Number">Somebody's number for it, whole.</param>
/// <param name="Text">Part of somebody's number for it, in any case.</param>
/// <param name="InStock">True for what the asking organisation holds or owns now (at <paramref name="FacilityId"/> if that is given), false for the rest.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record BatchFilter(string? Material = null, Guid? FacilityId = null, string? Number = null, string? Text = null, bool? InStock = null, string? Cursor = null);

/// <param name="Number">The maker's number.</param>
/// <param name="OwnNumber">The asking organisation's own number for it.</param>
/// <param name="Held">What the asking organisation holds of it or owns.</param>
/// <param name="KeptByOthers">The part of it that others keep for the asking organisation.</param>
public sealed record BatchListed(
    Guid Id, string Number, string? OwnNumber, string Material, Guid MakerId, string Maker, Guid MadeAtId, string MadeAt, DateTimeOffset OccurredAt, DateTimeOffset KnownSince,
    Quantity Made, Quantity Held, bool OnHold, IReadOnlyList<KeptByOther> KeptByOthers);

public sealed record KeptByOther(Guid FacilityId, string Facility, Guid KeeperId, string Keeper, Quantity Quantity);

public static class ListBatches
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/batches", Answer).Lists<BatchListed>(nameof(ListBatches));

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<BatchListed>?> Find(NpgsqlDataSource source, Actor actor, BatchFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            Sql(actor), row => Listed(row, actor), cancellation, actor.OrganisationId, from.At, from.Id, filter.Material, filter.FacilityId?.ToString(), filter.Number,
            filter.Text.Contained(), filter.InStock, size + 1);
        var kept = rows.SelectMany(row => row.Elsewhere);
        var names = kept.Any() ? await Names.Of(source, kept.Select(h => h.FacilityId), [], [], cancellation) : null;
        return rows.ConvertAll(row => row.Listed with { KeptByOthers = [.. row.Elsewhere.Select(h => Kept(h, names!))] }).ToPage(size, b => new(b.KnownSince, b.Id));
    }

    private static KeptByOther Kept(Holding holding, Names names)
    {
        var facility = names.Facilities[holding.FacilityId];
        return new(holding.FacilityId, facility.Name, facility.OperatorId, names.Organisations[facility.OperatorId], holding.Quantity);
    }

    private static string Sql(Actor actor) => $"""
        with own as materialized (select coalesce(array_agg(id::text), array[]::text[]) as facilities from ledger.mt_doc_facility where {(actor.SeesAll() ? "true" : "data->'terms'->>'operatorId' = $1::text")})
        select page.data, o.data->>'name', f.data->'terms'->>'name', page.recorded_at, own.facilities,
            (select n.number from ledger.numbers n where n.id = page.id and n.organisation_id = $1 order by n.recorded_at desc limit 1)
        from own cross join lateral (
            -- Names are looked up for the page alone: joined before the limit, they make PostgreSQL expect so few rows that it sorts the whole list for each page.
            select b.id, b.data, known.recorded_at
            from {actor.Subjects("batch")} known
            join ledger.mt_doc_batch b on b.id = known.subject_id
            where (known.recorded_at, known.subject_id) < ($2, $3)
                and ($4::text is null or b.data->>'material' = $4)
                and ($5::text is null or b.data->>'madeAtId' = $5 or exists (
                    select from ledger.bookings k where k.batch_id = b.id and k.facility_id = $5::uuid and (k.owner_id = $1 or $5 = any(own.facilities))))
                and (($6::text is null and $7::text is null) or exists (
                    select from ledger.numbers n where n.id = b.id and n.organisation_id in ($1, (b.data->>'makerId')::uuid)
                        and ($6::text is null or n.number = $6) and ($7::text is null or n.number ilike $7)))
                and ($8::boolean is null or $8 = exists (
                    select from jsonb_array_elements(b.data->'holdings') h
                    where (h->>'facilityId' = any(own.facilities) or h->>'ownerId' = $1::text) and ($5::text is null or h->>'facilityId' = $5)))
            order by known.recorded_at desc, known.subject_id desc
            limit $9
        ) page
        join ledger.mt_doc_facility f on f.id = (page.data->>'madeAtId')::uuid
        join ledger.mt_doc_organisation o on o.id = (page.data->>'makerId')::uuid
        order by page.recorded_at desc, page.id desc
        """;

    private static (BatchListed Listed, List<Holding> Elsewhere) Listed(NpgsqlDataReader row, Actor actor)
    {
        var batch = row.State<Batch>(0);
        var own = row.GetFieldValue<string[]>(4);
        var held = batch.Holdings.ToLookup(h => own.Contains(h.FacilityId.ToString()));
        var elsewhere = held[false].Where(h => h.OwnerId == actor.OrganisationId).ToList();
        return (new(
            batch.Id, batch.Number, row.Text(5), batch.Material, batch.MakerId, row.GetString(1), batch.MadeAtId, row.GetString(2), batch.MadeAt, row.Instant(3),
            batch.Totals.Made, Quantity.Sum(held[true].Concat(elsewhere).Select(h => h.Quantity)), !batch.Holds.IsEmpty, []), elsewhere);
    }

    /// <summary>The batches an organisation has to do with, the last known first.</summary>
    internal static async Task<IResult> Answer([AsParameters] BatchFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
