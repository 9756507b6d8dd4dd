using System.Collections.Immutable;

namespace Traceability.Ledger;

/// <summary>A refusal as a problem document (RFC 9457).</summary>
/// <param name="Type">Address of what the code means; ends in the code.</param>
/// <param name="Title">The code.</param>
/// <param name="Field">Path of the offending field in the body, e.g. <c>lines[2].stated.wetKilograms</c>, or null where it is about no field.</param>
/// <param name="Values">What the code's sentence needs.</param>
public sealed record Problem(string Type, string Title, int Status, string Code, string? Field, ImmutableSortedDictionary<string, string> Values);

public static class Problems
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
        var status = context.Response.StatusCode;
        var code = ServerCode(status);
        return TypedResults.Json(new Problem($"/problems/{code}", code, status, code, null, ImmutableSortedDictionary<string, string>.Empty), ApiJson.Options, ContentType, status).ExecuteAsync(context);
    }

    private static string ServerCode(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "not-signed-in",
        StatusCodes.Status403Forbidden => "not-allowed",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "wrong-method",
        StatusCodes.Status413PayloadTooLarge => "too-large",
        StatusCodes.Status415UnsupportedMediaType => "wrong-content-type",
        StatusCodes.Status500InternalServerError => "failed",
        _ => "malformed",
    };
}
