using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace Traceability.Web;

/// <summary>What somebody typed: kept as typed to be shown again, read as numbers, times and ids; what cannot be read becomes a sentence beside its field.</summary>
/// <remarks>Fields are named like the members of the command, so that a rule's refusal finds its field by itself; only rows are named by keys
/// that stay the same whatever stands before them: <c>lines[key].stated.wetKilograms</c>.</remarks>
public sealed partial class Form(IStringLocalizer<Text> words, Reader reader)
{
    private readonly Dictionary<string, string> _typed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _wrong = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _rows = new(StringComparer.Ordinal);

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

    /// <summary>A rule's refusal, beside the input it is about, or the nearest one around it.</summary>
    public void Fail(Refusal refusal)
    {
        var field = RowOf(refusal.Field ?? "");
        var around = field;
        while (around.Length > 0 && !_typed.ContainsKey(around))
            around = around[..Math.Max(0, around.LastIndexOfAny(['.', '[']))];
        Fail(around.Length > 0 ? around : field, words.Sentence(refusal, reader.Zone));
    }

    /// <summary>Keys of a list's rows in which somebody filled in any of these members. From then on the command's n-th line is the n-th of them.</summary>
    public IReadOnlyList<string> Rows(string list, params string[] members) => Rows(list, key => members.Any(member => Has($"{list}[{key}].{member}")));

    /// <summary>Keys of a list's rows that count. From then on the command's n-th line is the n-th of them.</summary>
    public IReadOnlyList<string> Rows(string list, Func<string, bool> counts) => _rows[list] = [.. Keys(list).Where(counts)];

    /// <summary>Keys of all rows of a list, filled in or not.</summary>
    public IReadOnlyList<string> Keys(string list) =>
        [.. _typed.Keys.Where(f => f.StartsWith(list + '[', StringComparison.Ordinal)).Select(f => f[(list.Length + 1)..f.IndexOf(']', StringComparison.Ordinal)]).Distinct()];

    /// <summary>What the fields under a path are called.</summary>
    public IReadOnlyList<string> Under(string path) => [.. _typed.Keys.Where(f => f.StartsWith(path, StringComparison.Ordinal)).Select(f => f[path.Length..])];

    private string RowOf(string field)
    {
        var match = Line().Match(field);
        return match.Success && _rows.TryGetValue(match.Groups["list"].Value, out var keys)
            && int.TryParse(match.Groups["n"].Value, CultureInfo.InvariantCulture, out var n) && n < keys.Count
            ? $"{match.Groups["list"].Value}[{keys[n]}]{match.Groups["rest"].Value}"
            : field;
    }

    [GeneratedRegex(@"^(?<list>[a-z]+)\[(?<n>[0-9]{1,6})\](?<rest>.*)$")]
    private static partial Regex Line();

    /// <summary>Something that was offered when the form was shown is not there any more.</summary>
    public void FailAsGone(string field) => Fail(field, words["This is not there any more."]);

    public bool Has(string field) => this[field].Length > 0;

    /// <summary>Text that must be there.</summary>
    public string Text(string field)
    {
        if (!Has(field))
            Fail(field, words["Fill this in."]);
        return this[field];
    }

    public string? Optional(string field) => Has(field) ? this[field] : null;

    /// <summary>A number as people write it, with blanks between thousands and a point or comma before decimals; null when empty.</summary>
    public decimal? Number(string field) => Number(field, this[field]);

    /// <summary>A number that is part of what a field says.</summary>
    public decimal? Number(string field, string typed)
    {
        var text = string.Concat(typed.Where(c => !char.IsWhiteSpace(c)));
        if (text.Length == 0)
            return null;
        // 1,234 may be a thousand or a little more than one: nobody should guess a mass.
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var ambiguous = comma >= 0 && (text.LastIndexOf(',') != comma || text.Contains('.', StringComparison.Ordinal) || text.Length - comma == 4);
        if (!ambiguous && decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Fail(field, ambiguous ? words["Write it without marks between the thousands, for example 1234 or 1.234."] : words["This is not a number."]);
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
        Fail(field, words["Write a whole number."]);
        return null;
    }

    public Guid Id(string field)
    {
        if (Guid.TryParse(this[field], out var id))
            return id;
        FailAsChoice(field);
        return Guid.Empty;
    }

    public T Choice<T>(string field) where T : struct, Enum
    {
        if (Enum.TryParse<T>(this[field], out var choice) && Enum.IsDefined(choice))
            return choice;
        FailAsChoice(field);
        return default;
    }

    /// <summary>A date and time of the reader's own zone.</summary>
    public DateTimeOffset Time(string field)
    {
        if (DateTime.TryParse(this[field], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), reader.Zone.GetUtcOffset(local));
        Fail(field, words["Write a date and a time of day."]);
        return default;
    }

    /// <summary>A day; null when empty.</summary>
    public DateOnly? Day(string field)
    {
        if (!Has(field))
            return null;
        if (DateOnly.TryParse(this[field], CultureInfo.InvariantCulture, out var day))
            return day;
        Fail(field, words["Write a date."]);
        return null;
    }

    private void FailAsChoice(string field) => Fail(field, words["Choose one of those offered."]);

    /// <summary>Rows of cells, a row a line and semicolons or tabs between the cells.</summary>
    public IEnumerable<string[]> Table(string field, int columns)
    {
        foreach (var line in this[field].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var cells = line.Split([';', '\t'], StringSplitOptions.TrimEntries);
            if (cells.Length == columns)
                yield return cells;
            else
                Fail(field, words["“{0}” does not have {1} parts with semicolons between them.", line, columns]);
        }
    }

    /// <summary>Amounts by name, <c>Ni=34.5; Co=2</c> or one a line; null when empty.</summary>
    public Dictionary<string, decimal>? Amounts(string field)
    {
        var amounts = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var said in this[field].Split(['\n', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (said.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } typed] || !amounts.TryAdd(name, 0))
                Fail(field, words["Write it like Ni=34.5; Co=2, each once."]);
            else if (Number(field, typed) is { } amount)
                amounts[name] = amount;
        }
        return amounts.Count == 0 ? null : amounts;
    }

    /// <summary>One entry a line; also parted by commas or semicolons.</summary>
    public IReadOnlyList<string> Entries(string field) =>
        this[field].Split(['\n', ',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
