using System.Collections.Immutable;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Proofs;
using Traceability.Shares;

namespace Traceability.Custody;

/// <summary>How a run keeps its goods, as its operator says.</summary>
/// <param name="ConversionFactor">Under mass balance: how much of a claimed kilogram the process turns into product, above 0 and at most 1.</param>
public sealed record StatedCustody(CustodyModel Model, decimal? ConversionFactor = null);

/// <summary>What goes into a run, and how it was kept until then.</summary>
internal sealed record KeptInput(Batch Batch, decimal DryKilograms);

/// <summary>What a run makes of the custody of its inputs (K1): what it says must hold for all that brings an element of its outputs.</summary>
/// <param name="Outputs">Of all outputs alike; null where nothing is said.</param>
/// <param name="Credits">What a run under mass balance wins for the facility's account.</param>
/// <param name="ConversionFactor">That the credits were reckoned with.</param>
internal sealed record RunCustody(BatchCustody? Outputs, ImmutableArray<ClaimMass> Credits, decimal ConversionFactor = 1)
{
    public static RunCustody None { get; } = new(null, []);

    private static readonly Origin Claimed = new(new Guid("c1a1ed00-0000-8000-8000-000000000000"));

    /// <param name="untracked">Kilograms of elements in sources that are not traced: nothing is claimed of them.</param>
    public static (RunCustody Custody, Refusal? Refusal) Of(
        Catalogue catalogue, ProcessStep step, Facility facility, StatedCustody? stated, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
        if (stated is null)
            return (new(Unsaid(step, taken), []), null);
        if (Wrong(stated) is { } wrong)
            return (None, wrong);
        var elements = ElementsOf(catalogue, outputs);
        var mixed = stated.Model is CustodyModel.IdentityPreserved or CustodyModel.Segregated ? Mixed(stated.Model, [.. Bring(catalogue, taken, elements)], untracked.Keys.FirstOrDefault(elements.Contains)) : null;
        if (mixed is not null)
            return (None, mixed);
        return stated.Model == CustodyModel.MassBalance
            ? (new(BatchCustody.Kept(CustodyModel.MassBalance, null, []), Credited(facility, taken, stated.ConversionFactor!.Value), stated.ConversionFactor!.Value), null)
            : (new(Kept(catalogue, step, facility.Id, stated.Model, taken, outputs, untracked), []), null);
    }

    /// <summary>What follows from the inputs as they are analysed and claimed now, where the run was recorded before (O2). Nothing is refused any more: what does not hold of all of them is claimed of no output.</summary>
    /// <param name="before">Of its outputs so far. What was allocated to them stays, and so does that nobody said how they were kept.</param>
    public static BatchCustody? Again(
        Catalogue catalogue, ProcessStep step, Guid facilityId, StatedCustody? stated, BatchCustody? before, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs,
        IReadOnlyDictionary<string, decimal> untracked) =>
        before is null or { Model: CustodyModel.MassBalance } ? before
            : stated is null ? Unsaid(step, taken)
            : Kept(catalogue, step, facilityId, stated.Model, taken, outputs, untracked);

    private static BatchCustody Kept(
        Catalogue catalogue, ProcessStep step, Guid facilityId, CustodyModel model, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
        if (model == CustodyModel.ControlledBlending)
            return Blended(catalogue, step, facilityId, taken, outputs, untracked);
        var bring = Bring(catalogue, taken, ElementsOf(catalogue, outputs)).Select(t => t.Input.Batch.Custody).ToList();
        return BatchCustody.Kept(
            model, model == CustodyModel.IdentityPreserved ? bring.FirstOrDefault()?.OriginId : null,
            bring.Count == 0 ? [] : bring.Select(custody => (IEnumerable<string>)(custody?.Whole ?? [])).Aggregate((all, more) => all.Intersect(more)));
    }

    public static void Touch(Touches touches, StatedCustody? stated, Guid facilityId)
    {
        if (stated?.Model == CustodyModel.MassBalance)
            touches.Lock<ClaimAccount>(ClaimAccount.IdOf(facilityId));
    }

    /// <summary>What was consumed under mass balance may be claimed of what the facility makes.</summary>
    public void Book(Decision decision, Guid facilityId, Guid runId, Submission said)
    {
        if (Credits.Length > 0)
            decision.On<ClaimAccount>(ClaimAccount.IdOf(facilityId), new ClaimsCredited(runId, facilityId, Credits, ConversionFactor, said.By, said.Command.OccurredAt));
    }

    private static Refusal? Wrong(StatedCustody stated) =>
        Refuse.Undefined(stated.Model, "custody.model")
        ?? (stated.Model == CustodyModel.MassBalance
            ? stated.ConversionFactor is > 0 and <= 1 ? Refuse.Places(stated.ConversionFactor, Limits.FractionPlaces, "custody.conversionFactor") : Refusal.Of("conversion-factor-needed").At("custody.conversionFactor")
            : stated.ConversionFactor is null ? null : Refusal.Of("conversion-factor-unneeded").At("custody.conversionFactor"));

    private static IReadOnlyList<string> Elements(Catalogue catalogue, string material) => catalogue.Material(material)?.Elements ?? [];

    private static HashSet<string> ElementsOf(Catalogue catalogue, IReadOnlyList<ShareOutput> outputs) => outputs.SelectMany(o => Elements(catalogue, o.Material)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The inputs that bring an element of the outputs, with their places in the list.</summary>
    private static IEnumerable<(int Index, KeptInput Input)> Bring(Catalogue catalogue, IReadOnlyList<KeptInput> taken, HashSet<string> elements) => taken.Index().Where(t =>
        elements.Count == 0 || elements.Overlaps(Elements(catalogue, t.Item.Batch.Material)) || t.Item.Batch.Assays?.Own?.Contents.Any(c => elements.Contains(c.Element) && c.Fraction > 0) == true);

    /// <summary>A part of one batch is kept as the batch is. Whatever else nothing was said of is claimed of no more.</summary>
    private static BatchCustody? Unsaid(ProcessStep step, IReadOnlyList<KeptInput> taken) => step.KeepsMaterial && taken.Select(t => t.Batch.Id).Distinct().Count() == 1 ? taken[0].Batch.Custody : null;

    /// <summary>Identity-preserved goods mix no origins, segregated ones no claims.</summary>
    private static Refusal? Mixed(CustodyModel model, List<(int Index, KeptInput Input)> bring, string? untracked)
    {
        if (untracked is not null)
            return Refusal.Of("untracked-in-custody", ("element", untracked), ("model", model)).At("untracked");
        var first = bring.Count > 0 ? bring[0].Input.Batch : null;
        foreach (var (index, batch) in bring.Select(t => (t.Index, t.Input.Batch)))
        {
            var field = $"inputs[{index}].batchId";
            if (batch.Custody is not { } custody)
                return Refusal.Of("custody-not-known", ("batch", batch.Number), ("model", model)).At(field);
            if (custody.Model > model)
                return Refusal.Of("custody-only-downgrades", ("batch", batch.Number), ("kept", custody.Model), ("model", model)).At(field);
            if (model == CustodyModel.IdentityPreserved && custody.OriginId != first!.Custody!.OriginId)
                return Refusal.Of("origins-mixed", ("batch", batch.Number), ("other", first.Number)).At(field);
            if (model == CustodyModel.Segregated && !custody.Whole.SetEquals(first!.Custody!.Whole))
                return Refusal.Of("claims-mixed", ("batch", batch.Number), ("other", first.Number)).At(field);
        }
        return null;
    }

    /// <summary>Each claim is mixed as an origin is (O1): by contained kilograms, with what nobody analysed or nobody claims beside it.</summary>
    private static BatchCustody Blended(
        Catalogue catalogue, ProcessStep step, Guid facilityId, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
        var blended = BatchCustody.Kept(CustodyModel.ControlledBlending, null, []);
        foreach (var claim in taken.SelectMany(t => t.Batch.Custody?.Claimed ?? []).Distinct(StringComparer.Ordinal))
        {
            var inputs = taken.Select(t => ShareInput.Of(t.Batch, t.DryKilograms, facilityId, t.Batch.Custody?.Physically(claim, Claimed) ?? BatchShares.Whole(Origin.Unknown)));
            foreach (var element in SharesOfRun.Of(catalogue, step.Kind, [.. inputs], outputs, untracked).SelectMany(output => output.Elements).GroupBy(e => e.Key, e => e.Value))
                blended = blended.With(claim, element.Key, BatchCustody.Down(element.Min(origins => origins.Of(Claimed)), Limits.FractionPlaces));
        }
        return blended;
    }

    /// <summary>Credit is by contained kilograms: without an assay there is none.</summary>
    private static ImmutableArray<ClaimMass> Credited(Facility facility, IReadOnlyList<KeptInput> taken, decimal conversionFactor)
    {
        var credits =
            from t in taken
            where t.Batch.Custody is not null
            from claim in t.Batch.Custody!.Claimed
            from content in t.Batch.Assays?.At(facility.Id)?.Contents ?? []
            let kilograms = t.DryKilograms * Content(t.Batch, content) * t.Batch.Custody!.Fraction(claim, content.Element) * conversionFactor
            group kilograms by (claim, content.Element) into same
            orderby same.Key.claim, same.Key.Element
            select new ClaimMass(same.Key.claim, same.Key.Element, BatchCustody.Down(same.Sum(), Limits.KilogramPlaces));
        return [.. credits.Where(c => c.Kilograms > 0)];
    }

    /// <summary>What a later assay found more of than the maker's is nobody's: measuring again makes no more of a claim.</summary>
    private static decimal Content(Batch batch, Assays.ElementContent content) => Math.Min(content.Fraction, batch.Assays?.Own?.Of(content.Element)?.Fraction ?? content.Fraction);
}
