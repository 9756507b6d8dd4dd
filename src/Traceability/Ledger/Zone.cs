namespace Traceability.Ledger;

/// <summary>A time zone in an address, by its IANA name: it says whose days are meant.</summary>
public readonly record struct Zone(TimeZoneInfo Days)
{
    public static bool TryParse(string? text, IFormatProvider? provider, out Zone zone)
    {
        var known = TimeZoneInfo.TryFindSystemTimeZoneById(text ?? "", out var days) && days.HasIanaId;
        zone = new(days ?? TimeZoneInfo.Utc);
        return known;
    }
}
