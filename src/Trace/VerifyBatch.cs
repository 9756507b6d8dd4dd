using System.CommandLine;

namespace Traceability.Trace;

/// <summary>Whether the story of a batch holds, for a program that is about to use it.</summary>
public static class VerifyBatch
{
    private static readonly Argument<string> Batch = FoundBatch.Argument();
    private static readonly Option<bool> Incomplete = new("--accept-incomplete") { Description = "Only a contradiction or a hold is wrong; what is merely not verified is not" };

    public static Command Command() => new Command("verify", "Whether its story holds: 0 if it is complete and the batch is free, 1 if not") { Batch, Incomplete }.Does(RunAsync);

    private static async Task<int> RunAsync(CommandLine.Asked asked, CancellationToken cancellation)
    {
        using var server = asked.Connect();
        var id = await FoundBatch.Of(server, asked.Said.GetValue(Batch)!, cancellation);
        var batch = await server.Read($"api/batches/{id}", cancellation) ?? throw FoundBatch.Missing(id);
        var verdict = (await server.Read($"api/batches/{id}/ancestors?nodes=1", cancellation))?["verdict"] ?? throw FoundBatch.Missing(id);
        var (standing, held) = ((string?)verdict["standing"], batch["batch"]?["holds"]?.AsArray().Count > 0);
        if (asked.Json)
        {
            Terminal.Result(new System.Text.Json.Nodes.JsonObject { ["id"] = id, ["number"] = batch["batch"]?["number"]?.DeepClone(), ["onHold"] = held, ["verdict"] = verdict.DeepClone() }.ToJsonString());
        }
        else
        {
            if (held)
                Terminal.Result(Terminal.Red("On hold"));
            ShowGenealogy.Write(verdict);
        }
        return !held && (standing == "Complete" || (standing == "Incomplete" && asked.Said.GetValue(Incomplete))) ? ExitCode.Done : ExitCode.FoundWrong;
    }
}
