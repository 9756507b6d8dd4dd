using System.CommandLine;
using System.Text.Json.Nodes;

namespace Traceability.Trace;

/// <summary>What a batch is, where it lies and what stops it.</summary>
public static class ShowBatch
{
    private static readonly Argument<string> Batch = FoundBatch.Argument();

    public static Command Command() => new Command("show", "What a batch is, where it lies and whether it is held") { Batch }.Does(RunAsync);

    private static async Task<int> RunAsync(CommandLine.Asked asked, CancellationToken cancellation)
    {
        using var server = asked.Connect();
        var id = await FoundBatch.Of(server, asked.Said.GetValue(Batch)!, cancellation);
        var found = await server.Read($"api/batches/{id}", cancellation) ?? throw FoundBatch.Missing(id);
        if (asked.Json)
            Terminal.Result(found.ToJsonString());
        else
            Write(found);
        return ExitCode.Done;
    }

    private static void Write(JsonObject found)
    {
        var (batch, names) = (found["batch"]!, found["names"]!);
        string Organisation(JsonNode? id) => (string?)names["organisations"]?[(string)id!] ?? "";
        string Facility(JsonNode? id) => (string?)names["facilities"]?[(string)id!]?["name"] ?? "";
        var (own, number) = ((string?)found["ownNumber"], (string?)batch["number"]);
        Terminal.Result(Terminal.Bold(own ?? number ?? ""));
        Line("Id", (string?)batch["id"]);
        if (own is not null && own != number)
            Line("Maker's number", number);
        Line("Material", (string?)batch["material"]);
        Line("Maker", Organisation(batch["makerId"]));
        Line("Made at", $"{Facility(batch["madeAtId"])}, {(string?)batch["madeAt"]}");
        Line("Made", Amount(batch["totals"]?["made"]));
        foreach (var holding in batch["holdings"] as JsonArray ?? [])
            Line("Lies at", $"{Facility(holding!["facilityId"])}: {Amount(holding["quantity"])}, owner {Organisation(holding["ownerId"])}");
        if ((batch["holds"] as JsonArray)?.Count is > 0 and var holds)
            Line("On hold", Terminal.Red(holds == 1 ? "yes" : $"yes, {holds} holds"));
        if ((bool?)found["isProvisional"] == true)
            Line("Provisional", "the run that made it is still open");
    }

    private static void Line(string name, string? value) => Terminal.Result($"{name + ":",-16}{value}");

    public static string Amount(JsonNode? quantity)
    {
        var (kilograms, pieces) = ((decimal?)quantity?["dryKilograms"] ?? 0, (long?)quantity?["pieces"] ?? 0);
        var mass = $"{kilograms.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture)} kg dry";
        return pieces > 0 ? $"{pieces} pieces, {mass}" : mass;
    }
}
