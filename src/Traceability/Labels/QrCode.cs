using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QRCoder;
using Traceability.Pictures;

namespace Traceability.Labels;

/// <summary>A link that a phone's camera opens. A quarter of the code may be scratched or dirty before it can no longer be read.</summary>
public static class QrCode
{
    private const int ModuleWidth = 4;

    /// <param name="title">What a reader is told who cannot see it, e.g. "QR code of batch ORE-17".</param>
    public static Picture Picture(string link, string title)
    {
        using var code = QRCodeGenerator.GenerateQrCode(link, QRCodeGenerator.ECCLevel.Q);
        var path = new StringBuilder();
        foreach (var (y, row) in code.ModuleMatrix.Index())
        {
            // Neighbours in a row are one bar, so that no renderer leaves hair lines between them.
            for (var x = 0; x < row.Length; x++)
            {
                var start = x;
                while (x < row.Length && row[x])
                    x++;
                if (x > start)
                    path.Append(CultureInfo.InvariantCulture, $"M{start * ModuleWidth} {y * ModuleWidth}h{(x - start) * ModuleWidth}v{ModuleWidth}h{(start - x) * ModuleWidth}z");
            }
        }
        var side = code.ModuleMatrix.Count * ModuleWidth;
        return new(side, side, title, link, [new Box(0, 0, side, side, 0, new("#ffffff")), new Line(path.ToString(), new("#000000"))]);
    }

    public static string Svg(string link, string title) =>
        Pictures.Svg.Write(Picture(link, title), $"qr-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(link)).AsSpan(0, 6))}");
}
