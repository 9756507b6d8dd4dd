using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Imports;

/// <summary>Whom a side of a dispute trusts to decide it, one row a letter. Once both sides named the same organisation, its resolution counts.</summary>
internal static class UmpireRows
{
    private static readonly Column Number = new("Letter number", "namingId", Required: true);
    private static readonly Column Umpire = new("Umpire", "umpireId", Required: true);
    private static readonly Column NamedAt = new("Named at", "occurredAt", Required: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Umpires", Number, NamedAt, [], [Number, Columns.ShipmentNumber, Columns.Shipper, Umpire, NamedAt], Read);

    private static NameUmpire Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        return new(
            ids.Shipment(ids.Organisation(row.Text(Columns.Shipper)), row.Text(Columns.ShipmentNumber)), DerivedId.Naming(entry.Actor.OrganisationId, row.Text(Number)),
            ids.Organisation(row.Text(Umpire)), row.Time(NamedAt));
    }
}
