using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Service.Tests.Api;

namespace Traceability.Service.Tests.Access;

/// <summary>Nothing here waits: so many requests are sent at once that the buckets cannot fill up again meanwhile.</summary>
public sealed class WhoSendsTooMuch(TestCluster cluster) : IAsyncLifetime
{
    private const int Many = 200, Burst = 5;

    private readonly List<TestService> _started = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _started)
            await service.DisposeAsync();
    }

    private async Task<TestService> Limited(string limit)
    {
        var service = new TestService(cluster)
        {
            Configure = builder => (builder.Configuration[$"RateLimits:{limit}Burst"], builder.Configuration[$"RateLimits:{limit}PerSecond"]) = ($"{Burst}", "1"),
        };
        await service.InitializeAsync();
        _started.Add(service);
        return service;
    }

    private static async Task<HttpResponseMessage[]> AtOnce(Func<Task<HttpResponseMessage>> send) => await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => send()));

    [Fact]
    public async Task a_key_that_asks_too_often_hears_when_to_come_again_and_others_go_on()
    {
        var service = await Limited("Caller");
        var (miner, _) = await service.Ledger.Firm("too-much", FacilityKind.MineSite);
        var admin = miner with { Roles = new HashSet<Role> { Role.OrganisationAdmin } };
        async Task<HttpClient> System(string name)
        {
            var id = Guid.CreateVersion7(service.Ledger.Time.GetUtcNow());
            var (made, _) = await service.Services.GetRequiredService<Keys>().Make(new(id, name, Scope.Read, service.Ledger.Time.GetUtcNow().AddDays(1)), admin, Http.Cancellation);
            var client = service.Stranger();
            client.DefaultRequestHeaders.Authorization = new("Bearer", made!.Key);
            return client;
        }
        using var busy = await System("busy");
        using var calm = await System("calm");

        var answers = await AtOnce(() => busy.Get("/api/materials"));

        Assert.True(answers.Count(a => a.StatusCode == HttpStatusCode.OK) >= Burst);
        var held = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.True(held.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal((429, "too-many-requests", null), await held.Problem());
        Assert.Equal(HttpStatusCode.OK, (await calm.Get("/api/materials")).StatusCode);
    }

    [Fact]
    public async Task an_address_that_asks_too_often_is_held_back_before_it_says_who_it_is()
    {
        var service = await Limited("Address");
        using var stranger = service.Stranger();

        var answers = await AtOnce(() => stranger.Get("/api/batches"));

        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.Unauthorized);
        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.TooManyRequests);
        // Whoever watches the service may always look.
        Assert.All(await AtOnce(() => stranger.Get("/health/live")), a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
    }

    [Fact]
    public async Task one_address_cannot_try_passwords_without_end()
    {
        var service = await Limited("SignIn");
        using var stranger = service.Stranger();

        var answers = await AtOnce(() => stranger.PostAsync("/sign-in", new StringContent("", Encoding.UTF8, "application/x-www-form-urlencoded"), Http.Cancellation));
        var held = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);

        Assert.NotNull(held.Headers.RetryAfter);
        Assert.Contains("Wait a little", await held.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await stranger.Get("/sign-in")).StatusCode);
    }
}
