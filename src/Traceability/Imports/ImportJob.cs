using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;
using Wolverine.Attributes;
using Wolverine.ErrorHandling;
using Wolverine.Marten;
using Wolverine.Runtime.Handlers;

namespace Traceability.Imports;

/// <summary>How far an import is that takes longer than anybody waits for an answer.</summary>
/// <param name="Kind">Name of the kind of file.</param>
/// <param name="Rows">Rows of the file, without its heading.</param>
/// <param name="RowsDone">Of them those that were recorded, were there already, or were refused.</param>
/// <param name="FinishedAt">Null while it goes on.</param>
public sealed record ImportJob(
    Guid Id, string Name, string Kind, int Rows, int RowsDone, int Recorded, int AlreadyThere, int Refused, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public bool IsDone => FinishedAt is not null;
}

/// <summary>Work on this import until its file is done. Wolverine keeps the message until then: after a crash the next start goes on.</summary>
public sealed record GoOnWithImport(Guid ImportId);

/// <summary>Files of more than <see cref="Limits.ImportRowsAtOnce"/> rows are kept and recorded in the background, chunk by chunk through the one executor.</summary>
public sealed class ImportJobs(IDocumentStore store, IMartenOutbox outbox, NpgsqlDataSource source, TimeProvider time)
{
    /// <summary>The file and the message to work on it are kept together or not at all.</summary>
    /// <param name="content">The file, which can be sought in.</param>
    /// <param name="settings">What its sender said about it, as <see cref="FileSettings"/> are written in an address.</param>
    internal async Task<ImportJob> Start(EntryFile file, Stream content, QueryString settings, Actor actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var job = new ImportJob(Guid.CreateVersion7(now), file.Name, file.Kind!.Name, file.Rows, 0, 0, 0, 0, now, null);
        var bytes = new byte[content.Length];
        content.Position = 0;
        await content.ReadExactlyAsync(bytes, cancellation);
        await using var session = store.LightweightSession();
        outbox.Enroll(session);
        session.QueueSqlCommand(
            "insert into ledger.imports (id, organisation_id, person_id, device, name, settings, kind, content, rows, started_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            job.Id, actor.OrganisationId, actor.PersonId, actor.Device!, job.Name, settings.ToString(), job.Kind, bytes, job.Rows, job.StartedAt);
        await outbox.PublishAsync(new GoOnWithImport(job.Id));
        await session.SaveChangesAsync(cancellation);
        return job;
    }

    internal sealed record Kept(Guid Id, Author By, string Name, string Settings, byte[] Content, DateTimeOffset StartedAt);

    /// <returns>Null when there is nothing left to do.</returns>
    internal async Task<Kept?> Unfinished(Guid importId, CancellationToken cancellation) => (await source.Read(
        "select organisation_id, person_id, device, name, settings, content, started_at from ledger.imports where id = $1 and finished_at is null",
        row => new Kept(
            importId, new(row.GetGuid(0), row.GetGuid(1), row.Text(2)), row.GetString(3), row.GetString(4), row.GetFieldValue<byte[]>(5), row.Instant(6)),
        cancellation, importId)).SingleOrDefault();

    /// <summary>Rows that were refused before the import was interrupted. What was refused stays so, though it might be good by now.</summary>
    internal async Task<HashSet<int>> Refused(Guid importId, CancellationToken cancellation) =>
        [.. await source.Read("select \"row\" from ledger.import_rows where import_id = $1 and outcome->>'result' = 'Refused'", row => row.GetInt32(0), cancellation, importId)];

    /// <summary>What is recorded stands in the ledger before it is counted here.</summary>
    internal Task Done(Guid importId, RowCounts counts, IEnumerable<RowOutcome> told, CancellationToken cancellation)
    {
        RowOutcome[] rows = [.. told];
        return source.Read(
            """
            with told as (
                insert into ledger.import_rows (import_id, "row", outcome) select $1, t."row", t.outcome::jsonb from unnest($5, $6) t("row", outcome)
                on conflict do nothing
            )
            update ledger.imports set recorded = $2, already_there = $3, refused = $4 where id = $1 and finished_at is null returning 1
            """,
            row => row.GetInt32(0), cancellation, importId, counts.Recorded, counts.AlreadyThere, counts.Refused,
            rows.Select(o => o.Row).ToArray(), rows.Select(o => JsonSerializer.Serialize(o, LedgerJson.Options)).ToArray());
    }

    /// <summary>The file was kept for this only.</summary>
    internal Task Finish(Guid importId, CancellationToken cancellation) => source.Read(
        "update ledger.imports set finished_at = $2, content = null where id = $1 and finished_at is null returning 1", row => row.GetInt32(0), cancellation, importId, time.GetUtcNow());
}

internal readonly record struct RowCounts(int Recorded, int AlreadyThere, int Refused)
{
    public RowCounts With(IReadOnlyCollection<RowOutcome> outcomes) => new(
        Recorded + outcomes.Count(o => o.Result == RowResult.Recorded), AlreadyThere + outcomes.Count(o => o.Result == RowResult.AlreadyThere), Refused + outcomes.Count(o => o.Result == RowResult.Refused));
}

public static class GoOnWithImportHandler
{
    /// <summary>What goes wrong here is the database or the machine, not the file: it is tried again later.</summary>
    public static void Configure(HandlerChain chain) => chain.OnAnyException().ScheduleRetryIndefinitely(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));

    /// <summary>Begins again from the first row after each interruption: what is recorded is found there, which costs little, and counts as this import's own.</summary>
    [MessageTimeout(24 * 60 * 60)]
    public static async Task Handle(GoOnWithImport message, ImportJobs jobs, Executor executor, NpgsqlDataSource source, CancellationToken cancellation)
    {
        if (await jobs.Unfinished(message.ImportId, cancellation) is not { } import)
            return;
        var sender = await Colleagues.AsOfToday(source, import.By, cancellation);
        using var content = new MemoryStream(import.Content);
        var file = await EntryFile.Read(content, import.Name, sender, FileSettings.Read(QueryHelpers.ParseQuery(import.Settings)).Settings, null, cancellation);
        var refused = await jobs.Refused(import.Id, cancellation);
        var counts = new RowCounts(0, 0, refused.Count);
        await foreach (var chunk in new Import(executor.Record, KnownNumbers.In(source)).Chunks(file.Entries.Where(e => !refused.Contains(e.First.Line)), cancellation))
        {
            RowOutcome[] outcomes = [.. chunk.SelectMany(e => e.Outcomes(import.StartedAt))];
            counts = counts.With(outcomes);
            await jobs.Done(import.Id, counts, outcomes.Where(o => o.Refusal is not null || o.Alarms.Count > 0), cancellation);
        }
        await jobs.Finish(import.Id, cancellation);
    }
}
