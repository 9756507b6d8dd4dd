using System.Text;
using Microsoft.Extensions.Localization;

namespace Traceability.Materials;

/// <summary>Forms, sources and other codes of the catalogue as a reader sees them.</summary>
public static class CodesInWords
{
    /// <summary><c>MixedCarbonate</c> as "Mixed carbonate" in the reader's language; the English words are the key.</summary>
    public static string Code(this IStringLocalizer words, string code)
    {
        var spaced = new StringBuilder(code.Length + 4);
        foreach (var (i, letter) in code.Index())
        {
            if (i > 0 && char.IsUpper(letter) && char.IsLower(code[i - 1]))
                spaced.Append(' ').Append(char.ToLowerInvariant(letter));
            else
                spaced.Append(letter);
        }
        return words[spaced.ToString()];
    }
}
