using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Service.Tests.Api;

namespace Traceability.Service.Tests.Access;

public sealed class SigningInAtAProvider(ServiceWithProvider both) : IClassFixture<ServiceWithProvider>
{
    private readonly TestService service = both.Service;
    private readonly TestProvider provider = both.Provider;

    /// <summary>Goes wherever it is sent, as browsers do, also to the provider and back.</summary>
    private HttpClient Browser() => new() { BaseAddress = service.Address };

    private async Task<Actor> Known(string name)
    {
        var (person, _) = await service.Ledger.Firm(name, FacilityKind.MineSite);
        await service.Enter(person.PersonId, name, new Membership(person.OrganisationId, [Role.Operator, Role.OrganisationAdmin]));
        Assert.True(await service.Services.GetRequiredService<Identities>().Connect(new(provider.Issuer, $"subject-of-{name}"), person.PersonId, Http.Cancellation));
        return person;
    }

    private static string Path(HttpResponseMessage answer) => answer.RequestMessage!.RequestUri!.PathAndQuery;

    [Fact]
    public async Task who_is_known_there_and_connected_here_is_led_to_the_page_he_wanted()
    {
        var person = await Known("known");
        provider.Somebody = ("subject-of-known", "Known Person");
        using var browser = Browser();

        Assert.Contains("Sign in with Steppe ID", await browser.GetStringAsync("/sign-in", Http.Cancellation), StringComparison.Ordinal);
        var answer = await browser.Get("/sign-in/provider?from=/batches");

        Assert.Equal("/batches", Path(answer));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1L, await service.Ledger.Scalar<long>("select count(*) from ledger.access_log where subject_id = $1 and what = 'SignedInByProvider'", person.PersonId));
    }

    [Fact]
    public async Task the_question_goes_with_a_challenge_a_state_and_a_number_used_once_and_without_a_secret()
    {
        var asked = (await service.Stranger().Get("/sign-in/provider")).Headers.Location!;

        Assert.StartsWith(provider.Issuer, asked.ToString(), StringComparison.Ordinal);
        Assert.Contains("response_type=code", asked.Query, StringComparison.Ordinal);
        Assert.Contains("code_challenge_method=S256", asked.Query, StringComparison.Ordinal);
        Assert.Contains("&state=", asked.Query, StringComparison.Ordinal);
        Assert.Contains("&nonce=", asked.Query, StringComparison.Ordinal);
        Assert.DoesNotContain(TestProvider.ClientSecret, asked.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    public async Task nobody_is_led_to_another_site_afterwards(string from)
    {
        await Known("led");
        provider.Somebody = ("subject-of-led", "Led");
        using var browser = Browser();

        Assert.Equal("/", Path(await browser.Get("/sign-in/provider?from=" + Uri.EscapeDataString(from))));
    }

    [Fact]
    public async Task who_is_known_there_alone_is_not_let_in()
    {
        provider.Somebody = ("subject-of-nobody", "Nobody Here");
        using var browser = Browser();

        var answer = await browser.Get("/sign-in/provider?from=/batches");

        Assert.Equal("/sign-in?provider=unknown", Path(answer));
        Assert.Contains("Steppe ID knows you as Nobody Here", await answer.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", Path(await browser.Get("/batches")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task who_has_left_is_not_let_in()
    {
        var person = await Known("gone");
        await using (var session = service.Ledger.Store.LightweightSession())
        {
            var left = await session.LoadAsync<Person>(person.PersonId, Http.Cancellation);
            left!.Memberships = [];
            session.Update(left);
            await session.SaveChangesAsync(Http.Cancellation);
        }
        provider.Somebody = ("subject-of-gone", "Gone");
        using var browser = Browser();

        Assert.Equal("/sign-in?provider=ended", Path(await browser.Get("/sign-in/provider")));
    }

    [Fact]
    public async Task who_changes_his_mind_there_may_begin_again()
    {
        provider.Somebody = null;
        using var browser = Browser();

        var answer = await browser.Get("/sign-in/provider");

        Assert.Equal("/sign-in?provider=failed", Path(answer));
        Assert.Contains("Steppe ID did not say who you are.", await answer.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in/provider/answer")]
    [InlineData("/sign-in/provider/answer?code=stolen&state=made-up")]
    [InlineData("/sign-in/provider/done")]
    public async Task an_answer_to_no_question_of_this_browser_signs_nobody_in(string address)
    {
        using var browser = Browser();

        Assert.Equal("/sign-in?provider=failed", Path(await browser.Get(address)));
    }

    [Fact]
    public async Task an_answer_that_was_given_to_somebody_else_signs_nobody_in()
    {
        await Known("tricked");
        provider.Somebody = ("subject-of-tricked", "Tricked");
        using var attacker = service.Stranger();
        var asked = (await attacker.Get("/sign-in/provider")).Headers.Location;
        using var outside = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var answered = (await outside.GetAsync(asked, Http.Cancellation)).Headers.Location!;
        using var victim = Browser();

        Assert.Equal("/sign-in?provider=failed", Path(await victim.Get(answered.PathAndQuery)));
    }

    [Fact]
    public async Task somebody_with_a_password_connects_and_disconnects_himself()
    {
        var (person, _) = await service.Ledger.Firm("connecting", FacilityKind.MineSite);
        var password = await service.Enter(person.PersonId, "connecting", new Membership(person.OrganisationId, [Role.Operator]));
        provider.Somebody = ("subject-of-connecting", "Connecting Person");
        using var browser = Browser();
        (await TestService.Submit(browser, "/sign-in", ("name", "connecting"), ("password", password))).EnsureSuccessStatusCode();

        var asked = await browser.Get("/sign-in/provider?from=/me");
        Assert.Equal("/me", Path(asked));
        Assert.Contains("Steppe ID knows you as Connecting Person", await asked.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.Equal(0L, await service.Ledger.Scalar<long>("select count(*) from ledger.identities where person_id = $1", person.PersonId));
        (await TestService.Submit(browser, "/me")).EnsureSuccessStatusCode();

        using var elsewhere = Browser();
        Assert.Equal("/batches", Path(await elsewhere.Get("/sign-in/provider?from=/batches")));

        (await TestService.Submit(browser, "/me")).EnsureSuccessStatusCode();
        using var later = Browser();
        Assert.Equal("/sign-in?provider=unknown", Path(await later.Get("/sign-in/provider?from=/batches")));
        var log = await browser.GetStringAsync("/access-log", Http.Cancellation);
        Assert.Contains("Identity connected", log, StringComparison.Ordinal);
        Assert.Contains("Identity disconnected", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task signing_out_here_offers_to_sign_out_there_and_comes_back()
    {
        await Known("leaving-both");
        provider.Somebody = ("subject-of-leaving-both", "Leaving");
        using var browser = Browser();
        await browser.Get("/sign-in/provider?from=/batches");

        var left = await (await TestService.Submit(browser, "/sign-out")).Content.ReadAsStringAsync(Http.Cancellation);
        Assert.Contains("Sign out of Steppe ID too", left, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", Path(await browser.Get("/batches")), StringComparison.Ordinal);

        Assert.Equal("/sign-in", Path(await browser.Get("/sign-out/provider")));
    }

    [Fact]
    public void only_the_way_there_and_back_is_open_to_strangers_beside_what_is_open_anyway() => Assert.Equal(
        ["/sign-in/provider", "/sign-in/provider/done", "/sign-out/provider"],
        service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.Contains("/provider", StringComparison.Ordinal) && e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText!).Order());
}
