using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <param name="Waiting">True for those whose dispatch has not come yet, false for the rest.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record ArrivalFilter(bool? Waiting = null, string? Cursor = null);

/// <param name="From">Whose shipment it is by its papers.</param>
/// <param name="To">The facility where it stands.</param>
public sealed record ArrivalFound(Arrival Arrival, string From, string To, string ToOperator, DateTimeOffset KnownSince);

public static class ListArrivals
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/arrivals", Answer).Lists<ArrivalFound>(nameof(ListArrivals));
        routes.MapRead("/api/arrivals/{arrivalId:guid}", AnswerOne).ReadsOne<ArrivalFound>("ReadArrival");
    }

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<ArrivalFound>?> Find(NpgsqlDataSource source, Actor actor, ArrivalFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            $"""
            {Select(actor)}
            where (known.recorded_at, known.subject_id) < ($2, $3) and ($4::boolean is null or $4 = (a.data->>'shipmentId' is null))
            order by known.recorded_at desc, known.subject_id desc
            limit $5
            """,
            Found, cancellation, actor.OrganisationId, from.At, from.Id, filter.Waiting, size + 1);
        return rows.ToPage(size, a => new(a.KnownSince, a.Arrival.Id));
    }

    /// <param name="arrivalId">Id of the entry, or of its stream.</param>
    /// <returns>Null when there is no such arrival, or none that the actor may see.</returns>
    public static async Task<ArrivalFound?> Find(NpgsqlDataSource source, Actor actor, Guid arrivalId, CancellationToken cancellation) => (await source.Read(
        $"{Select(actor)} where known.subject_id = $2 or known.subject_id = (select stream_id from ledger.entries where id = $2 and command = '{nameof(AnnounceArrival)}')",
        Found, cancellation, actor.OrganisationId, arrivalId)).SingleOrDefault();

    private static string Select(Actor actor) => $"""
        select a.data, o.data->>'name', f.data->'terms'->>'name', k.data->>'name', known.recorded_at
        from {actor.Subjects("arrival")} known
        join ledger.mt_doc_arrival a on a.id = known.subject_id
        join ledger.mt_doc_organisation o on o.id = (a.data->>'fromOrganisationId')::uuid
        join ledger.mt_doc_facility f on f.id = (a.data->>'toFacilityId')::uuid
        join ledger.mt_doc_organisation k on k.id = (a.data->>'toOperatorId')::uuid
        """;

    private static ArrivalFound Found(NpgsqlDataReader row) => new(row.State<Arrival>(0), row.GetString(1), row.GetString(2), row.GetString(3), row.Instant(4));

    /// <summary>Goods that came to the own organisation, or from it, before word of their dispatch did; the last known first.</summary>
    internal static async Task<IResult> Answer([AsParameters] ArrivalFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));

    /// <summary>One announced arrival, for who weighed it and whose shipment it is.</summary>
    internal static async Task<IResult> AnswerOne(Guid arrivalId, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, actor, arrivalId, cancellation));
}
