using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Imports;

/// <summary>What was tipped onto a pile, into a tank or a silo, one row a batch. Each tipping makes the pile's new batch, of that number.</summary>
internal static class TippingRows
{
    private static readonly Column Number = new("Tipping number", "number runId", Required: true, OfEntry: true);
    private static readonly Column Facility = new("Facility", "facilityId", Required: true, OfEntry: true);
    private static readonly Column Pile = new("Pile", "pile", Required: true, OfEntry: true);
    private static readonly Column Remainder = new("Remainder", "remainder", OfEntry: true);
    private static readonly Column Campaign = new("Campaign", "campaign", OfEntry: true);
    private static readonly Column TippedAt = new("Tipped in at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Tippings", Number, TippedAt, [Number],
    [
        Number, Facility, Pile, Remainder, Campaign, ClaimRows.Custody, ClaimRows.ConversionFactor, Columns.BatchNumber, Columns.BatchMaker, Columns.WetKilograms, Columns.MoisturePercent, Columns.Method, Columns.Owner, TippedAt,
    ], Read);

    private static TipIn Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var (by, number) = (entry.Actor.OrganisationId, row.Text(Number));
        return new(
            DerivedId.Run(by, number), DerivedId.Batch(by, number), ids.Facility(row.Text(Facility)), row.Text(Pile), number,
            entry.Lines("inputs", _ => true, line => new RunInput(line.Batch(ids, by), line.Measure(), line.Owner(ids))),
            row.Time(TippedAt), row.Cell(Remainder) is { } before ? ids.Batch(by, before) : null, row.Cell(Campaign), ClaimRows.Kept(row));
    }
}
