using Traceability.Ledger;

namespace Traceability.Assays;

/// <summary>Figures of a report as people write them, and read them back.</summary>
public static class AnalyteInWords
{
    /// <summary><c>Nd2O3=12.4±0.2 %</c>, <c>Th&lt;5 ppm</c>.</summary>
    public static string Of(Analyte analyte) => analyte.Below is { } below
        ? $"{analyte.Name}<{below.Plain()} {Symbol(analyte.Unit)}"
        : $"{analyte.Name}={analyte.Value!.Value.Plain()}{(analyte.Uncertainty is { } u ? $"±{u.Plain()}" : "")} {Symbol(analyte.Unit)}";

    /// <summary><c>Nd=10.63±0.17</c>, in percent.</summary>
    public static string Of(ElementContent content) => content.Below is { } below
        ? $"{content.Element}<{(below * 100).Plain()}"
        : $"{content.Element}={(content.Fraction * 100).Plain()}{(content.Uncertainty is { } u ? $"±{(u * 100).Plain()}" : "")}";

    public static string Symbol(AnalyteUnit unit) => unit switch
    {
        AnalyteUnit.Percent => "%",
        AnalyteUnit.Ppm => "ppm",
        AnalyteUnit.MilligramsPerKilogram => "mg/kg",
        _ => "g/t",
    };

    /// <summary>A unit by its symbol, or null for what is none.</summary>
    public static AnalyteUnit? Unit(string symbol)
    {
        foreach (var unit in Enum.GetValues<AnalyteUnit>())
        {
            if (Symbol(unit) == symbol || string.Equals(unit.ToString(), symbol, StringComparison.OrdinalIgnoreCase))
                return unit;
        }
        return null;
    }
}
