using System.Text.RegularExpressions;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>The register's facilities, one a row.</summary>
internal static partial class FacilityRows
{
    private static readonly Column Code = new("Facility code", "code", Required: true);
    private static readonly Column Name = new("Name", "name", Required: true);
    private static readonly Column KindOf = new("Kind", "kind", Required: true, Choices: typeof(FacilityKind));
    private static readonly Column Operator = new("Operator", "operatorId", Required: true);
    private static readonly Column Country = new("Country", "country", Required: true);
    private static readonly Column Latitude = new("Latitude", "latitude", Required: true, Form: CellForm.Number);
    private static readonly Column Longitude = new("Longitude", "longitude", Required: true, Form: CellForm.Number);
    private static readonly Column Licence = new("Licence", "licence");
    private static readonly Column LicensedFrom = new("Licensed from", "validFrom", Form: CellForm.Date);
    private static readonly Column LicensedTo = new("Licensed to", "validTo", Form: CellForm.Date);
    private static readonly Column LicensedMaterials = new("Licensed materials", "materials");
    private static readonly Column Partners = new("Partners", "partners");
    private static readonly Column Permits = new("Permitted kilograms a year", "permits");
    private static readonly Column OpeningStockClosed = new("Opening stock closed at", "openingStockClosed", Form: CellForm.Time);
    private static readonly Column GoLive = new("Go-live at", "goLive", Form: CellForm.Time);
    private static readonly Column ReceiptTolerance = new("Receipt tolerance percent", "receiptTolerance", Form: CellForm.Percent);
    private static readonly Column ElementTolerance = new("Element tolerance percent", "elementTolerance", Form: CellForm.Percent);
    private static readonly Column FlowSheet = new("Usual recoveries", "flowSheet");
    private static readonly Column Balancing = new("Balancing period", "balancing", Choices: typeof(BalancingCycle));
    private static readonly Column Outside = new("Outside the ledger", "outsideLedger", Choices: typeof(YesNo));
    private static readonly Column RegisteredAt = new("Registered at", "occurredAt", Required: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Facilities", Code, RegisteredAt, [],
    [
        Code, Name, KindOf, Operator, Country, Latitude, Longitude, Licence, LicensedFrom, LicensedTo, LicensedMaterials,
        Partners, Permits, GoLive, OpeningStockClosed, ReceiptTolerance, ElementTolerance, FlowSheet, Balancing, Outside, RegisteredAt,
    ], Read);

    private static RegisterFacility Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var code = row.Text(Code);
        var terms = new FacilityTerms(
            row.Text(Name), ids.Organisation(row.Text(Operator)), row.Text(Country), Degrees(row, Latitude), Degrees(row, Longitude),
            row.Cell(Licence) is { } number ? new(number, row.Date(LicensedFrom), row.Date(LicensedTo), row.List(LicensedMaterials)) : null,
            [.. row.Amounts(Partners).Select(p => new Partner(ids.Organisation(p.Name), p.Value / 100))],
            [.. row.Amounts(Permits).Select(p => new Permit(p.Name, p.Value))],
            row.OptionalTime(OpeningStockClosed), row.Number(ReceiptTolerance) / 100, row.Says(Outside), GoLive: row.OptionalTime(GoLive),
            ElementTolerance: row.Number(ElementTolerance) / 100, FlowSheet: Recoveries(row), Balancing: row.Choice<BalancingCycle>(Balancing, BalancingCycle.Quarter));
        return new(DerivedId.Facility(code), code, row.Choice<FacilityKind>(KindOf), terms, row.Time(RegisteredAt));
    }

    /// <summary>A list of <c>step/element=low..high</c>, in percent, or null when the cell is empty.</summary>
    private static List<UsualRecovery>? Recoveries(Row row)
    {
        if (row.Cell(FlowSheet) is null)
            return null;
        var recoveries = new List<UsualRecovery>();
        foreach (var item in row.List(FlowSheet))
        {
            if (Recovery().Match(item) is { Success: true, Groups: var said } && Row.Amount(said["low"].Value) is { } low && Row.Amount(said["high"].Value) is { } high)
                recoveries.Add(new(said["step"].Value, said["element"].Value, low / 100, high / 100));
            else
                row.Misread(FlowSheet, Refusal.Of("not-a-recovery"));
        }
        return recoveries;
    }

    [GeneratedRegex(@"^(?<step>[a-z-]+)/(?<element>[A-Z][a-z]?|\*)=(?<low>[\d.]+?)\.\.(?<high>[\d.]+)$")]
    private static partial Regex Recovery();

    private static decimal Degrees(Row row, Column column)
    {
        row.Text(column);
        return row.Number(column) ?? 0;
    }
}
