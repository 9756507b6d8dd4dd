namespace Traceability.Proofs;

public enum Fit { Balanced, Excess, Impossible }

/// <summary>One element of one run: what went in and what came of it.</summary>
/// <param name="In">Of all inputs.</param>
/// <param name="UntrackedKilograms">Of declared sources that are not traced, such as reagents.</param>
/// <param name="Product">Of all outputs that are products.</param>
/// <param name="InProcess">Of what stays inside and goes on in the next period.</param>
/// <param name="Residue">Of scrap and tailings.</param>
public sealed record ElementBalance(ElementMass In, decimal UntrackedKilograms, ElementMass Product, ElementMass InProcess, ElementMass Residue)
{
    /// <summary>Where nobody states an uncertainty.</summary>
    public const decimal DefaultTolerance = 0.02m;

    /// <summary>Whatever uncertainties are stated.</summary>
    public const decimal LargestTolerance = 0.05m;

    private const decimal CoverageFactor = 3;

    public decimal InKilograms => In.Kilograms + UntrackedKilograms;

    public ElementMass Out => ElementMass.Sum([Product, InProcess, Residue]);

    /// <summary>What the record does not account for, kilograms; negative where more came out than went in.</summary>
    public decimal Unaccounted => InKilograms - Out.Kilograms;

    /// <summary>What came out and never went in, kilograms.</summary>
    public decimal Excess => Math.Max(0, -Unaccounted);

    /// <summary>Product of what was there to be won, or null where nothing was.</summary>
    public decimal? Recovery => InKilograms - InProcess.Kilograms is > 0 and var available ? Product.Kilograms / available : null;

    /// <summary>How much more than what went in may come out with an alarm (B1): 2 %, or three times the combined standard uncertainty where every assay states one,
    /// never above 5 %, as a fraction of what went in.</summary>
    /// <param name="otherwise">Instead of 2 %, where the facility has a tolerance of its own.</param>
    public decimal Tolerance(decimal otherwise = DefaultTolerance) =>
        InKilograms > 0 && In.StandardUncertainty is { } into && Out.StandardUncertainty is { } outOf
            ? Math.Min(LargestTolerance, CoverageFactor * ElementMass.Combined([into, outOf]) / InKilograms)
            : Math.Min(LargestTolerance, otherwise);

    /// <summary>The limit itself is still only an alarm. Of nothing comes nothing (B3).</summary>
    public Fit Judge(decimal otherwise = DefaultTolerance) =>
        Excess == 0 ? Fit.Balanced : Excess <= InKilograms * Tolerance(otherwise) ? Fit.Excess : Fit.Impossible;
}
