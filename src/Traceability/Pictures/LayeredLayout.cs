namespace Traceability.Pictures;

/// <summary>Where a node stands, or where an arrow passes through a layer.</summary>
/// <param name="Centre">Distance across the layers, from the edge of the drawing.</param>
public readonly record struct Spot(int Layer, double Centre);

/// <summary>A directed graph drawn in layers: every arrow runs from a lower layer to a higher one. A node's layer is its longest path from
/// the root, the order within a layer follows the barycentres of the neighbours, and an arrow across several layers keeps a lane of its own.</summary>
/// <param name="Routes">For each arrow the spots it passes, both ends included, in rising order of layers.</param>
/// <param name="Against">For each arrow, whether it had to run against the layers because it closes a circle.</param>
/// <param name="Layers">How many layers there are.</param>
/// <param name="Breadth">Room needed across the layers.</param>
public sealed record LayeredLayout(
    IReadOnlyList<Spot> Nodes, IReadOnlyList<IReadOnlyList<Spot>> Routes, IReadOnlyList<bool> Against, int Layers, double Breadth)
{
    /// <param name="breadths">Room each node takes across the layers, its distance to the next one included.</param>
    /// <param name="root">The node that all others lead to or come from.</param>
    /// <param name="rootLast">True when the arrows lead to the root: it then stands in the last layer.</param>
    public static LayeredLayout Of(IReadOnlyList<double> breadths, IReadOnlyList<(int From, int To)> arrows, int root, bool rootLast)
    {
        var walk = new Walk(breadths.Count, [.. arrows.Select(arrow => rootLast ? (arrow.To, arrow.From) : arrow)], root);
        var layers = walk.Distances.Max() + 1;
        var lanes = new Lanes(layers);
        var items = new int[breadths.Count];
        foreach (var node in walk.Order)
            items[node] = lanes.Add(rootLast ? layers - 1 - walk.Distances[node] : walk.Distances[node], breadths[node]);
        var chains = arrows.Select(arrow => lanes.Connect(items[arrow.From], items[arrow.To])).ToList();

        lanes.Untangle();
        lanes.Settle(upwards: rootLast);
        return new([.. items.Select(lanes.SpotOf)], [.. chains.Select(chain => chain.Select(lanes.SpotOf).ToList())], walk.Against, layers, lanes.Breadth);
    }

    /// <summary>A depth-first walk away from the root. Its order keeps branches together; an arrow back into the branch being walked closes a circle.</summary>
    private sealed class Walk
    {
        private enum Visit { No, Open, Done }

        private readonly ILookup<int, (int Far, int Arrow)> _leaving;
        private readonly Visit[] _visits;
        private readonly List<int> _finished = [];

        public Walk(int nodes, IReadOnlyList<(int Near, int Far)> arrows, int root)
        {
            _leaving = arrows.Select((arrow, i) => (arrow.Near, arrow.Far, Arrow: i)).ToLookup(a => a.Near, a => (a.Far, a.Arrow));
            _visits = new Visit[nodes];
            (Distances, Against) = (new int[nodes], new bool[arrows.Count]);
            foreach (var node in Enumerable.Range(0, nodes).Prepend(root).Where(node => _visits[node] is Visit.No))
                Enter(node);

            // Who is finished last comes first in the order of flow, so every longest path is known before it is continued.
            foreach (var node in Enumerable.Reverse(_finished))
            {
                foreach (var (far, _) in _leaving[node].Where(next => !Against[next.Arrow]))
                    Distances[far] = int.Max(Distances[far], Distances[node] + 1);
            }
        }

        public List<int> Order { get; } = [];
        public int[] Distances { get; }
        public bool[] Against { get; }

        private void Enter(int node)
        {
            _visits[node] = Visit.Open;
            Order.Add(node);
            foreach (var (far, arrow) in _leaving[node])
            {
                if (_visits[far] is Visit.Open)
                    Against[arrow] = true;
                else if (_visits[far] is Visit.No)
                    Enter(far);
            }
            _visits[node] = Visit.Done;
            _finished.Add(node);
        }
    }
}
