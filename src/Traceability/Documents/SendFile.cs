using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Documents;

/// <summary>A file over HTTP, under its hash. It is seen by nobody until a document of the organisation names it: knowing somebody's hash gives nobody his file.</summary>
public static class SendFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/api/files/{sha256}", Answer)
        .Produces<SentFile>(StatusCodes.Status200OK)
        .Produces<SentFile>(StatusCodes.Status201Created)
        .Refuses(
            StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status422UnprocessableEntity,
            StatusCodes.Status503ServiceUnavailable)
        .WithMetadata(new SendsFile())
        .WithMetadata(new TakesFiles())
        .WithName(nameof(SendFile))
        .WithSummary("Sends a file for documents to name: a PDF, a PNG or JPEG picture or an Excel workbook (.xlsx), up to 25 MB, told by its content. Its address ends in its SHA-256 in lower-case hex. Sent again it is the same file.");

    /// <summary>Keeps the file and writes down who sent it.</summary>
    public static async Task<(SentFile? File, bool IsNew, Refusal? Refusal)> Keep(
        FileStore store, NpgsqlDataSource source, Actor actor, Stream content, string? sha256, TimeProvider time, CancellationToken cancellation)
    {
        if (!Attaching.May(actor))
            return (null, false, Refusal.Of("not-allowed"));
        var (file, refusal) = await store.Keep(content, sha256, cancellation);
        if (file is null)
            return (null, false, refusal);
        var rows = await source.Read(
            "insert into ledger.files (organisation_id, sha256, bytes, media_type, sent_at) values ($1, $2, $3, $4, $5) on conflict do nothing returning sha256",
            row => row.GetString(0), cancellation, actor.OrganisationId, file.Sha256, file.Bytes, file.MediaType, time.GetUtcNow());
        return (file, rows.Count > 0, null);
    }

    internal static async Task<IResult> Answer(string sha256, Actor actor, FileStore store, NpgsqlDataSource source, TimeProvider time, HttpContext context, CancellationToken cancellation)
    {
        if (!FileStore.IsHash(sha256))
            return Problems.Of(Refusal.Of("hash-malformed").At("sha256"));
        // A little more than a file may have, so that what is too large hears it in words.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Limits.DocumentFormBytes;
        try
        {
            var (file, isNew, refusal) = await Keep(store, source, actor, context.Request.Body, sha256, time, cancellation);
            return file is null ? Problems.Of(refusal!) : TypedResults.Json(file, ApiJson.Options, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problems.Of(Refusal.Of("too-large", ("limit", Limits.DocumentBytes)));
        }
    }
}

/// <summary>Marks endpoints whose body is a file.</summary>
public sealed class SendsFile;
