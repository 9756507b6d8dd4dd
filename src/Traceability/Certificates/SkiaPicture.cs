using SkiaSharp;
using Traceability.Pictures;

namespace Traceability.Certificates;

/// <summary>Draws the marks of a picture on a page. Links within the service lead nowhere on paper and are left out.</summary>
internal sealed class SkiaPicture(SKCanvas canvas, SkiaType type)
{
    /// <param name="scale">Points per pixel of the picture.</param>
    public void Draw(Picture picture, float x, float y, float scale)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.Scale(scale);
        Draw(picture.Marks);
        canvas.Restore();
    }

    private void Draw(IEnumerable<Mark> marks)
    {
        foreach (var mark in marks)
        {
            switch (mark)
            {
                case Box box:
                    var rectangle = SKRect.Create((float)box.X, (float)box.Y, (float)box.Width, (float)box.Height);
                    Paint(box.Ink, paint => canvas.DrawRoundRect(rectangle, (float)box.Radius, (float)box.Radius, paint));
                    break;
                case Line line:
                    using (var path = SKPath.ParseSvgPathData(line.Path))
                        Paint(line.Ink, paint => canvas.DrawPath(path, paint));
                    break;
                case Words words:
                    var align = words.Anchor switch { Anchor.Start => SKTextAlign.Left, Anchor.Middle => SKTextAlign.Center, _ => SKTextAlign.Right };
                    type.Draw(canvas, words.Text, (float)words.X, (float)words.Y, new((float)words.Size, words.Colour, words.Bold), align, words.Halo ? 4 : 0);
                    break;
                case Part part:
                    Draw(part.Marks);
                    break;
            }
        }
    }

    private static void Paint(Ink ink, Action<SKPaint> draw)
    {
        if (ink.Fill is { } fill)
        {
            using var paint = new SKPaint { Color = SKColor.Parse(fill), IsAntialias = true };
            draw(paint);
        }
        if (ink.Stroke is { } stroke)
        {
            using var dashes = ink.Dashed ? SKPathEffect.CreateDash([5, 4], 0) : null;
            using var paint = new SKPaint { Color = SKColor.Parse(stroke), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = (float)ink.StrokeWidth, PathEffect = dashes };
            draw(paint);
        }
    }
}
