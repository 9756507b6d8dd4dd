using Traceability.Assays;
using Traceability.Batches;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <param name="DryKilograms">What of the batch went in.</param>
/// <param name="Whole">The maker's assay, or what others found while he is silent: in that content the batch's shares hold.</param>
/// <param name="Content">What counts at the facility of the run.</param>
public sealed record ShareInput(string Material, decimal DryKilograms, BatchShares Shares, AssayFigures? Whole, ContentInForce? Content)
{
    public static ShareInput Of(Batch batch, decimal dryKilograms, Guid facilityId, BatchShares shares) =>
        new(batch.Material, dryKilograms, shares.Diluted(batch.Totals), batch.Assays?.Whole, batch.Assays?.At(facilityId));
}

/// <param name="Own">The maker's assay, or null while there is none: by it the run is judged.</param>
/// <param name="Found">That, and what others found where the maker is silent: it is shared out all the same, so that his silence makes no more of a named origin.</param>
public sealed record ShareOutput(string Material, decimal DryKilograms, AssayFigures? Own, OutputRole Role = OutputRole.Product, AssayFigures? Found = null)
{
    public AssayFigures? Whole => Found ?? Own;

    public static ShareOutput Of(Batch batch, decimal dryKilograms) => new(batch.Material, dryKilograms, batch.Assays?.Own, batch.Role ?? OutputRole.Product, batch.Assays?.Whole);
}

/// <summary>The calculus of origins (O1) asked for one run, element by element. All outputs have equal shares.</summary>
public static class SharesOfRun
{
    /// <param name="untracked">Kilograms of elements in sources that are not traced.</param>
    public static BatchShares Of(Catalogue catalogue, StepKind kind, IReadOnlyList<ShareInput> inputs, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
        var shares = BatchShares.None;
        if (inputs.Count == 0)
            return shares;
        var elements = outputs.SelectMany(o => (catalogue.Material(o.Material)?.Elements ?? []).Concat(o.Whole?.Contents.Select(c => c.Element) ?? []));
        foreach (var element in elements.Distinct(StringComparer.Ordinal))
            shares = new(shares.Elements.SetItem(element, Of(catalogue, element, kind, inputs, outputs, untracked.GetValueOrDefault(element))));
        return shares;
    }

    /// <summary>The elements of a run's shares that concern one of its outputs.</summary>
    public static IEnumerable<KeyValuePair<string, Origins>> Concerning(this BatchShares shares, Catalogue catalogue, ShareOutput output) => shares.Elements
        .Where(e => catalogue.Material(output.Material)?.Elements.Contains(e.Key) == true || output.Whole?.Of(e.Key) is not null);

    private static Origins Of(Catalogue catalogue, string element, StepKind kind, IReadOnlyList<ShareInput> inputs, IReadOnlyList<ShareOutput> outputs, decimal untracked)
    {
        // A step that keeps its material keeps its content, and so does one that puts parts together or takes them apart: where nobody analysed any, kilograms stand for those of their elements.
        var isBuilt = kind is StepKind.Assembly or StepKind.Disassembly;
        var byMass = (kind.KeepsMaterial() || isBuilt) && inputs.All(i => i.Content?.Of(element) is null);
        ElementInput ByMass(ShareInput input) =>
            isBuilt && catalogue.Material(input.Material)?.Elements.Contains(element) != true ? new(input.DryKilograms, 0, null) : new(input.DryKilograms, input.DryKilograms, input.Shares.Of(element));
        // What comes out weighs more than the parts that hold the element: housings and windings bring none of it.
        decimal Weight(ShareOutput output) => !byMass ? Contained(output.DryKilograms, output.Whole?.Of(element)?.Fraction ?? 0) : isBuilt ? 0 : output.DryKilograms;
        var mixed = RunOrigins.Mixed([.. inputs.Select(i => byMass ? ByMass(i) : Input(catalogue, element, i))], untracked, outputs.Sum(Weight));
        return mixed.Kilograms == 0 ? Origins.From(Origin.Unknown, 1) : mixed.Scaled(1);
    }

    /// <summary>What nobody analysed may hold whatever its material is tracked for. What a later assay found more of than the maker's is Unknown: measuring again makes no more of a named origin.</summary>
    private static ElementInput Input(Catalogue catalogue, string element, ShareInput input)
    {
        if (input.Content?.Of(element) is not { } content)
            return new(input.DryKilograms, catalogue.Material(input.Material)?.Elements.Contains(element) == true ? null : 0, null);
        var kilograms = Contained(input.DryKilograms, content.Fraction);
        var origins = input.Shares.Of(element);
        return input.Whole?.Of(element)?.Fraction is { } stated && stated < content.Fraction && origins is not null
            ? new(input.DryKilograms, kilograms, origins.Scaled(Contained(input.DryKilograms, stated)).Measured(kilograms))
            : new(input.DryKilograms, kilograms, origins);
    }

    private static decimal Contained(decimal dryKilograms, decimal fraction) => ElementMass.Of(dryKilograms, fraction).Kilograms;
}
