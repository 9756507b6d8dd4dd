using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>What is told of a batch among many: how much of it is not verified, and its carbon footprint. It names no mine.</summary>
/// <param name="Unverified">By element, Unknown and declared together, of one.</param>
public sealed record ShareDigest(ImmutableSortedDictionary<string, decimal> Unverified, FootprintFound Footprint)
{
    /// <summary>The element of which least is verified; null where no element is tracked.</summary>
    [JsonIgnore]
    public KeyValuePair<string, decimal>? LeastVerified => Unverified.IsEmpty ? null : Unverified.MaxBy(e => e.Value);

    /// <summary>Of many batches at once, as they are known now.</summary>
    internal static async Task<Dictionary<Guid, ShareDigest>> Of(NpgsqlDataSource source, Catalogue catalogue, Guid[] batches, CancellationToken cancellation)
    {
        var states = source.Read("select id, data from ledger.mt_doc_batch where id = any($1)", row => (Id: row.GetGuid(0), Batch: row.State<Batch>(1)), cancellation, batches);
        var upstream = source.Read($"select {Upstream.Columns} from ledger.upstream where batch_id = any($1) and superseded_at is null", Upstream.Read, cancellation, batches);
        var shares = await source.Read(
            """
            select batch_id, element, coalesce(sum(share) filter (where is_declared or place_id = '00000000-0000-0000-0000-000000000000'), 0)
            from ledger.origin_shares where batch_id = any($1) and superseded_at is null group by 1, 2
            """,
            row => (BatchId: row.GetGuid(0), Element: row.GetString(1), Unverified: row.GetDecimal(2)), cancellation, batches);
        var unverified = shares.GroupBy(s => s.BatchId).ToDictionary(b => b.Key, b => b.ToDictionary(s => s.Element, s => s.Unverified, StringComparer.Ordinal));
        var kept = (await upstream).ToDictionary(u => u.BatchId, u => u.Upstream);
        return (await states).ToDictionary(b => b.Id, b => Of(catalogue, b.Batch, unverified.GetValueOrDefault(b.Id, []), Upstream.Of(b.Batch, kept.GetValueOrDefault(b.Id, Upstream.None))));
    }

    private static ShareDigest Of(Catalogue catalogue, Batch batch, Dictionary<string, decimal> unverified, Upstream upstream)
    {
        // What a count found is of unknown origin, and mixed with the rest.
        var unknown = BatchShares.FoundShare(batch.Totals);
        return new(
            BatchShares.ToldOf(catalogue, batch, unverified.Keys).ToImmutableSortedDictionary(e => e, e => decimal.Round((Kept(unverified, e) * (1 - unknown)) + unknown, Origins.Places).Normalised(), StringComparer.Ordinal),
            FootprintFound.Of(upstream.Footprint));
    }

    private static decimal Kept(Dictionary<string, decimal> unverified, string element) => unverified.TryGetValue(element, out var of) || unverified.TryGetValue(BatchShares.Every, out of) ? of : 1;
}
