using System.Collections.Immutable;
using Traceability.Ledger;

namespace Traceability.Assays;

/// <summary>What a report's analytes say of each element, and what no laboratory can have found.</summary>
internal sealed class Contents
{
    /// <summary>Constituents are measured one by one: their sum may come out a little above the whole.</summary>
    private const decimal Whole = 1.01m;

    /// <summary>How far oxide and element of one report may differ, as a part of either: both are the same figure, rounded differently.</summary>
    private const decimal SameFigure = 0.01m;

    private readonly Analytes _known = Analytes.Shipped;
    private readonly IReadOnlyList<Analyte> _analytes;
    private readonly string? _scheme;

    /// <summary>Kilograms of dry matter that one kilogram on the report's basis stands for, as a factor on its fractions.</summary>
    private readonly decimal _toDry;

    private Contents(IReadOnlyList<Analyte> analytes, string? scheme, decimal toDry) => (_analytes, _scheme, _toDry) = (analytes, scheme, toDry);

    /// <param name="field">Path of the analytes in the command.</param>
    public static (ImmutableArray<ElementContent> Contents, Refusal? Refusal) Of(IReadOnlyList<Analyte> analytes, string? scheme, decimal toDry, string field)
    {
        var contents = new Contents(analytes, scheme, toDry);
        return contents.Wrong(field) is { } wrong ? ([], wrong) : (contents.ByElement(), null);
    }

    private Refusal? Wrong(string field)
    {
        if (_analytes.Count is 0 or > Limits.AnalytesOfAssay)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.AnalytesOfAssay)).At(field);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < _analytes.Count; i++)
        {
            if (WrongLine(_analytes[i], $"{field}[{i}]") is { } wrong)
                return wrong;
            if (!names.Add(_analytes[i].Name))
                return Refusal.Of("analyte-twice", ("analyte", _analytes[i].Name)).At($"{field}[{i}].name");
        }
        return Contradicting(field) ?? WrongGroup(field) ?? OverWhole(field);
    }

    private Refusal? WrongLine(Analyte analyte, string field)
    {
        if (!_known.IsElement(analyte.Name) && _known.Oxide(analyte.Name) is null && _known.Group(analyte.Name, _scheme) is null)
            return Refusal.Of("analyte-unknown", ("analyte", analyte.Name), ("scheme", _scheme ?? Analytes.DefaultScheme)).At($"{field}.name");
        if (Refuse.Undefined(analyte.Unit, $"{field}.unit") is { } undefined)
            return undefined;
        if (analyte.Value is null == analyte.Below is null)
            return Refusal.Of("analyte-needs-one-figure", ("analyte", analyte.Name)).At($"{field}.value");
        if ((analyte.Value ?? analyte.Below) is < 0 or null || (analyte.Value ?? analyte.Below) > analyte.Whole)
            return Refusal.Of("fraction-out-of-range", ("analyte", analyte.Name), ("limit", analyte.Whole)).At(analyte.Value is null ? $"{field}.below" : $"{field}.value");
        if (analyte.Uncertainty is < 0 || analyte.Uncertainty > analyte.Whole || (analyte.Uncertainty is not null && analyte.Value is null))
            return Refusal.Of("uncertainty-out-of-range").At($"{field}.uncertainty");
        return Refuse.Places(analyte.Value / analyte.Whole, Limits.FractionPlaces, $"{field}.value")
            ?? Refuse.Places(analyte.Below / analyte.Whole, Limits.FractionPlaces, $"{field}.below")
            ?? Refuse.Places(analyte.Uncertainty / analyte.Whole, Limits.FractionPlaces, $"{field}.uncertainty");
    }

    /// <summary>An element and its oxide are two ways to write one figure.</summary>
    private Refusal? Contradicting(string field)
    {
        for (var i = 0; i < _analytes.Count; i++)
        {
            if (_known.Oxide(_analytes[i].Name) is not { } oxide || Find(oxide.Element) is not { } element)
                continue;
            var (asOxide, asElement) = (_analytes[i].Fraction * oxide.Factor, element.Fraction);
            var room = Math.Max(asOxide, asElement) * SameFigure + Rounding(_analytes[i]) + Rounding(element) + (_analytes[i].Below ?? 0) / _analytes[i].Whole + (element.Below ?? 0) / element.Whole;
            if (Math.Abs(asOxide - asElement) > room)
                return Refusal.Of("analyte-contradicts", ("oxide", oxide.Formula), ("element", oxide.Element)).At($"{field}[{i}].value");
        }
        return null;
    }

    /// <summary>A total is the sum of its parts; where not all of them are stated it is at least that.</summary>
    private Refusal? WrongGroup(string field)
    {
        for (var i = 0; i < _analytes.Count; i++)
        {
            if (_known.Group(_analytes[i].Name, _scheme) is not { } group)
                continue;
            var parts = group.Elements.Select(e => Part(group, e)).ToList();
            var stated = parts.Where(p => p is not null).Select(p => p!.Value).ToList();
            var (least, most, room) = (stated.Sum(p => p.Fraction), stated.Sum(p => p.Fraction + p.Below), stated.Sum(p => p.Rounding) + Rounding(_analytes[i]));
            var total = _analytes[i].Fraction;
            if (total < least - room || (stated.Count == group.Elements.Count && total > most + room))
                return Refusal.Of("total-is-not-its-parts", ("total", group.Name), ("stated", total), ("parts", least)).At($"{field}[{i}].value");
        }
        return null;
    }

    /// <summary>What is stated of an element, counted as the group counts it.</summary>
    private (decimal Fraction, decimal Below, decimal Rounding)? Part(ElementGroup group, string element)
    {
        var oxide = _known.OxideOf(element);
        var (asOxide, asElement) = (oxide is null ? null : Find(oxide.Formula), Find(element));
        var (stated, factor) = group.As == GroupOf.Oxides
            ? asOxide is not null ? (asOxide, 1) : (asElement, 1 / oxide!.Factor)
            : asElement is not null ? (asElement, 1) : (asOxide, oxide?.Factor ?? 1);
        return stated is null ? null : (stated.Fraction * factor, (stated.Below ?? 0) / stated.Whole * factor, Rounding(stated) * factor);
    }

    /// <summary>Everything together, each element once, is no more than the whole, on whatever basis.</summary>
    private Refusal? OverWhole(string field)
    {
        var sum = _analytes.Where(a => _known.Oxide(a.Name) is not null || (_known.IsElement(a.Name) && (_known.OxideOf(a.Name) is not { } oxide || Find(oxide.Formula) is null))).Sum(a => a.Fraction);
        return Math.Max(sum, sum * _toDry) > Whole ? Refusal.Of("analytes-over-whole", ("sum", Math.Max(sum, sum * _toDry))).At(field) : null;
    }

    private ImmutableArray<ElementContent> ByElement() =>
    [
        .. _analytes.Where(a => _known.Group(a.Name, _scheme) is null)
            .GroupBy(a => _known.Oxide(a.Name)?.Element ?? a.Name)
            // Where a report states both, the element is the figure itself.
            .Select(all => Content(all.Key, all.FirstOrDefault(a => a.Name == all.Key) ?? all.First()))
            .OrderBy(c => c.Element, StringComparer.Ordinal),
    ];

    private ElementContent Content(string element, Analyte stated)
    {
        var factor = (_known.Oxide(stated.Name)?.Factor ?? 1) * _toDry / stated.Whole;
        decimal? Dry(decimal? figure) => figure is { } value ? decimal.Round(value * factor, Limits.FractionPlaces) : null;
        return new(element, Dry(stated.Value) ?? 0, Dry(stated.Uncertainty), Dry(stated.Below));
    }

    private Analyte? Find(string name) => _analytes.FirstOrDefault(a => a.Name == name);

    /// <summary>Half of the last digit that was written, though noughts at the end are lost on the way: never more than 0.5 % of the figure.</summary>
    private static decimal Rounding(Analyte analyte)
    {
        var half = 0.5m;
        for (var places = (analyte.Value ?? 0).Places(); places > 0; places--)
            half /= 10;
        return Math.Min(half / analyte.Whole, analyte.Fraction * 0.005m);
    }
}
