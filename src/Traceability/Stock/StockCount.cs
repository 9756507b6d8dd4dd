using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Stock;

// Append to this list; never change what is in it.
public sealed record StockCounted(
    Guid CountId, string Number, Guid FacilityId, Guid OperatorId, ImmutableArray<CountedLine> Lines, string? Note, Entry Entry) : IEventOf<StockCount>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => CountId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
    IEnumerable<OwnNumber> INumbering.Numbers => [new(OperatorId, StockCount.NumberKey(Number), CountId)];
    ImmutableArray<Alarm> IAlarming.Alarms => Alarms();

    /// <summary>Kept with the lines that raised them.</summary>
    public ImmutableArray<Alarm> Alarms() => [.. Lines.Select(l => l.Alarm).OfType<Alarm>()];
}

/// <summary>One batch of one owner as it was found.</summary>
/// <param name="Book">What the book said of the moment of the count.</param>
/// <param name="Booked">What was added to the book, or written off (negative): the difference, as far as it is nobody else's question and is still there.</param>
/// <param name="ToleranceKilograms">Difference up to which one person's word was enough.</param>
public sealed record CountedLine(
    Guid BatchId, Guid OwnerId, Quantity Book, Quantity Counted, Quantity Booked, decimal ToleranceKilograms, Measure Stated, Alarm? Alarm = null)
{
    [JsonIgnore]
    public Quantity Difference => Counted - Book;

    /// <summary>Pieces have no tolerance; the limit itself is within it.</summary>
    [JsonIgnore]
    public bool IsWithinTolerance => Difference.Pieces == 0 && Math.Abs(Difference.DryKilograms) <= ToleranceKilograms;
}

/// <summary>What was measured of the stock at a facility at one moment, and what that changed in the book.</summary>
/// <param name="By">Who counted.</param>
/// <param name="Seconder">Who else stands behind it, where it took two.</param>
public sealed record StockCount(
    Guid Id, string Number, Guid FacilityId, Guid OperatorId, DateTimeOffset CountedAt, ImmutableArray<CountedLine> Lines, string? Note, Author By, Seconder? Seconder) : IState<StockCount>
{
    public static StreamKind Kind => StreamKind.StockCount;

    /// <summary>What a count's number is known by among all numbers of who counted.</summary>
    public static string NumberKey(string number) => "stock-count/" + number;

    public static StockCount? After(StockCount? current, object happened, Guid id) => happened switch
    {
        StockCounted e => new(id, e.Number, e.FacilityId, e.OperatorId, e.Entry.OccurredAt, e.Lines, e.Note, e.Entry.By, e.Entry.Seconder),
        _ => current,
    };
}
