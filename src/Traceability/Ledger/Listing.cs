using Microsoft.AspNetCore.WebUtilities;

namespace Traceability.Ledger;

/// <summary>What the reading endpoints have in common.</summary>
public static class Listing
{
    /// <summary>Whoever may GET may ask for the headers alone.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string route, Delegate answer) => routes.MapMethods(route, [HttpMethods.Get, HttpMethods.Head], answer);

    public static RouteHandlerBuilder Lists<T>(this RouteHandlerBuilder endpoint, string name) => endpoint.Reads<Page<T>>(name).Refuses(StatusCodes.Status400BadRequest).WithMetadata(new Answers("Link",
        "On every page but the last, the address of the next one: <...>; rel=\"next\" (RFC 8288). New entries come in before it, so that a walk through the pages meets nothing twice."));

    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint, string name) => endpoint
        .Produces<T>()
        .Refuses(StatusCodes.Status401Unauthorized)
        .WithName(name);

    public static RouteHandlerBuilder ReadsOne<T>(this RouteHandlerBuilder endpoint, string name) => endpoint.Reads<T>(name).Refuses(StatusCodes.Status404NotFound);

    /// <summary>What carries the version of its stream: a change names it in If-Match.</summary>
    public static RouteHandlerBuilder ReadsVersion<T>(this RouteHandlerBuilder endpoint, string name) => endpoint.ReadsOne<T>(name).WithMetadata(new Answers("ETag",
        "The version of what was read, in quotes. A change sends it as If-Match, so that nobody's change is lost unseen."));

    /// <summary>A page with a link to the next one (RFC 8288), or the refusal of a cursor that no list gave out.</summary>
    public static IResult Of<T>(HttpContext context, Page<T>? page)
    {
        if (page is null)
            return Problems.Of(Refusal.Of("malformed").At("cursor"));
        if (page.Next is { } next)
        {
            var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value).Where(q => q.Key != "cursor").Append(new("cursor", next));
            context.Response.Headers.Link = $"<{QueryHelpers.AddQueryString(context.Request.Path, query)}>; rel=\"next\"";
        }
        return TypedResults.Ok(page);
    }

    /// <summary>One thing with the version of its stream as entity tag; what may not be seen answers like what does not exist.</summary>
    public static IResult One<T>(HttpContext context, T? found, long version) where T : class
    {
        if (found is null)
            return NotFound;
        context.Response.Headers.ETag = $"\"{version}\"";
        return TypedResults.Ok(found);
    }

    public static IResult One<T>(T? found) where T : class => found is null ? NotFound : TypedResults.Ok(found);

    /// <summary>Pattern of everything that contains the text, which may itself have pattern characters.</summary>
    public static string? Contained(this string? text) =>
        text is null ? null : $"%{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    private static IResult NotFound => Problems.Of(Refusal.Of("not-found"));
}

/// <summary>A header of the answer, for the API's description.</summary>
public sealed record Answers(string Header, string Description);
