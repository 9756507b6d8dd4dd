using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Stock;

/// <param name="Lost">What is gone, as far as the reader kept or owned it.</param>
public sealed record WriteOffListed(
    Guid Id, string Number, Guid FacilityId, string Facility, WriteOffCause Cause, string Reason, DateTimeOffset OccurredAt, DateTimeOffset KnownSince, Quantity Lost);

/// <summary>One write-off as the operator sees it; an owner sees the lines that were his.</summary>
public sealed record WriteOffFound(WriteOff WriteOff, Names Names, long Version);

public static class ReadWriteOffs
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/write-offs", AnswerList).Lists<WriteOffListed>("ListWriteOffs");
        routes.MapRead("/api/write-offs/{writeOffId:guid}", AnswerOne).ReadsVersion<WriteOffFound>("ReadWriteOff");
    }

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<WriteOffListed>?> Find(NpgsqlDataSource source, Actor actor, StockFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            ReadStockCounts.Sql(actor, "write-off", "writeoff"), row => Listed(row, actor), cancellation, actor.OrganisationId, from.At, from.Id, filter.FacilityId, size + 1);
        return rows.ToPage(size, w => new(w.KnownSince, w.Id));
    }

    /// <returns>Null when there is no such write-off, or none that the actor may see.</returns>
    public static async Task<WriteOffFound?> FindOne(NpgsqlDataSource source, Actor actor, Guid writeOffId, CancellationToken cancellation)
    {
        if (await source.Load<WriteOff>(writeOffId, cancellation) is not { State: var written, Version: var version } || Seen(written, actor) is not { Lines.IsEmpty: false } seen)
            return null;
        var names = await Names.Of(source, [seen.FacilityId], seen.Lines.Select(l => l.OwnerId), seen.Lines.Select(l => l.BatchId), cancellation);
        return new(seen, names, version);
    }

    private static WriteOff Seen(WriteOff written, Actor actor) =>
        written with { Lines = [.. written.Lines.Where(l => Redact.For(actor).ShowsStock(written.OperatorId, l.OwnerId))] };

    private static WriteOffListed Listed(NpgsqlDataReader row, Actor actor)
    {
        var written = Seen(row.State<WriteOff>(0), actor);
        return new(
            written.Id, written.Number, written.FacilityId, row.GetString(1), written.Cause, written.Reason, written.OccurredAt, row.Instant(2),
            Quantity.Sum(written.Lines.Select(l => l.Quantity)));
    }

    /// <summary>Write-offs of stock that the own organisation keeps or owns, the last recorded first.</summary>
    internal static async Task<IResult> AnswerList([AsParameters] StockFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));

    /// <summary>One write-off: all of it for the operator, for an owner the lines that were his.</summary>
    internal static async Task<IResult> AnswerOne(Guid writeOffId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await FindOne(source, actor, writeOffId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
