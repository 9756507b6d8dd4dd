using Traceability.Ledger;
using Traceability.Owners;

namespace Traceability.Imports;

/// <summary>Goods that change their owner where they lie, one row a batch; filed by whose they were.</summary>
internal static class TransferRows
{
    private static readonly Column Number = new("Transfer number", "transferId", Required: true, OfEntry: true);
    private static readonly Column Facility = new("Facility", "facilityId", Required: true, OfEntry: true);
    private static readonly Column NewOwner = new("New owner", "newOwnerId", Required: true, OfEntry: true);
    private static readonly Column Contract = new("Contract", "contract", Required: true, OfEntry: true);
    private static readonly Column PassedAt = new("Passed at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Ownership transfers", Number, PassedAt, [Number],
    [
        Number, Facility, NewOwner, Contract, Columns.BatchNumber, Columns.BatchMaker, Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, PassedAt,
    ], Read);

    private static TransferOwnership Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var owner = entry.Actor.OrganisationId;
        return new(
            DerivedId.Transfer(owner, row.Text(Number)), ids.Facility(row.Text(Facility)), ids.Organisation(row.Text(NewOwner)),
            entry.Lines("lines", _ => true, line => new TransferLine(line.Batch(ids, owner), line.Measure())), row.Text(Contract), row.Time(PassedAt));
    }
}
