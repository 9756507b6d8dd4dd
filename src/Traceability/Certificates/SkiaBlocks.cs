using SkiaSharp;
using Traceability.Labels;
using Traceability.Pictures;

namespace Traceability.Certificates;

/// <summary>A piece of a page that no page's end cuts.</summary>
/// <param name="Draw">Draws it with its top at this distance from the page's.</param>
/// <param name="IsSpace">Room between others.</param>
/// <param name="StaysWithNext">A heading does not end a page.</param>
/// <param name="Head">Repeated above it when it begins a page, as a table's head.</param>
internal sealed record Strip(float Height, Action<SKCanvas, float> Draw, bool IsSpace = false, bool StaysWithNext = false, Strip? Head = null);

/// <summary>Sets blocks in strips as wide as their column.</summary>
internal sealed class SkiaBlocks(SkiaType type)
{
    public const float PointsPerMillimetre = 72 / 25.4f;
    private const float PointsPerPixel = 0.75f;
    private const string Hairline = "#d8d5ca";
    private static readonly Style Title = new(17, Colours.Accent, IsBold: true), Section = new(11f, Colours.Accent, IsBold: true);
    private static readonly Style Body = new(9), Cell = new(7.9f), Small = new(7.6f, Colours.Quiet), SmallStrong = new(7.6f, Colours.Quiet, IsBold: true), Verdict = new(10.5f, IsBold: true);

    public IEnumerable<Strip> Strips(Block block, float x, float width) => block switch
    {
        Heading { Level: 1 } heading => [.. Text(heading.Text, x, width, Title), Space(4)],
        Heading heading => [Space(4), .. Text(heading.Text, x, width, Section).Select(strip => strip with { StaysWithNext = true }), Space(2) with { StaysWithNext = true }],
        Paragraph paragraph => [.. Text(paragraph.Text, x, width, paragraph.IsSmall ? Small : Body), Space(4)],
        Points points => [.. points.Lines.SelectMany(line => Point(line, x, width)), Space(3)],
        Callout callout => [Callout(callout, x, width), Space(7)],
        KeyValues pairs => [.. pairs.Lines.Select(line => Pair(line.Key, line.Value, x, width)), Space(3)],
        Table table => [.. Rows(table, x, width), Space(3)],
        Drawing drawing => [Picture(drawing, x, width), Space(3)],
        LinkCode code => [Code(code, x, width), .. Text(code.Caption, x, width, Small)],
        Beside beside => [SideBySide(beside, x, width), Space(2)],
        _ => throw new InvalidOperationException($"No way to print {block.GetType().Name}."),
    };

    private static Strip Space(float height) => new(height, (_, _) => { }, IsSpace: true);

    private IEnumerable<Strip> Text(string text, float x, float width, Style style) =>
        type.Lines(text, width, style).Select(line => new Strip(style.Leading, (canvas, y) => type.Draw(canvas, line, x, y + style.Size * 1.07f, style)));

    /// <summary>Strips made into one that stays together.</summary>
    private static Strip Together(IReadOnlyList<Strip> strips) => new(strips.Sum(strip => strip.Height), (canvas, y) =>
    {
        foreach (var strip in strips)
        {
            strip.Draw(canvas, y);
            y += strip.Height;
        }
    });

    private IEnumerable<Strip> Point(string line, float x, float width)
    {
        const float indent = 10;
        var text = Together([.. Text(line, x + indent, width - indent, Body)]);
        yield return text with
        {
            Draw = (canvas, y) =>
            {
                type.Draw(canvas, "•", x + 1, y + Body.Size * 1.07f, Body);
                text.Draw(canvas, y);
            },
        };
    }

    private Strip Pair(string key, string value, float x, float width)
    {
        var keyWidth = float.Min(width * 0.36f, 120);
        var (left, right) = (Together([.. Text(key, x, keyWidth - 6, Small with { Size = Body.Size })]), Together([.. Text(value, x + keyWidth, width - keyWidth, Body)]));
        return new(float.Max(left.Height, right.Height) + 1, (canvas, y) =>
        {
            left.Draw(canvas, y);
            right.Draw(canvas, y);
        });
    }

    private Strip Callout(Callout callout, float x, float width)
    {
        const float padding = 7, sign = 26;
        var (colour, tint) = callout.Sign switch
        {
            Sign.Good => (Colours.Good, Colours.GoodTint),
            Sign.Open => (Colours.Open, Colours.OpenTint),
            _ => (Colours.Bad, Colours.BadTint),
        };
        var text = Together([.. Text(callout.Text, x + padding + sign, width - 2 * padding - sign, Verdict)]);
        return new(float.Max(text.Height, 18) + 2 * padding, (canvas, y) =>
        {
            var height = float.Max(text.Height, 18) + 2 * padding;
            Mark[] marks = [new Box(x, y, width, height, 3, new(tint, colour, 0.75)), .. Signs.Of(callout.Sign, x + padding + 9, y + height / 2, colour)];
            new SkiaPicture(canvas, type).Draw(new(width, height, "", "", marks), 0, 0, 1);
            text.Draw(canvas, y + (height - text.Height) / 2);
        });
    }

    private IEnumerable<Strip> Rows(Table table, float x, float width)
    {
        var head = Row(table.Columns, [.. table.Columns.Select(column => column.Heading)], x, width, SmallStrong, Colours.Rule);
        yield return head with { StaysWithNext = true };
        foreach (var row in table.Rows)
            yield return Row(table.Columns, row, x, width, Cell, Hairline) with { Head = head };
    }

    private Strip Row(IReadOnlyList<Column> columns, IReadOnlyList<string> cells, float x, float width, Style style, string rule)
    {
        const float gutter = 8, padding = 1.2f;
        var perShare = (width - gutter * (columns.Count - 1)) / (float)columns.Sum(column => column.Share);
        var placed = new List<(IReadOnlyList<string> Lines, float X, SKTextAlign Align)>();
        var left = x;
        foreach (var (column, cell) in columns.Zip(cells))
        {
            var columnWidth = perShare * (float)column.Share;
            placed.Add((type.Lines(cell, columnWidth, style), column.IsNumber ? left + columnWidth : left, column.IsNumber ? SKTextAlign.Right : SKTextAlign.Left));
            left += columnWidth + gutter;
        }
        var height = placed.Max(cell => cell.Lines.Count) * style.Leading + 2 * padding;
        return new(height, (canvas, y) =>
        {
            foreach (var (lines, at, align) in placed)
            {
                foreach (var (i, line) in lines.Index())
                    type.Draw(canvas, line, at, y + padding + i * style.Leading + style.Size * 1.07f, style, align);
            }
            using var paint = new SKPaint { Color = SKColor.Parse(rule), StrokeWidth = 0.6f, IsAntialias = true };
            canvas.DrawLine(x, y + height, x + width, y + height, paint);
        });
    }

    private Strip Picture(Drawing drawing, float x, float width)
    {
        var picture = drawing.Picture;
        var scale = float.Min(PointsPerPixel, float.Min(width / (float)picture.Width, (float)drawing.HeightMillimetres * PointsPerMillimetre / (float)picture.Height));
        return new(scale * (float)picture.Height, (canvas, y) => new SkiaPicture(canvas, type).Draw(picture, x, y, scale));
    }

    private Strip Code(LinkCode code, float x, float width)
    {
        var picture = QrCode.Picture(code.Link, code.Caption);
        var side = float.Min(width, (float)code.WidthMillimetres * PointsPerMillimetre);
        return new(side, (canvas, y) =>
        {
            new SkiaPicture(canvas, type).Draw(picture, x, y, side / (float)picture.Width);
            canvas.DrawUrlAnnotation(SKRect.Create(x, y, side, side), code.Link);
        });
    }

    private Strip SideBySide(Beside beside, float x, float width)
    {
        const float gutter = 14;
        var rightWidth = (float)beside.RightMillimetres * PointsPerMillimetre;
        var left = Together([.. beside.Left.SelectMany(block => Strips(block, x, width - rightWidth - gutter))]);
        var right = Together([.. beside.Right.SelectMany(block => Strips(block, x + width - rightWidth, rightWidth))]);
        return new(float.Max(left.Height, right.Height), (canvas, y) =>
        {
            left.Draw(canvas, y);
            right.Draw(canvas, y);
        });
    }
}
