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
/// <param name="KeepsRows">Whether it still tells of its rows: refused ones are kept for <see cref="Limits.FailedRowsKept"/>.</param>
/// <param name="Good">Rows that were only looked at so far and could be recorded.</param>
/// <param name="IsRecording">False while, and where, it is only looked what would come of the rows.</param>
public sealed record ImportJob(
    Guid Id, string Name, string Kind, int Rows, int RowsDone, int Recorded, int AlreadyThere, int Refused, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, bool KeepsRows = true,
    ImportMode Mode = ImportMode.GoodRows, int Good = 0, bool IsRecording = true)
{
    public bool IsDone => FinishedAt is not null;
}

/// <summary>Work on this import until its file is done. Wolverine keeps the message until then: after a crash the next start goes on.</summary>
public sealed record GoOnWithImport(Guid ImportId);

/// <summary>Files of more than <see cref="Limits.ImportRowsAtOnce"/> rows are kept and worked on in the background, chunk by chunk through the one executor.</summary>
public sealed class ImportJobs(IDocumentStore store, IMartenOutbox outbox, Executor executor, Rehearsal rehearsal, NpgsqlDataSource source, TimeProvider time)
{
    /// <summary>A long file is answered with where it goes on, a shorter one with what became of its rows. Refused rows can be had for a while.</summary>
    /// <param name="content">The file, which can be sought in.</param>
    /// <param name="settings">What its sender said about it, as <see cref="FileSettings"/> are written in an address.</param>
    internal async Task<(ImportJob? Job, ImportReport? Report)> Take(EntryFile file, Stream content, ImportMode mode, QueryString settings, Actor actor, CancellationToken cancellation)
    {
        if (file.IsLong)
            return (await Start(file, content, mode, settings, actor, cancellation), null);
        var startedAt = time.GetUtcNow();
        var report = await new Import(executor.Record, KnownNumbers.In(source), executor.RecordTogether, rehearsal.Begin).Run(file, mode, cancellation);
        return report.Refused == 0 || file.Rows == 0 ? (null, report) : (null, report with { ImportId = await Keep(file, report, mode, actor, startedAt, cancellation) });
    }

    /// <summary>What is told of the rows of an import that was waited for.</summary>
    private async Task<Guid> Keep(EntryFile file, ImportReport report, ImportMode mode, Actor actor, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7(startedAt);
        await source.Read(
            """
            insert into ledger.imports (id, organisation_id, person_id, device, name, mode, settings, kind, rows, started_at, found)
            values ($1, $2, $3, $4::text, $5, $6, '', $7, $8, $9, $10::jsonb) returning 1
            """,
            row => row.GetInt32(0), cancellation, id, actor.OrganisationId, actor.PersonId, actor.Device, file.Name, mode.ToString(), file.Kind!.Name, file.Rows, startedAt,
            JsonSerializer.Serialize(file.Found, LedgerJson.Options));
        await Done(id, new(report.Recorded, report.AlreadyThere, report.Refused, report.Good), file.Entries, null, cancellation);
        await Finish(id, cancellation);
        await Forget(actor.OrganisationId, cancellation);
        return id;
    }

    /// <summary>Refused rows are the sender's own data, not the ledger's: they are kept for mending, not for ever, and first forgotten where it was only looked.</summary>
    internal Task Forget(Guid organisationId, CancellationToken cancellation) => source.Read(
        """
        with gone as (
            update ledger.imports set keeps_rows = false, found = null
            where keeps_rows and finished_at is not null and (finished_at < $2 or id in (
                select id from ledger.imports where organisation_id = $1 and keeps_rows and finished_at is not null order by mode = 'DryRun', finished_at desc, id desc offset $3))
            returning id
        ), told as (delete from ledger.import_rows where import_id in (select id from gone))
        delete from ledger.failed_rows where import_id in (select id from gone) returning 1
        """,
        row => row.GetInt32(0), cancellation, organisationId, time.GetUtcNow() - Limits.FailedRowsKept, Limits.FailedImportsKept);

    /// <summary>The file and the message to work on it are kept together or not at all.</summary>
    private async Task<ImportJob> Start(EntryFile file, Stream content, ImportMode mode, QueryString settings, Actor actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var job = new ImportJob(Guid.CreateVersion7(now), file.Name, file.Kind!.Name, file.Rows, 0, 0, 0, 0, now, null, Mode: mode, IsRecording: mode == ImportMode.GoodRows);
        var bytes = new byte[content.Length];
        content.Position = 0;
        await content.ReadExactlyAsync(bytes, cancellation);
        await using var session = store.LightweightSession();
        outbox.Enroll(session);
        session.QueueSqlCommand(
            "insert into ledger.imports (id, organisation_id, person_id, device, name, mode, settings, remembered, kind, content, rows, started_at, found) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)",
            job.Id, actor.OrganisationId, actor.PersonId, actor.Device!, job.Name, mode.ToString(), settings.ToString(), file.Kept?.Settings!, job.Kind, bytes, job.Rows, job.StartedAt,
            JsonSerializer.Serialize(file.Found, LedgerJson.Options));
        await outbox.PublishAsync(new GoOnWithImport(job.Id));
        await session.SaveChangesAsync(cancellation);
        return job;
    }

    /// <param name="IsRehearsed">Whether the whole file was looked at and is good, where it goes in whole or not at all.</param>
    internal sealed record Kept(Guid Id, Author By, string Name, ImportMode Mode, string Settings, KeptColumns? Remembered, byte[] Content, DateTimeOffset StartedAt, bool IsRehearsed);

    /// <returns>Null when there is nothing left to do.</returns>
    internal async Task<Kept?> Unfinished(Guid importId, CancellationToken cancellation) => (await source.Read(
        "select organisation_id, person_id, device, name, settings, content, started_at, remembered, mode, rehearsed_at is not null from ledger.imports where id = $1 and finished_at is null",
        row => new Kept(
            importId, new(row.GetGuid(0), row.GetGuid(1), row.Text(2)), row.GetString(3), Enum.Parse<ImportMode>(row.GetString(8)), row.GetString(4), row.Text(7) is { } kept ? new(kept, row.Instant(6)) : null,
            row.GetFieldValue<byte[]>(5), row.Instant(6), row.GetBoolean(9)),
        cancellation, importId)).SingleOrDefault();

    /// <summary>Rows that were refused before the import was interrupted. What was refused stays so, though it might be good by now.</summary>
    internal async Task<HashSet<int>> Refused(Guid importId, CancellationToken cancellation) =>
        [.. await source.Read("select \"row\" from ledger.import_rows where import_id = $1 and outcome->>'result' = 'Refused'", row => row.GetInt32(0), cancellation, importId)];

    /// <summary>What is recorded stands in the ledger before it is counted here.</summary>
    /// <param name="startedAt">As for <see cref="FileEntry.Outcomes"/>.</param>
    internal Task Done(Guid importId, RowCounts counts, IEnumerable<FileEntry> entries, DateTimeOffset? startedAt, CancellationToken cancellation)
    {
        (Row Row, RowOutcome Outcome)[] rows = [.. entries.SelectMany(e => e.Rows.Zip(e.Outcomes(startedAt))).Where(o => o.Second.Refusal is not null || o.Second.Alarms.Count > 0)];
        (Row Row, RowOutcome Outcome)[] refused = [.. rows.Where(r => r.Outcome.Refusal is not null)];
        return source.Read(
            """
            with told as (
                insert into ledger.import_rows (import_id, "row", outcome) select $1, t."row", t.outcome::jsonb from unnest($5, $6) t("row", outcome)
                on conflict do nothing
            ), failed as (
                insert into ledger.failed_rows (import_id, "row", cells) select $1, f."row", f.cells::jsonb from unnest($7, $8) f("row", cells)
                on conflict do nothing
            )
            update ledger.imports set recorded = $2, already_there = $3, refused = $4, good = $9 where id = $1 and finished_at is null returning 1
            """,
            row => row.GetInt32(0), cancellation, importId, counts.Recorded, counts.AlreadyThere, counts.Refused,
            rows.Select(r => r.Outcome.Row).ToArray(), rows.Select(r => JsonSerializer.Serialize(r.Outcome, LedgerJson.Options)).ToArray(),
            refused.Select(r => r.Outcome.Row).ToArray(), refused.Select(r => JsonSerializer.Serialize(r.Row.Cells)).ToArray(), counts.Good);
    }

    /// <summary>What was said of its rows while they were only looked at holds no longer: they are looked at again, or go in now.</summary>
    /// <param name="isGood">All of them are good.</param>
    internal Task LookAgain(Guid importId, bool isGood, CancellationToken cancellation) => source.Read(
        """
        with told as (delete from ledger.import_rows where import_id = $1), failed as (delete from ledger.failed_rows where import_id = $1)
        update ledger.imports set recorded = 0, already_there = 0, refused = 0, good = 0, rehearsed_at = $2::timestamptz where id = $1 and finished_at is null returning 1
        """,
        row => row.GetInt32(0), cancellation, importId, isGood ? time.GetUtcNow() : null);

    /// <summary>The file was kept for this only.</summary>
    internal Task Finish(Guid importId, CancellationToken cancellation) => source.Read(
        "update ledger.imports set finished_at = $2, content = null where id = $1 and finished_at is null returning 1", row => row.GetInt32(0), cancellation, importId, time.GetUtcNow());
}

internal readonly record struct RowCounts(int Recorded = 0, int AlreadyThere = 0, int Refused = 0, int Good = 0)
{
    public RowCounts With(IReadOnlyCollection<RowOutcome> outcomes) => new(
        Recorded + outcomes.Count(o => o.Result == RowResult.Recorded), AlreadyThere + outcomes.Count(o => o.Result == RowResult.AlreadyThere),
        Refused + outcomes.Count(o => o.Result == RowResult.Refused), Good + outcomes.Count(o => o.Result == RowResult.Good));
}

public static class GoOnWithImportHandler
{
    /// <summary>What goes wrong here is the database or the machine, not the file: it is tried again later.</summary>
    public static void Configure(HandlerChain chain) => chain.OnAnyException().ScheduleRetryIndefinitely(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));

    /// <summary>Begins again from the first row after each interruption: what is recorded is found there, which costs little, and counts as this import's own.</summary>
    [MessageTimeout(24 * 60 * 60)]
    public static async Task Handle(GoOnWithImport message, ImportJobs jobs, Executor executor, Rehearsal rehearsal, NpgsqlDataSource source, CancellationToken cancellation)
    {
        if (await jobs.Unfinished(message.ImportId, cancellation) is not { } import)
            return;
        var sender = await Colleagues.AsOfToday(source, import.By, cancellation);
        var file = await Read(import, sender, cancellation);
        // Its rows are known now, and an hour is long to hold 32 MB for nothing.
        import = import with { Content = [] };
        if (import.Mode == ImportMode.GoodRows)
            await Record(import, file, jobs, new(executor.Record, KnownNumbers.In(source)), cancellation);
        else
            await new LookBeforeRecording(jobs, new(executor.RecordTogether, KnownNumbers.In(source), executor.RecordTogether, rehearsal.Begin), import, file).Run(cancellation);
        await jobs.Finish(import.Id, cancellation);
        await jobs.Forget(import.By.OrganisationId, cancellation);
    }

    private static async Task<EntryFile> Read(ImportJobs.Kept import, Actor sender, CancellationToken cancellation)
    {
        using var content = new MemoryStream(import.Content);
        return await EntryFile.Read(content, import.Name, sender, FileSettings.Read(QueryHelpers.ParseQuery(import.Settings)).Settings, (_, _, _) => Task.FromResult(import.Remembered), cancellation);
    }

    private static async Task Record(ImportJobs.Kept import, EntryFile file, ImportJobs jobs, Import into, CancellationToken cancellation)
    {
        var refused = await jobs.Refused(import.Id, cancellation);
        var counts = new RowCounts(Refused: refused.Count);
        await foreach (var chunk in into.Chunks(file.Entries.Where(e => !refused.Contains(e.First.Line)), cancellation))
        {
            counts = counts.With([.. chunk.SelectMany(e => e.Outcomes(import.StartedAt))]);
            await jobs.Done(import.Id, counts, chunk, import.StartedAt, cancellation);
            foreach (var entry in chunk)
                entry.ForgetAll();
        }
    }
}
