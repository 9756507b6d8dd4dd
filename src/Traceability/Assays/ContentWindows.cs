using Traceability.Materials;

namespace Traceability.Assays;

/// <summary>What a kilowatt-hour of cells of one chemistry holds, kilograms by element.</summary>
public sealed record CellChemistry(string Chemistry, IReadOnlyDictionary<string, decimal> KilogramsPerKilowattHour, string Source);

/// <summary>How much of an element cells and packs can hold for their energy: data, not code.</summary>
public static class ContentWindows
{
    /// <summary>How far from the computed figure is still plausible: lithium in the electrolyte, an anode larger than its cathode, scrap.</summary>
    private const decimal Least = 0.8m, Most = 1.6m;

    public static IReadOnlyList<CellChemistry> All { get; } = ShippedData.Read<CellChemistry[]>("Assays.windows.json");

    /// <summary>Kilograms a kilowatt-hour within which the element is plausible, whichever of the material's chemistries it is; null where it says nothing.</summary>
    public static (decimal Low, decimal High)? Of(Material material, string element)
    {
        var held = All.Where(c => material.Chemistries?.Contains(c.Chemistry) == true).Select(c => c.KilogramsPerKilowattHour.GetValueOrDefault(element)).ToList();
        return held.Count == 0 || held.Max() == 0 ? null : (held.Min() * Least, held.Max() * Most);
    }

    /// <summary>Elements of a report on cells or packs that no cell of that energy holds so much or so little of.</summary>
    public static IEnumerable<Alarm> Implausible(Material? material, IEnumerable<ElementContent> contents)
    {
        if (material is not { KilowattHoursPerPiece: { } energy, KilogramsPerPiece: { } mass })
            yield break;
        foreach (var content in contents.Where(c => c.Below is null))
        {
            var held = decimal.Round(content.Fraction * mass / energy, Limits.KilogramPlaces);
            if (Of(material, content.Element) is var (low, high) && (held < low || held > high))
                yield return Alarm.Of("content-implausible", ("material", material.Code), ("element", content.Element), ("content", held), ("low", low), ("high", high));
        }
    }
}
