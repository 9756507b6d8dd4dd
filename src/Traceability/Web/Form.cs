using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Traceability.Web;

/// <summary>What somebody typed: kept as typed to be shown again, read as numbers, times and ids; what cannot be read becomes a sentence beside its field.</summary>
/// <remarks>Fields are named like the members of the command, <c>lines[0].stated.wetKilograms</c>, so that a rule's refusal finds its field by itself.</remarks>
public sealed class Form(IStringLocalizer<Text> words, Reader reader)
{
    private readonly Dictionary<string, string> _typed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _wrong = new(StringComparer.Ordinal);

    /// <summary>As typed, without blanks around it.</summary>
    public string this[string field]
    {
        get => _typed.GetValueOrDefault(field, "");
        set => _typed[field] = value;
    }

    /// <summary>What is wrong, in the order it was found; a field that no input has stands for the whole form.</summary>
    public IReadOnlyDictionary<string, string> Wrong => _wrong;

    public bool IsFine => _wrong.Count == 0;

    public void Read(IFormCollection posted)
    {
        foreach (var (field, value) in posted.Where(p => !p.Key.StartsWith('_')))
            _typed[field] = value.ToString().Trim();
    }

    public void Fail(string field, string sentence) => _wrong.TryAdd(field, sentence);

    public void Fail(Refusal refusal) => Fail(refusal.Field ?? "", words.Sentence(refusal, reader.Zone));

    public bool Has(string field) => this[field].Length > 0;

    /// <summary>Text that must be there.</summary>
    public string Text(string field)
    {
        if (!Has(field))
            Fail(Refusal.Of("value-missing").At(field));
        return this[field];
    }

    public string? Optional(string field) => Has(field) ? this[field] : null;

    /// <summary>A number as people write it, with blanks between thousands and a point or comma before decimals; null when empty.</summary>
    public decimal? Number(string field)
    {
        var text = string.Concat(this[field].Where(c => !char.IsWhiteSpace(c)));
        if (text.Length == 0)
            return null;
        // 1,234 may be a thousand or a little more than one: nobody should guess a mass.
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var ambiguous = comma >= 0 && (text.LastIndexOf(',') != comma || text.Contains('.', StringComparison.Ordinal) || text.Length - comma == 4);
        if (!ambiguous && decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Fail(Refusal.Of(ambiguous ? "number-ambiguous" : "not-a-number").At(field));
        return null;
    }

    /// <summary>Typed in percent, meant as a fraction.</summary>
    public decimal? Percent(string field) => Number(field) / 100;

    public long? Whole(string field)
    {
        if (Number(field) is not { } number)
            return null;
        if (number == decimal.Truncate(number) && decimal.Abs(number) <= long.MaxValue)
            return (long)number;
        Fail(Refusal.Of("not-a-whole-number").At(field));
        return null;
    }

    public Guid Id(string field)
    {
        if (Guid.TryParse(this[field], out var id))
            return id;
        Fail(Refusal.Of(Has(field) ? "not-a-choice" : "value-missing").At(field));
        return Guid.Empty;
    }

    public T Choice<T>(string field) where T : struct, Enum
    {
        if (Enum.TryParse<T>(this[field], out var choice) && Enum.IsDefined(choice))
            return choice;
        Fail(Refusal.Of(Has(field) ? "not-a-choice" : "value-missing").At(field));
        return default;
    }

    /// <summary>A date and time of the reader's own zone.</summary>
    public DateTimeOffset Time(string field)
    {
        if (DateTime.TryParse(this[field], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), reader.Zone.GetUtcOffset(local));
        Fail(Refusal.Of(Has(field) ? "not-a-time" : "value-missing").At(field));
        return default;
    }

    /// <summary>One entry a line; also parted by commas or semicolons.</summary>
    public IReadOnlyList<string> Entries(string field) =>
        this[field].Split(['\n', ',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
