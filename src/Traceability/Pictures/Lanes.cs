namespace Traceability.Pictures;

/// <summary>Layers of items that stand side by side: the nodes of a graph, and one bend for every layer that a long arrow crosses.</summary>
internal sealed class Lanes(int layers)
{
    private const double BendBreadth = 16;
    private const int Sweeps = 16;

    private sealed class Item(int layer, double breadth)
    {
        public int Layer => layer;
        public double Breadth => breadth;
        public List<int> Before { get; } = [];
        public List<int> After { get; } = [];
        public int Rank { get; set; }
        public double Centre { get; set; }
    }

    private readonly List<Item> _items = [];
    private readonly List<int>[] _layers = [.. Enumerable.Range(0, layers).Select(_ => new List<int>())];

    public double Breadth => _items.Max(item => item.Centre + item.Breadth / 2);

    public Spot SpotOf(int item) => new(_items[item].Layer, _items[item].Centre);

    public int Add(int layer, double breadth)
    {
        _items.Add(new(layer, breadth) { Rank = _layers[layer].Count });
        _layers[layer].Add(_items.Count - 1);
        return _items.Count - 1;
    }

    /// <returns>The items an arrow passes, both ends included, in rising order of layers.</returns>
    public IReadOnlyList<int> Connect(int one, int other)
    {
        var (first, last) = _items[one].Layer < _items[other].Layer ? (one, other) : (other, one);
        List<int> chain = [first];
        for (var layer = _items[first].Layer + 1; layer < _items[last].Layer; layer++)
            chain.Add(Add(layer, BendBreadth));
        chain.Add(last);
        foreach (var (before, after) in chain.Zip(chain.Skip(1)))
        {
            _items[before].After.Add(after);
            _items[after].Before.Add(before);
        }
        return chain;
    }

    /// <summary>Sorts each layer by the barycentres of its neighbours, to and fro, and keeps the order with the fewest crossings.</summary>
    public void Untangle()
    {
        var (best, fewest) = (Orders(), Crossings());
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            foreach (var (layer, neighbours) in Sweep(sweep))
                Order(layer, [.. layer.OrderBy(item => neighbours(_items[item]).Select(n => (double)_items[n].Rank).DefaultIfEmpty(_items[item].Rank).Average())]);
            if (Crossings() is var crossings && crossings < fewest)
                (best, fewest) = (Orders(), crossings);
        }
        foreach (var (layer, order) in _layers.Zip(best))
            Order(layer, order);
    }

    /// <summary>Moves every item as near to its neighbours as order and room allow, then the whole to the edge.</summary>
    /// <param name="upwards">Whether the last word is with the lower layers, so that what follows stands in the middle of what it comes from.</param>
    public void Settle(bool upwards)
    {
        foreach (var layer in _layers)
            Stand(layer, [.. layer.Select(_ => 0.0)]);
        for (var sweep = upwards ? 0 : 1; sweep < (upwards ? Sweeps : Sweeps + 1); sweep++)
        {
            foreach (var (layer, neighbours) in Sweep(sweep))
                Stand(layer, [.. layer.Select(item => neighbours(_items[item]).Select(n => _items[n].Centre).DefaultIfEmpty(_items[item].Centre).Average())]);
        }
        var edge = _items.Min(item => item.Centre - item.Breadth / 2);
        foreach (var item in _items)
            item.Centre -= edge;
    }

    private IEnumerable<(List<int> Layer, Func<Item, IEnumerable<int>> Neighbours)> Sweep(int sweep) => sweep % 2 == 0
        ? Enumerable.Reverse(_layers).Select(layer => (layer, (Func<Item, IEnumerable<int>>)(item => item.After)))
        : _layers.Select(layer => (layer, (Func<Item, IEnumerable<int>>)(item => item.Before)));

    private List<int>[] Orders() => [.. _layers.Select(layer => new List<int>(layer))];

    private void Order(List<int> layer, List<int> order)
    {
        layer.Clear();
        layer.AddRange(order);
        for (var rank = 0; rank < layer.Count; rank++)
            _items[layer[rank]].Rank = rank;
    }

    private int Crossings()
    {
        var crossings = 0;
        foreach (var layer in _layers)
        {
            var ends = layer.SelectMany(item => _items[item].After.Select(after => _items[after].Rank).Order()).ToArray();
            for (var i = 1; i < ends.Length; i++)
            {
                for (var j = 0; j < i; j++)
                    crossings += ends[j] > ends[i] ? 1 : 0;
            }
        }
        return crossings;
    }

    /// <summary>Least squares under a fixed order: items whose wishes collide form a block, which stands at the mean of what its members wish.</summary>
    private void Stand(List<int> layer, double[] wishes)
    {
        var starts = new double[layer.Count];
        for (var i = 1; i < layer.Count; i++)
            starts[i] = starts[i - 1] + (_items[layer[i - 1]].Breadth + _items[layer[i]].Breadth) / 2;

        var blocks = new Stack<(double Sum, int Count)>();
        for (var i = 0; i < layer.Count; i++)
        {
            var block = (Sum: wishes[i] - starts[i], Count: 1);
            while (blocks.TryPeek(out var last) && last.Sum / last.Count >= block.Sum / block.Count)
                block = (block.Sum + blocks.Pop().Sum, block.Count + last.Count);
            blocks.Push(block);
        }
        var at = 0;
        foreach (var (sum, count) in blocks.Reverse())
        {
            for (var end = at + count; at < end; at++)
                _items[layer[at]].Centre = starts[at] + sum / count;
        }
    }
}
