using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Records up to <see cref="Limits.CommandsOfChunk"/> submissions in one transaction, each on the state that those before it left.</summary>
public delegate Task<IReadOnlyList<Answer>> RecordChunk(IReadOnlyList<Submission> chunk, CancellationToken stop);

/// <summary>Looks up which ids the ledger knows by these numbers and codes; what it does not know is left out.</summary>
public delegate Task<IReadOnlyDictionary<(Guid OrganisationId, string Number), Guid>> ResolveNumbers(
    IReadOnlyCollection<(Guid OrganisationId, string Number)> numbers, CancellationToken stop);

/// <summary>Files become the same submissions that people enter, and go the same way. A row that is refused says why; the others go in.
/// Ids are derived from each organisation's own numbers, so the same file a second time is already there.</summary>
public sealed class Import(RecordChunk record, ResolveNumbers resolve)
{
    /// <summary>One file of one organisation, its entries in the order of the file.</summary>
    public async Task<ImportReport> Run(Stream content, string name, Actor actor, CancellationToken stop)
    {
        var file = await CsvFile.Read(content, name, actor, stop);
        await Record(file.Entries, stop);
        return file.Report();
    }

    /// <summary>All CSV files of a folder, named <c>organisation-code.anything.csv</c>: the entries of all of them in the order in which they happened,
    /// so that each firm's file may be a whole year's book.</summary>
    /// <param name="actorFor">Who files for the organisation of that code.</param>
    public async Task<IReadOnlyList<ImportReport>> RunFolder(string folder, Func<string, Actor> actorFor, CancellationToken stop)
    {
        var files = new List<CsvFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(path);
            var name = Path.GetFileName(path);
            files.Add(await CsvFile.Read(content, name, actorFor(name.Split('.')[0]), stop));
        }
        await Record([.. files.SelectMany(f => f.Entries).OrderBy(e => e.OccurredAt)], stop);
        return [.. files.Select(f => f.Report())];
    }

    private async Task Record(IReadOnlyList<FileEntry> entries, CancellationToken stop)
    {
        var ids = new NamedIds();
        foreach (var chunk in entries.Chunk(Limits.CommandsOfChunk))
        {
            // A batch is known by its maker's number and the maker by his code: what is found may lead to another name.
            do
            {
                foreach (var entry in chunk)
                    entry.Read(ids);
            }
            while (await ids.LookUp(resolve, stop));

            FileEntry[] readable = [.. chunk.Where(e => e.Command is not null)];
            if (readable.Length == 0)
                continue;
            var answers = await record([.. readable.Select(e => new Submission(e.Command!, e.Actor))], stop);
            foreach (var (entry, answer) in readable.Zip(answers))
                entry.Answer = answer;
        }
    }
}
