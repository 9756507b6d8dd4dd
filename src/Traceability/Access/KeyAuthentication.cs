using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>Systems show a key with each request to the API: <c>Authorization: Bearer trk_...</c>. Pages are for people, who have cookies.</summary>
public sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KnownKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The claim that says what the key may do.</summary>
    public const string Scope = "scope";

    public new const string Scheme = "Key";

    private const string Bearer = "Bearer ";

    /// <summary>Whether the request shows a key or token, which then counts alone, whatever cookies come with it.</summary>
    public static bool IsShown(HttpRequest request) => request.Path.StartsWithSegments("/api") && request.Headers.Authorization.Count > 0;

    /// <summary>Whether what it shows looks like a key.</summary>
    public static bool IsKeyShown(HttpRequest request) => request.Headers.Authorization is [{ } shown] && shown.StartsWith(Bearer + ApiKey.Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a key's scope lets it in here; people have none.</summary>
    public static bool MayEnter(ClaimsPrincipal user, object? resource) =>
        user.FindFirstValue(Scope) is not { } scope
        || (resource is HttpContext context && context.GetEndpoint() is { } endpoint && Enum.Parse<Scope>(scope).Opens(context.Request.Method, endpoint.Metadata));

    /// <summary>Whether it is a key that hands in files and reads nothing else.</summary>
    public static bool OnlyHandsIn(ClaimsPrincipal user) => user.FindFirstValue(Scope) == nameof(Traceability.Access.Scope.Import);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count != 1 || header[0]?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) != true)
            return AuthenticateResult.Fail("No key.");
        return await keys.Check(header[0]![Bearer.Length..], Context.Connection.RemoteIpAddress, Context.RequestAborted) is { } principal
            ? AuthenticateResult.Success(new(principal, Scheme))
            : AuthenticateResult.Fail("No valid key.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return Problems.Of(Refusal.Of("key-not-valid")).ExecuteAsync(Context);
    }
}
