using System.Text.Json;

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

    public static RecoveryBands Shipped { get; } = ReadShipped();

    public RecoveryBand? Of(string step, string element) => _bands.GetValueOrDefault((step, element)) ?? _bands.GetValueOrDefault((step, "*"));

    private static RecoveryBands ReadShipped()
    {
        using var stream = typeof(RecoveryBands).Assembly.GetManifestResourceStream("Traceability.Shares.bands.json")
            ?? throw new InvalidOperationException("The recovery bands are missing from the build.");
        return new(JsonSerializer.Deserialize<RecoveryBand[]>(stream, JsonSerializerOptions.Web) ?? throw new InvalidDataException("The recovery bands are empty."));
    }
}
