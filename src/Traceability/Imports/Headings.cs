using System.Globalization;
using System.Text;

namespace Traceability.Imports;

/// <summary>Names of columns in English, French, Russian, Kazakh and Chinese, as books have them; a table beside this file.</summary>
public static class Headings
{
    private static readonly Dictionary<string, HashSet<string>> Columns = Read();
    private static readonly Dictionary<string, string> Own = FileKind.All.SelectMany(k => k.Readable).Select(c => c.Name).Distinct().ToDictionary(name => name, Key);
    private static readonly HashSet<string> All = [.. Own.Values, .. Columns.Values.SelectMany(names => names)];

    /// <summary>Whether it may be the heading of some column of some kind.</summary>
    public static bool IsKnown(string heading) => Key(heading) is { Length: > 0 } key && (All.Contains(key) || MassUnits.Find(Words(heading)) is { Others.Length: > 0 } mass && All.Contains(string.Concat(mass.Others)));

    /// <summary>The unit and the basis that a heading names beside whatever else it says.</summary>
    public static (MassUnit? Unit, MassBasis? Basis) Measure(string heading) => MassUnits.Find(Words(heading)) is var (unit, basis, _) ? (unit, basis) : default;

    /// <summary>What a heading says: a column of the kind, and of masses the unit and whether wet or dry.</summary>
    public static (Column? Column, MassUnit? Unit, MassBasis? Basis) Recognise(FileKind kind, string heading)
    {
        if (Named(kind, Key(heading)) is { } exact)
            return (exact, null, null);
        var (unit, basis, rest) = MassUnits.Find(Words(heading));
        return (unit is not null || basis is not null) && Named(kind, string.Concat(rest)) is { Form: CellForm.Mass or CellForm.DryMass } mass ? (mass, unit, basis) : (null, null, null);
    }

    /// <summary>Letters and digits alone, in lower case: the rest does not tell headings apart.</summary>
    public static string Key(string heading)
    {
        var key = new StringBuilder(heading.Length);
        foreach (var c in heading.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsLetterOrDigit(c))
                key.Append(char.ToLower(c, CultureInfo.InvariantCulture) is var lower && lower == 'ё' ? 'е' : char.ToLower(c, CultureInfo.InvariantCulture));
        }
        return key.ToString();
    }

    private static Column? Named(FileKind kind, string key) => kind.Readable.FirstOrDefault(c => Own[c.Name] == key) ?? kind.Readable.FirstOrDefault(c => Columns.GetValueOrDefault(c.Name)?.Contains(key) == true);

    private static IEnumerable<string> Words(string heading)
    {
        var word = new StringBuilder();
        foreach (var c in heading.Normalize(NormalizationForm.FormKC).Append(' '))
        {
            if (char.IsLetterOrDigit(c))
                word.Append(char.ToLower(c, CultureInfo.InvariantCulture));
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
    }

    private static Dictionary<string, HashSet<string>> Read()
    {
        using var table = new StreamReader(typeof(Headings).Assembly.GetManifestResourceStream("Traceability.Imports.headings.tsv")!);
        var columns = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        while (table.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Split('\t') is [var column, .. var names])
                columns.Add(column, [.. names.Select(Key)]);
        }
        return columns;
    }
}
