using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Processing;

/// <summary>Something is tipped onto a pile, into a tank or a silo: with all that is left there it becomes the pile's new batch, taken as well mixed (B6).</summary>
/// <param name="BatchId">The pile's new batch.</param>
/// <param name="Pile">What people call it at this facility. Whatever is tipped in first under a new name makes a new pile.</param>
/// <param name="Number">The operator's own number for the new batch.</param>
/// <param name="Remainder">The pile's batch so far: all that is left of it goes into the new one. Null for a new pile.</param>
/// <param name="Campaign">A new name starts a campaign, with a pile that is empty; null goes on as before.</param>
/// <param name="OccurredAt">When it was tipped in.</param>
/// <param name="Custody">How the pile keeps its goods apart from others, where something is claimed of them.</param>
public sealed record TipIn(
    Guid RunId, Guid BatchId, Guid FacilityId, string Pile, string Number, IReadOnlyList<RunInput> Inputs, DateTimeOffset OccurredAt, Guid? Remainder = null, string? Campaign = null,
    StatedCustody? Custody = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<TipIn>("/api/runs/{runId:guid}/tipping");

    private const string NewBatch = "outputs[0].";

    Guid ICommand.EntryId => RunId;

    private Guid PileId => Processing.Pile.IdOf(FacilityId, Pile);

    /// <summary>As the run that it is: everything goes in and comes out as one batch.</summary>
    private RunLines Lines(IEnumerable<RunInput> remainder, string material) => new(
        RunId, FacilityId, OccurredAt, [.. Inputs, .. remainder], [new(BatchId, Number, material, OutputRole.Product, new(null))], []);

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Pile>(PileId);
        new RunHead(RunId, Number, "", FacilityId, OccurredAt).Touch(touches, by);
        Lines(Remainder is { } batch ? [new(batch, new(null))] : [], "").Touch(touches, by);
        RunCustody.Touch(touches, Custody, FacilityId);
    }

    public Decision Decide(States states, Submission said)
    {
        var (facility, refusal) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return refusal!;
        var step = states.Catalogue.Steps.FirstOrDefault(s => s.Kind == StepKind.Stockpile && s.RunsAt(facility.FacilityKind));
        var head = new RunHead(RunId, Number, step?.Code ?? "", FacilityId, OccurredAt);
        var pile = states.Find<Pile>(PileId);
        if ((head.Wrong(states, facility, out _) ?? Wrong(states, pile)) is { } wrong)
            return wrong;

        var left = pile is null ? [] : states.Find<Batch>(pile.BatchId)!.Holdings.FindAll(h => h.FacilityId == FacilityId);
        var starts = Campaign is not null && Campaign != pile?.Campaign;
        if (starts && !left.IsEmpty)
            return Refusal.Of("pile-not-empty", ("pile", Pile), ("batch", pile!.Number), ("left", left.Sum(h => h.Quantity.DryKilograms))).At("campaign");
        // What is tipped onto something else stays what it was: a pile has one material at a time.
        var material = left.IsEmpty ? states.Find<Batch>(Inputs[0].BatchId)?.Material ?? "" : pile!.Material;
        var lines = Lines(left.Select(h => new RunInput(pile!.BatchId, h.Whole, h.OwnerId)), material);
        var (run, unfit) = RunJudgement.Of(states, said, lines, step!, facility, custody: Custody);
        if (run is null)
            return AsSubmitted(unfit!);
        if (run.Inputs.Index().FirstOrDefault(i => i.Item.Material != material) is { Item: not null } other)
            return Refusal.Of("pile-of-one-material", ("pile", Pile), ("material", material)).At($"inputs[{other.Index}].batchId");
        return Recorded(run, step!, pile, starts, said);
    }

    private Decision Recorded(RunJudgement run, ProcessStep step, Pile? pile, bool starts, Submission said)
    {
        var decision = Decision.Record([.. run.Alarms()]);
        decision.On<ProcessRun>(RunId, new ProcessRunRecorded(
            RunId, Number, step.Code, step.Kind, FacilityId, run.Facility.OperatorId, OccurredAt, run.Inputs, run.Outputs, [], decision.Alarms, said.Entry, PileId, Custody));
        return run.Book(decision, said).On<Pile>(PileId, new PileRenewed(
            PileId, RunId, FacilityId, Pile, run.Outputs[0].Material, BatchId, Number, pile?.BatchId, Campaign ?? pile?.Campaign, starts, said.By, OccurredAt));
    }

    private Refusal? Wrong(States states, Pile? pile)
    {
        if ((Refuse.Name(Pile, "pile") ?? Refuse.Line(Campaign, Limits.NameLength, "campaign") ?? Refuse.Time(states, OccurredAt, "occurredAt")) is { } wrong)
            return wrong;
        if (Inputs.Count is 0 or >= Limits.LinesOfRun)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfRun - 1)).At("inputs");
        // Whoever tips in has seen what lies there: somebody else may have been first.
        return pile?.BatchId == Remainder ? null : Refusal.Of("pile-has-other-batch", ("pile", Pile), ("batch", pile?.Number ?? "–")).At("remainder");
    }

    /// <summary>A run's refusal, about what this command says.</summary>
    private Refusal AsSubmitted(Refusal unfit) => unfit switch
    {
        { Code: "owner-needed", Field: NewBatch + "ownerId" } => Refusal.Of("pile-of-one-owner", ("pile", Pile)).At("inputs"),
        { Field: { } field } when field.StartsWith(NewBatch, StringComparison.Ordinal) => unfit.At(field[NewBatch.Length..]),
        { Field: { } field } when field.StartsWith($"inputs[{Inputs.Count}]", StringComparison.Ordinal) => unfit.At("remainder"),
        _ => unfit,
    };
}
