using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Imports;

/// <summary>The quantities one side of a dispute would agree to, one row a batch. Both sides file their own.</summary>
internal static class ResolutionRows
{
    private static readonly Column Number = new("Resolution number", "resolutionId", Required: true, OfEntry: true);
    private static readonly Column AgreedDryKilograms = new("Agreed dry kilograms", "lines", Required: true, Form: CellForm.DryMass);
    private static readonly Column AgreedPieces = new("Agreed pieces", "pieces", Form: CellForm.Whole);
    private static readonly Column Reason = new("Reason", "reason", Required: true, OfEntry: true);
    private static readonly Column AgreedAt = new("Agreed at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Resolutions", Number, AgreedAt, [Number],
    [
        Number, Columns.ShipmentNumber, Columns.Shipper, Columns.BatchNumber, Columns.BatchMaker, AgreedDryKilograms, AgreedPieces, Reason, AgreedAt,
    ], Read);

    private static ResolveShipment Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var shipper = ids.Organisation(row.Text(Columns.Shipper));
        return new(
            ids.Shipment(shipper, row.Text(Columns.ShipmentNumber)), DerivedId.Resolution(entry.Actor.OrganisationId, row.Text(Number)),
            entry.Lines("lines", _ => true, line => new AgreedLine(line.Batch(ids, shipper), new(Agreed(line), line.Whole(AgreedPieces) ?? 0))),
            row.Text(Reason), row.Time(AgreedAt));
    }

    private static decimal Agreed(Row line)
    {
        line.Text(AgreedDryKilograms);
        return line.Number(AgreedDryKilograms) ?? 0;
    }
}
