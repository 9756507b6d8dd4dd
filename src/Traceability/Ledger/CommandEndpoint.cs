using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Traceability.Access;
using Wolverine;

namespace Traceability.Ledger;

/// <summary>A command over HTTP: the client chooses the id and puts; a repeat gets the same answer.</summary>
public static class CommandEndpoint
{
    /// <summary>The route's values are members of the command; the body says the rest. 201 for a new entry, 200 for a repeat, else a problem document.</summary>
    public static RouteHandlerBuilder PutCommand<T>(this IEndpointRouteBuilder routes, string route) where T : class, ICommand =>
        routes.MapPut(route, Handle<T>)
            .Accepts<T>("application/json")
            .Produces<Recorded>(StatusCodes.Status200OK)
            .Produces<Recorded>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithName(typeof(T).Name);

    private static async Task<IResult> Handle<T>(HttpContext context, IMessageBus bus, CancellationToken cancellation) where T : class, ICommand
    {
        var (command, refusal) = await Read<T>(context.Request, cancellation);
        if (command is null)
            return Problem.Of(refusal!);
        var answer = await bus.InvokeAsync<Answer>(new Submission(command, context.Actor()), cancellation);
        if (answer.Recorded is not { } recorded)
            return Problem.Of(answer.Refusal!);
        context.Response.Headers.ETag = $"\"{recorded.Version}\"";
        return TypedResults.Json(recorded, ApiJson.Options, statusCode: recorded.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<(T? Command, Refusal? Refusal)> Read<T>(HttpRequest request, CancellationToken cancellation) where T : class, ICommand
    {
        if (!request.HasJsonContentType())
            return (null, Refusal.Of("wrong-content-type"));
        try
        {
            var body = await JsonNode.ParseAsync(request.Body, null, new() { MaxDepth = Limits.JsonDepth, AllowDuplicateProperties = false }, cancellation);
            if (body is not JsonObject said)
                return (null, Refusal.Of("malformed").At("$"));
            foreach (var (name, value) in request.RouteValues)
            {
                if (said[name] is { } stated && !string.Equals(stated.ToString(), $"{value}", StringComparison.OrdinalIgnoreCase))
                    return (null, Refusal.Of("id-mismatch").At(name));
                said[name] = $"{value}";
            }
            return (said.Deserialize<T>(ApiJson.Options), null);
        }
        catch (JsonException e)
        {
            return (null, Unreadable(e));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Refusal.Of("too-large", ("limit", Limits.RequestBytes)));
        }
    }

    private static Refusal Unreadable(JsonException e)
    {
        var code = e.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) ? "unknown-field" : "malformed";
        return Refusal.Of(code).At(e.Path ?? "$");
    }
}

/// <summary>A refusal as a problem document (RFC 9457): its type ends in the code, its extensions carry field and values.</summary>
public static class Problem
{
    public static IResult Of(Refusal refusal) => TypedResults.Problem(new ProblemDetails
    {
        Type = $"/problems/{refusal.Code}",
        Title = refusal.Code,
        Status = refusal.Status,
        Extensions = { ["code"] = refusal.Code, ["field"] = refusal.Field, ["values"] = refusal.Values },
    });
}
