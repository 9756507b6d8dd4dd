using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Facilities;

namespace Traceability.Browser.Tests;

/// <summary>Without typing a password: by a passkey, on a device that Chromium plays, which keeps a key and always knows its owner; or by the link of an invitation.</summary>
public sealed class ComingInAnotherWay(Site site) : IClassFixture<Site>
{
    /// <summary>Passkeys are made for the name of a host.</summary>
    private string Address(string path) => new UriBuilder(site.Service.Address) { Host = "localhost", Path = path }.ToString();

    private static async Task GiveDevice(IPage page)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    private static async Task Press(IPage page, string button) => await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    private async Task SignIn(IPage page, string name, string password)
    {
        await page.GotoAsync(Address("/sign-in"));
        await page.GetByLabel("Name or e-mail address").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(Address("/"));
    }

    private async Task SignOut(IPage page)
    {
        await page.GotoAsync(Address("/sign-out"));
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(Address("/sign-in"));
    }

    [Fact]
    public async Task a_device_is_added_signs_in_and_is_removed()
    {
        var (miner, _) = await site.Ledger.Firm("passkey", FacilityKind.MineSite);
        var password = await site.Service.Enter(miner.PersonId, "passkey-owner", new Membership(miner.OrganisationId, [Role.Operator]));
        var page = await site.Open(Site.Phone, script: true);
        await GiveDevice(page);
        await SignIn(page, "passkey-owner", password);

        await page.GotoAsync(Address("/me"));
        await page.GetByLabel("Name of the device").FillAsync("My phone");
        Assert.Empty(await Site.Findings(page));
        await Press(page, "Add a passkey");
        await Assertions.Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "My phone" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Your device made no passkey")).ToBeHiddenAsync();
        await Site.Keep(page, "passkey-added-phone");

        await SignOut(page);
        await Site.Keep(page, "passkey-sign-in-phone");
        Assert.Empty(await Site.Findings(page));
        await Press(page, "Sign in with a passkey");
        await Assertions.Expect(page).ToHaveURLAsync(Address("/"));
        Assert.Equal(1L, await site.Ledger.Scalar<long>("select count(*) from ledger.access_log where subject_id = $1 and what = 'SignedInByPasskey'", miner.PersonId));
        Assert.Equal(1L, await site.Ledger.Scalar<long>("select count(*) from ledger.passkeys where person_id = $1 and last_used_at is not null", miner.PersonId));

        await page.GotoAsync(Address("/me"));
        await Press(page, "Remove My phone");
        await Assertions.Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "My phone" })).ToBeHiddenAsync();
        await SignOut(page);
        await Press(page, "Sign in with a passkey");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("This passkey is not known here any more.");
    }

    [Fact]
    public async Task who_works_for_nobody_any_more_comes_back_by_his_passkey_and_an_invitation()
    {
        var (former, _) = await site.Ledger.Firm("passkey-former", FacilityKind.MineSite);
        var password = await site.Service.Enter(former.PersonId, "passkey-returning", new Membership(former.OrganisationId, [Role.Operator]));
        var page = await site.Open(Site.Phone, script: true);
        await GiveDevice(page);
        await SignIn(page, "passkey-returning", password);
        await page.GotoAsync(Address("/me"));
        await page.GetByLabel("Name of the device").FillAsync("Old phone");
        await Press(page, "Add a passkey");
        await Assertions.Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "Old phone" })).ToBeVisibleAsync();
        await SignOut(page);
        await LetGo(former.PersonId);

        // As long as nobody invites him, his device lets him in nowhere.
        await Press(page, "Sign in with a passkey");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("You do not work for any organisation here any more.");

        var (inviting, _) = await site.Ledger.Firm("passkey-inviting", FacilityKind.Concentrator);
        var administrator = inviting with { Roles = new HashSet<Role> { Role.OrganisationAdmin } };
        await site.Service.Enter(administrator.PersonId, "passkey-inviter", new Membership(inviting.OrganisationId, [Role.OrganisationAdmin]));
        await using var scope = site.Service.Services.CreateAsyncScope();
        var (secret, _) = await scope.ServiceProvider.GetRequiredService<Invitations>().Make(
            inviting.OrganisationId, "Old hand, night shift", [Role.Operator], administrator, null, TestContext.Current.CancellationToken);
        await page.GotoAsync(Address("/invitation"));
        await page.GetByLabel("The link of your invitation").FillAsync(secret!);
        await Press(page, "Open the invitation");
        await page.GetByRole(AriaRole.Link, new() { Name = "I have an account here already" }).ClickAsync();
        await Press(page, "Sign in with a passkey");
        await Press(page, "Accept as passkey-returning");

        await Assertions.Expect(page).ToHaveURLAsync(Address("/"));
        Assert.Equal("LetIn, SignedInByPasskey", await site.Ledger.Scalar<string>(
            "select string_agg(what, ', ' order by what) from ledger.access_log where organisation_id = $1 and subject_id = $2", inviting.OrganisationId, former.PersonId));
    }

    private async Task LetGo(Guid personId)
    {
        await using var session = site.Ledger.Store.LightweightSession();
        var person = (await session.LoadAsync<Person>(personId, TestContext.Current.CancellationToken))!;
        person.Memberships = [];
        session.Update(person);
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task without_a_device_or_a_script_there_are_other_ways_in()
    {
        var page = await site.Open();

        await page.GotoAsync(Address("/sign-in"));

        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task a_link_of_an_invitation_opens_by_itself_and_leaves_nothing_in_the_address()
    {
        var (miner, _) = await site.Ledger.Firm("inviting-browser", FacilityKind.MineSite);
        var page = await site.OpenAs(miner with { Roles = new HashSet<Role> { Role.OrganisationAdmin } }, "inviting-browser");
        await page.GotoAsync("/people/invite");
        await page.GetByLabel("Name and duty").FillAsync("Gulnara, night shift");
        await page.GetByLabel("Operator").CheckAsync();
        await Press(page, "Make the link");
        var link = await page.Locator("code.secret").InnerTextAsync();
        await Site.Keep(page, "invited");

        var invited = await site.Open(Site.Phone, script: true);
        await invited.GotoAsync(link);
        await Assertions.Expect(invited.GetByRole(AriaRole.Heading, new() { Name = "You are invited" })).ToBeVisibleAsync();
        Assert.Equal($"{site.Service.Address}invitation", invited.Url);
        Assert.Empty(await Site.Findings(invited));
        await Assertions.Expect(invited.GetByLabel("Time zone")).ToHaveValueAsync("Asia/Almaty");
        await Site.Keep(invited, "invitation-opened-phone");
        await invited.GetByLabel("You will sign in as").FillAsync("gulnara");
        await invited.GetByLabel("Password").FillAsync("a password of one's own");
        await Press(invited, "Accept");

        await Assertions.Expect(invited.Locator(".me .name")).ToHaveTextAsync("Gulnara, night shift");
    }
}
