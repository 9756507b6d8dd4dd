using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Reconciliation;

/// <summary>One booking behind a figure.</summary>
/// <param name="FactId">The entry that booked it: a shipment, a run, a count, a write-off, a transfer, or the batch itself.</param>
/// <param name="Quantity">Signed.</param>
public sealed record BookEntry(DateTimeOffset OccurredAt, BookLine Line, Guid BatchId, string Number, Guid FactId, Quantity Quantity);

/// <summary>The bookings that make up one line of a facility's book.</summary>
public static class BookEntries
{
    /// <summary>Which line of the book a booking <c>k</c> of the period stands in. Counts write off too; what they cannot explain is no loss with a cause.</summary>
    internal const string Line = """
        case when k.kind = 'CountedIn' or k.kind = 'WrittenOff' and exists (select from ledger.mt_doc_stockcount c where c.id = k.fact_id) then 'Counted'
            when k.kind = 'WrittenOff' then 'Lost' else k.kind end
        """;

    /// <param name="line">Null is every line of the period, without what lay there before.</param>
    /// <returns>At most <see cref="Limits.RowsShown"/> and one more, the first first; none of a facility whose book is not the actor's to read.</returns>
    public static async Task<IReadOnlyList<BookEntry>> Find(
        NpgsqlDataSource source, Actor actor, Guid operatorId, Guid facilityId, string material, BookLine? line, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation) =>
        !actor.Can(Act.See, new(operatorId)) ? [] : await source.Read(
            $"""
            select k.occurred_at, {Line}, k.batch_id, m.number, k.fact_id, k.dry_kilograms, k.pieces
            from ledger.bookings k join ledger.made m on m.batch_id = k.batch_id and m.superseded_at is null
            where k.facility_id = $1 and k.occurred_at >= $2 and k.occurred_at < $3 and k.superseded_at is null and m.material = $4 and ($5::text is null or {Line} = $5)
            order by k.occurred_at, k.event_id limit $6
            """,
            row => new BookEntry(
                row.Instant(0), Enum.Parse<BookLine>(row.GetString(1)), row.GetGuid(2), row.GetString(3), row.GetGuid(4), new(row.GetDecimal(5).Normalised(), row.GetInt64(6))),
            cancellation, facilityId, (from ?? DateTimeOffset.MinValue).ToUniversalTime(), (to ?? DateTimeOffset.MaxValue).ToUniversalTime(), material, line?.ToString(), Limits.RowsShown + 1);
}
