using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Rows may stand in any order: what an entry makes is recorded before the entries that use it.</summary>
internal static class EntryOrder
{
    /// <summary>In the given order but for what has to come earlier. Entries that need each other stay as they are, and a rule refuses one.</summary>
    public static IReadOnlyList<FileEntry> Of(IReadOnlyList<FileEntry> entries)
    {
        var touched = entries.Select(Touched).ToList();
        var makers = new Dictionary<Guid, int>();
        for (var i = 0; i < touched.Count; i++)
        {
            foreach (var made in touched[i].Created)
                makers.TryAdd(made, i);
        }
        var (ordered, reached, open) = (new List<FileEntry>(entries.Count), new bool[entries.Count], new Stack<(int Entry, IEnumerator<int> Needs)>());
        for (var i = 0; i < entries.Count; i++)
        {
            Reach(i);
            // A chain of a hundred thousand splits is deeper than any call stack.
            while (open.TryPeek(out var top))
            {
                if (top.Needs.MoveNext())
                    Reach(top.Needs.Current);
                else
                    ordered.Add(entries[open.Pop().Entry]);
            }
        }
        return ordered;

        void Reach(int entry)
        {
            if (reached[entry])
                return;
            reached[entry] = true;
            open.Push((entry, Needs(entry).GetEnumerator()));
        }

        IEnumerable<int> Needs(int entry) => touched[entry].InLockOrder.Select(t => t.Id).Concat(touched[entry].Facilities).Concat(touched[entry].Organisations)
            .Where(id => !touched[entry].Created.Contains(id) && makers.ContainsKey(id)).Select(id => makers[id]);
    }

    private static Touches Touched(FileEntry entry)
    {
        var touches = new Touches();
        entry.Command?.Touch(touches, entry.Actor);
        return touches;
    }
}
