using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Owners;

/// <param name="BatchId">Only those about this batch.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record HoldRequestFilter(HoldRequestStatus? Status = null, Guid? BatchId = null, string? Cursor = null);

/// <param name="Number">The maker's number of the batch.</param>
public sealed record HoldRequestFound(HoldRequest Request, string Number, string Material, string Facility, string Owner, string Keeper, DateTimeOffset KnownSince);

public static class ListHoldRequests
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/hold-requests", Answer).Lists<HoldRequestFound>(nameof(ListHoldRequests));
        routes.MapRead("/api/hold-requests/{requestId:guid}", AnswerOne).ReadsOne<HoldRequestFound>("ReadHoldRequest");
    }

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<HoldRequestFound>?> Find(NpgsqlDataSource source, Actor actor, HoldRequestFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            $"""
            {Select(actor)}
            where (known.recorded_at, known.subject_id) < ($2, $3)
                and ($4::text is null or r.data->>'status' = $4)
                and ($5::text is null or r.data->>'batchId' = $5)
            order by known.recorded_at desc, known.subject_id desc
            limit $6
            """,
            Found, cancellation, actor.OrganisationId, from.At, from.Id, filter.Status?.ToString(), filter.BatchId?.ToString(), size + 1);
        return rows.ToPage(size, r => new(r.KnownSince, r.Request.Id));
    }

    /// <returns>Null when there is no such request, or none that the actor may see.</returns>
    public static async Task<HoldRequestFound?> Find(NpgsqlDataSource source, Actor actor, Guid requestId, CancellationToken cancellation) =>
        (await source.Read($"{Select(actor)} where known.subject_id = $2", Found, cancellation, actor.OrganisationId, requestId)).SingleOrDefault();

    private static string Select(Actor actor) => $"""
        select r.data, m.number, m.material, f.data->'terms'->>'name', o.data->>'name', k.data->>'name', known.recorded_at
        from {actor.Subjects("hold-request")} known
        join ledger.mt_doc_holdrequest r on r.id = known.subject_id
        join ledger.made m on m.batch_id = (r.data->>'batchId')::uuid and m.superseded_at is null
        join ledger.mt_doc_facility f on f.id = (r.data->>'facilityId')::uuid
        join ledger.mt_doc_organisation o on o.id = (r.data->>'ownerId')::uuid
        join ledger.mt_doc_organisation k on k.id = (r.data->>'keeperId')::uuid
        """;

    private static HoldRequestFound Found(NpgsqlDataReader row) =>
        new(row.State<HoldRequest>(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.Instant(6));

    /// <summary>What owners asked the own organisation to hold, and what it asked of others; the last known first.</summary>
    internal static async Task<IResult> Answer([AsParameters] HoldRequestFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));

    /// <summary>One request for a hold, for the owner who asked and the keeper who answers.</summary>
    internal static async Task<IResult> AnswerOne(Guid requestId, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, actor, requestId, cancellation));
}
