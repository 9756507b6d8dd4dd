namespace Traceability.Imports;

public enum MassUnit { Kilograms, Tonnes, Grams, Pounds }

/// <summary>Whether a mass counts its moisture.</summary>
public enum MassBasis { Wet, Dry }

/// <summary>Units and bases as people write them, in headings and in a column of units.</summary>
internal static class MassUnits
{
    private static readonly Dictionary<string, MassUnit> Units = ByWord(
        (MassUnit.Kilograms, "kg kgs kilogram kilograms kilogramme kilogrammes кг килограмм 千克 公斤"),
        (MassUnit.Tonnes, "t mt tonne tonnes т тн тонн тонна тонны 吨"),
        (MassUnit.Grams, "g gram grams gramme grammes г гр грамм 克"),
        (MassUnit.Pounds, "lb lbs pound pounds livre livres фунт фунты фунтов 磅"));

    private static readonly Dictionary<string, MassBasis> Bases = ByWord(
        (MassBasis.Dry, "dry sec sèche seche сухая сухой сух құрғақ 干 干基"),
        (MassBasis.Wet, "wet humide влажная влажный влажн мокрый мокрая ылғалды дымқыл 湿 湿基"));

    /// <summary>Units that say the basis too.</summary>
    private static readonly Dictionary<string, (MassUnit Unit, MassBasis Basis)> Both = ByWord(
        ((MassUnit.Tonnes, MassBasis.Dry), "dmt 干吨"),
        ((MassUnit.Tonnes, MassBasis.Wet), "wmt 湿吨"));

    /// <summary>Kilograms in one of it, exactly.</summary>
    public static decimal Kilograms(this MassUnit unit) => unit switch
    {
        MassUnit.Tonnes => 1_000m,
        MassUnit.Grams => 0.001m,
        MassUnit.Pounds => 0.45359237m,
        _ => 1m,
    };

    /// <summary>What the words name of units and bases, and the words that remain.</summary>
    public static (MassUnit? Unit, MassBasis? Basis, string[] Others) Find(IEnumerable<string> words)
    {
        (MassUnit? unit, MassBasis? basis, List<string> rest) = (null, null, []);
        foreach (var word in words.SelectMany(Apart))
        {
            if (Both.TryGetValue(word, out var both))
                (unit, basis) = (both.Unit, both.Basis);
            else if (Units.TryGetValue(word, out var named))
                unit = named;
            else if (Bases.TryGetValue(word, out var on))
                basis = on;
            else
                rest.Add(word);
        }
        return (unit, basis, [.. rest]);
    }

    /// <summary>Chinese sets no blanks: what a word begins or ends with is set apart from it.</summary>
    private static IEnumerable<string> Apart(string word)
    {
        if (word.Length < 2 || word[0] < '\u2E80' || Units.ContainsKey(word) || Both.ContainsKey(word) || Bases.ContainsKey(word))
            return [word];
        if (word[0] is '干' or '湿')
            return [word[..1], .. Apart(word[1..])];
        return Units.Keys.FirstOrDefault(unit => unit[0] >= '\u2E80' && word.EndsWith(unit, StringComparison.Ordinal)) is { } last && last.Length < word.Length
            ? [word[..^last.Length], last]
            : [word];
    }

    private static Dictionary<string, T> ByWord<T>(params (T Meaning, string Words)[] meanings) =>
        meanings.SelectMany(m => m.Words.Split(' ').Select(word => (word, m.Meaning))).ToDictionary(w => w.word, w => w.Meaning, StringComparer.Ordinal);
}
