using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Service.Tests.Api;
using Traceability.Tests.Documents;

namespace Traceability.Service.Tests.Access;

public sealed class SystemsWithKeys(TestService service) : IClassFixture<TestService>
{
    private DateTimeOffset Now => service.Ledger.Time.GetUtcNow();

    /// <summary>An organisation with its administrator signed in.</summary>
    private async Task<(HttpClient Admin, Actor Person, Guid FacilityId)> Firm(string code)
    {
        var (person, facility) = await service.Ledger.Firm(code, FacilityKind.MineSite);
        var admin = person with { Roles = new HashSet<Role> { Role.Operator, Role.Supervisor, Role.OrganisationAdmin } };
        return (await service.SignIn(admin), admin, facility);
    }

    private string Body(string name, Scope scope, TimeSpan life) => new JsonObject { ["name"] = name, ["scope"] = $"{scope}", ["expiresAt"] = (Now + life).ToString("O") }.ToJsonString();

    private async Task<(string Text, Guid Id)> Make(HttpClient admin, string name, Scope scope, TimeSpan? life = null)
    {
        var id = DerivedId.Of("key", name);
        var answer = await admin.Put($"/api/keys/{id}", Body(name, scope, life ?? TimeSpan.FromDays(30)));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return ((string)(await answer.Json())["key"]!, id);
    }

    private HttpClient With(string key)
    {
        var client = service.Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    private static async Task<JsonArray> Items(HttpClient client, string address)
    {
        var answer = await client.Get(address);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Http.Cancellation));
        return (await answer.Json())["items"]!.AsArray();
    }

    [Fact]
    public async Task a_key_records_in_the_name_of_its_system()
    {
        var (admin, _, facility) = await Firm("weighing");
        var (key, id) = await Make(admin, "Weighbridge 2", Scope.Write);
        using var system = With(key);
        var batch = Guid.CreateVersion7(Now);

        var recorded = await system.Put($"/api/batches/{batch}", new RegisterBatch(batch, "W-1", "ree-ore", RegistrationSource.Extraction, facility, new(1000, 0.1m), Now.AddHours(-1)));
        Assert.True(recorded.StatusCode == HttpStatusCode.Created, await recorded.Content.ReadAsStringAsync(Http.Cancellation));
        var timeline = await Items(admin, $"/api/batches/{batch}/timeline");

        Assert.Equal("Weighbridge 2", (string?)timeline[0]!["person"]);
        Assert.Equal($"key {id}", await service.Ledger.Scalar<string>("select data->'entry'->'by'->>'device' from ledger.mt_events where stream_id = $1 and version = 1", batch));
    }

    [Fact]
    public async Task what_opens_is_shown_once_and_kept_as_a_hash()
    {
        var (admin, _, _) = await Firm("shown-once");
        var id = Guid.CreateVersion7(Now);
        var body = Body("ERP", Scope.Read, TimeSpan.FromDays(1));

        var first = await (await admin.Put($"/api/keys/{id}", body)).Json();
        var again = await admin.Put($"/api/keys/{id}", body);
        var other = await admin.Put($"/api/keys/{id}", Body("another", Scope.Read, TimeSpan.FromDays(1)));

        Assert.Matches("^trk_[0-9a-f]{32}_[0-9A-Za-z]{43}$", (string?)first["key"]);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Null((string?)(await again.Json())["key"]);
        Assert.Equal((409, "id-reused", null), await other.Problem());
        var kept = await service.Ledger.Scalar<string>("select string_agg(k::text, ' ') || (select coalesce(string_agg(l::text, ' '), '') from ledger.access_log l) from ledger.keys k");
        Assert.DoesNotContain(((string)first["key"]!)[^43..], kept, StringComparison.Ordinal);
        Assert.DoesNotContain(((string)first["key"]!)[^43..], (await (await admin.Get("/api/keys")).Json()).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_key_that_is_wrong_expired_or_made_up_is_told_the_same()
    {
        var (admin, _, _) = await Firm("not-valid");
        var (key, _) = await Make(admin, "short-lived", Scope.Read, TimeSpan.FromHours(1));
        async Task Refused(string shown, string scheme = "Bearer")
        {
            using var client = service.Stranger();
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"{scheme} {shown}");
            var answer = await client.Get("/api/batches");
            Assert.Equal((401, "key-not-valid", null), await answer.Problem());
            Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await With(key).Get("/api/batches")).StatusCode);
        await Refused(key[..^1] + (key[^1] == 'a' ? 'b' : 'a'));
        await Refused(ApiKey.Make(Guid.CreateVersion7(Now)).Text());
        await Refused("trk_");
        await Refused("");
        await Refused(key + " " + key);
        await Refused(Convert.ToBase64String(Encoding.ASCII.GetBytes("steward:password")), "Basic");
        service.Ledger.Time.Move(TimeSpan.FromHours(1));
        await Refused(key);
    }

    [Fact]
    public async Task a_key_that_is_shown_counts_alone_whatever_cookie_comes_with_it()
    {
        var (admin, _, _) = await Firm("both");
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey.Make(Guid.CreateVersion7(Now)).Text());

        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.Get("/api/batches")).StatusCode);
        // Pages are for people: there the cookie counts.
        Assert.Equal(HttpStatusCode.OK, (await admin.Get("/batches")).StatusCode);
    }

    [Fact]
    public async Task a_revoked_key_ends_at_once_where_it_was_revoked_and_everywhere_within_a_minute()
    {
        var (admin, _, _) = await Firm("revoking");
        var (here, hereId) = await Make(admin, "revoked here", Scope.Read);
        var (there, thereId) = await Make(admin, "revoked elsewhere", Scope.Read);
        Assert.Equal(HttpStatusCode.OK, (await With(here).Get("/api/batches")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await With(there).Get("/api/batches")).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await admin.Put($"/api/keys/{hereId}/revocation", "{}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.Put($"/api/keys/{hereId}/revocation", "{}")).StatusCode);
        await service.Ledger.Change("update ledger.keys set revoked_at = $2 where id = $1", thereId, Now);

        Assert.Equal(HttpStatusCode.Unauthorized, (await With(here).Get("/api/batches")).StatusCode);
        service.Ledger.Time.Move(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.Unauthorized, (await With(there).Get("/api/batches")).StatusCode);
    }

    [Fact]
    public async Task a_renewed_key_leaves_no_gap_and_the_system_stays_the_same()
    {
        var (admin, _, _) = await Firm("renewing");
        var (old, id) = await Make(admin, "Nightly file", Scope.Write);
        var successor = Guid.CreateVersion7(Now);

        var renewed = await (await admin.Put($"/api/keys/{id}/successors/{successor}", $$"""{ "expiresAt": "{{Now.AddDays(90):O}}" }""")).Json();

        Assert.Equal(id, (Guid)renewed["systemId"]!);
        Assert.Equal("Nightly file", (string)renewed["name"]!);
        Assert.Equal(HttpStatusCode.OK, (await With(old).Get("/api/batches")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await With((string)renewed["key"]!).Get("/api/batches")).StatusCode);
        await admin.Put($"/api/keys/{id}/revocation", "{}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await With(old).Get("/api/batches")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await With((string)renewed["key"]!).Get("/api/batches")).StatusCode);
        Assert.Equal((422, "key-ended", "keyId"), await (await admin.Put($"/api/keys/{id}/successors/{Guid.CreateVersion7(Now)}", $$"""{ "expiresAt": "{{Now.AddDays(90):O}}" }""")).Problem());
    }

    [Fact]
    public async Task a_scope_opens_what_it_says_and_nothing_else()
    {
        var (admin, _, _) = await Firm("scopes");
        using var reads = With((await Make(admin, "reads", Scope.Read)).Text);
        using var writes = With((await Make(admin, "writes", Scope.Write)).Text);
        using var imports = With((await Make(admin, "imports", Scope.Import)).Text);
        var somewhere = $"/api/batches/{Guid.CreateVersion7(Now)}";
        async Task<HttpStatusCode> Import(HttpClient client) =>
            (await client.PostAsync("/api/imports", new StringContent("organisation_code,number\n", Encoding.UTF8, "text/csv"), Http.Cancellation)).StatusCode;

        Assert.Equal(HttpStatusCode.OK, (await reads.Get("/api/batches")).StatusCode);
        Assert.Equal((403, "not-allowed", null), await (await reads.Put(somewhere, "{}")).Problem());
        Assert.Equal(HttpStatusCode.Forbidden, await Import(reads));
        Assert.Equal(HttpStatusCode.OK, (await writes.Get("/api/batches")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await writes.Put(somewhere, "{}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await Import(writes));
        Assert.Equal(HttpStatusCode.OK, await Import(imports));
        Assert.Equal(HttpStatusCode.Forbidden, (await imports.Get("/api/batches")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await imports.Put(somewhere, "{}")).StatusCode);
        var paper = SampleFiles.Pdf("weighbridge ticket");
        Assert.Equal(HttpStatusCode.Created, (await imports.Put($"/api/files/{Convert.ToHexStringLower(SHA256.HashData(paper))}", paper, "application/pdf")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await imports.Put($"/api/documents/{Guid.CreateVersion7(Now)}", "{}")).StatusCode);
        // Machines neither make keys nor see them.
        Assert.Equal((403, "not-allowed", null), await (await writes.Put($"/api/keys/{Guid.CreateVersion7(Now)}", Body("more", Scope.Write, TimeSpan.FromDays(1)))).Problem());
        Assert.Empty(await Items(reads, "/api/keys"));
    }

    [Fact]
    public async Task keys_are_made_seen_and_ended_by_administrators_of_their_own_organisation()
    {
        var (admin, person, _) = await Firm("own-keys");
        var (other, _, _) = await Firm("other-keys");
        using var colleague = await service.SignIn(person with { PersonId = DerivedId.Of("person", "own-keys", "operator"), Roles = new HashSet<Role> { Role.Operator, Role.Supervisor } });
        var (_, id) = await Make(admin, "ours", Scope.Read);

        Assert.Contains(await Items(admin, "/api/keys"), k => (Guid)k!["id"]! == id);
        Assert.Empty(await Items(other, "/api/keys"));
        Assert.Empty(await Items(colleague, "/api/keys"));
        Assert.Equal((404, "not-found", "keyId"), await (await other.Put($"/api/keys/{id}/revocation", "{}")).Problem());
        Assert.Equal((404, "not-found", "keyId"), await (await colleague.Put($"/api/keys/{id}/revocation", "{}")).Problem());
        Assert.Equal((404, "not-found", "keyId"), await (await other.Put($"/api/keys/{id}/successors/{Guid.CreateVersion7(Now)}", $$"""{ "expiresAt": "{{Now.AddDays(1):O}}" }""")).Problem());
        Assert.Equal((403, "not-allowed", null), await (await colleague.Put($"/api/keys/{Guid.CreateVersion7(Now)}", Body("mine", Scope.Read, TimeSpan.FromDays(1)))).Problem());
        Assert.Equal((409, "id-reused", null), await (await other.Put($"/api/keys/{id}", Body("ours", Scope.Read, TimeSpan.FromDays(30)))).Problem());
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.Get("/keys")).StatusCode);
    }

    [Theory]
    [InlineData("""{ "name": "", "scope": "Read", "expiresAt": "{0}" }""", 422, "name-missing", "name")]
    [InlineData("""{ "name": "x", "scope": "Everything", "expiresAt": "{0}" }""", 400, "malformed", "scope")]
    [InlineData("""{ "name": "x", "scope": "Read", "expiresAt": "2020-01-01T00:00:00Z" }""", 422, "key-life-impossible", "expiresAt")]
    [InlineData("""{ "name": "x", "scope": "Read", "expiresAt": "2999-01-01T00:00:00Z" }""", 422, "key-life-impossible", "expiresAt")]
    [InlineData("""{ "name": "x", "scope": "Read", "expiresAt": "{0}", "roles": ["Steward"] }""", 400, "unknown-field", "roles")]
    [InlineData("""{ "name": "x", "scope": "Read" }""", 400, "value-missing", "expiresAt")]
    public async Task a_key_that_cannot_be_is_refused_in_words(string body, int status, string code, string field)
    {
        var (admin, _, _) = await Firm($"refused-{code}-{field}-{body.Length}".ToLowerInvariant());

        var answer = await admin.Put($"/api/keys/{Guid.CreateVersion7(Now)}", body.Replace("{0}", Now.AddDays(1).ToString("O"), StringComparison.Ordinal));

        Assert.Equal((status, code, field), await answer.Problem());
    }

    [Fact]
    public async Task its_last_use_is_told_to_the_minute_and_each_address_once_an_hour()
    {
        var (admin, _, _) = await Firm("uses");
        var (key, id) = await Make(admin, "used", Scope.Read);
        using var system = With(key);
        async Task<(DateTimeOffset? LastUsed, int Uses)> Told() => (
            (DateTimeOffset?)(await Items(admin, "/api/keys")).Single(k => (Guid)k!["id"]! == id)!["lastUsedAt"],
            (await Items(admin, "/api/access-log")).Count(l => (string)l!["what"]! == "KeyUsed"));

        Assert.Null((await Told()).LastUsed);
        var first = Now;
        await system.Get("/api/batches");
        service.Ledger.Time.Move(TimeSpan.FromSeconds(50));
        await system.Get("/api/batches");
        Assert.Equal((0L, 1), Difference(await Told()));
        service.Ledger.Time.Move(TimeSpan.FromSeconds(20));
        await system.Get("/api/batches");
        Assert.Equal((70L, 1), Difference(await Told()));
        service.Ledger.Time.Move(TimeSpan.FromHours(1));
        await system.Get("/api/batches");
        Assert.Equal((3670L, 2), Difference(await Told()));

        (long, int) Difference((DateTimeOffset? LastUsed, int Uses) told) => ((long)Math.Round((told.LastUsed!.Value - first).TotalSeconds), told.Uses);
    }

    [Fact]
    public async Task an_administrator_sees_who_came_in_and_others_see_themselves()
    {
        var (admin, person, _) = await Firm("coming-in");
        var colleague = person with { PersonId = DerivedId.Of("person", "coming-in", "operator"), Roles = new HashSet<Role> { Role.Operator } };
        using var operatorsClient = await service.SignIn(colleague);
        service.Ledger.Time.Move(TimeSpan.FromSeconds(1));
        await TestService.Submit(service.Stranger(), "/sign-in", ("name", $"person-{colleague.PersonId}"), ("password", "wrong"));
        service.Ledger.Time.Move(TimeSpan.FromSeconds(1));
        await Make(admin, "coming in", Scope.Read);

        var all = await Items(admin, "/api/access-log");
        var own = await Items(operatorsClient, "/api/access-log");

        Assert.Equal(["KeyMade", "WrongPassword", "SignedIn", "SignedIn"], all.Select(l => (string)l!["what"]!));
        Assert.Equal($"person-{person.PersonId}", (string)all[0]!["by"]!);
        Assert.Equal("127.0.0.1", (string)all[1]!["address"]!);
        Assert.Equal(["WrongPassword", "SignedIn"], own.Select(l => (string)l!["what"]!));
        Assert.Contains("Wrong password", await admin.GetStringAsync("/access-log", Http.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_page_makes_renews_and_revokes_keys()
    {
        var (admin, _, _) = await Firm("by-page");

        var made = await (await TestService.Submit(admin, "/keys", ("name", "Scale at the gate"), ("scope", "Write"))).Content.ReadAsStringAsync(Http.Cancellation);
        var key = made.Split("<code class=\"secret\">")[1].Split('<')[0];

        Assert.Equal(HttpStatusCode.OK, (await With(key).Get("/api/batches")).StatusCode);
        Assert.DoesNotContain(key, await admin.GetStringAsync("/keys", Http.Cancellation), StringComparison.Ordinal);
        var none = await TestService.Submit(admin, "/keys", ("name", ""), ("scope", "Write"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);
    }
}
