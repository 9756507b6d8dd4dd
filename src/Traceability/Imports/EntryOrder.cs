using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Rows may stand in any order: what an entry makes is recorded before the entries that use it.</summary>
internal static class EntryOrder
{
    /// <summary>In the given order but for what has to come earlier. Entries that need each other stay as they are, and a rule refuses one.</summary>
    public static IReadOnlyList<FileEntry> Of(IReadOnlyList<FileEntry> entries)
    {
        var touched = entries.Select(Touched.By).ToList();
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

        IEnumerable<int> Needs(int entry) => touched[entry].Needed.Where(makers.ContainsKey).Select(id => makers[id]);
    }

    /// <param name="Needed">In the order in which they are locked, then those that are only read.</param>
    private sealed record Touched(Guid[] Created, Guid[] Needed)
    {
        /// <summary>No more than that is kept of what an entry touches: a long file has as many of it as rows.</summary>
        public static Touched By(FileEntry entry)
        {
            var touches = new Touches();
            entry.Command?.Touch(touches, entry.Actor);
            return new([.. touches.Created], [.. touches.InLockOrder.Select(t => t.Id).Concat(touches.Facilities).Concat(touches.Organisations).Where(id => !touches.Created.Contains(id))]);
        }
    }
}
