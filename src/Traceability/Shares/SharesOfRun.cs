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

/// <summary>The calculus of origins (O1) asked for one run, element by element. All outputs have equal shares, but for what an assay shows that cannot have come from where it should.</summary>
public static class SharesOfRun
{
    /// <param name="Shares">Of one: what all outputs have.</param>
    /// <param name="Most">Kilograms of the element that can have gone in, by origin: as analysed, and where nobody analysed as far as anybody did further up.</param>
    /// <param name="IsByMass">Nobody analysed what went in: an assay of what came out may show more than can be.</param>
    private sealed record Mixture(Origins Shares, Origins Most, bool IsByMass);

    /// <param name="untracked">Kilograms of elements in sources that are not traced.</param>
    /// <returns>Of each output, in their order, the elements that concern it.</returns>
    public static IReadOnlyList<BatchShares> Of(Catalogue catalogue, StepKind kind, IReadOnlyList<ShareInput> inputs, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
        var shares = outputs.Select(_ => BatchShares.None).ToArray();
        if (inputs.Count == 0)
            return shares;
        var elements = outputs.SelectMany(o => (catalogue.Material(o.Material)?.Elements ?? []).Concat(o.Whole?.Contents.Select(c => c.Element) ?? []));
        foreach (var element in elements.Distinct(StringComparer.Ordinal))
            Deal(shares, catalogue, element, outputs, Mix(catalogue, element, kind, inputs, outputs, untracked.GetValueOrDefault(element)));
        return shares;
    }

    /// <summary>What was analysed has no more of a named origin than can have gone in. The rest of that is all that what nobody analysed can have, whatever a laboratory finds in what comes of it.</summary>
    private static void Deal(BatchShares[] shares, Catalogue catalogue, string element, IReadOnlyList<ShareOutput> outputs, Mixture mixture)
    {
        var contained = outputs.Select(o => o.Whole?.Of(element) is { } content ? Contained(o.DryKilograms, content.Fraction) : (decimal?)null).ToList();
        var others = outputs.Where((_, i) => contained[i] is null).Sum(o => o.DryKilograms);
        var (inFound, left) = (mixture.Shares, mixture.Most);
        if (contained.Sum() is > 0 and var analysed && (mixture.IsByMass || others > 0))
        {
            var found = mixture.Shares.Scaled(analysed).Within(mixture.Most);
            (inFound, left) = (mixture.IsByMass ? found.Scaled(1) : mixture.Shares, mixture.Most - found);
        }
        var most = others > 0 ? left.Limited(left.Kilograms / others) : null;
        for (var i = 0; i < shares.Length; i++)
        {
            if (contained[i] is not null)
                shares[i] = shares[i].With(element, inFound, null);
            else if (catalogue.Material(outputs[i].Material)?.Elements.Contains(element) == true)
                shares[i] = shares[i].With(element, mixture.Shares, most);
        }
    }

    private static Mixture Mix(Catalogue catalogue, string element, StepKind kind, IReadOnlyList<ShareInput> inputs, IReadOnlyList<ShareOutput> outputs, decimal untracked)
    {
        // A step that keeps its material keeps its content, and so does one that puts parts together or takes them apart: where nobody analysed any, kilograms stand for those of their elements.
        var isBuilt = kind is StepKind.Assembly or StepKind.Disassembly;
        var byMass = (kind.KeepsMaterial() || isBuilt) && inputs.All(i => i.Content?.Of(element) is null);
        bool Brings(ShareInput input) => !isBuilt || catalogue.Material(input.Material)?.Elements.Contains(element) == true;
        ElementInput ByMass(ShareInput input) => Brings(input) ? new(input.DryKilograms, input.DryKilograms, input.Shares.Of(element)) : new(input.DryKilograms, 0, null);
        // What comes out weighs more than the parts that hold the element: housings and windings bring none of it.
        decimal Weight(ShareOutput output) => !byMass ? Contained(output.DryKilograms, output.Whole?.Of(element)?.Fraction ?? 0) : isBuilt ? 0 : output.DryKilograms;
        var mixed = RunOrigins.Mixed([.. inputs.Select(i => byMass ? ByMass(i) : Input(catalogue, element, i))], untracked, outputs.Sum(Weight));
        var most = byMass ? Origins.Sum(inputs.Where(Brings).Select(i => MostOf(i, element))) : mixed;
        return new(mixed.Kilograms == 0 ? Origins.From(Origin.Unknown, 1) : mixed.Scaled(1), most, byMass);
    }

    /// <summary>What nobody analysed may hold whatever its material is tracked for. What a later assay found more of than the maker's is Unknown: measuring again makes no more of a named origin.</summary>
    private static ElementInput Input(Catalogue catalogue, string element, ShareInput input)
    {
        if (input.Content?.Of(element) is not { } content)
            return new(input.DryKilograms, catalogue.Material(input.Material)?.Elements.Contains(element) == true ? null : 0, null);
        var kilograms = Contained(input.DryKilograms, content.Fraction);
        if (input.Shares.Of(element) is not { } origins)
            return new(input.DryKilograms, kilograms, null);
        if (input.Whole?.Of(element)?.Fraction is { } stated && stated < content.Fraction)
            origins = origins.Scaled(Contained(input.DryKilograms, stated)).Measured(kilograms);
        return new(input.DryKilograms, kilograms, input.Shares.AtMost.ContainsKey(element) ? origins.Scaled(kilograms).Within(input.Shares.MostIn(input.DryKilograms, element)) : origins);
    }

    /// <summary>What it was found to hold elsewhere, or by what was analysed further up.</summary>
    private static Origins MostOf(ShareInput input, string element) => input.Whole?.Of(element) is { } found && input.Shares.Of(element) is { } origins
        ? origins.Limited(input.DryKilograms * found.Fraction)
        : input.Shares.MostIn(input.DryKilograms, element);

    private static decimal Contained(decimal dryKilograms, decimal fraction) => ElementMass.Of(dryKilograms, fraction).Kilograms;
}
