using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Traceability.Tests.Certificates;

/// <summary>As much of a PDF file as tests ask for: its fonts and, page by page, the text that a reader could search and copy.</summary>
internal sealed partial class PdfFile
{
    private readonly Dictionary<int, (string Head, byte[]? Stream)> _objects = [];

    public PdfFile(byte[] bytes)
    {
        Raw = Encoding.Latin1.GetString(bytes);
        foreach (Match match in Objects().Matches(Raw))
        {
            var start = match.Value.IndexOf("stream\n", StringComparison.Ordinal);
            var stream = start < 0 ? null : bytes[(match.Index + start + 7)..(match.Index + match.Length)];
            _objects.Add(int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), (start < 0 ? match.Value : match.Value[..start], stream));
        }
        Fonts = [.. _objects.Values.Select(o => FontFile().Match(o.Head)).Where(font => font.Success).Select(font => font.Groups["name"].Value).Order()];
        Pages = [.. Kids().Match(Raw).Groups["kids"].Value.Split(" 0 R", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(id => Drawn(_objects[int.Parse(id, CultureInfo.InvariantCulture)].Head))];
    }

    public string Raw { get; }

    /// <summary>Fonts whose letters are in the file itself.</summary>
    public IReadOnlyList<string> Fonts { get; }

    /// <summary>Of each page its pieces of text, in the order in which they were drawn.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Pages { get; }

    /// <summary>All of it, piece by piece.</summary>
    public string Text => string.Join('\n', Pages.SelectMany(page => page));

    private List<string> Drawn(string page)
    {
        var fonts = Resource().Matches(page).ToDictionary(font => font.Groups["name"].Value, font => Letters(int.Parse(font.Groups["id"].Value, CultureInfo.InvariantCulture)));
        var content = Inflated(int.Parse(Contents().Match(page).Groups["id"].Value, CultureInfo.InvariantCulture));
        return [.. Piece().Matches(content).Select(piece => string.Concat(Glyph().Matches(piece.Value).Select(glyph => fonts[piece.Groups["font"].Value].GetValueOrDefault(Hex(glyph.Groups["id"].Value), '\uFFFD'))))];
    }

    private Dictionary<int, char> Letters(int font)
    {
        var map = Inflated(int.Parse(ToUnicode().Match(_objects[font].Head).Groups["id"].Value, CultureInfo.InvariantCulture));
        var letters = new Dictionary<int, char>();
        foreach (Match range in Mapping().Matches(map))
        {
            var (first, last, letter) = (Hex(range.Groups["first"].Value), Hex(range.Groups["last"].Value is { Length: > 0 } end ? end : range.Groups["first"].Value), Hex(range.Groups["letter"].Value));
            for (var glyph = first; glyph <= last; glyph++)
                letters[glyph] = (char)(letter + glyph - first);
        }
        return letters;
    }

    private string Inflated(int id)
    {
        using var zip = new ZLibStream(new MemoryStream(_objects[id].Stream!), CompressionMode.Decompress);
        using var text = new StreamReader(zip, Encoding.Latin1);
        return text.ReadToEnd();
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<id>\d+) 0 obj\n.*?endobj", RegexOptions.Singleline)]
    private static partial Regex Objects();

    [GeneratedRegex(@"/FontName /[A-Z]{6}\+(?<name>\S+).*/FontFile2", RegexOptions.Singleline)]
    private static partial Regex FontFile();

    [GeneratedRegex(@"/Kids \[(?<kids>[^\]]*)\]")]
    private static partial Regex Kids();

    [GeneratedRegex(@"/Contents (?<id>\d+) 0 R")]
    private static partial Regex Contents();

    [GeneratedRegex(@"/ToUnicode (?<id>\d+) 0 R")]
    private static partial Regex ToUnicode();

    [GeneratedRegex(@"/(?<name>F\d+) (?<id>\d+) 0 R")]
    private static partial Regex Resource();

    [GeneratedRegex(@"BT\n/(?<font>F\d+) .*?ET", RegexOptions.Singleline)]
    private static partial Regex Piece();

    [GeneratedRegex(@"(?<=<[0-9A-F]*)(?<id>[0-9A-F]{4})(?=([0-9A-F]{4})*> Tj)")]
    private static partial Regex Glyph();

    [GeneratedRegex(@"^<(?<first>[0-9A-F]{4})> (<(?<last>[0-9A-F]{4})> )?<(?<letter>[0-9A-F]{4})>$", RegexOptions.Multiline)]
    private static partial Regex Mapping();
}
