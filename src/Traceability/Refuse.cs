using System.Text;
using System.Text.RegularExpressions;
using Traceability.Ledger;

namespace Traceability;

/// <summary>What no command may say, whatever it is about. Each answers a refusal, or null where there is nothing to object to.</summary>
public static partial class Refuse
{
    /// <summary>Times that no clock can have shown (C5).</summary>
    public static Refusal? Time(States states, DateTimeOffset at, string field) =>
        at > states.Now + Limits.Future ? Refusal.Of("in-the-future", ("at", at)).At(field)
        : at < Limits.Earliest ? Refusal.Of("too-long-ago", ("at", at), ("earliest", Limits.Earliest)).At(field)
        : null;

    /// <summary>The id of something new was chosen, and nothing else has it.</summary>
    public static Refusal? NewId(States states, Guid id, string field) =>
        Id(id, field) ?? (states.Exists(id) ? Refusal.Of("id-reused").At(field) : null);

    /// <summary>An id that nobody may choose.</summary>
    public static Refusal? Id(Guid id, string field) =>
        id == Guid.Empty ? Refusal.Of("id-missing").At(field)
        : DerivedId.IsStep(id) ? Refusal.Of("id-reserved").At(field)
        : null;

    /// <summary>An organisation's own number for something new of its own.</summary>
    /// <param name="key">What the number is known by among all numbers of the organisation.</param>
    public static Refusal? Number(States states, Guid organisationId, string number, string key, string field) =>
        string.IsNullOrWhiteSpace(number) || number != number.Trim() || number.Length > Limits.CodeLength || Unreadable(number) ? Refusal.Of("number-malformed", ("limit", Limits.CodeLength)).At(field)
        : states.Number(organisationId, key) is not null ? Refusal.Of("number-taken", ("number", number)).At(field)
        : null;

    /// <summary>A short name for files and addresses, unique in the whole register.</summary>
    public static Refusal? Code(States states, string code, string key, string field) =>
        code.Length > Limits.CodeLength || !KebabCase().IsMatch(code) ? Refusal.Of("code-malformed", ("code", code)).At(field)
        : states.Number(Guid.Empty, key) is not null ? Refusal.Of("code-taken", ("code", code)).At(field)
        : null;

    public static Refusal? Name(string name, string field) =>
        string.IsNullOrWhiteSpace(name) ? Refusal.Of("name-missing").At(field) : Line(name, Limits.NameLength, field);

    /// <summary>A list of names: seals' issuers, units, papers.</summary>
    public static Refusal? Names(IReadOnlyList<string>? names, int limit, string field) =>
        Count(names?.Count ?? 0, limit, field) ?? (names ?? []).Select((name, i) => Name(name, $"{field}[{i}]")).FirstOrDefault(wrong => wrong is not null);

    public static Refusal? Reason(string reason) =>
        string.IsNullOrWhiteSpace(reason) ? Refusal.Of("reason-missing").At("reason") : Text(reason, "reason");

    /// <summary>Free words on one line.</summary>
    public static Refusal? Line(string? text, int limit, string field) =>
        text is null ? null
        : text.Length > limit ? Refusal.Of("text-too-long", ("limit", limit)).At(field)
        : Unreadable(text) ? Refusal.Of("text-malformed").At(field)
        : null;

    /// <summary>Free words on several lines.</summary>
    public static Refusal? Text(string? text, string field) =>
        text?.Length > Limits.TextLength ? Refusal.Of("text-too-long", ("limit", Limits.TextLength)).At(field)
        : Line(text?.ReplaceLineEndings(" ").Replace('\t', ' '), Limits.TextLength, field);

    public static Refusal? Country(string country, string field) =>
        country.Length == 2 && country.All(char.IsAsciiLetterUpper) ? null : Refusal.Of("country-unknown", ("country", country)).At(field);

    /// <summary>A value that its enumeration does not know.</summary>
    public static Refusal? Undefined<T>(T value, string field) where T : struct, Enum =>
        Enum.IsDefined(value) ? null : Refusal.Of("value-unknown", ("value", value)).At(field);

    public static Refusal? Kilograms(decimal? kilograms, decimal limit, string field) =>
        kilograms is not { } stated ? null
        : stated <= 0 || stated > limit ? Refusal.Of("mass-out-of-range", ("kilograms", stated), ("limit", limit)).At(field)
        : Places(stated, Limits.KilogramPlaces, field);

    /// <summary>More decimal places than are kept.</summary>
    public static Refusal? Places(decimal? value, int places, string field) =>
        value?.Places() > places ? Refusal.Of("too-precise", ("places", places)).At(field) : null;

    public static Refusal? Count(int count, int limit, string field) =>
        count > limit ? Refusal.Of("lines-out-of-range", ("limit", limit)).At(field) : null;

    /// <summary>Control characters and broken UTF-16: what no label shows and no database keeps.</summary>
    internal static bool Unreadable(string text) => text.EnumerateRunes().Any(r => r == Rune.ReplacementChar || Rune.IsControl(r));

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex KebabCase();
}
