using System.Collections.Frozen;

namespace Traceability.Assays;

/// <summary>What a kilogram of an oxide holds of its element.</summary>
/// <param name="Factor">Kilograms of the element in a kilogram of the oxide.</param>
public sealed record Oxide(string Formula, string Element, decimal Factor);

public enum GroupOf { Oxides, Elements }

/// <summary>A sum that laboratories state: which elements it counts, by whose convention.</summary>
/// <param name="Scheme">Authors differ on what is light and what is heavy.</param>
public sealed record ElementGroup(string Name, string Scheme, GroupOf As, IReadOnlyList<string> Elements, string Source);

/// <summary>How far two laboratories may differ and still agree.</summary>
/// <param name="From">Mass fraction from which on it holds.</param>
/// <param name="Relative">Difference, as a part of the mean of both.</param>
public sealed record SplittingLimit(decimal From, decimal Relative);

/// <summary>Names of analytes and what they mean: data, not code.</summary>
public sealed class Analytes
{
    /// <summary>The convention of groups where an assay names none.</summary>
    public const string DefaultScheme = "trade";

    private readonly FrozenSet<string> _symbols;
    private readonly FrozenDictionary<string, Oxide> _oxides;
    private readonly FrozenDictionary<string, Oxide> _ofElement;

    public Analytes(
        string symbols, IReadOnlyList<Oxide> oxides, string oxidesSource, IReadOnlyList<ElementGroup> groups, IReadOnlyList<SplittingLimit> splittingLimits, string splittingLimitsSource)
    {
        (Symbols, Oxides, OxidesSource, Groups, SplittingLimits, SplittingLimitsSource) = (symbols, oxides, oxidesSource, groups, splittingLimits, splittingLimitsSource);
        _symbols = symbols.Split(' ').ToFrozenSet(StringComparer.Ordinal);
        _oxides = oxides.ToFrozenDictionary(o => o.Formula, StringComparer.Ordinal);
        _ofElement = oxides.ToFrozenDictionary(o => o.Element, StringComparer.Ordinal);
    }

    public string Symbols { get; }
    public IReadOnlyList<Oxide> Oxides { get; }
    public string OxidesSource { get; }
    public IReadOnlyList<ElementGroup> Groups { get; }

    /// <summary>The highest fraction first.</summary>
    public IReadOnlyList<SplittingLimit> SplittingLimits { get; }

    public string SplittingLimitsSource { get; }

    public static Analytes Shipped { get; } = ShippedData.Read<Analytes>("Assays.analytes.json");

    public bool IsElement(string name) => _symbols.Contains(name);
    public Oxide? Oxide(string formula) => _oxides.GetValueOrDefault(formula);
    public Oxide? OxideOf(string element) => _ofElement.GetValueOrDefault(element);
    public ElementGroup? Group(string name, string? scheme) => Groups.FirstOrDefault(g => g.Name == name && g.Scheme == (scheme ?? DefaultScheme));

    /// <summary>Whether two figures for the same thing agree as well as laboratories do.</summary>
    public bool Agree(decimal one, decimal other)
    {
        var mean = (one + other) / 2;
        return Math.Abs(one - other) <= mean * SplittingLimits.First(l => mean >= l.From).Relative;
    }
}
