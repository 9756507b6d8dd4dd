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

/// <summary>Text in the two faces that the service carries with it, shaped by HarfBuzz so that kerning and combining marks come out right.
/// Both cover Latin, Greek and Cyrillic with the Kazakh letters; what they do not cover is printed as an empty box, never left out.</summary>
internal sealed class SkiaType : IDisposable
{
    private static readonly SKTypeface Regular = Load("NotoSans-Regular"), Bold = Load("NotoSans-Bold");

    // A shaper keeps state while it works, so every document has its own.
    private readonly SKShaper _regular = new(Regular), _bold = new(Bold);

    public float Width(string text, Style style)
    {
        using var font = Font(style);
        return Shaper(style).Shape(text, font).Width;
    }

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
        if (text.Length == 0)
            return;
        using var font = Font(style);
        using var paint = new SKPaint { Color = SKColor.Parse(style.Colour), IsAntialias = true };
        if (halo > 0)
        {
            using var rim = new SKPaint { Color = SKColors.White, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = halo, StrokeJoin = SKStrokeJoin.Round };
            canvas.DrawShapedText(Shaper(style), text, x, baseLine, align, font, rim);
        }
        canvas.DrawShapedText(Shaper(style), text, x, baseLine, align, font, paint);
    }

    /// <summary>Centred, and as a shape instead of text, so that it is neither found nor copied with the text that it lies under.</summary>
    public static void DrawOutline(SKCanvas canvas, string text, float x, float baseLine, Style style)
    {
        using var font = Font(style);
        using var paint = new SKPaint { Color = SKColor.Parse(style.Colour), IsAntialias = true };
        using var path = font.GetTextPath(text, new SKPoint(x - font.MeasureText(text) / 2, baseLine));
        canvas.DrawPath(path, paint);
    }

    public void Dispose()
    {
        _regular.Dispose();
        _bold.Dispose();
    }

    private int Fitting(string text, float width, Style style)
    {
        var fits = text.Length - 1;
        while (fits > 1 && (Width(text[..fits], style) > width || char.IsLowSurrogate(text[fits])))
            fits--;
        return fits;
    }

    private SKShaper Shaper(Style style) => style.IsBold ? _bold : _regular;

    private static SKFont Font(Style style) => new(style.IsBold ? Bold : Regular, style.Size) { Subpixel = true, Hinting = SKFontHinting.None };

    private static SKTypeface Load(string name)
    {
        using var stream = typeof(SkiaType).Assembly.GetManifestResourceStream($"Traceability.Certificates.Fonts.{name}.ttf")
            ?? throw new InvalidOperationException($"The font {name} is missing from the build.");
        return SKTypeface.FromStream(stream);
    }
}
