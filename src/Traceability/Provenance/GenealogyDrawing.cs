using Microsoft.Extensions.Localization;
using Traceability.Batches;
using Traceability.Materials;
using Traceability.Pictures;

namespace Traceability.Provenance;

/// <summary>Draws where a batch comes from or what became of it: batches as boxes under the name of their stage, runs as capsules between
/// them, and on every flow what it carried. Same genealogy, same language: same picture, to the byte.</summary>
public static class GenealogyDrawing
{
    /// <param name="foldBeyond">Nodes drawn before they are folded; a picture for a phone or a printed page needs fewer.</param>
    /// <returns>One <c>svg</c> element as wide as it needs to be legible: put it into a region that scrolls.</returns>
    public static string Svg(Genealogy genealogy, IStringLocalizer words, Orientation orientation = Orientation.Across, int foldBeyond = FoldedGenealogy.FoldBeyond) =>
        Pictures.Svg.Write(Picture(genealogy, words, orientation, foldBeyond), $"genealogy-{orientation}-{genealogy.Subject:N}".ToLowerInvariant());

    /// <inheritdoc cref="Svg"/>
    /// <returns>The same as marks, for a document.</returns>
    public static Picture Picture(Genealogy genealogy, IStringLocalizer words, Orientation orientation = Orientation.Across, int foldBeyond = FoldedGenealogy.FoldBeyond)
    {
        var drawn = FoldedGenealogy.Of(genealogy, foldBeyond);
        var labels = drawn.Flows.Select(flow => flow.Quantity.IsZero ? "" : flow.Quantity.Roughly(words)).ToList();
        var shapes = new GenealogyShapes(words);
        var grid = new GenealogyGrid(drawn, new(shapes.Size, Gap: 40, GapDown: 54, Spacing: 20, Margin: 18, HasBands: true), orientation, subjectLast: genealogy.Direction is Direction.Ancestors, labels);

        var routes = drawn.Flows.Select((_, flow) => grid.Route(flow)).ToList();
        var boxes = drawn.Nodes.Select((_, node) => grid.Box(node)).ToList();
        var bands = grid.Bands(words).ToList();
        var (legend, bottom) = GenealogyLegend.Below(grid.Height, grid.Width, drawn, routes.Any(route => route.IsReturn), genealogy, words);
        return new(grid.Width, bottom, Title(genealogy, words), Description(genealogy, words),
        [
            new Box(0, 0, grid.Width, bottom, 0, new(Colours.Paper)),
            new Part("bands", "", null, [.. bands.Select(band => band.Band)]),
            new Part("flows", "", null, [.. routes.SelectMany(route => route.Marks)]),
            new Part("stages", "", null, [.. bands.SelectMany(band => band.Headings)]),
            .. drawn.Nodes.Select((node, i) => shapes.Node(node, boxes[i], isSubject: i == drawn.Subject)),
            new Part("masses", "", null, [.. Masses(labels, routes, boxes)]),
            new Part("legend", "", null, legend),
        ]);
    }

    /// <summary>Each mass stands on its own line where nothing else stands yet, else where least does.</summary>
    private static IEnumerable<Mark> Masses(IEnumerable<string> labels, IEnumerable<GenealogyRoute> routes, IEnumerable<Box> boxes)
    {
        var taken = boxes.ToList();
        foreach (var (label, route) in labels.Zip(routes).Where(flow => flow.First.Length > 0))
        {
            var width = Lettering.Width(label, GenealogyShapes.Small) + 4;
            var box = route.LabelSpots.Select(spot => new Box(spot.X - width / 2, spot.Y - 8, width, 16, 3, new(Colours.Paper))).MinBy(box => taken.Count(box.Overlaps))!;
            taken.Add(box);
            yield return box;
            yield return new Words(box.X + width / 2, box.Y + 12, label, GenealogyShapes.Small, Anchor: Anchor.Middle);
        }
    }

    private static string Title(Genealogy genealogy, IStringLocalizer words)
    {
        var subject = genealogy.Batches.First(batch => batch.Id == genealogy.Subject);
        var name = subject.Number.Length > 0 ? subject.Number : words.Code(subject.Stage);
        return genealogy.Direction is Direction.Ancestors ? words["Where {0} comes from", name] : words["What became of {0}", name];
    }

    private static string Description(Genealogy genealogy, IStringLocalizer words)
    {
        var counts = words["Batches: {0}. Runs: {1}.", genealogy.Batches.Count, genealogy.Runs.Count];
        var stages = words["Stages in the order of flow: {0}.", string.Join(", ", genealogy.Batches.OrderByDescending(batch => batch.Depth).Select(batch => words.Code(batch.Stage)).Distinct())];
        return $"{counts} {stages} {words["The table after the picture says the same in words."]}";
    }
}
