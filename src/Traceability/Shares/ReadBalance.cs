using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;

namespace Traceability.Shares;

/// <summary>The balance of a run, element by element, by the assays in force now.</summary>
/// <param name="IsOpen">It is judged when the run is closed.</param>
public sealed record BalanceFound(Guid RunId, bool IsOpen, IReadOnlyList<RunElement> Elements);

public static class ReadBalance
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/runs/{runId:guid}/balance", Answer).ReadsOne<BalanceFound>(nameof(ReadBalance));

    /// <returns>Null when there is no such run, or none that the actor may see: balances are for the operator.</returns>
    public static async Task<BalanceFound?> Find(NpgsqlDataSource source, Catalogue catalogue, Actor actor, Guid runId, CancellationToken cancellation)
    {
        if (await source.Load<ProcessRun>(runId, cancellation) is not { State: var run } || !actor.Can(Act.See, new(run.OperatorId)))
            return null;
        var inputs = (await source.Read(RunInputs.Sql, RunInputs.Read, cancellation, new[] { runId })).ConvertAll(i => ShareInput.Of(i.Batch, i.DryKilograms, run.FacilityId, BatchShares.None));
        var outputs = await source.Read(RunOutputs.Sql, row => RunOutputs.Read(row).Output, cancellation, new[] { runId });
        var at = await source.Load<Facility>(run.FacilityId, cancellation);
        return new(runId, run.IsOpen, BalanceOfRun.Of(catalogue, run.Step, run.IsOpen, inputs, outputs, run.UntrackedElements, at?.State.Terms));
    }

    /// <summary>The balance of a run, element by element, by the assays in force now: in, out by role, difference, recovery against its band.</summary>
    internal static async Task<IResult> Answer(Guid runId, Actor actor, Catalogue catalogue, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, catalogue, actor, runId, cancellation));
}

/// <summary>What went into a run over all its parts.</summary>
internal static class RunInputs
{
    public static readonly string Sql = $"""
        select k.batch_id, k.dry_kilograms, b.data, c.custody
        from ({Reading.Each("batch_id, -sum(dry_kilograms) as dry_kilograms", "bookings", "fact_id", "kind = 'Consumed' and superseded_at is null")} group by batch_id) k
        cross join lateral (select data from ledger.mt_doc_batch where id = k.batch_id offset 0) b
        left join lateral (select custody from ledger.claims_again where batch_id = k.batch_id and superseded_at is null offset 0) c on true
        order by 1
        """;

    public static (Batch Batch, decimal DryKilograms) Read(NpgsqlDataReader row) => (row.Claimed(2, 3), row.GetDecimal(1));

    /// <summary>A batch with what is claimed of it since that was worked out again.</summary>
    public static Batch Claimed(this NpgsqlDataReader row, int batch, int custody) =>
        row.IsDBNull(custody) ? row.State<Batch>(batch) : row.State<Batch>(batch) with { Custody = row.State<BatchCustody>(custody) };
}

/// <summary>What came out of a run over all its parts.</summary>
internal static class RunOutputs
{
    public static readonly string Sql = $"""
        select m.batch_id, m.dry_kilograms, m.event_id, b.data
        from ({Reading.Each("batch_id, dry_kilograms, event_id", "made", "run_id", "superseded_at is null")}) m
        cross join lateral (select data from ledger.mt_doc_batch where id = m.batch_id offset 0) b
        order by 1
        """;

    public static (Guid BatchId, Guid EventId, ShareOutput Output) Read(NpgsqlDataReader row)
    {
        var batch = row.State<Batch>(3);
        return (row.GetGuid(0), row.GetGuid(2), ShareOutput.Of(batch, row.GetDecimal(1)));
    }
}
