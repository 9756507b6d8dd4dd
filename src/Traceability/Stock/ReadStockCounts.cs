using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Stock;

/// <param name="FacilityId">Only those of this facility.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record StockFilter(Guid? FacilityId = null, string? Cursor = null);

/// <param name="Lines">How many batches were counted, as far as the reader keeps or owns them.</param>
/// <param name="Found">What was added to the book.</param>
/// <param name="Missing">What was written off.</param>
public sealed record StockCountListed(
    Guid Id, string Number, Guid FacilityId, string Facility, DateTimeOffset CountedAt, DateTimeOffset KnownSince, int Lines, Quantity Found, Quantity Missing);

/// <summary>One count as the operator sees it; an owner sees the lines that are his.</summary>
public sealed record StockCountFound(StockCount Count, Names Names, long Version);

public static class ReadStockCounts
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/stock-counts", AnswerList).Lists<StockCountListed>("ListStockCounts");
        routes.MapRead("/api/stock-counts/{countId:guid}", AnswerOne).ReadsVersion<StockCountFound>("ReadStockCount");
    }

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<StockCountListed>?> Find(NpgsqlDataSource source, Actor actor, StockFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            Sql(actor, "stock-count", "stockcount"), row => Listed(row, actor), cancellation, actor.OrganisationId, from.At, from.Id, filter.FacilityId, size + 1);
        return rows.ToPage(size, c => new(c.KnownSince, c.Id));
    }

    /// <returns>Null when there is no such count, or none that the actor may see.</returns>
    public static async Task<StockCountFound?> FindOne(NpgsqlDataSource source, Actor actor, Guid countId, CancellationToken cancellation)
    {
        if (await source.Load<StockCount>(countId, cancellation) is not { State: var count, Version: var version } || Seen(count, actor) is not { Lines.IsEmpty: false } seen)
            return null;
        var names = await Names.Of(source, [seen.FacilityId], seen.Lines.Select(l => l.OwnerId), seen.Lines.Select(l => l.BatchId), cancellation);
        return new(seen, names, version);
    }

    /// <summary>Counts and write-offs are listed alike.</summary>
    internal static string Sql(Actor actor, string kind, string document) => $"""
        select d.data, f.data->'terms'->>'name', known.recorded_at
        from {actor.Subjects(kind)} known
        join ledger.mt_doc_{document} d on d.id = known.subject_id
        join ledger.mt_doc_facility f on f.id = (d.data->>'facilityId')::uuid
        where (known.recorded_at, known.subject_id) < ($2, $3) and ($4::uuid is null or f.id = $4)
        order by known.recorded_at desc, known.subject_id desc
        limit $5
        """;

    private static StockCount Seen(StockCount count, Actor actor) =>
        count with { Lines = [.. count.Lines.Where(l => Redact.For(actor).ShowsStock(count.OperatorId, l.OwnerId))] };

    private static StockCountListed Listed(NpgsqlDataReader row, Actor actor)
    {
        var count = Seen(row.State<StockCount>(0), actor);
        var booked = count.Lines.Select(l => l.Booked).ToList();
        return new(
            count.Id, count.Number, count.FacilityId, row.GetString(1), count.CountedAt, row.Instant(2), count.Lines.Length,
            Quantity.Sum(booked.Select(b => b.Most(Quantity.Zero))), Quantity.Sum(booked.Select(b => (-b).Most(Quantity.Zero))));
    }

    /// <summary>Counts of stock that the own organisation keeps or owns, the last recorded first.</summary>
    internal static async Task<IResult> AnswerList([AsParameters] StockFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));

    /// <summary>One count: all of it for the operator, for an owner the lines that are his.</summary>
    internal static async Task<IResult> AnswerOne(Guid countId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await FindOne(source, actor, countId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
