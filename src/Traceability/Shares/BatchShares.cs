using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>Where each element of a batch came from, as shares of a whole. What nobody knows of is Unknown.</summary>
/// <param name="AtMost">Of elements that nobody analysed in it: kilograms in a dry kilogram that can have come from each named origin, by what was analysed further up.
/// Where it says nothing of an element, all of the mass may be it.</param>
public sealed record BatchShares(ImmutableSortedDictionary<string, Origins> Elements, ImmutableSortedDictionary<string, Origins> AtMost)
{
    /// <summary>Stands for every element: what was dug, bought or recovered is of one origin.</summary>
    public const string Every = "*";

    private static readonly ImmutableSortedDictionary<string, Origins> Nothing = ImmutableSortedDictionary.Create<string, Origins>(StringComparer.Ordinal);

    public static BatchShares None { get; } = new(Nothing, Nothing);

    /// <summary>Shares that add up to one, or null where nothing is known.</summary>
    public Origins? Of(string element) => Elements.GetValueOrDefault(element) ?? Elements.GetValueOrDefault(Every);

    /// <summary>Kilograms of the element by origin that there can be at most in so much of it.</summary>
    public Origins MostIn(decimal dryKilograms, string element) =>
        AtMost.GetValueOrDefault(element) is { } most ? most.Limited(most.Kilograms * dryKilograms)
        : Of(element)?.Scaled(dryKilograms) ?? Origins.From(Origin.Unknown, dryKilograms);

    /// <summary>The most of the element that a dry kilogram can hold, as far as anybody analysed what it came of.</summary>
    internal decimal MostFraction(string element) => AtMost.GetValueOrDefault(element) is { } most && Of(element) is { Unknown: 0 } ? Math.Min(1, most.Kilograms) : 1;

    public BatchShares With(string element, Origin origin, decimal share) => this with { Elements = Elements.SetItem(element, Elements.GetValueOrDefault(element, Origins.None) + Origins.From(origin, share)) };

    /// <param name="most">As <see cref="AtMost"/>, null where the element was analysed.</param>
    internal BatchShares With(string element, Origins shares, Origins? most) => new(Elements.SetItem(element, shares), most is null || SaysNothing(most, shares) ? AtMost : AtMost.SetItem(element, most));

    /// <summary>All of the mass may be the element, and of each origin its share: that is so where nothing is said.</summary>
    private static bool SaysNothing(Origins most, Origins shares) => most.Parts.AsSpan().SequenceEqual(shares.Parts.AsSpan());

    /// <summary>A share as the table has it.</summary>
    /// <param name="Place">Null is nobody knows where.</param>
    /// <param name="AtMost">As <see cref="BatchShares.AtMost"/> of this origin; null where the element was analysed, or nothing is known further up.</param>
    private readonly record struct Kept(
        Guid? Place, decimal Share, decimal? AtMost,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Declared = false, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Recycled = false)
    {
        [JsonIgnore]
        public Origin Origin => new(Place, Declared, Recycled);
    }

    /// <summary>From what <see cref="Written"/> wrote.</summary>
    public static BatchShares Read(string written)
    {
        var elements = JsonSerializer.Deserialize<Dictionary<string, Kept[]>>(written, LedgerJson.Options)!;
        return new(
            elements.ToImmutableSortedDictionary(e => e.Key, e => Origins.Sum(e.Value.Select(s => Origins.From(s.Origin, s.Share))), StringComparer.Ordinal),
            elements.Where(e => Array.Exists(e.Value, s => s.AtMost is not null)).ToImmutableSortedDictionary(e => e.Key, e => Origins.Sum(e.Value.Select(s => Origins.From(s.Origin, s.AtMost ?? 0))), StringComparer.Ordinal));
    }

    /// <summary>JSON, by element the share of each origin.</summary>
    public string Written() => JsonSerializer.Serialize(
        Elements.ToDictionary(e => e.Key, e => e.Value.Parts.Select(part => new Kept(part.Origin.PlaceId, part.Kilograms, AtMost.GetValueOrDefault(e.Key)?.Of(part.Origin), part.Origin.IsDeclared, part.Origin.IsRecycled))),
        LedgerJson.Options);

    /// <summary>Places it came of, known or declared.</summary>
    internal IEnumerable<Origin> Named => Elements.Values.SelectMany(origins => origins.Parts).Select(part => part.Origin).Where(origin => origin.PlaceId is not null).Distinct();

    /// <summary>As they are in what came out of a step as this: the same, but recycled where the step wins elements again.</summary>
    /// <param name="step">Null where the catalogue has no such step any more.</param>
    public BatchShares After(ProcessStep? step, OutputRole role) => step?.Recycled(role) == true ? new(Mapped(Elements, origins => origins.Recycled()), Mapped(AtMost, origins => origins.Recycled())) : this;

    private static ImmutableSortedDictionary<string, Origins> Mapped(ImmutableSortedDictionary<string, Origins> all, Func<Origins, Origins> to) => all.ToImmutableSortedDictionary(e => e.Key, e => to(e.Value), StringComparer.Ordinal);

    /// <summary>Whether each element has the same origins in the same shares.</summary>
    public bool Equals(BatchShares? other) => other is not null && AreEqual(Elements, other.Elements) && AreEqual(AtMost, other.AtMost);

    private static bool AreEqual(ImmutableSortedDictionary<string, Origins> some, ImmutableSortedDictionary<string, Origins> others) =>
        some.Count == others.Count && some.All(e => others.GetValueOrDefault(e.Key) is { } its && e.Value.Parts.AsSpan().SequenceEqual(its.Parts.AsSpan()));

    public override int GetHashCode() => Elements.Count;

    /// <summary>All of it of one origin.</summary>
    public static BatchShares Whole(Origin origin) => None.With(Every, origin, 1);

    /// <summary>What a count found is of unknown origin, and mixed with the rest.</summary>
    public BatchShares Diluted(Totals totals)
    {
        var unknown = FoundShare(totals);
        return unknown == 0 ? this : new(
            Mapped(Elements, origins => origins.Scaled(1 - unknown) + Origins.From(Origin.Unknown, unknown)),
            Mapped(AtMost, origins => origins.Limited(origins.Kilograms * (1 - unknown))));
    }

    /// <summary>What a count found of it, of one.</summary>
    internal static decimal FoundShare(Totals totals) => totals.CountedIn.DryKilograms is > 0 and var found ? decimal.Round(found / (totals.Made.DryKilograms + found), Origins.Places) : 0;

    /// <summary>Elements that are told of a batch: what its material is tracked for, what was analysed in it, and what shares are kept of.</summary>
    internal static IEnumerable<string> ToldOf(Catalogue catalogue, Batch batch, IEnumerable<string> kept) => (catalogue.Material(batch.Material)?.Elements ?? [])
        .Concat(batch.Assays?.Own?.Contents.Select(c => c.Element) ?? []).Concat(kept.Where(e => e != Every)).Distinct(StringComparer.Ordinal);

    /// <summary>The origin that a registration gives to a batch (O5): a mine's own word, somebody else's, or nobody's.</summary>
    public static Origin OriginOf(BatchRegistered e) => e.Source switch
    {
        RegistrationSource.Extraction or RegistrationSource.Recovery => new(e.FacilityId),
        _ when PlaceOf(e.Declared) is { } place => new(DerivedId.Of("declared-place", place), IsDeclared: true),
        _ => Origin.Unknown,
    };

    /// <summary>What was declared as the place of origin; a supplier's name is none.</summary>
    public static string? PlaceOf(DeclaredOrigin? declared) =>
        string.Join(", ", new[] { declared?.Origin?.Trim(), declared?.Country }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } place ? place : null;
}
