using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Incidents;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Reconciliation;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Exports;

/// <param name="FactId">Only those of this batch, shipment or run.</param>
/// <param name="Cursor">Where an earlier export broke off.</param>
public sealed record AlarmFilter(Guid? FactId = null, string? Cursor = null);

/// <param name="From">Receipts from then on count.</param>
/// <param name="To">Receipts before then count.</param>
public sealed record LaneFilter(Moment? From = null, Moment? To = null);

/// <summary>Every list as a file, with the list's own filters. It is the list itself, read page by page: nobody gets more in a file than on the screen.</summary>
public static class ExportLists
{
    /// <summary>One page of a list, or null when the cursor is none.</summary>
    private delegate Task<Page<T>?> Find<in TFilter, T>(NpgsqlDataSource source, Actor actor, TFilter filter, CancellationToken cancellation, int size);

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map<BatchFilter, BatchListed>(routes, Sheets.Batches, ListBatches.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<HoldingFilter, HoldingListed>(routes, Sheets.Holdings, ListHoldings.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<ShipmentFilter, ShipmentListed>(routes, Sheets.Shipments, ListShipments.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<ArrivalFilter, ArrivalFound>(routes, Sheets.Arrivals, ListArrivals.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<LaneFilter, Lane>(routes, Sheets.Lanes, Lanes, (filter, _) => filter);
        Map<RunFilter, RunListed>(routes, Sheets.Runs, ListRuns.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<StockFilter, StockCountListed>(routes, Sheets.StockCounts, ReadStockCounts.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<StockFilter, WriteOffListed>(routes, Sheets.WriteOffs, ReadWriteOffs.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<ReconciliationFilter, ReconciledRow>(routes, Sheets.Reconciliation, ReadReconciliation.Rows, (filter, _) => filter);
        Map<HoldRequestFilter, HoldRequestFound>(routes, Sheets.HoldRequests, ListHoldRequests.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<AssayFilter, AssayFound>(routes, Sheets.Assays, ReadAssays.List, (filter, _) => filter);
        Map<AttestationFilter, AttestationListed>(routes, Sheets.Attestations, ReadAttestations.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<DocumentFilter, DocumentListed>(routes, Sheets.Documents, ReadDocuments.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<OrganisationFilter, OrganisationFound>(routes, Sheets.Organisations, ReadOrganisations.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<FacilityFilter, FacilityListed>(routes, Sheets.Facilities, ReadFacilities.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<RefusalFilter, RefusalKept>(routes, Sheets.Refusals, ListRefusals.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<AlarmFilter, AlarmsFound>(routes, Sheets.Alarms, Alarms, (filter, cursor) => filter with { Cursor = cursor });
        Map<KeyFilter, KeyListed>(routes, Sheets.Keys, ListKeys.Find, (filter, cursor) => filter with { Cursor = cursor });
        Map<AccessFilter, AccessLogged>(routes, Sheets.AccessLog, AccessLog.Find, (filter, cursor) => filter with { Cursor = cursor });
    }

    private static void Map<TFilter, T>(IEndpointRouteBuilder routes, Sheet<T> sheet, Find<TFilter, T> find, Func<TFilter, string, TFilter> from) where TFilter : class =>
        routes.MapGet($"/api/{sheet.Name}/export", async (
                [AsParameters] TFilter filter, string? format, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
            {
                Task<Page<T>?> Page(TFilter part) => find(source, actor, part, cancellation, Limits.ExportPage);

                if (format is not null && !Exported.Formats.ContainsKey(format))
                    return Problems.Of(Refusal.Of("malformed").At("format"));
                return await Page(filter) is { } first
                    ? File(context, sheet, format, Pages(first, cursor => Page(from(filter, cursor))))
                    : Problems.Of(Refusal.Of("malformed").At("cursor"));
            })
            .Produces<string>(StatusCodes.Status200OK, Exported.Csv, Exported.Xlsx, Exported.JsonLines)
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized)
            .WithName("Export" + string.Concat(sheet.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])))
            .WithSummary($"The list of {sheet.Name.Replace('-', ' ')} as a file, whole and as filtered: format is csv, xlsx (an Excel workbook) or jsonl (the list's items as JSON, one a line). Without it the Accept header decides.");

    /// <summary>A file that goes out while it is read.</summary>
    /// <param name="named">One of <see cref="Exported.Formats"/>, or null for what the reader prefers.</param>
    internal static IResult File<T>(HttpContext context, Sheet<T> sheet, string? named, IAsyncEnumerable<IReadOnlyList<T>> pages)
    {
        var format = named is null ? Preferred(context.Request) : Exported.Formats[named];
        // Workbooks are zipped straight into the answer, and no library does that without blocking.
        if (format == ExportFormat.Xlsx && context.Features.Get<IHttpBodyControlFeature>() is { } body)
            body.AllowSynchronousIO = true;
        return TypedResults.Stream(to => sheet.Write(format, pages, to, context.RequestAborted), format.ContentType(), format.FileName(sheet.Name));
    }

    private static ExportFormat Preferred(HttpRequest request) => request.GetTypedHeaders().Accept.MaxBy(a => a.Quality ?? 1)?.MediaType.Value switch
    {
        Exported.Xlsx => ExportFormat.Xlsx,
        Exported.JsonLines or "application/x-ndjson" => ExportFormat.JsonLines,
        _ => ExportFormat.Csv,
    };

    /// <summary>The items of a page and of all that come after it.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<T>> Pages<T>(Page<T> first, Func<string, Task<Page<T>?>> next)
    {
        for (var page = first; page is not null; page = page.Next is { } cursor ? await next(cursor) : null)
            yield return page.Items;
    }

    private static Task<Page<AlarmsFound>?> Alarms(NpgsqlDataSource source, Actor actor, AlarmFilter filter, CancellationToken cancellation, int size = Limits.ExportPage) =>
        ListAlarms.Find(source, actor, filter.FactId, filter.Cursor, cancellation, size);

    /// <summary>Lanes are few enough for one page.</summary>
    private static async Task<Page<Lane>?> Lanes(NpgsqlDataSource source, Actor actor, LaneFilter filter, CancellationToken cancellation, int size = Limits.ExportPage) =>
        new((await ListLanes.Find(source, actor, filter.From?.At, filter.To?.At, cancellation)).Lanes, null);
}
