using System.Net;
using System.Text.RegularExpressions;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Service.Tests.Api;

namespace Traceability.Service.Tests.Access;

public sealed partial class InvitingPeople(ServiceWithProvider both) : IClassFixture<ServiceWithProvider>
{
    private const string Password = "a password of one's own";

    private readonly TestService service = both.Service;
    private readonly TestProvider provider = both.Provider;

    private HttpClient Browser() => new() { BaseAddress = service.Address };

    private static string Path(HttpResponseMessage answer) => answer.RequestMessage!.RequestUri!.PathAndQuery;

    private async Task<(HttpClient Client, Actor Person)> Administrator(string firm)
    {
        var (person, _) = await service.Ledger.Firm(firm, FacilityKind.MineSite);
        var admin = person with { Roles = new HashSet<Role> { Role.OrganisationAdmin } };
        return (await service.SignIn(admin), admin);
    }

    /// <summary>What the page shows once: the link.</summary>
    private static async Task<string> Invite(HttpClient admin, string name, params Role[] roles)
    {
        // The form is the first of the page; those after it withdraw.
        var html = await admin.GetStringAsync("/people/invite", Http.Cancellation);
        var form = html[html.IndexOf("name=\"_handler\" value=\"invite\"", StringComparison.Ordinal)..];
        var sent = new Dictionary<string, string>
        {
            ["_handler"] = "invite",
            ["__RequestVerificationToken"] = Token().Match(html).Groups[1].Value,
            ["name"] = name,
            ["organisation"] = Organisation().Match(form).Groups[1].Value,
        };
        foreach (var role in roles)
            sent[$"role.{role}"] = "true";
        var answer = await admin.PostAsync("/people/invite", new FormUrlEncodedContent(sent), Http.Cancellation);
        var page = await answer.Content.ReadAsStringAsync(Http.Cancellation);
        return Link().Match(page) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"{answer.StatusCode} {page}");
    }

    [GeneratedRegex("<code class=\"secret\">([^<]+)</code>")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("<option value=\"([0-9a-f-]{36})\" selected")]
    private static partial Regex Organisation();

    private static Task<HttpResponseMessage> Open(HttpClient browser, string link) => TestService.Submit(browser, "/invitation", ("link", link));

    private static Task<HttpResponseMessage> Accept(HttpClient browser, string name, string password = Password) =>
        TestService.Submit(browser, "/invitation", ("signInName", name), ("timeZone", "Asia/Almaty"), ("password", password));

    private static async Task<bool> Comes(HttpClient browser, string link) => Path(await Open(browser, link)) == "/invitation" && (await browser.GetStringAsync("/invitation", Http.Cancellation)).Contains("You are invited", StringComparison.Ordinal);

    [Fact]
    public async Task whoever_has_the_link_chooses_a_password_and_works_for_the_organisation()
    {
        var (admin, by) = await Administrator("inviting");
        var link = await Invite(admin, "Gulnara, night shift", Role.Operator, Role.Laboratory);
        using var invited = Browser();

        Assert.StartsWith($"{service.Address}invitation#", link, StringComparison.Ordinal);
        await Open(invited, link);
        Assert.Contains("inviting lets you in as Gulnara, night shift: Operator, Laboratory.", await invited.GetStringAsync("/invitation", Http.Cancellation), StringComparison.Ordinal);
        var accepted = await Accept(invited, "gulnara");

        Assert.Equal("/", Path(accepted));
        var home = await accepted.Content.ReadAsStringAsync(Http.Cancellation);
        Assert.Contains("Gulnara, night shift", home, StringComparison.Ordinal);
        Assert.Contains("Operator, Laboratory", home, StringComparison.Ordinal);
        using var later = Browser();
        Assert.Equal("/", Path(await TestService.Submit(later, "/sign-in", ("name", "gulnara"), ("password", Password))));
        Assert.DoesNotContain("Gulnara", await admin.GetStringAsync("/people/invite", Http.Cancellation), StringComparison.Ordinal);
        Assert.Equal($"{by.PersonId}", $"{await service.Ledger.Scalar<Guid>("select by_id from ledger.access_log where what = 'LetIn' and organisation_id = $1", by.OrganisationId)}");
    }

    [Fact]
    public async Task a_link_is_good_for_one_person_and_no_second()
    {
        var (admin, _) = await Administrator("once");
        var link = await Invite(admin, "First", Role.Operator);
        using var first = Browser();
        using var second = Browser();
        Assert.True(await Comes(first, link));
        Assert.True(await Comes(second, link));

        var answers = await Task.WhenAll(Accept(first, "once-first"), Accept(second, "once-second"));

        Assert.Single(answers, a => Path(a) == "/");
        Assert.Equal(1L, await service.Ledger.Scalar<long>("select count(*) from ledger.mt_doc_person where data->>'signInName' like 'once-%'"));
        using var third = Browser();
        Assert.False(await Comes(third, link));
    }

    [Fact]
    public async Task a_link_ends_after_a_week_and_when_it_is_withdrawn()
    {
        var (admin, by) = await Administrator("ending");
        using var browser = Browser();
        var withdrawn = await Invite(admin, "Withdrawn", Role.Operator);
        Assert.True(await Comes(browser, withdrawn));

        await TestService.Submit(admin, "/people/invite");
        Assert.DoesNotContain("You are invited", await browser.GetStringAsync("/invitation", Http.Cancellation), StringComparison.Ordinal);

        // The sign-in of the administrator would be as old as the link.
        var (old, now) = (RandomSecret.Make(), service.Ledger.Time.GetUtcNow());
        await service.Ledger.Change(
            """
            insert into ledger.invitations (id, sha256, organisation_id, name, roles, made_at, made_by, made_for, expires_at) values ($1, $2, $3, 'Old', '["Operator"]', $4, $5, $3, $6)
            """,
            Guid.CreateVersion7(now), RandomSecret.Sha256(old), by.OrganisationId, now.AddDays(-7), by.PersonId, now);
        Assert.False(await Comes(browser, old));
        var log = await admin.GetStringAsync("/access-log", Http.Cancellation);
        Assert.Contains("Invitation withdrawn", log, StringComparison.Ordinal);
        Assert.Contains("Withdrawn", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_link_ends_when_whoever_made_it_may_let_nobody_in_any_more()
    {
        var (admin, by) = await Administrator("made-by-one-who-left");
        var link = await Invite(admin, "Too late", Role.Operator);
        await Change(by.PersonId, person => person.Memberships = [new(by.OrganisationId, [Role.Operator])]);
        using var browser = Browser();

        Assert.False(await Comes(browser, link));
    }

    [Theory]
    [InlineData("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg")]
    [InlineData("https://elsewhere.example/#")]
    [InlineData("'; drop table ledger.invitations; --")]
    public async Task what_is_no_invitation_hears_so(string link)
    {
        using var browser = Browser();

        var answer = await Open(browser, link);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("the link is not whole", await answer.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_short_password_and_a_name_that_is_taken_are_said_beside_their_fields_and_use_nothing_up()
    {
        var (admin, _) = await Administrator("mistaken");
        using var browser = Browser();
        await Open(browser, await Invite(admin, "Mistaken", Role.Operator));
        await service.Enter(DerivedId.Of("person", "taken"), "taken", new Membership(DerivedId.Organisation("mistaken"), [Role.Operator]));

        var tooShort = await Accept(browser, "mistaken", "short");
        var taken = await Accept(browser, "TAKEN");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (tooShort.StatusCode, taken.StatusCode));
        Assert.Contains("password-error", await tooShort.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.Contains("signInName-error", await taken.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.Equal("/", Path(await Accept(browser, "mistaken")));
    }

    [Fact]
    public async Task the_invited_uses_the_identity_provider_instead_of_a_password()
    {
        var (admin, _) = await Administrator("with-provider");
        provider.Somebody = ("subject-of-invited", "Invited There");
        using var browser = Browser();
        await Open(browser, await Invite(admin, "Invited Here", Role.Operator));

        var back = await browser.Get("/sign-in/provider?from=/invitation");
        Assert.Equal("/invitation", Path(back));
        Assert.Contains("Steppe ID knows you as Invited There", await back.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        var accepted = await TestService.Submit(browser, "/invitation", ("signInName", "invited-there"), ("timeZone", "Asia/Almaty"));

        Assert.Equal("/", Path(accepted));
        using var later = Browser();
        Assert.Equal("/batches", Path(await later.Get("/sign-in/provider?from=/batches")));
        Assert.Contains("Invited Here", await later.GetStringAsync("/", Http.Cancellation), StringComparison.Ordinal);
        Assert.Null(await PasswordOf("invited-there"));
    }

    [Fact]
    public async Task who_has_an_account_keeps_it_and_acts_for_one_organisation_more()
    {
        var (admin, by) = await Administrator("joined");
        var (other, _) = await service.Ledger.Firm("joining", FacilityKind.MineSite);
        var password = await service.Enter(other.PersonId, "joining", new Membership(other.OrganisationId, [Role.Operator]));
        using var browser = Browser();
        await Open(browser, await Invite(admin, "Joining", Role.Supervisor));

        Assert.Equal("/invitation", Path(await TestService.Submit(browser, "/sign-in?from=/invitation", ("name", "joining"), ("password", password))));
        var joined = await TestService.Submit(browser, "/invitation");

        Assert.Equal("/", Path(joined));
        var choice = await browser.GetStringAsync("/organisation", Http.Cancellation);
        Assert.Contains(by.OrganisationId.ToString(), choice, StringComparison.Ordinal);
        Assert.Contains(other.OrganisationId.ToString(), choice, StringComparison.Ordinal);
    }

    /// <summary>Worked for somebody, has a password, and was let go.</summary>
    private async Task<(Guid Id, string Password)> LetGo(string name)
    {
        var id = DerivedId.Of("person", name);
        var password = await service.Enter(id, name, new Membership(DerivedId.Organisation(name), [Role.Operator]));
        await Change(id, person => person.Memberships = []);
        return (id, password);
    }

    private static Task<HttpResponseMessage> SignIn(HttpClient browser, string name, string password) => TestService.Submit(browser, "/sign-in?from=/invitation", ("name", name), ("password", password));

    [Fact]
    public async Task who_works_for_nobody_any_more_comes_back_with_his_name_and_password()
    {
        var (admin, by) = await Administrator("taking-back");
        var (id, password) = await LetGo("coming-back");
        var link = await Invite(admin, "Coming Back, day shift", Role.Operator);
        using var browser = Browser();

        // His password lets him in nowhere as long as he has no invitation.
        var alone = await SignIn(browser, "coming-back", password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, alone.StatusCode);
        Assert.Contains("You do not work for any organisation here any more.", await alone.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);

        await Open(browser, link);
        var asked = await SignIn(browser, "coming-back", password);
        Assert.Equal("/invitation", Path(asked));
        Assert.Contains("Accept as coming-back", await asked.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        // He is not signed in before he accepts.
        Assert.StartsWith("/sign-in", Path(await browser.Get("/batches")), StringComparison.Ordinal);

        Assert.Equal("/", Path(await TestService.Submit(browser, "/invitation")));
        Assert.Equal("/batches", Path(await browser.Get("/batches")));
        using var later = Browser();
        Assert.Equal("/", Path(await TestService.Submit(later, "/sign-in", ("name", "coming-back"), ("password", password))));
        Assert.Equal("LetIn, SignedIn, SignedIn", await service.Ledger.Scalar<string>(
            "select string_agg(what, ', ' order by what) from ledger.access_log where organisation_id = $1 and subject_id = $2", by.OrganisationId, id));
    }

    [Fact]
    public async Task a_wrong_password_opens_no_account_to_an_invitation_and_counts()
    {
        var (admin, _) = await Administrator("guessing");
        var (id, password) = await LetGo("guessed-at");
        using var browser = Browser();
        await Open(browser, await Invite(admin, "Guessing", Role.Operator));

        for (var i = 0; i < SigningIn.Tries; i++)
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignIn(browser, "guessed-at", "not the password")).StatusCode);
        var locked = await SignIn(browser, "guessed-at", password);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, locked.StatusCode);
        Assert.Contains("The name or the password is not right.", await locked.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("Accept as", await browser.GetStringAsync("/invitation", Http.Cancellation), StringComparison.Ordinal);
        Assert.Equal(0L, await service.Ledger.Scalar<long>("select count(*) from ledger.acceptances where person_id = $1", id));
    }

    [Fact]
    public async Task what_was_proved_by_a_password_ends_with_that_password()
    {
        var (admin, _) = await Administrator("proving");
        var (id, password) = await LetGo("proved");
        using var browser = Browser();
        await Open(browser, await Invite(admin, "Proved", Role.Operator));
        await SignIn(browser, "proved", password);

        await Change(id, person => person.SecurityStamp = "another");

        Assert.DoesNotContain("Accept as", await browser.GetStringAsync("/invitation", Http.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task who_works_for_nobody_any_more_comes_back_by_the_identity_provider()
    {
        var (admin, by) = await Administrator("taking-back-by-provider");
        var (id, _) = await LetGo("provided");
        await service.Services.GetRequiredService<Identities>().Connect(new(provider.Issuer, "subject-of-provided"), id, Http.Cancellation);
        provider.Somebody = ("subject-of-provided", "Provided There");
        using var browser = Browser();
        await Open(browser, await Invite(admin, "Provided", Role.Laboratory));

        var back = await browser.Get("/sign-in/provider?from=/invitation");
        Assert.Equal("/invitation", Path(back));
        Assert.Contains("Accept as provided", await back.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.Equal("/", Path(await TestService.Submit(browser, "/invitation")));

        Assert.Equal("LetIn, SignedInByProvider", await service.Ledger.Scalar<string>(
            "select string_agg(what, ', ' order by what) from ledger.access_log where organisation_id = $1 and subject_id = $2", by.OrganisationId, id));
    }

    [Fact]
    public async Task nobody_invites_who_does_not_administer_and_nobody_gives_roles_that_he_may_not_give()
    {
        var (miner, _) = await service.Ledger.Firm("not-administering", FacilityKind.MineSite);
        using var operatorsBrowser = await service.SignIn(miner);
        var (admin, by) = await Administrator("overreaching");
        var scope = service.Services.CreateScope();
        var invitations = scope.ServiceProvider.GetRequiredService<Invitations>();

        Assert.Equal(HttpStatusCode.NotFound, (await operatorsBrowser.Get("/people/invite")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await operatorsBrowser.Get($"/people/{miner.PersonId}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Get($"/people/{miner.PersonId}")).StatusCode);
        Assert.Equal("not-allowed", (await invitations.Make(by.OrganisationId, "x", [Role.Steward], by, null, Http.Cancellation)).Refusal?.Code);
        Assert.Equal("not-allowed", (await invitations.Make(miner.OrganisationId, "x", [Role.Operator], by, null, Http.Cancellation)).Refusal?.Code);
    }

    [Fact]
    public async Task links_that_nobody_accepts_do_not_pile_up()
    {
        var (_, by) = await Administrator("piling-up");
        var now = service.Ledger.Time.GetUtcNow();
        await service.Ledger.Change(
            """
            insert into ledger.invitations (id, sha256, organisation_id, name, roles, made_at, made_by, made_for, expires_at)
            select gen_random_uuid(), decode(md5(n::text), 'hex'), $1, 'x', '["Operator"]', $2, $3, $1, $4 from generate_series(1, $5) n
            """,
            by.OrganisationId, now, by.PersonId, now.AddDays(1), Limits.OpenInvitations);
        var invitations = service.Services.CreateScope().ServiceProvider.GetRequiredService<Invitations>();

        Assert.Equal("too-many-invitations", (await invitations.Make(by.OrganisationId, "x", [Role.Operator], by, null, Http.Cancellation)).Refusal?.Code);
    }

    [Fact]
    public async Task what_opens_it_stands_nowhere_but_in_the_link()
    {
        var (admin, _) = await Administrator("secret-link");
        var link = await Invite(admin, "Secret", Role.Operator);
        var secret = link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..];

        Assert.Matches("^[0-9A-Za-z]{43}$", secret);
        Assert.DoesNotContain(secret, await admin.GetStringAsync("/people/invite", Http.Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await service.Ledger.Scalar<string>("select string_agg(i::text, ' ') from ledger.invitations i"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task changed_roles_count_within_a_minute()
    {
        var (admin, by) = await Administrator("roles");
        var password = await service.Enter(DerivedId.Of("person", "roles-member"), "roles-member", new Membership(by.OrganisationId, [Role.Operator, Role.SchemeAuditor]));
        using var member = Browser();
        await TestService.Submit(member, "/sign-in", ("name", "roles-member"), ("password", password));
        Assert.Contains("Operator", await member.GetStringAsync("/", Http.Cancellation), StringComparison.Ordinal);
        var page = $"/people/{DerivedId.Of("person", "roles-member")}";

        var changed = await TestService.Submit(admin, page, ("role.Supervisor", "true"));
        Assert.Contains("Changed.", await changed.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        service.Ledger.Time.Move(TimeSpan.FromSeconds(60));

        var home = await member.GetStringAsync("/", Http.Cancellation);
        Assert.Contains("Supervisor", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Operator", home, StringComparison.Ordinal);
        // A role that only who keeps the register gives is not taken away by who cannot give it.
        Assert.Contains("Scheme auditor", home, StringComparison.Ordinal);
        Assert.Contains("Roles changed", await admin.GetStringAsync("/access-log", Http.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task nobody_takes_the_administration_away_from_himself()
    {
        var (admin, by) = await Administrator("alone-in-charge");

        var answer = await TestService.Submit(admin, $"/people/{by.PersonId}", ("role.Operator", "true"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.Get("/people")).StatusCode);
    }

    private async Task Change(Guid personId, Action<Person> change)
    {
        await using var session = service.Ledger.Store.LightweightSession();
        var person = await session.LoadAsync<Person>(personId, Http.Cancellation);
        change(person!);
        session.Update(person!);
        await session.SaveChangesAsync(Http.Cancellation);
    }

    private async Task<string?> PasswordOf(string signInName)
    {
        await using var session = service.Ledger.Store.QuerySession();
        return (await session.Query<Person>().SingleAsync(p => p.SignInName == signInName, Http.Cancellation)).PasswordHash;
    }
}
