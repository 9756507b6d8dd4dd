using System.Net.Http.Json;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Api;

public sealed class RequestsThatAreRefused(TestService service) : IClassFixture<TestService>
{
    private static readonly Guid Register = DerivedId.Organisation("requests");

    private Task<HttpClient> SignIn() => service.SignIn(new(DerivedId.Of("requester"), Register, new HashSet<Role> { Role.Operator, Role.Supervisor, Role.OrganisationAdmin, Role.Steward }));

    [Theory]
    [InlineData("GET", "/api/nowhere", 404, "not-found")]
    [InlineData("GET", "/api/batches/not-an-id", 404, "not-found")]
    [InlineData("GET", "/api/batches/018f0000-0000-7000-8000-000000000000", 404, "not-found")]
    [InlineData("GET", "/api/batches/018f0000-0000-7000-8000-000000000000/timeline", 404, "not-found")]
    [InlineData("GET", "/api/batches/018f0000-0000-7000-8000-000000000000/holdings", 404, "not-found")]
    [InlineData("GET", "/api/shipments/018f0000-0000-7000-8000-000000000000", 404, "not-found")]
    [InlineData("GET", "/api/runs/018f0000-0000-7000-8000-000000000000", 404, "not-found")]
    [InlineData("GET", "/api/facilities/018f0000-0000-7000-8000-000000000000", 404, "not-found")]
    [InlineData("GET", "/api/organisations/018f0000-0000-7000-8000-000000000000", 404, "not-found")]
    [InlineData("DELETE", "/api/batches/018f0000-0000-7000-8000-000000000000", 405, "wrong-method")]
    [InlineData("POST", "/api/materials", 405, "wrong-method")]
    [InlineData("GET", "/api/batches?facilityId=7", 400, "malformed")]
    [InlineData("GET", "/api/batches?inStock=perhaps", 400, "malformed")]
    [InlineData("GET", "/api/batches?cursor=nonsense", 400, "malformed")]
    [InlineData("GET", "/api/batches?cursor=%00", 400, "malformed")]
    [InlineData("GET", "/api/batches?text=%00", 400, "malformed")]
    [InlineData("GET", "/api/batches?text=%ED%A0%80", 200, "")]
    [InlineData("GET", "/api/shipments?status=Lost", 400, "malformed")]
    [InlineData("GET", "/api/search", 400, "malformed")]
    [InlineData("GET", "/api/search?text=%00", 400, "malformed")]
    [InlineData("GET", "/api/batches/018f0000-0000-7000-8000-000000000000/holdings?asOf=yesterday", 400, "malformed")]
    [InlineData("GET", "/api/batches/018f0000-0000-7000-8000-000000000000/holdings?asOf=2026-01-01T00:00:00", 400, "malformed")]
    [InlineData("GET", "/api/batches/018f0000-0000-7000-8000-000000000000/timeline?cursor=first", 400, "malformed")]
    public async Task a_request_that_cannot_be_answered_hears_why(string method, string address, int status, string code)
    {
        var request = new HttpRequestMessage(new(method), address);
        request.Headers.Add("X-Requested-With", "traceability");

        var answer = await (await SignIn()).SendAsync(request, Http.Cancellation);

        Assert.Equal(status, (int)answer.StatusCode);
        if (status != 200)
            Assert.Equal(code, (await answer.Problem()).Code);
    }

    [Fact]
    public async Task what_is_not_ones_own_answers_like_what_does_not_exist()
    {
        var requests = new Requests(service.Ledger);
        await requests.Begin("hidden");
        var hidden = await requests.Of["AcceptShipment"]();
        var shipment = hidden.Address.Split('/')[3];
        var client = await SignIn();

        foreach (var (method, end) in new[] { ("GET", ""), ("PUT", "/acceptance") })
        {
            async Task<string> Heard(string id) => await (await client.SendAsync(new(new(method), $"/api/shipments/{id}{end}")
            {
                Content = method == "GET" ? null : new StringContent(hidden.Body, null, "application/json"),
                Headers = { { "X-Requested-With", "traceability" } },
            }, Http.Cancellation)).Content.ReadAsStringAsync(Http.Cancellation);

            var seen = await Heard(shipment);
            Assert.Contains("not-found", seen, StringComparison.Ordinal);
            Assert.Equal(seen, await Heard("018f0000-0000-7000-8000-000000000000"));
        }
    }

    [Fact]
    public async Task a_stranger_is_told_to_sign_in()
    {
        Assert.Equal((401, "not-signed-in", null), await (await service.Stranger().Get("/api/batches")).Problem());
        Assert.Equal((401, "not-signed-in", null), await (await service.Stranger().Put($"/api/batches/{Register}", "{}")).Problem());
    }

    [Theory]
    [InlineData(null, null, 403)]
    [InlineData("cross-site", null, 403)]
    [InlineData("same-site", null, 403)]
    [InlineData("same-origin", null, 400)]
    [InlineData("none", null, 400)]
    [InlineData(null, "traceability", 400)]
    [InlineData(null, "XMLHttpRequest", 403)]
    public async Task a_cookie_alone_does_not_prove_where_a_change_comes_from(string? fetchSite, string? requestedWith, int status)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/batches/{Register}") { Content = JsonContent.Create(new { }) };
        if (fetchSite is not null)
            request.Headers.Add("Sec-Fetch-Site", fetchSite);
        if (requestedWith is not null)
            request.Headers.Add("X-Requested-With", requestedWith);

        var answer = await (await SignIn()).SendAsync(request, Http.Cancellation);

        Assert.Equal((status, status == 403 ? "cross-site" : "value-missing"), await answer.Problem() is var (heard, code, _) ? (heard, code) : default);
    }

    [Theory]
    [InlineData(null, 428, "if-match-missing")]
    [InlineData("1", 400, "if-match-malformed")]
    [InlineData("W/\"1\"", 400, "if-match-malformed")]
    [InlineData("\"one\"", 400, "if-match-malformed")]
    [InlineData("\"1\", \"2\"", 400, "if-match-malformed")]
    [InlineData("\"99999999999999999999\"", 400, "if-match-malformed")]
    [InlineData("\"7\"", 412, "changed-meanwhile")]
    public async Task a_change_says_what_it_was_made_from(string? ifMatch, int status, string code)
    {
        var (_, facility) = await service.Ledger.Firm($"match-{status}-{ifMatch?.Length ?? 0}", FacilityKind.Warehouse);
        var change = new ChangeOrganisation((await service.Ledger.Load<Facility>(facility)).OperatorId, DerivedId.Of("change", ifMatch ?? ""), "Renamed", "KZ", null, Start.AddDays(1));

        var answer = await (await SignIn()).Put($"/api/organisations/{change.OrganisationId}/changes/{change.ChangeId}", change, ifMatch);

        Assert.Equal((status, code), await answer.Problem() is var (heard, said, _) ? (heard, said) : default);
    }

    [Fact]
    public async Task a_change_of_what_was_read_is_recorded_once_and_the_next_tag_is_another()
    {
        var (_, facility) = await service.Ledger.Firm("changing", FacilityKind.Warehouse);
        var organisation = (await service.Ledger.Load<Facility>(facility)).OperatorId;
        var client = await SignIn();
        var read = (await client.Get($"/api/organisations/{organisation}")).Headers.ETag!.Tag;
        var change = new ChangeOrganisation(organisation, DerivedId.Of("change"), "Renamed", "KZ", null, Start.AddDays(1));
        var address = $"/api/organisations/{organisation}/changes/{change.ChangeId}";

        var first = await client.Put(address, change, read);
        var again = await client.Put(address, change, read);

        Assert.Equal((201, 200), ((int)first.StatusCode, (int)again.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(Http.Cancellation), await again.Content.ReadAsStringAsync(Http.Cancellation));
        var now = await client.Get($"/api/organisations/{organisation}");
        Assert.Equal(first.Headers.ETag!.Tag, now.Headers.ETag!.Tag);
        Assert.NotEqual(read, now.Headers.ETag.Tag);
        Assert.Equal("Renamed", (string)(await now.Json())["organisation"]!["name"]!);
    }

    [Fact]
    public async Task answers_are_kept_by_nobody_and_HEAD_answers_like_GET_without_a_body()
    {
        var client = await SignIn();

        var get = await client.Get("/api/materials");
        var head = await client.SendAsync(new(HttpMethod.Head, "/api/materials"), Http.Cancellation);

        Assert.Equal("no-store", get.Headers.CacheControl!.ToString());
        Assert.Equal("nosniff", get.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("default-src 'self';", get.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.StartsWith("camera=(self),", get.Headers.GetValues("Permissions-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal((200, ""), ((int)head.StatusCode, await head.Content.ReadAsStringAsync(Http.Cancellation)));
    }
}
