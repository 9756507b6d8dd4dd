using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Traceability.Access;

/// <summary>Who came back from the identity provider: known there under this identity and name. Only the identity counts, the name is shown.</summary>
public sealed record Arrived(Identity Identity, string Name);

/// <summary>Signing in at the identity provider: by an authorisation code with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636). No token ever reaches the browser.</summary>
public static class ProviderSignIn
{
    public const string Scheme = "Provider";
    public const string Begin = "/sign-in/provider";
    public const string Done = "/sign-in/provider/done";
    public const string Leave = "/sign-out/provider";

    /// <summary>Who came back and is not let in yet; kept for the few minutes that it takes to connect him to a person.</summary>
    public const string Arriving = "Arrived";

    private static readonly TimeSpan ArrivalLife = TimeSpan.FromMinutes(10);
    private const string Issuer = "issuer", Subject = "subject";

    internal static void Arrival(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "traceability-arrival";
        options.Cookie.HttpOnly = true;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.CookieManager = new HostCookies();
        options.ExpireTimeSpan = ArrivalLife;
        options.SlidingExpiration = false;
    }

    internal static void Configure(OpenIdConnectOptions options, IdentityProvider provider, ProviderCalls calls, TimeProvider time)
    {
        options.SignInScheme = Arriving;
        options.Authority = provider.Address;
        options.RequireHttpsMetadata = provider.Address.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
        options.BackchannelHttpHandler = calls;
        (options.ClientId, options.ClientSecret) = (provider.ClientId, provider.ClientSecret);
        options.ResponseType = OpenIdConnectResponseType.Code;
        // Answered by a redirect and not by a form from another site, which would come without our cookies.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.DisableTelemetry = true;
        options.CallbackPath = "/sign-in/provider/answer";
        options.SignedOutCallbackPath = "/sign-out/provider/answer";
        // Anybody could call it, and so sign others out.
        options.RemoteSignOutPath = default;
        options.TokenValidationParameters = ProviderTokens.Rules(provider.ClientId, time);
        options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Events = new()
        {
            OnTokenValidated = context =>
            {
                var token = context.SecurityToken;
                var name = context.Principal?.FindFirstValue(JwtRegisteredClaimNames.Name) ?? context.Principal?.FindFirstValue(JwtRegisteredClaimNames.Email) ?? token.Subject;
                context.Principal = new(new ClaimsIdentity([new(Issuer, token.Issuer), new(Subject, token.Subject), new(ClaimTypes.Name, name)], Arriving));
                return Task.CompletedTask;
            },
            OnRemoteFailure = context =>
            {
                // Who changes his mind there, or comes back after too long, may begin again.
                context.HandleResponse();
                context.Response.Redirect("/sign-in?provider=failed");
                return Task.CompletedTask;
            },
            OnRedirectToIdentityProviderForSignOut = context =>
            {
                // So that the provider knows where it may send people back to, though we kept no token to show (OpenID Connect RP-Initiated Logout 1.0, 2).
                context.ProtocolMessage.ClientId = provider.ClientId;
                return Task.CompletedTask;
            },
        };
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Begin, (HttpContext context, string? from) => Ask(context, c => c.ChallengeAsync(Scheme, new() { RedirectUri = $"{Done}?from={Uri.EscapeDataString(Local(from))}" })))
            .AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(Done, Arrive).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(Leave, (HttpContext context) => Ask(context, c => c.SignOutAsync(Scheme, new() { RedirectUri = "/sign-in" }))).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Who has come back from the provider and is connected to nobody yet.</summary>
    public static async Task<Arrived?> Arrived(this HttpContext context) =>
        context.RequestServices.GetService<IdentityProvider>()?.SignsIn == true && (await context.AuthenticateAsync(Arriving)).Principal is { } principal
            ? new(new(principal.FindFirstValue(Issuer)!, principal.FindFirstValue(Subject)!), principal.FindFirstValue(ClaimTypes.Name)!)
            : null;

    private static string Local(string? path) => RedirectHttpResult.IsLocalUrl(path) ? path! : "/";

    /// <summary>Leads to the provider; where it cannot be reached, back to where there is another way in.</summary>
    private static async Task Ask(HttpContext context, Func<HttpContext, Task> ask)
    {
        try
        {
            await ask(context);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException && !context.Response.HasStarted)
        {
            context.Response.Redirect("/sign-in?provider=unreachable");
        }
    }

    /// <summary>Signs in whoever is connected. Others are asked to say who they are here; nobody becomes a member by being known elsewhere.</summary>
    private static async Task Arrive(HttpContext context, string? from, Identities identities)
    {
        if (await context.Arrived() is not { } arrived)
        {
            context.Response.Redirect("/sign-in?provider=failed");
            return;
        }
        var person = await identities.Find(arrived.Identity, context.RequestAborted);
        if (person is null)
        {
            context.Response.Redirect(await Invited.Find(context) is not null ? "/invitation" : context.User.Actor() is null ? "/sign-in?provider=unknown" : "/me");
            return;
        }
        await context.SignOutAsync(Arriving);
        if (person.Memberships.Count == 0)
        {
            var invitation = await Invited.Find(context);
            if (invitation is not null)
                await Invited.Remember(context, invitation, new(person, AccessEvent.SignedInByProvider));
            context.Response.Redirect(invitation is not null ? "/invitation" : "/sign-in?provider=ended");
            return;
        }
        await context.Note(person, AccessEvent.SignedInByProvider);
        await context.SignIn(person, person.Memberships[0], byProvider: true);
        context.Response.Redirect(person.Memberships.Count == 1 ? Local(from) : $"/organisation?from={Uri.EscapeDataString(Local(from))}");
    }
}
