using Npgsql;
using Traceability.Access;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Batches;

/// <summary>What lies at a facility of one batch for one owner, as its keeper or owner sees it.</summary>
/// <param name="Number">The reader's own number where he gave it one, else the maker's.</param>
/// <param name="Free">The part of it that may be used.</param>
/// <param name="Moisture">Last known, a fraction of wet mass.</param>
/// <param name="Role">As what it came out of a run, or null where none made it.</param>
public sealed record StockLine(
    Guid BatchId, string Number, string Material, Guid OwnerId, string Owner, Quantity Quantity, Quantity Free, decimal Moisture, SerialList? Serials, bool OnHold, OutputRole? Role)
{
    /// <summary>Names the line in a form, whatever else lies there when the form comes back.</summary>
    public string Key => $"{BatchId}_{OwnerId}";

    /// <summary>The mass a scale would show of all that is free.</summary>
    public decimal WetKilograms => Wet(Free);

    /// <summary>The mass a scale would show of so much of it.</summary>
    public decimal Wet(Quantity part) => part.DryKilograms / (1 - Moisture);
}

/// <summary>One holding of one batch.</summary>
/// <param name="Own">The reader's own number for the batch.</param>
internal sealed record Lying(Batch Batch, string? Own, Holding Holding)
{
    public StockLine Line(Names names) => new(
        Batch.Id, Own ?? Batch.Number, Batch.Material, Holding.OwnerId, names.Organisations.GetValueOrDefault(Holding.OwnerId, ""),
        Holding.Quantity, Holding.Free, Holding.Moisture, Batch.Serials, !Batch.Holds.IsEmpty, Batch.Role);
}

public static class StockAtFacility
{
    /// <param name="facilityId">A facility that the actor's organisation operates.</param>
    /// <param name="first">A batch to show before all others.</param>
    /// <returns>The last known first, at most <see cref="Limits.Choices"/> lines.</returns>
    public static async Task<IReadOnlyList<StockLine>> Find(NpgsqlDataSource source, Actor actor, Guid facilityId, Guid? first, CancellationToken cancellation)
    {
        var lying = await Lying(source, actor, facilityId, null, first, cancellation);
        var names = await Names.Of(source, [], lying.Select(l => l.Holding.OwnerId), [], cancellation);
        return [.. lying.Select(l => l.Line(names))];
    }

    /// <summary>Holdings at one facility, of one owner, or both, of batches that the actor has to do with.</summary>
    internal static async Task<IReadOnlyList<Lying>> Lying(
        NpgsqlDataSource source, Actor actor, Guid? facilityId, Guid? ownerId, Guid? first, CancellationToken cancellation)
    {
        var batches = await source.Read(
            $"""
            select b.data, (select n.number from ledger.numbers n where n.id = b.id and n.organisation_id = $1 order by n.recorded_at desc limit 1)
            from {actor.Subjects("batch")} known
            join ledger.mt_doc_batch b on b.id = known.subject_id
            where b.data->'holdings' @> jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('facilityId', $2::text, 'ownerId', $3::text)))
            order by known.subject_id = $4 desc, known.recorded_at desc, known.subject_id desc
            limit $5
            """,
            row => (State: row.State<Batch>(0), Own: row.Text(1)), cancellation, actor.OrganisationId, facilityId?.ToString(), ownerId?.ToString(), first ?? Guid.Empty, Limits.Choices);
        return
        [
            .. batches.SelectMany(
                b => b.State.Holdings.Where(h => (facilityId ?? h.FacilityId) == h.FacilityId && (ownerId ?? h.OwnerId) == h.OwnerId), (b, holding) => new Lying(b.State, b.Own, holding)),
        ];
    }
}
