using System.Diagnostics;
using System.Text.Json;

namespace Traceability.Benchmarks;

/// <summary>Ancestors of a batch over HTTP, in ledgers of 100,000 and of 1,000,000 edges.</summary>
internal static class TraceBack
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12), Window = TimeSpan.FromSeconds(8);

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
            batches += Count(await client.GetStringAsync($"/api/batches/{subject}/ancestors"));
        var clock = Stopwatch.StartNew();
        for (var i = 0; clock.Elapsed < WarmUp + Window; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync($"/api/batches/{ledger.Subjects[i % ledger.Subjects.Count]}/ancestors");
            await answer.Content.CopyToAsync(Stream.Null);
            // The first seconds are the just-in-time compiler's.
            if (clock.Elapsed > WarmUp)
                all.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
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
