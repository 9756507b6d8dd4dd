using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>A file over HTTP: the body is the CSV file, and the answer says what became of each of its rows.</summary>
public static class ImportFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/imports", Answer)
        .Accepts<string>("text/csv")
        .WithMetadata(new TakesFiles())
        .Reads<ImportReport>(nameof(ImportFile))
        .WithSummary("Records a CSV file row by row; good rows go in, refused rows say why, and the same file a second time changes nothing.")
        .Refuses(StatusCodes.Status413PayloadTooLarge)
        .Refuses(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Good rows go in and refused rows say why; the same file a second time changes nothing.</summary>
    /// <param name="name">What the file is called in the report.</param>
    private static async Task<IResult> Answer(HttpContext context, Executor executor, NpgsqlDataSource source, CancellationToken cancellation, string name = "file.csv")
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() != "text/csv")
            return Problems.Of(Refusal.Of("wrong-content-type"));
        // A year's book is longer than any single entry.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Limits.ImportBytes;
        try
        {
            var import = new Import(executor.Record, KnownNumbers.In(source));
            return TypedResults.Ok(await import.Run(context.Request.Body, name, context.Actor(), cancellation));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problems.Of(Refusal.Of("too-large", ("limit", Limits.ImportBytes)));
        }
    }
}
