using Traceability.Facilities;

namespace Traceability.Shares;

/// <summary>How much of an element a step usually wins, and how much it can win at all (B2).</summary>
/// <param name="Element">A chemical symbol, or <c>*</c> for every element.</param>
public sealed record RecoveryBand(string Step, string Element, decimal HardMin, decimal TypicalLow, decimal TypicalHigh, decimal HardMax, string Source);

/// <summary>Data, not code.</summary>
public sealed class RecoveryBands
{
    private readonly Dictionary<(string Step, string Element), RecoveryBand> _bands;

    private RecoveryBands(IReadOnlyList<RecoveryBand> bands) => (All, _bands) = (bands, bands.ToDictionary(b => (b.Step, b.Element)));

    public IReadOnlyList<RecoveryBand> All { get; }

    /// <summary>Stands for every element.</summary>
    public const string Every = "*";

    /// <summary>Whatever a step wins beyond that is refused by what went in.</summary>
    public const decimal Most = 1 + Proofs.ElementBalance.LargestTolerance;

    public static RecoveryBands Shipped { get; } = new(ShippedData.Read<RecoveryBand[]>("Shares.bands.json"));

    public RecoveryBand? Of(string step, string element) => _bands.GetValueOrDefault((step, element)) ?? _bands.GetValueOrDefault((step, Every));

    /// <summary>The band at a facility: by its own flow sheet, where that says anything, what is usual is narrower; what is possible stays what it is.</summary>
    public RecoveryBand? Of(string step, string element, FacilityTerms? at)
    {
        var band = Of(step, element);
        var own = at?.FlowSheet?.FirstOrDefault(r => r.Step == step && r.Element == element) ?? at?.FlowSheet?.FirstOrDefault(r => r.Step == step && r.Element == Every);
        return own is null ? band
            : band is null ? new(step, element, 0, own.Low, own.High, Most, at!.Name)
            : band with { TypicalLow = Math.Max(band.TypicalLow, own.Low), TypicalHigh = Math.Min(band.TypicalHigh, own.High), Source = at!.Name };
    }
}
