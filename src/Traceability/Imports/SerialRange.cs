using System.Globalization;

namespace Traceability.Imports;

/// <summary>Serials as people list them: one by one, or the first and last of a run such as <c>NK4-00001..NK4-00960</c>.</summary>
internal static class SerialRange
{
    /// <summary>Adds the serials that <paramref name="item"/> stands for.</summary>
    /// <returns>Why it cannot be a serial or a range, or null.</returns>
    public static Refusal? Expand(string item, List<string> serials)
    {
        var ends = item.Split("..", StringSplitOptions.TrimEntries);
        if (ends is [var single])
        {
            serials.Add(single);
            return null;
        }
        if (ends is not [var first, var last] || first.Length != last.Length)
            return Refusal.Of("not-a-serial-range", ("range", item));

        var digits = first.Reverse().TakeWhile(char.IsAsciiDigit).Count();
        var prefix = first[..^digits];
        if (!last.StartsWith(prefix, StringComparison.Ordinal)
            || !int.TryParse(first[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(last[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            || to < from)
            return Refusal.Of("not-a-serial-range", ("range", item));
        // The limit is checked before a range is written out: one line of text must not fill the memory.
        if (to - from >= Limits.Serials - serials.Count)
            return Refusal.Of("too-many-serials", ("limit", Limits.Serials));

        for (var number = from; number <= to; number++)
            serials.Add(prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'));
        return null;
    }
}
