using System.CommandLine;
using System.Text.RegularExpressions;

namespace Traceability.Trace;

/// <summary>A list, or a book of what the organisation recorded, as a file.</summary>
public static partial class ExportList
{
    private static readonly string[] Formats = ["csv", "xlsx", "jsonl"];

    private static readonly string[] Lists =
    [
        "batches", "holdings", "shipments", "arrivals", "lanes", "runs", "stock-counts", "write-offs", "hold-requests", "assays", "documents", "organisations", "facilities", "refusals", "alarms",
    ];

    private static readonly Argument<string> List = new("list") { Description = "batches, holdings, shipments, runs, ... or books/NAME for what can be imported again" };
    private static readonly Option<string> Format = new("--format", "-f") { Description = "csv, xlsx or jsonl", DefaultValueFactory = _ => "csv" };
    private static readonly Option<string[]> Filter = new("--filter") { Description = "One of the list's own filters, NAME=VALUE; may be repeated", DefaultValueFactory = _ => [], HelpName = "NAME=VALUE" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "File to write; else standard output", HelpName = "FILE" };

    public static Command Command()
    {
        Format.AcceptOnlyFromAmong(Formats);
        List.CompletionSources.Add(Lists);
        return new Command("export", "Writes a list as a file, as filtered") { List, Format, Filter, Output }.Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandLine.Asked asked, CancellationToken cancellation)
    {
        var list = asked.Said.GetValue(List)!;
        if (!Name().IsMatch(list))
            throw new StoppedException(ExitCode.Usage, $"{list} is no list. There are: {string.Join(", ", Lists)}");
        var format = asked.Json ? "jsonl" : asked.Said.GetValue(Format)!;
        var output = asked.Said.GetValue(Output) is var file and not "-" ? file : null;
        if (format == "xlsx" && output is null && !Console.IsOutputRedirected)
            throw new StoppedException(ExitCode.Usage, "A workbook is nothing for a terminal. Say where to write it: --output FILE");
        using var server = asked.Connect();
        if (!Lists.Contains(list) && !list.StartsWith("books/", StringComparison.Ordinal) && !(await server.Description(cancellation)).ContainsKey($"/{Path(list)}"))
            throw new StoppedException(ExitCode.Usage, $"The server has no list {list}. There are: {string.Join(", ", Lists)}");
        using var answer = await server.Ask(HttpMethod.Get, Address(list, format, asked.Said.GetValue(Filter)!), cancellation, accept: "*/*");
        if (!answer.IsSuccessStatusCode)
            throw await server.Stopped(answer, ExitCode.Usage, cancellation);
        await Written.Whole(answer, output, cancellation);
        if (output is not null)
            asked.Terminal.Say($"Written to {output}");
        return ExitCode.Done;
    }

    private static string Address(string list, string format, string[] filters)
    {
        var query = filters.Select(f => f.Split('=', 2) is [{ Length: > 0 } name, var value] ? $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}"
            : throw new StoppedException(ExitCode.Usage, $"{f} is no filter: NAME=VALUE")).Append($"format={format}");
        return $"{Path(list)}?{string.Join('&', query)}";
    }

    private static string Path(string list) => $"api/{list}{(list.StartsWith("books/", StringComparison.Ordinal) ? "" : "/export")}";

    [GeneratedRegex("^(books/)?[a-z]+(-[a-z]+)*$")]
    private static partial Regex Name();
}
