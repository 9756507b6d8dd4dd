using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>What was received over some receipts, held against what had been sent of it.</summary>
/// <param name="Sent">Of what has arrived; what is still under way has no difference yet.</param>
/// <param name="Received">What counts, of disputed goods the smaller figure.</param>
/// <param name="Disputed">What one side says exists and the other does not. Negative where older disputes were settled in the period.</param>
/// <param name="OpenDisputes">Shipments of these over which the sides still disagree.</param>
public sealed record InTransit(int Shipments, Quantity Sent, Quantity Received, Quantity Disputed, int OpenDisputes)
{
    /// <summary>Gained on the way, or lost where it is negative.</summary>
    public Quantity Difference => Received + Disputed - Sent;

    /// <summary>The difference as a fraction of what was sent: of pieces where the goods are counted.</summary>
    public decimal DifferenceFraction => Sent.Pieces > 0 ? (decimal)Difference.Pieces / Sent.Pieces : Sent.DryKilograms > 0 ? Difference.DryKilograms / Sent.DryKilograms : 0;
}

/// <summary>One material between two facilities.</summary>
public sealed record Lane(
    Guid FromFacilityId, string From, Guid FromOperatorId, string FromOperator, Guid ToFacilityId, string To, Guid ToOperatorId, string ToOperator, string Material, InTransit Sum);

/// <summary>All that went between the asking organisation and another, or between its own facilities.</summary>
public sealed record Counterparty(Guid OrganisationId, string Organisation, InTransit Sum);

public sealed record LanesFound(DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<Lane> Lanes, IReadOnlyList<Counterparty> Counterparties);

public static class ListLanes
{
    /// <summary>The other side, where the asking organisation is one; those who carry or own goods have none.</summary>
    private const string OtherSide = "case $1::text when s.data->>'fromOperatorId' then s.data->>'toOperatorId' when s.data->>'toOperatorId' then s.data->>'fromOperatorId' end";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/lanes", Answer).Reads<LanesFound>(nameof(ListLanes)).Refuses(StatusCodes.Status400BadRequest);

    /// <param name="from">Receipts from then on; null is from the beginning.</param>
    /// <param name="to">Receipts before then; null is to the end.</param>
    /// <returns>At most <see cref="Limits.Lanes"/> lanes and counterparties together.</returns>
    public static async Task<LanesFound> Find(NpgsqlDataSource source, Actor actor, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation)
    {
        var rows = await source.Read(
            Sql(actor), row => (From: Id(row, 0), To: Id(row, 1), FromOperator: Id(row, 2), ToOperator: Id(row, 3), Material: row.Text(4), OtherSide: Id(row, 5), Sum: Sum(row)),
            cancellation, actor.OrganisationId, (from ?? DateTimeOffset.MinValue).ToUniversalTime(), (to ?? DateTimeOffset.MaxValue).ToUniversalTime(), Limits.Lanes);
        var (lanes, sides) = (rows.Where(r => r.Material is not null).ToList(), rows.Where(r => r.Material is null).ToList());
        var names = await Names.Of(
            source, lanes.SelectMany(l => new[] { l.From, l.To }), lanes.SelectMany(l => new[] { l.FromOperator, l.ToOperator }).Concat(sides.Select(s => s.OtherSide)), [], cancellation);
        string Firm(Guid id) => names.Organisations.GetValueOrDefault(id, "");
        return new(
            from, to,
            [
                .. lanes.Select(l => new Lane(
                        l.From, names.Facilities[l.From].Name, l.FromOperator, Firm(l.FromOperator), l.To, names.Facilities[l.To].Name, l.ToOperator, Firm(l.ToOperator), l.Material!, l.Sum))
                    .OrderBy(l => l.From, StringComparer.CurrentCulture).ThenBy(l => l.To, StringComparer.CurrentCulture).ThenBy(l => l.Material, StringComparer.Ordinal),
            ],
            [.. sides.Select(s => new Counterparty(s.OtherSide, Firm(s.OtherSide), s.Sum)).OrderBy(c => c.Organisation, StringComparer.CurrentCulture)]);
    }

    /// <summary>Every receipt books what it takes from the way, what it puts down and what is disputed: their sums are the lane's.</summary>
    private static string Sql(Actor actor) => $"""
        with came as (
            select k.fact_id, k.batch_id,
                -sum(k.under_way_dry_kilograms) as sent, -sum(k.under_way_pieces) as sent_pieces, sum(k.dry_kilograms) as received, sum(k.pieces) as received_pieces,
                sum(k.disputed_dry_kilograms) as disputed, sum(k.disputed_pieces) as disputed_pieces
            from {actor.Subjects("shipment")} known
            join ledger.bookings k on k.fact_id = known.subject_id and k.kind in ('Received', 'Resolved') and k.superseded_at is null
            where k.occurred_at >= $2 and k.occurred_at < $3
            group by k.fact_id, k.batch_id
        )
        select s.data->>'fromFacilityId', s.data->>'toFacilityId', s.data->>'fromOperatorId', s.data->>'toOperatorId', m.material, {OtherSide},
            count(distinct s.id), sum(came.sent), sum(came.sent_pieces)::bigint, sum(came.received), sum(came.received_pieces)::bigint, sum(came.disputed), sum(came.disputed_pieces)::bigint,
            count(distinct s.id) filter (where s.data->>'status' in ('{ShipmentStatus.Disputed}', '{ShipmentStatus.AcceptedUnderReserve}'))
        from came
        join ledger.mt_doc_shipment s on s.id = came.fact_id
        join ledger.made m on m.batch_id = came.batch_id and m.superseded_at is null
        group by grouping sets ((1, 2, 3, 4, 5), (6))
        having grouping({OtherSide}) = 1 or {OtherSide} is not null
        order by count(distinct s.id) desc
        limit $4
        """;

    private static Guid Id(NpgsqlDataReader row, int column) => row.Text(column) is { } id ? Guid.Parse(id) : Guid.Empty;

    private static InTransit Sum(NpgsqlDataReader row)
    {
        Quantity At(int column) => new(row.GetDecimal(column).Normalised(), row.GetInt64(column + 1));
        return new((int)row.GetInt64(6), At(7), At(9), At(11), (int)row.GetInt64(13));
    }

    /// <summary>Gains and losses on the way by lane and by counterparty, of shipments that the own organisation has to do with.</summary>
    /// <param name="from">Receipts from then on count.</param>
    /// <param name="to">Receipts before then count.</param>
    internal static async Task<IResult> Answer(Moment? from, Moment? to, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        TypedResults.Ok(await Find(source, actor, from?.At, to?.At, cancellation));
}
