using System.Globalization;
using System.Text.RegularExpressions;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Assays;

/// <summary>Figures of a report as people write them, and read them back.</summary>
public static partial class AnalyteInWords
{
    /// <summary><c>Nd2O3=12.4±0.2 %</c>, <c>Th&lt;5 ppm</c>.</summary>
    public static string Of(Analyte analyte) => analyte.Below is { } below
        ? $"{analyte.Name}<{below.Plain()} {Symbol(analyte.Unit)}"
        : $"{analyte.Name}={analyte.Value!.Value.Plain()}{(analyte.Uncertainty is { } u ? $"±{u.Plain()}" : "")} {Symbol(analyte.Unit)}";

    /// <summary>What <see cref="Of(Analyte)"/> writes, with or without the unit, which is percent then; null for anything else.</summary>
    public static Analyte? Read(string text)
    {
        if (Written().Match(text) is not { Success: true, Groups: var said })
            return null;
        decimal? Number(string group) => decimal.TryParse(said[group].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
        var unit = said["unit"].Length == 0 ? AnalyteUnit.Percent : Unit(said["unit"].Value);
        if (unit is null || Number("figure") is not { } figure || said["uncertainty"].Success && Number("uncertainty") is null)
            return null;
        return said["sign"].Value == "<" ? new(said["name"].Value, null, unit.Value, null, figure) : new(said["name"].Value, figure, unit.Value, Number("uncertainty"));
    }

    /// <summary><c>Nd=10.63±0.17</c>, in percent.</summary>
    public static string Of(ElementContent content) => content.Below is { } below
        ? $"{content.Element}<{(below * 100).Plain()}"
        : $"{content.Element}={(content.Fraction * 100).Plain()}{(content.Uncertainty is { } u ? $"±{(u * 100).Plain()}" : "")}";

    /// <summary>What laboratories call an element that a material is tracked for: its oxide until it is metal or a pure salt.</summary>
    public static string Reported(Material material, string element) =>
        material.Form is "Ore" or "Concentrate" or "MixedCarbonate" or "Oxide" or "Tailings" && Analytes.Shipped.OxideOf(element) is { } oxide ? oxide.Formula : element;

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

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9]+)\s*(?<sign>[=<])\s*(?<figure>[0-9.]+)\s*((±|\+/-)\s*(?<uncertainty>[0-9.]+))?\s*(?<unit>[A-Za-z/%]*)\s*$")]
    private static partial Regex Written();
}
