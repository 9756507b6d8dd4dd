using Microsoft.Extensions.Primitives;

namespace Traceability.Imports;

/// <summary>How the cells of a column are written. Null is what the file itself shows.</summary>
public sealed record ColumnSettings(DecimalMark? Decimal = null, DateOrder? Dates = null, MassUnit? Unit = null, MassBasis? Basis = null)
{
    internal ColumnSettings Or(ColumnSettings other) => new(Decimal ?? other.Decimal, Dates ?? other.Dates, Unit ?? other.Unit, Basis ?? other.Basis);
}

/// <summary>What the sender says about a file. What he leaves out is found in the file itself, and shown to him.</summary>
/// <remarks>The same names serve as fields of the form, as parameters of the address and wherever settings are stored.
/// <c>decimal</c>, <c>dates</c>, <c>unit</c> and <c>basis</c> hold for all columns, or with a number (<c>unit.4</c>) for the column at that place, counted from 1;
/// <c>column.4</c> says what stands in it.</remarks>
public sealed record FileSettings
{
    /// <summary>Instead of a column's name: what stands there is left out.</summary>
    public const string LeftOut = "-";

    public static IReadOnlyDictionary<string, char> Separators { get; } = new Dictionary<string, char> { ["comma"] = ',', ["semicolon"] = ';', ["tab"] = '\t', ["bar"] = '|' };
    public static IReadOnlyDictionary<string, DecimalMark> Marks { get; } = new Dictionary<string, DecimalMark> { ["point"] = DecimalMark.Point, ["comma"] = DecimalMark.Comma };
    public static IReadOnlyDictionary<string, DateOrder> Orders { get; } = new Dictionary<string, DateOrder> { ["day-first"] = DateOrder.DayFirst, ["month-first"] = DateOrder.MonthFirst };

    public static IReadOnlyDictionary<string, MassUnit> Units { get; } =
        new Dictionary<string, MassUnit> { ["kg"] = MassUnit.Kilograms, ["t"] = MassUnit.Tonnes, ["g"] = MassUnit.Grams, ["lb"] = MassUnit.Pounds };

    public static IReadOnlyDictionary<string, MassBasis> Bases { get; } = new Dictionary<string, MassBasis> { ["wet"] = MassBasis.Wet, ["dry"] = MassBasis.Dry };

    public static readonly FileSettings None = new();

    /// <summary>One of <see cref="TextEncoding.Names"/>.</summary>
    public string? Encoding { get; private set; }

    public char? Separator { get; private set; }
    public string? Sheet { get; private set; }

    /// <summary>Name of the kind of file, where the heading does not tell.</summary>
    public string? Kind { get; private set; }

    /// <summary>Where times without an offset were written down.</summary>
    public TimeZoneInfo? Zone { get; private set; }

    private ColumnSettings Whole { get; set; } = new();
    private Dictionary<int, ColumnSettings> Single { get; } = [];

    /// <summary>Names of columns by place, counted from 1; <see cref="LeftOut"/> for none.</summary>
    public Dictionary<int, string> Columns { get; } = [];

    /// <param name="place">Counted from 1.</param>
    public ColumnSettings At(int place) => Single.GetValueOrDefault(place)?.Or(Whole) ?? Whole;

    /// <summary>Reads the settings among other fields; empty ones are not said.</summary>
    /// <returns>The settings, or the field that cannot be read.</returns>
    public static (FileSettings Settings, string? Wrong) Read(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        var settings = new FileSettings();
        foreach (var (name, values) in fields)
        {
            if (values.ToString() is { Length: > 0 and <= Limits.NameLength } value && !settings.Take(name, value))
                return (settings, name);
        }
        return (settings, null);
    }

    private bool Take(string name, string value)
    {
        var (what, place) = name.Split('.') is [var first, var number] && int.TryParse(number, out var at) && at is >= 1 and <= Limits.ImportColumns ? (first, at) : (name, 0);
        switch (what)
        {
            case "encoding":
                Encoding = value;
                return TextEncoding.Names.Contains(value);
            case "separator":
                Separator = Separators.GetValueOrDefault(value);
                return Separators.ContainsKey(value);
            case "sheet":
                Sheet = value;
                return true;
            case "kind":
                Kind = value;
                return FileKind.All.Any(k => k.Name == value);
            case "zone":
                Zone = ZoneOf(value);
                return Zone is not null;
            case "decimal":
                return Marks.TryGetValue(value, out var mark) && Set(place, new(Decimal: mark));
            case "dates":
                return Orders.TryGetValue(value, out var order) && Set(place, new(Dates: order));
            case "unit":
                return Units.TryGetValue(value, out var unit) && Set(place, new(Unit: unit));
            case "basis":
                return Bases.TryGetValue(value, out var basis) && Set(place, new(Basis: basis));
            case "column" when place > 0:
                Columns[place] = value;
                return value == LeftOut || FileKind.All.Any(k => k.Column(value) is not null);
            default:
                return true;
        }
    }

    private bool Set(int place, ColumnSettings said)
    {
        if (place == 0)
            Whole = said.Or(Whole);
        else
            Single[place] = said.Or(Single.GetValueOrDefault(place) ?? new());
        return true;
    }

    /// <summary>By an IANA name or an offset.</summary>
    internal static TimeZoneInfo? ZoneOf(string text) =>
        Ledger.Zone.TryParse(text, null, out var zone) ? zone.Days
        : WrittenTime.TryOffset(text, out var offset) ? TimeZoneInfo.CreateCustomTimeZone(text, offset, text, text)
        : null;
}
