using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Traceability.Access;

namespace Traceability.Ledger;

/// <param name="Command">What was submitted, e.g. <c>DispatchShipment</c>.</param>
/// <param name="Body">The submission itself, normalised.</param>
public sealed record RefusalKept(
    Guid Id, Guid EntryId, Guid PersonId, string Command, string Code, string? Field, ImmutableSortedDictionary<string, string> Values, JsonElement Body, DateTimeOffset RefusedAt);

public static class ListRefusals
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/refusals", Answer).Lists<RefusalKept>(nameof(ListRefusals));

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<RefusalKept>?> Find(NpgsqlDataSource source, Actor actor, string? cursor, CancellationToken cancellation)
    {
        if (Cursor.Read(cursor) is not { } from)
            return null;
        var rows = await source.Read(
            """
            select id, entry_id, person_id, command, code, field, "values", body, refused_at from ledger.refusals
            where organisation_id = $1 and (refused_at, id) < ($2, $3)
            order by refused_at desc, id desc limit $4
            """,
            row => new RefusalKept(
                row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.Text(5),
                row.State<ImmutableSortedDictionary<string, string>>(6), row.State<JsonElement>(7), row.Instant(8)),
            cancellation, actor.OrganisationId, from.At, from.Id, Limits.PageSize + 1);
        return rows.ToPage(r => new(r.RefusedAt, r.Id));
    }

    /// <summary>What people of the own organisation submitted and the rules refused (H5); the last first.</summary>
    /// <param name="cursor">Where the page before ended.</param>
    internal static async Task<IResult> Answer(string? cursor, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, cursor, cancellation));
}
