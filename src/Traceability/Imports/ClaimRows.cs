using Traceability.Custody;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>What auditors vouch for, what makers claim by it, and what is claimed under mass balance; one a row.</summary>
internal static class ClaimRows
{
    private static readonly Column Number = new("Attestation number", "number attestationId", Required: true);
    private static readonly Column Issuer = new("Issuer", "issuer", Required: true);
    private static readonly Column Standard = new("Standard", "scheme", Required: true);
    private static readonly Column ClaimOf = new("Claim", "claim", Required: true);
    private static readonly Column Facility = new("Facility", "facilityId", Required: true);
    private static readonly Column Materials = new("Materials covered", "materials");
    private static readonly Column ValidFrom = new("Attested from", "validFrom", Required: true, Form: CellForm.Date);
    private static readonly Column ValidTo = new("Attested to", "validTo", Required: true, Form: CellForm.Date);
    private static readonly Column AttestedAt = new("Attested at", "occurredAt", Required: true, Form: CellForm.Time);

    private static readonly Column Attestor = new("Attestor", "organisationId", Required: true);
    private static readonly Column ClaimedAt = new("Claimed at", "occurredAt", Required: true, Form: CellForm.Time);

    private static readonly Column Allocation = new("Allocation number", "allocationId", Required: true);
    private static readonly Column Masses = new("Element kilograms", "kilograms", Required: true);
    private static readonly Column AllocatedAt = new("Allocated at", "occurredAt", Required: true, Form: CellForm.Time);

    /// <summary>How a run keeps its goods, for files of runs and tippings.</summary>
    internal static readonly Column Custody = new("Custody", "custody model", OfEntry: true, Choices: typeof(CustodyModel));
    internal static readonly Column ConversionFactor = new("Conversion factor", "conversionFactor", OfEntry: true, Form: CellForm.Number);

    public static FileKind Attestations { get; } =
        new("Attestations", Number, AttestedAt, [], [Number, Issuer, Standard, ClaimOf, Facility, Materials, ValidFrom, ValidTo, AttestedAt], Attested);

    public static FileKind Claimed { get; } = new("Claims", Columns.BatchNumber, ClaimedAt, [], [Columns.BatchNumber, Attestor, Number, ClaimedAt], Claiming);

    public static FileKind Allocations { get; } =
        new("Claim allocations", Allocation, AllocatedAt, [], [Allocation, Columns.BatchNumber, Facility, ClaimOf, Masses, AllocatedAt], Allocating);

    internal static StatedCustody? Kept(Row row) =>
        row.Cell(Custody) is null && row.Cell(ConversionFactor) is null ? null : new(row.Choice<CustodyModel>(Custody), row.Number(ConversionFactor));

    private static RecordAttestation Attested(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        return new(
            ids.Attestation(entry.Actor.OrganisationId, row.Text(Number)), row.Text(Number), row.Text(Issuer), row.Text(Standard), row.Text(ClaimOf), ids.Facility(row.Text(Facility)),
            row.Date(ValidFrom), row.Date(ValidTo), row.Time(AttestedAt), row.List(Materials) is { Length: > 0 } materials ? materials : null);
    }

    private static ClaimBatch Claiming(FileEntry entry, NamedIds ids)
    {
        var (row, by) = (entry.First, entry.Actor.OrganisationId);
        var (batch, attestation) = (ids.Batch(by, row.Text(Columns.BatchNumber)), ids.Attestation(ids.Organisation(row.Text(Attestor)), row.Text(Number)));
        return new(batch, DerivedId.Of("claim", batch.ToString(), attestation.ToString()), attestation, row.Time(ClaimedAt));
    }

    private static AllocateClaim Allocating(FileEntry entry, NamedIds ids)
    {
        var (row, by) = (entry.First, entry.Actor.OrganisationId);
        row.Text(Masses);
        return new(
            ids.Batch(by, row.Text(Columns.BatchNumber)), DerivedId.Allocation(by, row.Text(Allocation)), ids.Facility(row.Text(Facility)), row.Text(ClaimOf),
            row.Amounts(Masses).GroupBy(m => m.Name).ToDictionary(of => of.Key, of => of.Sum(m => m.Value)), row.Time(AllocatedAt));
    }
}
