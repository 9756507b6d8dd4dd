using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Batches that enter the ledger, one a row: dug up, bought outside, found at go-live, or recovered.</summary>
internal static class BatchRows
{
    private static readonly Column Number = new("Batch number", "number", Required: true);
    private static readonly Column Material = new("Material", "material", Required: true);
    private static readonly Column Source = new("Source", "source", Required: true, Choices: typeof(RegistrationSource));
    private static readonly Column Facility = new("Facility", "facilityId", Required: true);
    private static readonly Column Supplier = new("Supplier", "supplier declared");
    private static readonly Column Origin = new("Origin", "origin");
    private static readonly Column OriginCountry = new("Origin country", "country");
    private static readonly Column OccurredAt = new("Occurred at", "occurredAt", Required: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Batches", Number, OccurredAt, [],
    [
        Number, Material, Source, Facility, Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Tickets, Columns.Serials,
        Columns.Owner, Supplier, Origin, OriginCountry, OccurredAt,
    ], Read);

    private static RegisterBatch Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var number = row.Text(Number);
        var declared = new DeclaredOrigin(row.Cell(Supplier), row.Cell(Origin), row.Cell(OriginCountry));
        return new(
            DerivedId.Batch(entry.Actor.OrganisationId, number), number, row.Text(Material), row.Choice<RegistrationSource>(Source),
            ids.Facility(row.Text(Facility)), row.Measure(), row.Time(OccurredAt),
            row.Owner(ids), declared == new DeclaredOrigin(null, null, null) ? null : declared, row.Serials());
    }
}
