using Marten;

namespace Traceability.Ledger;

/// <summary>Rows of where each serial is: the one before is closed, the new one stands beside it.</summary>
internal sealed class SerialRows(States states)
{
    // One list after the other: a serial may move twice in a chunk.
    private readonly List<IReadOnlyList<SerialMove>> _lists = [];

    public void Add(IReadOnlyList<SerialMove> moves)
    {
        if (moves.Count > 0)
            _lists.Add(moves);
    }

    public void Queue(IDocumentSession session)
    {
        foreach (var moves in _lists)
            Move(session, moves);
    }

    private void Move(IDocumentSession session, IReadOnlyList<SerialMove> moves)
    {
        var moved = moves.Where(m => m.Change != SerialChange.Made).ToList();
        if (moved.Count > 0)
        {
            session.QueueSqlCommand(
                "update ledger.serials s set superseded_by = u.fact_id, superseded_at = ? from unnest(?, ?, ?) as u(maker_id, serial, fact_id) "
                    + "where s.maker_id = u.maker_id and s.serial = u.serial and s.superseded_at is null",
                states.Now, moved.Select(m => m.MakerId).ToArray(), moved.Select(m => m.Serial).ToArray(), moved.Select(m => m.FactId).ToArray());
        }
        var table = new Table<SerialMove>("serials")
            .With("maker_id", r => r.MakerId).With("serial", r => r.Serial).With("batch_id", r => r.BatchId).With("installed_in", r => r.InstalledIn)
            .With("change", r => r.Change.ToString()).With("fact_id", r => r.FactId).With("recorded_at", _ => states.Now);
        foreach (var move in moves)
            table.Add(move);
        table.Queue(session);
    }
}
