using System.Diagnostics;
using System.Text.Json;

namespace Traceability.Benchmarks;

/// <summary>Ancestors of a batch over HTTP, in ledgers of 100,000 and of 1,000,000 edges.</summary>
internal static class TraceBack
{
    public static async Task Run(string published, Table table)
    {
        var small = await Measure(published, 100_000, table);
        var large = await Measure(published, 1_000_000, table);
        table.Add("growth of it from 100,000 to 1,000,000 edges", "<= 1.3x", $"{large / small:0.00}x");
    }

    private static async Task<double> Measure(string published, int edges, Table table)
    {
        var ledger = new GeneratedLedger(seed: 17, edges);
        await using var service = await MeasuredService.Start(published, (_, owner) => ledger.Fill(owner));
        using var client = await service.SignIn();
        var (all, batches) = (new List<double>(), 0);
        foreach (var subject in ledger.Subjects)
        {
            for (var round = 0; round < 8; round++)
            {
                var started = Stopwatch.GetTimestamp();
                var json = await client.GetStringAsync($"/api/batches/{subject}/ancestors");
                // The first look at each is a warm-up.
                if (round > 0)
                    all.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                batches = round == 0 ? batches + Count(json) : batches;
            }
        }
        all.Sort();
        var p50 = all[all.Count / 2];
        table.Add($"trace-back of {batches / ledger.Subjects.Count} batches among {edges:N0} edges", edges > 100_000 ? "p50 <= 25 ms" : "", $"p50 {p50:0.0} ms, p95 {all[all.Count * 95 / 100]:0.0} ms");
        return p50;
    }

    private static int Count(string json) => JsonDocument.Parse(json).RootElement.EnumerateObject()
        .Where(p => p.Value.ValueKind == JsonValueKind.Object || p.Value.ValueKind == JsonValueKind.Array)
        .Select(p => p.Value.ValueKind == JsonValueKind.Array && p.Name == "batches" ? p.Value.GetArrayLength()
            : p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("batches", out var inner) ? inner.GetArrayLength() : 0).Max();
}
