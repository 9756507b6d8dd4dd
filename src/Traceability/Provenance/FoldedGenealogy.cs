using Traceability.Batches;

namespace Traceability.Provenance;

/// <summary>What one shape of the picture stands for: a batch, a run, or several of a kind.</summary>
/// <param name="Batches">Empty when it is a run.</param>
/// <param name="Runs">Of a run or of several: those. Of folded batches: the runs that lie wholly among them.</param>
public sealed record DrawnNode(IReadOnlyList<BatchNode> Batches, IReadOnlyList<RunNode> Runs)
{
    public bool IsRun => Batches.Count == 0;
    public bool IsFolded => Batches.Count + Runs.Count > 1;
    public Quantity Quantity => Quantity.Sum(Batches.Select(batch => new Quantity(batch.DryKilograms, batch.Pieces)));
}

/// <param name="From">Index of the node it leaves.</param>
/// <param name="To">Index of the node it enters.</param>
/// <param name="Count">How many flows were added up.</param>
public sealed record DrawnFlow(int From, int To, Quantity Quantity, int Count);

/// <summary>A genealogy with so few nodes that a picture of it can be read. Batches and runs beyond the limit are folded: by stage and
/// facility, else by stage and country, else by stage. Counts and totals are kept; the subject always stands alone.</summary>
/// <param name="Subject">Index of the subject among the nodes.</param>
public sealed record FoldedGenealogy(IReadOnlyList<DrawnNode> Nodes, IReadOnlyList<DrawnFlow> Flows, int Subject)
{
    /// <summary>A picture with more nodes than this is folded.</summary>
    public const int FoldBeyond = 60;

    /// <summary>An outline with more nodes than this is drawn by stage instead of by material.</summary>
    public const int OutlineBeyond = 32;

    /// <summary>No picture has more nodes than this.</summary>
    public const int NodesAtMost = 200;

    private sealed record Grain(Func<BatchNode, object> Batches, Func<RunNode, object> Runs);

    private static readonly Grain ByMaterial = new(batch => (batch.Stage, batch.Material), run => run.Step);
    private static readonly Grain ByStage = new(batch => batch.Stage, run => run.Step);
    private static readonly Grain Everything = new(_ => "", _ => "");
    private static readonly IReadOnlyList<Grain> FinerThanStage =
    [
        new(batch => batch.Id, run => run.Id),
        new(batch => (batch.Stage, batch.Facility, batch.Country), run => run.Step),
        new(batch => (batch.Stage, batch.Country), run => run.Step),
    ];

    /// <param name="foldBeyond">How many nodes are drawn before folding starts, at most <see cref="NodesAtMost"/>.</param>
    public static FoldedGenealogy Of(Genealogy genealogy, int foldBeyond = FoldBeyond)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(foldBeyond, NodesAtMost);
        if (FinerThanStage.Select(grain => Fold(genealogy, grain)).FirstOrDefault(drawn => drawn.Nodes.Count <= foldBeyond) is { } fine)
            return fine;
        var stages = Fold(genealogy, ByStage);
        return stages.Nodes.Count <= NodesAtMost ? stages : Fold(genealogy, Everything);
    }

    /// <summary>Materials alone and what became of what: for a picture so small that runs and single batches cannot be read.</summary>
    /// <returns>Flows without quantities: what goes into a run cannot be told apart by what comes out of it.</returns>
    public static FoldedGenealogy Outline(Genealogy genealogy)
    {
        var grain = new[] { ByMaterial, ByStage }.FirstOrDefault(grain => genealogy.Batches.GroupBy(grain.Batches).Count() <= OutlineBeyond, Everything);
        var fine = Fold(genealogy, grain);
        var (into, outOf) = (fine.Flows.ToLookup(flow => flow.To, flow => flow.From), fine.Flows.ToLookup(flow => flow.From, flow => flow.To));
        var became = fine.Nodes.Index().Where(node => node.Item.IsRun)
            .SelectMany(run => into[run.Index].SelectMany(from => outOf[run.Index].Select(to => (from, to)))).Where(pair => pair.from != pair.to);
        return new([.. fine.Nodes.Where(node => !node.IsRun)], [.. became.CountBy(pair => pair).Select(pair => new DrawnFlow(pair.Key.from, pair.Key.to, Quantity.Zero, pair.Value))], fine.Subject);
    }

    private static FoldedGenealogy Fold(Genealogy genealogy, Grain grain)
    {
        var groups = genealogy.Batches.GroupBy(batch => batch.Id == genealogy.Subject ? batch.Id : grain.Batches(batch)).ToList();
        var nodeOf = groups.SelectMany((group, i) => group.Select(batch => (batch.Id, Node: i))).ToDictionary(of => of.Id, of => of.Node);
        var takes = genealogy.Edges.Where(edge => nodeOf.ContainsKey(edge.From)).ToLookup(edge => edge.To, edge => nodeOf[edge.From]);
        var makes = genealogy.Edges.Where(edge => nodeOf.ContainsKey(edge.To)).ToLookup(edge => edge.From, edge => nodeOf[edge.To]);

        // A blend of ores among folded ores is part of what is folded.
        var within = genealogy.Runs.ToLookup(run => takes[run.Id].Any() && takes[run.Id].Concat(makes[run.Id]).Distinct().Count() == 1 ? takes[run.Id].First() : -1);

        // Other runs go together when they are the same step and make the same: drawn as one, they must not join what no run joined.
        var runs = within[-1].GroupBy(run => (grain.Runs(run), string.Join(' ', makes[run.Id].Distinct().Order()))).ToList();
        List<DrawnNode> nodes = [.. groups.Select((group, i) => new DrawnNode([.. group], [.. within[i]])), .. runs.Select(group => new DrawnNode([], [.. group]))];
        foreach (var (i, node) in nodes.Index())
        {
            foreach (var run in node.Runs)
                nodeOf.Add(run.Id, i);
        }
        return new(nodes, Join(genealogy.Edges, nodeOf), nodeOf[genealogy.Subject]);
    }

    private static List<DrawnFlow> Join(IEnumerable<Flow> flows, Dictionary<Guid, int> nodeOf) =>
    [
        // A flow may lead to a batch that the node budget left out, or stay within what is folded.
        .. flows.Where(flow => nodeOf.ContainsKey(flow.From) && nodeOf.ContainsKey(flow.To))
            .GroupBy(flow => (From: nodeOf[flow.From], To: nodeOf[flow.To]))
            .Where(group => group.Key.From != group.Key.To)
            .Select(group => new DrawnFlow(group.Key.From, group.Key.To, Quantity.Sum(group.Select(flow => new Quantity(flow.DryKilograms, flow.Pieces))), group.Count())),
    ];
}
