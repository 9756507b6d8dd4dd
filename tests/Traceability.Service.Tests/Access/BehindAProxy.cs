using System.Net;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Service.Tests.Api;

namespace Traceability.Service.Tests.Access;

/// <summary>Tests reach the service from the loopback, as its proxy does.</summary>
public sealed class BehindAProxy(TestCluster cluster) : IAsyncLifetime
{
    private const int Burst = 5;

    private readonly TestService _service = new(cluster)
    {
        Configure = builder => (builder.Configuration["proxies"], builder.Configuration["RateLimits:AddressBurst"], builder.Configuration["RateLimits:AddressPerSecond"]) = ("127.0.0.1, 10.0.0.0/8", $"{Burst}", "1"),
    };

    public ValueTask InitializeAsync() => _service.InitializeAsync();
    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private HttpClient From(string address, string scheme = "http")
    {
        var client = _service.Stranger();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        return client;
    }

    [Fact]
    public async Task each_caller_has_an_address_and_limits_of_his_own()
    {
        var (person, _) = await _service.Ledger.Firm("proxied", FacilityKind.MineSite);
        var password = await _service.Enter(person.PersonId, "proxied", new Membership(person.OrganisationId, [Role.Operator]));
        // Somebody who writes the header himself stands before what the proxy adds.
        using var busy = From("198.51.100.9, 203.0.113.7, 10.1.2.3");
        using var calm = From("203.0.113.8", "https");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => busy.Get("/sign-in")));
        var signedIn = await TestService.Submit(calm, "/sign-in", ("name", "proxied"), ("password", password));

        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal("/", signedIn.Headers.Location?.ToString());
        Assert.Equal("203.0.113.8", await _service.Ledger.Scalar<string>("select address from ledger.access_log where what = 'SignedIn'"));
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-traceability=", StringComparison.Ordinal));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }
}
