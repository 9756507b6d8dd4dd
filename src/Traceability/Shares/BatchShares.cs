using System.Collections.Immutable;
using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>Where each element of a batch came from, as shares of a whole. What nobody knows of is Unknown.</summary>
public sealed record BatchShares(ImmutableSortedDictionary<string, Origins> Elements)
{
    /// <summary>Stands for every element: what was dug, bought or recovered is of one origin.</summary>
    public const string Every = "*";

    internal const string Columns = "batch_id, element, place_id, is_declared, share";

    public static BatchShares None { get; } = new(ImmutableSortedDictionary.Create<string, Origins>(StringComparer.Ordinal));

    /// <summary>Shares that add up to one, or null where nothing is known.</summary>
    public Origins? Of(string element) => Elements.GetValueOrDefault(element) ?? Elements.GetValueOrDefault(Every);

    public BatchShares With(string element, Origin origin, decimal share) => new(Elements.SetItem(element, Elements.GetValueOrDefault(element, Origins.None) + Origins.From(origin, share)));

    /// <summary>One row of <see cref="Columns"/>.</summary>
    internal static (Guid BatchId, string Element, Origin Origin, decimal Share) Read(NpgsqlDataReader row) =>
        (row.GetGuid(0), row.GetString(1), row.GetGuid(2) == Guid.Empty ? Origin.Unknown : new(row.GetGuid(2), row.GetBoolean(3)), row.GetDecimal(4));

    /// <summary>Of each batch, from rows in any order.</summary>
    internal static Dictionary<Guid, BatchShares> Of(IEnumerable<(Guid BatchId, string Element, Origin Origin, decimal Share)> rows) => rows.GroupBy(r => r.BatchId).ToDictionary(
        batch => batch.Key,
        batch => new BatchShares(batch.GroupBy(r => r.Element).ToImmutableSortedDictionary(e => e.Key, e => Origins.Sum(e.Select(r => Origins.From(r.Origin, r.Share))), StringComparer.Ordinal)));

    /// <summary>Whether each element has the same origins in the same shares.</summary>
    public bool Equals(BatchShares? other) => other is not null && Elements.Count == other.Elements.Count
        && Elements.All(e => other.Elements.GetValueOrDefault(e.Key) is { } its && e.Value.Parts.AsSpan().SequenceEqual(its.Parts.AsSpan()));

    public override int GetHashCode() => Elements.Count;

    /// <summary>All of it of one origin.</summary>
    public static BatchShares Whole(Origin origin) => None.With(Every, origin, 1);

    /// <summary>What a count found is of unknown origin, and mixed with the rest.</summary>
    public BatchShares Diluted(Totals totals)
    {
        var (found, all) = (totals.CountedIn.DryKilograms, totals.Made.DryKilograms + totals.CountedIn.DryKilograms);
        if (found <= 0)
            return this;
        var unknown = decimal.Round(found / all, Origins.Places);
        return new(Elements.ToImmutableSortedDictionary(e => e.Key, e => e.Value.Scaled(1 - unknown) + Origins.From(Origin.Unknown, unknown), StringComparer.Ordinal));
    }

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
