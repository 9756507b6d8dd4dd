using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Shares;

namespace Traceability.Processing;

/// <summary>Nothing more goes into an open run or comes out of it: it is judged over all its parts, and what came of it is provisional no longer (B7).</summary>
/// <param name="OccurredAt">When it ended.</param>
public sealed record CloseRun(Guid RunId, Guid ClosingId, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<CloseRun>("/api/runs/{runId:guid}/closing");

    Guid ICommand.EntryId => ClosingId;

    public void Touch(Touches touches, Actor by) => touches.Lock<ProcessRun>(RunId).Balances.Add(RunId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<ProcessRun>(RunId) is not { } run || !said.Actor.Can(Act.See, new(run.OperatorId)))
            return Refusal.Of("not-found").At("runId");
        if (!said.Actor.Can(Act.Record, new(run.OperatorId)))
            return Refusal.Of("not-allowed");
        var elements = Elements(states, run);
        if ((Wrong(states, run) ?? RunBalance.Wrong(run.StepKind, run.Materials)?.At("runId") ?? said.UnlessApproved(elements.Wrong()?.At("runId"))) is { } wrong)
            return wrong;

        var decision = Decision.Record([.. RunBalance.Alarms(run.StepKind, run.Materials), .. elements.Alarms()]);
        return decision.On<ProcessRun>(RunId, new RunClosed(RunId, ClosingId, run.Number, run.Step, run.FacilityId, decision.Alarms, said.Entry));
    }

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
