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
/// <param name="Outputs">Of each output, in their order; null where nothing is said. All are kept alike, and of all as much is claimed.</param>
/// <param name="Credits">What a run under mass balance wins for the facility's account.</param>
/// <param name="ConversionFactor">That the credits were reckoned with.</param>
internal sealed record RunCustody(IReadOnlyList<BatchCustody>? Outputs, ImmutableArray<ClaimMass> Credits, decimal ConversionFactor = 1)
{
    public static RunCustody None { get; } = new(null, []);

    private static readonly Origin Claimed = new(new Guid("c1a1ed00-0000-8000-8000-000000000000"));

    /// <param name="untracked">Kilograms of elements in sources that are not traced: nothing is claimed of them.</param>
    public static (RunCustody Custody, Refusal? Refusal) Of(
        Catalogue catalogue, ProcessStep step, Facility facility, StatedCustody? stated, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
        if (stated is null)
            return (new(Unsaid(step, facility.Id, taken, outputs), []), null);
        if (Wrong(stated) is { } wrong)
            return (None, wrong);
        var elements = ElementsOf(catalogue, outputs);
        var mixed = stated.Model is CustodyModel.IdentityPreserved or CustodyModel.Segregated ? Mixed(stated.Model, [.. Bring(catalogue, taken, elements)], untracked.Keys.FirstOrDefault(elements.Contains)) : null;
        if (mixed is not null)
            return (None, mixed);
        return stated.Model == CustodyModel.MassBalance
            ? (new([.. outputs.Select(_ => BatchCustody.Kept(CustodyModel.MassBalance, null, []))], Credited(facility, taken, stated.ConversionFactor!.Value), stated.ConversionFactor!.Value), null)
            : (new(Kept(catalogue, step, facility.Id, stated.Model, taken, outputs, untracked), []), null);
    }

    /// <summary>What follows from the inputs as they are analysed and claimed now, where the run was recorded before (O2). Nothing is refused any more: what does not hold of all of them is claimed of no output.</summary>
    /// <returns>Of each output, in their order; null where nothing is said.</returns>
    public static IReadOnlyList<BatchCustody>? Again(
        Catalogue catalogue, ProcessStep step, Guid facilityId, StatedCustody? stated, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked) =>
        stated is null ? Unsaid(step, facilityId, taken, outputs) : Kept(catalogue, step, facilityId, stated.Model, taken, outputs, untracked);

    private static BatchCustody[] Kept(
        Catalogue catalogue, ProcessStep step, Guid facilityId, CustodyModel model, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked)
    {
        var bring = Bring(catalogue, taken, ElementsOf(catalogue, outputs)).Select(t => t.Input.Batch.Custody).ToList();
        var whole = model == CustodyModel.ControlledBlending || bring.Count == 0 ? []
            : bring.Select(custody => (IEnumerable<string>)(custody?.Whole ?? [])).Aggregate((all, more) => all.Intersect(more)).ToList();
        var kept = BatchCustody.Kept(model, model == CustodyModel.IdentityPreserved ? bring.FirstOrDefault()?.OriginId : null, whole);
        var each = outputs.Select(_ => kept).ToArray();
        // Parts of one material are alike. Of what a step parts, each output may hold all that is claimed: its assay says where it went, and the balance of the run whether it adds up.
        var kilograms = outputs.Sum(o => o.DryKilograms);
        var alone = outputs.Select(o => step.KeepsMaterial || o.DryKilograms == 0 ? 1 : kilograms / o.DryKilograms).ToArray();
        var claims = model == CustodyModel.ControlledBlending ? taken.SelectMany(t => t.Batch.Custody?.Claimed ?? []).Distinct(StringComparer.Ordinal) : whole;
        foreach (var claim in claims)
        {
            // Where all is claimed, an input that nobody analysed leaves open how much it brought.
            bool IsOpen(string element) => model != CustodyModel.ControlledBlending && taken.Any(t => Elements(catalogue, t.Batch.Material).Contains(element) && Most(t.Batch, facilityId, claim, element) is null);
            Claim(each, claim, Shared(catalogue, step, facilityId, claim, taken, outputs, untracked), alone, IsOpen);
        }
        return each;
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
    private static BatchCustody[]? Unsaid(ProcessStep step, Guid facilityId, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs)
    {
        if (!step.KeepsMaterial || taken.Select(t => t.Batch.Id).Distinct().Count() != 1 || taken[0].Batch is not { Custody: { } custody } batch)
            return null;
        // Parts that weigh a little more together than the whole did have no more of what was claimed of it.
        var (inKilograms, outKilograms) = (taken.Sum(t => t.DryKilograms), outputs.Sum(o => o.DryKilograms));
        var part = outKilograms > inKilograms ? inKilograms / outKilograms : 1;
        var limited = custody;
        foreach (var claim in custody.Claimed)
        {
            foreach (var element in (batch.Assays?.At(facilityId)?.Contents ?? []).Select(c => c.Element).Concat(custody.AtMost?.GetValueOrDefault(claim)?.Keys ?? []).Distinct(StringComparer.Ordinal))
            {
                if (Most(batch, facilityId, claim, element) is { } most)
                    limited = limited.Limited(claim, element, most * part);
            }
        }
        return [.. outputs.Select(_ => limited)];
    }

    /// <summary>Kilograms in a dry kilogram of the batch of which it can be claimed at most: what was analysed of it, and what can have gone into it.</summary>
    private static decimal? Most(Batch batch, Guid facilityId, string claim, string element)
    {
        var limit = batch.Custody?.Most(claim, element);
        return batch.Assays?.At(facilityId)?.Of(element) is { } content ? Math.Min(Content(batch, content) * (batch.Custody?.Fraction(claim, element) ?? 0), limit ?? decimal.MaxValue) : limit;
    }

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

    /// <summary>A claim mixed as an origin is (O1): by contained kilograms, with what nobody analysed or nobody claims beside it.</summary>
    private static IReadOnlyList<BatchShares> Shared(
        Catalogue catalogue, ProcessStep step, Guid facilityId, string claim, IReadOnlyList<KeptInput> taken, IReadOnlyList<ShareOutput> outputs, IReadOnlyDictionary<string, decimal> untracked) =>
        SharesOfRun.Of(
            catalogue, step.Kind, [.. taken.Select(t => ShareInput.Of(t.Batch, t.DryKilograms, facilityId, t.Batch.Custody?.Physically(claim, Claimed) ?? BatchShares.Whole(Origin.Unknown)))], outputs, untracked);

    /// <summary>Under controlled blending the claimed fraction of each element follows from the shares, alike of all outputs. Whatever the model, of what nobody analysed in an output no more can be claimed than can have gone into it.</summary>
    /// <param name="alone">Of each output, how many times the limit of a kilogram of all outputs it may hold.</param>
    private static void Claim(BatchCustody[] outputs, string claim, IReadOnlyList<BatchShares> shares, decimal[] alone, Func<string, bool> isOpen)
    {
        foreach (var element in shares.SelectMany(output => output.Elements.Keys).Distinct(StringComparer.Ordinal))
        {
            var fraction = BatchCustody.Down(shares.Select(output => output.Elements.GetValueOrDefault(element)).OfType<Origins>().Min(origins => origins.Of(Claimed)), Limits.FractionPlaces);
            for (var i = 0; i < outputs.Length; i++)
            {
                if (outputs[i].Model == CustodyModel.ControlledBlending)
                    outputs[i] = outputs[i].With(claim, element, fraction);
                // What could be all of the mass says nothing.
                if (shares[i].AtMost.GetValueOrDefault(element)?.Of(Claimed) * alone[i] is { } most && most < outputs[i].Fraction(claim, element) && !isOpen(element))
                    outputs[i] = outputs[i].Limited(claim, element, most);
            }
        }
    }

    /// <summary>Credit is by contained kilograms: without an assay there is none.</summary>
    private static ImmutableArray<ClaimMass> Credited(Facility facility, IReadOnlyList<KeptInput> taken, decimal conversionFactor)
    {
        var credits =
            from t in taken
            where t.Batch.Custody is not null
            from claim in t.Batch.Custody!.Claimed
            from content in t.Batch.Assays?.At(facility.Id)?.Contents ?? []
            let kilograms = t.DryKilograms * Most(t.Batch, facility.Id, claim, content.Element)!.Value * conversionFactor
            group kilograms by (claim, content.Element) into same
            orderby same.Key.claim, same.Key.Element
            select new ClaimMass(same.Key.claim, same.Key.Element, BatchCustody.Down(same.Sum(), Limits.KilogramPlaces));
        return [.. credits.Where(c => c.Kilograms > 0)];
    }

    /// <summary>What a later assay found more of than the maker's is nobody's: measuring again makes no more of a claim.</summary>
    private static decimal Content(Batch batch, Assays.ElementContent content) => Math.Min(content.Fraction, batch.Assays?.Own?.Of(content.Element)?.Fraction ?? content.Fraction);
}
