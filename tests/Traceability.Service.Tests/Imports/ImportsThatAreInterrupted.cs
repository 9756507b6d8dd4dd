using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Imports;

/// <summary>The service as a process of its own that is killed while it records a long file, or asked to stop.</summary>
public sealed class ImportsThatAreInterrupted(TestCluster cluster) : IAsyncLifetime
{
    private const int Kills = 5;
    private static readonly int _rows = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") is null ? 6_000 : 50_000;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("traceability-");
    private readonly TestLedger _interrupted = new(cluster), _undisturbed = new(cluster);
    private readonly CookieContainer _cookies = new();
    private Process? _service;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _interrupted.InitializeAsync();
        await _undisturbed.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _service?.Kill();
        _service?.Dispose();
        await _interrupted.DisposeAsync();
        await _undisturbed.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task leave_the_same_ledger_as_an_undisturbed_one()
    {
        var (miner, _) = await _interrupted.Firm("kill-mine", FacilityKind.MineSite);
        await _undisturbed.Firm("kill-mine", FacilityKind.MineSite);
        var file = LongFiles.Ore("kill-mine", _rows);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(file));
        await new Import(_undisturbed.Executor.Record, KnownNumbers.In(_undisturbed.Source)).Run(content, "year.csv", miner, Cancellation);

        var password = await Enter(miner);
        var address = await Start();
        using (var client = Client(address))
        using (var answer = await TestService.Submit(client, "/sign-in", ("name", "miner"), ("password", password)))
        {
            Assert.Equal("/", answer.Headers.Location?.ToString());
        }
        var where = await Send(address, file);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await Reached(address, where, job => job.RowsDone >= _rows * kill / (Kills + 2));
            _service!.Kill();
            await _service.WaitForExitAsync(Cancellation);
            Assert.Null(await Finished());
            address = await Start();
        }
        // Who is asked to stop may finish what he began.
        using (var term = Process.Start("kill", ["-TERM", _service!.Id.ToString(CultureInfo.InvariantCulture)]))
            await term.WaitForExitAsync(Cancellation);
        await _service.WaitForExitAsync(Cancellation);
        address = await Start();
        var job = await Reached(address, where, job => job.IsDone);

        Assert.Equal((_rows, _rows - _rows / 500, 0, _rows / 500), (job.RowsDone, job.Recorded, job.AlreadyThere, job.Refused));
        Assert.Equal(await Ledger(_undisturbed), await Ledger(_interrupted));
    }

    private async Task<DateTime?> Finished() => (await _interrupted.Source.Read("select finished_at from ledger.imports", row => row.IsDBNull(0) ? (DateTime?)null : row.GetDateTime(0), Cancellation)).Single();

    /// <summary>Every entry with what it says, every stream with its length, and what is booked. A stream without a type is Marten's own, for numbers of events
    /// that a save drew in vain: there is one where who was killed and who went on met at the same rows.</summary>
    private static async Task<(string Entries, string Streams, string Bookings)> Ledger(TestLedger ledger) => (await ledger.Source.Read(
        """
        select (select count(*) || md5(string_agg(id || sha256, ',' order by id)) from ledger.entries),
            (select count(*) || md5(string_agg(id::text || version, ',' order by id)) from ledger.mt_streams where type is not null),
            (select count(*) || md5(string_agg(batch_id::text || kind || dry_kilograms, ',' order by batch_id, kind, dry_kilograms)) from ledger.bookings)
        """,
        row => (row.GetString(0), row.GetString(1), row.GetString(2)), Cancellation)).Single();

    private async Task<string> Enter(Actor actor)
    {
        const string password = "only-for-this-test-run";
        await using var app = TraceabilityService.Build(WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Traceability" }), _interrupted.ConnectionString);
        await using var scope = app.Services.CreateAsyncScope();
        var created = await scope.ServiceProvider.GetRequiredService<UserManager<Person>>().CreateAsync(
            new() { Id = actor.PersonId, SignInName = "miner", Name = "Miner", Memberships = [new(actor.OrganisationId, [.. actor.Roles])] }, password);
        Assert.True(created.Succeeded);
        return password;
    }

    private async Task<Uri> Start()
    {
        const string announcement = "Now listening on: ";
        _service?.Dispose();
        _service = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Traceability.dll"), "--urls=http://127.0.0.1:0", "--data", _data.FullName, "--no-demo"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
            Environment = { ["ConnectionStrings__Ledger"] = _interrupted.ConnectionString },
        })!;
        while (await _service.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.IndexOf(announcement, StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = _service.StandardOutput.ReadToEndAsync(Cancellation);
                return new(line[(at + announcement.Length)..]);
            }
        }
        throw new InvalidOperationException("It did not start.");
    }

    private HttpClient Client(Uri address) => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = address };

    private async Task<Uri> Send(Uri address, string file)
    {
        using var client = Client(address);
        using var content = new StringContent(file, Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        content.Headers.Add("X-Requested-With", "traceability");
        using var answer = await client.PostAsync(new Uri("/api/imports?name=year.csv", UriKind.Relative), content, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.Location!;
    }

    private async Task<ImportJob> Reached(Uri address, Uri where, Func<ImportJob, bool> enough)
    {
        using var client = Client(address);
        while (true)
        {
            var found = (await client.GetFromJsonAsync<ImportFound>(where, ApiJson.Options, Cancellation))!;
            if (enough(found.Job))
                return found.Job;
            await Task.Delay(20, Cancellation);
        }
    }
}
