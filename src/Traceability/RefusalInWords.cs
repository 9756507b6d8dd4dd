using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Traceability.Batches;
using Traceability.Materials;

namespace Traceability;

/// <summary>Refusals and alarms as sentences of the reader's language. Their codes are keys of <c>Resources/Text.resx</c>, whose sentences name the values:
/// <c>{batch}</c> as it stands, <c>{held:number}</c> with thin spaces, <c>{at:time}</c> in the reader's time zone, <c>{moisture:percent}</c>, <c>{status:word}</c> translated.</summary>
public static partial class RefusalInWords
{
    public static string Sentence(this IStringLocalizer words, Refusal refusal, TimeZoneInfo? zone = null) => words.Sentence(refusal.Code, refusal.Values, zone);

    public static string Sentence(this IStringLocalizer words, Alarm alarm, TimeZoneInfo? zone = null) => words.Sentence(alarm.Code, alarm.Values, zone);

    private static string Sentence(this IStringLocalizer words, string code, ImmutableSortedDictionary<string, string> values, TimeZoneInfo? zone) =>
        Placeholder().Replace(words[code], place => values.TryGetValue(place.Groups["name"].Value, out var value)
            ? Formatted(words, value, place.Groups["form"].Value, zone ?? TimeZoneInfo.Utc)
            : place.Value);

    private static string Formatted(IStringLocalizer words, string value, string form, TimeZoneInfo zone) => form switch
    {
        "number" when Number(value) is { } number => QuantityInWords.Number(number, Limits.KilogramPlaces),
        "percent" when Number(value) is { } fraction => QuantityInWords.Number(fraction * 100, Limits.KilogramPlaces) + "\u202F%",
        "time" when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var at) =>
            TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy, HH:mm", CultureInfo.CurrentCulture),
        "word" => words.Code(value),
        _ => value,
    };

    private static decimal? Number(string value) => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)(:(?<form>[a-z]+))?\}")]
    private static partial Regex Placeholder();
}
