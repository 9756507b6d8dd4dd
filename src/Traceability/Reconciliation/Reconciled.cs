using System.Numerics;
using Traceability.Batches;
using Traceability.Shipments;

namespace Traceability.Reconciliation;

/// <summary>What a book says of a period, line by line: each figure is the sum of its bookings, and every booking stands in exactly one of them.</summary>
/// <typeparam name="T">Quantities, or kilograms of one element.</typeparam>
/// <param name="Opening">What lay there before the period began.</param>
/// <param name="Registered">Mined, bought from outside, recovered or taken over as opening stock.</param>
/// <param name="Produced">Out of process runs.</param>
/// <param name="Received">Out of shipments, as weighed on arrival.</param>
/// <param name="Resolved">Settled disputes, signed.</param>
/// <param name="Returned">Shipments that were voided before they arrived.</param>
/// <param name="Transferred">Changes of owner, signed: they add up to nothing.</param>
/// <param name="Dispatched">Into shipments.</param>
/// <param name="Consumed">Into process runs.</param>
/// <param name="Lost">Written off with a cause.</param>
/// <param name="Counted">What counts added to the book, or took off it where negative.</param>
public sealed record BookSums<T>(
    T Opening = default, T Registered = default, T Produced = default, T Received = default, T Resolved = default, T Returned = default, T Transferred = default,
    T Dispatched = default, T Consumed = default, T Lost = default, T Counted = default)
    where T : struct, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>
{
    public T CameIn => Registered + Produced + Received + Resolved + Returned + Transferred;

    public T WentOut => Dispatched + Consumed + Lost;

    /// <summary>What papers say lies there at the end: without what counts of the period changed.</summary>
    public T ClosingBook => Opening + CameIn - WentOut;

    /// <summary>What the ledger says lies there at the end.</summary>
    public T ClosingStock => ClosingBook + Counted;

    /// <param name="line">Name of the line; null is before the period.</param>
    /// <param name="booked">As booked: negative where it left.</param>
    internal BookSums<T> With(BookLine line, T booked) => line switch
    {
        BookLine.Opening => this with { Opening = Opening + booked },
        BookLine.Registered => this with { Registered = Registered + booked },
        BookLine.Produced => this with { Produced = Produced + booked },
        BookLine.Received => this with { Received = Received + booked },
        BookLine.Resolved => this with { Resolved = Resolved + booked },
        BookLine.Returned => this with { Returned = Returned + booked },
        BookLine.Transferred => this with { Transferred = Transferred + booked },
        BookLine.Dispatched => this with { Dispatched = Dispatched - booked },
        BookLine.Consumed => this with { Consumed = Consumed - booked },
        BookLine.Lost => this with { Lost = Lost - booked },
        BookLine.Counted => this with { Counted = Counted + booked },
        _ => throw new ArgumentOutOfRangeException(nameof(line), line, null),
    };
}

/// <summary>Lines of the book, as <see cref="BookSums{T}"/> names them.</summary>
public enum BookLine { Opening, Registered, Produced, Received, Resolved, Returned, Transferred, Dispatched, Consumed, Lost, Counted }

/// <summary>What was counted in the period, carried on to its end by what was booked since, against the book of the same goods.</summary>
/// <param name="Holdings">Batches (of one owner each) that were counted at all.</param>
/// <param name="Book">What papers say of them at the end: their part of <see cref="BookSums{T}.ClosingBook"/>.</param>
/// <param name="Found">What their last counts say.</param>
/// <param name="UncertaintyKilograms">How far these counts may be off altogether, each by what one person's word was enough for, in dry kilograms.</param>
/// <param name="Uncounted">The part of <see cref="BookSums{T}.ClosingBook"/> that nobody counted in the period.</param>
/// <param name="CountIds">The counts, the first first.</param>
public sealed record CountedStock(
    int Holdings, Quantity Book, Quantity Found, decimal UncertaintyKilograms, Quantity Uncounted, DateTimeOffset LastAt, IReadOnlyList<Guid> CountIds)
{
    /// <summary>What nothing explains: more than the book where positive, missing where negative.</summary>
    public Quantity Unexplained => Found - Book;

    /// <summary>Pieces are not uncertain; the limit itself is within it.</summary>
    public bool IsWithinUncertainty => Unexplained.Pieces == 0 && Math.Abs(Unexplained.DryKilograms) <= UncertaintyKilograms;
}

/// <summary>One element of a material, by the assay that is in force there now for each batch.</summary>
/// <param name="Kilograms">Of the element.</param>
/// <param name="NotAnalysedDryKilograms">Dry kilograms of batches of which no assay tells it: they are in no figure of <paramref name="Kilograms"/>.</param>
/// <param name="UnexplainedKilograms">Of the element in what counts cannot explain; null without a count.</param>
/// <param name="UncertaintyKilograms">Of the element, from the counts; the assays' own is not in it.</param>
public sealed record ElementReconciled(string Element, BookSums<decimal> Kilograms, BookSums<decimal> NotAnalysedDryKilograms, decimal? UnexplainedKilograms, decimal? UncertaintyKilograms);

/// <param name="Counted">Null where nothing of it was counted in the period.</param>
public sealed record MaterialReconciled(string Material, BookSums<Quantity> Book, CountedStock? Counted, IReadOnlyList<ElementReconciled> Elements);

/// <summary>Gain and loss on the way in one month.</summary>
/// <param name="Month">Of the receipts: <c>2026-03</c>.</param>
public sealed record LaneMonth(
    Guid FromFacilityId, string From, Guid ToFacilityId, string To, Guid CounterpartyId, string Counterparty, string Material, string Month, InTransit Sum);

/// <summary>The book of one facility over one period, material by material and element by element, against what was counted, and what was gained and lost on the way there and from there.</summary>
/// <param name="From">What happened from then on counts; null is from the beginning.</param>
/// <param name="To">What happened before then counts; null is until now.</param>
/// <param name="Transit">By lane, counterparty, material and month.</param>
public sealed record FacilityReconciled(
    Guid FacilityId, string Facility, Guid OperatorId, string Operator, DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<MaterialReconciled> Materials, IReadOnlyList<LaneMonth> Transit);
