using Traceability.Assays;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Imports;

/// <summary>Process runs, one row for each batch that went in or came out and for each source that is not traced.</summary>
internal static class RunRows
{
    /// <summary>What a row is to its run.</summary>
    internal enum Part { Input, Product, Scrap, Tailings, InProcess, Untracked }

    private static readonly Column Number = new("Run number", "number", Required: true, OfEntry: true);
    private static readonly Column Step = new("Step", "step", Required: true, OfEntry: true);
    private static readonly Column Facility = new("Facility", "facilityId", Required: true, OfEntry: true);
    private static readonly Column StartedAt = new("Started at", "startedAt", Required: true, OfEntry: true, Form: CellForm.Time);
    private static readonly Column EndedAt = new("Ended at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);
    internal static readonly Column PartOf = new("Part", "role", Required: true, Choices: typeof(Part));
    internal static readonly Column Batch = new("Batch number", "batchId number");
    internal static readonly Column Material = new("Material", "material name");

    private static readonly Column ReportNumber = new("Report number", "assay.number assay.assayId");
    private static readonly Column Analytes = new("Analytes", "assay.analytes");
    private static readonly Column Laboratory = new("Laboratory", "assay.laboratory");
    private static readonly Column Status = new("Status", "assay.status", Choices: typeof(AssayStatus));
    private static readonly Column Basis = new("Basis", "assay.basis", Choices: typeof(AssayBasis));
    private static readonly Column Loss = new("Loss on ignition percent", "assay.lossOnIgnition", Form: CellForm.Percent);
    private static readonly Column AnalysedAt = new("Analysed at", "assay.analysedAt", Form: CellForm.Time);
    private static readonly Column Elements = new("Elements", "elements");

    /// <summary>What was found in an output, and what elements a source that is not traced brought.</summary>
    internal static IReadOnlyList<Column> Found { get; } = [ReportNumber, Analytes, Laboratory, Status, Basis, Loss, AnalysedAt, Elements];

    public static FileKind Kind { get; } = new("Process runs", Number, EndedAt, [Number],
    [
        Number, Step, Facility, StartedAt, EndedAt, ClaimRows.Custody, ClaimRows.ConversionFactor, PartOf, Batch, Columns.BatchMaker, Material,
        Columns.WetKilograms, Columns.MoisturePercent, Columns.Pieces, Columns.Method, Columns.Serials, Columns.Owner, .. Found,
    ], Read);

    private static RecordRun Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var number = row.Text(Number);
        var maker = entry.Actor.OrganisationId;
        return new(
            DerivedId.Run(maker, number), number, row.Text(Step), ids.Facility(row.Text(Facility)), row.Time(StartedAt), row.Time(EndedAt),
            Inputs(entry, ids), Outputs(entry, ids), Untracked(entry), ClaimRows.Kept(row));
    }

    internal static List<RunInput> Inputs(FileEntry entry, NamedIds ids) =>
        entry.Lines("inputs", line => PartIn(line) is Part.Input, line => Input(line, ids, entry.Actor.OrganisationId));

    internal static List<RunOutput> Outputs(FileEntry entry, NamedIds ids) =>
        entry.Lines("outputs", line => PartIn(line) is not (Part.Input or Part.Untracked), line => Output(line, ids, entry.Actor.OrganisationId));

    internal static List<UntrackedSource> Untracked(FileEntry entry) => entry.Lines("untracked", line => PartIn(line) is Part.Untracked, Untracked);

    private static Part PartIn(Row line) => line.Choice<Part>(PartOf);

    private static RunInput Input(Row line, NamedIds ids, Guid maker) =>
        new(line.Batch(ids, maker, Batch), line.Measure(), line.Owner(ids), line.Serials());

    private static RunOutput Output(Row line, NamedIds ids, Guid maker)
    {
        var number = line.Text(Batch);
        return new(
            DerivedId.Batch(maker, number), number, line.Text(Material), Enum.Parse<OutputRole>(PartIn(line).ToString()), line.Measure(), line.Owner(ids), line.Serials(), Assay(line, ids, maker));
    }

    private static StatedAssay? Assay(Row line, NamedIds ids, Guid maker)
    {
        if (line.Cell(ReportNumber) is null && line.Cell(Analytes) is null)
            return null;
        var number = line.Text(ReportNumber);
        var analytes = line.List(Analytes).Select(AnalyteInWords.Read).ToList();
        if (analytes.Contains(null))
            line.Misread(Analytes, Refusal.Of("not-an-analyte"));
        return new(
            ids.Assay(maker, number), number, line.Text(Laboratory), [.. analytes.OfType<Analyte>()], line.Choice<AssayStatus>(Status, AssayStatus.Final),
            line.Choice<AssayBasis>(Basis, AssayBasis.Dry), line.OptionalTime(AnalysedAt), null, line.Number(Loss) / 100);
    }

    /// <summary>Its name stands where a batch has its material.</summary>
    private static UntrackedSource Untracked(Row line)
    {
        line.Text(Columns.WetKilograms);
        var elements = line.Amounts(Elements).GroupBy(e => e.Name).ToDictionary(of => of.Key, of => of.Sum(e => e.Value));
        return new(
            line.Text(Material), line.Wet(Columns.WetKilograms) * (1 - (line.Number(Columns.MoisturePercent) ?? 0) / 100) ?? 0, elements.Count == 0 ? null : elements);
    }
}
