using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Processing;

/// <param name="Serials">Which pieces of a serialled lot are taken; only where they are built in or go on into another lot.</param>
public sealed record RunInput(Guid BatchId, Measure Stated, Guid? OwnerId = null, IReadOnlyList<string>? Serials = null);

/// <param name="Number">The operator's own number for the new batch.</param>
/// <param name="OwnerId">Owner of the output; by default the inputs' owner.</param>
public sealed record RunOutput(
    Guid BatchId, string Number, string Material, OutputRole Role, Measure Stated, Guid? OwnerId = null, IReadOnlyList<string>? Serials = null);

/// <summary>A process run: what was consumed and what came of it, at one facility, in one period.</summary>
/// <param name="Step">Code of the step in the material catalogue.</param>
/// <param name="OccurredAt">When it ended.</param>
public sealed record RecordRun(
    Guid RunId, string Number, string Step, Guid FacilityId, DateTimeOffset StartedAt, DateTimeOffset OccurredAt,
    IReadOnlyList<RunInput> Inputs, IReadOnlyList<RunOutput> Outputs, IReadOnlyList<UntrackedSource>? Untracked = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RecordRun>("/api/runs/{runId:guid}");

    /// <summary>Excess of output over input that is recorded with an alarm; more is refused (B1, for steps that change no material).</summary>
    private const decimal Tolerance = 0.02m;

    Guid ICommand.EntryId => RunId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(RunId).Read(FacilityId);
        touches.Numbers.Add((by.OrganisationId, ProcessRun.NumberKey(Number)));
        Tickets.Touch(touches, by, Measures.Select(m => m.Measure));
        // More lines than that are refused without a look at them, so they are not locked either.
        foreach (var input in Inputs.Take(Limits.LinesOfRun))
        {
            touches.Lock<Batch>(input.BatchId);
            touches.Withdrawals.Add((input.BatchId, FacilityId, OccurredAt));
            touches.SerialsIn.UnionWith((input.Serials ?? []).Select(serial => (input.BatchId, serial)));
            // What a disassembly gives back is known by what was built in.
            touches.Assemblies.Add(input.BatchId);
        }
        foreach (var output in Outputs.Take(Limits.LinesOfRun))
        {
            touches.Create(output.BatchId).Lock<FacilityPeriod>(FacilityPeriod.IdOf(FacilityId, output.Material, OccurredAt));
            touches.Numbers.Add((by.OrganisationId, output.Number));
            touches.NewSerials.UnionWith((output.Serials ?? []).Select(serial => (by.OrganisationId, serial)));
        }
    }

    private IEnumerable<(Measure Measure, string Field)> Measures =>
        Inputs.Take(Limits.LinesOfRun).Select((input, i) => (input.Stated, $"inputs[{i}].stated"))
            .Concat(Outputs.Take(Limits.LinesOfRun).Select((output, i) => (output.Stated, $"outputs[{i}].stated")));

    public Decision Decide(States states, Submission said)
    {
        // Only the holder processes (C2).
        if (states.Find<Facility>(FacilityId) is not { } facility || !said.Actor.Can(Act.See, new(facility.OperatorId)))
            return Refusal.Of("not-found").At("facilityId");
        if (!said.Actor.Can(Act.Record, new(facility.OperatorId)))
            return Refusal.Of("not-allowed");
        if (WrongShape(states, facility, out var step) is { } wrong)
            return wrong;

        var taken = new List<Taken>();
        for (var i = 0; i < Inputs.Count; i++)
        {
            var (line, refusal) = Withdrawal.Take(states, said, facility, Inputs[i].BatchId, Inputs[i].OwnerId, Inputs[i].Stated, $"inputs[{i}]");
            if (line is null)
                return refusal!;
            if (!step!.Takes(line.Batch.Material))
                return Refusal.Of("step-does-not-take", ("step", step.Name), ("material", line.Batch.Material)).At($"inputs[{i}].batchId");
            // One holding taken from twice would pass the look at what lies there each time.
            if (taken.Exists(t => t.Batch.Id == line.Batch.Id && t.OwnerId == line.OwnerId))
                return Refusal.Of("batch-twice").At($"inputs[{i}].batchId");
            taken.Add(line);
        }
        var judged = new RunJudgement(this, step!, facility, states, taken);
        var serials = new RunSerials(this, judged, states);
        return judged.WrongOutputs() ?? judged.WrongBalance(Tolerance) ?? Tickets.Wrong(states, said.Actor, Measures) ?? serials.Wrong() ?? Recorded(judged, serials.Moves, said);
    }

    private Decision Recorded(RunJudgement run, IReadOnlyList<SerialMove> serials, Submission said)
    {
        var alarms = run.Alarms();
        var owner = run.Taken[0].OwnerId;
        var consumed = run.Taken.Select((t, i) => new ConsumedLine(t.Batch.Id, t.OwnerId, t.Quantity, Inputs[i].Stated, SerialList.Of(Inputs[i].Serials)));
        var produced = Outputs.Select((o, i) => new ProducedLine(
            o.BatchId, o.Number, o.Material, o.Role, o.OwnerId ?? owner, run.Produced[i], o.Stated, SerialList.Of(o.Serials))).ToImmutableArray();

        var decision = Decision.Record(alarms).On<ProcessRun>(RunId, new ProcessRunRecorded(
            RunId, Number, Step, run.Step.Kind, FacilityId, run.Facility.OperatorId, StartedAt, [.. consumed], produced, [.. Untracked ?? []], alarms, said.Entry));
        foreach (var taken in run.Taken)
            decision.On<Batch>(taken.Batch.Id, taken.Booked(RunId, Booking.Consumed, run.Facility, said, Quantity.Zero));
        foreach (var (line, i) in produced.Select((line, i) => (line, i)))
        {
            decision.On<Batch>(line.BatchId, new BatchProduced(
                RunId, line.BatchId, line.Number, line.Material, line.Role, FacilityId, run.Facility.OperatorId, line.OwnerId,
                line.Quantity, Outputs[i].Stated.Moisture ?? 0, line.Serials, said.By, OccurredAt));
        }
        foreach (var group in produced.Where(p => p.Role == OutputRole.Product).GroupBy(p => p.Material))
            FacilityPeriod.Book(decision, run.Facility, RunId, group.Key, group.Sum(p => p.Quantity.DryKilograms), said);
        return decision.Move(serials);
    }

    private Refusal? WrongShape(States states, Facility facility, out ProcessStep? step)
    {
        step = states.Catalogue.Step(Step);
        if (Refuse.NewId(states, RunId, "runId") is { } taken)
            return taken;
        if (step is null)
            return Refusal.Of("step-unknown", ("step", Step)).At("step");
        if (!step.RunsAt(facility.FacilityKind))
            return Refusal.Of("step-not-at-facility", ("step", step.Name), ("facility", facility.Terms.Name)).At("facilityId");
        if (Inputs.Count is 0 or > Limits.LinesOfRun || Outputs.Count is 0 or > Limits.LinesOfRun)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfRun)).At(Inputs.Count is 0 or > Limits.LinesOfRun ? "inputs" : "outputs");
        return Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Time(states, StartedAt, "startedAt")
            ?? (StartedAt > OccurredAt ? Refusal.Of("ends-before-start").At("startedAt") : null)
            ?? Refuse.Number(states, facility.OperatorId, Number, ProcessRun.NumberKey(Number), "number")
            ?? WrongUntracked();
    }

    private Refusal? WrongUntracked()
    {
        var untracked = Untracked ?? [];
        return Refuse.Count(untracked.Count, Limits.LinesOfRun, "untracked")
            ?? untracked.Select((source, i) => Refuse.Name(source.Name, $"untracked[{i}].name")
                ?? Refuse.Kilograms(source.DryKilograms, Limits.Kilograms, $"untracked[{i}].dryKilograms")).FirstOrDefault(wrong => wrong is not null);
    }
}
