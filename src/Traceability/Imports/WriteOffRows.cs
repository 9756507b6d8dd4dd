using Traceability.Ledger;
using Traceability.Stock;

namespace Traceability.Imports;

/// <summary>What was spilled, stolen, sampled or destroyed, one row a batch.</summary>
internal static class WriteOffRows
{
    private static readonly Column Number = new("Write-off number", "writeOffId number", Required: true, OfEntry: true);
    private static readonly Column Facility = new("Facility", "facilityId", Required: true, OfEntry: true);
    private static readonly Column Cause = new("Cause", "cause", Required: true, OfEntry: true, Choices: typeof(WriteOffCause));
    private static readonly Column Reason = new("Reason", "reason", Required: true, OfEntry: true);
    private static readonly Column Evidence = new("Evidence", "documents");
    private static readonly Column WrittenOffAt = new("Happened at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Write-offs", Number, WrittenOffAt, [Number],
    [
        Number, Facility, Cause, Columns.BatchNumber, Columns.BatchMaker, Columns.Owner, Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Tickets,
        Reason, Evidence, WrittenOffAt,
    ], Read);

    private static WriteOffStock Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var keeper = entry.Actor.OrganisationId;
        return new(
            DerivedId.WriteOff(keeper, row.Text(Number)), row.Text(Number), ids.Facility(row.Text(Facility)), row.Choice<WriteOffCause>(Cause),
            entry.Lines("lines", _ => true, line => new WriteOffLine(line.Batch(ids, keeper), line.Measure(), line.Owner(ids))),
            row.Text(Reason), row.Time(WrittenOffAt), entry.All(line => line.List(Evidence)));
    }
}
