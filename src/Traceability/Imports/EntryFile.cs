using Traceability.Access;

namespace Traceability.Imports;

/// <summary>A file read into entries.</summary>
/// <remarks>It is read to its end before anything is recorded, because rows of one entry need not follow each other.
/// <see cref="Limits.ImportBytes"/> and <see cref="Limits.ImportRows"/> bound what that takes.</remarks>
internal sealed class EntryFile
{
    private readonly RowOutcome? _refused;

    private EntryFile(string name, FileKind? kind, FileFound? found, int rows, IReadOnlyList<FileEntry> entries, RowOutcome? refused) =>
        (Name, Kind, Found, Rows, Entries, _refused) = (Cell.Storable(name), kind, found, rows, entries, refused);

    public string Name { get; }
    public FileKind? Kind { get; }
    public FileFound? Found { get; }

    public IReadOnlyList<FileEntry> Entries { get; }

    /// <summary>None of a file that is refused as a whole.</summary>
    public int Rows { get; }

    /// <summary>What was said before of such files, and holds for this one.</summary>
    public KeptColumns? Kept { get; private init; }

    /// <summary>Takes longer to record than anybody waits for.</summary>
    public bool IsLong => Rows > Limits.ImportRowsAtOnce;

    public ImportReport Report() => new(Name, Kind?.Name, _refused is null ? [.. Entries.SelectMany(e => e.Outcomes()).OrderBy(o => o.Row)] : [_refused], Found);

    /// <param name="content">If it cannot be sought in, it is copied up to the limit.</param>
    public static Task<EntryFile> Read(Stream content, string name, Actor actor, FileSettings settings, RecallColumns? recall, CancellationToken stop) => Read(content, name, actor, settings, recall, whole: true, stop);

    /// <summary>The same without the entries of a long file, which is read again when its turn comes: whoever sends one is not to fill the memory with it twice.</summary>
    public static Task<EntryFile> Arriving(Stream content, string name, Actor actor, FileSettings settings, RecallColumns? recall, CancellationToken stop) => Read(content, name, actor, settings, recall, whole: false, stop);

    private static async Task<EntryFile> Read(Stream content, string name, Actor actor, FileSettings settings, RecallColumns? recall, bool whole, CancellationToken stop)
    {
        await using var stored = new Spool();
        if (!content.CanSeek && !await stored.Take(content, stop) || content.CanSeek && content.Length > Limits.ImportBytes)
            return Refused(name, null, null, 1, Refusal.Of("too-large", ("bytes", Limits.ImportBytes)));

        KeptColumns? kept = null;
        using var file = await ImportedFile.Open(content.CanSeek ? content : stored.Content, settings, recall is null ? null : async (headings, kind, cancelled) => kept = await recall(headings, kind, cancelled), stop);
        if (file.Refusal is { } refusal)
            return Refused(name, file.Kind, file.Found, file.Line, refusal);
        var rows = whole || file.Found!.Rows <= Limits.ImportRowsAtOnce ? file.Rows().ToList() : [];
        return new(name, file.Kind, file.Found, file.Found!.Rows, [.. Grouped(rows, file.Kind!.GroupedBy).Select(group => new FileEntry(file.Kind, actor, group))], null) { Kept = kept };
    }

    /// <summary>Rows of one entry come together at the place of the first.</summary>
    private static IEnumerable<IReadOnlyList<Row>> Grouped(List<Row> rows, IReadOnlyList<Column> by) => by.Count == 0
        ? rows.Select(row => (IReadOnlyList<Row>)[row])
        : rows.GroupBy(row => string.Join('\u001f', by.Select(column => column.Required ? row.Text(column) : row.Cell(column)))).Select(group => (IReadOnlyList<Row>)[.. group]);

    private static EntryFile Refused(string name, FileKind? kind, FileFound? found, int line, Refusal refusal) =>
        new(name, kind, found, 0, [], Outcome(line, refusal));

    private static RowOutcome Outcome(int line, Refusal refusal) => new(line, "", RowResult.Refused, null, refusal, refusal.Values.GetValueOrDefault("column"), null, []);
}
