using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace Traceability.Ledger;

/// <summary>A refusal as a problem document (RFC 9457).</summary>
/// <param name="Type">Address of what the code means; ends in the code.</param>
/// <param name="Title">The code.</param>
/// <param name="Field">Path of the offending field in the body, e.g. <c>lines[2].stated.wetKilograms</c>, or null where it is about no field.</param>
/// <param name="Values">What the code's sentence needs.</param>
public sealed record Problem(string Type, string Title, int Status, string Code, string? Field, ImmutableSortedDictionary<string, string> Values);

public static partial class Problems
{
    private const string ContentType = "application/problem+json";

    public static IResult Of(Refusal refusal) => TypedResults.Json(
        new Problem($"/problems/{refusal.Code}", refusal.Code, refusal.Status, refusal.Code, refusal.Field, refusal.Values), ApiJson.Options, ContentType, refusal.Status);

    /// <summary>Says in the API's description that the endpoint may answer so.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<Problem>(status, ContentType);
        return endpoint;
    }

    /// <summary>Gives every error a body: also those of routing, signing in and the server's own limits, and of failures, of which nothing is told but that they happened.</summary>
    public static void UseProblems(this IApplicationBuilder api)
    {
        api.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            ExceptionHandler = Answer,
        });
        api.UseStatusCodePages(context => Answer(context.HttpContext));
    }

    private static Task Answer(HttpContext context)
    {
        var refusal = Refusal.Of(context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => "not-signed-in",
            StatusCodes.Status403Forbidden => "not-allowed",
            StatusCodes.Status404NotFound => "not-found",
            StatusCodes.Status405MethodNotAllowed => "wrong-method",
            StatusCodes.Status413PayloadTooLarge => "too-large",
            StatusCodes.Status415UnsupportedMediaType => "wrong-content-type",
            >= StatusCodes.Status500InternalServerError => "failed",
            _ => "malformed",
        });
        return Of(refusal).ExecuteAsync(context);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/problems", AnswerList).Produces<IEnumerable<ProblemMeaning>>().WithName("ListProblems").AllowAnonymous();
        routes.MapRead("/problems/{code}", AnswerOne).Produces<ProblemMeaning>().Refuses(StatusCodes.Status404NotFound).WithName("ReadProblem").AllowAnonymous();
    }

    /// <summary>What every code of a refusal or alarm means.</summary>
    internal static IResult AnswerList(IStringLocalizer<Text> words) => TypedResults.Ok(Meanings(words));

    /// <summary>What one code means: the address that problem documents name as their type.</summary>
    internal static IResult AnswerOne(string code, IStringLocalizer<Text> words) => Listing.One(Meanings(words).FirstOrDefault(m => m.Code == code));

    /// <summary>Every refusal and alarm; their codes are the keys of their sentences.</summary>
    public static IEnumerable<ProblemMeaning> Meanings(IStringLocalizer words) => words.GetAllStrings(includeParentCultures: true)
        .Where(word => KebabCase().IsMatch(word.Name))
        .Select(word => new ProblemMeaning(word.Name, Refusal.Of(word.Name).Status, word.Value))
        .OrderBy(meaning => meaning.Code, StringComparer.Ordinal);

    [GeneratedRegex("^[a-z]+(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}

/// <param name="Status">Status of an answer that refuses with it; alarms come with what was recorded.</param>
/// <param name="Sentence">In the reader's language, with the names of its values in braces.</param>
public sealed record ProblemMeaning(string Code, int Status, string Sentence);
