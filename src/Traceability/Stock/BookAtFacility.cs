using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Stock;

/// <summary>What the book says lay at a facility at a moment: what whoever counts there holds his figures against.</summary>
public static class BookAtFacility
{
    /// <param name="facilityId">A facility that the actor's organisation operates.</param>
    /// <returns>Lines whose quantity is the book's, the last known batch first, at most about <see cref="Limits.Choices"/>.</returns>
    public static async Task<IReadOnlyList<StockLine>> Find(NpgsqlDataSource source, Actor actor, Guid facilityId, DateTimeOffset at, CancellationToken cancellation)
    {
        var since = (await source.Read(
            "select batch_id, owner_id, sum(dry_kilograms), sum(pieces)::bigint from ledger.bookings where facility_id = $1 and occurred_at > $2 and superseded_at is null group by batch_id, owner_id",
            row => (Of: (BatchId: row.GetGuid(0), OwnerId: row.GetGuid(1)), Quantity: new Quantity(row.GetDecimal(2), row.GetInt64(3))),
            cancellation, facilityId, at.ToUniversalTime())).ToDictionary(s => s.Of, s => s.Quantity);
        var lying = (await StockAtFacility.Lying(source, actor, facilityId, null, null, cancellation)).ToList();
        var gone = since.Keys.Except(lying.Select(l => (BatchId: l.Batch.Id, l.Holding.OwnerId))).ToLookup(g => g.BatchId, g => g.OwnerId);
        lying.AddRange((await source.Read(
            "select b.data, (select n.number from ledger.numbers n where n.id = b.id and n.organisation_id = $2 order by n.recorded_at desc limit 1) from ledger.mt_doc_batch b where b.id = any($1)",
            row => (Batch: row.State<Batch>(0), Own: row.Text(1)), cancellation, gone.Select(g => g.Key).ToArray(), actor.OrganisationId))
            .SelectMany(b => gone[b.Batch.Id], (b, owner) => new Lying(b.Batch, b.Own, new(facilityId, owner, Quantity.Zero, 0, at, 0))));
        var names = await Names.Of(source, [], lying.Select(l => l.Holding.OwnerId), [], cancellation);
        return
        [
            .. lying.Select(l => l with { Holding = l.Holding with { Quantity = (l.Holding.Quantity - since.GetValueOrDefault((l.Batch.Id, l.Holding.OwnerId))).Most(Quantity.Zero) } })
                .Where(l => !l.Holding.Quantity.IsZero).Select(l => l.Line(names)),
        ];
    }
}
