using Traceability.Assays;

namespace Traceability.Imports;

/// <summary>What laboratories found, one row an analyte. With a shipment it is of what that brought, else of the whole batch.</summary>
internal static class AssayRows
{
    private static readonly Column Number = new("Report number", "assayId number", Required: true, OfEntry: true);
    private static readonly Column Batch = new("Batch number", "batchId", Required: true, OfEntry: true);
    private static readonly Column BatchMaker = new("Batch maker", "makerId", OfEntry: true);
    private static readonly Column Shipment = new("Shipment number", "shipmentId", OfEntry: true);
    private static readonly Column Shipper = new("Shipper", "shipperId", OfEntry: true);
    private static readonly Column Status = new("Status", "status", OfEntry: true, Choices: typeof(AssayStatus));
    private static readonly Column Basis = new("Basis", "basis", OfEntry: true, Choices: typeof(AssayBasis));
    private static readonly Column Moisture = new("Moisture percent", "moisture", OfEntry: true, Form: CellForm.Percent);
    private static readonly Column Loss = new("Loss on ignition percent", "lossOnIgnition", OfEntry: true, Form: CellForm.Percent);
    private static readonly Column Scheme = new("Scheme", "scheme", OfEntry: true);
    private static readonly Column Analyte = new("Analyte", "name analytes", Required: true);
    private static readonly Column Value = new("Value", "value", Form: CellForm.Number);
    private static readonly Column Unit = new("Unit", "unit");
    private static readonly Column Uncertainty = new("Uncertainty", "uncertainty", Form: CellForm.Number);
    private static readonly Column Below = new("Below", "below", Form: CellForm.Number);
    private static readonly Column Laboratory = new("Laboratory", "laboratory", Required: true, OfEntry: true);
    private static readonly Column Method = new("Analysis method", "method", OfEntry: true);
    private static readonly Column Sample = new("Sample", "sample", OfEntry: true);
    private static readonly Column Accreditation = new("Accreditation", "accreditation", OfEntry: true);
    private static readonly Column AnalysedAt = new("Analysed at", "occurredAt", Required: true, OfEntry: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Assays", Number, AnalysedAt, [Number],
    [
        Number, Batch, BatchMaker, Shipment, Shipper, Status, Basis, Moisture, Loss, Scheme, Analyte, Value, Unit, Uncertainty, Below,
        Laboratory, Method, Sample, Accreditation, AnalysedAt,
    ], Read);

    private static RecordAssay Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var own = entry.Actor.OrganisationId;
        var maker = row.Cell(BatchMaker) is { } code ? ids.Organisation(code) : own;
        return new(
            ids.Batch(maker, row.Text(Batch)), ids.Assay(own, row.Text(Number)), row.Text(Number), row.Choice<AssayStatus>(Status, AssayStatus.Final),
            row.Choice<AssayBasis>(Basis, AssayBasis.Dry), entry.Lines("analytes", _ => true, Line), row.Text(Laboratory), row.Time(AnalysedAt),
            row.Cell(Shipment) is { } number ? ids.Shipment(row.Cell(Shipper) is { } shipper ? ids.Organisation(shipper) : own, number) : null,
            row.Number(Moisture) / 100, row.Number(Loss) / 100, row.Cell(Method), row.Cell(Sample), row.Cell(Accreditation), row.Cell(Scheme));
    }

    private static Analyte Line(Row row)
    {
        var unit = row.Cell(Unit) is { } symbol ? AnalyteInWords.Unit(symbol) : AnalyteUnit.Percent;
        if (unit is null)
            row.Misread(Unit, Refusal.Of("not-a-choice", ("choices", string.Join(", ", Enum.GetValues<AnalyteUnit>().Select(AnalyteInWords.Symbol)))));
        return new(row.Text(Analyte), row.Number(Value), unit ?? AnalyteUnit.Percent, row.Number(Uncertainty), row.Number(Below));
    }
}
