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
    public const string Sql = """
        select k.batch_id, -sum(k.dry_kilograms), b.data, c.custody
        from ledger.bookings k join ledger.mt_doc_batch b on b.id = k.batch_id left join ledger.claims_again c on c.batch_id = k.batch_id and c.superseded_at is null
        where k.fact_id = any($1) and k.kind = 'Consumed' and k.superseded_at is null
        group by k.batch_id, b.data, c.custody order by 1
        """;

    public static (Batch Batch, decimal DryKilograms) Read(NpgsqlDataReader row) => (row.Claimed(2, 3), row.GetDecimal(1));

    /// <summary>A batch with what is claimed of it since that was worked out again.</summary>
    public static Batch Claimed(this NpgsqlDataReader row, int batch, int custody) =>
        row.IsDBNull(custody) ? row.State<Batch>(batch) : row.State<Batch>(batch) with { Custody = row.State<BatchCustody>(custody) };
}

/// <summary>What came out of a run over all its parts.</summary>
internal static class RunOutputs
{
    public const string Sql = """
        select m.batch_id, m.dry_kilograms, m.event_id, b.data
        from ledger.made m join ledger.mt_doc_batch b on b.id = m.batch_id
        where m.run_id = any($1) and m.superseded_at is null order by 1
        """;

    public static (Guid BatchId, Guid EventId, ShareOutput Output) Read(NpgsqlDataReader row)
    {
        var batch = row.State<Batch>(3);
        return (row.GetGuid(0), row.GetGuid(2), ShareOutput.Of(batch, row.GetDecimal(1)));
    }
}
