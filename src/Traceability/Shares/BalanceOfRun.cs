using Traceability.Facilities;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>One element of one run over all its parts: what went in against what came out (B1, B2, B3).</summary>
/// <param name="Difference">In and untracked, less everything that came out; negative where more came out. What was not analysed is not in it.</param>
/// <param name="Recovery">Product of what was there to be won, or null while something was not analysed, and where no product holds the element.</param>
/// <param name="Tolerance">How much more than went in may come out with an alarm, as a fraction of what went in.</param>
/// <param name="Fit">Null where an input was not analysed and what came out can be in it: then nobody can say.</param>
/// <param name="InputsNotAnalysed">Inputs whose material is tracked for the element and whose assay does not tell.</param>
/// <param name="NotAnalysedAtMost">Kilograms that those inputs can hold at most, by what was analysed further up.</param>
/// <param name="Enriched">What came out richer than it can have gone in, where the step only splits or blends.</param>
public sealed record RunElement(
    string Element, decimal InKilograms, decimal UntrackedKilograms, decimal ProductKilograms, decimal InProcessKilograms, decimal ResidueKilograms, decimal Difference,
    decimal? Recovery, decimal Tolerance, Fit? Fit, int InputsNotAnalysed, int OutputsNotAnalysed, RecoveryBand? Band, decimal NotAnalysedAtMost = 0, Enrichment? Enriched = null)
{
    public const string Excess = "element-excess";
    public const string Impossible = "element-impossible";
    public const string FromNowhere = "element-from-nowhere";
    public const string Implausible = "recovery-implausible";
    public const string BeyondBand = "recovery-impossible";
    public const string EnrichedBySplitting = "element-enriched";

    /// <summary>What is recorded only where a second person stands behind it: it contradicts what was recorded before.</summary>
    public static string[] Refused { get; } = [Impossible, FromNowhere, BeyondBand, EnrichedBySplitting];

    /// <summary>Everything that speaks against a run's outputs because of its elements.</summary>
    public static string[] Codes { get; } = [Excess, Implausible, .. Refused];

    public decimal OutKilograms => ProductKilograms + InProcessKilograms + ResidueKilograms;

    /// <summary>The most that may come out at all, kilograms.</summary>
    public decimal LimitKilograms => (InKilograms + UntrackedKilograms + NotAnalysedAtMost) * (1 + Tolerance);

    /// <summary>What it says against the run, or null where it fits or nobody can say.</summary>
    public string? Against => Fit switch
    {
        Proofs.Fit.Impossible => LimitKilograms == 0 ? FromNowhere : Impossible,
        _ when Enriched is not null => EnrichedBySplitting,
        _ when Recovery is { } recovery && Band is { } band && (recovery < band.HardMin || recovery > band.HardMax) => BeyondBand,
        Proofs.Fit.Excess => Excess,
        _ when Recovery is { } recovery && Band is { } band && (recovery < band.TypicalLow || recovery > band.TypicalHigh) => Implausible,
        _ => null,
    };
}

/// <param name="Material">Of the output.</param>
/// <param name="Fraction">Of the element in its dry matter, as stated.</param>
/// <param name="Limit">Of the element in what went in of that material, with the tolerance.</param>
public sealed record Enrichment(string Material, decimal Fraction, decimal Limit);

public static class BalanceOfRun
{
    /// <param name="isOpen">What is still in process is judged when the run is closed (B7).</param>
    /// <param name="at">Terms of the facility, which may have figures of its own.</param>
    public static IReadOnlyList<RunElement> Of(
        Catalogue catalogue, string step, bool isOpen, IReadOnlyList<ShareInput> inputs, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked,
        FacilityTerms? at = null)
    {
        var otherwise = at?.ElementTolerance ?? ElementBalance.DefaultTolerance;
        bool Tracked(string material, string element) => catalogue.Material(material)?.Elements.Contains(element) == true;

        var elements = inputs.Select(i => i.Material).Concat(outputs.Select(o => o.Material)).Distinct().SelectMany(m => catalogue.Material(m)?.Elements ?? []).Distinct(StringComparer.Ordinal);
        return [.. elements.Select(Judged)];

        RunElement Judged(string element)
        {
            // Less than can be detected may be anything up to that: it balances nothing.
            var into = inputs.Select(i => i.Content?.Of(element) is { Below: null } c ? ElementMass.Of(i.DryKilograms, c.Fraction, c.Uncertainty)
                : i.Content?.Of(element) is null && !Tracked(i.Material, element) ? new ElementMass(0, 0) : (ElementMass?)null).ToList();
            var outOf = outputs.Select(o => (o.Role, Mass: o.Own?.Of(element) is { } c ? ElementMass.Of(o.DryKilograms, c.Fraction, c.Uncertainty)
                : !Tracked(o.Material, element) ? new ElementMass(0, 0) : (ElementMass?)null)).ToList();
            ElementMass Came(params OutputRole[] roles) => ElementMass.Sum(outOf.Where(o => roles.Contains(o.Role)).Select(o => o.Mass).OfType<ElementMass>());

            var balance = new ElementBalance(
                ElementMass.Sum(into.OfType<ElementMass>()), untracked.GetValueOrDefault(element), Came(OutputRole.Product), Came(OutputRole.InProcess), Came(OutputRole.Scrap, OutputRole.Tailings));
            var (unknownIn, unknownOut) = (into.Count(m => m is null), outOf.Count(o => o.Mass is null));
            var isWhole = unknownIn == 0 && !isOpen;
            var atMost = inputs.Where((_, i) => into[i] is null).Sum(i => i.DryKilograms * (i.Content?.Of(element)?.Below ?? i.Whole?.Of(element)?.Fraction ?? i.Shares.MostFraction(element)));
            // A step recovers nothing of what none of its products is made for.
            var isWon = outputs.Any(o => o.Role == OutputRole.Product && (Tracked(o.Material, element) || o.Own?.Of(element) is not null))
                && outOf.TrueForAll(o => o.Mass is not null || o.Role is OutputRole.Scrap or OutputRole.Tailings);
            var keeps = catalogue.Step(step)?.KeepsMaterial == true;
            // Pieces that nobody weighed may hold anything.
            var isTooMuch = !inputs.Where((i, at) => into[at] is null && i.DryKilograms == 0).Any() && balance.Out.Kilograms > (balance.InKilograms + atMost) * (1 + balance.Tolerance(otherwise));
            return new(
                element, balance.In.Kilograms, balance.UntrackedKilograms, balance.Product.Kilograms, balance.InProcess.Kilograms, balance.Residue.Kilograms, balance.Unaccounted,
                isWhole && isWon ? balance.Recovery : null, balance.Tolerance(otherwise), isWhole ? balance.Judge(otherwise) : isTooMuch && !isOpen ? Fit.Impossible : null, unknownIn, unknownOut, RecoveryBands.Shipped.Of(step, element, at),
                ElementMass.Of(1, atMost).Kilograms, keeps && isWhole ? EnrichedIn(element, inputs, outputs, balance.Tolerance(otherwise)) : null);
        }
    }

    /// <summary>Splitting, blending and piling up leave what they mix as it is: nothing comes out richer than all of it together was.</summary>
    private static Enrichment? EnrichedIn(string element, IReadOnlyList<ShareInput> inputs, IReadOnlyList<ShareOutput> outputs, decimal tolerance)
    {
        foreach (var output in outputs)
        {
            var of = inputs.Where(i => i.Material == output.Material).ToList();
            if (output.Own?.Of(element)?.Fraction is not { } fraction || of.Sum(i => i.DryKilograms) is not (> 0 and var dry))
                continue;
            var limit = of.Sum(i => i.DryKilograms * (i.Content?.Of(element)?.Fraction ?? 0)) / dry * (1 + tolerance);
            if (fraction > limit)
                return new(output.Material, fraction, decimal.Round(limit, Limits.FractionPlaces));
        }
        return null;
    }

    /// <summary>What cannot be, for the first element of which it is true, or null.</summary>
    public static Refusal? Wrong(this IEnumerable<RunElement> elements) => elements.Select(e => e.Against switch
    {
        RunElement.Impossible => Refusal.Of("element-impossible", ("element", e.Element), ("in", In(e)), ("out", Out(e)), ("limit", Kilograms(e.LimitKilograms)), ("tolerance", e.Tolerance)),
        RunElement.FromNowhere => Refusal.Of("element-from-nowhere", ("element", e.Element), ("out", Out(e))),
        RunElement.BeyondBand => Refusal.Of("recovery-impossible", ("element", e.Element), ("recovery", Share(e.Recovery)), ("least", e.Band!.HardMin), ("most", e.Band.HardMax)),
        RunElement.EnrichedBySplitting => Refusal.Of("element-enriched", ("element", e.Element), ("material", e.Enriched!.Material), ("fraction", e.Enriched.Fraction), ("limit", e.Enriched.Limit)),
        _ => null,
    }).FirstOrDefault(wrong => wrong is not null);

    /// <summary>Everything that does not fit; of what cannot be, that it was recorded all the same.</summary>
    public static IEnumerable<Alarm> Alarms(this IEnumerable<RunElement> elements) => elements.Select(e => e.Against switch
    {
        RunElement.Excess => Alarm.Of("element-excess", ("element", e.Element), ("in", In(e)), ("out", Out(e)), ("tolerance", e.Tolerance)),
        RunElement.Impossible => Alarm.Of("element-impossible", ("element", e.Element), ("in", In(e)), ("out", Out(e)), ("limit", Kilograms(e.LimitKilograms)), ("tolerance", e.Tolerance)),
        RunElement.FromNowhere => Alarm.Of("element-from-nowhere", ("element", e.Element), ("out", Out(e))),
        RunElement.Implausible => Alarm.Of("recovery-implausible", ("element", e.Element), ("recovery", Share(e.Recovery)), ("low", e.Band!.TypicalLow), ("high", e.Band.TypicalHigh)),
        RunElement.BeyondBand => Alarm.Of("recovery-impossible", ("element", e.Element), ("recovery", Share(e.Recovery)), ("least", e.Band!.HardMin), ("most", e.Band.HardMax)),
        RunElement.EnrichedBySplitting => Alarm.Of("element-enriched", ("element", e.Element), ("material", e.Enriched!.Material), ("fraction", e.Enriched.Fraction), ("limit", e.Enriched.Limit)),
        _ => null,
    }).OfType<Alarm>();

    private static decimal In(RunElement e) => Kilograms(e.InKilograms + e.UntrackedKilograms + e.NotAnalysedAtMost);
    private static decimal Out(RunElement e) => Kilograms(e.OutKilograms);
    private static decimal Kilograms(decimal kilograms) => decimal.Round(kilograms, Limits.KilogramPlaces);
    private static decimal Share(decimal? share) => decimal.Round(share!.Value, 4);
}
