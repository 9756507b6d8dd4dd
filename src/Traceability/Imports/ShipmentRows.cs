using Traceability.Custody;
using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Imports;

/// <summary>Goods that left the gate, one row a batch. Seals, units and documents of all rows belong to the shipment.</summary>
internal static class ShipmentRows
{
    private static readonly Column Number = new("Shipment number", "number", Required: true, OfEntry: true);
    private static readonly Column From = new("From facility", "fromFacilityId", Required: true, OfEntry: true);
    private static readonly Column To = new("To facility", "toFacilityId", Required: true, OfEntry: true);
    private static readonly Column Mode = new("Transport mode", "mode", Required: true, OfEntry: true, Choices: typeof(TransportMode));
    private static readonly Column Carrier = new("Carrier", "name", Required: true, OfEntry: true);
    private static readonly Column CarrierCode = new("Carrier organisation", "organisationId", OfEntry: true);
    private static readonly Column Seals = new("Seals", "seals");
    private static readonly Column Units = new("Units", "units");
    private static readonly Column Documents = new("Documents", "documents");
    private static readonly Column DangerousGoods = new("Dangerous goods", "dangerousGoods");
    private static readonly Column Packages = new("Packages", "packages");
    private static readonly Column Custody = new("Custody", "keptAs", Choices: typeof(CustodyModel));
    private static readonly Column NewOwner = new("New owner", "newOwner ownerId");
    private static readonly Column Contract = new("Contract", "contract");
    private static readonly Column Incoterm = new("Incoterm", "incoterm");
    private static readonly Column Purpose = new("Purpose", "purpose", OfEntry: true, Choices: typeof(Shipments.Purpose));
    private static readonly Column ReturnOf = new("Return of", "returnOf", OfEntry: true);
    private static readonly Column ReceivedAt = new("Received at", "receivedAt", OfEntry: true, Form: CellForm.Time);
    private static readonly Column LeftAt = new("Left at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Shipments", Number, LeftAt, [Number],
    [
        Number, From, To, Mode, Carrier, CarrierCode, Columns.BatchNumber, Columns.BatchMaker,
        Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Tickets, Packages, Custody, Columns.Owner,
        NewOwner, Contract, Incoterm, Seals, Units, Documents, DangerousGoods, Purpose, ReturnOf, LeftAt, ReceivedAt,
    ], Read);

    private static DispatchShipment Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var number = row.Text(Number);
        var shipper = entry.Actor.OrganisationId;
        return new(
            DerivedId.Shipment(shipper, number), number, ids.Facility(row.Text(From)), ids.Facility(row.Text(To)), row.Choice<TransportMode>(Mode),
            new(row.Cell(CarrierCode) is { } code ? ids.Organisation(code) : null, row.Text(Carrier)),
            entry.Lines("lines", _ => true, line => Line(line, ids, shipper)),
            row.Time(LeftAt),
            entry.All(line => line.Pairs(Seals).Select(s => new Seal(s.Name, s.Value))), entry.All(line => line.List(Units)), entry.All(line => line.List(Documents)),
            row.Choice<Purpose>(Purpose, Shipments.Purpose.Delivery),
            row.Pairs(ReturnOf) is [var (of, first), ..] ? ids.Shipment(ids.Organisation(of), first) : null,
            row.OptionalTime(ReceivedAt), entry.All(line => line.List(DangerousGoods)));
    }

    private static DispatchLine Line(Row line, NamedIds ids, Guid shipper) => new(
        line.Batch(ids, shipper), line.Measure(), line.Owner(ids),
        line.Cell(NewOwner) is { } owner ? new(ids.Organisation(owner), line.Cell(Contract), line.Cell(Incoterm)) : null,
        line.Amounts(Packages) is { Count: > 0 } packages ? [.. packages.Select(p => new Package(p.Name, p.Value))] : null,
        line.Cell(Custody) is null ? null : line.Choice<CustodyModel>(Custody));
}
