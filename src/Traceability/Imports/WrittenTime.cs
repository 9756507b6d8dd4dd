using System.Globalization;
using System.Text.RegularExpressions;

namespace Traceability.Imports;

public enum DateOrder { DayFirst, MonthFirst }

/// <summary>Days and times as people write them. The year stands first, or last with day and month before it in either order.</summary>
/// <param name="Offset">Null where the text gives none.</param>
/// <param name="First">Of day and month the one that stands first; 0 where the year does.</param>
internal readonly record struct WrittenTime(int Year, int First, int Second, char Between, TimeSpan OfDay, TimeSpan? Offset)
{
    /// <summary>Day and month are told apart by where they stand, not by the text itself.</summary>
    public bool HasOrder => Between is '.' or '/' or '-';

    public bool IsDotted => Between == '.';

    public static WrittenTime? Read(string text)
    {
        if (Forms.Match(text) is not { Success: true, Groups: var said })
            return null;
        int Part(string name) => int.Parse(said[name].ValueSpan, CultureInfo.InvariantCulture);
        var ofDay = said["hour"].Success
            ? new TimeSpan(0, Part("hour"), Part("minute"), said["second"].Success ? Part("second") : 0) + Fraction(said["fraction"].ValueSpan)
            : TimeSpan.Zero;
        if (said["hour"].Success && (Part("hour") > 23 || Part("minute") > 59 || said["second"].Success && Part("second") > 59))
            return null;
        TimeSpan? offset = null;
        if (said["offset"].Success)
        {
            if (!TryOffset(said["offset"].ValueSpan, out var given))
                return null;
            offset = given;
        }
        return said["year"].Success
            ? new(Part("year"), Part("month"), Part("day"), '\0', ofDay, offset)
            : new(Part("last"), Part("first"), Part("second2"), said["between"].ValueSpan[0], ofDay, offset);
    }

    /// <summary>The day under that order; null where the calendar has no such day.</summary>
    public DateOnly? Day(DateOrder order)
    {
        var (month, day) = HasOrder && order == DateOrder.DayFirst ? (Second, First) : (First, Second);
        return Year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(Year, month) ? new(Year, month, day) : null;
    }

    /// <summary>Offsets as <c>+05:00</c>, <c>-0430</c> or <c>Z</c>.</summary>
    public static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
            return true;
        if (text.Length is not (5 or 6) || text[0] is not ('+' or '-')
            || !int.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || !int.TryParse(text[^2..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            || hours > 14 || minutes > 59 || hours == 14 && minutes > 0)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static TimeSpan Fraction(ReadOnlySpan<char> digits) =>
        digits.IsEmpty ? TimeSpan.Zero : TimeSpan.FromTicks((long)(decimal.Parse($"0.{digits}", CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    private static readonly Regex Forms = new(
        """
        ^(?:(?<year>\d{4})(?<y>[-/.])(?<month>\d{1,2})\k<y>(?<day>\d{1,2})
        |(?<year>\d{4})年(?<month>\d{1,2})月(?<day>\d{1,2})日
        |(?<first>\d{1,2})(?<between>[-/.])(?<second2>\d{1,2})\k<between>(?<last>\d{4}))
        (?:(?:[ T]|,[ ])[ ]?(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d{1,6}))?)?[ ]?(?<offset>[Zz]|[+-]\d\d:?\d\d)?)?$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.Compiled, TimeSpan.FromSeconds(1));
}
