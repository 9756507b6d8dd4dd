using System.Diagnostics;
using System.Net.Http.Json;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Benchmarks;

/// <summary>One lot of 20,000 cells, each with its serial.</summary>
internal static class SerialLot
{
    public static async Task Run(MeasuredService service, Table table)
    {
        using var client = await service.SignIn();
        var lot = new RegisterBatch(
            Guid.CreateVersion7(), "LOT-20000", "nmc-cell", RegistrationSource.OpeningStock, DerivedId.Facility("bench-mill"), new(null, null, 20_000), CommandLoad.Day,
            Serials: [.. Enumerable.Range(0, 20_000).Select(i => $"CELL-{i:00000}")]);
        var clock = Stopwatch.StartNew();
        using var answer = await client.PutAsJsonAsync($"/api/batches/{lot.BatchId}", lot, ApiJson.Options);
        table.Add("a lot of 20,000 serials", "<= 5 s", $"{clock.Elapsed.TotalSeconds:0.00} s ({(int)answer.StatusCode})");
    }
}
