using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Imports;

/// <summary>Runs that stay open: the book of those that began, the book of what went in and came out day by day, and the book of closings.</summary>
internal static class OpenRunRows
{
    private static readonly Column Number = new("Run number", "number runId", Required: true, OfEntry: true);
    private static readonly Column Step = new("Step", "step", Required: true);
    private static readonly Column Facility = new("Facility", "facilityId", Required: true, OfEntry: true);
    private static readonly Column OpenedAt = new("Opened at", "occurredAt", Required: true, Form: CellForm.Time);
    private static readonly Column PartNumber = new("Part number", "partId", Required: true, OfEntry: true);
    private static readonly Column PartEndedAt = new("Part ended at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);
    private static readonly Column ClosedAt = new("Closed at", "occurredAt", Required: true, Form: CellForm.Time);

    public static FileKind Openings { get; } = new("Run openings", Number, OpenedAt, [], [Number, Step, Facility, OpenedAt], Open);

    public static FileKind Parts { get; } = new("Run parts", PartNumber, PartEndedAt, [PartNumber],
    [
        PartNumber, Number, Facility, PartEndedAt, RunRows.PartOf, RunRows.Batch, Columns.BatchMaker, RunRows.Material,
        Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Serials, Columns.Owner, .. RunRows.Found,
    ], Part);

    public static FileKind Closings { get; } = new("Run closings", Number, ClosedAt, [], [Number, ClosedAt, ClaimRows.Custody, ClaimRows.ConversionFactor], Close);

    private static OpenRun Open(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var number = row.Text(Number);
        return new(DerivedId.Run(entry.Actor.OrganisationId, number), number, row.Text(Step), ids.Facility(row.Text(Facility)), row.Time(OpenedAt));
    }

    private static RecordPart Part(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var by = entry.Actor.OrganisationId;
        return new(
            ids.Run(by, row.Text(Number)), DerivedId.RunPart(by, row.Text(PartNumber)), ids.Facility(row.Text(Facility)), row.Time(PartEndedAt),
            RunRows.Inputs(entry, ids), RunRows.Outputs(entry, ids), RunRows.Untracked(entry));
    }

    private static CloseRun Close(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var (by, number) = (entry.Actor.OrganisationId, row.Text(Number));
        return new(ids.Run(by, number), DerivedId.RunClosing(by, number), row.Time(ClosedAt), ClaimRows.Kept(row));
    }
}
