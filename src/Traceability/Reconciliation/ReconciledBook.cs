using Traceability.Assays;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Stock;

namespace Traceability.Reconciliation;

/// <summary>A batch of one owner: what is counted in one line.</summary>
internal readonly record struct HoldingOf(Guid BatchId, Guid OwnerId);

/// <summary>Sums the bookings of one facility, however many there are, into a few lines of each material.</summary>
internal sealed class ReconciledBook(Catalogue catalogue, Guid facilityId)
{
    private readonly SortedDictionary<string, Sums> _materials = new(StringComparer.Ordinal);

    /// <summary>What the book says of each holding without counts, and its material: a count is held against it.</summary>
    private readonly Dictionary<HoldingOf, (string Material, Quantity ClosingBook, ContentInForce? Content)> _holdings = [];

    private sealed class Sums
    {
        public BookSums<Quantity> Book { get; set; } = new();
        public SortedDictionary<string, Element> Elements { get; } = new(StringComparer.Ordinal);
        public List<(Quantity Book, Quantity Found, decimal Uncertainty, StockCount Count)> Counts { get; } = [];
    }

    private sealed class Element
    {
        public BookSums<decimal> Kilograms { get; set; } = new();
        public BookSums<decimal> NotAnalysed { get; set; } = new();
        public decimal Unexplained { get; set; }
        public decimal Uncertainty { get; set; }
    }

    /// <param name="booked">Signed, as booked.</param>
    public bool Add(HoldingOf of, string material, BookLine line, Quantity booked, BatchAssays? assays)
    {
        var sums = Of(material);
        var content = assays?.At(facilityId);
        sums.Book = sums.Book.With(line, new(booked.DryKilograms.Normalised(), booked.Pieces));
        foreach (var (name, element) in sums.Elements)
        {
            if (content?.Of(name) is { } found)
                element.Kilograms = element.Kilograms.With(line, Contained(booked.DryKilograms, found));
            else
                element.NotAnalysed = element.NotAnalysed.With(line, booked.DryKilograms.Normalised());
        }
        var before = _holdings.GetValueOrDefault(of, (material, default, content));
        _holdings[of] = before with { ClosingBook = line == BookLine.Counted ? before.ClosingBook : before.ClosingBook + booked };
        return true;
    }

    /// <param name="found">As counted, carried on to the end of the period.</param>
    public void Count(HoldingOf of, StockCount count, Quantity found, decimal uncertaintyKilograms)
    {
        if (!_holdings.TryGetValue(of, out var holding))
            return;
        var sums = Of(holding.Material);
        sums.Counts.Add((holding.ClosingBook, found, uncertaintyKilograms, count));
        foreach (var (name, element) in sums.Elements)
        {
            if (holding.Content?.Of(name) is not { } content)
                continue;
            element.Unexplained += Contained((found - holding.ClosingBook).DryKilograms, content);
            element.Uncertainty += Contained(uncertaintyKilograms, content);
        }
    }

    public List<MaterialReconciled> Materials() => [.. _materials.Select(m => new MaterialReconciled(m.Key, m.Value.Book, Counted(m.Value), Elements(m.Value)))];

    private Sums Of(string material)
    {
        if (_materials.TryGetValue(material, out var sums))
            return sums;
        _materials[material] = sums = new();
        foreach (var element in catalogue.Material(material)?.Elements ?? [])
            sums.Elements[element] = new();
        return sums;
    }

    private static CountedStock? Counted(Sums sums)
    {
        if (sums.Counts.Count == 0)
            return null;
        var (book, found) = (Quantity.Sum(sums.Counts.Select(c => c.Book)), Quantity.Sum(sums.Counts.Select(c => c.Found)));
        return new(
            sums.Counts.Count, Plain(book), Plain(found), sums.Counts.Sum(c => c.Uncertainty).Normalised(), Plain(sums.Book.ClosingBook - book),
            sums.Counts.Max(c => c.Count.CountedAt), [.. sums.Counts.Select(c => c.Count).DistinctBy(c => c.Id).OrderBy(c => c.CountedAt).Select(c => c.Id)]);
    }

    private static List<ElementReconciled> Elements(Sums sums) => [.. sums.Elements.Select(e => new ElementReconciled(
        e.Key, e.Value.Kilograms, e.Value.NotAnalysed, sums.Counts.Count > 0 ? e.Value.Unexplained : null, sums.Counts.Count > 0 ? e.Value.Uncertainty : null))];

    private static Quantity Plain(Quantity sum) => sum with { DryKilograms = sum.DryKilograms.Normalised() };

    /// <summary>Rounded to a milligram for each batch and line, so that lines add up to what is shown.</summary>
    private static decimal Contained(decimal dryKilograms, ElementContent content) => decimal.Round(dryKilograms * content.Fraction, Limits.KilogramPlaces).Normalised();
}
