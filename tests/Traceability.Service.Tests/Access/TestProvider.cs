using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Traceability.Service.Tests.Access;

/// <summary>A real identity provider on the loopback. Everybody who is sent there is signed in there already, as whoever the test says.</summary>
public sealed class TestProvider(TimeProvider time) : IAsyncDisposable
{
    public const string Name = "Steppe ID", Audience = "traceability-api", ClientId = "traceability", ClientSecret = "only-for-this-test-run";

    private readonly RSA _rsa = RSA.Create(2048);
    private WebApplication _app = null!;

    /// <summary>Who sits before the provider's page; null for somebody who changes his mind there.</summary>
    public (string Subject, string Name)? Somebody { get; set; }

    public string Issuer { get; private set; } = "";
    public RsaSecurityKey Key => new(_rsa) { KeyId = "test" };

    public async Task Start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(time);
        builder.Services.AddOpenIddict().AddServer(options => options
            .SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetEndSessionEndpointUris("leave")
            .AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
            .RegisterScopes(OpenIddictConstants.Scopes.Profile)
            .AddSigningKey(Key).AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32))).DisableAccessTokenEncryption()
            // Without a database: the handlers below know the one client and the one person.
            .EnableDegradedMode()
            .AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(asked =>
            {
                if (asked.ClientId != ClientId)
                    asked.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }))
            .AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(asked =>
            {
                if (asked.ClientId != ClientId || asked.ClientSecret != ClientSecret)
                    asked.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }))
            .AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(asked =>
            {
                if (asked.ClientId != ClientId)
                    asked.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }))
            .AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(SignIn))
            .AddEventHandler<HandleEndSessionRequestContext>(handler => handler.UseInlineHandler(asked =>
            {
                asked.SignOut();
                return default;
            }))
            .UseAspNetCore().DisableTransportSecurityRequirement());
        builder.Services.AddAuthentication();
        _app = builder.Build();
        _app.UseAuthentication();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Issuer = _app.Urls.Single() + "/";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }

    private ValueTask SignIn(HandleAuthorizationRequestContext asked)
    {
        if (Somebody is not { } somebody)
        {
            asked.Reject(OpenIddictConstants.Errors.AccessDenied);
            return default;
        }
        var identity = new ClaimsIdentity("provider");
        identity.SetClaim(OpenIddictConstants.Claims.Subject, somebody.Subject).SetClaim(OpenIddictConstants.Claims.Name, somebody.Name);
        identity.SetScopes(asked.Request.GetScopes()).SetResources(Audience);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.IdentityToken, OpenIddictConstants.Destinations.AccessToken]);
        asked.SignIn(new ClaimsPrincipal(identity));
        return default;
    }

    /// <summary>What a program gets for somebody who signs in: a token for the API, and one that only says who he is.</summary>
    public async Task<(string Access, string Identity)> Tokens(string subject, string returnTo)
    {
        Somebody = (subject, subject);
        var verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(verifier)));
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(Issuer) };
        var sent = await client.GetAsync(
            $"authorize?client_id={ClientId}&response_type=code&scope=openid+profile&redirect_uri={Uri.EscapeDataString(returnTo)}&code_challenge={challenge}&code_challenge_method=S256",
            TestContext.Current.CancellationToken);
        var code = sent.Headers.Location!.Query.TrimStart('?').Split('&').Select(p => p.Split('=', 2)).Single(p => p[0] == "code")[1];
        var answer = await client.PostAsync("token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = ClientId,
            ["client_secret"] = ClientSecret,
            ["code"] = Uri.UnescapeDataString(code),
            ["redirect_uri"] = returnTo,
            ["code_verifier"] = verifier,
        }), TestContext.Current.CancellationToken);
        var tokens = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return ((string)tokens["access_token"]!, (string)tokens["id_token"]!);
    }

    /// <summary>A token like the provider's, but for what the test changes.</summary>
    public string Token(string subject, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = subject },
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            SigningCredentials = new(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }
}

/// <summary>The service beside an identity provider.</summary>
public sealed class ServiceWithProvider : IAsyncLifetime
{
    public ServiceWithProvider(TestCluster cluster)
    {
        Service = new(cluster)
        {
            Configure = builder =>
            {
                builder.Configuration["IdentityProvider:Address"] = Provider!.Issuer;
                builder.Configuration["IdentityProvider:Name"] = TestProvider.Name;
                builder.Configuration["IdentityProvider:Audience"] = TestProvider.Audience;
                builder.Configuration["IdentityProvider:ClientId"] = TestProvider.ClientId;
                builder.Configuration["IdentityProvider:ClientSecret"] = TestProvider.ClientSecret;
            },
        };
        Provider = new(Service.Ledger.Time);
    }

    public TestService Service { get; }
    public TestProvider Provider { get; }

    public async ValueTask InitializeAsync()
    {
        await Provider.Start();
        await Service.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
