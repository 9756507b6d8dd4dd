using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>What a list tells of where a batch came from, without naming its mines: as much as its page says in sums.</summary>
/// <param name="Unverified">By element, Unknown and declared together, of one.</param>
/// <param name="Recycled">By element, of one; elements of which nothing is recycled are not in it.</param>
public sealed record ShareDigest(ImmutableSortedDictionary<string, decimal> Unverified, ImmutableSortedDictionary<string, decimal> Recycled, FootprintFound Footprint)
{
    /// <summary>Of the element of which least is verified; null where no element is tracked.</summary>
    [JsonIgnore]
    public decimal? LargestUnverified => Unverified.IsEmpty ? null : Unverified.Values.Max();

    /// <summary>Of many batches at once. What no run made is of one origin, which it says itself; only what runs made is looked up.</summary>
    internal static async Task<Dictionary<Guid, ShareDigest>> Of(NpgsqlDataSource source, Catalogue catalogue, IReadOnlyList<Batch> batches, CancellationToken cancellation)
    {
        var made = batches.Where(b => b.RunId is not null).Select(b => b.Id).ToArray();
        var (shares, upstream) = made.Length == 0 ? ([], []) : await Kept(source, made, cancellation);
        return batches.ToDictionary(b => b.Id, b => Of(catalogue, b, shares.GetValueOrDefault(b.Id) ?? Registered(b), Upstream.Of(b, upstream.GetValueOrDefault(b.Id, Upstream.None))));
    }

    /// <summary>Elements, of one: what is not verified, and what a recycler recovered.</summary>
    private sealed record Sums(Dictionary<string, (decimal Unverified, decimal Recycled)> Elements)
    {
        public (decimal Unverified, decimal Recycled) Of(string element) =>
            Elements.TryGetValue(element, out var of) || Elements.TryGetValue(BatchShares.Every, out of) ? of : (1, 0);
    }

    private static Sums Registered(Batch batch) => new(new()
    {
        [BatchShares.Every] = batch.Source switch { RegistrationSource.Extraction => (0, 0), RegistrationSource.Recovery => (0, 1), _ => (1, 0) },
    });

    private static ShareDigest Of(Catalogue catalogue, Batch batch, Sums sums, Upstream upstream)
    {
        // What a count found is of unknown origin, and mixed with the rest.
        var (found, all) = (batch.Totals.CountedIn.DryKilograms, batch.Totals.Made.DryKilograms + batch.Totals.CountedIn.DryKilograms);
        var unknown = found > 0 ? decimal.Round(found / all, Origins.Places) : 0;
        var elements = (catalogue.Material(batch.Material)?.Elements ?? []).Concat(batch.Assays?.Own?.Contents.Select(c => c.Element) ?? []).Concat(sums.Elements.Keys.Where(e => e != BatchShares.Every))
            .Distinct(StringComparer.Ordinal).Select(e => (Element: e, Of: sums.Of(e))).ToList();
        return new(
            elements.ToImmutableSortedDictionary(e => e.Element, e => decimal.Round((e.Of.Unverified * (1 - unknown)) + unknown, Origins.Places).Normalised(), StringComparer.Ordinal),
            elements.Where(e => e.Of.Recycled > 0).ToImmutableSortedDictionary(e => e.Element, e => decimal.Round(e.Of.Recycled * (1 - unknown), Origins.Places).Normalised(), StringComparer.Ordinal),
            FootprintFound.Of(upstream.Footprint));
    }

    private static async Task<(Dictionary<Guid, Sums> Shares, Dictionary<Guid, Upstream> Upstream)> Kept(NpgsqlDataSource source, Guid[] made, CancellationToken cancellation)
    {
        var upstream = source.Read($"select {Upstream.Columns} from ledger.upstream where batch_id = any($1) and superseded_at is null", Upstream.Read, cancellation, made);
        var shares = await source.Read(
            """
            select s.batch_id, s.element, coalesce(sum(s.share) filter (where s.is_declared or s.place_id = '00000000-0000-0000-0000-000000000000'), 0),
                coalesce(sum(s.share) filter (where not s.is_declared and s.place_id in (select id from ledger.mt_doc_facility where data->>'facilityKind' = 'RecyclingPlant')), 0)
            from ledger.origin_shares s where s.batch_id = any($1) and s.superseded_at is null group by 1, 2
            """,
            row => (BatchId: row.GetGuid(0), Element: row.GetString(1), Of: (Unverified: row.GetDecimal(2), Recycled: row.GetDecimal(3))), cancellation, made);
        return (
            shares.GroupBy(s => s.BatchId).ToDictionary(b => b.Key, b => new Sums(b.ToDictionary(s => s.Element, s => s.Of))),
            (await upstream).ToDictionary(u => u.BatchId, u => u.Upstream));
    }
}
