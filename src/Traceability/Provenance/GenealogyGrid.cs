using Microsoft.Extensions.Localization;
using Traceability.Materials;
using Traceability.Pictures;

namespace Traceability.Provenance;

/// <summary>Across: the flow runs from left to right, for screens. Down: from top to bottom, for phones and paper.</summary>
public enum Orientation { Across, Down }

/// <param name="LabelSpots">Where its mass may be written, the best place first.</param>
/// <param name="IsReturn">It runs against the others, as scrap does that goes back to an earlier stage.</param>
internal sealed record GenealogyRoute(IReadOnlyList<Line> Marks, IReadOnlyList<(double X, double Y)> LabelSpots, bool IsReturn);

/// <summary>Sizes of the nodes and of the room between them.</summary>
/// <param name="Gap">Least room between layers where the flow runs across.</param>
/// <param name="Spacing">Room between neighbours of a layer.</param>
/// <param name="Margin">Room around the whole.</param>
/// <param name="HasBands">Whether layers of batches stand on bands headed by their stages.</param>
internal sealed record GenealogyForm(Func<DrawnNode, (double Width, double Height)> Size, double Gap, double GapDown, double Spacing, double Margin, bool HasBands);

/// <summary>Turns layers into places on paper. "Along" is the direction of flow and "across" the other one, whichever way the picture lies.</summary>
internal sealed class GenealogyGrid
{
    private const double BandPadding = 10, HeadingLine = 17, PortSpacing = 12;

    // Where on a curve its label is tried, 0 being the batch's end: near the middle first.
    private static readonly double[] AlongTheLine = [0.46, 0.36, 0.56, 0.27, 0.65, 0.18, 0.76, 0.1];

    private readonly FoldedGenealogy _drawn;
    private readonly LayeredLayout _layout;
    private readonly bool _isAcross;
    private readonly GenealogyForm _form;
    private readonly double _headingHeight;
    private readonly List<(double Start, double End)> _layers = [];
    private readonly ILookup<(int Node, bool Leaving), int> _ports;

    /// <param name="labels">What will be written on each flow: flows from left to right need the room for it.</param>
    public GenealogyGrid(FoldedGenealogy drawn, GenealogyForm form, Orientation orientation, bool subjectLast, IReadOnlyList<string> labels)
    {
        (_drawn, _form, _isAcross) = (drawn, form, orientation is Orientation.Across);
        _layout = LayeredLayout.Of([.. drawn.Nodes.Select(node => Size(node).Across + form.Spacing)], [.. drawn.Flows.Select(flow => (flow.From, flow.To))], drawn.Subject, subjectLast);
        _headingHeight = !form.HasBands ? 0 : _isAcross ? 8 + HeadingLine * Enumerable.Range(0, _layout.Layers).Max(layer => Stages(layer).Count) : 18 + HeadingLine;
        _ports = Ports();

        var along = Margin + (_isAcross && form.HasBands ? BandPadding : 0);
        for (var layer = 0; layer < _layout.Layers; layer++)
        {
            var start = along + (!_isAcross && Stages(layer).Count > 0 ? _headingHeight : 0);
            _layers.Add((start, start + NodesOf(layer).Max(node => Size(drawn.Nodes[node]).Along)));
            along = _layers[^1].End + Gap(layer, labels);
        }
        var (length, breadth) = (_layers[^1].End + (form.HasBands ? BandPadding : 0) + Margin, _layout.Breadth + 2 * Margin);
        (Width, Height) = _isAcross ? (length, _headingHeight + breadth) : (breadth, length);
    }

    private double Margin => _form.Margin;

    public double Width { get; }
    public double Height { get; }

    public Box Box(int node)
    {
        var (spot, size) = (_layout.Nodes[node], Size(_drawn.Nodes[node]));
        var (x, y) = Paper((_layers[spot.Layer].Start + _layers[spot.Layer].End) / 2, spot.Centre);
        var (width, height) = _isAcross ? size : (size.Across, size.Along);
        return new(double.Round(x - width / 2), double.Round(y - height / 2), width, height, 0, new(null));
    }

    public GenealogyRoute Route(int flow)
    {
        var (from, to) = (_drawn.Flows[flow].From, _drawn.Flows[flow].To);
        var isReturn = _layout.Against[flow];
        var (first, last) = isReturn ? (to, from) : (from, to);
        var bends = _layout.Routes[flow].Skip(1).SkipLast(1);
        List<(double Along, double Across)> points =
        [
            Port(first, flow, leaving: true),
            .. bends.SelectMany(bend => new[] { (_layers[bend.Layer].Start, bend.Centre), (_layers[bend.Layer].End, bend.Centre) }),
            Port(last, flow, leaving: false),
        ];

        // Points come in pairs: a curve through the gap between two layers, then straight on through the layer itself.
        var gaps = points.Chunk(2).Select(pair => new Curve(pair[0], pair[1])).ToList();
        var path = $"M{Write(points[0])}" + string.Join('L', gaps.Select(gap => gap.Path(Write)).Index().Select(gap => gap.Index == 0 ? gap.Item : $"{Write(points[2 * gap.Index])}{gap.Item}"));
        var batchFirst = !_drawn.Nodes[first].IsRun;
        var spots = AlongTheLine.Select(t => batchFirst ? gaps[0].At(t) : gaps[^1].At(1 - t));
        return new([new(path, new(null, Colours.Rule, 1.5, isReturn)), Arrow(isReturn ? points[0] : points[^1], isReturn)], [.. spots.Select(spot => Paper(spot.Along, spot.Across))], isReturn);
    }

    /// <summary>A pale band behind each layer of batches, and the names of its stages at the band's head.</summary>
    public IEnumerable<(Box Band, IReadOnlyList<Mark> Headings)> Bands(IStringLocalizer words)
    {
        foreach (var (layer, (start, end)) in _layers.Index().Where(layer => Stages(layer.Index).Count > 0))
        {
            var (first, length) = (start - BandPadding, end - start + 2 * BandPadding);
            var band = _isAcross
                ? new Box(first, Margin / 2, length, Height - Margin, 8, new(Colours.Band))
                : new Box(Margin / 2, start - _headingHeight, Width - Margin, end - start + _headingHeight + BandPadding, 8, new(Colours.Band));
            var stages = Stages(layer).Select(words.Code).ToList();
            IReadOnlyList<string> lines = _isAcross ? stages : [string.Join(" · ", stages)];
            yield return (band, [.. lines.SelectMany((line, i) => Heading(band, line, band.Y + 17 + i * HeadingLine))]);
        }
    }

    private static IEnumerable<Mark> Heading(Box band, string text, double baseLine)
    {
        var fitted = Lettering.Fit(text, band.Width - 20, 13, bold: true);
        yield return new Box(band.X + 6, baseLine - 13, Lettering.Width(fitted, 13, bold: true) + 8, 17, 3, new(Colours.Band));
        yield return new Words(band.X + 10, baseLine, fitted, 13, Colours.Quiet, Bold: true);
    }

    private List<int> NodesOf(int layer) => [.. Enumerable.Range(0, _drawn.Nodes.Count).Where(node => _layout.Nodes[node].Layer == layer).OrderBy(node => _layout.Nodes[node].Centre)];

    private List<string> Stages(int layer) => [.. NodesOf(layer).SelectMany(node => _drawn.Nodes[node].Batches.Select(batch => batch.Stage)).Distinct()];

    private (double Along, double Across) Size(DrawnNode node)
    {
        var (width, height) = _form.Size(node);
        return _isAcross ? (width, height) : (height, width);
    }

    private double Gap(int layer, IReadOnlyList<string> labels) => !_isAcross ? _form.GapDown : labels
        .Where((_, flow) => _layout.Routes[flow] is var route && route[0].Layer <= layer && layer < route[^1].Layer)
        .Select(label => Lettering.Width(label, GenealogyShapes.Small) + 26).Append(_form.Gap).Max();

    /// <summary>The flows of each side of a node, in the order in which they will not cross.</summary>
    private ILookup<(int Node, bool Leaving), int> Ports() => _drawn.Flows
        .SelectMany((flow, i) =>
        {
            var (route, first, last) = _layout.Against[i] ? (_layout.Routes[i], flow.To, flow.From) : (_layout.Routes[i], flow.From, flow.To);
            return new[] { (Side: (first, true), Towards: route[1].Centre, Flow: i), (Side: (last, false), Towards: route[^2].Centre, Flow: i) };
        })
        .OrderBy(port => port.Towards).ToLookup(port => port.Side, port => port.Flow);

    private (double Along, double Across) Port(int node, int flow, bool leaving)
    {
        var (flows, spot, size) = (_ports[(node, leaving)].ToList(), _layout.Nodes[node], Size(_drawn.Nodes[node]));
        var step = flows.Count == 1 ? 0 : double.Min(PortSpacing, (size.Across - 20) / (flows.Count - 1));
        var middle = (_layers[spot.Layer].Start + _layers[spot.Layer].End) / 2;
        var rim = node == _drawn.Subject ? GenealogyShapes.SubjectRim : 0;
        return (middle + (leaving ? 1 : -1) * (size.Along / 2 + rim), spot.Centre + (flows.IndexOf(flow) - (flows.Count - 1) / 2.0) * step);
    }

    private Line Arrow((double Along, double Across) tip, bool isReturn)
    {
        var back = tip.Along + (isReturn ? 8 : -8);
        return new($"M{Write(tip)}L{Write((back, tip.Across - 4))}L{Write((back, tip.Across + 4))}Z", new(Colours.Rule));
    }

    private (double X, double Y) Paper(double along, double across) => _isAcross ? (along, across + Margin + _headingHeight) : (across + Margin, along);

    private string Write((double Along, double Across) point)
    {
        var (x, y) = Paper(point.Along, point.Across);
        return $"{Svg.Number(x)} {Svg.Number(y)}";
    }

    /// <summary>Leaves and arrives in the direction of flow.</summary>
    private readonly record struct Curve((double Along, double Across) Start, (double Along, double Across) End)
    {
        private double Middle => (Start.Along + End.Along) / 2;

        public string Path(Func<(double, double), string> write) => $"C{write((Middle, Start.Across))} {write((Middle, End.Across))} {write(End)}";

        public (double Along, double Across) At(double t)
        {
            var (a, b, c, d) = ((1 - t) * (1 - t) * (1 - t), 3 * (1 - t) * (1 - t) * t, 3 * (1 - t) * t * t, t * t * t);
            return (a * Start.Along + (b + c) * Middle + d * End.Along, (a + b) * Start.Across + (c + d) * End.Across);
        }
    }
}
