using System.Globalization;
using System.Security.Claims;
using Traceability.Access;

namespace Traceability.Web;

/// <summary>Who reads the page, and in which time zone.</summary>
public sealed class Reader(IHttpContextAccessor http)
{
    private ClaimsPrincipal? User => http.HttpContext?.User;

    public string Name => User?.Identity?.Name ?? "";

    public TimeZoneInfo Zone { get; } =
        http.HttpContext?.User.FindFirstValue(SignInCookie.TimeZone) is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>For example <c>3 Mar 2026, 14:05</c> in English.</summary>
    public string Time(DateTimeOffset at) => Local(at).ToString("d MMM yyyy, HH:mm", CultureInfo.CurrentCulture);

    public string Day(DateTimeOffset at) => Day(DateOnly.FromDateTime(Local(at).DateTime));

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>ISO 8601 with the zone's offset: exact, and the same in every language.</summary>
    public string Iso(DateTimeOffset at) => Local(at).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>As a browser's date and time field wants it: to the minute, without offset.</summary>
    public string Field(DateTimeOffset at) => Local(at).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary>For example <c>Asia/Almaty, UTC+05:00</c>.</summary>
    public string ZoneInWords(DateTimeOffset at)
    {
        var offset = Zone.GetUtcOffset(at);
        return $"{Zone.Id}, UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}";
    }
}
