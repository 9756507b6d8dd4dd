using Marten;
using Npgsql;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>Works out again what came of runs whose inputs were analysed anew, one run at a time and those further up first.
/// What comes out otherwise than before makes the runs that used it due in their turn, until nothing changes any more.</summary>
/// <remarks>A run's outputs are locked before its inputs are read: whoever uses them waits, so that no run that used the old shares is missed.</remarks>
public sealed class RecomputeShares(IDocumentStore store, Catalogue catalogue, TimeProvider time, ILogger<RecomputeShares> logger)
{
    /// <returns>How many runs were worked out again.</returns>
    public async Task<int> All(CancellationToken cancellation)
    {
        var done = 0;
        while (await Next(cancellation) is { } run)
        {
            try
            {
                await Again(run, cancellation);
                done++;
            }
            catch (Exception e) when (Contention.Caused(e))
            {
                logger.LogDebug(e, "Somebody else works on run {Run}", run);
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation);
            }
        }
        return done;
    }

    /// <summary>The due run that was recorded first: what goes into a run was made before what comes out of it.</summary>
    private async Task<Guid?> Next(CancellationToken cancellation)
    {
        await using var session = store.LightweightSession();
        var due = await Read(session, "select d.run_id from ledger.shares_due d order by (select min(m.recorded_at) from ledger.made m where m.run_id = d.run_id), d.run_id limit 1", row => row.GetGuid(0), cancellation);
        return due.Count == 0 ? null : due[0];
    }

    private async Task Again(Guid runId, CancellationToken cancellation)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(cancellation);
        // Locked as every command locks: batches by id, and only then the row that says it is due.
        await Read(session, "select s.id from ledger.mt_streams s where s.id in (select m.batch_id from ledger.made m where m.run_id = $1 and m.superseded_at is null) order by s.id for update", _ => true, cancellation, runId);
        if ((await Read(session, "delete from ledger.shares_due where run_id = $1 returning run_id", _ => true, cancellation, runId)).Count == 0)
            return;
        await Write(session, runId, cancellation);
        await session.SaveChangesAsync(cancellation);
    }

    private async Task Write(IDocumentSession session, Guid runId, CancellationToken cancellation)
    {
        var run = (await Read(session, "select data from ledger.mt_doc_processrun where id = $1", row => row.State<ProcessRun>(0), cancellation, runId)).Single();
        var inputs = await Inputs(session, run, cancellation);
        var outputs = await Read(session, RunOutputs.Sql, RunOutputs.Read, cancellation, new[] { runId });
        var now = time.GetUtcNow();
        var at = (await Read(session, "select data from ledger.mt_doc_facility where id = $1", row => row.State<Facility>(0), cancellation, run.FacilityId)).SingleOrDefault();
        Judge(session, run, at?.Terms, inputs, outputs, now);
        var before = await Known(session, [.. outputs.Select(o => o.BatchId)], cancellation);
        var shares = SharesOfRun.Of(catalogue, run.StepKind, inputs, [.. outputs.Select(o => o.Output)], run.UntrackedElements);

        var (rows, changed) = (ShareRow.Table(now), new List<Guid>());
        foreach (var (id, eventId, output) in outputs)
        {
            var anew = shares.Concerning(catalogue, output).SelectMany(e => e.Value.Parts.Select(p => new ShareRow(id, e.Key, p.Origin, p.Kilograms, eventId))).ToList();
            var known = before.GetValueOrDefault(id, BatchShares.None);
            if (anew.Count == known.Elements.Sum(e => e.Value.Parts.Length) && anew.TrueForAll(r => known.Elements.GetValueOrDefault(r.Element)?.Of(r.Origin) == r.Share))
                continue;
            changed.Add(id);
            anew.ForEach(rows.Add);
        }
        if (changed.Count == 0)
            return;
        session.QueueSqlCommand("update ledger.origin_shares set superseded_by = ?, superseded_at = ? where batch_id = any(?) and superseded_at is null", runId, now, changed.ToArray());
        rows.Queue(session);
        session.QueueSqlCommand(
            "insert into ledger.shares_due (run_id, since) select distinct k.fact_id, ?::timestamptz from ledger.bookings k where k.batch_id = any(?) and k.kind = 'Consumed' and k.superseded_at is null order by 1 on conflict do nothing",
            now, changed.ToArray());
    }

    /// <summary>A run is judged again whenever something of it was analysed (B1, B2, O2). What does not fit is no refusal, for it was found out afterwards: it speaks against everything that came of the run.</summary>
    private void Judge(IDocumentSession session, ProcessRun run, FacilityTerms? at, List<ShareInput> inputs, List<(Guid BatchId, Guid EventId, ShareOutput Output)> outputs, DateTimeOffset now)
    {
        var codes = BalanceOfRun.Of(catalogue, run.Step, run.IsOpen, inputs, [.. outputs.Select(o => o.Output)], run.UntrackedElements, at).Select(e => e.Against).OfType<string>().Distinct().ToArray();
        session.QueueSqlCommand(
            "update ledger.doubts set closed_at = ? where fact_id = ? and code = any(?) and code <> all(?) and closed_at is null", now, run.Id, RunElement.Codes, codes);
        if (codes.Length == 0)
            return;
        session.QueueSqlCommand(
            "insert into ledger.doubts (batch_id, fact_id, code, event_id, occurred_at, recorded_at) "
                + "select o.batch_id, ?, c.code, o.event_id, ?, ? from unnest(?, ?) o(batch_id, event_id), unnest(?) c(code) "
                + "on conflict (batch_id, fact_id, code) do update set closed_at = null where doubts.closed_at is not null",
            run.Id, run.EndedAt.ToUniversalTime(), now, outputs.Select(o => o.BatchId).ToArray(), outputs.Select(o => o.EventId).ToArray(), codes);
    }

    private static async Task<List<ShareInput>> Inputs(IDocumentSession session, ProcessRun run, CancellationToken cancellation)
    {
        var taken = await Read(session, RunInputs.Sql, RunInputs.Read, cancellation, new[] { run.Id });
        var known = await Known(session, [.. taken.Select(t => t.Batch.Id)], cancellation);
        return taken.ConvertAll(t => ShareInput.Of(t.Batch, t.DryKilograms, run.FacilityId, known.GetValueOrDefault(t.Batch.Id, BatchShares.None)));
    }

    private static async Task<Dictionary<Guid, BatchShares>> Known(IDocumentSession session, Guid[] batches, CancellationToken cancellation)
    {
        var known = new Dictionary<Guid, BatchShares>();
        foreach (var (batch, element, origin, share) in await Read(
            session, "select batch_id, element, place_id, is_declared, share from ledger.origin_shares where batch_id = any($1) and superseded_at is null", Row, cancellation, batches))
            known[batch] = known.GetValueOrDefault(batch, BatchShares.None).With(element, origin, share);
        return known;
    }

    /// <summary>One row of <c>batch_id, element, place_id, is_declared, share</c>.</summary>
    internal static (Guid BatchId, string Element, Origin Origin, decimal Share) Row(NpgsqlDataReader row) =>
        (row.GetGuid(0), row.GetString(1), row.GetGuid(2) == Guid.Empty ? Origin.Unknown : new(row.GetGuid(2), row.GetBoolean(3)), row.GetDecimal(4));

    private static async Task<List<T>> Read<T>(IDocumentSession session, string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await using var reader = (NpgsqlDataReader)await session.ExecuteReaderAsync(command, cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(row(reader));
        return rows;
    }
}

/// <summary>Looks once a second whether something is due. Whatever node finds it first works it out; what a stop interrupted is still due afterwards.</summary>
public sealed class SharesKeeper(RecomputeShares recompute, TimeProvider time, ILogger<SharesKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Look(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was being worked out is still due at the next start.
        }
    }

    private async Task Look(CancellationToken cancellation)
    {
        try
        {
            if (await recompute.All(cancellation) is > 0 and var done)
                logger.LogInformation("Origin shares of {Runs} runs were worked out again", done);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The database may be starting, or gone for a while: the next look tells.
            logger.LogWarning(e, "Origin shares could not be worked out now");
        }
    }
}
