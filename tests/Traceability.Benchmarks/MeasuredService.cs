using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Traceability.Access;
using Traceability.Hosting;
using Traceability.Ledger;

namespace Traceability.Benchmarks;

/// <summary>A published service and its PostgreSQL, each a process whose CPU time is read from the kernel.</summary>
internal sealed partial class MeasuredService : IAsyncDisposable
{
    private const string SignInName = "bench", Operator = "bench-operator";
    public const string Firm = "bench-works";

    private readonly string _folder = Directory.CreateTempSubdirectory("traceability-bench-").FullName;
    private readonly string _published;
    private EmbeddedPostgres _postgres = null!;
    private Process _process = null!;
    private string[] _passwords = [];

    private MeasuredService(string published) => _published = published;

    public Uri Address { get; private set; } = null!;
    public NpgsqlDataSource Source { get; private set; } = null!;
    public double SecondsToFirstAnswer { get; private set; }
    public double MemoryMegabytes => Status("VmRSS") / 1024.0;
    public static Actor Person { get; } = new(DerivedId.Of("person", SignInName), DerivedId.Organisation(Firm), new HashSet<Role> { Role.Operator, Role.Supervisor });
    public static Actor Steward { get; } = new(DerivedId.Of("steward"), DerivedId.Organisation("register"), new HashSet<Role> { Role.Steward });

    /// <param name="prepare">Fills the ledger before the service starts.</param>
    public static async Task<MeasuredService> Start(string published, Func<Executor, NpgsqlDataSource, Task>? prepare = null)
    {
        var service = new MeasuredService(published);
        service._postgres = await EmbeddedPostgres.StartAsync(service._folder, NullLogger.Instance, CancellationToken.None);
        var app = LedgerDatabase.AsApp(service._postgres.OwnerConnectionString);
        await LedgerSchema.Apply(service._postgres.OwnerConnectionString, app, CancellationToken.None);
        service.Source = NpgsqlDataSource.Create(LedgerStore.ForReading(app));
        await service.Prepare(app, prepare);
        await service.Launch(app);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await Source.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Prepare(string app, Func<Executor, NpgsqlDataSource, Task>? prepare)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Traceability" });
        builder.Logging.ClearProviders();
        await using var inside = TraceabilityService.Build(builder, app);
        var executor = inside.Services.GetRequiredService<Executor>();
        await executor.Record(new Submission(new Organisations.RegisterOrganisation(Person.OrganisationId, Firm, Firm, "KZ", null, CommandLoad.Day), Steward), CancellationToken.None);
        var entered = await FirstPeople.Enter(inside.Services, _folder,
            [new(SignInName, "Load", Firm, [Role.Operator, Role.Supervisor, Role.SchemeAuditor], "Etc/UTC"), new(Operator, "Operator", Firm, [Role.Operator], "Etc/UTC")], CancellationToken.None);
        _passwords = [.. entered.Select(p => p.Password!)];
        await CommandLoad.Prepare(executor);
        if (prepare is not null)
        {
            await using var owner = NpgsqlDataSource.Create(_postgres.OwnerConnectionString);
            await prepare(executor, owner);
        }
    }

    private async Task Launch(string app)
    {
        Address = new($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(_published, "Traceability.dll"), "--urls", Address.ToString().TrimEnd('/'), "--data", _folder, "--no-demo"])
        {
            WorkingDirectory = _published,
            RedirectStandardOutput = true,
            // A load client sends more than anybody may.
            Environment = { ["ConnectionStrings__Ledger"] = app, ["RateLimits__AddressBurst"] = "0", ["RateLimits__CallerBurst"] = "0" },
        };
        var clock = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        _ = _process.StandardOutput.ReadToEndAsync();
        using var client = new HttpClient { BaseAddress = Address };
        while (true)
        {
            try
            {
                if ((await client.GetAsync("/health/ready")).IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException) when (clock.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(20);
            }
        }
        SecondsToFirstAnswer = clock.Elapsed.TotalSeconds;
    }

    /// <summary>A client signed in on the page, as a browser would.</summary>
    /// <param name="asOperator">As one who sees what his organisation has to do with; otherwise as one who sees everything.</param>
    public async Task<HttpClient> SignIn(bool asOperator = false)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
        var html = await client.GetStringAsync("/sign-in");
        var sent = Hidden().Matches(html).Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value)).Append(new("name", asOperator ? Operator : SignInName)).Append(new("password", _passwords[asOperator ? 1 : 0]));
        using var answer = await client.PostAsync("/sign-in", new FormUrlEncodedContent(sent));
        if (answer.StatusCode is not (HttpStatusCode.Redirect or HttpStatusCode.SeeOther))
            throw new InvalidOperationException($"Signing in answered {answer.StatusCode}.");
        client.DefaultRequestHeaders.Add("X-Requested-With", "traceability");
        return client;
    }

    /// <summary>CPU milliseconds used so far by the service and by all processes of its PostgreSQL, those that ended included.</summary>
    public (double Service, double Postgres) CpuMilliseconds()
    {
        var postmaster = File.ReadLines(Path.Combine(_folder, "postgres", "cluster", "postmaster.pid")).First().Trim();
        var postgres = Directory.EnumerateDirectories("/proc").Select(Stat).Where(s => s is not null && (s[0] == postmaster || s[3] == postmaster))
            .Sum(s => Ticks(s![13]) + Ticks(s[14]) + (s[0] == postmaster ? Ticks(s[15]) + Ticks(s[16]) : 0));
        var service = Stat($"/proc/{_process.Id}")!;
        return ((Ticks(service[13]) + Ticks(service[14])) * 10.0, postgres * 10.0);
    }

    private static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    /// <summary>Fields of proc_pid_stat(5), the command without its spaces.</summary>
    private static string[]? Stat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var (open, close) = (text.IndexOf('('), text.LastIndexOf(')'));
            return [text[..open].Trim(), text[open..close].Replace(" ", "", StringComparison.Ordinal), .. text[(close + 2)..].Split(' ')];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private long Status(string name) => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
