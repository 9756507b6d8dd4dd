using Npgsql;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Stock;

namespace Traceability.Reconciliation;

/// <param name="FacilityId">Whose book.</param>
/// <param name="From">What happened from then on counts; empty is from the beginning.</param>
/// <param name="To">What happened before then counts; empty is until now.</param>
public sealed record ReconciliationFilter(Guid? FacilityId = null, Moment? From = null, Moment? To = null);

/// <summary>The table an auditor asks for first: opening + what came in - what went out = closing book, against what was counted. It is made from the bookings alone, each in one line, so that it closes by construction.</summary>
public static class ReadReconciliation
{
    /// <summary>Everything booked there before the period's end, by batch, owner and line of the book.</summary>
    private const string Sql = $"""
        with book as (
            select k.batch_id, k.owner_id, k.dry_kilograms, k.pieces, case when k.occurred_at < $2 then 'Opening' else {BookEntries.Line} end as line
            from ledger.bookings k where k.facility_id = $1 and k.occurred_at < $3 and k.superseded_at is null
        ), summed as (
            select batch_id, owner_id, line, sum(dry_kilograms) as dry_kilograms, sum(pieces)::bigint as pieces from book group by 1, 2, 3
        )
        select s.batch_id, s.owner_id, s.line, s.dry_kilograms, s.pieces, m.material, b.data->>'assays'
        from summed s join ledger.made m on m.batch_id = s.batch_id and m.superseded_at is null join ledger.mt_doc_batch b on b.id = s.batch_id
        where s.line <> 'Opening' or s.dry_kilograms <> 0 or s.pieces <> 0
        """;

    /// <summary>The counts of the period, with what was booked of their goods from each until the end.</summary>
    private const string Counts = """
        select c.data from ledger.mt_doc_stockcount c where c.id in (
            select k.fact_id from ledger.bookings k where k.facility_id = $1 and k.occurred_at >= $2 and k.occurred_at < $3 and k.kind in ('CountedIn', 'WrittenOff') and k.superseded_at is null)
        """;

    private const string Since = """
        select u.batch_id, u.owner_id, sum(k.dry_kilograms), sum(k.pieces)::bigint from unnest($2, $3, $4) u(batch_id, owner_id, at)
        join ledger.bookings k on k.batch_id = u.batch_id and k.owner_id = u.owner_id and k.facility_id = $1 and k.occurred_at > u.at and k.occurred_at < $5 and k.superseded_at is null
        group by 1, 2
        """;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/facilities/{facilityId:guid}/reconciliation", Answer).ReadsOne<FacilityReconciled>(nameof(ReadReconciliation)).Refuses(StatusCodes.Status400BadRequest);

    /// <param name="days">Whose months the trend of lanes is told in.</param>
    /// <returns>Null when there is no such facility, or its book is not the actor's to read: it is for the operator's people.</returns>
    public static async Task<FacilityReconciled?> Find(
        NpgsqlDataSource source, Catalogue catalogue, Actor actor, Guid facilityId, DateTimeOffset? from, DateTimeOffset? to, TimeZoneInfo days, CancellationToken cancellation)
    {
        var names = await Names.Of(source, [facilityId], [], [], cancellation);
        if (!names.Facilities.TryGetValue(facilityId, out var facility) || !actor.Can(Act.See, new(facility.OperatorId)))
            return null;
        object[] period = [facilityId, (from ?? DateTimeOffset.MinValue).ToUniversalTime(), (to ?? DateTimeOffset.MaxValue).ToUniversalTime()];
        var book = new ReconciledBook(catalogue, facilityId);
        await source.Read(Sql, row => book.Add(
            new(row.GetGuid(0), row.GetGuid(1)), row.GetString(5), Enum.Parse<BookLine>(row.GetString(2)), new(row.GetDecimal(3), row.GetInt64(4)),
            row.IsDBNull(6) ? null : row.State<BatchAssays>(6)), cancellation, period);
        var counts = await source.Read(Counts, row => row.State<StockCount>(0), cancellation, period);
        var last = counts.OrderBy(c => c.CountedAt).SelectMany(c => c.Lines.Select(l => (Of: new HoldingOf(l.BatchId, l.OwnerId), Line: l, Count: c))).GroupBy(c => c.Of).Select(g => g.Last()).ToList();
        var since = (await source.Read(
            Since, row => KeyValuePair.Create(new HoldingOf(row.GetGuid(0), row.GetGuid(1)), new Quantity(row.GetDecimal(2), row.GetInt64(3))), cancellation, facilityId,
            last.Select(c => c.Of.BatchId).ToArray(), last.Select(c => c.Of.OwnerId).ToArray(), last.Select(c => c.Count.CountedAt.ToUniversalTime()).ToArray(), period[2])).ToDictionary();
        foreach (var (of, line, count) in last)
            book.Count(of, count, line.Counted + since.GetValueOrDefault(of), line.ToleranceKilograms);
        return new(
            facilityId, facility.Name, facility.OperatorId, names.Organisations.GetValueOrDefault(facility.OperatorId, ""), from, to, book.Materials(),
            await LanesByMonth.Find(source, facilityId, facility.OperatorId, from, to, days, cancellation));
    }

    /// <summary>The same as rows of a file: of each material the whole, then each element. Nothing of a book that is not the reader's.</summary>
    internal static async Task<Page<ReconciledRow>?> Rows(
        NpgsqlDataSource source, Actor actor, ReconciliationFilter filter, CancellationToken cancellation, int size = Limits.ExportPage)
    {
        var found = filter.FacilityId is not { } id ? null
            : await Find(source, Catalogue.Shipped, actor, id, filter.From?.At, filter.To?.At, TimeZoneInfo.Utc, cancellation);
        return new([.. found?.Materials.SelectMany(m => ReconciledRow.Of(found, m)) ?? []], null);
    }

    /// <summary>The book of a facility over a period: opening, what came in, what went out and the closing book of every material and element, against what was counted there, with the gains and losses
    /// on the way by lane and month. For the people of its operator.</summary>
    /// <param name="from">What happened from then on counts; empty is from the beginning.</param>
    /// <param name="to">What happened before then counts; empty is until now.</param>
    /// <param name="zone">Whose months lanes are told in; empty is UTC.</param>
    internal static async Task<IResult> Answer(
        Guid facilityId, Moment? from, Moment? to, Zone? zone, Actor actor, Catalogue catalogue, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, catalogue, actor, facilityId, from?.At, to?.At, zone?.Days ?? TimeZoneInfo.Utc, cancellation));
}
