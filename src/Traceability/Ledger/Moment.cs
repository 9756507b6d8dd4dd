using System.Globalization;
using System.Text.RegularExpressions;

namespace Traceability.Ledger;

/// <summary>A time in an address, ISO 8601 with its offset: without one it would be anybody's guess.</summary>
public readonly partial record struct Moment(DateTimeOffset At)
{
    public static bool TryParse(string? text, IFormatProvider? provider, out Moment moment)
    {
        var read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) && WithOffset().IsMatch(text);
        moment = new(at);
        return read;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)\z")]
    private static partial Regex WithOffset();
}
