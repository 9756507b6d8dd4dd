using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Proofs;
using Traceability.Shares;

namespace Traceability.Custody;

/// <summary>How goods of which something is claimed are kept apart from others (ISO 22095), the strictest first. Claims only go down this list.</summary>
public enum CustodyModel { IdentityPreserved, Segregated, ControlledBlending, MassBalance }

internal static class CustodyModels
{
    /// <summary>The lower of two, where one is known at all.</summary>
    public static CustodyModel? OrLower(this CustodyModel? one, CustodyModel? other) => one is null || other > one ? other : one;
}

// Append to this list; never change what is in it.
/// <summary>The run that the batch came of was closed, and its operator said how it kept its goods. What came of a run recorded in one go says so from the beginning.</summary>
public sealed record BatchKept(Guid RunId, Guid BatchId, BatchCustody Custody, Author By, DateTimeOffset OccurredAt) : IEventOf<Batch>;

/// <summary>How a batch was kept apart from others, and what is claimed of it.</summary>
/// <param name="OriginId">Where all of it began; of an identity-preserved batch only.</param>
/// <param name="Claims">By claim and element, the fraction of the contained mass of which it is claimed, above 0 and at most 1. Under mass balance it was allocated and says nothing of what is inside.</param>
/// <param name="AtMost">By claim and element, kilograms in a dry kilogram of which it can be claimed at most, by what was analysed further up or was allocated:
/// a first assay, or a richer one, makes no more of a claim. Null or silent where nobody knows.</param>
public sealed record BatchCustody(
    CustodyModel Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? OriginId,
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, decimal>> Claims,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, decimal>>? AtMost = null)
{
    private static readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, decimal>> Nothing =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, decimal>>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, decimal> Everything = ImmutableSortedDictionary.Create<string, decimal>(StringComparer.Ordinal).Add(BatchShares.Every, 1);

    /// <summary>What is claimed, of however little.</summary>
    [JsonIgnore]
    public IEnumerable<string> Claimed => Claims.Keys;

    /// <summary>Of all of it, whatever the element.</summary>
    [JsonIgnore]
    public ImmutableSortedSet<string> Whole => [.. Claims.Where(c => c.Value.GetValueOrDefault(BatchShares.Every) == 1).Select(c => c.Key)];

    /// <summary>What was dug or recovered at one place was never mixed; what came from outside the ledger was kept as nobody knows.</summary>
    public static BatchCustody? Of(BatchRegistered e) =>
        e.Source is RegistrationSource.Extraction or RegistrationSource.Recovery ? Kept(CustodyModel.IdentityPreserved, e.FacilityId, []) : null;

    /// <param name="claims">Claimed of all of it.</param>
    public static BatchCustody Kept(CustodyModel model, Guid? originId, IEnumerable<string> claims) =>
        claims.Aggregate(new BatchCustody(model, originId, Nothing), (custody, claim) => custody.With(claim));

    public BatchCustody With(string claim) => this with { Claims = Claims.SetItem(claim, Everything) };

    /// <summary>One more fraction of an element. Nothing is claimed of none.</summary>
    public BatchCustody With(string claim, string element, decimal fraction) => fraction == 0 ? this : this with
    {
        Claims = Claims.SetItem(claim, Claims.GetValueOrDefault(claim, Everything.Clear()).SetItem(element, Fraction(claim, element) + fraction)),
    };

    /// <summary>Whether the same is claimed, kept in the same way.</summary>
    internal bool IsSame(BatchCustody? other) =>
        other is not null && (Model, OriginId) == (other.Model, other.OriginId) && AreSame(Claims, other.Claims) && AreSame(AtMost ?? Nothing, other.AtMost ?? Nothing);

    private static bool AreSame(
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, decimal>> some, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, decimal>> others) =>
        some.Count == others.Count && some.All(c => others.TryGetValue(c.Key, out var its) && c.Value.SequenceEqual(its));

    /// <summary>Kilograms in a dry kilogram of which it can be claimed at most, or null where nobody knows.</summary>
    internal decimal? Most(string claim, string element) => AtMost?.GetValueOrDefault(claim) is { } elements && elements.TryGetValue(element, out var most) ? most : null;

    /// <param name="most">Kilograms in a dry kilogram, rounded down.</param>
    internal BatchCustody Limited(string claim, string element, decimal most)
    {
        var limits = AtMost ?? Nothing;
        return this with { AtMost = limits.SetItem(claim, limits.GetValueOrDefault(claim, Everything.Clear()).SetItem(element, Down(most, Limits.FractionPlaces))) };
    }

    /// <summary>Credit of an account, once in the batch and not again by a richer assay.</summary>
    /// <param name="batch">As it is before.</param>
    internal BatchCustody With(BatchAllocated e, Batch batch) => e.Debits.Aggregate(
        e.Fractions.Aggregate(this, (custody, f) => custody.With(f.Claim, f.Element, f.Fraction)),
        (custody, debit) => custody.Limited(debit.Claim, debit.Element, debit.Kilograms / batch.Totals.Made.DryKilograms
            + (Most(debit.Claim, debit.Element) ?? Fraction(debit.Claim, debit.Element) * (batch.Assays?.Own?.Of(debit.Element)?.Fraction ?? 0))));

    /// <summary>The same goods kept less well: what is claimed of them stays, and follows the lower model from here on. A higher model changes nothing.</summary>
    internal BatchCustody Lowered(CustodyModel? to) => to is { } model && model > Model ? this with { Model = model, OriginId = null } : this;

    public decimal Fraction(string claim, string element) =>
        Claims.GetValueOrDefault(claim) is not { } fractions ? 0 : fractions.GetValueOrDefault(element, fractions.GetValueOrDefault(BatchShares.Every));

    /// <summary>Rounded down, so that no claim grows by rounding.</summary>
    internal static decimal Down(decimal value, int places)
    {
        var rounded = decimal.Round(value, places);
        return rounded > value ? rounded - new decimal(1, 0, 0, false, (byte)places) : rounded;
    }

    /// <summary>A claim as an origin among others, so that it is mixed by the rule that mixes origins (O1). Only what is inside counts: an allocated claim is not.</summary>
    internal BatchShares Physically(string claim, Origin claimed)
    {
        if (Model == CustodyModel.MassBalance || Claims.GetValueOrDefault(claim) is not { } fractions)
            return BatchShares.Whole(Origin.Unknown);
        var shares = BatchShares.None;
        foreach (var (element, fraction) in fractions)
            shares = shares.With(element, claimed, fraction).With(element, Origin.Unknown, 1 - fraction);
        foreach (var (element, most) in AtMost?.GetValueOrDefault(claim) ?? Everything.Clear())
            shares = shares.Of(element) is { } its ? shares.With(element, its, Origins.From(claimed, most)) : shares;
        return shares.Elements.ContainsKey(BatchShares.Every) ? shares : shares.With(BatchShares.Every, Origin.Unknown, 1);
    }
}
