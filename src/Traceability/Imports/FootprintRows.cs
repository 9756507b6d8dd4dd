using System.Globalization;
using Traceability.Footprints;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Carbon footprints that a maker declares of his batches, one a row.</summary>
internal static class FootprintRows
{
    private static readonly Column Covers = new("Boundary", "boundary", Required: true, Choices: typeof(Boundary));
    private static readonly Column Figure = new("Footprint kg per kg", "kilogramsPerKilogram", Required: true, Form: CellForm.Number);
    private static readonly Column Primary = new("Primary data percent", "primaryShare", Required: true, Form: CellForm.Percent);
    private static readonly Column Method = new("Footprint method", "method", Required: true);
    private static readonly Column DeclaredAt = new("Declared at", "occurredAt", Required: true, Form: CellForm.Time);

    public static FileKind Kind { get; } =
        new("Footprints", Columns.BatchNumber, DeclaredAt, [], [Columns.BatchNumber, Covers, Figure, Primary, Method, DeclaredAt], Read);

    private static DeclareFootprint Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var (batch, at) = (ids.Batch(entry.Actor.OrganisationId, row.Text(Columns.BatchNumber)), row.Time(DeclaredAt));
        row.Text(Figure);
        row.Text(Primary);
        // Declared again later, it is another entry.
        return new(
            batch, DerivedId.Of("footprint", batch.ToString(), at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)), row.Choice<Boundary>(Covers),
            row.Number(Figure) ?? 0, (row.Number(Primary) ?? 0) / 100, row.Text(Method), at);
    }
}
