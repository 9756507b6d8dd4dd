using System.Globalization;
using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Processing;

/// <summary>A pile as the operator of its facility sees it.</summary>
/// <param name="Left">What lies on it now.</param>
public sealed record PileListed(Pile Pile, string Facility, Guid OperatorId, Quantity Left);

/// <summary>What a pile went through on one day.</summary>
/// <param name="Batches">Its batches of that day, the last one first.</param>
/// <param name="Drawn">Used or sent away.</param>
/// <param name="Counted">What counts and write-offs changed, signed.</param>
/// <param name="Left">What lay on it at the end of the day.</param>
public sealed record PileDay(DateOnly Day, IReadOnlyList<PileBatch> Batches, Quantity TippedIn, Quantity Drawn, Quantity Counted, Quantity Left);

/// <param name="StartsCampaign">Name of the campaign that started with it, or null.</param>
public sealed record PileBatch(Guid BatchId, string Number, Guid RunId, string? StartsCampaign);

/// <param name="Days">The last one first.</param>
public sealed record PileFound(PileListed Pile, IReadOnlyList<PileDay> Days, string? Next, long Version);

public static class ReadPile
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/piles", List).Reads<IReadOnlyList<PileListed>>(nameof(ReadPile) + "s");
        routes.MapRead("/api/piles/{pileId:guid}", Answer).ReadsVersion<PileFound>(nameof(ReadPile)).Refuses(StatusCodes.Status400BadRequest);
    }

    /// <returns>Piles at facilities whose operator the actor may look at, by name.</returns>
    public static Task<List<PileListed>> Find(NpgsqlDataSource source, Actor actor, Guid? facilityId, CancellationToken cancellation) => source.Read(
        """
        select p.data, b.data, f.data->'terms'->>'name', (f.data->'terms'->>'operatorId')::uuid
        from ledger.mt_doc_pile p
        join ledger.mt_doc_batch b on b.id = (p.data->>'batchId')::uuid
        join ledger.mt_doc_facility f on f.id = (p.data->>'facilityId')::uuid
        where ($1::uuid is null or f.data->'terms'->>'operatorId' = $1::text) and ($2::uuid is null or f.id = $2)
        order by f.data->'terms'->>'name', p.data->>'name', p.id
        limit $3
        """,
        Listed, cancellation, actor.SeesAll() ? null : actor.OrganisationId, facilityId, Limits.Choices);

    private static PileListed Listed(NpgsqlDataReader row)
    {
        var (pile, batch) = (row.State<Pile>(0), row.State<Batch>(1));
        return new(pile, row.GetString(2), row.GetGuid(3), Quantity.Sum(batch.Holdings.Where(h => h.FacilityId == pile.FacilityId).Select(h => h.Quantity)));
    }

    /// <param name="zone">Whose days are meant.</param>
    /// <param name="before">Where the page before ended: only earlier days.</param>
    /// <returns>Null when there is no such pile, or none that the actor may see.</returns>
    public static async Task<PileFound?> Find(NpgsqlDataSource source, Actor actor, Guid pileId, TimeZoneInfo zone, DateOnly? before, CancellationToken cancellation)
    {
        if (await source.Load<Pile>(pileId, cancellation) is not { State: var pile, Version: var version }
            || (await Find(source, actor, pile.FacilityId, cancellation)).Find(p => p.Pile.Id == pileId) is not { } listed)
            return null;
        var days = await source.Read(Days, Day, cancellation, pileId, pile.FacilityId, zone.Id, before ?? DateOnly.MaxValue, Limits.PageSize + 1);
        var batches = (await source.Read(
            "select (data->>'batchId')::uuid, data->>'number', (data->>'runId')::uuid, case when (data->>'startsCampaign')::bool then data->>'campaign' end, ((data->>'occurredAt')::timestamptz at time zone $2)::date "
                + "from ledger.mt_events where stream_id = $1 and ((data->>'occurredAt')::timestamptz at time zone $2)::date between $3 and $4 order by version desc",
            row => (Batch: new PileBatch(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.Text(3)), Day: row.GetFieldValue<DateOnly>(4)), cancellation,
            pileId, zone.Id, days.Count == 0 ? DateOnly.MaxValue : days[^1].Day, days.Count == 0 ? DateOnly.MaxValue : days[0].Day)).ToLookup(b => b.Day, b => b.Batch);
        var page = days.Take(Limits.PageSize).Select(d => d with { Batches = [.. batches[d.Day]] }).ToList();
        return new(listed, page, days.Count > Limits.PageSize ? page[^1].Day.ToString("O", CultureInfo.InvariantCulture) : null, version);
    }

    /// <summary>Each batch goes on in the next one; what goes over is neither drawn nor tipped in.</summary>
    private const string Days = """
        with renewed as (
            select (data->>'batchId')::uuid as batch_id, (data->>'beforeId')::uuid as before_id, (data->>'runId')::uuid as run_id, lead((data->>'runId')::uuid) over (order by version) as next_run_id
            from ledger.mt_events where stream_id = $1
        ), moved as (
            select (k.occurred_at at time zone $3)::date as day, k.kind, k.dry_kilograms, k.pieces
            from renewed r join ledger.bookings k on k.batch_id = r.batch_id and k.facility_id = $2 and k.superseded_at is null and k.fact_id is distinct from r.next_run_id
            union all
            select (k.occurred_at at time zone $3)::date, 'Produced', k.dry_kilograms, k.pieces
            from renewed r join ledger.bookings k on k.batch_id = r.before_id and k.fact_id = r.run_id and k.superseded_at is null
        ), days as (
            select day,
                coalesce(sum(dry_kilograms) filter (where kind = 'Produced'), 0) as tipped, coalesce(sum(pieces) filter (where kind = 'Produced'), 0)::bigint as tipped_pieces,
                coalesce(-sum(dry_kilograms) filter (where kind not in ('Produced', 'CountedIn', 'WrittenOff')), 0) as drawn,
                coalesce(-sum(pieces) filter (where kind not in ('Produced', 'CountedIn', 'WrittenOff')), 0)::bigint as drawn_pieces,
                coalesce(sum(dry_kilograms) filter (where kind in ('CountedIn', 'WrittenOff')), 0) as counted,
                coalesce(sum(pieces) filter (where kind in ('CountedIn', 'WrittenOff')), 0)::bigint as counted_pieces,
                sum(sum(dry_kilograms)) over (order by day) as left_kilograms, (sum(sum(pieces)) over (order by day))::bigint as left_pieces
            from moved group by day
        )
        select * from days where day < $4 order by day desc limit $5
        """;

    private static PileDay Day(NpgsqlDataReader row)
    {
        Quantity Of(int column) => new(row.GetDecimal(column).Normalised(), row.GetInt64(column + 1));
        return new(row.GetFieldValue<DateOnly>(0), [], Of(1), Of(3), Of(5), Of(7));
    }

    /// <summary>Piles, tanks and silos of the own facilities, with what lies there.</summary>
    internal static async Task<IResult> List(Guid? facilityId, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        TypedResults.Ok(await Find(source, actor, facilityId, cancellation));

    /// <summary>One pile: what was tipped in, drawn and counted, day by day, the last day first.</summary>
    /// <param name="zone">Time zone whose days are meant, e.g. <c>Asia/Almaty</c>; else UTC.</param>
    /// <param name="cursor">Where the page before ended.</param>
    internal static async Task<IResult> Answer(Guid pileId, Zone? zone, DateOnly? cursor, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, pileId, zone?.Days ?? TimeZoneInfo.Utc, cursor, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
