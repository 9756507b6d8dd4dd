using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Processing;

/// <summary>One process run as its operator sees it.</summary>
public sealed record RunFound(ProcessRun Run, Names Names, long Version);

public static class ReadRun
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/runs/{runId:guid}", Answer).ReadsOne<RunFound>(nameof(ReadRun));

    /// <returns>Null when there is no such run, or none that the actor may see: balances are for the operator.</returns>
    public static async Task<RunFound?> Find(NpgsqlDataSource source, Actor actor, Guid runId, CancellationToken cancellation)
    {
        if (await source.Load<ProcessRun>(runId, cancellation) is not { State: var run, Version: var version } || !actor.Can(Act.See, new(run.OperatorId)))
            return null;
        var names = await Names.Of(
            source, [run.FacilityId], run.Inputs.Select(i => i.OwnerId).Concat(run.Outputs.Select(o => o.OwnerId)),
            run.Inputs.Select(i => i.BatchId).Concat(run.Outputs.Select(o => o.BatchId)), cancellation);
        return new(run, names, version);
    }

    /// <summary>One process run as its operator sees it.</summary>
    internal static async Task<IResult> Answer(Guid runId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, runId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
