using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Service.Tests.Api;

namespace Traceability.Service.Tests.Access;

public sealed class TokensOfAProvider(ServiceWithProvider both) : IClassFixture<ServiceWithProvider>
{
    private readonly TestService service = both.Service;
    private readonly TestProvider provider = both.Provider;

    private HttpClient With(string token, Guid? organisation = null)
    {
        var client = service.Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        if (organisation is { } id)
            client.DefaultRequestHeaders.Add("Traceability-Organisation", $"{id}");
        return client;
    }

    /// <summary>A firm whose one person the provider knows under the firm's code.</summary>
    private async Task<(Actor Person, Guid FacilityId)> Firm(string code)
    {
        var (person, facility) = await service.Ledger.Firm(code, FacilityKind.MineSite);
        await service.Enter(person.PersonId, code, new Membership(person.OrganisationId, [.. person.Roles]));
        await Connect(person.PersonId, code);
        return (person, facility);
    }

    private async Task Connect(Guid person, string subject) =>
        Assert.True(await service.Services.GetRequiredService<Identities>().Connect(new(provider.Issuer, subject), person, Http.Cancellation));

    private async Task<Guid> Dug(Guid facility, Actor by)
    {
        var batch = Guid.CreateVersion7(service.Ledger.Time.GetUtcNow());
        await service.Ledger.Recorded(new RegisterBatch(batch, $"T-{batch:N}", "ree-ore", RegistrationSource.Extraction, facility, new(1000, 0.1m), service.Ledger.Time.GetUtcNow().AddHours(-1)), by);
        return batch;
    }

    [Fact]
    public async Task a_token_that_somebody_got_there_acts_as_the_person_he_is_here()
    {
        var (person, facility) = await Firm("token-good");
        var (access, _) = await provider.Tokens("token-good", "http://127.0.0.1/back");
        using var program = With(access);
        var batch = Guid.CreateVersion7(service.Ledger.Time.GetUtcNow());

        var recorded = await program.Put($"/api/batches/{batch}", new RegisterBatch(batch, "T-1", "ree-ore", RegistrationSource.Extraction, facility, new(1000, 0.1m), service.Ledger.Time.GetUtcNow().AddHours(-1)));

        Assert.True(recorded.StatusCode == HttpStatusCode.Created, await recorded.Content.ReadAsStringAsync(Http.Cancellation));
        Assert.Equal($"{person.PersonId}", await service.Ledger.Scalar<string>("select data->'entry'->'by'->>'personId' from ledger.mt_events where stream_id = $1 and version = 1", batch));
        Assert.Equal(1L, await service.Ledger.Scalar<long>("select count(*) from ledger.access_log where subject_id = $1 and what = 'TokenUsed'", person.PersonId));
    }

    [Fact]
    public async Task who_else_the_token_says_he_is_counts_for_nothing()
    {
        await Firm("token-plain");
        var (other, facility) = await Firm("token-rich");
        var batch = await Dug(facility, other);
        var token = provider.Token("token-plain", t =>
        {
            t.Claims[ActorOf.Organisation] = $"{other.OrganisationId}";
            t.Claims["role"] = "SchemeAuditor";
            t.Claims["roles"] = "Steward";
            t.Claims["http://schemas.microsoft.com/ws/2008/06/identity/claims/role"] = "Steward";
            t.Claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"] = $"{other.PersonId}";
        });
        using var program = With(token);

        Assert.Equal((404, "not-found", null), await (await program.Get($"/api/batches/{batch}")).Problem());
        Assert.Equal(HttpStatusCode.OK, (await With(provider.Token("token-rich")).Get($"/api/batches/{batch}")).StatusCode);
    }

    public static TheoryData<string> Wrong =>
        ["expired", "without an end", "not yet valid", "for somebody else", "for whoever signs in", "from another issuer", "unsigned", "signed with the public key as a secret", "signed by another", "signed by another who claims the key's name", "without a subject", "changed", "no token"];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task a_token_that_proves_nothing_is_refused(string how)
    {
        await Firm("token-wrong");
        var now = service.Ledger.Time.GetUtcNow().UtcDateTime;
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var token = how switch
        {
            "expired" => provider.Token("token-wrong", t => (t.NotBefore, t.Expires) = (now.AddMinutes(-10), now.AddMinutes(-2))),
            "without an end" => provider.Token("token-wrong", t => t.Expires = null),
            "not yet valid" => provider.Token("token-wrong", t => (t.NotBefore, t.Expires) = (now.AddMinutes(2), now.AddMinutes(10))),
            "for somebody else" => provider.Token("token-wrong", t => t.Audience = "another-api"),
            "for whoever signs in" => (await provider.Tokens("token-wrong", "http://127.0.0.1/back")).Identity,
            "from another issuer" => provider.Token("token-wrong", t => t.Issuer = "https://elsewhere.example/"),
            "unsigned" => provider.Token("token-wrong", t => t.SigningCredentials = null),
            "signed with the public key as a secret" => provider.Token("token-wrong", t => t.SigningCredentials = new(
                new SymmetricSecurityKey(Encoding.ASCII.GetBytes(provider.Key.Rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = provider.Key.KeyId }, SecurityAlgorithms.HmacSha256)),
            "signed by another" => provider.Token("token-wrong", t => t.SigningCredentials = new(new RsaSecurityKey(other) { KeyId = "other" }, SecurityAlgorithms.RsaSha256)),
            "signed by another who claims the key's name" => provider.Token("token-wrong", t => t.SigningCredentials = new(new RsaSecurityKey(other) { KeyId = provider.Key.KeyId }, SecurityAlgorithms.RsaSha256)),
            "without a subject" => provider.Token("token-wrong", t => t.Claims.Remove(JwtRegisteredClaimNames.Sub)),
            "changed" => Changed(provider.Token("token-nobody"), provider.Token("token-wrong")),
            _ => "eyJhbGciOiJSUzI1NiJ9.e30.AA",
        };
        using var program = With(token);

        var answer = await program.Get("/api/batches");

        Assert.Equal(how == "without a subject" ? (403, "not-let-in", null) : (401, "token-not-valid", null), await answer.Problem());
    }

    /// <summary>What one token says with the signature of another.</summary>
    private static string Changed(string signed, string said) => $"{said[..said.LastIndexOf('.')]}{signed[signed.LastIndexOf('.')..]}";

    [Fact]
    public async Task whom_nobody_let_in_is_told_so_and_does_not_become_a_member()
    {
        using var stranger = With(provider.Token("token-unknown"));

        Assert.Equal((403, "not-let-in", null), await (await stranger.Get("/api/batches")).Problem());
        Assert.Equal(0L, await service.Ledger.Scalar<long>("select count(*) from ledger.identities where subject = 'token-unknown'"));
    }

    [Fact]
    public async Task the_same_name_at_another_provider_is_somebody_else()
    {
        var (person, _) = await service.Ledger.Firm("token-namesake", FacilityKind.MineSite);
        await service.Enter(person.PersonId, "token-namesake", new Membership(person.OrganisationId, [.. person.Roles]));
        await service.Services.GetRequiredService<Identities>().Connect(new("https://elsewhere.example/", "token-namesake"), person.PersonId, Http.Cancellation);

        Assert.Equal((403, "not-let-in", null), await (await With(provider.Token("token-namesake")).Get("/api/batches")).Problem());
    }

    [Fact]
    public async Task who_has_left_is_refused_with_the_token_that_he_still_has()
    {
        var (person, _) = await Firm("token-left");
        using var program = With(provider.Token("token-left"));
        Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/batches")).StatusCode);

        await using (var session = service.Ledger.Store.LightweightSession())
        {
            var left = await session.LoadAsync<Person>(person.PersonId, Http.Cancellation);
            left!.Memberships = [];
            session.Update(left);
            await session.SaveChangesAsync(Http.Cancellation);
        }

        Assert.Equal((403, "not-let-in", null), await (await program.Get("/api/batches")).Problem());
    }

    [Fact]
    public async Task another_organisations_token_finds_nothing_of_ours()
    {
        var (owner, facility) = await Firm("token-owner");
        await Firm("token-stranger");
        var batch = await Dug(facility, owner);

        Assert.Equal((404, "not-found", null), await (await With(provider.Token("token-stranger")).Get($"/api/batches/{batch}")).Problem());
    }

    [Fact]
    public async Task who_works_for_two_organisations_says_for_which_he_asks()
    {
        var (first, facility) = await service.Ledger.Firm("token-first", FacilityKind.MineSite);
        var (second, _) = await service.Ledger.Firm("token-second", FacilityKind.MineSite);
        var person = DerivedId.Of("person", "token-both");
        await service.Enter(person, "token-both", new Membership(first.OrganisationId, [Role.Operator]), new Membership(second.OrganisationId, [Role.Operator]));
        await Connect(person, "token-both");
        var (batch, token) = (await Dug(facility, first), provider.Token("token-both"));

        Assert.Equal((403, "organisation-unclear", null), await (await With(token).Get("/api/batches")).Problem());
        Assert.Equal((403, "organisation-unclear", null), await (await With(token, DerivedId.Organisation("token-third")).Get("/api/batches")).Problem());
        Assert.Equal(HttpStatusCode.OK, (await With(token, first.OrganisationId).Get($"/api/batches/{batch}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await With(token, second.OrganisationId).Get($"/api/batches/{batch}")).StatusCode);
    }

    [Fact]
    public async Task pages_take_no_tokens_and_keys_are_taken_as_before()
    {
        var (person, _) = await Firm("token-and-key");
        var admin = person with { Roles = new HashSet<Role> { Role.OrganisationAdmin } };
        var now = service.Ledger.Time.GetUtcNow();
        var (made, _) = await service.Services.GetRequiredService<Keys>().Make(new(Guid.CreateVersion7(now), "ERP", Scope.Read, now.AddDays(1)), admin, Http.Cancellation);

        Assert.Equal(HttpStatusCode.Redirect, (await With(provider.Token("token-and-key")).Get("/batches")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await With(made!.Key!).Get("/api/batches")).StatusCode);
        Assert.Equal((401, "key-not-valid", null), await (await With($"trk_{Guid.Empty:N}_{new string('0', 43)}").Get("/api/batches")).Problem());
    }
}

/// <summary>The provider that is configured is not there.</summary>
public sealed class WithoutItsProvider(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestService service = new(cluster)
    {
        Configure = builder =>
        {
            // Nobody listens on this port of the loopback.
            builder.Configuration["IdentityProvider:Address"] = "http://127.0.0.1:9";
            builder.Configuration["IdentityProvider:Audience"] = TestProvider.Audience;
            builder.Configuration["IdentityProvider:ClientId"] = TestProvider.ClientId;
        },
    };

    public ValueTask InitializeAsync() => service.InitializeAsync();
    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task the_service_starts_and_says_that_it_cannot_ask_while_passwords_go_on()
    {
        using var program = service.Stranger();
        program.DefaultRequestHeaders.Authorization = new("Bearer", "eyJhbGciOiJSUzI1NiJ9.e30.AA");

        var answer = await program.Get("/api/batches");
        var page = await service.Stranger().Get("/sign-in/provider?from=/batches");
        var (person, _) = await service.Ledger.Firm("alone", FacilityKind.MineSite);
        using var signedIn = await service.SignIn(person);

        Assert.Equal((503, "provider-unreachable", null), await answer.Problem());
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("/sign-in?provider=unreachable", page.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await signedIn.Get("/batches")).StatusCode);
    }
}
