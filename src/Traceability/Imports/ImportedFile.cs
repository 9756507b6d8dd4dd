namespace Traceability.Imports;

/// <summary>How the cells of a column are read.</summary>
/// <param name="At">Place, counted from 0.</param>
internal sealed record ColumnReading(int At, Finding<DecimalMark>? Mark, Finding<DateOrder>? Dates, MassUnit? Unit, MassBasis? Basis);

/// <summary>A stored file, opened: what it is, how it is written, and its rows, which can be read as often as wanted, a row at a time.</summary>
/// <remarks>Opening reads it twice from beginning to end, so that how a column is written is known before its first cell is read.</remarks>
internal sealed class ImportedFile : IDisposable
{
    private readonly Workbook? _book;
    private readonly ISourceTable? _table;
    private readonly FileSettings _settings;
    private readonly Dictionary<Column, ColumnReading> _places;
    private readonly int _width;

    private ImportedFile(
        Workbook? book, ISourceTable? table, FileSettings settings, FileFound? found, FileKind? kind, Dictionary<Column, ColumnReading> places, int width, int line, Refusal? refusal) =>
        (_book, _table, _settings, Found, Kind, _places, _width, Line, Refusal) = (book, table, settings, found, kind, places, width, line, refusal);

    /// <summary>Null where nothing could be read.</summary>
    public FileFound? Found { get; }

    public FileKind? Kind { get; }

    /// <summary>Why none of its rows can be read.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Line that <see cref="Refusal"/> is about.</summary>
    public int Line { get; }

    /// <param name="content">Can be sought in, and stays open as long as the file is.</param>
    public static async Task<ImportedFile> Open(Stream content, FileSettings settings, RecallColumns? recall, CancellationToken stop)
    {
        var source = SourceFile.Open(content, settings);
        if (source.Table is null)
            return new(source.Book, null, settings, null, null, [], 0, source.Line, source.Refusal);
        string[] names = [.. source.Heading.Select(c => HeadingRow.Name(c.Text))];
        return Survey(source, names, settings, recall is null ? null : await recall(names, settings.Kind, stop));
    }

    /// <summary>Its rows under the heading, in the order of the file; what cannot be read is marked in its row.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public IEnumerable<Row> Rows()
    {
        if (_table is null || Refusal is not null)
            throw new InvalidOperationException("A refused file has no rows.");
        return Under(_table, Found!.HeadingLine).Select(row => ToRow(row));
    }

    public void Dispose() => _book?.Dispose();

    private static IEnumerable<SourceRow> Under(ISourceTable table, int heading) => table.Rows().Where(row => row.Line > heading && !row.IsEmpty);

    private static ImportedFile Survey(SourceFile source, string[] names, FileSettings settings, KeptColumns? kept)
    {
        var (table, width) = (source.Table!, source.Heading.Length);
        var headings = new HeadingRow(names, settings, kept);
        var evidence = headings.Columns.Select(c => new ColumnEvidence(c)).ToArray();
        var (rows, line, size) = (0, source.Line, new FileSize(headings.Columns.ToList().IndexOf(Columns.Serials)));
        var refusal = width > Limits.ImportColumns ? Refusal.Of("too-many-columns", ("limit", Limits.ImportColumns)) : headings.Refusal;
        foreach (var row in Under(table, source.Line))
        {
            if ((row.Ends ?? size.Add(row)) is { } tooMuch)
            {
                (line, refusal) = (row.Line, tooMuch);
                break;
            }
            rows++;
            for (var i = 0; i < Math.Min(row.Cells.Length, evidence.Length); i++)
                evidence[i].Add(row.Cells[i]);
        }
        var columns = headings.Found(evidence);
        var found = new FileFound(
            source.Book is null ? "csv" : "xlsx", source.Encoding, source.Separator is { } separator ? FileSettings.Separators.Single(s => s.Value == separator).Key : null, source.Sheet, source.Book?.Sheets ?? [],
            source.Line, headings.Kind?.Name, settings.Zone?.Id, rows, columns, headings.RememberedAt);
        var places = new Dictionary<Column, ColumnReading>();
        foreach (var (column, at) in headings.Columns.Select((c, i) => (c, i)).Where(c => c.c is not null))
            places.TryAdd(column!, new(at, columns[at].Decimal, columns[at].Dates, columns[at].Unit?.Value, columns[at].Basis?.Value));
        return new(source.Book, table, settings, found, headings.Kind, places, width, line, refusal);
    }

    /// <summary>What the rows seen so far amount to.</summary>
    /// <param name="serials">Place of the column that lists serials, or less than nothing.</param>
    private sealed class FileSize(int serials)
    {
        private int _rows, _cells, _serials;
        private long _characters;

        /// <returns>Why no more can be taken.</returns>
        public Refusal? Add(SourceRow row)
        {
            _cells += row.Cells.Length;
            foreach (var cell in row.Cells)
                _characters += cell.Text.Length;
            if (serials >= 0 && serials < row.Cells.Length)
                _serials += SerialRange.Count(row.Cells[serials].Text);
            return ++_rows > Limits.ImportRows ? Refusal.Of("too-many-rows", ("limit", Limits.ImportRows))
                : _cells > Limits.ImportCells ? Refusal.Of("too-many-cells", ("limit", Limits.ImportCells))
                : _characters > Limits.ImportText ? Refusal.Of("too-much-text", ("limit", Limits.ImportText))
                : _serials > Limits.ImportSerials ? Refusal.Of("too-many-serials-in-file", ("limit", Limits.ImportSerials))
                : null;
        }
    }

    /// <summary>One row under the heading, already marked if it cannot be read as a whole.</summary>
    private Row ToRow(SourceRow source)
    {
        var row = new Row(source.Line, _places, _settings.Zone, [.. source.Cells.Select(c => c with { Text = Imports.Cell.Storable(c.Text) })]);
        if ((source.Wrong ?? source.Ends) is { } wrong)
            row.Misread(null, wrong);
        // Sheets have no cells after the last that is filled in.
        if (_book is null ? source.Width != _width : source.Width > _width)
            row.Misread(null, Refusal.Of("ragged-row", ("cells", source.Width), ("columns", _width)));
        foreach (var (column, place) in _places.Where(p => p.Value.At < source.Cells.Length))
        {
            if (Spoilt(source.Cells[place.At], _book is null ? Found!.Encoding! : "utf-8") is { } why)
                row.Misread(column, why);
        }
        return row;
    }

    private static Refusal? Spoilt(Cell cell, string encoding) => cell.Kind switch
    {
        CellKind.FormulaFailed => Refusal.Of("formula-failed"),
        CellKind.FormulaUncounted => Refusal.Of("formula-uncounted"),
        CellKind.Merged => Refusal.Of("cell-merged"),
        _ when cell.Text.Contains('\0', StringComparison.Ordinal) => Refusal.Of("nul-in-cell"),
        _ when cell.Text.Contains('\uFFFD', StringComparison.Ordinal) => encoding == "utf-8" ? Refusal.Of("not-utf-8") : Refusal.Of("not-text", ("encoding", encoding)),
        _ => null,
    };
}
