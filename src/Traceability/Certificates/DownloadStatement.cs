using Microsoft.Extensions.Localization;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Provenance;

namespace Traceability.Certificates;

/// <summary>The provenance statement of one batch as a PDF page, as the reader may see it.</summary>
public static class DownloadStatement
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/batches/{batchId:guid}/statement.pdf", Answer)
        .Produces<byte[]>(StatusCodes.Status200OK, "application/pdf")
        .Refuses(StatusCodes.Status401Unauthorized)
        .Refuses(StatusCodes.Status404NotFound)
        .WithName(nameof(DownloadStatement));

    /// <summary>One page to hand on: the verdict first, then where the batch comes from and what was done on the way. A plain statement, not a certificate.</summary>
    internal static async Task<IResult> Answer(
        Guid batchId, Actor actor, NpgsqlDataSource source, Catalogue catalogue, IStringLocalizer<Text> words, ICertificateRenderer renderer, TimeProvider time, HttpRequest request,
        CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (await ReadGenealogy.Find(source, catalogue, actor, new(batchId, Direction.Ancestors), cancellation) is not { Verdict: { } verdict } found)
            return Listing.One((GenealogyFound?)null);
        var code = await PublicCode.Of(source, batchId, cancellation);
        var subject = found.Genealogy.Batches.First(b => b.Id == found.Genealogy.Subject);
        var statement = new ProvenanceStatement(
            found.Genealogy, verdict, [.. verdict.OpenIssues(words)], AsKnownAt: now, MadeAt: now,
            code is null ? null : PublicCode.Link(request, code),
            // The invented firms of the sample story say so in their names.
            IsDemo: subject.Maker.Contains("(demo)", StringComparison.Ordinal));
        return TypedResults.File(renderer.Render(statement.Document(words)), "application/pdf", $"provenance-{subject.Number}.pdf");
    }
}
