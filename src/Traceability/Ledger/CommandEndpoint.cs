using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Traceability.Access;
using Wolverine;

namespace Traceability.Ledger;

/// <summary>A command over HTTP: the client chooses the id and puts; a repeat gets the same answer.</summary>
public static class CommandEndpoint
{
    private const string ExpectedVersion = "expectedVersion";

    /// <summary>The route's values are members of the command; the body says the rest. 201 for a new entry, 200 for a repeat, else a problem document.</summary>
    public static RouteHandlerBuilder PutCommand<T>(this IEndpointRouteBuilder routes, string route) where T : class, ICommand =>
        routes.MapPut(route, (HttpContext context, IMessageBus bus, CancellationToken cancellation) =>
            Handle<T>(context, bus, _ => null, said => new Submission(said, context.Actor()), cancellation)).Records<T>();

    /// <summary>A second person's word for a command that was refused to one person alone.</summary>
    public static RouteHandlerBuilder PutApproval(this IEndpointRouteBuilder routes, string route) =>
        routes.MapPut(route, (HttpContext context, IMessageBus bus, CancellationToken cancellation) =>
            Handle<ApproveRefused>(context, bus, _ => null, said => new Approving(said, context.Actor()), cancellation)).Records<ApproveRefused>();

    /// <summary>A command that restates what stands: If-Match names the version it was made from, so that nobody's change is lost unseen.</summary>
    public static RouteHandlerBuilder PutChange<T>(this IEndpointRouteBuilder routes, string route) where T : class, ICommand =>
        routes.MapPut(route, (HttpContext context, IMessageBus bus, CancellationToken cancellation) =>
            Handle<T>(context, bus, said => MatchVersion(context.Request, said), said => new Submission(said, context.Actor()), cancellation))
            .Records<T>()
            .WithMetadata(new ChangesWhatStands())
            .Refuses(StatusCodes.Status412PreconditionFailed, StatusCodes.Status428PreconditionRequired);

    private static RouteHandlerBuilder Records<T>(this RouteHandlerBuilder endpoint) where T : class => endpoint
        .Accepts<T>("application/json")
        .Produces<Recorded>(StatusCodes.Status200OK)
        .Produces<Recorded>(StatusCodes.Status201Created)
        .Refuses(
            StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
            StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity)
        .WithName(typeof(T).Name);

    /// <param name="message">What a body that could be read says to the ledger.</param>
    private static async Task<IResult> Handle<T>(
        HttpContext context, IMessageBus bus, Func<JsonObject, Refusal?> complete, Func<T, object> message, CancellationToken cancellation) where T : class
    {
        var (command, refusal) = await Read<T>(context.Request, complete, cancellation);
        if (command is null)
            return Problems.Of(refusal!);
        var answer = await bus.InvokeAsync<Answer>(message(command), cancellation);
        if (answer.Recorded is not { } recorded)
            return Problems.Of(answer.Refusal!);
        context.Response.Headers.ETag = $"\"{recorded.Version}\"";
        return TypedResults.Json(recorded, ApiJson.Options, statusCode: recorded.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary>A body read strictly: what no member is called is refused, and so is what is missing.</summary>
    internal static async Task<(T? Command, Refusal? Refusal)> Read<T>(HttpRequest request, Func<JsonObject, Refusal?> complete, CancellationToken cancellation) where T : class
    {
        if (!request.HasJsonContentType())
            return (null, Refusal.Of("wrong-content-type"));
        try
        {
            if (await Shape.Parse(request.Body, cancellation) is not JsonObject said)
                return (null, Refusal.Of("malformed"));
            var wrong = Complete(said, request.RouteValues) ?? complete(said) ?? Shape.Wrong(said, ApiJson.Options.GetTypeInfo(typeof(T)));
            return wrong is null ? (said.Deserialize<T>(ApiJson.Options), null) : (null, wrong);
        }
        catch (JsonException e)
        {
            return (null, Refusal.Of("malformed") with { Field = Shape.Field(e) });
        }
        catch (BadHttpRequestException e)
        {
            return (null, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? Refusal.Of("too-large", ("limit", Limits.RequestBytes)) : Refusal.Of("malformed"));
        }
    }

    private static Refusal? Complete(JsonObject said, RouteValueDictionary route)
    {
        foreach (var (name, value) in route)
        {
            if (said[name] is { } stated && !(stated is JsonValue && string.Equals(Shape.Text(stated), $"{value}", StringComparison.OrdinalIgnoreCase)))
                return Refusal.Of("id-mismatch").At(name);
            said[name] = $"{value}";
        }
        return null;
    }

    /// <summary>One strong entity tag as this API gives them out, or <c>*</c> for whatever stands (RFC 9110, 13.1.1).</summary>
    private static Refusal? MatchVersion(HttpRequest request, JsonObject said)
    {
        if (said.ContainsKey(ExpectedVersion))
            return Refusal.Of("unknown-field").At(ExpectedVersion);
        var tag = request.Headers.IfMatch.ToString();
        if (tag.Length == 0)
            return Refusal.Of("if-match-missing").At("If-Match");
        if (tag == "*")
            return null;
        if (tag is not ['"', .. var digits, '"'] || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return Refusal.Of("if-match-malformed").At("If-Match");
        said[ExpectedVersion] = version;
        return null;
    }
}

/// <summary>Marks endpoints that need If-Match.</summary>
public sealed class ChangesWhatStands;
