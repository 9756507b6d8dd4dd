using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Traceability.Service.Tests.Hosting;

/// <summary>The service as a process of its own, on a data folder of its own, treated badly.</summary>
public sealed class StartingTheService : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("traceability-");
    private readonly List<Process> _started = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var service in _started)
        {
            service.Kill(entireProcessTree: true);
            service.Dispose();
        }
        _temporary.Delete(recursive: true);
    }

    [Fact]
    public async Task twice_on_one_data_folder_is_refused_in_a_sentence()
    {
        await ReadyAsync(Start());

        var second = Start();
        var complaint = await second.StandardError.ReadToEndAsync(Cancellation);
        await second.WaitForExitAsync(Cancellation);

        Assert.Equal(2, second.ExitCode);
        Assert.Matches(@"^The data folder \S+ is in use by another running service\. [^\n]+\n$", complaint);
    }

    [Fact]
    public async Task after_it_was_killed_finds_its_database_again()
    {
        var first = Start();
        await ReadyAsync(first);
        var server = ServerPid();

        first.Kill();

        await ReadyAsync(Start());
        Assert.NotEqual(server, ServerPid());
    }

    [Fact]
    public async Task after_its_database_was_left_running_alone_stops_that_one_first()
    {
        var first = Start();
        await ReadyAsync(first);
        var server = ServerPid();

        using (var watcher = WatcherOf(server))
            watcher.Kill();
        first.Kill();
        await first.WaitForExitAsync(Cancellation);
        using (var orphan = Process.GetProcessById(server))
            Assert.False(orphan.HasExited);

        await ReadyAsync(Start());
        Assert.NotEqual(server, ServerPid());
    }

    [Fact]
    public async Task that_loses_its_database_gets_it_back()
    {
        var address = await ReadyAsync(Start());

        using (var server = Process.GetProcessById(ServerPid()))
            server.Kill();

        await AnsweringAsync(address);
    }

    [Fact]
    public async Task that_is_asked_to_stop_takes_its_database_with_it()
    {
        var service = Start();
        await ReadyAsync(service);
        var server = ServerPid();

        using (var kill = Process.Start("kill", ["-TERM", service.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(Cancellation);
        await service.WaitForExitAsync(Cancellation);

        Assert.Equal(0, service.ExitCode);
        Assert.False(Directory.Exists($"/proc/{server}"));
    }

    private Process Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Traceability.dll");
        var service = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls=http://127.0.0.1:0", "--data", Path.Combine(_temporary.FullName, "data"), "--no-demo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        })!;
        _started.Add(service);
        return service;
    }

    /// <summary>Where a service listens, once it says that it is ready.</summary>
    private static async Task<Uri> ReadyAsync(Process service)
    {
        const string announcement = "Now listening on: ";
        while (await service.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.IndexOf(announcement, StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = service.StandardOutput.ReadToEndAsync(Cancellation);
                var address = new Uri(line[(at + announcement.Length)..]);
                await AnsweringAsync(address);
                return address;
            }
        }
        throw new InvalidOperationException(await service.StandardError.ReadToEndAsync(Cancellation));
    }

    private static async Task AnsweringAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        while (true)
        {
            using var answer = await client.GetAsync("/health/ready", Cancellation);
            if (answer.IsSuccessStatusCode)
            {
                Assert.Equal("Healthy", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation))?["checks"]?["database"]);
                return;
            }
            await Task.Delay(100, Cancellation);
        }
    }

    private int ServerPid() =>
        int.Parse(File.ReadLines(Path.Combine(_temporary.FullName, "data", "postgres", "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>The shell that would stop a server at the death of its service: the other child of the server's parent.</summary>
    private static Process WatcherOf(int server) => Process.GetProcessesByName("sh").Single(shell => ParentOf(shell.Id) == ParentOf(server));

    private static int? ParentOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("PPid:", StringComparison.Ordinal));
            return int.Parse(line["PPid:".Length..], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
