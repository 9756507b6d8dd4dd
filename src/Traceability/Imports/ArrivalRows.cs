using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Imports;

/// <summary>Goods weighed at the gate before word of their dispatch, one row a batch, named as the papers name it.</summary>
internal static class ArrivalRows
{
    private static readonly Column Number = new("Arrival number", "arrivalId", Required: true, OfEntry: true);
    private static readonly Column Shipment = new("Shipment number", "shipmentNumber", Required: true, OfEntry: true);
    private static readonly Column Shipper = new("Shipper", "fromOrganisationId", Required: true, OfEntry: true);
    private static readonly Column To = new("To facility", "toFacilityId", Required: true, OfEntry: true);
    private static readonly Column Batch = new("Batch number", "batchNumber", Required: true);
    private static readonly Column ArrivedAt = new("Arrived at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Announced arrivals", Number, ArrivedAt, [Number],
    [
        Number, Shipment, Shipper, To, Batch, Columns.OwnNumber, Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Tickets, ArrivedAt,
    ], Read);

    private static AnnounceArrival Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        return new(
            DerivedId.Arrival(entry.Actor.OrganisationId, row.Text(Number)), ids.Organisation(row.Text(Shipper)), row.Text(Shipment), ids.Facility(row.Text(To)),
            entry.Lines("lines", _ => true, line => new ArrivalLine(line.Text(Batch), line.Measure(), line.Cell(Columns.OwnNumber))), row.Time(ArrivedAt));
    }
}
