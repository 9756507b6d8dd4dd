using Traceability.Access;

namespace Traceability.Imports;

/// <summary>A file read into entries.</summary>
/// <remarks>It is read to its end before anything is recorded, because rows of one entry need not follow each other.
/// <see cref="Limits.ImportBytes"/> and <see cref="Limits.ImportRows"/> bound what that takes.</remarks>
internal sealed class EntryFile
{
    private readonly RowOutcome? _refused;

    private EntryFile(string name, FileKind? kind, FileFound? found, IReadOnlyList<FileEntry> entries, RowOutcome? refused) =>
        (Name, Kind, Found, Entries, _refused) = (Cell.Storable(name), kind, found, entries, refused);

    public string Name { get; }
    public FileKind? Kind { get; }
    public FileFound? Found { get; }

    public IReadOnlyList<FileEntry> Entries { get; }

    public int Rows => Entries.Sum(e => e.Rows.Count);

    /// <summary>What was said before of such files, and holds for this one.</summary>
    public KeptColumns? Kept { get; private init; }

    /// <summary>Takes longer to record than anybody waits for.</summary>
    public bool IsLong => Rows > Limits.ImportRowsAtOnce;

    public ImportReport Report() => new(Name, Kind?.Name, _refused is null ? [.. Entries.SelectMany(e => e.Outcomes()).OrderBy(o => o.Row)] : [_refused], Found);

    /// <param name="content">If it cannot be sought in, it is copied up to the limit.</param>
    public static async Task<EntryFile> Read(Stream content, string name, Actor actor, FileSettings settings, RecallColumns? recall, CancellationToken stop)
    {
        await using var stored = new Spool();
        if (!content.CanSeek && !await stored.Take(content, stop) || content.CanSeek && content.Length > Limits.ImportBytes)
            return Refused(name, null, null, 1, Refusal.Of("too-large", ("bytes", Limits.ImportBytes)));

        KeptColumns? kept = null;
        using var file = await ImportedFile.Open(content.CanSeek ? content : stored.Content, settings, recall is null ? null : async (headings, kind, cancelled) => kept = await recall(headings, kind, cancelled), stop);
        if (file.Refusal is { } refusal)
            return Refused(name, file.Kind, file.Found, file.Line, refusal);
        var rows = file.Rows().ToList();
        return new(name, file.Kind, file.Found, [.. Grouped(rows, file.Kind!.GroupedBy).Select(group => new FileEntry(file.Kind, actor, group))], null) { Kept = kept };
    }

    /// <summary>Rows of one entry come together at the place of the first.</summary>
    private static IEnumerable<IReadOnlyList<Row>> Grouped(List<Row> rows, IReadOnlyList<Column> by) => by.Count == 0
        ? rows.Select(row => (IReadOnlyList<Row>)[row])
        : rows.GroupBy(row => string.Join('\u001f', by.Select(column => column.Required ? row.Text(column) : row.Cell(column)))).Select(group => (IReadOnlyList<Row>)[.. group]);

    private static EntryFile Refused(string name, FileKind? kind, FileFound? found, int line, Refusal refusal) =>
        new(name, kind, found, [], Outcome(line, refusal));

    private static RowOutcome Outcome(int line, Refusal refusal) => new(line, "", RowResult.Refused, null, refusal, refusal.Values.GetValueOrDefault("column"), null, []);
}
