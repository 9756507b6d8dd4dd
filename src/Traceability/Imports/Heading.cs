namespace Traceability.Imports;

/// <summary>The first line of a file, which says what kind of file it is.</summary>
internal sealed class Heading
{
    private readonly Dictionary<Column, int> _places = [];
    private readonly int _width;

    private Heading(FileKind? kind, int width, Refusal? refusal) => (Kind, _width, Refusal) = (kind, width, refusal);

    public FileKind? Kind { get; }
    public Refusal? Refusal { get; }

    public static Heading Read(string[] cells)
    {
        string[] names = [.. cells.Select(c => c.Trim('\uFEFF', ' ', '\t'))];
        // The kind that knows most of the columns is meant, so that one misspelt column is named as such; of several, the one whose own number stands there.
        var kind = FileKind.All.MaxBy(k => (names.Count(n => k.Column(n) is not null), names.Contains(k.Number.Name, StringComparer.OrdinalIgnoreCase)))!;
        if (!names.Contains(kind.Number.Name, StringComparer.OrdinalIgnoreCase))
            return new(null, names.Length, Refusal.Of("heading-unknown", ("heading", Shortened(string.Join(", ", names)))));

        var heading = new Heading(kind, names.Length, Wrong(kind, names));
        for (var i = 0; i < names.Length && heading.Refusal is null; i++)
            heading._places.Add(kind.Column(names[i])!, i);
        return heading;
    }

    /// <summary>One row under this heading, already marked if it cannot be read as a whole.</summary>
    public Row Row(int line, string[] cells, bool malformed)
    {
        var row = new Row(line, _places, cells);
        if (malformed)
            row.Misread(null, Refusal.Of("quotes-malformed"));
        if (cells.Length != _width)
            row.Misread(null, Refusal.Of("ragged-row", ("cells", cells.Length), ("columns", _width)));
        foreach (var (column, at) in _places.Where(p => p.Value < cells.Length))
        {
            if (cells[at].Contains('\0'))
                row.Misread(column, Refusal.Of("nul-in-cell"));
            else if (cells[at].Contains('\uFFFD'))
                row.Misread(column, Refusal.Of("not-utf-8"));
        }
        return row;
    }

    private static Refusal? Wrong(FileKind kind, string[] names)
    {
        if (names.FirstOrDefault(n => kind.Column(n) is null) is { } unknown)
            return Refusal.Of("column-unknown", ("column", Shortened(unknown)));
        if (names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return Refusal.Of("column-twice", ("column", twice.Key));
        return kind.Columns.FirstOrDefault(c => c.Required && !names.Contains(c.Name, StringComparer.OrdinalIgnoreCase)) is { } missing
            ? Refusal.Of("column-missing", ("column", missing.Name))
            : null;
    }

    private static string Shortened(string text) => text.Length <= Limits.NameLength ? text : text[..Limits.NameLength];
}
