using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Service.Tests;

namespace Traceability.Browser.Tests;

/// <summary>The running service as people see it in a browser.</summary>
public sealed class Site(TestCluster cluster, Chromium chromium) : IAsyncLifetime
{
    public static readonly ViewportSize Desk = new() { Width = 1280, Height = 900 };
    public static readonly ViewportSize Phone = new() { Width = 320, Height = 640 };

    public static readonly string Results = Path.Combine(Repository(AppContext.BaseDirectory), "tests", "results");

    private readonly List<IBrowserContext> _contexts = [];

    public TestService Service { get; } = new(cluster);
    public TestLedger Ledger => Service.Ledger;

    private static string Repository(string above) => File.Exists(Path.Combine(above, "Traceability.sln")) ? above : Repository(Path.GetDirectoryName(above)!);

    public ValueTask InitializeAsync() => Service.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
            await context.DisposeAsync();
        await Service.DisposeAsync();
    }

    /// <summary>A browser of its own, without script unless a test wants it: the pages do not need it.</summary>
    public async Task<IPage> Open(ViewportSize? size = null, bool script = false)
    {
        var context = await chromium.Browser.NewContextAsync(new()
        {
            BaseURL = Service.Address.ToString(),
            ViewportSize = size ?? Desk,
            JavaScriptEnabled = script,
            Locale = "en-GB",
            TimezoneId = "Asia/Almaty",
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(15_000);
        _contexts.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>A browser in which this person has signed in.</summary>
    public async Task<IPage> OpenAs(Actor actor, string name, ViewportSize? size = null, bool script = false)
    {
        var password = await Service.Enter(actor.PersonId, name, new Membership(actor.OrganisationId, [.. actor.Roles]));
        var page = await Open(size, script);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Name or e-mail address").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(Service.Address.ToString());
        return page;
    }

    /// <summary>Keeps a picture of the page for people to look at; nothing is compared with it.</summary>
    public static Task Keep(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(Results, $"{name}.png"), FullPage = true });

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>What axe finds wrong with the page; needs a browser with script.</summary>
    /// <remarks>The package's own RunAxe opens and closes a window for every look, which costs more than the look itself. Our pages have no frames, so one call in the page says the same.</remarks>
    public static async Task<string[]> Findings(IPage page)
    {
        await page.EvaluateAsync(Axe);
        var findings = await page.EvaluateAsync<string[]>(
            "async () => (await axe.run({ resultTypes: ['violations'] })).violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html}`))");
        return [.. findings.Select(found => $"{page.Url} {found}")];
    }
}
