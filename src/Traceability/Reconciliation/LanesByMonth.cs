using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Reconciliation;

/// <summary>Gain and loss on the way to and from one facility, month by month: whether a lane loses a little every time.</summary>
internal static class LanesByMonth
{
    private const string Sql = """
        with came as (
            select k.fact_id, k.batch_id, to_char(k.occurred_at at time zone $4, 'YYYY-MM') as month,
                -sum(k.under_way_dry_kilograms) as sent, -sum(k.under_way_pieces) as sent_pieces, sum(k.dry_kilograms) as received, sum(k.pieces) as received_pieces,
                sum(k.disputed_dry_kilograms) as disputed, sum(k.disputed_pieces) as disputed_pieces
            from (select distinct fact_id from ledger.bookings where facility_id = $1 and kind in ('Dispatched', 'Received', 'Resolved') and occurred_at < $3) moved
            join ledger.bookings k on k.fact_id = moved.fact_id and k.kind in ('Received', 'Resolved') and k.superseded_at is null
            where k.occurred_at >= $2 and k.occurred_at < $3
            group by 1, 2, 3
        )
        select (s.data->>'fromFacilityId')::uuid, (s.data->>'toFacilityId')::uuid, (s.data->>'fromOperatorId')::uuid, (s.data->>'toOperatorId')::uuid, m.material, came.month,
            count(distinct s.id)::int, sum(came.sent), sum(came.sent_pieces)::bigint, sum(came.received), sum(came.received_pieces)::bigint, sum(came.disputed), sum(came.disputed_pieces)::bigint,
            (count(distinct s.id) filter (where s.data->>'status' in ('Disputed', 'AcceptedUnderReserve')))::int
        from came
        join ledger.mt_doc_shipment s on s.id = came.fact_id
        join ledger.made m on m.batch_id = came.batch_id and m.superseded_at is null
        group by 1, 2, 3, 4, 5, 6
        order by 1, 2, 5, 6
        limit $5
        """;

    public static async Task<IReadOnlyList<LaneMonth>> Find(
        NpgsqlDataSource source, Guid facilityId, Guid operatorId, DateTimeOffset? from, DateTimeOffset? to, TimeZoneInfo days, CancellationToken cancellation)
    {
        var rows = await source.Read(
            Sql, row => (From: row.GetGuid(0), To: row.GetGuid(1), Side: row.GetGuid(2) == operatorId ? row.GetGuid(3) : row.GetGuid(2), Material: row.GetString(4), Month: row.GetString(5), Sum: Sum(row)),
            cancellation, facilityId, (from ?? DateTimeOffset.MinValue).ToUniversalTime(), (to ?? DateTimeOffset.MaxValue).ToUniversalTime(), days.Id, Limits.Lanes);
        var names = await Names.Of(source, rows.SelectMany(r => new[] { r.From, r.To }), rows.Select(r => r.Side), [], cancellation);
        return
        [
            .. rows.Select(r => new LaneMonth(
                    r.From, names.Facilities[r.From].Name, r.To, names.Facilities[r.To].Name, r.Side, names.Organisations.GetValueOrDefault(r.Side, ""), r.Material, r.Month, r.Sum))
                .OrderBy(l => l.From, StringComparer.CurrentCulture).ThenBy(l => l.To, StringComparer.CurrentCulture).ThenBy(l => l.Material, StringComparer.Ordinal).ThenBy(l => l.Month, StringComparer.Ordinal),
        ];
    }

    private static InTransit Sum(NpgsqlDataReader row)
    {
        Quantity At(int column) => new(row.GetDecimal(column).Normalised(), row.GetInt64(column + 1));
        return new(row.GetInt32(6), At(7), At(9), At(11), row.GetInt32(13));
    }
}
