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
        var upstream = (await source.Read(
            $"select {Upstream.Columns} from ledger.upstream where batch_id = any($1) and superseded_at is null", row => KeyValuePair.Create(row.GetGuid(0), Upstream.Read(row)), cancellation, batches)).ToDictionary();
        return (await states).ToDictionary(b => b.Id, b => Of(catalogue, b.Batch, Upstream.Of(b.Batch, upstream.GetValueOrDefault(b.Id, Upstream.None))));
    }

    private static ShareDigest Of(Catalogue catalogue, Batch batch, Upstream upstream)
    {
        var shares = upstream.Shares.Diluted(batch.Totals);
        return new(
            BatchShares.ToldOf(catalogue, batch, shares.Elements.Keys).ToImmutableSortedDictionary(e => e, e => UnverifiedOf(shares.Of(e)).Normalised(), StringComparer.Ordinal), FootprintFound.Of(upstream.Footprint));
    }

    private static decimal UnverifiedOf(Origins? shares) => shares?.Parts.Where(part => part.Origin.PlaceId is null || part.Origin.IsDeclared).Sum(part => part.Kilograms) ?? 1;
}
