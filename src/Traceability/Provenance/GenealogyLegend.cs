using Microsoft.Extensions.Localization;
using Traceability.Batches;
using Traceability.Pictures;

namespace Traceability.Provenance;

/// <summary>Below the picture: the forms it uses and what they mean, and how much is not in it.</summary>
internal static class GenealogyLegend
{
    private const double Margin = 18, Row = 26, Symbol = 26, Space = 24;

    /// <returns>The marks, and where the picture ends below them.</returns>
    public static (IReadOnlyList<Mark> Marks, double Bottom) Below(double top, double width, FoldedGenealogy drawn, bool hasReturns, Genealogy genealogy, IStringLocalizer words)
    {
        var marks = new List<Mark>();
        var (x, y) = (Margin, top);
        foreach (var (symbol, text) in Entries(drawn, hasReturns, words).Concat(LeftOut(genealogy, words)))
        {
            var length = (symbol is null ? 0 : Symbol + 8) + Lettering.Width(text, GenealogyShapes.Small);
            if (x > Margin && x + length > width - Margin)
                (x, y) = (Margin, y + Row);
            if (symbol is not null)
                marks.AddRange(symbol(new(x, y + 2, Symbol, 15, 0, new(null))));
            marks.Add(new Words(symbol is null ? x : x + Symbol + 8, y + 14, text, GenealogyShapes.Small, Colours.Quiet, Bold: symbol is null));
            x += length + Space;
        }
        return (marks, y + Row + 6);
    }

    private static IEnumerable<(Func<Box, IEnumerable<Mark>>? Symbol, string Text)> Entries(FoldedGenealogy drawn, bool hasReturns, IStringLocalizer words)
    {
        var batches = drawn.Nodes.Where(node => !node.IsRun).ToList();
        yield return (at => GenealogyShapes.Frame(new(at.X + 4, at.Y + 3, at.Width - 8, at.Height - 6, 0, at.Ink), isSubject: true, isMasked: false, isFolded: false), words["This batch"]);
        yield return (at => GenealogyShapes.Frame(at, isSubject: false, isMasked: false, isFolded: false), words["Batch"]);
        if (drawn.Nodes.Any(node => node.IsRun))
            yield return (at => [GenealogyShapes.Capsule(at, isOpen: false)], words["Process run"]);
        if (drawn.Nodes.Any(node => node.Runs.Any(run => run.IsOpen)))
            yield return (at => [GenealogyShapes.Capsule(at, isOpen: true)], words["Run still open, provisional"]);
        if (batches.Any(node => node.IsFolded))
            yield return (at => GenealogyShapes.Frame(at with { Width = Symbol - 8, Height = 11 }, isSubject: false, isMasked: false, isFolded: true), words["Several, folded into one"]);
        if (batches.Any(node => node.Batches.All(GenealogyShapes.IsMasked)))
            yield return (at => GenealogyShapes.Frame(at, isSubject: false, isMasked: true, isFolded: false), words["Not disclosed to you"]);
        if (hasReturns)
            yield return (at => [new Line($"M{Svg.Number(at.X)} {Svg.Number(at.Y + 8)}h{Symbol}", new(null, Colours.Rule, 1.5, Dashed: true))], words["Goes back to an earlier stage"]);
    }

    private static IEnumerable<(Func<Box, IEnumerable<Mark>>? Symbol, string Text)> LeftOut(Genealogy genealogy, IStringLocalizer words)
    {
        if (genealogy.More > 0)
        {
            string more = QuantityInWords.Number(genealogy.More, 0);
            yield return (null, words["Batches left out of this picture: {0}.", genealogy.MoreAtLeast ? words["{0} or more", more].Value : more]);
        }
        if (genealogy.Hidden > 0)
            yield return (null, words["Batches not disclosed to you: {0}.", QuantityInWords.Number(genealogy.Hidden, 0)]);
    }
}
