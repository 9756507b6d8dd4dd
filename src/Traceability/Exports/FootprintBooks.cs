using Traceability.Footprints;
using Traceability.Imports;

namespace Traceability.Exports;

/// <summary>Carbon footprints that were declared.</summary>
internal static class FootprintBooks
{
    public static IReadOnlyList<Book> All { get; } = [new("footprints", FootprintRows.Kind, "batch", [nameof(DeclareFootprint)], Declared)];

    private static IEnumerable<BookRow> Declared(Said said, BookNames names) => said.Events.OfType<FootprintDeclared>().Select(e => new BookRow
    {
        ["Batch number"] = names.Batch(e.BatchId).Number,
        ["Boundary"] = e.Boundary,
        ["Footprint kg per kg"] = e.KilogramsPerKilogram,
        ["Primary data percent"] = e.PrimaryShare * 100,
        ["Footprint method"] = e.Method,
        ["Declared at"] = e.Entry.OccurredAt,
    });
}
