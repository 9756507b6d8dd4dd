using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Processing;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Trace;

public sealed class RunningTrace(TestService service) : IClassFixture<TestService>, IDisposable
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private readonly TraceProgram _trace = new();

    public void Dispose() => _trace.Dispose();

    /// <summary>A mine with ore of which some was split off, and a key for its systems.</summary>
    private async Task<(Actor Miner, Guid Ore, Guid Part)> Tell(string name)
    {
        var (miner, mine) = await service.Ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (ore, part) = (DerivedId.Of("ore", name), DerivedId.Of("part", name));
        await service.Ledger.Recorded(new RegisterBatch(ore, $"ORE {name}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0.06m), Day), miner);
        await service.Ledger.Recorded(new RecordRun(
            DerivedId.Of("run", name), $"RUN {name}", "split", mine, Day.AddDays(1), Day.AddDays(2), [new(ore, new(100, 0))], [new(part, $"PART {name}", "ree-ore", OutputRole.Product, new(100, 0))]), miner);
        (_trace.Server, _trace.Key) = (service.Address, await service.Key(miner));
        return (miner, ore, part);
    }

    private static string Rows(string name, params string[] facilities) =>
        "Batch number,Material,Source,Facility,Wet kilograms,Occurred at\n"
        + string.Join("", facilities.Select((facility, i) => $"{name}-{i},ree-ore,Extraction,{facility},1000,2026-03-01T08:00+05:00\n"));

    [Fact]
    public async Task import_records_good_rows_says_why_others_are_refused_and_changes_nothing_the_second_time()
    {
        await Tell("import");
        var file = Path.Combine(_trace.Home.FullName, "ore.csv");
        await File.WriteAllTextAsync(file, Rows("I", "import-mine", "nowhere"), TestContext.Current.CancellationToken);

        var first = await _trace.Run("import", file);
        var second = await _trace.Run("import", file, "--json");

        Assert.Equal((1, "recorded 1, there already 0, refused 1"), (first.ExitCode, first.Output.TrimEnd().Split('\n')[^1]));
        Assert.Contains("row 3, Facility “nowhere”: ", first.Output, StringComparison.Ordinal);
        Assert.Equal((1, 0, 1, 1), (second.ExitCode, (int)second.Json["recorded"]!, (int)second.Json["alreadyThere"]!, (int)second.Json["refused"]!));
    }

    [Fact]
    public async Task import_reads_standard_input()
    {
        await Tell("stdin");

        var ran = await _trace.Run(Rows("P", "stdin-mine"), ["import", "-"]);

        Assert.Equal((0, "recorded 1, there already 0, refused 0\n", ""), (ran.ExitCode, ran.Output, ran.Messages));
    }

    [Fact]
    public async Task import_only_looks_when_asked()
    {
        var (miner, _, _) = await Tell("look");

        var ran = await _trace.Run(Rows("L", "look-mine"), ["import", "-", "--dry-run"]);

        Assert.Equal((0, ""), (ran.ExitCode, ran.Messages));
        Assert.StartsWith("Batches, 1 rows: utf-8, comma\n  1 Batch number: Batch number\n", ran.Output, StringComparison.Ordinal);
        Assert.EndsWith("nothing recorded; good 1, there already 0, would be refused 0\n", ran.Output, StringComparison.Ordinal);
        Assert.Equal(0L, await service.Ledger.Scalar<long>("select count(*) from ledger.numbers where organisation_id = $1 and number like 'L-%'", miner.OrganisationId));
    }

    [Theory]
    [InlineData("csv", "Batch number,")]
    [InlineData("jsonl", "{\"id\":")]
    [InlineData("xlsx", "PK")]
    public async Task export_writes_the_list_as_filtered(string format, string begins)
    {
        await Tell($"export-{format}");

        var all = await _trace.Run("export", "batches", "--format", format, "--filter", "material=ree-ore");
        var none = await _trace.Run("export", "batches", "--format", format, "--filter", "material=ndpr-oxide");
        var file = await _trace.Run("export", "batches", "-f", format, "-o", "out");

        Assert.Equal((0, 0, 0, ""), (all.ExitCode, none.ExitCode, file.ExitCode, file.Output));
        Assert.StartsWith(begins, all.Output, StringComparison.Ordinal);
        Assert.True(none.Output.Length < all.Output.Length);
        Assert.StartsWith(begins, await File.ReadAllTextAsync(Path.Combine(_trace.Home.FullName, "out"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(_trace.Home.EnumerateFiles());
    }

    [Fact]
    public async Task export_says_what_it_cannot_do()
    {
        await Tell("export-wrong");

        Assert.Equal(2, (await _trace.Run("export", "../etc/passwd")).ExitCode);
        Assert.Equal(2, (await _trace.Run("export", "dragons")).ExitCode);
        Assert.Equal(2, (await _trace.Run("export", "batches", "--filter", "material")).ExitCode);
        Assert.Equal(2, (await _trace.Run("export", "batches", "--filter", "facilityId=x")).ExitCode);
        Assert.Equal(2, (await _trace.Run("export", "batches", "--format", "pdf")).ExitCode);
        Assert.Equal(3, (await _trace.Run("export", "batches", "-o", "no/such/folder/out")).ExitCode);
    }

    [Fact]
    public async Task batch_show_finds_a_batch_by_number_or_id()
    {
        var (_, ore, _) = await Tell("show");

        var byNumber = await _trace.Run("batch", "show", "ore show");
        var byId = await _trace.Run("batch", "show", $"{ore}", "--json");
        var missing = await _trace.Run("batch", "show", "no such number");
        var strange = await _trace.Run("batch", "show", $"{Guid.Empty}");

        Assert.Equal(0, byNumber.ExitCode);
        Assert.Contains("Lies at:        show-mine: 840 kg dry, owner show-mine", byNumber.Output, StringComparison.Ordinal);
        Assert.Equal(ore, (Guid)byId.Json["batch"]!["id"]!);
        Assert.Equal((1, "", "No batch that you may see has the number no such number.\n"), (missing.ExitCode, missing.Output, missing.Messages));
        Assert.Equal(1, strange.ExitCode);
    }

    [Fact]
    public async Task genealogy_draws_a_tree_with_the_verdict_first()
    {
        await Tell("tree");

        var up = await _trace.Run("genealogy", "PART tree");
        var down = await _trace.Run("genealogy", "ORE tree", "--descendants", "--json");

        Assert.Equal(0, up.ExitCode);
        var lines = up.Output.Split('\n');
        Assert.Equal("Complete", lines[0]);
        Assert.Contains("└─ RUN tree [Split] (tree-mine, KZ): 100 kg dry", lines);
        Assert.Contains(lines, line => line.StartsWith("   └─ ORE tree ", StringComparison.Ordinal));
        Assert.Contains(" 0 % of ", (await _trace.Run("genealogy", "PART tree", "--shares")).Output, StringComparison.Ordinal);
        Assert.Equal("Descendants", (string?)down.Json["genealogy"]!["direction"]);
        Assert.DoesNotContain('\e', up.Output);
    }

    [Fact]
    public async Task batch_verify_tells_a_script_whether_a_batch_may_be_used()
    {
        var (miner, ore, _) = await Tell("verify");
        Assert.Equal(0, (await _trace.Run("batch", "verify", "PART verify")).ExitCode);

        await service.Ledger.Recorded(new HoldBatch(ore, DerivedId.Of("hold verify"), "Radiation", Day.AddDays(3)), miner);
        var held = await _trace.Run("batch", "verify", "ORE verify", "--json");

        Assert.Equal((1, true), (held.ExitCode, (bool)held.Json["onHold"]!));
    }

    [Fact]
    public async Task login_stores_a_key_that_the_server_takes_for_the_account_alone()
    {
        await Tell("login");
        var (server, key) = (_trace.Server!, _trace.Key!);
        (_trace.Server, _trace.Key) = (null, null);

        var wrong = await _trace.Run("no-such-key\n", ["login", "--server", $"{server}"]);
        Assert.False(File.Exists(Stored));
        var right = await _trace.Run(key + "\n", ["login", "--server", $"{server}"]);
        var used = await _trace.Run("batch", "show", "ORE login");

        Assert.Equal((3, 0, 0), (wrong.ExitCode, right.ExitCode, used.ExitCode));
        Assert.DoesNotContain(key, right.Output + right.Messages, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Stored));
        Assert.Equal(0, (await _trace.Run("logout")).ExitCode);
        Assert.Equal(2, (await _trace.Run("batch", "show", "ORE login")).ExitCode);
    }

    [Fact]
    public async Task a_key_that_only_hands_in_files_is_stored_and_imports()
    {
        var (miner, _, _) = await Tell("handing-in");
        var key = await service.Key(miner, Scope.Import);
        _trace.Key = null;

        Assert.Equal(0, (await _trace.Run(key + "\n", ["login"])).ExitCode);
        Assert.Equal(0, (await _trace.Run(Rows("H", "handing-in-mine"), ["import", "-"])).ExitCode);
        Assert.Equal(3, (await _trace.Run("batch", "show", "ORE handing-in")).ExitCode);
    }

    /// <summary>The stored key is for the server it was stored for.</summary>
    [Fact]
    public async Task a_stored_key_goes_to_no_other_server()
    {
        await Tell("elsewhere");
        await _trace.Run(_trace.Key + "\n", ["login"]);
        _trace.Key = null;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var process = _trace.Start("batch", "show", "x", "--server", $"http://{listener.LocalEndpoint}");

        using var line = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var heard = await new StreamReader(line.GetStream()).ReadLineAsync(TestContext.Current.CancellationToken);
        var rest = new byte[4096];
        var read = line.Available > 0 ? await line.GetStream().ReadAsync(rest, TestContext.Current.CancellationToken) : 0;
        process.Kill();

        Assert.StartsWith("GET /api/search", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", System.Text.Encoding.ASCII.GetString(rest, 0, read), StringComparison.Ordinal);
    }

    private string Stored => Path.Combine(_trace.Home.FullName, "config", "traceability", "trace.json");

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("batch", "show")]
    [InlineData("batch", "show", "x", "--colour")]
    [InlineData("genealogy", "x", "--depth", "many")]
    [InlineData("batch", "show", "x", "--server", "ledger")]
    [InlineData("batch", "show", "x", "--server", "http://ledger.example")]
    [InlineData("batch", "show", "x")]
    [InlineData("completion", "csh")]
    public async Task what_is_asked_wrongly_is_usage(params string[] arguments)
    {
        var ran = await _trace.Run(arguments);

        Assert.Equal((2, ""), (ran.ExitCode, ran.Output));
        Assert.NotEqual("", ran.Messages);
    }

    [Fact]
    public async Task what_nobody_could_look_at_is_neither_right_nor_wrong()
    {
        await Tell("nobody");
        Assert.Equal(3, (await _trace.Run("import", "no-such-file.csv")).ExitCode);

        _trace.Key = "wrong";
        Assert.Equal(3, (await _trace.Run("batch", "show", "ORE nobody")).ExitCode);
        _trace.Server = new("http://127.0.0.1:1");
        var unreachable = await _trace.Run("batch", "show", "ORE nobody");

        Assert.Equal(3, unreachable.ExitCode);
        Assert.Contains("trying again", unreachable.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_server_that_fails_for_a_moment_is_asked_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _trace.Server = new($"http://{listener.LocalEndpoint}");
        using var process = _trace.Start("batch", "show", "x");
        foreach (var (status, body) in new[] { ("503 Busy", ""), ("200 OK", "{\"text\":\"x\",\"hits\":[]}") })
        {
            using var line = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            using var reader = new StreamReader(line.GetStream());
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 })
                continue;
            var answer = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
            await line.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        }

        var ran = await TraceProgram.Ended(process);

        Assert.Equal((1, true), (ran.ExitCode, ran.Messages.Contains("(503); trying again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task interrupted_it_says_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _trace.Server = new($"http://{listener.LocalEndpoint}");
        using var process = _trace.Start("batch", "show", "x");
        using var line = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        using (var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await interrupt.WaitForExitAsync(TestContext.Current.CancellationToken);
        var ran = await TraceProgram.Ended(process);

        Assert.Equal((130, "Interrupted.\n"), (ran.ExitCode, ran.Messages));
    }

    [Fact]
    public async Task shells_can_ask_what_may_come_next()
    {
        foreach (var shell in new[] { "bash", "zsh", "fish" })
            Assert.Contains("[suggest:", (await _trace.Run("completion", shell)).Output, StringComparison.Ordinal);

        Assert.Equal("genealogy", (await _trace.Run("[suggest:9]", "trace gen")).Output.Trim());
        Assert.Contains("holdings", (await _trace.Run("[suggest:13]", "trace export ")).Output, StringComparison.Ordinal);
        using var bash = Process.Start(Bash("source <(trace completion bash); COMP_LINE='trace gen' COMP_POINT=9 COMP_WORDS=(trace gen) COMP_CWORD=1; _trace; echo ${COMPREPLY[@]}"))!;
        Assert.Equal("genealogy\n", (await TraceProgram.Ended(bash)).Output);
    }

    private ProcessStartInfo Bash(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _trace.Surround(start);
        return start;
    }
}
