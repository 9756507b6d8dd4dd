using Microsoft.Extensions.Localization;
using Traceability.Batches;
using Traceability.Materials;
using Traceability.Pictures;

namespace Traceability.Provenance;

/// <summary>A genealogy so small that it fits across a printed page: one box for each material, with its batches, countries and mass.</summary>
public static class GenealogyOutline
{
    private const double Width = 120, Height = 54, Padding = 6, Name = 13, Note = 11.5;

    public static Picture Picture(Genealogy genealogy, IStringLocalizer words)
    {
        var drawn = FoldedGenealogy.Outline(genealogy);
        var grid = new GenealogyGrid(drawn, new(_ => (Width, Height), Gap: 22, GapDown: 22, Spacing: 12, Margin: 5, HasBands: false), Orientation.Across, genealogy.Direction is Direction.Ancestors, [.. drawn.Flows.Select(_ => "")]);
        return new(grid.Width, grid.Height, "", "",
        [
            .. drawn.Flows.SelectMany((_, flow) => grid.Route(flow).Marks),
            .. drawn.Nodes.SelectMany((node, i) => Material(node, grid.Box(i), isSubject: i == drawn.Subject, words)),
        ]);
    }

    private static IEnumerable<Mark> Material(DrawnNode node, Box at, bool isSubject, IStringLocalizer words)
    {
        var isMasked = !isSubject && node.Batches.All(GenealogyShapes.IsMasked);
        var (colour, quiet) = isSubject ? (Colours.Paper, Colours.Paper) : (Colours.Text, Colours.Quiet);
        var name = node.Batches.Select(batch => batch.Material).Distinct().ToList() is [{ Length: > 0 } only] ? only : words.Code(node.Batches[0].Stage);
        var countries = string.Join(", ", node.Batches.Select(batch => batch.Country).Distinct().Order(StringComparer.Ordinal));
        var lines = Lettering.Wrap(name, at.Width - 2 * Padding, Name, lines: 2, bold: true);
        var note = string.Join(" · ", new[] { node.Quantity.IsZero ? "" : node.Quantity.Roughly(words), countries }.Where(text => text.Length > 0));
        return
        [
            .. GenealogyShapes.Frame(at, isSubject, isMasked, node.IsFolded),
            .. lines.Select((line, i) => new Words(at.X + Padding, at.Y + 16 + 14 * i, line, Name, colour, Bold: true, Halo: isMasked)),
            new Words(at.X + Padding, at.Y + at.Height - 7, Lettering.Fit(note, at.Width - 2 * Padding, Note), Note, quiet, Halo: isMasked),
        ];
    }
}
