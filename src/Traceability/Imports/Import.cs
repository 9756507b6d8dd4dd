using System.Runtime.CompilerServices;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Records some submissions in one transaction, each on the state that those before it left.</summary>
public delegate Task<IReadOnlyList<Answer>> RecordChunk(IReadOnlyList<Submission> chunk, CancellationToken stop);

/// <summary>Looks what would come of submissions, without recording any: what it returns is asked about each of them in turn.</summary>
public delegate Task<Func<Submission, Answer>> Rehearse(IEnumerable<Submission> all, CancellationToken stop);

/// <summary>Looks up which ids the ledger knows by these numbers and codes; what it does not know is left out.</summary>
public delegate Task<IReadOnlyDictionary<(Guid OrganisationId, string Number), Guid>> ResolveNumbers(
    IReadOnlyCollection<(Guid OrganisationId, string Number)> numbers, CancellationToken stop);

/// <summary>What becomes of a file whose rows are not all good. DryRun records nothing in any case.</summary>
public enum ImportMode { GoodRows, AllOrNothing, DryRun }

/// <summary>Files become the same submissions that people enter, and go the same way. A row that is refused says why; the others go in.
/// Ids are derived from each organisation's own numbers, so the same file a second time is already there.</summary>
/// <param name="record">Up to <see cref="Limits.CommandsOfChunk"/> at a time.</param>
/// <param name="together">Up to <see cref="Limits.CommandsTogether"/> or none of them, for what goes in whole or not at all.</param>
/// <param name="rehearse">For what is only looked at.</param>
public sealed class Import(RecordChunk record, ResolveNumbers resolve, RecordChunk? together = null, Rehearse? rehearse = null)
{
    /// <summary>One file of one organisation.</summary>
    public Task<ImportReport> Run(Stream content, string name, Actor actor, CancellationToken stop) => Run(content, name, actor, FileSettings.None, ImportMode.GoodRows, null, stop);

    /// <summary>One file of one organisation. Its entries go in in the order in which they happened, what is made before what uses it.</summary>
    public async Task<ImportReport> Run(Stream content, string name, Actor actor, FileSettings settings, ImportMode mode, RecallColumns? recall, CancellationToken stop)
    {
        return await Run(await EntryFile.Read(content, name, actor, settings, recall, stop), mode, stop);
    }

    internal async Task<ImportReport> Run(EntryFile file, ImportMode mode, CancellationToken stop)
    {
        var (ids, entries) = await InOrder(file.Entries, stop);
        if (mode == ImportMode.GoodRows)
            await Record(entries, ids, stop);
        else if (mode == ImportMode.AllOrNothing && entries.All(e => e.Command is not null))
            await Together(entries, stop);
        else
            await Rehearse(entries, stop);
        return file.Report();
    }

    /// <summary>All CSV files of a folder, named <c>organisation-code.anything.csv</c>: the entries of all of them in the order in which they happened,
    /// so that each firm's file may be a whole year's book.</summary>
    /// <param name="actorFor">Who files for the organisation of that code.</param>
    public async Task<IReadOnlyList<ImportReport>> RunFolder(string folder, Func<string, Actor> actorFor, CancellationToken stop)
    {
        var files = new List<EntryFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(path);
            var name = Path.GetFileName(path);
            files.Add(await EntryFile.Read(content, name, actorFor(name.Split('.')[0]), FileSettings.None, null, stop));
        }
        var (ids, entries) = await InOrder(files.SelectMany(f => f.Entries), stop);
        await Record(entries, ids, stop);
        return [.. files.Select(f => f.Report())];
    }

    private async Task Record(IReadOnlyList<FileEntry> entries, NamedIds ids, CancellationToken stop)
    {
        await foreach (var chunk in Chunks(entries, ids, stop))
            _ = chunk;
    }

    /// <summary>The same without waiting for the end: each chunk of entries once all of them have their answer or could not be read.</summary>
    internal async IAsyncEnumerable<IReadOnlyList<FileEntry>> Chunks(IEnumerable<FileEntry> entries, [EnumeratorCancellation] CancellationToken stop)
    {
        var (ids, ordered) = await InOrder(entries, stop);
        await foreach (var chunk in Chunks(ordered, ids, stop))
            yield return chunk;
    }

    private async IAsyncEnumerable<IReadOnlyList<FileEntry>> Chunks(IReadOnlyList<FileEntry> entries, NamedIds ids, [EnumeratorCancellation] CancellationToken stop)
    {
        var chunks = entries.Chunk(Limits.CommandsOfChunk).ToList();
        var ahead = Submitted(chunks.FirstOrDefault() ?? []);
        for (var i = 0; i < chunks.Count; i++)
        {
            var submitted = await ahead;
            if (ids.LookAgain())
            {
                await Read(chunks[i], ids, stop);
                submitted = await Submitted(chunks[i]);
            }
            var recorded = submitted.Count > 0 ? record([.. submitted.Select(s => s.Said)], stop) : Task.FromResult<IReadOnlyList<Answer>>([]);
            ahead = Submitted(i + 1 < chunks.Count ? chunks[i + 1] : []);
            foreach (var ((entry, _), answer) in submitted.Zip(await recorded))
                (entry.Answer, entry.WasKept) = (answer, true);
            yield return chunks[i];
        }
    }

    /// <summary>Those that can be read: written and hashed while the database is busy with others.</summary>
    private static Task<List<(FileEntry Entry, Submission Said)>> Submitted(IReadOnlyList<FileEntry> chunk) => Task.Run(() =>
    {
        var submitted = chunk.Where(e => e.Command is not null).Select(e => (e, Said: new Submission(e.Command!, e.Actor))).ToList();
        foreach (var (_, said) in submitted)
            _ = said.Sha256;
        return submitted;
    });

    /// <summary>Looks what would come of them: each part of the entries once the rules were asked about those of it that can be read.</summary>
    internal async IAsyncEnumerable<IReadOnlyList<FileEntry>> Rehearsed(IEnumerable<FileEntry> entries, [EnumeratorCancellation] CancellationToken stop)
    {
        var (_, ordered) = await InOrder(entries, stop);
        await foreach (var part in Rehearsed(ordered, stop))
            yield return part;
    }

    private async IAsyncEnumerable<IReadOnlyList<FileEntry>> Rehearsed(IReadOnlyList<FileEntry> entries, [EnumeratorCancellation] CancellationToken stop)
    {
        var ask = await rehearse!(entries.Where(e => e.Command is not null).Select(e => new Submission(e.Command!, e.Actor)), stop);
        foreach (var part in entries.Chunk(Limits.CommandsTogether))
        {
            foreach (var entry in part.Where(e => e.Command is not null))
                (entry.Answer, entry.WasKept) = (ask(new(entry.Command!, entry.Actor)), false);
            yield return part;
        }
    }

    private async Task Rehearse(IReadOnlyList<FileEntry> entries, CancellationToken stop)
    {
        await foreach (var part in Rehearsed(entries, stop))
            _ = part;
    }

    private async Task Together(IReadOnlyList<FileEntry> entries, CancellationToken stop)
    {
        var answers = await together!([.. entries.Select(e => new Submission(e.Command!, e.Actor))], stop);
        var kept = answers.All(a => a.Refusal is null);
        foreach (var (entry, answer) in entries.Zip(answers))
            (entry.Answer, entry.WasKept) = (answer, kept);
    }

    /// <summary>As they happened, moved only as far that what a row makes comes before the rows that use it, wherever they stand.</summary>
    private async Task<(NamedIds Ids, IReadOnlyList<FileEntry> Entries)> InOrder(IEnumerable<FileEntry> entries, CancellationToken stop)
    {
        var (ids, ordered) = (new NamedIds(), entries.OrderBy(e => e.OccurredAt).ToList());
        await Read(ordered, ids, stop);
        return (ids, EntryOrder.Of(ordered));
    }

    /// <summary>A batch is known by its maker's number and the maker by his code: what is found may lead to another name.</summary>
    private async Task Read(IReadOnlyList<FileEntry> entries, NamedIds ids, CancellationToken stop)
    {
        do
        {
            foreach (var entry in entries)
                entry.Read(ids);
        }
        while (await ids.LookUp(resolve, stop));
    }
}
