namespace Traceability.Imports;

/// <summary>A long file of which no row is recorded before it was looked what would come of each; in a dry run none ever is.</summary>
/// <remarks>What does not fit into one transaction goes in by several, so that nobody else waits for the end of it. If meanwhile something changes that a row rests on,
/// that row's transaction and all after it are left out: what stands then, and why no more does, is told row by row.</remarks>
/// <param name="into">Records each chunk whole or not at all.</param>
internal sealed class LookBeforeRecording(ImportJobs jobs, Import into, ImportJobs.Kept import, EntryFile file)
{
    public async Task Run(CancellationToken stop)
    {
        if (import.Mode == ImportMode.AllOrNothing && file.Entries.Count <= Limits.CommandsTogether)
        {
            await into.Run(file, ImportMode.AllOrNothing, stop);
            await jobs.Done(import.Id, Counted(new(), file.Entries), file.Entries, import.StartedAt, stop);
            return;
        }
        if (!import.IsRehearsed)
        {
            if (!await Look(stop) || import.Mode == ImportMode.DryRun)
                return;
            await jobs.LookAgain(import.Id, isGood: true, stop);
        }
        await Record(stop);
    }

    /// <returns>Whether no row would be refused.</returns>
    private async Task<bool> Look(CancellationToken stop)
    {
        await jobs.LookAgain(import.Id, isGood: false, stop);
        var counts = new RowCounts();
        await foreach (var part in into.Rehearsed(file.Entries, stop))
        {
            counts = Counted(counts, part);
            await jobs.Done(import.Id, counts, part, import.StartedAt, stop);
            foreach (var entry in part)
            {
                if (import.Mode == ImportMode.DryRun)
                    entry.ForgetAll();
                else
                    entry.Forget();
            }
        }
        return counts.Refused == 0;
    }

    private async Task Record(CancellationToken stop)
    {
        var refused = await jobs.Refused(import.Id, stop);
        var counts = new RowCounts(Refused: refused.Count);
        var left = file.Entries.Where(e => !refused.Contains(e.First.Line)).ToHashSet();
        await foreach (var chunk in into.Chunks(file.Entries.Where(left.Contains), stop))
        {
            if (chunk.FirstOrDefault(e => e.Answer?.Refusal is not null) is { } changed)
            {
                Leave(left, changed);
                // At once, so that an interruption finds all of it said or nothing.
                await jobs.Done(import.Id, Counted(counts, left), left, import.StartedAt, stop);
                return;
            }
            left.ExceptWith(chunk);
            counts = Counted(counts, chunk);
            await jobs.Done(import.Id, counts, chunk, import.StartedAt, stop);
            foreach (var entry in chunk)
                entry.ForgetAll();
        }
    }

    /// <summary>Says of what was not recorded why it was not. What was there before is not left out.</summary>
    /// <exception cref="TimeoutException">Others only held what it needs: later it may go in.</exception>
    private static void Leave(IEnumerable<FileEntry> left, FileEntry changed)
    {
        if (changed.Answer!.Refusal!.Code == "busy")
            throw new TimeoutException("Others hold what this import needs.");
        foreach (var entry in left.Where(e => e.Answer is null || e.Answer.Recorded?.IsNew == true))
            entry.Answer = Refusal.Of("stopped-at-row", ("row", changed.First.Line));
    }

    private RowCounts Counted(RowCounts counts, IEnumerable<FileEntry> entries) => counts.With([.. entries.SelectMany(e => e.Outcomes(import.StartedAt))]);
}
