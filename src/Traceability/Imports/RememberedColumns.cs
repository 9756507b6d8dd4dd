using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>What somebody said before about files with the same headings.</summary>
/// <param name="Settings">As <see cref="FileSettings"/> are written in an address: the kind of file, and what was said of its columns.</param>
public sealed record KeptColumns(string Settings, DateTimeOffset SaidAt)
{
    public FileSettings Said => field ??= FileSettings.Read(QueryHelpers.ParseQuery(Settings)).Settings;
}

/// <summary>Looks up what was kept about files with these headings.</summary>
/// <param name="kind">Of which kind of file, or null for what was said last.</param>
public delegate Task<KeptColumns?> RecallColumns(IReadOnlyList<string> headings, string? kind, CancellationToken stop);

/// <summary>What an organisation said of the columns of files with certain headings.</summary>
/// <param name="Settings">The parameters of an import that are taken from here, e.g. <c>column.4</c>: <c>Material</c>.</param>
/// <param name="SaidBy">Name of who said it last, or null where it is no longer known.</param>
public sealed record ColumnsRemembered(Guid Id, string Kind, IReadOnlyList<string> Headings, IReadOnlyDictionary<string, string> Settings, DateTimeOffset SaidAt, string? SaidBy);

/// <summary>What was said on the page of imports about columns is taken from then by every import of the organisation with the same headings, shown there, and can be forgotten.</summary>
/// <remarks>What an address says holds for that file alone: a script that says it says it each time.</remarks>
public static class RememberedColumns
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/imports/columns", List).Reads<IReadOnlyList<ColumnsRemembered>>("ListImportColumns");
        routes.MapPut("/api/imports/columns/{columnsId:guid}/forgetting", Forgetting).ReadsOne<ColumnsRemembered>("ForgetImportColumns");
    }

    public static RecallColumns Of(NpgsqlDataSource source, Actor actor) => async (headings, kind, stop) => (await source.Read(
        "select settings, said_at from ledger.import_columns where organisation_id = $1 and headings_sha256 = $2 and ($3::text is null or kind = $3) order by said_at desc limit 1",
        row => new KeptColumns(row.GetString(0), row.Instant(1)), stop, actor.OrganisationId, Key(headings), kind)).SingleOrDefault();

    /// <summary>Keeps what was said of columns, together with what holds from before.</summary>
    /// <param name="said">Everything that was said of the file.</param>
    internal static async Task Remember(NpgsqlDataSource source, Actor actor, EntryFile file, IEnumerable<KeyValuePair<string, StringValues>> said, DateTimeOffset now, CancellationToken cancellation)
    {
        var told = said.Where(s => IsOfColumns(s.Key) && !StringValues.IsNullOrEmpty(s.Value)).ToList();
        if (told.Count == 0 || file.Found is not { Kind: { } kind } found || file.Rows == 0)
            return;
        var before = file.Kept is { } kept && kept.Said.Kind == kind ? QueryHelpers.ParseQuery(kept.Settings) : [];
        var settings = before.Concat(told).Append(new("kind", kind)).GroupBy(s => s.Key).ToDictionary(s => s.Key, s => s.Last().Value);
        var headings = found.Columns.Select(c => c.Heading).ToArray();
        await source.Read(
            """
            with longest as (
                delete from ledger.import_columns where id in (select id from ledger.import_columns where organisation_id = $2 order by said_at desc offset $8)
            )
            insert into ledger.import_columns (id, organisation_id, kind, headings_sha256, headings, settings, said_by, said_at) values ($1, $2, $3, $4, $5, $6, $7, $9)
            on conflict (organisation_id, headings_sha256, kind) do update set settings = excluded.settings, said_by = excluded.said_by, said_at = excluded.said_at
            returning 1
            """,
            row => row.GetInt32(0), cancellation, Guid.CreateVersion7(now), actor.OrganisationId, kind, Key(headings), headings, QueryString.Create(settings).ToString(), actor.PersonId,
            Limits.ColumnsRemembered - 1, now);
    }

    public static async Task<IReadOnlyList<ColumnsRemembered>> Find(NpgsqlDataSource source, Actor actor, CancellationToken cancellation) => !Sees(actor) ? [] : await source.Read(
        """
        select c.id, c.kind, c.headings, c.settings, c.said_at, a.name from ledger.import_columns c left join ledger.authors a on a.id = c.said_by
        where c.organisation_id = $1 order by c.said_at desc, c.id
        """,
        row => new ColumnsRemembered(
            row.GetGuid(0), row.GetString(1), row.GetFieldValue<string[]>(2),
            QueryHelpers.ParseQuery(row.GetString(3)).Where(s => s.Key != "kind").ToDictionary(s => s.Key, s => s.Value.ToString()), row.Instant(4), row.Text(5)),
        cancellation, actor.OrganisationId);

    /// <returns>What was forgotten; null where there was nothing that the actor may have forgotten.</returns>
    public static async Task<ColumnsRemembered?> Forget(NpgsqlDataSource source, Actor actor, Guid columnsId, CancellationToken cancellation)
    {
        if (!actor.Can(Act.Record, new(actor.OrganisationId)) || (await Find(source, actor, cancellation)).SingleOrDefault(c => c.Id == columnsId) is not { } remembered)
            return null;
        var gone = await source.Read("delete from ledger.import_columns where organisation_id = $1 and id = $2 returning 1", row => row.GetInt32(0), cancellation, actor.OrganisationId, columnsId);
        return gone.Count > 0 ? remembered : null;
    }

    private static bool Sees(Actor actor) => actor.Can(Act.Record, new(actor.OrganisationId)) || actor.Can(Act.Oversee, new(actor.OrganisationId));

    private static bool IsOfColumns(string setting) => setting.Split('.') is ["column" or "decimal" or "dates" or "unit" or "basis", _];

    /// <summary>The headings in their order, but for case, blanks and punctuation; the reasons of refused rows that came back with them are none.</summary>
    private static byte[] Key(IReadOnlyList<string> headings) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f',
        headings.Take(headings is [.., FailedRows.Why] ? headings.Count - 1 : headings.Count).Select(Headings.Key))));

    /// <summary>What is remembered of columns for the files of one's organisation, the last said first.</summary>
    internal static async Task<IResult> List(Actor actor, NpgsqlDataSource source, CancellationToken cancellation) => TypedResults.Ok(await Find(source, actor, cancellation));

    /// <summary>What is remembered of these columns is forgotten: files with those headings are read again as they show themselves. Answers what was forgotten; a second time there is nothing.</summary>
    internal static async Task<IResult> Forgetting(Guid columnsId, Actor actor, NpgsqlDataSource source, HttpContext context) =>
        Listing.One(await Forget(source, actor, columnsId, context.RequestAborted));
}
