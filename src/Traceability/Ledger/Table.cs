using Marten;

namespace Traceability.Ledger;

/// <summary>Rows of one table on their way into the transaction: one statement however many there are.</summary>
internal sealed class Table<TRow>(string name, string suffix = "")
{
    private readonly List<(string Name, string Cast, Func<List<TRow>, object> Values)> _columns = [];
    private readonly List<TRow> _rows = [];

    public Table<TRow> With<T>(string column, Func<TRow, T> value, string cast = "")
    {
        _columns.Add((column, cast, rows => rows.Select(value).ToArray()));
        return this;
    }

    public void Add(TRow row) => _rows.Add(row);

    public void Queue(IDocumentSession session)
    {
        if (_rows.Count == 0)
            return;
        var columns = string.Join(", ", _columns.Select(c => $"\"{c.Name}\""));
        var selected = string.Join(", ", _columns.Select(c => $"u.\"{c.Name}\"{c.Cast}"));
        var marks = string.Join(", ", _columns.Select(_ => "?"));
        session.QueueSqlCommand(
            $"insert into ledger.{name} ({columns}) select {selected} from unnest({marks}) as u({columns}) {suffix}",
            [.. _columns.Select(c => c.Values(_rows))]);
        _rows.Clear();
    }
}
