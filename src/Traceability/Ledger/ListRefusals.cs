using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Traceability.Access;

namespace Traceability.Ledger;

/// <param name="Person">Name of who tried, for readers of the same organisation.</param>
/// <param name="Command">What was submitted, e.g. <c>DispatchShipment</c>.</param>
/// <param name="Body">The submission itself, normalised.</param>
/// <param name="RecordedAt">When an entry with the same id was recorded, before or after, or null where there is none.</param>
public sealed record RefusalKept(
    Guid Id, Guid EntryId, Author By, string Organisation, string? Person, string Command, string Code, string? Field, ImmutableSortedDictionary<string, string> Values, JsonElement Body,
    DateTimeOffset RefusedAt, DateTimeOffset? RecordedAt)
{
    /// <summary>Whether a second person may still approve it.</summary>
    public bool Waits => Approval.Codes.Contains(Code) && RecordedAt is null;
}

/// <param name="Waiting">True for what waits for a second person, false for the rest.</param>
/// <param name="Conflict">True for what contradicts something recorded before, false for the rest.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record RefusalFilter(bool? Waiting = null, bool? Conflict = null, string? Cursor = null);

public static class ListRefusals
{
    private static readonly string Waits = $"(r.code in ({string.Join(", ", Approval.Codes.Select(code => $"'{code}'"))}) and e.id is null)";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/refusals", Answer).Lists<RefusalKept>(nameof(ListRefusals));

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<RefusalKept>?> Find(NpgsqlDataSource source, Actor actor, RefusalFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            $"""
            {Sql(actor)} and ($3::boolean is null or $3 = {Waits}) and ($4::boolean is null or $4 = (r.code = any($5))) and (r.refused_at, r.id) < ($6, $7)
            order by r.refused_at desc, r.id desc limit $8
            """,
            row => Kept(row, actor), cancellation,
            actor.OrganisationId, actor.PersonId, filter.Waiting, filter.Conflict, Conflicts.Codes.ToArray(), from.At, from.Id, size + 1);
        return rows.ToPage(size, r => new(r.RefusedAt, r.Id));
    }

    /// <returns>Null when there is no such refusal, or none that the actor may see.</returns>
    public static async Task<RefusalKept?> FindOne(NpgsqlDataSource source, Actor actor, Guid refusalId, CancellationToken cancellation) => (await source.Read(
        $"{Sql(actor)} and r.id = $3", row => Kept(row, actor), cancellation, actor.OrganisationId, actor.PersonId, refusalId)).SingleOrDefault();

    private static string Sql(Actor actor) => $"""
        select r.id, r.entry_id, r.organisation_id, r.person_id, r.device, o.data->>'name', p.name, r.command, r.code, r.field, r."values", r.body, r.refused_at, e.recorded_at
        from ledger.refusals r
        left join ledger.entries e on e.id = r.entry_id
        left join ledger.mt_doc_organisation o on o.id = r.organisation_id
        left join ledger.authors p on p.id = r.person_id
        where {actor.SeesRefused("r")}
        """;

    private static RefusalKept Kept(NpgsqlDataReader row, Actor actor)
    {
        var by = new Author(row.GetGuid(2), row.GetGuid(3), row.Text(4));
        return new(
            row.GetGuid(0), row.GetGuid(1), by, row.Text(5) ?? "", by.OrganisationId == actor.OrganisationId ? row.Text(6) : null, row.GetString(7), row.GetString(8), row.Text(9),
            row.State<ImmutableSortedDictionary<string, string>>(10), row.State<JsonElement>(11), row.Instant(12), row.IsDBNull(13) ? null : row.Instant(13));
    }

    /// <summary>What people submitted and the rules refused (H5), the last first: one's own, and for supervisors and auditors the whole organisation's.</summary>
    internal static async Task<IResult> Answer([AsParameters] RefusalFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
