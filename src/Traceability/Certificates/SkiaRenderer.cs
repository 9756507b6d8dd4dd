using SkiaSharp;
using Traceability.Pictures;

namespace Traceability.Certificates;

/// <summary>A4 pages by Skia's PDF backend, with the fonts embedded.</summary>
public sealed class SkiaRenderer : ICertificateRenderer
{
    private const float Width = 210 * SkiaBlocks.PointsPerMillimetre, Height = 297 * SkiaBlocks.PointsPerMillimetre;
    private const float Side = 16 * SkiaBlocks.PointsPerMillimetre, Top = 17 * SkiaBlocks.PointsPerMillimetre, Bottom = Height - 15 * SkiaBlocks.PointsPerMillimetre;
    private const string Pale = "#ebe8df";
    private static readonly Style Furniture = new(8, Colours.Quiet);

    public byte[] Render(PrintedDocument document)
    {
        using var type = new SkiaType();
        var blocks = new SkiaBlocks(type);
        var pages = Paginate([.. document.Blocks.SelectMany(block => blocks.Strips(block, Side, Width - 2 * Side))]);

        using var file = new MemoryStream();
        using (var pdf = SKDocument.CreatePdf(file, Metadata(document)))
        {
            foreach (var (i, page) in pages.Index())
            {
                var canvas = pdf.BeginPage(Width, Height);
                if (document.Watermark is { } watermark)
                    Watermark(canvas, type, watermark);
                Frame(canvas, type, document, document.PageNumber(i + 1, pages.Count));
                foreach (var (strip, y) in page)
                    strip.Draw(canvas, y);
                pdf.EndPage();
            }
            pdf.Close();
        }
        return file.ToArray();
    }

    private static SKDocumentPdfMetadata Metadata(PrintedDocument document) => new()
    {
        Title = document.Title,
        Creator = "Traceability",
        Creation = document.MadeAt.UtcDateTime,
        Modified = document.MadeAt.UtcDateTime,
        RasterDpi = SKDocumentPdfMetadata.DefaultRasterDpi,
        EncodingQuality = SKDocumentPdfMetadata.DefaultEncodingQuality,
    };

    private static List<List<(Strip Strip, float Y)>> Paginate(IReadOnlyList<Strip> strips)
    {
        List<List<(Strip, float)>> pages = [[]];
        var y = Top;
        for (var i = 0; i < strips.Count; i++)
        {
            var together = strips.Skip(i).TakeWhile((strip, at) => at == 0 || strips[i + at - 1].StaysWithNext).Sum(strip => strip.Height);
            var isFull = y + together > Bottom && pages[^1].Count > 0;
            // Space parts what stands on one page; it neither begins a page nor makes one.
            if (strips[i].IsSpace && (isFull || pages[^1].Count == 0))
                continue;
            if (isFull)
            {
                pages.Add([]);
                y = Top;
                if (strips[i].Head is { } head)
                    Place(head);
            }
            Place(strips[i]);
        }
        return pages;

        void Place(Strip strip)
        {
            pages[^1].Add((strip, y));
            y += strip.Height;
        }
    }

    private static void Frame(SKCanvas canvas, SkiaType type, PrintedDocument document, string pageNumber)
    {
        const float header = 11 * SkiaBlocks.PointsPerMillimetre, footer = Height - 8.5f * SkiaBlocks.PointsPerMillimetre;
        using var rule = new SKPaint { Color = SKColor.Parse(Colours.Accent), StrokeWidth = 1.2f };
        type.Draw(canvas, document.Header, Side, header, Furniture);
        canvas.DrawLine(Side, header + 5, Width - Side, header + 5, rule);
        type.Draw(canvas, document.Footer, Side, footer, Furniture);
        type.Draw(canvas, pageNumber, Width - Side, footer, Furniture, SKTextAlign.Right);
    }

    private static void Watermark(SKCanvas canvas, SkiaType type, string text)
    {
        var natural = new Style(100, Pale, IsBold: true);
        var size = float.Min(110, 100 * 640 / type.Width(text, natural));
        canvas.Save();
        canvas.Translate(Width / 2, Height / 2);
        canvas.RotateDegrees(-52);
        SkiaType.DrawOutline(canvas, text, 0, size * 0.35f, natural with { Size = size });
        canvas.Restore();
    }
}
