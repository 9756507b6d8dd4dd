using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Shares;

namespace Traceability.Processing;

/// <summary>Something went into an open run, or came out of it. What came out may move and be used at once; until the run is closed its story is provisional.</summary>
/// <param name="FacilityId">Where the run is.</param>
/// <param name="OccurredAt">When the part ended: a shift, a day, a charge.</param>
public sealed record RecordPart(
    Guid RunId, Guid PartId, Guid FacilityId, DateTimeOffset OccurredAt,
    IReadOnlyList<RunInput>? Inputs = null, IReadOnlyList<RunOutput>? Outputs = null, IReadOnlyList<UntrackedSource>? Untracked = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RecordPart>("/api/runs/{runId:guid}/parts/{partId:guid}");

    Guid ICommand.EntryId => PartId;

    private RunLines Lines => new(RunId, FacilityId, OccurredAt, Inputs ?? [], Outputs ?? [], Untracked ?? []);

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<ProcessRun>(RunId).Read(FacilityId);
        Lines.Touch(touches, by);
        if (Inputs is { Count: > 0 })
            touches.WhatCameOf.Add(RunId);
    }

    public Decision Decide(States states, Submission said)
    {
        var (facility, refusal) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return refusal!;
        if (states.Find<ProcessRun>(RunId) is not { } run || run.OperatorId != facility.OperatorId)
            return Refusal.Of("not-found").At("runId");
        var (part, unfit) = Judged(states, said, run, facility);
        if (part is null)
            return unfit!;

        var decision = Decision.Record([.. part.Alarms()]);
        return part.Book(decision.On<ProcessRun>(RunId, new RunPartRecorded(
            RunId, PartId, run.Number, run.Step, FacilityId, part.Inputs, part.Outputs, [.. Untracked ?? []], decision.Alarms, said.Entry)), said);
    }

    /// <summary>The balance so far, with this part, as far as its lines can be taken as they are: for whoever asks before he records.</summary>
    internal IReadOnlyList<RunElement> Elements(States states, Submission said) =>
        Facility.Kept(states, said, FacilityId).Facility is { } facility && states.Find<ProcessRun>(RunId) is { } run && run.OperatorId == facility.OperatorId
            ? Judged(states, said, run, facility).Part?.ElementsSoFar(run) ?? [] : [];

    private (RunJudgement? Part, Refusal? Refusal) Judged(States states, Submission said, ProcessRun run, Facility facility)
    {
        if ((Wrong(states, run) ?? Lines.Wrong()) is { } wrong)
            return (null, wrong);
        return states.Catalogue.Step(run.Step) is { } step
            ? RunJudgement.Of(states, said, Lines, step, facility, run)
            : (null, Refusal.Of("step-unknown", ("step", run.Step)).At("runId"));
    }

    private Refusal? Wrong(States states, ProcessRun run)
    {
        if (!run.IsOpen)
            return Refusal.Of("run-closed", ("run", run.Number), ("at", run.EndedAt));
        if (run.FacilityId != FacilityId)
            return Refusal.Of("run-elsewhere", ("run", run.Number)).At("facilityId");
        var lines = Lines.Inputs.Count + Lines.Outputs.Count;
        if (lines + Lines.Untracked.Count == 0)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfRun)).At("inputs");
        if (run.Parts >= Limits.PartsOfRun || run.Lines + lines > Limits.LinesOfOpenRun)
            return Refusal.Of("run-too-long", ("parts", Limits.PartsOfRun), ("lines", Limits.LinesOfOpenRun)).At("runId");
        return Refuse.Id(PartId, "partId")
            ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? (OccurredAt < run.StartedAt ? Refusal.Of("part-before-start", ("run", run.Number), ("started", run.StartedAt)).At("occurredAt") : null);
    }
}
