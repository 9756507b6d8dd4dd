using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Imports;

/// <summary>Seals and units that changed on the way, one row a reloading, by whoever handled it.</summary>
internal static class ReloadingRows
{
    private static readonly Column Number = new("Reloading number", "reloadingId", Required: true);
    private static readonly Column Place = new("Place", "place", Required: true);
    private static readonly Column NewSeals = new("New seals", "seals");
    private static readonly Column NewUnits = new("New units", "units");
    private static readonly Column Reason = new("Reason", "reason", Required: true);
    private static readonly Column ReloadedAt = new("Reloaded at", "occurredAt", Required: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Reloadings", Number, ReloadedAt, [],
        [Number, Columns.ShipmentNumber, Columns.Shipper, Place, NewSeals, NewUnits, Reason, ReloadedAt], Read);

    private static ReloadShipment Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        return new(
            ids.Shipment(ids.Organisation(row.Text(Columns.Shipper)), row.Text(Columns.ShipmentNumber)), DerivedId.Reloading(entry.Actor.OrganisationId, row.Text(Number)),
            row.Text(Place), [.. row.Pairs(NewSeals).Select(s => new Seal(s.Name, s.Value))], row.List(NewUnits), row.Text(Reason), row.Time(ReloadedAt));
    }
}
