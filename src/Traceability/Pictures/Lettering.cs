using System.Text;
using System.Text.RegularExpressions;

namespace Traceability.Pictures;

/// <summary>How wide text will be, without knowing the reader's font: widths of Noto Sans by kind of character, a little generous,
/// so that what fits here also fits in the fonts that browsers take instead.</summary>
public static partial class Lettering
{
    /// <returns>Width in the unit of <paramref name="size"/>.</returns>
    public static double Width(string text, double size, bool bold = false) =>
        text.EnumerateRunes().Sum(Ems) * size * (bold ? 1.07 : 1);

    /// <summary>The text, or as much of its beginning as fits, with an ellipsis.</summary>
    public static string Fit(string text, double width, double size, bool bold = false)
    {
        if (Width(text, size, bold) <= width)
            return text;
        var room = width - Width("…", size, bold);
        var kept = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            room -= Width(rune.ToString(), size, bold);
            if (room < 0)
                break;
            kept.Append(rune);
        }
        return kept.ToString().TrimEnd() + "…";
    }

    /// <summary>Breaks between words and after hyphens; what does not fit into the last line ends in an ellipsis.</summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size, int lines, bool bold = false)
    {
        List<string> broken = [""];
        foreach (var word in BreakPoint().Split(text))
        {
            if (broken[^1].Length == 0 || broken.Count == lines || Width((broken[^1] + word).TrimEnd(), size, bold) <= width)
                broken[^1] += word;
            else
                broken.Add(word);
        }
        return [.. broken.Select(line => Fit(line.TrimEnd(), width, size, bold))];
    }

    [GeneratedRegex(@"(?<=[\s-])")]
    private static partial Regex BreakPoint();

    private static double Ems(Rune rune) => rune.Value switch
    {
        ' ' or '\u00A0' => 0.27,
        '\u2009' or '\u202F' => 0.2,
        'i' or 'j' or 'l' or 'I' or 't' or 'f' or 'r' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or '(' or ')' or '[' or ']' or '-' or '·' or '/' => 0.36,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or 'Ш' or 'Щ' or 'Ж' or 'Ю' or 'М' or 'ш' or 'щ' or 'ж' or 'ю' or 'м' or 'ы' or '…' => 0.9,
        >= '0' and <= '9' => 0.575,
        >= 'A' and <= 'Z' => 0.68,
        < 0x2000 => Rune.IsUpper(rune) ? 0.72 : 0.59,
        _ => 1.0,
    };
}
