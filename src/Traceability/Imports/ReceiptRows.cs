using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Imports;

/// <summary>What arrived, one row a batch, named as the shipper's papers name it. A receipt with more to come is a part;
/// with a reason of dispute the shipment is contested, else accepted.</summary>
internal static class ReceiptRows
{
    private static readonly Column Number = new("Receipt number", "receiptId", OfEntry: true);
    private static readonly Column MoreToCome = new("More to come", "moreToCome", OfEntry: true, Choices: typeof(YesNo));
    private static readonly Column Refused = new("Refused wet kilograms", "refused", Form: CellForm.Mass);
    private static readonly Column Packages = new("Packages", "packages");
    private static readonly Column Seals = new("Seals found", "seals");
    private static readonly Column ArrivedAt = new("Arrived at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);
    private static readonly Column UnderReserve = new("Under reserve", "underReserve", OfEntry: true, Choices: typeof(YesNo));
    private static readonly Column Note = new("Note", "note", OfEntry: true);
    private static readonly Column Dispute = new("Reason of dispute", "reason", OfEntry: true);

    public static FileKind Kind { get; } = new("Receipts", Columns.ShipmentNumber, ArrivedAt, [Columns.Shipper, Columns.ShipmentNumber, Number],
    [
        Columns.ShipmentNumber, Columns.Shipper, Number, MoreToCome, Columns.BatchNumber, Columns.BatchMaker, Columns.OwnNumber,
        Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Tickets, Packages, Refused, Seals, ArrivedAt, UnderReserve, Note, Dispute,
    ], Read);

    private static ICommand Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var shipper = ids.Organisation(row.Text(Columns.Shipper));
        var shipment = ids.Shipment(shipper, row.Text(Columns.ShipmentNumber));
        var lines = entry.Lines("lines", _ => true, line => Line(line, ids, shipper));
        foreach (var line in lines.Where(l => l.OwnNumber is not null))
            ids.Give(entry.Actor.OrganisationId, line.OwnNumber!, line.BatchId);
        var seals = entry.All(line => line.Pairs(Seals).Select(s => new Seal(s.Name, s.Value))) is { Count: > 0 } found ? found : null;
        if (row.Says(MoreToCome))
            return new ReceivePart(shipment, DerivedId.Receipt(entry.Actor.OrganisationId, row.Text(Number)), lines, row.Time(ArrivedAt), seals);
        return row.Cell(Dispute) is { } reason
            ? new DisputeShipment(shipment, lines, reason, row.Time(ArrivedAt), seals)
            : new AcceptShipment(shipment, lines, row.Time(ArrivedAt), row.Cell(Note), row.Says(UnderReserve), seals);
    }

    private static ReceiptLine Line(Row line, NamedIds ids, Guid shipper) => new(
        line.Batch(ids, shipper), line.Measure(), line.Cell(Columns.OwnNumber), line.Wet(Refused) is { } refused ? new(refused) : null,
        line.List(Packages) is { Length: > 0 } packages ? packages : null);
}
