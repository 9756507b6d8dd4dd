using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>The API takes tokens of the identity provider: <c>Authorization: Bearer eyJ...</c> (RFC 6750, RFC 9068). A token says who asks; for whom and in which roles, only his memberships say.</summary>
public static class ProviderTokens
{
    public const string Scheme = "Token";

    /// <summary>Names the organisation that somebody with several memberships acts for.</summary>
    public const string OrganisationHeader = "Traceability-Organisation";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Signatures with the provider's private key alone: a key that we know too, or none, proves nothing (RFC 8725, 3.1).</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Signer, issuer, audience and times, none of which may be missing. The issuer and its keys are those of the provider's own description.</summary>
    internal static TokenValidationParameters Rules(string audience, TimeProvider time) => new()
    {
        ValidAudience = audience,
        ValidAlgorithms = Algorithms,
        LifetimeValidator = (notBefore, expires, _, _) => expires is { } end && time.GetUtcNow() is var now && now < end + ClockSkew && !(now < notBefore - ClockSkew),
        NameClaimType = JwtRegisteredClaimNames.Name,
    };

    internal static void Configure(JwtBearerOptions options, IdentityProvider provider, ProviderCalls calls, TimeProvider time)
    {
        options.Authority = provider.Address;
        options.RequireHttpsMetadata = provider.Address.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
        options.BackchannelHttpHandler = calls;
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenValidationParameters = Rules(provider.Audience, time);
        options.Events = new() { OnMessageReceived = KnowProvider, OnTokenValidated = BecomePerson, OnChallenge = Answer };
    }

    /// <summary>A token that cannot be looked at is not a wrong one.</summary>
    private static async Task KnowProvider(MessageReceivedContext context)
    {
        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
        {
            context.Fail(new RefusedTokenException(Refusal.Of("provider-unreachable"), e));
        }
    }

    private static async Task BecomePerson(TokenValidatedContext context)
    {
        var (http, token) = (context.HttpContext, (JsonWebToken)context.SecurityToken);
        var person = token.Subject is { Length: > 0 } subject ? await http.RequestServices.GetRequiredService<Identities>().Find(new(token.Issuer, subject), http.RequestAborted) : null;
        if (person is null || person.Memberships.Count == 0)
        {
            context.Fail(new RefusedTokenException(Refusal.Of("not-let-in")));
            return;
        }
        var membership = Chosen(person, http.Request.Headers[OrganisationHeader].ToString());
        if (membership is null)
        {
            context.Fail(new RefusedTokenException(Refusal.Of("organisation-unclear", ("header", OrganisationHeader))));
            return;
        }
        context.Principal = SignInCookie.Of(person, membership, Scheme);
        await http.RequestServices.GetRequiredService<TokenUses>().Tell(person.Id, membership.OrganisationId, http.Connection.RemoteIpAddress, http.RequestAborted);
    }

    private static Membership? Chosen(Person person, string organisation) => organisation.Length > 0
        ? person.Memberships.FirstOrDefault(m => string.Equals(m.OrganisationId.ToString(), organisation, StringComparison.OrdinalIgnoreCase))
        : person.Memberships.Count == 1 ? person.Memberships[0] : null;

    private static Task Answer(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var refusal = (context.AuthenticateFailure as RefusedTokenException)?.Refusal ?? Refusal.Of("token-not-valid");
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "15";
        return Problems.Of(refusal).ExecuteAsync(context.HttpContext);
    }

    /// <summary>A token that is refused for another reason than what it says itself.</summary>
    private sealed class RefusedTokenException(Refusal refusal, Exception? because = null) : AuthenticationFailureException(refusal.Code, because)
    {
        public Refusal Refusal => refusal;
    }
}
