using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Processing;

/// <summary>One process run as its operator sees it.</summary>
/// <param name="Opened">Null where it was recorded in one go.</param>
/// <param name="Parts">In the order in which they happened; a run recorded in one go is one part.</param>
/// <param name="Closed">Null while it is open, and where it was recorded in one go.</param>
/// <param name="PileId">The pile that it renewed, or null.</param>
/// <param name="Rework">Inputs that the same step had left behind, in process or as scrap: used again they are rework, never recycled content (B5).</param>
public sealed record RunFound(
    ProcessRun Run, RunSaid? Opened, IReadOnlyList<RunPart> Parts, RunSaid? Closed, Guid? PileId, IReadOnlyDictionary<Guid, OutputRole> Rework, Names Names, long Version);

/// <summary>Who said something of a run, when it happened as claimed, when it was recorded, and what looked implausible then.</summary>
/// <param name="Person">Name of the person who said it, for readers of the same organisation.</param>
public sealed record RunSaid(Author By, string? Person, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, ImmutableArray<Alarm> Alarms);

public sealed record RunPart(Guid Id, RunSaid Said, ImmutableArray<ConsumedLine> Inputs, ImmutableArray<ProducedLine> Outputs, ImmutableArray<UntrackedSource> Untracked);

public static class ReadRun
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/runs/{runId:guid}", Answer).ReadsVersion<RunFound>(nameof(ReadRun));

    /// <returns>Null when there is no such run, or none that the actor may see: balances are for the operator.</returns>
    public static async Task<RunFound?> Find(NpgsqlDataSource source, Actor actor, Guid runId, CancellationToken cancellation)
    {
        if (await source.Load<ProcessRun>(runId, cancellation) is not { State: var run, Version: var version } || !actor.Can(Act.See, new(run.OperatorId)))
            return null;
        var facts = await source.Read("select type, data, timestamp from ledger.mt_events where stream_id = $1 order by version", Fact, cancellation, runId);
        var people = await Colleagues.Named(source, actor, facts.Select(f => f.Entry.By), cancellation);
        RunSaid Said(Recorded fact, ImmutableArray<Alarm> alarms = default) =>
            new(fact.Entry.By, people.GetValueOrDefault(fact.Entry.By.PersonId), fact.Entry.OccurredAt, fact.At, alarms.IsDefault ? [] : alarms);

        var parts = facts.Select(f => f.Happened switch
        {
            ProcessRunRecorded e => new RunPart(e.RunId, Said(f, e.Alarms), e.Inputs, e.Outputs, e.Untracked),
            RunPartRecorded e => new RunPart(e.PartId, Said(f, e.Alarms), e.Inputs, e.Outputs, e.Untracked),
            _ => null,
        }).OfType<RunPart>().OrderBy(p => p.Said.OccurredAt).ToList();
        var inputs = parts.SelectMany(p => p.Inputs).Select(i => i.BatchId).Distinct().ToArray();
        var names = await Names.Of(
            source, [run.FacilityId], parts.SelectMany(p => p.Inputs.Select(i => i.OwnerId).Concat(p.Outputs.Select(o => o.OwnerId))),
            inputs.Concat(parts.SelectMany(p => p.Outputs).Select(o => o.BatchId)), cancellation);
        return new(
            run, facts.Where(f => f.Happened is RunOpened).Select(f => Said(f)).SingleOrDefault(), parts,
            facts.Select(f => f.Happened is RunClosed closed ? Said(f, closed.Alarms) : null).OfType<RunSaid>().SingleOrDefault(),
            facts.Select(f => (f.Happened as ProcessRunRecorded)?.PileId).FirstOrDefault(), await Rework(source, run, inputs, cancellation), names, version);
    }

    private sealed record Recorded(object Happened, Entry Entry, DateTimeOffset At);

    private static Recorded Fact(NpgsqlDataReader row)
    {
        T Read<T>() => JsonSerializer.Deserialize<T>(row.GetString(1), LedgerJson.Options)!;
        object happened = row.GetString(0) switch
        {
            "run_opened" => Read<RunOpened>(),
            "run_part_recorded" => Read<RunPartRecorded>(),
            "run_closed" => Read<RunClosed>(),
            _ => Read<ProcessRunRecorded>(),
        };
        return new(happened, EntryOf(happened), row.Instant(2));
    }

    private static Entry EntryOf(object happened) => happened switch
    {
        RunOpened e => e.Entry,
        RunPartRecorded e => e.Entry,
        RunClosed e => e.Entry,
        ProcessRunRecorded e => e.Entry,
        _ => throw new InvalidOperationException($"{happened} is nothing that happens to a run"),
    };

    private static async Task<IReadOnlyDictionary<Guid, OutputRole>> Rework(NpgsqlDataSource source, ProcessRun run, Guid[] inputs, CancellationToken cancellation) => (await source.Read(
        "select batch_id, role from ledger.made where batch_id = any($1) and step = $2 and maker_id = $3 and role in ('InProcess', 'Scrap') and superseded_at is null",
        row => KeyValuePair.Create(row.GetGuid(0), Enum.Parse<OutputRole>(row.GetString(1))), cancellation, inputs, run.Step, run.OperatorId)).ToDictionary();

    /// <summary>One process run as its operator sees it.</summary>
    internal static async Task<IResult> Answer(Guid runId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, runId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
