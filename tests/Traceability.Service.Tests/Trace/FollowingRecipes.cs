using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Tests;
using Traceability.Tests.Documents;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Trace;

/// <summary>The commands of docs/recipes, run as they stand there by a shell that stops at the first failure.</summary>
public sealed partial class FollowingRecipes(TestService service) : IClassFixture<TestService>, IDisposable
{
    private static readonly string Folder = Repository.File("docs/recipes");

    private readonly TraceProgram _trace = new();

    public void Dispose() => _trace.Dispose();

    private async Task<(Actor Miner, Guid Mine)> Firm(string code, Scope scope)
    {
        var (miner, mine) = await service.Ledger.Firm(code, FacilityKind.MineSite);
        (_trace.Server, _trace.Key) = (service.Address, await service.Key(miner, scope));
        return (miner, mine);
    }

    private async Task<Ran> Follow(string recipe, params (string Name, string Value)[] variables)
    {
        var script = string.Join('\n', Block().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, recipe), TestContext.Current.CancellationToken)).Select(m => m.Groups[1].Value));
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _trace.Home.FullName };
        _trace.Surround(start);
        // As people write it: without a slash at the end.
        start.Environment["TRACEABILITY_SERVER"] = service.Address.ToString().TrimEnd('/');
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        return await TraceProgram.Ended(process);
    }

    private string Written(string file) => File.ReadAllText(Path.Combine(_trace.Home.FullName, file));

    private string Put(string file, byte[] content)
    {
        var path = Path.Combine(_trace.Home.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    [Fact]
    public void every_recipe_is_followed_here() => Assert.Equal(
        ["README.md", "holdings.md", "nightly-file.md", "verify.md", "weighbridge.md"], Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public async Task a_weighbridge_is_connected_and_tells_a_ticket_twice_without_harm()
    {
        var (miner, mine) = await Firm("recipe-scale", Scope.Write);
        (string, string)[] ticket =
        [
            ("FACILITY", $"{mine}"), ("TICKET", "77"), ("GROSS", "41500"), ("TARE", "15000"), ("NET", "26500"), ("WEIGHED_AT", "2026-03-01T08:15:00+05:00"), ("PHOTO", Put("ticket.jpg", SampleFiles.Jpeg)),
        ];

        var first = await Follow("weighbridge.md", ticket);
        var second = await Follow("weighbridge.md", ticket);

        Assert.Equal((0, ""), (first.ExitCode, first.Messages));
        Assert.Equal((0, first.Output), (second.ExitCode, second.Output));
        Assert.Equal(1L, await service.Ledger.Scalar<long>("select count(*) from ledger.made where maker_id = $1 and number = 'ORE-77' and dry_kilograms = 24910", miner.OrganisationId));
        Assert.Equal(1L, await service.Ledger.Scalar<long>(
            "select count(*) from ledger.attachments a join ledger.made m on m.batch_id = a.subject_id where m.maker_id = $1 and a.superseded_at is null", miner.OrganisationId));
    }

    [Fact]
    public async Task a_nightly_file_is_taken_or_put_beside_the_reasons()
    {
        await Firm("recipe-nightly", Scope.Import);
        static byte[] Rows(string number, string facility) => System.Text.Encoding.UTF8.GetBytes(
            $"Batch number,Material,Source,Facility,Wet kilograms,Occurred at\n{number},ree-ore,Extraction,{facility},1000,2026-03-01T08:00+05:00\n");
        Put("outbox/good.csv", Rows("N-1", "recipe-nightly"));
        Put("outbox/bad.csv", Rows("N-2", "nowhere"));

        var ran = await Follow("nightly-file.md");

        Assert.Equal((0, ""), (ran.ExitCode, ran.Messages));
        Assert.Equal(["done/bad.csv", "done/good.csv", "refused/bad.csv.why", "refused/mend-bad.csv"],
            _trace.Home.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_trace.Home.FullName, f.FullName)).Order(StringComparer.Ordinal));
        Assert.Contains("nowhere", Written("refused/bad.csv.why"), StringComparison.Ordinal);

        Put("outbox/mend-bad.csv", System.Text.Encoding.UTF8.GetBytes(Written("refused/mend-bad.csv").Replace("nowhere", "recipe-nightly", StringComparison.Ordinal)));
        var mended = await Follow("nightly-file.md");
        Assert.Equal((0, ""), (mended.ExitCode, mended.Messages));
        Assert.True(File.Exists(Path.Combine(_trace.Home.FullName, "done/mend-bad.csv")));

        _trace.Key = "revoked";
        Put("outbox/later.csv", Rows("N-3", "recipe-nightly"));
        var refused = await Follow("nightly-file.md");
        Assert.Equal((0, true), (refused.ExitCode, refused.Messages.Contains("later.csv stays in outbox: trace answered 3", StringComparison.Ordinal)));
        Assert.True(File.Exists(Path.Combine(_trace.Home.FullName, "outbox/later.csv")));
    }

    [Fact]
    public async Task holdings_are_read_to_the_last_page()
    {
        var (miner, mine) = await Firm("recipe-holdings", Scope.Read);
        var batches = Limits.PageSize + 3;
        for (var i = 0; i < batches; i++)
            await service.Ledger.Recorded(new RegisterBatch(DerivedId.Of("recipe-holdings", $"{i}"), $"ORE-{i}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0.06m), Start.AddDays(10)), miner);

        var ran = await Follow("holdings.md", ("FACILITY", $"{mine}"));

        Assert.Equal((0, "", ""), (ran.ExitCode, ran.Output, ran.Messages.Replace($"Written to holdings.csv\nWritten to ore.jsonl\n", "", StringComparison.Ordinal)));
        Assert.Equal(batches + 1, Written("holdings.csv").TrimEnd().Split('\n').Length);
        Assert.Equal(batches, Written("ore.jsonl").TrimEnd().Split('\n').Length);
        Assert.Equal(2, Written("pages.jsonl").TrimEnd().Split('\n').Length);
        Assert.Equal(batches, Enumerable.Range(0, batches).Count(i => Written("pages.jsonl").Contains($"\"ORE-{i}\"", StringComparison.Ordinal)));
        Assert.Equal("\"1\"\n", Written("version"));
    }

    [Theory]
    [InlineData("free")]
    [InlineData("blocked")]
    [InlineData("ask again later")]
    public async Task an_erp_verifies_a_batch(string decision)
    {
        var name = $"recipe-{decision.Replace(' ', '-')}";
        var (miner, mine) = await Firm(name, Scope.Read);
        var (ore, number) = (DerivedId.Of(name), string.Create(CultureInfo.InvariantCulture, $"LOT {decision}"));
        await service.Ledger.Recorded(new RegisterBatch(ore, number, "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0.06m), Start.AddDays(10)), miner);
        if (decision == "blocked")
            await service.Ledger.Recorded(new HoldBatch(ore, DerivedId.Of(name, "hold"), "Radiation", Start.AddDays(11)), miner);
        if (decision == "ask again later")
            _trace.Key = "revoked";

        var ran = await Follow("verify.md", ("LOT", number));

        Assert.Equal(decision, Written("decision").TrimEnd());
        Assert.Equal(decision == "ask again later" ? 3 : 0, ran.ExitCode);
        if (ran.ExitCode == 0)
            Assert.StartsWith(decision == "free" ? "Complete" : "Incomplete", Written("genealogy.txt"), StringComparison.Ordinal);
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
