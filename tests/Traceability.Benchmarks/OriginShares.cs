using System.Diagnostics;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Benchmarks;

/// <summary>Runs with assays and shares, a batch read with its shares, and ten thousand descendants worked out again after what they came from was analysed anew.</summary>
internal static class OriginShares
{
    private const int Descendants = 10_000, Pieces = 100;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12), Window = TimeSpan.FromSeconds(8);
    private static readonly Guid Mine = DerivedId.Facility("bench-mine");
    private static readonly DateTimeOffset Day = CommandLoad.Day;
    private static readonly string[] Elements = ["La", "Ce", "Pr", "Nd", "Sm", "Gd", "Tb", "Dy", "Y", "Th"];
    private static readonly Guid[] Pool = [.. Enumerable.Range(0, 200).Select(i => DerivedId.Of("bench-analysed", $"{i}"))];
    private static readonly Guid Root = DerivedId.Of("bench-shares", "root"), Blended = DerivedId.Of("bench-shares", "blend");
    private static int _next;

    public static async Task Run(string published, Table table)
    {
        await using var service = await MeasuredService.Start(published, (executor, _) => Prepare(executor));
        var clients = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => service.SignIn()));
        var run = new CommandLoad.Load("run of 3 inputs, 2 outputs with assays of ten elements and shares", "<= 8 ms", "", () => [CommandLoad.Put("runs", Blend())]);
        await CommandLoad.Measure(service, run, clients, WarmUp);
        CommandLoad.Report(table, run, 1, await CommandLoad.Measure(service, run, clients[..1], Window));
        CommandLoad.Report(table, run, 16, await CommandLoad.Measure(service, run, clients, Window));
        await Read(clients[0], table, "batch", $"/api/batches/{Blended}");
        await Read(clients[0], table, "shares of a batch", $"/api/batches/{Blended}/origin-shares");
        await Again(service, clients[0], table);
    }

    private static async Task Prepare(Executor executor)
    {
        await Record(executor, Pool.SelectMany((id, i) => Analysed(id, $"ANALYSED-{i}", i % 2 == 0, 100_000_000, $"A-{i}")).Select(By));
        // One blend of two mines, split into a hundred pieces, and each of these again: whatever is found out about the blend is found out about all of them.
        await Record(executor, [.. Analysed(Root, "ROOT", true, 10_000_000, "A-root").Concat(Analysed(Second, "SECOND", false, 10_000_000, "A-second")).Select(By)]);
        await Record(executor, [By(Split("BLEND", [(Root, 10_000_000m), (Second, 10_000_000m)], [(Blended, 20_000_000m)]))]);
        await Record(executor, [By(Split("PIECES", [(Blended, 20_000_000m)], [.. Enumerable.Range(0, Pieces).Select(n => (Piece(n), 200_000m))]))]);
        await Record(executor, Enumerable.Range(0, Descendants - Pieces).Select(n => By(Split($"OF-{n}", [(Piece(n % Pieces), 1_000m)], [(DerivedId.Of("bench-descendant", $"{n}"), 1_000m)]))));
    }

    private static Guid Second => DerivedId.Of("bench-shares", "second");

    private static Guid Piece(int n) => DerivedId.Of("bench-piece", $"{n}");

    private static Submission By(ICommand command) => new(command, MeasuredService.Person);

    private static async Task Record(Executor executor, IEnumerable<Submission> all)
    {
        foreach (var chunk in all.Chunk(Limits.CommandsOfChunk))
        {
            if ((await executor.Record(chunk, CancellationToken.None)).FirstOrDefault(a => a.Refusal is not null) is { } refused)
                throw new InvalidOperationException($"{refused.Refusal}");
        }
    }

    /// <param name="own">Dug here, or bought and said to be from elsewhere: another origin.</param>
    private static IEnumerable<ICommand> Analysed(Guid id, string number, bool own, decimal kilograms, string report) =>
    [
        own ? new RegisterBatch(id, number, "ree-ore", RegistrationSource.Extraction, Mine, new(kilograms, 0), Day)
            : new RegisterBatch(id, number, "ree-ore", RegistrationSource.OutsideSupplier, Mine, new(kilograms, 0), Day, Declared: new("Supplier", "Another mine", "KZ")),
        new RecordAssay(id, DerivedId.Of("bench-assay", report), report, AssayStatus.Final, AssayBasis.Dry, Contents(0.4m), "Laboratory", Day),
    ];

    private static Analyte[] Contents(decimal percent) => [.. Elements.Select((e, i) => new Analyte(e, percent + i * 0.01m))];

    private static RecordRun Split(string number, (Guid Batch, decimal Kilograms)[] inputs, (Guid Batch, decimal Kilograms)[] outputs) => new(
        DerivedId.Of("bench-run", number), number, inputs.Length == 1 ? "split" : "blend", Mine, Day.AddDays(1), Day.AddDays(1), [.. inputs.Select(i => new RunInput(i.Batch, new(i.Kilograms, 0)))],
        [.. outputs.Select((o, i) => new RunOutput(o.Batch, $"{number}-{i}", "ree-ore", OutputRole.Product, new(o.Kilograms, 0)))]);

    private static RecordRun Blend()
    {
        var n = Interlocked.Increment(ref _next);
        var taken = Random.Shared.GetItems(Pool, 9).Distinct().Take(3);
        RunOutput Out(string which) => new(
            Guid.CreateVersion7(), $"Q-{n}{which}", "ree-ore", OutputRole.Product, new(30, 0), Assay: new(Guid.CreateVersion7(), $"QA-{n}{which}", "Laboratory", Contents(0.4m)));
        return new(Guid.CreateVersion7(), $"Q-{n}", "blend", Mine, Day.AddDays(1), Day.AddDays(2), [.. taken.Select(b => new RunInput(b, new(20, 0)))], [Out("a"), Out("b")]);
    }

    private static async Task Read(HttpClient client, Table table, string what, string address)
    {
        var (all, clock) = (new List<double>(), Stopwatch.StartNew());
        while (clock.Elapsed < WarmUp + Window)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(address);
            answer.EnsureSuccessStatusCode();
            await answer.Content.CopyToAsync(Stream.Null);
            // The first seconds are the just-in-time compiler's.
            if (clock.Elapsed > WarmUp)
                all.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        all.Sort();
        table.Add($"{what} read over HTTP, 1 client", "p50 <= 3 ms", $"p50 {all[all.Count / 2]:0.0} ms, p95 {all[all.Count * 95 / 100]:0.0} ms");
    }

    /// <summary>The second final assay of the root finds half of what the first did, so that everything that came of the blend has other shares.</summary>
    private static async Task Again(MeasuredService service, HttpClient client, Table table)
    {
        var (id, before) = (Guid.CreateVersion7(), service.CpuMilliseconds());
        var clock = Stopwatch.StartNew();
        await client.Put($"/api/batches/{Root}/assays/{id}", new RecordAssay(Root, id, "A-again", AssayStatus.Final, AssayBasis.Dry, Contents(0.2m), "Laboratory", Day.AddDays(2)));
        do
            await Task.Delay(100);
        while (await Count(service, "select count(*) from ledger.shares_due") > 0);
        var (seconds, after) = (clock.Elapsed.TotalSeconds, service.CpuMilliseconds());
        var changed = await Count(service, $"select count(distinct batch_id) from ledger.upstream where superseded_at is not null");
        table.Add($"{changed:N0} descendants worked out again after an assay upstream", "<= 20 s", FormattableString.Invariant(
            $"{seconds:0.0} s, CPU a batch {(after.Service - before.Service) / changed:0.00} ms service, {(after.Postgres - before.Postgres) / changed:0.00} ms PostgreSQL"));
    }

    private static async Task<long> Count(MeasuredService service, string sql)
    {
        await using var command = service.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
