using System.Diagnostics;
using Npgsql;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Hosting;

/// <summary>The service as a process of its own, in the environment Production, with what must not reach people who rely on it.</summary>
public sealed class StartingInProduction(TestCluster cluster) : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("traceability-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Delete(recursive: true);

    [Theory]
    [InlineData("demo", "true", "In Production there is no sample story")]
    [InlineData("ConnectionStrings__Ledger", "Host=127.0.0.1;Database=ledger;Username=app;Password=app", "The password in ConnectionStrings__Ledger is one that anybody tries first.")]
    [InlineData("ConnectionStrings__LedgerOwner", "Host=127.0.0.1;Database=ledger;Username=owner;Password=postgres", "The password in ConnectionStrings__LedgerOwner is one that anybody tries first.")]
    [InlineData("IdentityProvider__ClientSecret", "changeme", "The secret in IdentityProvider__ClientSecret is one that anybody tries first.")]
    public async Task with_what_is_meant_for_trying_out_is_refused_in_a_sentence(string setting, string value, string complaint) =>
        Assert.StartsWith(complaint, await Refused(_temporary.FullName, (setting, value)), StringComparison.Ordinal);

    [Fact]
    public async Task with_keys_that_nobody_keeps_is_refused() =>
        Assert.StartsWith("In Production the keys that sign cookies and forms need a folder", await Refused(""), StringComparison.Ordinal);

    [Fact]
    public async Task on_a_ledger_that_people_of_the_sample_story_can_sign_in_to_is_refused()
    {
        var ledger = await cluster.Clone(Cancellation);
        await using (var source = NpgsqlDataSource.Create(ledger))
        {
            await source.Read(
                "insert into ledger.mt_doc_person (id, data, mt_dotnet_type) values ($1, '{\"signInName\": \"mine\", \"normalizedSignInName\": \"MINE\", \"name\": \"x\"}', 'Person')",
                _ => 0, Cancellation, DerivedId.Of("person", "mine"));
        }

        Assert.StartsWith("People of the sample story can sign in here, mine for one.", await Refused(_temporary.FullName, ("ConnectionStrings__Ledger", ledger)), StringComparison.Ordinal);
    }

    private static async Task<string> Refused(string data, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Traceability.dll"), "--urls=http://127.0.0.1:0", $"--data={data}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production" },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var service = Process.Start(start)!;
        _ = service.StandardOutput.ReadToEndAsync(Cancellation);
        var complaint = await service.StandardError.ReadToEndAsync(Cancellation);
        await service.WaitForExitAsync(Cancellation);
        Assert.Equal(2, service.ExitCode);
        return complaint;
    }
}
