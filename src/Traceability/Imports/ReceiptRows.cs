using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Imports;

/// <summary>What arrived, one row a batch, named as the shipper's papers name it. With a reason of dispute it is contested, else accepted.</summary>
internal static class ReceiptRows
{
    private static readonly Column OwnNumber = new("Own number", "ownNumber");
    private static readonly Column ArrivedAt = new("Arrived at", "occurredAt", Required: true, OfEntry: true);
    private static readonly Column Note = new("Note", "note", OfEntry: true);
    private static readonly Column Dispute = new("Reason of dispute", "reason", OfEntry: true);

    public static FileKind Kind { get; } = new("Receipts", Columns.ShipmentNumber, ArrivedAt, [Columns.Shipper, Columns.ShipmentNumber],
    [
        Columns.ShipmentNumber, Columns.Shipper, Columns.BatchNumber, Columns.BatchMaker, OwnNumber,
        Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, ArrivedAt, Note, Dispute,
    ], Read);

    private static ICommand Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var shipper = ids.Organisation(row.Text(Columns.Shipper));
        var shipment = ids.Shipment(shipper, row.Text(Columns.ShipmentNumber));
        var lines = entry.Lines("lines", _ => true, line => new ReceiptLine(line.Batch(ids, shipper), line.Measure(), line.Cell(OwnNumber)));
        foreach (var line in lines.Where(l => l.OwnNumber is not null))
            ids.Give(entry.Actor.OrganisationId, line.OwnNumber!, line.BatchId);
        return row.Cell(Dispute) is { } reason
            ? new DisputeShipment(shipment, lines, reason, row.Time(ArrivedAt))
            : new AcceptShipment(shipment, lines, row.Time(ArrivedAt), row.Cell(Note));
    }
}
