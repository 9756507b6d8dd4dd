using System.Text.Json;
using System.Text.Json.Serialization;
using Traceability.Facilities;

namespace Traceability.Materials;

public enum Counting { Kilograms, Pieces }

public enum StepKind { Transformation, Split, Blend, Stockpile, Assembly, Disassembly }

/// <param name="Code">Stable key, e.g. <c>ndpr-oxide</c>.</param>
/// <param name="Form">Ore, Concentrate, Oxide, Cell... the stage it belongs to.</param>
/// <param name="HsCode">Harmonised System heading, where known.</param>
/// <param name="Elements">Chemical symbols that are tracked in it.</param>
/// <param name="KilogramsPerPiece">Dry mass of one piece; counted goods only.</param>
public sealed record Material(
    string Code, string Name, string Form, string? HsCode, IReadOnlyList<string> Elements, Counting CountedIn, decimal? KilogramsPerPiece)
{
    /// <summary>Fraction of dry mass within which a receipt is accepted (rule C3): moist goods are weighed less exactly. Pieces have none (Q4).</summary>
    public decimal ReceiptTolerance => CountedIn == Counting.Pieces ? 0 : Form is "Ore" or "Concentrate" or "MixedCarbonate" or "Hydroxide" ? 0.02m : 0.005m;
}

/// <summary>Which process may turn what into what, and where. <c>*</c> is any, <c>=</c> is "the same material as the input".</summary>
public sealed record ProcessStep(
    string Code, string Name, StepKind Kind, IReadOnlyList<string> Facilities, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<string>? Residues)
{
    public bool RunsAt(FacilityKind kind) => Facilities.Contains("*") || Facilities.Contains(kind.ToString());
    public bool Takes(string material) => Inputs.Contains("*") || Inputs.Contains(material);
    public bool Makes(string material, IReadOnlySet<string> inputs) => Outputs.Contains(material) || Outputs.Contains("*") || (Outputs.Contains("=") && inputs.Contains(material));
    public bool Leaves(string material) => Residues?.Contains(material) == true;
}

/// <summary>The material catalogue: data, not code, so that a new flow sheet needs no new release.</summary>
public sealed class Catalogue
{
    private readonly Dictionary<string, Material> _materials;
    private readonly Dictionary<string, ProcessStep> _steps;

    public Catalogue(IReadOnlyList<Material> materials, IReadOnlyList<ProcessStep> steps)
    {
        (Materials, Steps) = (materials, steps);
        _materials = materials.ToDictionary(m => m.Code);
        _steps = steps.ToDictionary(s => s.Code);
    }

    public IReadOnlyList<Material> Materials { get; }
    public IReadOnlyList<ProcessStep> Steps { get; }

    public Material? Material(string code) => _materials.GetValueOrDefault(code);
    public ProcessStep? Step(string code) => _steps.GetValueOrDefault(code);

    /// <summary>The catalogue shipped with the service.</summary>
    public static Catalogue Shipped { get; } = Read();

    private static Catalogue Read()
    {
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream("Traceability.Materials.catalogue.json")
            ?? throw new InvalidOperationException("The material catalogue is missing from the build.");
        return JsonSerializer.Deserialize<Catalogue>(stream, Json) ?? throw new InvalidOperationException("The material catalogue is empty.");
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
}
