using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Benchmarks;

/// <summary>Trains of twenty batches, weighed in sixty wagons, that arrive in five parts; sixteen clients have one each at a time.</summary>
internal static class TrainInParts
{
    private const int WarmUp = 48, Trains = 96, Clients = 16, Batches = 20, TicketsOfBatch = 3, Parts = 5;
    private static readonly Guid Mine = DerivedId.Facility("bench-mine"), Mill = DerivedId.Facility("bench-mill");
    private static readonly DateTimeOffset Left = CommandLoad.Day.AddDays(1);

    private static readonly Guid[] Shipments = [.. Enumerable.Range(0, WarmUp + Trains).Select(n => DerivedId.Of("bench-train", $"{n}"))];

    public static async Task Run(MeasuredService service, Table table)
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => service.SignIn()));
        // The first trains are the just-in-time compiler's.
        await EachTrain(service, clients, 0, WarmUp, Register);
        await EachTrain(service, clients, 0, WarmUp, Dispatch);
        await EachTrain(service, clients, 0, WarmUp, Receive);
        await EachTrain(service, clients, WarmUp, Trains, Register);
        var (sent, received) = (await EachTrain(service, clients, WarmUp, Trains, Dispatch), await EachTrain(service, clients, WarmUp, Trains, Receive));
        table.Add($"shipment of {Batches * TicketsOfBatch} tickets and {Batches} batches received in {Parts} parts, {Clients} clients", "CPU <= 30 ms in all",
            $"CPU {sent + received:0.0} ms in all (dispatch {sent:0.0} ms, {Parts} receipts {received:0.0} ms)");
        foreach (var client in clients)
            client.Dispose();
    }

    /// <returns>Milliseconds of CPU that one train cost the service and its PostgreSQL.</returns>
    private static async Task<double> EachTrain(MeasuredService service, HttpClient[] clients, int from, int count, Func<HttpClient, int, Task> what)
    {
        var (before, next) = (service.CpuMilliseconds(), from - 1);
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            for (var train = Interlocked.Increment(ref next); train < from + count; train = Interlocked.Increment(ref next))
                await what(client, train);
        })));
        var after = service.CpuMilliseconds();
        return (after.Service - before.Service + after.Postgres - before.Postgres) / count;
    }

    private static Guid Batch(int train, int batch) => DerivedId.Of("bench-train-batch", $"{train}", $"{batch}");

    private static async Task Register(HttpClient client, int train)
    {
        for (var i = 0; i < Batches; i++)
            await client.Put($"/api/batches/{Batch(train, i)}", new RegisterBatch(Batch(train, i), $"T{train}-{i}", "ree-ore", RegistrationSource.Extraction, Mine, new(60_000), CommandLoad.Day));
    }

    private static Task Dispatch(HttpClient client, int train)
    {
        var lines = Enumerable.Range(0, Batches).Select(i => new DispatchLine(Batch(train, i), Weighed("pit", train, i, Left))).ToArray();
        return client.Put($"/api/shipments/{Shipments[train]}", new DispatchShipment(
            Shipments[train], $"TRAIN-{train}", Mine, Mill, TransportMode.Rail, new(null, "Rail"), lines, Left, [new("KTZ", $"TRAIN-{train}")], [$"TRAIN-{train}"]));
    }

    private static async Task Receive(HttpClient client, int train)
    {
        var shipment = Shipments[train];
        var parts = Enumerable.Range(0, Batches).Select(i => new ReceiptLine(Batch(train, i), Weighed("mill", train, i, Left.AddDays(1)))).Chunk(Batches / Parts).ToList();
        foreach (var (n, part) in parts.Take(Parts - 1).Index())
        {
            var receipt = Guid.CreateVersion7();
            await client.Put($"/api/shipments/{shipment}/receipts/{receipt}", new ReceivePart(shipment, receipt, part, Left.AddDays(1).AddHours(n)));
        }
        await client.Put($"/api/shipments/{shipment}/acceptance", new AcceptShipment(shipment, parts[^1], Left.AddDays(2)));
    }

    private static Measure Weighed(string scale, int train, int batch, DateTimeOffset at) => new(60_000, 0.06m, null, WeighingMethod.Weighbridge,
        [.. Enumerable.Range(0, TicketsOfBatch).Select(wagon => new Ticket(scale, $"{train}-{batch}-{wagon}", 44_000, 24_000, 20_000, at))]);
}
