using Traceability.Ledger;
using Traceability.Stock;

namespace Traceability.Imports;

/// <summary>What was counted at a facility, one row a batch.</summary>
internal static class CountRows
{
    private static readonly Column Number = new("Count number", "countId number", Required: true, OfEntry: true);
    private static readonly Column Facility = new("Facility", "facilityId", Required: true, OfEntry: true);
    private static readonly Column UncertaintyKilograms = new("Uncertainty kilograms", "uncertaintyKilograms", Form: CellForm.DryMass);
    private static readonly Column UncertaintyPercent = new("Uncertainty percent", "uncertaintyFraction", Form: CellForm.Percent);
    private static readonly Column Note = new("Note", "note", OfEntry: true);
    private static readonly Column CountedAt = new("Counted at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Stock counts", Number, CountedAt, [Number],
    [
        Number, Facility, Columns.BatchNumber, Columns.BatchMaker, Columns.Owner, Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Tickets,
        UncertaintyKilograms, UncertaintyPercent, Note, CountedAt,
    ], Read);

    private static CountStock Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var keeper = entry.Actor.OrganisationId;
        return new(
            DerivedId.StockCount(keeper, row.Text(Number)), row.Text(Number), ids.Facility(row.Text(Facility)),
            entry.Lines("lines", _ => true, line => new CountLine(
                line.Batch(ids, keeper), line.Measure(), line.Owner(ids), line.Number(UncertaintyKilograms), line.Number(UncertaintyPercent) / 100)),
            row.Time(CountedAt), row.Cell(Note));
    }
}
