using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Traceability.Facilities;
using Traceability.Processing;

namespace Traceability.Materials;

public enum Counting { Kilograms, Pieces }

public enum StepKind { Transformation, Split, Blend, Stockpile, Assembly, Disassembly }

public static class StepKinds
{
    /// <summary>The material stays what it is, so its mass does too.</summary>
    public static bool KeepsMaterial(this StepKind kind) => kind is StepKind.Split or StepKind.Blend or StepKind.Stockpile;
}

/// <param name="Code">Stable key, e.g. <c>ndpr-oxide</c>.</param>
/// <param name="Form">Ore, Concentrate, Oxide, Cell... the stage it belongs to.</param>
/// <param name="HsCode">Harmonised System heading, where known.</param>
/// <param name="Elements">Chemical symbols that are tracked in it.</param>
/// <param name="KilogramsPerPiece">Dry mass of one piece; counted goods only.</param>
/// <param name="KilowattHoursPerPiece">Energy of one cell or pack.</param>
/// <param name="Chemistries">What cells they may be.</param>
public sealed record Material(
    string Code, string Name, string Form, string? HsCode, IReadOnlyList<string> Elements, Counting CountedIn, decimal? KilogramsPerPiece,
    decimal? KilowattHoursPerPiece = null, IReadOnlyList<string>? Chemistries = null)
{
    /// <summary>Fraction of dry mass within which a receipt is accepted (rule C3): moist goods are weighed less exactly. Pieces have none (Q4).</summary>
    public decimal ReceiptTolerance => CountedIn == Counting.Pieces ? 0 : Form is "Ore" or "Concentrate" or "MixedCarbonate" or "Hydroxide" ? 0.02m : 0.005m;
}

/// <summary>Which process may turn what into what, and where. <c>*</c> is any, <c>=</c> is "the same material as the input".</summary>
/// <param name="Recycles">It wins elements again from scrap or old goods: what comes out is recycled content.</param>
public sealed record ProcessStep(
    string Code, string Name, StepKind Kind, IReadOnlyList<string> Facilities, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<string>? Residues,
    bool Recycles = false)
{
    [JsonIgnore]
    public bool KeepsMaterial => Kind.KeepsMaterial();

    public bool RunsAt(FacilityKind kind) => Facilities.Contains("*") || Facilities.Contains(kind.ToString());
    public bool Takes(string material) => Inputs.Contains("*") || Inputs.Contains(material);
    public bool Makes(string material, IReadOnlySet<string> inputs) => Outputs.Contains(material) || Outputs.Contains("*") || (Outputs.Contains("=") && inputs.Contains(material));

    /// <summary>Whether what comes out is recycled content: also what is left when goods are taken apart, but not the parts, which are used again as they are.</summary>
    public bool Recycled(OutputRole role) => Recycles || (Kind == StepKind.Disassembly && role == OutputRole.Scrap);

    public bool Leaves(string material) => Residues?.Contains(material) == true;
}

/// <summary>The material catalogue: data, not code, so that a new flow sheet needs no new release.</summary>
public sealed partial class Catalogue
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly Dictionary<string, Material> _materials;
    private readonly Dictionary<string, ProcessStep> _steps;

    /// <exception cref="InvalidDataException">A code is given twice, or names a material, facility kind or element that does not exist.</exception>
    public Catalogue(IReadOnlyList<Material> materials, IReadOnlyList<ProcessStep> steps)
    {
        (Materials, Steps) = (materials, steps);
        _materials = ByCode(materials, m => m.Code);
        _steps = ByCode(steps, s => s.Code);
        foreach (var material in materials)
            Check(material);
        foreach (var step in steps)
            Check(step);
    }

    public IReadOnlyList<Material> Materials { get; }
    public IReadOnlyList<ProcessStep> Steps { get; }

    /// <summary>The catalogue shipped with the service.</summary>
    public static Catalogue Shipped { get; } = ReadShipped();

    public Material? Material(string code) => _materials.GetValueOrDefault(code);
    public ProcessStep? Step(string code) => _steps.GetValueOrDefault(code);

    /// <exception cref="InvalidDataException">It is not a catalogue, or contradicts itself.</exception>
    public static Catalogue Read(Stream json)
    {
        try
        {
            return JsonSerializer.Deserialize<Catalogue>(json, Json) ?? throw new InvalidDataException("The material catalogue is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The material catalogue cannot be read: {e.Message}", e);
        }
    }

    private static Catalogue ReadShipped()
    {
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream("Traceability.Materials.catalogue.json")
            ?? throw new InvalidOperationException("The material catalogue is missing from the build.");
        return Read(stream);
    }

    private static Dictionary<string, T> ByCode<T>(IEnumerable<T> all, Func<T, string> code)
    {
        var byCode = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var one in all)
        {
            if (!byCode.TryAdd(code(one), one))
                throw new InvalidDataException($"The material catalogue has the code {code(one)} twice.");
        }
        return byCode;
    }

    private static void Check(Material material)
    {
        if (material.Elements.FirstOrDefault(e => !ChemicalSymbol().IsMatch(e)) is { } stranger)
            throw new InvalidDataException($"The material {material.Code} tracks {stranger}, which is no chemical symbol.");
        if ((material.CountedIn == Counting.Pieces) != (material.KilogramsPerPiece > 0))
            throw new InvalidDataException($"The material {material.Code} needs a mass per piece exactly if it is counted in pieces.");
    }

    private void Check(ProcessStep step)
    {
        if (step.Facilities.FirstOrDefault(f => f != "*" && !Enum.IsDefined(typeof(FacilityKind), f)) is { } kind)
            throw new InvalidDataException($"The step {step.Code} runs at {kind}, which is no kind of facility.");
        var named = step.Inputs.Where(i => i != "*").Concat(step.Outputs.Where(o => o is not ("*" or "="))).Concat(step.Residues ?? []);
        if (named.FirstOrDefault(m => !_materials.ContainsKey(m)) is { } unknown)
            throw new InvalidDataException($"The step {step.Code} names {unknown}, which is no material of the catalogue.");
    }

    [GeneratedRegex("^[A-Z][a-z]?$")]
    private static partial Regex ChemicalSymbol();
}
