using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>One element of one run over all its parts: what went in against what came out (B1, B2).</summary>
/// <param name="Difference">In and untracked, less everything that came out; negative where more came out. What was not analysed is not in it.</param>
/// <param name="Recovery">Product of what was there to be won, or null while something was not analysed.</param>
/// <param name="Tolerance">How much more than went in may come out with an alarm, as a fraction of what went in.</param>
/// <param name="Fit">Null where an input was not analysed: then nobody can say.</param>
/// <param name="InputsNotAnalysed">Inputs whose material is tracked for the element and whose assay does not tell.</param>
public sealed record RunElement(
    string Element, decimal InKilograms, decimal UntrackedKilograms, decimal ProductKilograms, decimal InProcessKilograms, decimal ResidueKilograms, decimal Difference,
    decimal? Recovery, decimal Tolerance, Fit? Fit, int InputsNotAnalysed, int OutputsNotAnalysed, RecoveryBand? Band)
{
    public const string Excess = "element-excess";
    public const string Impossible = "element-impossible";
    public const string Implausible = "recovery-implausible";
    public const string BeyondBand = "recovery-impossible";

    /// <summary>Everything that speaks against a run's outputs because of its elements.</summary>
    public static string[] Codes { get; } = [Excess, Impossible, Implausible, BeyondBand];

    /// <summary>What it says against the run, or null where it fits or nobody can say.</summary>
    public string? Against => Fit switch
    {
        Proofs.Fit.Impossible => Impossible,
        _ when Recovery is { } recovery && Band is { } band && (recovery < band.HardMin || recovery > band.HardMax) => BeyondBand,
        Proofs.Fit.Excess => Excess,
        _ when Recovery is { } recovery && Band is { } band && (recovery < band.TypicalLow || recovery > band.TypicalHigh) => Implausible,
        _ => null,
    };
}

public static class BalanceOfRun
{
    /// <param name="isOpen">What is still in process is judged when the run is closed (B7).</param>
    public static IReadOnlyList<RunElement> Of(
        Catalogue catalogue, string step, bool isOpen, IReadOnlyList<ShareInput> inputs, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
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
            return new(
                element, balance.In.Kilograms, balance.UntrackedKilograms, balance.Product.Kilograms, balance.InProcess.Kilograms, balance.Residue.Kilograms, balance.Unaccounted,
                isWhole && outOf.TrueForAll(o => o.Mass is not null || o.Role is OutputRole.Scrap or OutputRole.Tailings) ? balance.Recovery : null,
                balance.Tolerance(), isWhole ? balance.Judge() : null, unknownIn, unknownOut, RecoveryBands.Shipped.Of(step, element));
        }
    }
}
