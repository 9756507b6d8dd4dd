using System.Numerics;
using Traceability.Batches;

namespace Traceability.Reconciliation;

/// <summary>One material of a facility's book, or one element of it, as a row of a file.</summary>
/// <param name="Element">Null for the material as a whole; then figures are dry kilograms.</param>
/// <param name="Kilograms">Dry kilograms, or kilograms of the element.</param>
/// <param name="Pieces">Of counted goods; null for elements.</param>
/// <param name="NotAnalysedDryKilograms">Closing dry kilograms of which no assay tells the element.</param>
public sealed record ReconciledRow(
    string Facility, DateTimeOffset? From, DateTimeOffset? To, string Material, string? Element, BookSums<decimal> Kilograms, BookSums<long>? Pieces, CountedStock? Counted,
    decimal? UnexplainedKilograms, decimal? UncertaintyKilograms, decimal? NotAnalysedDryKilograms)
{
    internal static IEnumerable<ReconciledRow> Of(FacilityReconciled found, MaterialReconciled material)
    {
        yield return new(
            found.Facility, found.From, found.To, material.Material, null, Part(material.Book, q => q.DryKilograms), Part(material.Book, q => q.Pieces), material.Counted,
            material.Counted?.Unexplained.DryKilograms, material.Counted?.UncertaintyKilograms, null);
        foreach (var element in material.Elements)
        {
            yield return new(
                found.Facility, found.From, found.To, material.Material, element.Element, element.Kilograms, null, null,
                element.UnexplainedKilograms, element.UncertaintyKilograms, element.NotAnalysedDryKilograms.ClosingBook);
        }
    }

    private static BookSums<T> Part<T>(BookSums<Quantity> all, Func<Quantity, T> part) where T : struct, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T> => new(
        part(all.Opening), part(all.Registered), part(all.Produced), part(all.Received), part(all.Resolved), part(all.Returned), part(all.Transferred), part(all.Dispatched), part(all.Consumed),
        part(all.Lost), part(all.Counted));
}
