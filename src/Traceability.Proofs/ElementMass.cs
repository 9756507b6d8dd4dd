namespace Traceability.Proofs;

/// <summary>Contained mass of one element: dry mass times assay.</summary>
/// <param name="Kilograms">Kilograms of the element.</param>
/// <param name="StandardUncertainty">Kilograms, one standard deviation; null where the assay states none.</param>
public readonly record struct ElementMass(decimal Kilograms, decimal? StandardUncertainty = null)
{
    /// <param name="fraction">Mass fraction of the element in dry matter, 0 to 1.</param>
    /// <param name="fractionUncertainty">Standard uncertainty of the fraction, or null where the assay states none.</param>
    /// <param name="relativeWeighingUncertainty">Standard uncertainty of the weighing, relative.</param>
    public static ElementMass Of(decimal dryKilograms, decimal fraction, decimal? fractionUncertainty = null, decimal relativeWeighingUncertainty = 0)
    {
        var kilograms = decimal.Round(dryKilograms * fraction, Origins.Places);
        return new(kilograms, fractionUncertainty is { } u ? Combined([dryKilograms * u, kilograms * relativeWeighingUncertainty]) : null);
    }

    /// <summary>The sum; its uncertainty is unknown as soon as that of one part is.</summary>
    public static ElementMass Sum(IEnumerable<ElementMass> all)
    {
        var masses = all.ToList();
        return new(masses.Sum(m => m.Kilograms), masses.TrueForAll(m => m.StandardUncertainty is not null) ? Combined(masses.Select(m => m.StandardUncertainty!.Value)) : null);
    }

    /// <summary>Uncertainties that have nothing to do with each other add up as squares (GUM, JCGM 100, 5.1.2).</summary>
    public static decimal Combined(IEnumerable<decimal> uncertainties) => (decimal)Math.Sqrt(uncertainties.Sum(u => (double)(u * u)));
}
