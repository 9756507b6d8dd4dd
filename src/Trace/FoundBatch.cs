using System.CommandLine;
using System.Text.Json.Nodes;

namespace Traceability.Trace;

/// <summary>The one batch that somebody names by its id or by anybody's number for it.</summary>
public static class FoundBatch
{
    public static Argument<string> Argument() => new("batch") { Description = "Number of the batch, anybody's for it, or its id" };

    /// <exception cref="StoppedException">There is none, or there are several.</exception>
    public static async Task<Guid> Of(Server server, string named, CancellationToken cancellation)
    {
        if (Guid.TryParse(named, out var id))
            return id;
        var found = await server.Read($"api/search?text={Uri.EscapeDataString(named)}", cancellation);
        var ids = (found?["hits"] as JsonArray ?? [])
            .Where(h => (string?)h!["kind"] == "Batch" && h["mark"] is null && string.Equals((string?)h["number"], named.Trim(), StringComparison.OrdinalIgnoreCase))
            .Select(h => (Guid)h!["id"]!).Distinct().ToList();
        return ids switch
        {
            [var only] => only,
            [] => throw new StoppedException(ExitCode.FoundWrong, $"No batch that you may see has the number {named}."),
            _ => throw new StoppedException(ExitCode.FoundWrong, $"Several batches have the number {named}. Name one by its id:\n{string.Join('\n', ids)}"),
        };
    }

    public static StoppedException Missing(Guid id) => new(ExitCode.FoundWrong, $"There is no batch {id} that you may see.");
}
