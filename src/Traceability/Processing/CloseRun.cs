using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Shares;

namespace Traceability.Processing;

/// <summary>Nothing more goes into an open run or comes out of it: it is judged over all its parts, and what came of it is provisional no longer (B7).</summary>
/// <param name="OccurredAt">When it ended.</param>
/// <param name="Custody">How the goods were kept apart from others over all its parts, where something is claimed of them.</param>
public sealed record CloseRun(Guid RunId, Guid ClosingId, DateTimeOffset OccurredAt, StatedCustody? Custody = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<CloseRun>("/api/runs/{runId:guid}/closing");

    Guid ICommand.EntryId => ClosingId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<ProcessRun>(RunId).Balances.Add(RunId);
        if (Custody is not null)
            touches.OutputsOf[RunId] = Custody.Model == CustodyModel.MassBalance;
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<ProcessRun>(RunId) is not { } run || !said.Actor.Can(Act.See, new(run.OperatorId)))
            return Refusal.Of("not-found").At("runId");
        if (!said.Actor.Can(Act.Record, new(run.OperatorId)))
            return Refusal.Of("not-allowed");
        var elements = Elements(states, run);
        if ((Wrong(states, run) ?? RunBalance.Wrong(run.StepKind, run.Materials)?.At("runId") ?? said.UnlessApproved(elements.Wrong()?.At("runId"))) is { } wrong)
            return wrong;

        var (custody, mixed) = Kept(states, run);
        if (mixed is not null)
            return mixed;

        var decision = Decision.Record([.. RunBalance.Alarms(run.StepKind, run.Materials), .. elements.Alarms()]);
        decision.On<ProcessRun>(RunId, new RunClosed(RunId, ClosingId, run.Number, run.Step, run.FacilityId, decision.Alarms, said.Entry, Custody));
        if (custody.Outputs is { } kept)
        {
            foreach (var ((batch, _), its) in states.HeldBy(RunId).Outputs.Zip(kept))
                decision.On<Batch>(batch.Id, new BatchKept(RunId, batch.Id, its, said.By, OccurredAt));
            custody.Book(decision, run.FacilityId, RunId, said);
        }
        return decision;
    }

    /// <summary>The stated model must hold over all parts: what went in late is in what came out early, too (B7).</summary>
    private (RunCustody Custody, Refusal? Refusal) Kept(States states, ProcessRun run)
    {
        if (Custody is null)
            return (RunCustody.None, null);
        if (states.Catalogue.Step(run.Step) is not { } step || states.Find<Facility>(run.FacilityId) is not { } facility)
            return (RunCustody.None, Refusal.Of("step-unknown", ("step", run.Step)).At("runId"));
        var (inputs, outputs) = states.HeldBy(run.Id);
        var (custody, refusal) = RunCustody.Of(
            states.Catalogue, step, facility, Custody, [.. inputs.Select(i => new KeptInput(states.AsClaimed(i.Batch).KeptAt(run.FacilityId), i.DryKilograms))],
            [.. outputs.Select(o => ShareOutput.Of(o.Batch, o.DryKilograms))], run.UntrackedElements);
        // This command names no batches: what is mixed speaks against the model that is stated.
        return (custody, refusal is { Field: { } field } && !field.StartsWith("custody.", StringComparison.Ordinal) ? refusal.At("custody.model") : refusal);
    }

    /// <summary>The balance over all parts, for whoever asks before he closes the run.</summary>
    internal IReadOnlyList<RunElement> Elements(States states) => states.Find<ProcessRun>(RunId) is { IsOpen: true } run ? Elements(states, run) : [];

    /// <summary>The balance over all parts, by the assays that are in force now.</summary>
    private static IReadOnlyList<RunElement> Elements(States states, ProcessRun run)
    {
        var (inputs, outputs) = states.HeldBy(run.Id);
        return BalanceOfRun.Of(
            states.Catalogue, run.Step, false, [.. inputs.Select(i => ShareInput.Of(i.Batch, i.DryKilograms, run.FacilityId, BatchShares.None))],
            [.. outputs.Select(o => ShareOutput.Of(o.Batch, o.DryKilograms))], run.UntrackedElements, states.Find<Facility>(run.FacilityId)?.Terms);
    }

    private Refusal? Wrong(States states, ProcessRun run)
    {
        if (!run.IsOpen)
            return Refusal.Of("run-closed", ("run", run.Number), ("at", run.EndedAt));
        // A run that was opened by mistake is closed as it is; but what went in does not vanish.
        if (run.Parts > 0 && !run.HasOutputs)
            return Refusal.Of("nothing-came-out", ("run", run.Number)).At("runId");
        return Refuse.Id(ClosingId, "closingId")
            ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? (OccurredAt < run.EndedAt ? Refusal.Of("closed-before-last-part", ("run", run.Number), ("last", run.EndedAt)).At("occurredAt") : null);
    }
}
