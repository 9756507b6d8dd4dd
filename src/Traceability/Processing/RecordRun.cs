using Traceability.Access;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Shares;

namespace Traceability.Processing;

/// <summary>A process run: what was consumed and what came of it, at one facility, in one period.</summary>
/// <param name="Step">Code of the step in the material catalogue.</param>
/// <param name="OccurredAt">When it ended.</param>
/// <param name="Custody">How the goods were kept apart from others, where something is claimed of them.</param>
public sealed record RecordRun(
    Guid RunId, string Number, string Step, Guid FacilityId, DateTimeOffset StartedAt, DateTimeOffset OccurredAt,
    IReadOnlyList<RunInput> Inputs, IReadOnlyList<RunOutput> Outputs, IReadOnlyList<UntrackedSource>? Untracked = null,
    StatedCustody? Custody = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RecordRun>("/api/runs/{runId:guid}");

    Guid ICommand.EntryId => RunId;

    private RunHead Head => new(RunId, Number, Step, FacilityId, StartedAt);
    private RunLines Lines => new(RunId, FacilityId, OccurredAt, Inputs, Outputs, Untracked ?? []);

    public void Touch(Touches touches, Actor by)
    {
        Head.Touch(touches, by);
        Lines.Touch(touches, by);
        RunCustody.Touch(touches, Custody, FacilityId);
    }

    public Decision Decide(States states, Submission said)
    {
        var (run, unfit) = Judged(states, said);
        if (run is null)
            return unfit!;
        var (step, facility) = (run.Step, run.Facility);
        var (inputs, outputs) = (run.Inputs, run.Outputs);
        var flows = MaterialFlows.Of(inputs, outputs);
        var elements = run.Elements();
        if ((RunBalance.Wrong(step.Kind, flows) ?? said.UnlessApproved(elements.Wrong())) is { } unbalanced)
            return unbalanced.At("outputs");

        var decision = Decision.Record([.. RunBalance.Alarms(step.Kind, flows), .. elements.Alarms(), .. run.Alarms()]);
        return run.Book(decision.On<ProcessRun>(RunId, new ProcessRunRecorded(
            RunId, Number, Step, step.Kind, FacilityId, facility.OperatorId, StartedAt, inputs, outputs, [.. Untracked ?? []], decision.Alarms, said.Entry, Custody: Custody)), said);
    }

    /// <summary>The balance as far as the lines can be taken as they are, for whoever asks before he records.</summary>
    internal IReadOnlyList<RunElement> Elements(States states, Submission said) => Judged(states, said).Run?.Elements() ?? [];

    private (RunJudgement? Run, Refusal? Refusal) Judged(States states, Submission said)
    {
        var (facility, refusal) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return (null, refusal);
        return (Head.Wrong(states, facility, out var step) ?? WrongTimes(states) ?? Missing() ?? Lines.Wrong()) is { } wrong
            ? (null, wrong)
            : RunJudgement.Of(states, said, Lines, step!, facility, custody: Custody);
    }

    private Refusal? WrongTimes(States states) =>
        Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Time(states, StartedAt, "startedAt")
            ?? (StartedAt > OccurredAt ? Refusal.Of("ends-before-start").At("startedAt") : null);

    private Refusal? Missing() =>
        Inputs.Count > 0 && Outputs.Count > 0 ? null : Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfRun)).At(Inputs.Count == 0 ? "inputs" : "outputs");
}
