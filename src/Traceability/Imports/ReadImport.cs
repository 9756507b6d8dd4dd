using System.Runtime.CompilerServices;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <param name="Job">How far it is.</param>
/// <param name="Told">Rows that were refused, or recorded with an alarm, in the order of the file.</param>
/// <param name="More">Whether more of them follow after the last of these.</param>
/// <param name="Found">How the file was read; null once its rows are kept no longer.</param>
public sealed record ImportFound(ImportJob Job, IReadOnlyList<RowOutcome> Told, bool More, FileFound? Found);

/// <summary>An import in the background is a place to come back to: how far it is, and what became of its rows.</summary>
public static class ReadImport
{
    private static readonly TimeSpan _pulse = TimeSpan.FromMilliseconds(500);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/imports/{importId:guid}", Answer).ReadsOne<ImportFound>(nameof(ReadImport)).WithMetadata(new TellsOfFiles());
        routes.MapGet("/api/imports/{importId:guid}/events", Events).ReadsOne<ImportJob>("FollowImport")
            .Produces<ImportJob>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("How far an import is, as server-sent events, until it is done.").WithMetadata(new TellsOfFiles());
        routes.MapRead("/api/imports", List).Lists<ImportJob>("ListImports");
    }

    /// <summary>Imports are seen by who began them, and in his organisation by who records or oversees.</summary>
    internal static string Seen(Actor actor) => actor.Can(Act.Record, new(actor.OrganisationId)) || actor.Can(Act.Oversee, new(actor.OrganisationId))
        ? "organisation_id = $1 and $2::uuid is not null"
        : "organisation_id = $1 and person_id = $2";

    /// <summary>Who asks. A system that only hands in files is told of its own.</summary>
    internal static Actor Asking(HttpContext context) => KeyAuthentication.OnlyHandsIn(context.User) ? context.Actor() with { Roles = new HashSet<Role>() } : context.Actor();

    private const string Columns =
        "id, name, kind, rows, recorded + already_there + refused + good, recorded, already_there, refused, started_at, finished_at, keeps_rows, mode, good, mode = 'GoodRows' or recorded > 0 or rehearsed_at is not null";

    private static ImportJob Job(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.Instant(8),
        row.IsDBNull(9) ? null : row.Instant(9), row.GetBoolean(10), Enum.Parse<ImportMode>(row.GetString(11)), row.GetInt32(12), row.GetBoolean(13));

    public static async Task<ImportJob?> Find(NpgsqlDataSource source, Actor actor, Guid importId, CancellationToken cancellation) => (await source.Read(
        $"select {Columns} from ledger.imports where {Seen(actor)} and id = $3", Job, cancellation, actor.OrganisationId, actor.PersonId, importId)).SingleOrDefault();

    /// <param name="after">Row of the file after which what is told begins.</param>
    public static async Task<ImportFound?> Find(NpgsqlDataSource source, Actor actor, Guid importId, int after, CancellationToken cancellation)
    {
        if (await Find(source, actor, importId, cancellation) is not { } job)
            return null;
        var told = await source.Read(
            "select outcome from ledger.import_rows where import_id = $1 and \"row\" > $2 order by \"row\" limit $3", row => row.State<RowOutcome>(0), cancellation, importId, after, Limits.RowsShown + 1);
        var found = await source.Read("select found from ledger.imports where id = $1 and found is not null", row => row.State<FileFound>(0), cancellation, importId);
        return new(job, [.. told.Take(Limits.RowsShown)], told.Count > Limits.RowsShown, found.SingleOrDefault());
    }

    public static async Task<Page<ImportJob>?> Find(NpgsqlDataSource source, Actor actor, string? cursor, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(cursor) is not { } from)
            return null;
        var rows = await source.Read(
            $"select {Columns} from ledger.imports where {Seen(actor)} and (started_at, id) < ($3, $4) order by started_at desc, id desc limit $5",
            Job, cancellation, actor.OrganisationId, actor.PersonId, from.At, from.Id, size + 1);
        return rows.ToPage(size, job => new(job.StartedAt, job.Id));
    }

    /// <summary>Imports of the reader's organisation that went or go on in the background, and shorter ones of which rows were refused, the last first.</summary>
    internal static async Task<IResult> List(Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation, string? cursor = null) =>
        Listing.Of(context, await Find(source, actor, cursor, cancellation));

    /// <summary>How far an import in the background is, how its file was read, and what there is to say of its rows.</summary>
    /// <param name="after">Row of the file after which the answer begins.</param>
    internal static async Task<IResult> Answer(Guid importId, HttpContext context, NpgsqlDataSource source, CancellationToken cancellation, int after = 0) =>
        Listing.One(await Find(source, Asking(context), importId, after, cancellation));

    private static async Task<IResult> Events(Guid importId, HttpContext context, NpgsqlDataSource source, TimeProvider time, IHostApplicationLifetime life, CancellationToken cancellation) =>
        await Find(source, Asking(context), importId, cancellation) is null
            ? Listing.One<ImportJob>(null)
            : TypedResults.ServerSentEvents(Follow(source, Asking(context), importId, time, life.ApplicationStopping, cancellation), "progress");

    /// <summary>Whatever interrupts it only ends the stream: browsers come back to a stream that ends, and not to one that failed.</summary>
    private static async IAsyncEnumerable<ImportJob> Follow(
        NpgsqlDataSource source, Actor actor, Guid importId, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        for (ImportJob? told = null; ;)
        {
            ImportJob? job;
            try
            {
                if (told is not null)
                    await Task.Delay(_pulse, time, either.Token);
                job = await Find(source, actor, importId, either.Token);
            }
            catch (Exception e) when (either.IsCancellationRequested || e is NpgsqlException { IsTransient: true })
            {
                yield break;
            }
            if (job is null)
                yield break;
            if (job != told)
                yield return told = job;
            if (job.IsDone)
                yield break;
        }
    }
}
