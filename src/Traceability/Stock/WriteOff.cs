using System.Collections.Immutable;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Stock;

public enum WriteOffCause { Spillage, Theft, Sample, Destruction }

// Append to this list; never change what is in it.
public sealed record StockWrittenOff(
    Guid WriteOffId, string Number, Guid FacilityId, Guid OperatorId, WriteOffCause Cause, ImmutableArray<WrittenOffLine> Lines, string Reason, ImmutableArray<string> Documents,
    Entry Entry) : IEventOf<WriteOff>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => WriteOffId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
    IEnumerable<OwnNumber> INumbering.Numbers => [new(OperatorId, WriteOff.NumberKey(Number), WriteOffId)];
    ImmutableArray<Alarm> IAlarming.Alarms => Alarms();

    /// <summary>Kept with the lines that raised them.</summary>
    public ImmutableArray<Alarm> Alarms() => [.. Lines.Select(l => l.Alarm).OfType<Alarm>()];
}

public sealed record WrittenOffLine(Guid BatchId, Guid OwnerId, Quantity Quantity, Measure Stated, Alarm? Alarm = null);

/// <summary>Stock that is gone for good: spilled, stolen, taken as a sample, destroyed.</summary>
public sealed record WriteOff(
    Guid Id, string Number, Guid FacilityId, Guid OperatorId, WriteOffCause Cause, DateTimeOffset OccurredAt, ImmutableArray<WrittenOffLine> Lines, string Reason,
    ImmutableArray<string> Documents, Author By) : IState<WriteOff>
{
    public static StreamKind Kind => StreamKind.WriteOff;

    /// <summary>What a write-off's number is known by among all numbers of who wrote it off.</summary>
    public static string NumberKey(string number) => "write-off/" + number;

    public static WriteOff? After(WriteOff? current, object happened, Guid id) => happened switch
    {
        StockWrittenOff e => new(id, e.Number, e.FacilityId, e.OperatorId, e.Cause, e.Entry.OccurredAt, e.Lines, e.Reason, e.Documents, e.Entry.By),
        _ => current,
    };
}
