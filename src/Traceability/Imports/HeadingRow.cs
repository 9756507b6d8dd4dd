namespace Traceability.Imports;

/// <summary>The heading of a file, which says what kind of file it is and what stands in which column.</summary>
internal sealed class HeadingRow
{
    private readonly string[] _names;
    private readonly FileSettings _settings;
    private readonly KeptColumns? _kept;
    private readonly (Column? Column, MassUnit? Unit, MassBasis? Basis)[] _read;

    public HeadingRow(string[] names, FileSettings settings, KeptColumns? kept)
    {
        (_names, _settings) = (names, settings);
        _kept = settings.Kind is null || settings.Kind == kept?.Said.Kind ? kept : null;
        var said = settings.Kind ?? _kept?.Said.Kind;
        Kind = FileKind.All.FirstOrDefault(k => k.Name == said) ?? Meant();
        _read = [.. names.Select(Read)];
        Refusal = Kind is null ? Refusal.Of("heading-unknown", ("heading", Shortened(string.Join(", ", names)))) : Wrong(Kind);
    }

    /// <summary>Null where the heading does not tell.</summary>
    public FileKind? Kind { get; }

    public Refusal? Refusal { get; }

    /// <summary>When somebody said what is taken from then; null where nothing is.</summary>
    public DateTimeOffset? RememberedAt => _kept?.SaidAt;

    /// <summary>What stands in each column; null where nothing is read from it.</summary>
    public IEnumerable<Column?> Columns => _read.Select(r => r.Column);

    /// <summary>What is to be said of each column, once all cells have been seen.</summary>
    public ColumnFound[] Found(ColumnEvidence[] evidence)
    {
        var unitPerRow = _read.Any(r => r.Column == Imports.Columns.Unit);
        return [.. _read.Select((read, i) =>
        {
            var (said, kept) = (_settings.At(i + 1), _kept?.Said.At(i + 1) ?? new());
            var others = evidence.Where((_, other) => other != i).ToList();
            return new ColumnFound(
                i + 1, _names[i], IsLeftOut(i) ? FileSettings.LeftOut : read.Column?.Name,
                evidence[i].Decimal(said.Decimal, kept.Decimal, others.Exists(e => e.ShowsPoint), others.Exists(e => e.ShowsComma)), evidence[i].Dates(said.Dates, kept.Dates),
                Unit(read, said.Unit, kept.Unit, unitPerRow), Basis(read, said.Basis, kept.Basis), evidence[i].Some,
                !_settings.Columns.ContainsKey(i + 1) && _kept?.Said.Columns.ContainsKey(i + 1) == true);
        })];
    }

    private static Finding<MassUnit>? Unit((Column? Column, MassUnit? Unit, MassBasis? Basis) read, MassUnit? said, MassUnit? kept, bool perRow) => read.Column is not { Form: CellForm.Mass or CellForm.DryMass } ? null
        : said is not null ? new(said, Certainty.Said)
        : kept is not null ? new(kept, Certainty.Kept)
        : read.Unit is not null ? new(read.Unit, Certainty.Shown)
        : perRow ? new(null, Certainty.Indifferent)
        : new(null, Certainty.Open);

    private static Finding<MassBasis>? Basis((Column? Column, MassUnit? Unit, MassBasis? Basis) read, MassBasis? said, MassBasis? kept) => read.Column is not { Form: CellForm.Mass } ? null
        : said is not null ? new(said, Certainty.Said)
        : kept is not null ? new(kept, Certainty.Kept)
        : read.Basis is not null ? new(read.Basis, Certainty.Shown)
        : new(MassBasis.Wet, Certainty.Assumed);

    /// <summary>The kind that knows most of the columns is meant, so that one misspelt column is named as such; of several, the one whose own number stands there.</summary>
    private FileKind? Meant()
    {
        var (kind, known) = FileKind.All.Select(kind => (kind, Known: Known(kind))).MaxBy(k => (k.Known.Count, k.Known.Contains(k.kind.Number)));
        return known.Contains(kind.Number) ? kind : null;
    }

    private HashSet<Column> Known(FileKind kind) =>
        [.. _names.Select((name, i) => Said(i) is { } said ? kind.Column(said) : Headings.Recognise(kind, name).Column).OfType<Column>()];

    private (Column? Column, MassUnit? Unit, MassBasis? Basis) Read(string name, int at)
    {
        if (Kind is null || IsLeftOut(at))
            return default;
        var (column, unit, basis) = Headings.Recognise(Kind, name);
        if (Said(at) is { } said)
            column = Kind.Column(said);
        // The ledger's own names say what they are in; all others may say it beside.
        if (column is null || !column.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            return column is { Form: CellForm.Mass or CellForm.DryMass } && unit is null && basis is null && Headings.Measure(name) is var (beside, on) ? (column, beside, on) : (column, unit, basis);
        return (column, MassUnit.Kilograms, MassBasis.Wet);
    }

    /// <summary>What stands in a column as its sender says, or as was said of such files before.</summary>
    private string? Said(int at) => _settings.Columns.GetValueOrDefault(at + 1) ?? _kept?.Said.Columns.GetValueOrDefault(at + 1);

    /// <summary>Reasons of refused rows, which came with them, are not read when they are sent again.</summary>
    private bool IsLeftOut(int at) => Said(at) is { } said ? said == FileSettings.LeftOut : at == _names.Length - 1 && _names[at] == FailedRows.Why;

    private Refusal? Wrong(FileKind kind)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (_read[i].Column is null && !IsLeftOut(i))
                return Refusal.Of("column-unknown", ("column", _names[i].Length == 0 ? $"({i + 1})" : _names[i]));
        }
        if (_read.Where(r => r.Column is not null).GroupBy(r => r.Column!).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return Refusal.Of("column-twice", ("column", twice.Key.Name));
        return kind.Columns.FirstOrDefault(c => c.Required && _read.All(r => r.Column != c)) is { } missing ? Refusal.Of("column-missing", ("column", missing.Name)) : null;
    }

    /// <summary>A heading without what surrounds it, no longer than anybody wants to read.</summary>
    public static string Name(string heading) => Shortened(Cell.Storable(heading).Trim('\uFEFF', ' ', '\t', '\u00A0'));

    private static string Shortened(string text) => text.Length <= Limits.NameLength ? text : text[..Limits.NameLength];
}
