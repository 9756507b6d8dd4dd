using System.Diagnostics;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Benchmarks;

/// <summary>The list of 100,000 batches as a file, to a client on the same machine that throws it away.</summary>
internal static class ExportedList
{
    private const int Rows = 100_000;

    public static async Task Run(string published, Table table)
    {
        await using var service = await MeasuredService.Start(published, async (executor, _) =>
        {
            foreach (var chunk in Enumerable.Range(0, Rows).Chunk(Limits.CommandsOfChunk))
                await executor.Record([.. chunk.Select(n => new Submission(Batch(n), MeasuredService.Person))], CancellationToken.None);
        });
        using var client = await service.SignIn(asOperator: true);
        foreach (var (what, address, wanted) in new[]
        {
            ("list as CSV", "/api/batches/export?format=csv", "<= 5 s"), ("list as workbook", "/api/batches/export?format=xlsx", "<= 5 s"),
            ("list as JSON Lines", "/api/batches/export?format=jsonl", "<= 5 s"), ("book as CSV", "/api/books/batches?format=csv", ""),
        })
        {
            // The first pages are the just-in-time compiler's.
            using (await client.GetAsync(address + "&text=E-1234", HttpCompletionOption.ResponseContentRead))
            {
            }
            var (started, before, bytes) = (Stopwatch.GetTimestamp(), service.CpuMilliseconds(), 0L);
            await using var file = await client.GetStreamAsync(address);
            var part = new byte[64 * 1024];
            for (int read; (read = await file.ReadAsync(part)) > 0;)
                bytes += read;
            var (seconds, after) = (Stopwatch.GetElapsedTime(started).TotalSeconds, service.CpuMilliseconds());
            table.Add($"{Rows:N0} batches exported, {what}", wanted, FormattableString.Invariant(
                $"{seconds:0.0} s, CPU {(after.Service - before.Service) / 1000:0.0} s service and {(after.Postgres - before.Postgres) / 1000:0.0} s PostgreSQL, {bytes / 1_000_000.0:0.0} MB; memory of the service {service.MemoryMegabytes:0} MB"));
        }
    }

    private static RegisterBatch Batch(int n) =>
        new(DerivedId.Of("bench-exported", $"{n}"), $"E-{n:000000}", "ree-ore", RegistrationSource.Extraction, DerivedId.Facility("bench-mine"), new(60_000 + n, 0.031m), CommandLoad.Day);
}
