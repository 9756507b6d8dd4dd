using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Benchmarks;

/// <summary>Registrations, dispatches of two lines, acceptances and runs of three inputs and two outputs over 200 batches, by one and by sixteen clients.</summary>
internal static class CommandLoad
{
    public static readonly DateTimeOffset Day = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12), Window = TimeSpan.FromSeconds(8);
    private static readonly Guid Mine = DerivedId.Facility("bench-mine"), Mill = DerivedId.Facility("bench-mill");
    private static readonly Guid[] Pool = [.. Enumerable.Range(0, 200).Select(i => DerivedId.Of("bench-pool", $"{i}"))];
    private static int _next;

    public static async Task Prepare(Executor executor)
    {
        FacilityTerms Terms(string name, SubsoilLicence? licence) => new(name, MeasuredService.Person.OrganisationId, "KZ", 50, 70, licence, [], [], null, null);
        var licence = new SubsoilLicence("BENCH-1", new(2020, 1, 1), new(2040, 1, 1), ["ree-ore"]);
        await executor.Record(
        [
            new(new RegisterFacility(Mine, "bench-mine", FacilityKind.MineSite, Terms("Mine", licence), Day), MeasuredService.Steward),
            new(new RegisterFacility(Mill, "bench-mill", FacilityKind.Concentrator, Terms("Mill", null), Day), MeasuredService.Steward),
        ], CancellationToken.None);
        foreach (var chunk in Pool.Select((id, i) => new Submission(Ore(id, $"POOL-{i}", 100_000_000), MeasuredService.Person)).Chunk(Limits.CommandsOfChunk))
            await executor.Record(chunk, CancellationToken.None);
    }

    /// <summary>What a service costs that does nothing but record.</summary>
    public static async Task Alone(string published, Table table)
    {
        await using var service = await MeasuredService.Start(published);
        table.Add("start to first answer, existing data", "<= 3 s", $"{service.SecondsToFirstAnswer:0.0} s");
        await Run(service, table);
        await KeyCheck.Run(service, table);
        await SerialLot.Run(service, table);
        table.Add("memory of the service after this load", "<= 450 MB", $"{service.MemoryMegabytes:0} MB");
        await PileRenewals.Run(service, table);
        await TrainInParts.Run(service, table);
    }

    private static async Task Run(MeasuredService service, Table table)
    {
        // Signing in hashes a password on purpose slowly, so it happens once and before anything is measured.
        var clients = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => service.SignIn()));
        var register = new Load("register", "<= 2 ms", "700/s", () => [Put("batches", Ore(Guid.CreateVersion7(), $"B-{Next()}", 1000))]);
        var dispatch = new Load("dispatch of 2 lines", "<= 3 ms", "500/s", () => [Put("shipments", Dispatch(Guid.CreateVersion7()))]);
        var run = new Load("run of 3 inputs, 2 outputs", "<= 4 ms", "400/s", () => [Put("runs", Blend())]);
        foreach (var load in new[] { register, dispatch, run })
        {
            // The first seconds are the just-in-time compiler's.
            await Measure(service, load, clients, WarmUp);
            Report(table, load, 1, await Measure(service, load, clients[..1], Window));
            Report(table, load, 16, await Measure(service, load, clients, Window));
        }
        await Accept(service, clients, table);
        await using var below = service.Source.CreateCommand("select count(*) from ledger.mt_doc_batch, jsonb_array_elements(data -> 'holdings') h where (h -> 'quantity' ->> 'dryKilograms')::numeric < 0");
        table.Add("batches below zero", "0", $"{await below.ExecuteScalarAsync()}");
    }

    /// <summary>Acceptances need shipments: those are dispatched first, outside the measurement.</summary>
    private static async Task Accept(MeasuredService service, HttpClient[] clients, Table table)
    {
        var waiting = new System.Collections.Concurrent.ConcurrentQueue<DispatchShipment>();
        await Measure(service, new("", "", "", () =>
        {
            var sent = Dispatch(Guid.CreateVersion7());
            waiting.Enqueue(sent);
            return [Put("shipments", sent)];
        }), clients, Window);
        var accept = new Load("accept of 2 lines", "<= 3 ms", "", () => waiting.TryDequeue(out var sent)
            ? [Put($"shipments/{sent.ShipmentId}/acceptance", new AcceptShipment(sent.ShipmentId, [.. sent.Lines.Select(l => new ReceiptLine(l.BatchId, l.Stated))], Day.AddDays(2)), id: null)]
            : []);
        Report(table, accept, 16, await Measure(service, accept, clients, TimeSpan.FromSeconds(30)));
    }

    internal sealed record Load(string What, string Cpu, string Rate, Func<(string Path, object Body)[]> Next);

    internal sealed record Result(int Count, double Seconds, double[] Milliseconds, double ServiceCpu, double PostgresCpu, int Refused);

    internal static async Task<Result> Measure(MeasuredService service, Load load, HttpClient[] clients, TimeSpan window)
    {
        var (before, clock, all, refused) = (service.CpuMilliseconds(), Stopwatch.StartNew(), new List<double>(), 0);
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            var own = new List<double>();
            while (clock.Elapsed < window && load.Next() is [var (path, body), ..])
            {
                var started = Stopwatch.GetTimestamp();
                using var content = JsonContent.Create(body, body.GetType(), options: ApiJson.Options);
                using var answer = await client.PutAsync(path, content);
                own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (answer.StatusCode != HttpStatusCode.Created && Interlocked.Increment(ref refused) == 1)
                    await Console.Error.WriteLineAsync($"{load.What}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
            lock (all)
                all.AddRange(own);
        })));
        var (after, seconds) = (service.CpuMilliseconds(), clock.Elapsed.TotalSeconds);
        return new(all.Count, seconds, [.. all.Order()], (after.Service - before.Service) / all.Count, (after.Postgres - before.Postgres) / all.Count, refused);
    }

    internal static void Report(Table table, Load load, int clients, Result result)
    {
        var measured = $"{result.Count / result.Seconds:0}/s; p50 {result.Milliseconds[result.Count / 2]:0.0} ms, p95 {result.Milliseconds[result.Count * 95 / 100]:0.0} ms; "
            + $"CPU {result.ServiceCpu + result.PostgresCpu:0.00} ms ({result.ServiceCpu:0.00} service + {result.PostgresCpu:0.00} PostgreSQL); {result.Refused} refused";
        table.Add($"{load.What}, {clients} client{(clients > 1 ? "s" : "")}", clients == 1 ? "p50 <= 6 ms" : $"CPU {load.Cpu}{(load.Rate == "" ? "" : $", >= {load.Rate}")}", measured);
    }

    internal static (string, object) Put(string kind, ICommand command, Guid? id = null) => ($"/api/{kind}{(kind.Contains('/', StringComparison.Ordinal) ? "" : $"/{id ?? command.EntryId}")}", command);

    private static int Next() => Interlocked.Increment(ref _next);

    private static RegisterBatch Ore(Guid id, string number, decimal kilograms) =>
        new(id, number, "ree-ore", RegistrationSource.Extraction, Mine, new(kilograms, 0.06m, null, WeighingMethod.Weighbridge), Day);

    private static Guid[] Some(int count) => Random.Shared.GetItems(Pool, count * 3).Distinct().Take(count).ToArray();

    private static DispatchShipment Dispatch(Guid id)
    {
        var n = Next();
        return new(id, $"S-{n}", Mine, Mill, TransportMode.Rail, new(null, "Rail"), [.. Some(2).Select(b => new DispatchLine(b, new(10)))], Day.AddDays(1), [new("KTZ", $"{n}")], [$"W-{n}"]);
    }

    private static RecordRun Blend()
    {
        var n = Next();
        return new(Guid.CreateVersion7(), $"R-{n}", "blend", Mine, Day.AddDays(1), Day.AddDays(2), [.. Some(3).Select(b => new RunInput(b, new(20, 0)))],
            [new(Guid.CreateVersion7(), $"O-{n}a", "ree-ore", OutputRole.Product, new(30, 0)), new(Guid.CreateVersion7(), $"O-{n}b", "ree-ore", OutputRole.Product, new(30, 0))]);
    }
}
