using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Traceability.Access;

namespace Traceability.Service.Tests;

/// <summary>The real service on a ledger of its own, listening on a free port of the loopback.</summary>
public sealed partial class TestService(TestCluster cluster) : IAsyncLifetime
{
    private const string Password = "only-for-this-test-run";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("traceability-");
    private WebApplication _app = null!;

    /// <summary>What this service is configured with beyond what every test needs.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }

    public TestLedger Ledger { get; } = new(cluster);
    public Uri Address { get; private set; } = null!;
    /// <summary>The service's data folder.</summary>
    public DirectoryInfo Folder => _folder;

    public IServiceProvider Services => _app.Services;

    public async ValueTask InitializeAsync()
    {
        await Ledger.InitializeAsync();
        // Browsers look at their own clock to see whether a cookie still lives.
        Ledger.Time.Move(TimeProvider.System.GetUtcNow() - Ledger.Time.GetUtcNow());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Traceability", EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["data"] = _folder.FullName;
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<TimeProvider>(Ledger.Time);
        foreach (var limit in new[] { "Address", "Caller", "SignIn" })
            builder.Configuration[$"RateLimits:{limit}Burst"] = "0";
        Configure?.Invoke(builder);
        _app = TraceabilityService.Build(builder, Ledger.ConnectionString);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = new(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Ledger.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Nobody in particular; redirects are not followed, so that they can be looked at.</summary>
    public HttpClient Stranger() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>A person of that name and those memberships, who can sign in with the returned password.</summary>
    public async Task<string> Enter(Guid personId, string signInName, params Membership[] memberships)
    {
        await using var scope = Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        if (await people.FindByIdAsync(personId.ToString()) is null)
        {
            var created = await people.CreateAsync(new() { Id = personId, SignInName = signInName, Name = signInName, TimeZone = "Asia/Almaty", Memberships = memberships }, Password);
            Assert.True(created.Succeeded, string.Join(' ', created.Errors.Select(e => e.Description)));
        }
        return Password;
    }

    /// <summary>Signs in on the page, as a browser does.</summary>
    public async Task<HttpClient> SignIn(Actor actor)
    {
        var name = $"person-{actor.PersonId}";
        var password = await Enter(actor.PersonId, name, new Membership(actor.OrganisationId, [.. actor.Roles]));
        var client = Stranger();
        using var answer = await Submit(client, "/sign-in", ("name", name), ("password", password));
        Assert.Equal("/", answer.Headers.Location?.ToString());
        return client;
    }

    /// <summary>What a request of somebody who signed in carries, for those who write their requests themselves.</summary>
    public async Task<string> Cookie(Actor actor)
    {
        using var client = Stranger();
        var name = $"person-{actor.PersonId}";
        var password = await Enter(actor.PersonId, name, new Membership(actor.OrganisationId, [.. actor.Roles]));
        using var answer = await Submit(client, "/sign-in", ("name", name), ("password", password));
        return string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));
    }

    /// <summary>Opens a page and sends its (last) form with its hidden fields and these.</summary>
    public static async Task<HttpResponseMessage> Submit(HttpClient client, string page, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(page, TestContext.Current.CancellationToken);
        var form = html[html.LastIndexOf("<form", StringComparison.Ordinal)..];
        var sent = Hidden().Matches(form).Select(m => KeyValuePair.Create(m.Groups["name"].Value, m.Groups["value"].Value)).ToDictionary();
        foreach (var (name, value) in fields)
            sent[name] = value;
        return await client.PostAsync(page, new FormUrlEncodedContent(sent), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Hidden();
}
