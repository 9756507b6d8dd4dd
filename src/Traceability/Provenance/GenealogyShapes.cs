using System.Globalization;
using Microsoft.Extensions.Localization;
using Traceability.Batches;
using Traceability.Materials;
using Traceability.Pictures;

namespace Traceability.Provenance;

/// <summary>What the nodes of a genealogy look like. Every difference is one of form, and of colour only besides.</summary>
internal sealed class GenealogyShapes(IStringLocalizer words)
{
    public const double Small = 11.5;
    public const double SubjectRim = 5;
    private const double Large = 13.5, Padding = 11, Stacked = 4, Line = 14;
    private const double BatchWidth = 166, BatchHeight = 80, RunWidth = 116;

    public static bool IsMasked(BatchNode batch) => batch is { Href: null, Number: "" };

    public (double Width, double Height) Size(DrawnNode node) => node.IsRun ? (RunWidth, RunLines(node).Count() * Line + 12) : (BatchWidth, BatchHeight);

    public Part Node(DrawnNode node, Box at, bool isSubject) => node.IsRun ? Run(node, at) : Batch(node, at, isSubject);

    /// <summary>The outline alone: also the legend shows it.</summary>
    public static IEnumerable<Mark> Frame(Box at, bool isSubject, bool isMasked, bool isFolded)
    {
        // Folded batches look like a stack of cards.
        if (isFolded)
        {
            yield return at with { X = at.X + 2 * Stacked, Y = at.Y + 2 * Stacked, Radius = 5, Ink = new(Colours.Paper, Colours.Rule) };
            yield return at with { X = at.X + Stacked, Y = at.Y + Stacked, Radius = 5, Ink = new(Colours.Paper, Colours.Rule) };
        }
        if (isSubject)
            yield return new Box(at.X - 4, at.Y - 4, at.Width + 8, at.Height + 8, 9, new(Colours.Paper, Colours.Accent, 2));
        yield return at with { Radius = 5, Ink = isSubject ? new(Colours.Accent) : new(Colours.Paper, Colours.Rule, 1.25, isMasked) };
        if (isMasked)
            yield return Hatch(at);
    }

    public static Box Capsule(Box at, bool isOpen) => at with { Radius = at.Height / 2, Ink = new(isOpen ? Colours.Paper : Colours.Tint, Colours.Rule, 1.25, isOpen) };

    private Part Batch(DrawnNode node, Box at, bool isSubject)
    {
        var first = node.Batches[0];
        var isMasked = !isSubject && node.Batches.All(IsMasked);
        string[] lines = node.IsFolded ? Folded(node)
            : isMasked ? [words.Code(first.Stage), first.Material, words["not disclosed"]]
            : [first.Number.Length > 0 ? first.Number : words.Code(first.Stage), first.Material, first.Facility];
        var countries = string.Join(", ", node.Batches.Select(batch => batch.Country).Distinct().Order(StringComparer.Ordinal));
        var mass = node.Quantity.IsZero ? "" : node.Quantity.Roughly(words);
        var (colour, quiet) = isSubject ? (Colours.Paper, Colours.Paper) : (Colours.Text, Colours.Quiet);
        List<Mark> marks =
        [
            .. Frame(at, isSubject, isMasked, node.IsFolded),
            Text(at, 24, lines[0], Lettering.Width(lines[0], Large, bold: true) <= at.Width - 2 * Padding ? Large : Small, colour, isMasked, bold: true),
            .. lines.Skip(1).Where(line => line.Length > 0).Select((line, i) => Text(at, 41 + 15 * i, line, Small, i == 0 ? colour : quiet, isMasked)),
            Text(at, 72, mass, Small, colour, isMasked, bold: true),
            new Words(at.X + at.Width - Padding, at.Y + 72, Lettering.Fit(countries, at.Width - 2 * Padding - Lettering.Width(mass, Small, bold: true) - 8, Small), Small, quiet, Anchor: Anchor.End, Halo: isMasked),
        ];
        if (node.Batches.Select(batch => batch.Source).Distinct().ToList() is [{ } source])
            marks.AddRange(Tag(at, source));
        return new(isSubject ? "batch subject" : "batch", Spoken(node, [.. lines, countries]), node.IsFolded ? null : first.Href, marks);
    }

    private Part Run(DrawnNode node, Box at)
    {
        var first = node.Runs[0];
        var lines = RunLines(node).ToList();
        var top = at.Y + (at.Height - lines.Count * Line) / 2 + 11;
        var label = node.IsFolded ? Listed(first.Step, words["{0} runs", Written(node.Runs.Count)]) : Listed(first.Step, first.Number, first.Facility, first.Country, RunNote(node));
        return new("run", label, node.IsFolded ? null : first.Href,
        [
            Capsule(at, node.Runs.Any(run => run.IsOpen)),
            .. lines.Select((line, i) => new Words(at.X + at.Width / 2, top + Line * i, line.Text, Small, line.IsNote ? Colours.Quiet : Colours.Text, Bold: !line.IsNote, Anchor.Middle)),
        ]);
    }

    private IEnumerable<(string Text, bool IsNote)> RunLines(DrawnNode node)
    {
        foreach (var line in Lettering.Wrap(node.Runs[0].Step, RunWidth - 20, Small, lines: 2, bold: true))
            yield return (line, false);
        if (RunNote(node) is { Length: > 0 } note)
            yield return (note, true);
    }

    /// <summary>How many runs, or when the one ended, if the reader may know and it did.</summary>
    private string RunNote(DrawnNode node) => node.IsFolded ? words["{0} runs", Written(node.Runs.Count)]
        : node.Runs[0].IsOpen ? words["still open"]
        : node.Runs[0].Number.Length == 0 ? ""
        : node.Runs[0].EndedAt.ToString("d", CultureInfo.CurrentCulture);

    private string[] Folded(DrawnNode node)
    {
        var materials = node.Batches.Select(batch => batch.Material).Distinct().ToList();
        var facilities = node.Batches.Select(batch => batch.Facility).Where(name => name.Length > 0).Distinct().ToList();
        return
        [
            words["{0} batches", Written(node.Batches.Count)],
            materials is [{ Length: > 0 } only] ? only : string.Join(", ", node.Batches.Select(batch => words.Code(batch.Stage)).Distinct()),
            facilities is [var one] ? one : facilities.Count == 0 ? "" : words["{0} facilities", Written(facilities.Count)],
        ];
    }

    private string Spoken(DrawnNode node, string[] lines)
    {
        var stages = string.Join(", ", node.Batches.Select(batch => words.Code(batch.Stage)).Distinct());
        var mass = node.Quantity.IsZero ? "" : node.Quantity.Exactly(words);
        return node.IsFolded
            ? Listed([lines[0], stages, .. lines[1..], mass, node.Runs.Count > 0 ? words["with {0} runs among them", Written(node.Runs.Count)] : ""])
            : Listed([lines[0], stages, lines[1], node.Batches[0].Maker, .. lines[2..], mass, node.Batches[0].Source is { } source ? words.Code(source) : ""]);
    }

    /// <summary>Where something entered the ledger is what a reader looks for first: mined goods carry a full tag, all else an open one.</summary>
    private IEnumerable<Mark> Tag(Box at, string source)
    {
        var text = Lettering.Fit(words.Code(source), at.Width - 30, 11, bold: true);
        var width = Lettering.Width(text, 11, bold: true) + 14;
        var mined = source == nameof(RegistrationSource.Extraction);
        yield return new Box(at.X + Padding - 3, at.Y - 9, width, 17, 8.5, mined ? new(Colours.Source, Colours.Source, 1.25) : new(Colours.Paper, Colours.Source, 1.25, Dashed: true));
        yield return new Words(at.X + Padding - 3 + width / 2, at.Y + 3.5, text, 11, mined ? Colours.Paper : Colours.Source, Bold: true, Anchor.Middle);
    }

    private static Line Hatch(Box at)
    {
        const double step = 9;
        var lines = new List<string>();
        for (var offset = step; offset < at.Width + at.Height; offset += step)
        {
            var (x1, y1) = (double.Min(offset, at.Width), double.Max(0, offset - at.Width));
            var (x2, y2) = (double.Max(0, offset - at.Height), double.Min(offset, at.Height));
            lines.Add($"M{Svg.Number(at.X + x1)} {Svg.Number(at.Y + y1)}L{Svg.Number(at.X + x2)} {Svg.Number(at.Y + y2)}");
        }
        return new(string.Concat(lines), new(null, Colours.Hatch));
    }

    private static Words Text(Box at, double line, string text, double size, string colour, bool halo, bool bold = false) =>
        new(at.X + Padding, at.Y + line, Lettering.Fit(text, at.Width - 2 * Padding, size, bold), size, colour, bold, Halo: halo);

    private static string Written(int count) => QuantityInWords.Number(count, 0);

    private static string Listed(params IEnumerable<string> parts) => string.Join(", ", parts.Where(part => part.Length > 0).Distinct());
}
