using Marten;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Shares;

/// <summary>Works out again what came of runs whose inputs were analysed anew, those further up first and many in one transaction.
/// What comes out otherwise than before makes the runs that used it due in their turn, until nothing changes any more.</summary>
/// <remarks>A run's outputs are locked before its inputs are read: whoever uses them waits, so that no run that used the old shares is missed.</remarks>
public sealed class RecomputeShares(IDocumentStore store, Catalogue catalogue, TimeProvider time, ILogger<RecomputeShares> logger)
{
    /// <returns>How many runs were worked out again.</returns>
    public async Task<int> All(CancellationToken cancellation)
    {
        var done = 0;
        while (await First(cancellation) is { Count: > 0 } due)
        {
            try
            {
                done += await Again(due, cancellation);
            }
            catch (Exception e) when (Contention.Caused(e))
            {
                logger.LogDebug(e, "Somebody else works on what came of run {Run}", due[0].RunId);
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation);
            }
        }
        return done;
    }

    /// <summary>The due runs that were recorded first: what goes into a run was made before what comes out of it.</summary>
    private async Task<List<DueRun>> First(CancellationToken cancellation)
    {
        await using var session = store.LightweightSession();
        return await session.Read($"select d.run_id, (select min(m.recorded_at) from ledger.made m where m.run_id = d.run_id) from ledger.shares_due d order by 2, 1 limit {Limits.RunsRecomputedTogether}",
            row => new DueRun(row.GetGuid(0), row.IsDBNull(1) ? DateTimeOffset.MaxValue : row.Instant(1)), cancellation);
    }

    private async Task<int> Again(List<DueRun> due, CancellationToken cancellation)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(cancellation);
        var ids = due.Select(d => d.RunId).ToArray();
        // Locked as every command locks: batches by id, and only then the rows that say what is due.
        await session.Read($"select id from ledger.mt_streams where id in ({Reading.Each("batch_id", "made", "run_id", "superseded_at is null")}) order by id for update", _ => true, cancellation, ids);
        var since = (await session.Read("delete from ledger.shares_due where run_id = any($1) returning run_id, since", row => KeyValuePair.Create(row.GetGuid(0), row.Instant(1)), cancellation, ids)).ToDictionary();
        if (since.Count == 0)
            return 0;
        var runs = await DueRuns.Load(session, catalogue, [.. due.Where(d => since.ContainsKey(d.RunId))], time.GetUtcNow(), cancellation);
        runs.WorkOut();
        runs.Queue(session, since);
        await session.SaveChangesAsync(cancellation);
        return runs.Done;
    }
}
