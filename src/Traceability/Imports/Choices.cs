namespace Traceability.Imports;

/// <summary>What may be said of something that is so or not.</summary>
internal enum YesNo { No, Yes }

/// <summary>Words of the ledger's choices as books have them, in English, French, Russian, Kazakh and Chinese; a table beside this file.</summary>
internal static class Choices
{
    private static readonly Dictionary<string, HashSet<string>> Named = Read();

    /// <summary>The one of these choices that is meant, or null where none is.</summary>
    public static string? Find(string[] choices, string text) => Headings.Key(text) is { Length: > 0 } key
        ? Array.Find(choices, c => Headings.Key(c) == key) ?? Array.Find(choices, c => Named.GetValueOrDefault(c)?.Contains(key) == true)
        : null;

    private static Dictionary<string, HashSet<string>> Read()
    {
        using var table = new StreamReader(typeof(Choices).Assembly.GetManifestResourceStream("Traceability.Imports.choices.tsv")!);
        var named = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        while (table.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Split('\t') is [var choice, .. var names])
                named.Add(choice, [.. names.Select(Headings.Key)]);
        }
        return named;
    }
}
