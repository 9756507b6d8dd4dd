using System.Collections.Immutable;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Processing;

public enum OutputRole { Product, Scrap, Tailings, InProcess }

// Append to this list; never change what is in it.
public sealed record ProcessRunRecorded(
    Guid RunId, string Number, string Step, StepKind StepKind, Guid FacilityId, Guid OperatorId, DateTimeOffset StartedAt, ImmutableArray<ConsumedLine> Inputs,
    ImmutableArray<ProducedLine> Outputs, ImmutableArray<UntrackedSource> Untracked, ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<ProcessRun>;

public sealed record ConsumedLine(Guid BatchId, Guid OwnerId, Quantity Quantity, Measure Stated, SerialList? Serials);
public sealed record ProducedLine(Guid BatchId, string Number, string Material, OutputRole Role, Guid OwnerId, Quantity Quantity, Measure Stated, SerialList? Serials);

/// <summary>Something that went in but is not traced: reagents, iron, aluminium.</summary>
public sealed record UntrackedSource(string Name, decimal DryKilograms);

/// <summary>Inputs consumed and outputs produced at one facility in one period.</summary>
public sealed record ProcessRun(
    Guid Id, string Number, string Step, StepKind StepKind, Guid FacilityId, Guid OperatorId, DateTimeOffset StartedAt, DateTimeOffset EndedAt,
    ImmutableArray<ConsumedLine> Inputs, ImmutableArray<ProducedLine> Outputs, ImmutableArray<UntrackedSource> Untracked, ImmutableArray<Alarm> Alarms) : IState<ProcessRun>
{
    public static StreamKind Kind => StreamKind.Run;

    /// <summary>What a run's number is known by among all numbers of its operator.</summary>
    public static string NumberKey(string number) => "run/" + number;

    public static ProcessRun? After(ProcessRun? current, object happened, Guid id) => happened switch
    {
        ProcessRunRecorded e => new(
            id, e.Number, e.Step, e.StepKind, e.FacilityId, e.OperatorId, e.StartedAt, e.Entry.OccurredAt, e.Inputs, e.Outputs, e.Untracked, e.Alarms),
        _ => current,
    };
}
