using SkiaSharp;
using SkiaSharp.HarfBuzz;
using Traceability.Pictures;

namespace Traceability.Certificates;

/// <param name="Size">In points.</param>
internal readonly record struct Style(float Size, string Colour = Colours.Text, bool IsBold = false)
{
    /// <summary>From one base line to the next.</summary>
    public float Leading => Size * 1.4f;
}

/// <summary>Text in the faces that the service carries with it, shaped by HarfBuzz so that kerning and combining marks come out right.
/// Two cover Latin, Greek and Cyrillic with the Kazakh letters, a third Chinese; what none covers is printed as an empty box, never left out.</summary>
internal sealed class SkiaType : IDisposable
{
    private static readonly SKTypeface Regular = Load("NotoSans-Regular"), Bold = Load("NotoSans-Bold"), Chinese = Load("DroidSansFallback");

    private static readonly Dictionary<SKTypeface, SKFont> Glyphs = new[] { Regular, Bold, Chinese }.ToDictionary(face => face, face => new SKFont(face));

    // A shaper keeps state while it works, so every document has its own.
    private readonly Dictionary<SKTypeface, SKShaper> _shapers = new[] { Regular, Bold, Chinese }.ToDictionary(face => face, face => new SKShaper(face));

    public float Width(string text, Style style) => Runs(text, style).Sum(run => Width(run, style));

    /// <summary>Broken at spaces; a word wider than the line, such as a hash, is broken where it must be.</summary>
    public IReadOnlyList<string> Lines(string text, float width, Style style)
    {
        List<string> lines = [""];
        foreach (var word in text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines[^1].Length > 0 && Width($"{lines[^1]} {word}", style) > width)
                lines.Add("");
            lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
            while (lines[^1].Length > 1 && Width(lines[^1], style) > width)
            {
                var fits = Fitting(lines[^1], width, style);
                lines.Add(lines[^1][fits..]);
                lines[^2] = lines[^2][..fits];
            }
        }
        return lines;
    }

    /// <param name="baseLine">Where the letters stand, from the top of the page.</param>
    public void Draw(SKCanvas canvas, string text, float x, float baseLine, Style style, SKTextAlign align = SKTextAlign.Left, float halo = 0)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(style.Colour), IsAntialias = true };
        using var rim = new SKPaint { Color = SKColors.White, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = halo, StrokeJoin = SKStrokeJoin.Round };
        x -= align switch { SKTextAlign.Center => Width(text, style) / 2, SKTextAlign.Right => Width(text, style), _ => 0 };
        foreach (var run in Runs(text, style))
        {
            using var font = Font(run.Face, style);
            if (halo > 0)
                canvas.DrawShapedText(_shapers[run.Face], run.Text, x, baseLine, SKTextAlign.Left, font, rim);
            canvas.DrawShapedText(_shapers[run.Face], run.Text, x, baseLine, SKTextAlign.Left, font, paint);
            x += Width(run, style);
        }
    }

    /// <summary>Centred, and as a shape instead of text, so that it is neither found nor copied with the text that it lies under.</summary>
    public static void DrawOutline(SKCanvas canvas, string text, float x, float baseLine, Style style)
    {
        using var font = Font(style.IsBold ? Bold : Regular, style);
        using var paint = new SKPaint { Color = SKColor.Parse(style.Colour), IsAntialias = true };
        using var path = font.GetTextPath(text, new SKPoint(x - font.MeasureText(text) / 2, baseLine));
        canvas.DrawPath(path, paint);
    }

    public void Dispose()
    {
        foreach (var shaper in _shapers.Values)
            shaper.Dispose();
    }

    private int Fitting(string text, float width, Style style)
    {
        var fits = text.Length - 1;
        while (fits > 1 && (Width(text[..fits], style) > width || char.IsLowSurrogate(text[fits])))
            fits--;
        return fits;
    }

    private float Width((string Text, SKTypeface Face) run, Style style)
    {
        using var font = Font(run.Face, style);
        return _shapers[run.Face].Shape(run.Text, font).Width;
    }

    /// <summary>The text in pieces of one face each.</summary>
    private static IEnumerable<(string Text, SKTypeface Face)> Runs(string text, Style style)
    {
        var usual = style.IsBold ? Bold : Regular;
        var (start, face) = (0, usual);
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            var code = char.IsSurrogatePair(text, i) ? char.ConvertToUtf32(text, i) : text[i];
            var covers = !Glyphs[usual].ContainsGlyph(code) && Glyphs[Chinese].ContainsGlyph(code) ? Chinese : usual;
            if (covers != face && i > start)
            {
                yield return (text[start..i], face);
                start = i;
            }
            face = covers;
        }
        if (text.Length > start)
            yield return (text[start..], face);
    }

    /// <summary>The third face has no bold of its own.</summary>
    private static SKFont Font(SKTypeface face, Style style) => new(face, style.Size) { Subpixel = true, Hinting = SKFontHinting.None, Embolden = style.IsBold && face == Chinese };

    private static SKTypeface Load(string name)
    {
        using var stream = typeof(SkiaType).Assembly.GetManifestResourceStream($"Traceability.Certificates.Fonts.{name}.ttf")
            ?? throw new InvalidOperationException($"The font {name} is missing from the build.");
        return SKTypeface.FromStream(stream);
    }
}
