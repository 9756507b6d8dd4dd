using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;
using Microsoft.OpenApi;
using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Shares;

namespace Traceability.Provenance;

/// <param name="Verdict">What the whole genealogy amounts to, also what the reader does not see of it; of ancestors only.</param>
/// <param name="Doubts">What speaks against batches that the reader sees.</param>
/// <param name="AsKnownAt">Only what had been recorded by then counts; null is now.</param>
/// <param name="AsOf">Only what, as claimed, had happened by then counts; null is everything.</param>
public sealed record GenealogyFound(Verdict? Verdict, IReadOnlyList<Doubt> Doubts, Genealogy Genealogy, DateTimeOffset? AsKnownAt, DateTimeOffset? AsOf);

/// <param name="Depth">Batches further away are left out.</param>
/// <param name="Nodes">So many batches at most, the nearest ones.</param>
/// <param name="AsKnownAt">Only what had been recorded by then counts.</param>
/// <param name="AsOf">Only what, as claimed, had happened by then counts.</param>
/// <param name="With"><c>shares</c>: what is not verified of each batch that the reader may open, and its carbon footprint. As known now, and not together with an earlier moment.</param>
/// <param name="Format"><c>json</c>, <c>csv</c> (a row for each flow) or <c>svg</c> (a picture); else what the Accept header asks for.</param>
public sealed record GenealogyAsked(Guid BatchId, int? Depth = null, int? Nodes = null, Moment? AsKnownAt = null, Moment? AsOf = null, string? Format = null, string? With = null);

public static class ReadGenealogy
{
    private const string Json = "application/json", Csv = "text/csv", Svg = "image/svg+xml";

    private static readonly Dictionary<string, string> Formats = new() { ["json"] = Json, ["csv"] = Csv, ["svg"] = Svg };

    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe(routes.MapRead("/api/batches/{batchId:guid}/ancestors", Ancestors), "ReadAncestors");
        Describe(routes.MapRead("/api/batches/{batchId:guid}/descendants", Descendants), "ReadDescendants");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string name) => endpoint.ReadsOne<GenealogyFound>(name).Refuses(StatusCodes.Status400BadRequest)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            foreach (var text in new[] { Csv, Svg })
                operation.Responses!["200"].Content!.Add(text, new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            return Task.CompletedTask;
        });

    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    public static async Task<GenealogyFound?> Find(NpgsqlDataSource source, Catalogue catalogue, Actor actor, TraceQuestion question, CancellationToken cancellation)
    {
        // Almost always the reader is a party: what else may show it to him costs more to ask.
        if (!await source.IsConcerned(actor, question.BatchId, cancellation) && await ReadBatch.Find(source, actor, question.BatchId, cancellation) is null)
            return null;
        if (await Traced.Find(source, catalogue, question, cancellation) is not { } traced)
            return null;
        var (genealogy, evidence) = traced;
        var subjects = genealogy.Batches.Select(b => b.Id).Concat(genealogy.Runs.Select(r => r.Id)).Concat(evidence.Doubts.Select(d => d.FactId));
        var redact = (await source.Redacting(actor, subjects, cancellation)).AndOf(question.BatchId);
        return new(
            question.Direction == Direction.Ancestors ? Verdict.Of(genealogy, evidence) : null,
            [.. evidence.Doubts.Where(d => redact.Shows(d.BatchId)).Select(d => d with { FactId = redact.Of(d.FactId) })],
            genealogy.For(redact), question.AsKnownAt, question.AsOf);
    }

    /// <summary>Everything a batch came from, with what flowed, and whether its story holds. What the reader is no party to is an outline: stage, material and country.</summary>
    internal static Task<IResult> Ancestors(
        [AsParameters] GenealogyAsked asked, Actor actor, NpgsqlDataSource source, Catalogue catalogue, IStringLocalizer<Text> words, HttpRequest request, CancellationToken cancellation) =>
        Answer(Direction.Ancestors, asked, actor, source, catalogue, words, request, cancellation);

    /// <summary>Everything that came of a batch through runs and batches the reader has to do with, and how much lies beyond.</summary>
    internal static Task<IResult> Descendants(
        [AsParameters] GenealogyAsked asked, Actor actor, NpgsqlDataSource source, Catalogue catalogue, IStringLocalizer<Text> words, HttpRequest request, CancellationToken cancellation) =>
        Answer(Direction.Descendants, asked, actor, source, catalogue, words, request, cancellation);

    private static async Task<IResult> Answer(
        Direction direction, GenealogyAsked asked, Actor actor, NpgsqlDataSource source, Catalogue catalogue, IStringLocalizer<Text> words, HttpRequest request, CancellationToken cancellation)
    {
        if (asked.Depth < 0)
            return Problems.Of(Refusal.Of("malformed").At("depth"));
        if (asked.Nodes is <= 0 or > Limits.GenealogyNodes)
            return Problems.Of(Refusal.Of("malformed").At("nodes"));
        if (asked.With is not (null or "shares") || (asked.With is not null && (asked.AsKnownAt ?? asked.AsOf) is not null))
            return Problems.Of(Refusal.Of("malformed").At("with"));
        if (asked.Format is { } format && !Formats.ContainsKey(format))
            return Problems.Of(Refusal.Of("malformed").At("format"));
        var found = await Find(source, catalogue, actor, new(asked.BatchId, direction, asked.AsKnownAt?.At, asked.AsOf?.At), cancellation);
        if (found is null)
            return Listing.One(found);
        var genealogy = found.Genealogy.Within(asked.Depth ?? int.MaxValue, asked.Nodes ?? Limits.GenealogyNodes);
        if (asked.With is not null)
            genealogy = await WithShares(source, catalogue, genealogy, int.MaxValue, cancellation);
        return (asked.Format is { } named ? Formats[named] : Preferred(request)) switch
        {
            Csv => Table(genealogy, asked.With is not null, $"{direction}-{asked.BatchId}.csv".ToLowerInvariant()),
            Svg => TypedResults.Text(GenealogyDrawing.Svg(genealogy, words), Svg),
            _ => Listing.One(found with { Genealogy = genealogy }),
        };
    }

    /// <param name="rows">Of so many batches, the nearest ones.</param>
    /// <returns>The same, telling of the batches that the reader may open how much of them is not verified, and their carbon footprint.</returns>
    internal static async Task<Genealogy> WithShares(NpgsqlDataSource source, Catalogue catalogue, Genealogy genealogy, int rows, CancellationToken cancellation)
    {
        var digests = await ShareDigest.Of(source, catalogue, [.. genealogy.Batches.Take(rows).Where(b => b.Href is not null).Select(b => b.Id)], cancellation);
        return genealogy with { Batches = [.. genealogy.Batches.Select(b => digests.TryGetValue(b.Id, out var digest) ? b with { Shares = digest } : b)] };
    }

    private static string? Preferred(HttpRequest request) => request.GetTypedHeaders().Accept.MaxBy(a => a.Quality ?? 1)?.MediaType.Value;

    private static FileContentHttpResult Table(Genealogy genealogy, bool withShares, string file)
    {
        using var csv = new MemoryStream();
        GenealogyCsv.Write(genealogy, csv, withShares);
        return TypedResults.File(csv.ToArray(), Csv, file);
    }
}
