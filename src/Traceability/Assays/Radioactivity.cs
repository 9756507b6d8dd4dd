namespace Traceability.Assays;

/// <summary>What thorium and uranium in a batch mean for whoever carries it: IAEA SSR-6 (Rev. 1) paragraph 402 and table 2, taken over by ADR and RID 2.2.7 and by the IMDG Code.</summary>
public static class Radioactivity
{
    /// <summary>Becquerels in a gram of natural thorium and uranium, of the parent nuclide alone: 4.06 Bq/g for each 0.1 % Th, 12.4 Bq/g for each 0.1 % U.</summary>
    private const decimal OfThorium = 4_060, OfUranium = 12_400;

    /// <summary>Ten times the limit of 1 Bq/g, for natural material that is not carried for its radionuclides (paragraph 107 f). From there on it is dangerous goods of class 7.</summary>
    public const decimal ExemptBecquerelsPerGram = 10;

    /// <summary>UN numbers of class 7; natural ores and concentrates go as UN2912, LSA-I.</summary>
    private static readonly HashSet<string> _class7 =
    [
        "UN2908", "UN2909", "UN2910", "UN2911", "UN2912", "UN2913", "UN2915", "UN2916", "UN2917", "UN2919", "UN2977", "UN2978", "UN3321", "UN3322", "UN3323", "UN3324", "UN3325",
        "UN3326", "UN3327", "UN3328", "UN3329", "UN3330", "UN3331", "UN3332", "UN3333", "UN3507",
    ];

    /// <summary>Activity concentration of the dry matter in Bq/g, Th-232 and U-238 together; the goods as they are carried, with their moisture, have no more.</summary>
    /// <returns>Null where nobody looked for either.</returns>
    public static decimal? BecquerelsPerGram(IEnumerable<(string Element, decimal Fraction)> contents)
    {
        var active = contents.Where(c => c.Element is "Th" or "U").ToList();
        return active.Count == 0 ? null : active.Sum(c => c.Fraction * (c.Element == "Th" ? OfThorium : OfUranium));
    }

    public static bool IsClass7(decimal? becquerelsPerGram) => becquerelsPerGram >= ExemptBecquerelsPerGram;

    public static bool DeclaresClass7(string unNumber) => _class7.Contains(unNumber);
}
