using System.Text.Json.Serialization;
using Traceability.Access;
using Traceability.Shares;

namespace Traceability.Provenance;

public enum Direction { Ancestors, Descendants }

/// <summary>Batches and process runs reached from one batch, upstream or downstream, with what flowed between them.</summary>
/// <param name="Subject">The batch asked about; its depth is 0.</param>
/// <param name="Batches">Nearest first.</param>
/// <param name="Edges">From batch to run (consumed) and from run to batch (produced), always in the direction of flow.</param>
/// <param name="More">How many further batches were left out because the depth or the node budget was used up.</param>
/// <param name="MoreAtLeast">True when there are so many that counting stopped: <paramref name="More"/> or more.</param>
/// <param name="Hidden">How many further descendants lie beyond what the reader has to do with.</param>
public sealed record Genealogy(
    Guid Subject, Direction Direction, IReadOnlyList<BatchNode> Batches, IReadOnlyList<RunNode> Runs, IReadOnlyList<Flow> Edges, int More,
    bool MoreAtLeast = false, int Hidden = 0)
{
    /// <summary>The nearest part of it.</summary>
    /// <param name="depth">Batches further away are left out.</param>
    /// <param name="nodes">So many batches are kept at most.</param>
    public Genealogy Within(int depth, int nodes)
    {
        var kept = Batches.Where(b => b.Depth <= depth).Take(nodes).ToList();
        return kept.Count == Batches.Count ? this : Only(kept) with { More = More + Batches.Count - kept.Count };
    }

    /// <summary>As one reader may see it. Of ancestors beyond his own handovers he gets outlines; of descendants only those that
    /// runs of his own made or that he is a party to, one after another, and a count of the others.</summary>
    public Genealogy For(Redact redact)
    {
        var seen = Direction == Direction.Ancestors ? this : ReachedThrough(redact.Shows);
        var runs = seen.Runs.Select(r => r.Id).ToHashSet();
        // What a run took in is for its operator; what came of it, for whoever is a party to the batch.
        bool Tells(Flow flow) => runs.Contains(flow.From) ? redact.Shows(flow.From) || redact.Shows(flow.To) : redact.Shows(flow.To);
        return seen with
        {
            Subject = redact.Of(Subject),
            Batches = [.. seen.Batches.Select(redact.Of)],
            Runs = [.. seen.Runs.Select(redact.Of)],
            Edges = [.. seen.Edges.Select(e => Tells(e) ? e : new(e.From, e.To, 0, 0)).Select(e => e with { From = redact.Of(e.From), To = redact.Of(e.To) })],
        };
    }

    /// <summary>As anybody may see it: of the batch itself its number and quantity, of all others an outline.</summary>
    /// <param name="agreed">The organisations that agreed to be named; of all others no name is left, nor of their facilities.</param>
    public Genealogy ForThePublic(IReadOnlySet<Guid> agreed)
    {
        var outlined = For(Redact.ForThePublic(agreed));
        return outlined with
        {
            Batches = [.. outlined.Batches.Zip(Batches, (outline, batch) => batch.Id != Subject ? outline : outline with { Number = batch.Number, DryKilograms = batch.DryKilograms, Pieces = batch.Pieces })],
        };
    }

    private Genealogy ReachedThrough(Func<Guid, bool> shows)
    {
        var next = Edges.ToLookup(e => e.From, e => e.To);
        var reached = new HashSet<Guid> { Subject };
        var waiting = new Queue<Guid>(reached);
        while (waiting.TryDequeue(out var batch))
        {
            foreach (var child in next[batch].SelectMany(run => next[run].Where(made => shows(run) || shows(made))).Where(reached.Add))
                waiting.Enqueue(child);
        }
        var kept = Batches.Where(b => reached.Contains(b.Id)).ToList();
        return kept.Count == Batches.Count ? this : Only(kept) with { Hidden = Hidden + Batches.Count - kept.Count };
    }

    /// <summary>These batches, and the runs that lead from one of them to another.</summary>
    private Genealogy Only(IReadOnlyList<BatchNode> batches)
    {
        var kept = batches.Select(b => b.Id).ToHashSet();
        var takes = Edges.Where(e => kept.Contains(e.From)).Select(e => e.To).ToHashSet();
        var runs = Edges.Where(e => kept.Contains(e.To) && takes.Contains(e.From)).Select(e => e.From).ToHashSet();
        return this with
        {
            Batches = batches,
            Runs = [.. Runs.Where(r => runs.Contains(r.Id))],
            Edges = [.. Edges.Where(e => (kept.Contains(e.From) && runs.Contains(e.To)) || (runs.Contains(e.From) && kept.Contains(e.To)))],
        };
    }
}

/// <param name="Number">The maker's number; empty where the reader is no party to the batch, and so are maker and facility unless they are public.</param>
/// <param name="Material">The material's name.</param>
/// <param name="Stage">The material's form, e.g. Ore, Concentrate, Oxide, Magnet, Motor, Cell, Pack, Vehicle.</param>
/// <param name="DryKilograms">Dry kilograms registered or produced; left out where the reader is no party to the batch.</param>
/// <param name="Href">Address of the batch's page, or null when the reader may not open it.</param>
/// <param name="Source">How it entered the ledger (Extraction, OutsideSupplier, OpeningStock, Recovery), or null when a run made it.</param>
public sealed record BatchNode(
    Guid Id, string Number, string Material, string Stage, string Maker, string Facility, string Country,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] decimal DryKilograms,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Pieces,
    int Depth, string? Source, string? Href) : IOutlined<BatchNode>
{
    /// <summary>How much of it is not verified, and its carbon footprint, where that was asked for and the reader may open the batch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ShareDigest? Shares { get; init; }

    [JsonIgnore]
    public Guid MakerId { get; init; }

    /// <summary>Who operates the facility today; it may have changed hands since.</summary>
    [JsonIgnore]
    public Guid OperatorId { get; init; }

    public BatchNode Outline(Guid alias, Func<Guid, bool> isNamed) =>
        new(alias, "", Material, Stage, isNamed(MakerId) ? Maker : "", isNamed(MakerId) && isNamed(OperatorId) ? Facility : "", Country, 0, 0, Depth, Source, null);
}

/// <param name="Step">The step's name, e.g. Flotation.</param>
/// <param name="EndedAt">When the last of what is shown came out of it; left out where the reader does not operate the run; number and facility are empty then.</param>
/// <param name="Depth">Depth of the nearest batch it is linked to.</param>
/// <param name="IsOpen">It goes on: what came of it is provisional.</param>
public sealed record RunNode(
    Guid Id, string Number, string Step, string Facility, string Country,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] DateTimeOffset EndedAt,
    int Depth, string? Href,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsOpen = false) : IOutlined<RunNode>
{
    /// <summary>Whose run it was.</summary>
    [JsonIgnore]
    public Guid MakerId { get; init; }

    /// <summary>Who operates the facility today.</summary>
    [JsonIgnore]
    public Guid OperatorId { get; init; }

    public RunNode Outline(Guid alias, Func<Guid, bool> isNamed) =>
        new(alias, "", Step, isNamed(MakerId) && isNamed(OperatorId) ? Facility : "", Country, default, Depth, null, IsOpen);
}

/// <param name="DryKilograms">Dry kilograms consumed or produced along this edge; left out where they are not for the reader.</param>
public sealed record Flow(
    Guid From, Guid To,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] decimal DryKilograms,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Pieces);
