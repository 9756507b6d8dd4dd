using System.Diagnostics;
using System.Net;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Benchmarks;

/// <summary>What it costs to find out whose key a request shows, once the key is known: in this process, with the service's own code.</summary>
internal static class KeyCheck
{
    private const int Checks = 200_000;

    public static async Task Run(MeasuredService service, Table table)
    {
        var known = new KnownKeys(service.Source, TimeProvider.System);
        var admin = MeasuredService.Person with { Roles = new HashSet<Role> { Role.OrganisationAdmin } };
        var (made, _) = await new Keys(service.Source, TimeProvider.System, known).Make(
            new(DerivedId.Of("bench", "key"), "Benchmark", Scope.Write, TimeProvider.System.GetUtcNow().AddDays(1)), admin, CancellationToken.None);
        await Check(known, made!.Key!, Checks / 10);

        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var before = process.TotalProcessorTime;
        await Check(known, made.Key!, Checks);
        process.Refresh();
        table.Add("check of a key, CPU", "<= 50 us", $"{(process.TotalProcessorTime - before).TotalMicroseconds / Checks:0.0} us");
    }

    private static async Task Check(KnownKeys known, string key, int times)
    {
        for (var i = 0; i < times; i++)
        {
            if ((await known.Check(key, IPAddress.Loopback, CancellationToken.None))?.Actor() is null)
                throw new InvalidOperationException("The key was not accepted.");
        }
    }
}
