using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Processing;

/// <param name="Serials">Which pieces of a serialled lot are taken; only where they are built in or go on into another lot.</param>
public sealed record RunInput(Guid BatchId, Measure Stated, Guid? OwnerId = null, IReadOnlyList<string>? Serials = null);

/// <param name="Number">The operator's own number for the new batch.</param>
/// <param name="OwnerId">Owner of the output; by default the inputs' owner.</param>
/// <param name="Assay">What a laboratory found in it, where that is known already: only then can the run be judged when it is recorded.</param>
public sealed record RunOutput(
    Guid BatchId, string Number, string Material, OutputRole Role, Measure Stated, Guid? OwnerId = null, IReadOnlyList<string>? Serials = null, StatedAssay? Assay = null);

/// <summary>What goes in and comes out at once: a whole run, or one part of an open one.</summary>
/// <param name="At">When the run or the part ended.</param>
internal sealed record RunLines(
    Guid RunId, Guid FacilityId, DateTimeOffset At, IReadOnlyList<RunInput> Inputs, IReadOnlyList<RunOutput> Outputs, IReadOnlyList<UntrackedSource> Untracked)
{
    public void Touch(Touches touches, Actor by)
    {
        Tickets.Touch(touches, by, Measures.Select(m => m.Measure));
        // More lines than that are refused without a look at them, so they are not locked either.
        foreach (var input in Inputs.Take(Limits.LinesOfRun))
        {
            touches.Lock<Batch>(input.BatchId);
            touches.Shares.Add(input.BatchId);
            touches.Withdrawals.Add((input.BatchId, FacilityId, At));
            touches.SerialsIn.UnionWith((input.Serials ?? []).Select(serial => (input.BatchId, serial)));
            // What a disassembly gives back is known by what was built in.
            touches.Assemblies.Add(input.BatchId);
        }
        foreach (var output in Outputs.Take(Limits.LinesOfRun))
        {
            touches.Create(output.BatchId).Lock<FacilityPeriod>(FacilityPeriod.IdOf(FacilityId, output.Material, At));
            touches.Numbers.Add((by.OrganisationId, output.Number));
            touches.NewSerials.UnionWith((output.Serials ?? []).Select(serial => (by.OrganisationId, serial)));
        }
        RunAssays.Touch(this, touches, by);
    }

    public IEnumerable<(Measure Measure, string Field)> Measures =>
        Inputs.Take(Limits.LinesOfRun).Select((input, i) => (input.Stated, $"inputs[{i}].stated"))
            .Concat(Outputs.Take(Limits.LinesOfRun).Select((output, i) => (output.Stated, $"outputs[{i}].stated")));

    /// <summary>Lists that are too long, and sources without a name or a mass.</summary>
    public Refusal? Wrong() =>
        Refuse.Count(Inputs.Count, Limits.LinesOfRun, "inputs")
            ?? Refuse.Count(Outputs.Count, Limits.LinesOfRun, "outputs")
            ?? Refuse.Count(Untracked.Count, Limits.LinesOfRun, "untracked")
            ?? Untracked.Select((source, i) => Refuse.Name(source.Name, $"untracked[{i}].name")
                ?? Refuse.Kilograms(source.DryKilograms, Limits.Kilograms, $"untracked[{i}].dryKilograms")
                ?? WrongElements(source, $"untracked[{i}].elements")).FirstOrDefault(wrong => wrong is not null);

    /// <summary>Elements that are none, or weigh more than what they are in.</summary>
    private static Refusal? WrongElements(UntrackedSource source, string field)
    {
        foreach (var (element, kilograms) in source.Elements ?? ImmutableDictionary<string, decimal>.Empty)
        {
            if (!Analytes.Shipped.IsElement(element))
                return Refusal.Of("element-unknown", ("element", element)).At(field);
            if (Refuse.Kilograms(kilograms, source.DryKilograms, field) is { } wrong)
                return wrong;
        }
        return source.Elements?.Values.Sum() > source.DryKilograms ? Refusal.Of("elements-over-whole", ("source", source.Name), ("kilograms", source.DryKilograms)).At(field) : null;
    }
}
