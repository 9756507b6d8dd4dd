using CsvHelper;
using Traceability.Access;

namespace Traceability.Imports;

/// <summary>A file read into entries: UTF-8, cells separated by commas or semicolons, quotes as in RFC 4180, one heading line.</summary>
/// <remarks>It is read to its end before anything is recorded, because rows of one entry need not follow each other.
/// <see cref="Limits.ImportBytes"/> and <see cref="Limits.ImportRows"/> bound what that takes.</remarks>
internal sealed class CsvFile
{
    private readonly string _name;
    private readonly FileKind? _kind;
    private readonly RowOutcome? _refused;

    private CsvFile(string name, FileKind? kind, IReadOnlyList<FileEntry> entries, RowOutcome? refused) =>
        (_name, _kind, Entries, _refused) = (name, kind, entries, refused);

    public IReadOnlyList<FileEntry> Entries { get; }

    public ImportReport Report() =>
        new(_name, _kind?.Name, _refused is null ? [.. Entries.SelectMany(e => e.Outcomes()).OrderBy(o => o.Row)] : [_refused]);

    public static async Task<CsvFile> Read(Stream content, string name, Actor actor, CancellationToken stop)
    {
        if (await Bytes(content, stop) is not { } bytes)
            return Refused(name, null, 1, Refusal.Of("too-large", ("bytes", Limits.ImportBytes)));

        var malformed = false;
        using var csv = CsvReader.Create(bytes, new()
        {
            Separator = SeparatorOf(bytes.Span),
            HasHeader = false,
            // An unclosed quote spoils its row, not the rest of the file.
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = _ => malformed = true,
            TrackLineNumbers = true,
            PoolStrings = true,
        });
        if (!csv.Read())
            return Refused(name, null, 1, Refusal.Of("file-empty"));
        var heading = Heading.Read(Cells(csv));
        if (heading.Refusal is { } wrong)
            return Refused(name, heading.Kind, (int)csv.LineNumber, wrong);

        var rows = new List<Row>();
        while (csv.Read())
        {
            var cells = Cells(csv);
            // Spreadsheets like to end with rows of separators.
            if (cells.All(string.IsNullOrWhiteSpace))
                continue;
            if (rows.Count == Limits.ImportRows)
                return Refused(name, heading.Kind, (int)csv.LineNumber, Refusal.Of("too-many-rows", ("limit", Limits.ImportRows)));
            rows.Add(heading.Row((int)csv.LineNumber, cells, malformed));
            malformed = false;
        }
        return new(name, heading.Kind, [.. Grouped(rows, heading.Kind!.GroupedBy).Select(group => new FileEntry(heading.Kind, actor, group))], null);
    }

    /// <summary>The whole file, or null when it is larger than allowed.</summary>
    private static async Task<ReadOnlyMemory<byte>?> Bytes(Stream content, CancellationToken stop)
    {
        using var whole = new MemoryStream();
        var part = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(part, stop)) > 0;)
        {
            if (whole.Length + read > Limits.ImportBytes)
                return null;
            whole.Write(part, 0, read);
        }
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    private static string[] Cells(CsvReader csv) => [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i))];

    /// <summary>No heading has a semicolon in its name: one in the first line can only separate.</summary>
    private static char SeparatorOf(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf((byte)';') is var semicolon and >= 0 && semicolon < (uint)bytes.IndexOfAny((byte)'\r', (byte)'\n') ? ';' : ',';

    /// <summary>Rows of one entry come together at the place of the first.</summary>
    private static IEnumerable<IReadOnlyList<Row>> Grouped(List<Row> rows, IReadOnlyList<Column> by) => by.Count == 0
        ? rows.Select(row => (IReadOnlyList<Row>)[row])
        : rows.GroupBy(row => string.Join('\u001f', by.Select(column => column.Required ? row.Text(column) : row.Cell(column)))).Select(group => (IReadOnlyList<Row>)[.. group]);

    private static CsvFile Refused(string name, FileKind? kind, int line, Refusal refusal) =>
        new(name, kind, [], new(line, "", RowResult.Refused, null, refusal, refusal.Values.GetValueOrDefault("column"), null, []));
}
