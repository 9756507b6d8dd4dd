using Traceability.Batches;
using Traceability.Provenance;

namespace Traceability.Tests.Provenance;

/// <summary>Genealogies told by hand: batches and runs are named by their numbers.</summary>
internal sealed class Story
{
    private readonly Dictionary<string, BatchNode> _batches = [];
    private readonly List<RunNode> _runs = [];
    private readonly List<Flow> _flows = [];

    public Story Batch(string number, string material, string stage, string facility, string country, decimal kilograms, long pieces = 0, RegistrationSource? source = null)
    {
        _batches.Add(number, new(Id(number), number, material, stage, $"{facility} LLP", facility, country, kilograms, pieces, 0, source?.ToString(), $"/batches/{Id(number):D}"));
        return this;
    }

    /// <summary>Every input and output is a batch's number and the kilograms that flowed; goods of a batch with pieces flow in pieces of the same mass.</summary>
    public Story Run(string step, (string Batch, decimal Kilograms)[] takes, (string Batch, decimal Kilograms)[] makes, int month = 1)
    {
        var number = $"R-{_runs.Count + 1:000}";
        var at = _batches[makes[0].Batch];
        _runs.Add(new(Id(number), number, step, at.Facility, at.Country, new(2025, month, 14, 18, 0, 0, TimeSpan.FromHours(5)), 0, $"/runs/{Id(number):D}"));
        _flows.AddRange(takes.Select(take => new Flow(Id(take.Batch), Id(number), take.Kilograms, Pieces(take))));
        _flows.AddRange(makes.Select(make => new Flow(Id(number), Id(make.Batch), make.Kilograms, Pieces(make))));
        return this;
    }

    public Story Masking(params string[] numbers)
    {
        foreach (var number in numbers)
            _batches[number] = _batches[number] with { Number = "", Material = "", Maker = "", Facility = "", DryKilograms = 0, Pieces = 0, Source = null, Href = null };
        return this;
    }

    public Genealogy Ancestors(string subject, int more = 0) => new(Id(subject), Direction.Ancestors, Deep(_batches.Values, b => b.Id, (b, d) => b with { Depth = d }, subject), Deep(_runs, r => r.Id, (r, d) => r with { Depth = d }, subject), _flows, more);

    public Genealogy Descendants(string subject) => Ancestors(subject) with { Direction = Direction.Descendants };

    public static Guid Id(string number) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(number)).AsSpan(0, 16));

    private long Pieces((string Batch, decimal Kilograms) part) =>
        _batches[part.Batch] is { Pieces: > 0 } batch ? (long)(part.Kilograms / (batch.DryKilograms / batch.Pieces)) : 0;

    private List<T> Deep<T>(IEnumerable<T> nodes, Func<T, Guid> id, Func<T, int, T> with, string subject)
    {
        var depths = new Dictionary<Guid, int> { [Id(subject)] = 0 };
        var queue = new Queue<Guid>([Id(subject)]);
        var before = _flows.ToLookup(flow => flow.To, flow => flow.From);
        while (queue.TryDequeue(out var node))
        {
            foreach (var next in before[node].Where(next => depths.TryAdd(next, depths[node] + 1)))
                queue.Enqueue(next);
        }
        return [.. nodes.Select(node => with(node, depths.GetValueOrDefault(id(node))))];
    }
}
