using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Benchmarks;

/// <summary>A pile renewed and drawn from a thousand times, and an open run with all the parts it may have: what a command costs must not grow with what came before it.</summary>
internal static class PileRenewals
{
    private const int Renewals = 1000, Some = 100;
    private static readonly Guid Mine = DerivedId.Facility("bench-mine");
    private static readonly DateTimeOffset Day = CommandLoad.Day.AddDays(1);

    public static async Task Run(MeasuredService service, Table table)
    {
        using var client = await service.SignIn();
        var ore = new RegisterBatch(Guid.CreateVersion7(), "PILE-ORE", "ree-ore", RegistrationSource.Extraction, Mine, new(900_000_000), CommandLoad.Day);
        await client.Put($"/api/batches/{ore.BatchId}", ore);
        // The first commands of a kind are the just-in-time compiler's.
        await Renew(service, client, "Warm-up", ore.BatchId, Renewals);
        await Part(service, client, "WARM-UP", ore.BatchId, 2 * Some);
        Report(table, $"pile renewed and drawn from {Renewals} times", await Renew(service, client, "Pile", ore.BatchId, Renewals));
        Report(table, $"open run of {Limits.PartsOfRun} parts", await Part(service, client, "OPEN", ore.BatchId, Limits.PartsOfRun));
    }

    private static void Report(Table table, string what, (double First, double Last) milliseconds) => table.Add(
        $"{what}: CPU a command, last {Some} against first {Some}", "<= 1.2 x", $"{milliseconds.Last / milliseconds.First:0.00} x ({milliseconds.First:0.00} ms, then {milliseconds.Last:0.00} ms)");

    /// <summary>Each time something is tipped in and somewhat less is drawn.</summary>
    private static Task<(double First, double Last)> Renew(MeasuredService service, HttpClient client, string pile, Guid ore, int times)
    {
        var before = default(Guid?);
        return FirstAndLast(service, times, 2, async n =>
        {
            var at = Day.AddMinutes(n);
            var tipping = new TipIn(Guid.CreateVersion7(), Guid.CreateVersion7(), Mine, pile, $"{pile} {n}", [new(ore, new(20_000))], at, before);
            await client.Put($"/api/runs/{tipping.RunId}/tipping", tipping);
            before = tipping.BatchId;
            var drawing = new RecordRun(
                Guid.CreateVersion7(), $"{pile} feed {n}", "split", Mine, at, at, [new(tipping.BatchId, new(19_000))], [new(Guid.CreateVersion7(), $"{pile} fed {n}", "ree-ore", OutputRole.Product, new(19_000, 0))]);
            await client.Put($"/api/runs/{drawing.RunId}", drawing);
        });
    }

    /// <summary>Each part takes something in and gives something out.</summary>
    private static async Task<(double First, double Last)> Part(MeasuredService service, HttpClient client, string number, Guid ore, int times)
    {
        var run = new OpenRun(Guid.CreateVersion7(), number, "blend", Mine, Day);
        await client.Put($"/api/runs/{run.RunId}/opening", run);
        return await FirstAndLast(service, times, 1, n =>
        {
            var part = new RecordPart(
                run.RunId, Guid.CreateVersion7(), Mine, Day.AddMinutes(n), [new(ore, new(1000))], [new(Guid.CreateVersion7(), $"{number} {n}", "ree-ore", OutputRole.Product, new(1000, 0))]);
            return client.Put($"/api/runs/{run.RunId}/parts/{part.PartId}", part);
        });
    }

    /// <returns>Milliseconds of CPU that one command cost the service and its PostgreSQL, at the beginning and at the end.</returns>
    private static async Task<(double First, double Last)> FirstAndLast(MeasuredService service, int times, int commands, Func<int, Task> once)
    {
        async Task<double> Cost(int from, int to)
        {
            var before = service.CpuMilliseconds();
            for (var n = from; n < to; n++)
                await once(n);
            var after = service.CpuMilliseconds();
            return (after.Service - before.Service + after.Postgres - before.Postgres) / (to - from) / commands;
        }

        var first = await Cost(0, Some);
        await Cost(Some, times - Some);
        return (first, await Cost(times - Some, times));
    }
}
