using System.Globalization;

namespace Traceability.Imports;

public enum DecimalMark { Point, Comma }

/// <summary>Numbers as people write them: with a point or a comma before the decimals, and between thousands with the other one, a blank or an apostrophe; a percent sign at the end says nothing more.</summary>
internal static class WrittenNumber
{
    /// <summary>The number, or null where the text is none under that mark.</summary>
    public static decimal? Read(ReadOnlySpan<char> text, DecimalMark mark)
    {
        text = text.TrimEnd(" \u00A0%").Trim();
        var negative = text is ['-' or '\u2212', ..];
        if (text is ['-' or '\u2212' or '+', ..])
            text = text[1..];
        var (point, other) = mark == DecimalMark.Point ? ('.', ',') : (',', '.');
        var at = text.IndexOf(point);
        var whole = at < 0 ? text : text[..at];
        var fraction = at < 0 ? default : text[(at + 1)..];
        // Longer than any decimal can hold.
        if (whole.Length > 40 || fraction.Length > 40 || at >= 0 && fraction.IsEmpty && whole.IsEmpty)
            return null;
        Span<char> plain = stackalloc char[82];
        var length = 0;
        if (negative)
            plain[length++] = '-';
        if (!Digits(whole, other, plain, ref length))
            return null;
        if (!fraction.IsEmpty)
        {
            if (fraction.ContainsAnyExceptInRange('0', '9'))
                return null;
            plain[length++] = '.';
            fraction.CopyTo(plain[length..]);
            length += fraction.Length;
        }
        return decimal.TryParse(plain[..length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Digits without what stands between thousands: groups of three, all set apart by the same sign.</summary>
    private static bool Digits(ReadOnlySpan<char> whole, char other, Span<char> plain, ref int length)
    {
        var (between, group, grouped, start) = ('\0', 0, false, length);
        foreach (var c in whole)
        {
            if (char.IsAsciiDigit(c))
            {
                plain[length++] = c;
                group++;
                continue;
            }
            if (c != other && !IsBlank(c) && c is not ('\'' or '\u2019'))
                return false;
            if (grouped ? c != between || group != 3 : group is 0 or > 3 || plain[start] == '0')
                return false;
            (between, grouped, group) = (c, true, 0);
        }
        return !grouped || group == 3;
    }

    private static bool IsBlank(char c) => c is ' ' or '\u00A0' or '\u2009' or '\u202F';
}
