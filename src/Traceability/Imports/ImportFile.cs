using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Npgsql;
using Traceability.Access;
using Traceability.Exports;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>What may be said about a file in its address; <see cref="FileSettings"/> says what each means. Those about columns may bear a number: <c>unit.4</c>.</summary>
/// <param name="Name">What the file is called in the report.</param>
/// <param name="Mode">GoodRows (if empty), AllOrNothing or DryRun.</param>
public sealed record ImportParameters(
    string Name = "file.csv", ImportMode Mode = ImportMode.GoodRows, string? Encoding = null, string? Separator = null, string? Sheet = null, string? Kind = null, string? Zone = null,
    string? Decimal = null, string? Dates = null, string? Unit = null, string? Basis = null);

/// <summary>A file over HTTP: the body is the CSV file or the workbook, and the answer says how it was read and what became of each of its rows.</summary>
public static class ImportFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/imports", Answer)
        .Accepts<string>(Exported.Csv, Exported.Xlsx)
        .WithMetadata(new TakesFiles())
        .Reads<ImportReport>(nameof(ImportFile))
        .Produces<ImportJob>(StatusCodes.Status202Accepted)
        .WithSummary("Records a CSV file or workbook row by row; good rows go in, refused rows say why, and the same file a second time changes nothing. What the address does not say about the file is found in it, and answered. "
            + "A long file is accepted, goes on in the background, and is answered with where to see how far it is. decimal, dates, unit and basis may bear a column's number (unit.4), and column.4 names what stands in it.")
        .Refuses(StatusCodes.Status400BadRequest)
        .Refuses(StatusCodes.Status413PayloadTooLarge)
        .Refuses(StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> Answer(HttpContext context, [AsParameters] ImportParameters said, ImportJobs jobs, NpgsqlDataSource source, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || type.MediaType.Value is not (Exported.Csv or Exported.Xlsx))
            return Problems.Of(Refusal.Of("wrong-content-type"));
        var (settings, wrong) = FileSettings.Read(context.Request.Query);
        if (wrong is not null)
            return Problems.Of(Refusal.Of("malformed").At(wrong));
        // A year's book is longer than any single entry.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Limits.ImportBytes;
        try
        {
            await using var stored = new Spool();
            if (!await stored.Take(context.Request.Body, cancellation))
                return Problems.Of(Refusal.Of("too-large", ("limit", Limits.ImportBytes)));
            var file = await EntryFile.Arriving(stored.Content, said.Name, context.Actor(), settings, RememberedColumns.Of(source, context.Actor()), cancellation);
            var (job, report) = await jobs.Take(file, stored.Content, said.Mode, context.Request.QueryString, context.Actor(), cancellation);
            return job is null ? TypedResults.Ok(report) : TypedResults.Accepted($"/api/imports/{job.Id}", job);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problems.Of(Refusal.Of("too-large", ("limit", Limits.ImportBytes)));
        }
    }
}
