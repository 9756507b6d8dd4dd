using Microsoft.Extensions.Localization;

namespace Traceability.Imports;

/// <summary>How a file was read, and how it may be read, in the reader's words.</summary>
internal static class FoundInWords
{
    /// <summary>Values of a setting and what they mean.</summary>
    public static IEnumerable<(string Value, string Text)> Separators(this IStringLocalizer<Text> words) =>
        [("comma", words["Comma"]), ("semicolon", words["Semicolon"]), ("tab", words["Tab"]), ("bar", words["Upright bar"])];

    public static IEnumerable<(string Value, string Text)> Marks(this IStringLocalizer<Text> words) => [("point", words["Decimal point"]), ("comma", words["Decimal comma"])];

    public static IEnumerable<(string Value, string Text)> Orders(this IStringLocalizer<Text> words) => [("day-first", words["Day before month"]), ("month-first", words["Month before day"])];

    public static IEnumerable<(string Value, string Text)> Units(this IStringLocalizer<Text> words) =>
        [("kg", words["Kilograms"]), ("t", words["Tonnes"]), ("g", words["Grams"]), ("lb", words["Pounds"])];

    public static IEnumerable<(string Value, string Text)> Bases(this IStringLocalizer<Text> words) => [("wet", words["Wet mass"]), ("dry", words["Dry mass"])];

    public static IEnumerable<(string Value, string Text)> Modes(this IStringLocalizer<Text> words) =>
    [
        (nameof(ImportMode.GoodRows), words["Record the good rows, refuse the others"]), (nameof(ImportMode.AllOrNothing), words["Record all rows or none"]),
        (nameof(ImportMode.DryRun), words["Only look, record nothing"]),
    ];

    public static string Separator(this IStringLocalizer<Text> words, string name) => words.Separators().Single(s => s.Value == name).Text;

    public static string? Mark(this IStringLocalizer<Text> words, Finding<DecimalMark>? found) => Sentence(words, found, words.Marks(), FileSettings.Marks);
    public static string? Order(this IStringLocalizer<Text> words, Finding<DateOrder>? found) => Sentence(words, found, words.Orders(), FileSettings.Orders);
    public static string? Unit(this IStringLocalizer<Text> words, Finding<MassUnit>? found) => Sentence(words, found, words.Units(), FileSettings.Units);
    public static string? Basis(this IStringLocalizer<Text> words, Finding<MassBasis>? found) => Sentence(words, found, words.Bases(), FileSettings.Bases);

    /// <summary>Null where there is nothing to be said of it.</summary>
    private static string? Sentence<T>(IStringLocalizer<Text> words, Finding<T>? found, IEnumerable<(string Value, string Text)> texts, IReadOnlyDictionary<string, T> named) where T : struct, Enum
    {
        var what = found?.Value is { } value && named.FirstOrDefault(n => n.Value.Equals(value)).Key is { } key ? texts.Single(t => t.Value == key).Text : null;
        if (found is null)
            return null;
        return found.Certainty switch
        {
            Certainty.Shown => words["{0}, as the file shows", what!],
            Certainty.Said => words["{0}, as you said", what!],
            Certainty.Kept => words["{0}, as was said before", what!],
            Certainty.Assumed => words["{0}, assumed", what!],
            Certainty.Open => words["Not known: please say it"],
            Certainty.Mixed => words["Contradictory: please say it"],
            _ => what is null ? words["Said in each row"] : words["Makes no difference"],
        };
    }
}
