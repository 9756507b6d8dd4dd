using System.Net;
using Marten;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Access;

public sealed class SigningInToTheService(TestService service) : IClassFixture<TestService>
{
    private static readonly Guid Irgiz = DerivedId.Organisation("irgiz");
    private static readonly Guid Ulba = DerivedId.Organisation("ulba");

    private Task<string> Enter(string name, params Membership[] memberships) => service.Enter(DerivedId.Of("person", name), name, memberships);

    private async Task Change(string signInName, Action<Person> change)
    {
        await using var session = service.Ledger.Store.LightweightSession();
        var person = await session.Query<Person>().SingleAsync(p => p.SignInName == signInName, TestContext.Current.CancellationToken);
        change(person);
        session.Update(person);
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task a_stranger_is_led_to_the_sign_in_page_and_a_program_is_told_plainly()
    {
        var stranger = service.Stranger();

        var page = await stranger.GetAsync("/batches", TestContext.Current.CancellationToken);
        var api = await stranger.GetAsync("/api/batches", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Contains("/sign-in?from=%2Fbatches", page.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    [Fact]
    public async Task the_right_password_gives_a_cookie_that_no_script_reads()
    {
        var password = await Enter("aidar", new Membership(Irgiz, [Role.Operator]));
        var client = service.Stranger();

        var answer = await TestService.Submit(client, "/sign-in?from=/batches", ("name", "AIDAR"), ("password", password));

        Assert.Equal("/batches", answer.Headers.Location?.ToString());
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("traceability=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task who_knows_his_password_changes_it_and_is_signed_out_everywhere_else()
    {
        const string chosen = "another one for this run";
        var old = await Enter("dinara", new Membership(Irgiz, [Role.Operator]));
        async Task<HttpClient> SignIn(string password)
        {
            var client = service.Stranger();
            using var answer = await TestService.Submit(client, "/sign-in", ("name", "dinara"), ("password", password));
            return client;
        }
        async Task<HttpStatusCode> Change(HttpClient client, string from, string to) =>
            (await TestService.Submit(client, "/me", ("_handler", "password"), ("oldPassword", from), ("newPassword", to))).StatusCode;
        var (here, elsewhere) = (await SignIn(old), await SignIn(old));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Change(here, "not the old one", chosen));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Change(here, old, "short"));
        Assert.Equal(HttpStatusCode.OK, await Change(here, old, chosen));

        service.Ledger.Time.Move(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/me", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/me", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await (await SignIn(old)).GetAsync("/me", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await (await SignIn(chosen)).GetAsync("/me", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(1, await service.Ledger.Scalar<long>("select count(*) from ledger.access_log where subject_id = $1 and what = 'PasswordChanged'", DerivedId.Of("person", "dinara")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"authenticatorData":"AAAA","clientDataJSON":"AAAA","signature":"AAAA"},"clientExtensionResults":{}}""")]
    public async Task what_is_no_passkey_signs_nobody_in(string credential)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new UriBuilder(service.Address) { Host = "localhost" }.Uri };

        using var unasked = await TestService.Submit(client, "/sign-in", ("credential", credential));
        using var forged = await client.PostAsync("/sign-in/passkey/options", null, TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("X-Requested-With", "traceability");
        using var options = await client.PostAsync("/sign-in/passkey/options", null, TestContext.Current.CancellationToken);
        using var asked = await TestService.Submit(client, "/sign-in", ("credential", credential));

        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.Contains("\"challenge\":", await options.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (unasked.StatusCode, asked.StatusCode));
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task what_somebody_says_of_his_own_address_counts_for_nothing_without_a_proxy()
    {
        var password = await Enter("forwarded", new Membership(Irgiz, [Role.Operator]));
        var client = service.Stranger();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");

        await TestService.Submit(client, "/sign-in", ("name", "forwarded"), ("password", password));

        Assert.Equal("127.0.0.1", await service.Ledger.Scalar<string>("select address from ledger.access_log where subject_id = $1", DerivedId.Of("person", "forwarded")));
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    public async Task nobody_is_led_to_another_site(string from)
    {
        var password = await Enter("botagoz", new Membership(Irgiz, [Role.Operator]));

        var answer = await TestService.Submit(service.Stranger(), "/sign-in?from=" + Uri.EscapeDataString(from), ("name", "botagoz"), ("password", password));

        Assert.Equal("/", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task an_unknown_name_a_wrong_password_and_a_locked_name_hear_the_same()
    {
        var password = await Enter("dana", new Membership(Irgiz, [Role.Operator]));
        async Task<string> Heard(string name, string typed)
        {
            var answer = await TestService.Submit(service.Stranger(), "/sign-in", ("name", name), ("password", typed));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var from = html.IndexOf("id=\"problems\"", StringComparison.Ordinal);
            return html[from..html.IndexOf("</ul>", from, StringComparison.Ordinal)];
        }

        var unknown = await Heard("nobody-of-this-name", "x");
        for (var i = 0; i < SigningIn.Tries; i++)
            Assert.Equal(unknown, await Heard("dana", "wrong"));
        Assert.Equal(unknown, await Heard("dana", password));

        await Change("dana", person => person.LockedOutUntil = person.LockedOutUntil!.Value - SigningIn.Wait);
        var later = await TestService.Submit(service.Stranger(), "/sign-in", ("name", "dana"), ("password", password));
        Assert.Equal("/", later.Headers.Location?.ToString());
    }

    [Fact]
    public async Task who_works_for_two_organisations_says_for_which_he_acts()
    {
        var password = await Enter("erlan", new(Irgiz, [Role.Operator]), new(Ulba, [Role.Supervisor]));
        var client = service.Stranger();

        var signedIn = await TestService.Submit(client, "/sign-in", ("name", "erlan"), ("password", password));
        Assert.StartsWith("/organisation", signedIn.Headers.Location!.ToString(), StringComparison.Ordinal);
        var refused = await TestService.Submit(client, "/organisation", ("organisation", DerivedId.Organisation("another").ToString()));
        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        var chosen = await TestService.Submit(client, "/organisation", ("organisation", Ulba.ToString()));
        Assert.Equal(HttpStatusCode.SeeOther, chosen.StatusCode);

        var home = await client.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.Contains("Supervisor", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Operator", home, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_form_without_its_token_is_not_accepted()
    {
        var (miner, _) = await service.Ledger.Firm("token", FacilityKind.MineSite);
        var client = await service.SignIn(miner);

        using var forged = new FormUrlEncodedContent([new("_handler", "sign-out")]);
        var answer = await client.PostAsync("/sign-out", forged, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task signing_out_ends_it()
    {
        var (miner, _) = await service.Ledger.Firm("leaving", FacilityKind.MineSite);
        var client = await service.SignIn(miner);

        await TestService.Submit(client, "/sign-out");

        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task a_membership_that_ends_ends_the_sign_in_within_a_minute()
    {
        var (miner, _) = await service.Ledger.Firm("revoked", FacilityKind.MineSite);
        var client = await service.SignIn(miner);
        await Change($"person-{miner.PersonId}", person => person.Memberships = []);

        service.Ledger.Time.Move(TimeSpan.FromSeconds(60));

        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task who_has_left_is_out_within_a_minute_and_keeps_what_he_does_for_others()
    {
        var (chief, _) = await service.Ledger.Firm("left-from", FacilityKind.MineSite);
        using var administrator = await service.SignIn(chief with { Roles = new HashSet<Role> { Role.OrganisationAdmin } });
        var password = await Enter("farida", new(chief.OrganisationId, [Role.Operator]), new(Ulba, [Role.Supervisor]));
        using var farida = service.Stranger();
        await TestService.Submit(farida, "/sign-in", ("name", "farida"), ("password", password));
        Assert.Equal(HttpStatusCode.OK, (await farida.GetAsync("/batches", TestContext.Current.CancellationToken)).StatusCode);

        var page = await administrator.GetStringAsync("/people", TestContext.Current.CancellationToken);
        using var left = await TestService.Submit(administrator, "/people", ("_handler", $"leave-{DerivedId.Of("person", "farida")}"));
        service.Ledger.Time.Move(TimeSpan.FromSeconds(60));

        Assert.Contains($"leave-{DerivedId.Of("person", "farida")}", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"leave-{chief.PersonId}", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await farida.GetAsync("/batches", TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain("farida", await administrator.GetStringAsync("/people", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("Left", await administrator.GetStringAsync("/access-log", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var again = await TestService.Submit(farida, "/sign-in", ("name", "farida"), ("password", password));
        Assert.Equal("/", again.Headers.Location?.ToString());
    }

    [Fact]
    public async Task a_changed_password_ends_older_sign_ins_within_a_minute()
    {
        var (miner, _) = await service.Ledger.Firm("stamp", FacilityKind.MineSite);
        var client = await service.SignIn(miner);
        await Change($"person-{miner.PersonId}", person => person.SecurityStamp = "another");

        service.Ledger.Time.Move(TimeSpan.FromSeconds(60));

        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }
}
