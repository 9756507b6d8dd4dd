using CsCheck;
using Traceability.Pictures;

namespace Traceability.Tests.Pictures;

public class LayingOutInLayers
{
    private const double Breadth = 40;

    /// <summary>Graphs in which every node leads to node 0: each has an arrow to a node before it, and some further arrows.</summary>
    private static readonly Gen<(int Nodes, (int From, int To)[] Arrows)> Flows =
        from nodes in Gen.Int[1, 40]
        from parents in Gen.Int[0, 1000].Array[nodes]
        from more in Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[0, 20]
        select (nodes, Enumerable.Range(1, nodes - 1).Select(node => (node, parents[node] % node))
            .Concat(more.Select(arrow => (From: arrow.Item1 % nodes, To: arrow.Item2 % nodes)).Where(arrow => arrow.From > arrow.To)).Distinct().ToArray());

    private static LayeredLayout Layout((int Nodes, (int From, int To)[] Arrows) graph, bool rootLast = true) =>
        LayeredLayout.Of([.. Enumerable.Repeat(Breadth, graph.Nodes)], rootLast ? graph.Arrows : [.. graph.Arrows.Select(arrow => (arrow.To, arrow.From))], 0, rootLast);

    [Fact]
    public void every_arrow_leads_to_a_later_layer() => Flows.Sample(graph =>
    {
        var layout = Layout(graph);
        return layout.Against.All(against => !against) && graph.Arrows.All(arrow => layout.Nodes[arrow.From].Layer < layout.Nodes[arrow.To].Layer);
    });

    [Fact]
    public void the_root_stands_last_when_all_leads_to_it_and_first_when_all_comes_from_it() => Flows.Sample(graph =>
        Layout(graph).Nodes[0].Layer == Layout(graph).Layers - 1 && Layout(graph, rootLast: false).Nodes[0].Layer == 0);

    [Fact]
    public void nodes_of_a_layer_keep_their_distance_and_stay_inside() => Flows.Sample(graph =>
    {
        var layout = Layout(graph);
        return layout.Nodes.GroupBy(node => node.Layer, node => node.Centre).All(layer =>
            layer.Order().Zip(layer.Order().Skip(1)).All(pair => pair.Second - pair.First >= Breadth - 1e-6)
            && layer.Min() >= Breadth / 2 - 1e-6 && layer.Max() <= layout.Breadth - Breadth / 2 + 1e-6);
    });

    [Fact]
    public void a_long_arrow_bends_once_in_every_layer_it_crosses() => Flows.Sample(graph =>
    {
        var layout = Layout(graph);
        return graph.Arrows.Zip(layout.Routes).All(arrow => arrow.Second.Select(spot => spot.Layer).SequenceEqual(
            Enumerable.Range(layout.Nodes[arrow.First.From].Layer, layout.Nodes[arrow.First.To].Layer - layout.Nodes[arrow.First.From].Layer + 1)));
    });

    [Fact]
    public void the_longest_way_decides_the_layer()
    {
        var layout = Layout((4, [(1, 0), (2, 1), (3, 2), (3, 0)]));

        Assert.Equal([3, 2, 1, 0], layout.Nodes.Select(node => node.Layer));
    }

    [Fact]
    public void arrows_that_need_not_cross_do_not_cross()
    {
        // Two branches of two leaves each, told in an order that would tangle them.
        var layout = Layout((7, [(1, 0), (2, 0), (3, 1), (4, 2), (5, 1), (6, 2)]));
        var order = layout.Nodes.Index().Skip(3).OrderBy(node => node.Item.Centre).Select(node => node.Index % 2).ToList();

        Assert.Equal(order[0], order[1]);
        Assert.Equal(order[2], order[3]);
    }

    [Fact]
    public void a_chain_is_straight() =>
        Assert.Single(Layout((5, [(1, 0), (2, 1), (3, 2), (4, 3)])).Nodes.Select(node => node.Centre).Distinct());

    [Fact]
    public void an_arrow_that_closes_a_circle_runs_against_the_layers()
    {
        var layout = Layout((3, [(1, 0), (2, 1), (1, 2)]));

        Assert.Equal([false, false, true], layout.Against);
        Assert.True(layout.Nodes[2].Layer < layout.Nodes[1].Layer);
    }
}
