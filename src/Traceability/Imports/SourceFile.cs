namespace Traceability.Imports;

/// <summary>The table in a file: of a workbook a sheet, of text its lines, and which of its first rows is the heading.</summary>
/// <param name="Table">Null where there is none.</param>
/// <param name="Line">Line of the heading, or of what is wrong.</param>
internal sealed record SourceFile(
    Workbook? Book, ISourceTable? Table, string? Encoding, char? Separator, string? Sheet, int Line, Cell[] Heading, Refusal? Refusal)
{
    /// <summary>Titles, addresses and dates may stand above the heading, but not more lines than that.</summary>
    private const int RowsAbove = 20;

    private readonly record struct Start(int Line, Cell[] Cells, int Known, Refusal? Refusal);

    public static SourceFile Open(Stream content, FileSettings settings)
    {
        Span<byte> first = stackalloc byte[8];
        content.Position = 0;
        first = first[..content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        // A workbook of the old kind, or one with a password.
        if (first.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0]))
            return Refused(null, 1, Workbook.Unreadable);
        return first.StartsWith("PK\u0003\u0004"u8) || first.StartsWith("PK\u0005\u0006"u8) ? OfWorkbook(content, settings) : OfText(content, settings);
    }

    private static SourceFile OfWorkbook(Stream content, FileSettings settings)
    {
        var (book, refusal) = Workbook.Open(content);
        if (book is null)
            return Refused(null, 1, refusal!);
        if (settings.Sheet is { } wanted && !book.Sheets.Contains(wanted))
            return Refused(book, 1, Refusal.Of("sheet-unknown", ("sheet", wanted), ("sheets", string.Join(", ", book.Sheets.Take(20)))));
        var (name, table, start) = book.Sheets.Where(s => settings.Sheet is null || s == settings.Sheet).Take(RowsAbove)
            .Select(sheet => (sheet, Table: book.Sheet(sheet))).Select(s => (s.sheet, s.Table, Start: Beginning(s.Table))).MaxBy(s => s.Start.Known);
        return start.Refusal is { } why ? Refused(book, start.Line, why) : new(book, table, null, null, name, start.Line, start.Cells, null);
    }

    private static SourceFile OfText(Stream content, FileSettings settings)
    {
        var encoding = settings.Encoding ?? TextEncoding.Of(content);
        // The separator that makes most of the headings known; of several that make none, the one that makes most cells.
        var (separator, table, start) = (settings.Separator is { } said ? [said] : CsvTable.Separators.ToCharArray())
            .Select(c => (c, Table: new CsvTable(content, TextEncoding.Named(encoding), c))).Select(s => (s.c, s.Table, Start: Beginning(s.Table)))
            .MaxBy(s => (s.Start.Known, s.Start.Cells.Length));
        return start.Refusal is { } why ? Refused(null, start.Line, why) : new(null, table, encoding, separator, null, start.Line, start.Cells, null);
    }

    /// <summary>The heading is the row of which most is known; where none is known, the first.</summary>
    private static Start Beginning(ISourceTable table)
    {
        Start? best = null;
        var read = 0;
        foreach (var row in table.Rows())
        {
            if (row.Ends is { } why)
                return best ?? new(row.Line, [], 0, why);
            if (row.IsEmpty)
                continue;
            var known = row.Cells.Count(c => Headings.IsKnown(c.Text));
            if (best is null || known > Math.Max(1, best.Value.Known))
                best = new(row.Line, row.Cells, known, null);
            if (++read == RowsAbove)
                break;
        }
        return best ?? new(1, [], 0, Refusal.Of("file-empty"));
    }

    private static SourceFile Refused(Workbook? book, int line, Refusal why) => new(book, null, null, null, null, line, [], why);
}
