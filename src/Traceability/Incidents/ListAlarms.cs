using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Incidents;

/// <param name="EventId">The event that carries them.</param>
/// <param name="FactId">The batch, shipment or run they are about.</param>
public sealed record AlarmsFound(Guid EventId, Guid FactId, IReadOnlyList<Alarm> Alarms, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt);

public static class ListAlarms
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/alarms", Answer).Lists<AlarmsFound>(nameof(ListAlarms));

    /// <param name="factId">Only those of this batch, shipment or run.</param>
    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<AlarmsFound>?> Find(NpgsqlDataSource source, Actor actor, Guid? factId, string? cursor, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(cursor) is not { } from)
            return null;
        var rows = await source.Read(
            """
            select event_id, fact_id, jsonb_agg(jsonb_build_object('code', code, 'values', "values") order by position), occurred_at, recorded_at
            from ledger.alarms
            where organisation_id = $1 and ($2::uuid is null or fact_id = $2) and (recorded_at, event_id) < ($3, $4)
            group by event_id, fact_id, occurred_at, recorded_at
            order by recorded_at desc, event_id desc limit $5
            """,
            row => new AlarmsFound(row.GetGuid(0), row.GetGuid(1), row.State<Alarm[]>(2), row.Instant(3), row.Instant(4)),
            cancellation, actor.OrganisationId, factId, from.At, from.Id, size + 1);
        return rows.ToPage(size, a => new(a.RecordedAt, a.EventId));
    }

    /// <summary>What rules found implausible in the own organisation's entries; the last recorded first.</summary>
    /// <param name="factId">Only those of this batch, shipment or run.</param>
    /// <param name="cursor">Where the page before ended.</param>
    internal static async Task<IResult> Answer(Guid? factId, string? cursor, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, factId, cursor, cancellation));
}
