using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Traceability.Trace;

/// <summary>Where a batch came from, or what came of it, as a tree.</summary>
public static class ShowGenealogy
{
    private static readonly Argument<string> Batch = FoundBatch.Argument();
    private static readonly Option<bool> Descendants = new("--descendants", "-d") { Description = "What came of it, instead of where it came from" };
    private static readonly Option<int?> Depth = new("--depth") { Description = "Batches further away are left out", HelpName = "STEPS" };

    private static readonly Option<bool> Shares = new("--shares", "-s") { Description = "How much of each batch is not verified, and its carbon footprint" };

    public static Command Command() => new Command("genealogy", "Where a batch came from, or what came of it, as a tree; what is not verified first") { Batch, Descendants, Depth, Shares }.Does(RunAsync);

    private static async Task<int> RunAsync(CommandLine.Asked asked, CancellationToken cancellation)
    {
        using var server = asked.Connect();
        var id = await FoundBatch.Of(server, asked.Said.GetValue(Batch)!, cancellation);
        var said = new[]
        {
            asked.Said.GetValue(Depth) is { } steps ? $"depth={steps.ToString(CultureInfo.InvariantCulture)}" : null,
            asked.Said.GetValue(Shares) ? "with=shares" : null,
        }.OfType<string>().ToList();
        var query = said.Count > 0 ? $"?{string.Join('&', said)}" : "";
        var found = await server.Read($"api/batches/{id}/{(asked.Said.GetValue(Descendants) ? "descendants" : "ancestors")}{query}", cancellation) ?? throw FoundBatch.Missing(id);
        if (asked.Json)
        {
            Terminal.Result(found.ToJsonString());
            return ExitCode.Done;
        }
        if (found["verdict"] is { } verdict)
            Write(verdict);
        new Tree(found["genealogy"]!).Write();
        return ExitCode.Done;
    }

    /// <summary>What speaks against it or is not verified comes before what is (K4).</summary>
    public static void Write(JsonNode verdict)
    {
        Terminal.Result(Terminal.Bold((string?)verdict["standing"] ?? ""));
        foreach (var finding in verdict["findings"] as JsonArray ?? [])
        {
            var line = $"  {(string?)finding!["code"]}: {((bool?)finding["atLeast"] == true ? "at least " : "")}{(int?)finding["count"]}";
            Terminal.Result((bool?)finding["contradicts"] == true ? Terminal.Red(line) : line);
        }
        Terminal.Result($"  origins registered by the mines themselves: {(int?)verdict["mines"]} of {(int?)verdict["origins"]}");
    }

    /// <summary>Runs and batches below one another. What was shown before is named and not told again.</summary>
    private sealed class Tree
    {
        private readonly JsonNode _genealogy;
        private readonly Dictionary<string, JsonNode> _nodes;
        private readonly ILookup<string, (string Id, JsonNode Flow)> _next;
        private readonly HashSet<string> _shown = [];

        public Tree(JsonNode genealogy)
        {
            _genealogy = genealogy;
            _nodes = genealogy["batches"]!.AsArray().Concat(genealogy["runs"]!.AsArray()).ToDictionary(n => (string)n!["id"]!, n => n!);
            // Ancestors are found against the flow.
            var (near, far) = (string?)genealogy["direction"] == "Ancestors" ? ("to", "from") : ("from", "to");
            _next = genealogy["edges"]!.AsArray().ToLookup(e => (string)e![near]!, e => ((string)e![far]!, e!));
        }

        public void Write()
        {
            Write((string)_genealogy["subject"]!, null, "", "");
            if ((int?)_genealogy["more"] is > 0 and var more)
                Terminal.Result($"... and {((bool?)_genealogy["moreAtLeast"] == true ? "at least " : "")}{more} more batches");
            if ((int?)_genealogy["hidden"] is > 0 and var hidden)
                Terminal.Result($"... and {hidden} batches that are not for you to see");
        }

        private void Write(string id, JsonNode? flow, string first, string rest)
        {
            var again = !_shown.Add(id);
            Terminal.Result($"{first}{Name(_nodes[id])}{Taken(flow)}{Told(_nodes[id]["shares"])}{(again && _next[id].Any() ? Terminal.Faint(" (see above)") : "")}");
            if (again)
                return;
            var next = _next[id].Where(n => _nodes.ContainsKey(n.Id)).OrderBy(n => Name(_nodes[n.Id]), StringComparer.Ordinal).ToList();
            for (var i = 0; i < next.Count; i++)
            {
                var last = i == next.Count - 1;
                Write(next[i].Id, next[i].Flow, rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "));
            }
        }

        private static string Name(JsonNode node)
        {
            string? Text(string member) => (string?)node[member] is { Length: > 0 } text ? text : null;
            var run = Text("step");
            var what = run is not null ? $"[{run}]{((bool?)node["isOpen"] == true ? " (open)" : "")}" : Text("material") ?? Text("stage") ?? "";
            var where = string.Join(", ", new[] { Text("facility"), Text("country") }.OfType<string>());
            return string.Join(' ', new[] { Text("number"), what, where.Length > 0 ? $"({where})" : null, Text("source") is { } source ? $"<{source}>" : null }.OfType<string>());
        }

        /// <summary>What is not verified stands first.</summary>
        private static string Told(JsonNode? shares)
        {
            if (shares is null)
                return "";
            var least = shares["unverified"]!.AsObject().Select(e => (Element: e.Key, Share: (decimal)e.Value!)).DefaultIfEmpty().MaxBy(e => e.Share);
            var (footprint, unverified) = (shares["footprint"]!, least.Element is null ? "" : $" {Percent(least.Share)} of {least.Element} not verified");
            var isWhole = (decimal)footprint["undeclared"]! == 0 && (decimal)footprint["throughUndeclaredSteps"]! == 0;
            var carried = (decimal?)footprint["kilogramsPerKilogram"] is { } kilograms ? $", {(isWhole ? "" : "at least ")}{kilograms.ToString("0.###", CultureInfo.InvariantCulture)} kg CO2e per kg" : "";
            return Terminal.Faint(unverified + carried);
        }

        private static string Percent(decimal share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");

        private static string Taken(JsonNode? flow) => flow?["dryKilograms"] is null && flow?["pieces"] is null ? "" : $": {ShowBatch.Amount(flow)}";
    }
}
