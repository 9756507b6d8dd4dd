using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>The rows of one file that together say one thing: a batch, a shipment with its lines, a process run.</summary>
internal sealed partial class FileEntry(FileKind kind, Actor actor, IReadOnlyList<Row> rows)
{
    private IReadOnlyList<Row> _rows = rows;

    /// <summary>Row of each line of the command, by the path a refusal gives it, e.g. <c>lines[2]</c>. Null where it has none: most files are long and have one row an entry.</summary>
    private Dictionary<string, Row>? _lines;

    public Actor Actor => actor;
    public Row First => _rows[0];
    public DateTimeOffset OccurredAt => First.Time(kind.Time);
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Null while it was not read, and where a row cannot be read.</summary>
    public ICommand? Command { get; private set; }

    /// <summary>Null where the ledger was not asked.</summary>
    public Answer? Answer { get; set; }

    /// <summary>False where the answer says only what would be recorded.</summary>
    public bool WasKept { get; set; } = true;

    /// <summary>Reads the rows into the command. Read again once more names are known.</summary>
    public void Read(NamedIds ids)
    {
        CheckRepeats();
        var command = kind.Command(this, ids);
        Command = _rows.Any(r => r.Wrong is not null) ? null : command;
    }

    /// <summary>It was told what would become of it: of a long file nothing more is kept than its rows.</summary>
    public void Forget() => (Command, Answer) = (null, null);

    /// <summary>It was told what became of it, and nobody asks again.</summary>
    public void ForgetAll() => (Command, Answer, _rows, _lines) = (null, null, [], null);

    /// <summary>The rows as lines of the command, each remembered under the path that a refusal will name.</summary>
    public List<T> Lines<T>(string path, Func<Row, bool> which, Func<Row, T> read)
    {
        var lines = new List<T>();
        foreach (var row in _rows.Where(which))
        {
            (_lines ??= [])[$"{path}[{lines.Count}]"] = row;
            lines.Add(read(row));
        }
        return lines;
    }

    /// <summary>What all rows list in a column, each value once.</summary>
    public List<T> All<T>(Func<Row, IEnumerable<T>> list) => [.. _rows.SelectMany(list).Distinct()];

    /// <param name="startedAt">When an import in the background began: what it recorded before it was interrupted is not there already, it is its own.</param>
    public IEnumerable<RowOutcome> Outcomes(DateTimeOffset? startedAt = null)
    {
        var number = First.Cell(kind.Number) ?? "";
        if (Command is not null && Answer is null)
            return _rows.Select(row => new RowOutcome(row.Line, number, RowResult.Good, null, null, null, null, []));
        if (Answer?.Recorded is { } recorded)
        {
            var result = !recorded.IsNew && !(recorded.RecordedAt > startedAt) ? RowResult.AlreadyThere : WasKept ? RowResult.Recorded : RowResult.Good;
            return _rows.Select((row, i) => new RowOutcome(row.Line, number, result, result == RowResult.Good ? null : recorded.Id, null, null, null, i == 0 ? recorded.Alarms : []));
        }
        var (culprit, reason) = Reason();
        var elsewhere = new Misreading(Refusal.Of("other-row-refused", ("row", culprit.Line)), null, null);
        return _rows.Select(row =>
        {
            var said = row == culprit ? reason : row.Wrong ?? elsewhere;
            return new RowOutcome(row.Line, number, RowResult.Refused, null, said.Refusal, said.Column?.Name, said.Value, []);
        });
    }

    /// <summary>An entry is recorded whole or not at all, for the reason of one of its rows.</summary>
    private (Row Culprit, Misreading Reason) Reason()
    {
        if (_rows.FirstOrDefault(r => r.Wrong is not null) is { } misread)
            return (misread, misread.Wrong!);
        var refusal = Answer?.Refusal ?? throw new InvalidOperationException("An entry that could be read has no answer.");
        var path = refusal.Field ?? "";
        var line = _lines?.GetValueOrDefault(Line().Match(path).Value);
        var row = line ?? First;
        // The innermost name that a column fills: terms.licence.number stands in the column of the licence.
        var names = Name().Matches(path).Select(name => name.Value).ToList();
        var column = kind.Columns.FirstOrDefault(c => c.FillsIn(string.Join('.', names))) ?? names.AsEnumerable().Reverse()
            .Select(name => kind.Columns.FirstOrDefault(c => c.Fills(name) && !(c.OfEntry && line is not null)))
            .FirstOrDefault(c => c is not null);
        var cell = column is null ? null : row.Cell(column);
        // Ids that the file did not name would tell the reader of something he may not see; what he named himself may be said again.
        var shown = refusal.Code != "not-found" ? refusal : (cell is null ? Refusal.Of("not-found") : Refusal.Of("name-unknown", ("name", cell))) with { Field = refusal.Field };
        return (row, new(shown, column, cell));
    }

    private void CheckRepeats()
    {
        foreach (var column in kind.Columns.Where(c => c.OfEntry))
        {
            var first = First.Cell(column);
            foreach (var row in _rows.Skip(1).Where(r => r.Cell(column) is { } later && later != first))
                row.Misread(column, Refusal.Of("contradicts-first-row", ("row", First.Line), ("first", first ?? "")));
        }
    }

    [GeneratedRegex(@"^\w+\[\d+\]")]
    private static partial Regex Line();

    [GeneratedRegex(@"[a-zA-Z]+")]
    private static partial Regex Name();
}
