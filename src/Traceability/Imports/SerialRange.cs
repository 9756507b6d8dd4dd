using System.Globalization;

namespace Traceability.Imports;

/// <summary>Serials as people list them: one by one, or the first and last of a run such as <c>NK4-00001..NK4-00960</c>.</summary>
internal static class SerialRange
{
    private const string Between = "..";

    /// <summary>Adds the serials that <paramref name="item"/> stands for.</summary>
    /// <returns>Why it cannot be a serial or a range, or null.</returns>
    public static Refusal? Expand(string item, List<string> serials)
    {
        if (!item.Contains(Between, StringComparison.Ordinal))
        {
            serials.Add(item);
            return null;
        }
        if (Read(item) is not var (prefix, digits, from, to))
            return Refusal.Of("not-a-serial-range", ("range", item));
        // The limit is checked before a range is written out: one line of text must not fill the memory.
        if (to - from >= Limits.Serials - serials.Count)
            return Refusal.Of("too-many-serials", ("limit", Limits.Serials));

        for (var number = from; number <= to; number++)
            serials.Add(prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'));
        return null;
    }

    /// <summary>How many serials <see cref="Expand"/> would write out of a cell's list: none beyond what a batch may have.</summary>
    public static int Count(string list) => (int)Math.Min(Limits.Serials, list.Split(Row.Separator).Sum(item => Read(item) is var (_, _, from, to) ? to - from + 1L : 1));

    /// <summary>What the ends of a range have in common, and its first and last number; null where it is none.</summary>
    private static (string Prefix, int Digits, int From, int To)? Read(string item)
    {
        if (item.Split(Between, StringSplitOptions.TrimEntries) is not [var first, var last] || first.Length != last.Length)
            return null;
        var digits = first.Reverse().TakeWhile(char.IsAsciiDigit).Count();
        var prefix = first[..^digits];
        return last.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(first[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(last[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            && to >= from ? (prefix, digits, from, to) : null;
    }

    /// <summary>The way back: serials in their order, with runs of them written as first and last.</summary>
    public static IEnumerable<string> Collapse(IReadOnlyList<string> serials)
    {
        for (var i = 0; i < serials.Count;)
        {
            var first = i++;
            while (i < serials.Count && Follows(serials[i - 1], serials[i]))
                i++;
            yield return i - first == 1 ? serials[first] : $"{serials[first]}..{serials[i - 1]}";
        }
    }

    /// <summary>Whether it is the next of its run: as long, and one more in the digits it ends with.</summary>
    private static bool Follows(string before, string serial)
    {
        var digits = Math.Min(9, before.Reverse().TakeWhile(char.IsAsciiDigit).Count());
        return digits > 0 && before.Length == serial.Length && before.AsSpan(0, before.Length - digits).SequenceEqual(serial.AsSpan(0, serial.Length - digits))
            && int.TryParse(before.AsSpan(before.Length - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && int.TryParse(serial.AsSpan(serial.Length - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var next) && next == last + 1;
    }
}
