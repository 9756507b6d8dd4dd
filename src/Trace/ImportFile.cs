using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Traceability.Trace;

/// <summary>A file into the ledger, row by row. The same file a second time changes nothing, so that what broke off is simply sent again.</summary>
public static class ImportFile
{
    private const string Csv = "text/csv", Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>What answers find in a column, as it is said otherwise.</summary>
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Point"] = "point",
        ["Comma"] = "comma",
        ["DayFirst"] = "day-first",
        ["MonthFirst"] = "month-first",
        ["Kilograms"] = "kg",
        ["Tonnes"] = "t",
        ["Grams"] = "g",
        ["Pounds"] = "lb",
        ["Wet"] = "wet",
        ["Dry"] = "dry",
    };

    /// <summary>Names of what is found of a file and of a column.</summary>
    private static readonly string[] OfFile = ["encoding", "separator", "sheet", "zone"], OfColumn = ["decimal", "dates", "unit", "basis"];

    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    private static readonly Argument<string> Input = new("file") { Description = "CSV file to import; - for standard input" };
    private static readonly Option<bool> DryRun = new("--dry-run", "-n") { Description = "Only look: nothing is recorded" };
    private static readonly Option<bool> Whole = new("--all-or-nothing") { Description = "Record nothing unless every row is good" };
    private static readonly Option<string?> Kind = new("--kind") { Description = "What the rows are, where the heading does not say", HelpName = "NAME" };
    private static readonly Option<string[]> As = new("--read-as", "-r") { Description = "How the file is to be read, e.g. zone=Asia/Almaty or unit.5=t; may be repeated", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> FailedRows = new("--failed-rows") { Description = "Where to write the refused rows, with a column that says why", HelpName = "FILE" };

    public static Command Command() => new Command("import", "Records a file row by row; a refused row says why") { Input, DryRun, Whole, Kind, As, FailedRows }.Does(RunAsync);

    private static async Task<int> RunAsync(CommandLine.Asked asked, CancellationToken cancellation)
    {
        var input = asked.Said.GetValue(Input)!;
        using var server = asked.Connect();
        await using var file = input == "-" ? await Spooled(cancellation) : Opened(input);
        var address = await Address(server, asked.Said, input == "-" ? "standard input" : Path.GetFileName(input), cancellation);
        using var answer = await server.Ask(HttpMethod.Post, address, cancellation, () => Body(file, asked.Terminal));
        asked.Terminal.Clear();
        if (!answer.IsSuccessStatusCode)
            throw await server.Stopped(answer, answer.StatusCode == HttpStatusCode.BadRequest ? ExitCode.Usage : ExitCode.FoundWrong, cancellation);
        var report = await Server.Json(answer, cancellation);
        if (answer.StatusCode == HttpStatusCode.Accepted)
            report = await Followed(server, answer.Headers.Location!.ToString().TrimStart('/'), asked.Terminal, cancellation);
        if (asked.Json)
            Terminal.Result(report.ToJsonString());
        else
            await Write(server, report, asked.Said.GetValue(DryRun), cancellation);
        if (asked.Said.GetValue(FailedRows) is { } failed)
            await WriteFailedRows(server, report, failed, asked.Terminal, cancellation);
        return (int?)(report["job"] ?? report)["refused"] > 0 ? ExitCode.FoundWrong : ExitCode.Done;
    }

    /// <summary>A server that does not know how to only look would record: it is asked first what it knows.</summary>
    private static async Task<string> Address(Server server, ParseResult said, string name, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string?>
        {
            ["mode"] = said.GetValue(DryRun) ? "DryRun" : said.GetValue(Whole) ? "AllOrNothing" : null,
            ["kind"] = said.GetValue(Kind),
        }.Where(s => s.Value is not null).Concat(said.GetValue(As)!.Select(Setting)).ToList();
        if (said.GetValue(DryRun) && said.GetValue(Whole))
            throw new StoppedException(ExitCode.Usage, "--dry-run records nothing anyway: say one of the two.");
        if (settings.Count > 0)
        {
            var known = (await server.Description(cancellation))["/api/imports"]?["post"]?["parameters"]?.AsArray().Select(p => (string?)p!["name"]).ToHashSet() ?? [];
            // What is said of one column bears its number.
            foreach (var (setting, _) in settings.Where(s => !known.Contains(s.Key.Split('.')[0]) && !s.Key.StartsWith("column.", StringComparison.Ordinal)))
                throw new StoppedException(ExitCode.CouldNotCheck, $"This server cannot do that: its import knows no {setting}. Nothing was sent.");
        }
        return "api/imports?" + string.Join('&', settings.Prepend(new("name", name)).Select(s => $"{s.Key}={Uri.EscapeDataString(s.Value!)}"));
    }

    private static KeyValuePair<string, string?> Setting(string said) => said.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var value]
        ? new(name, value)
        : throw new StoppedException(ExitCode.Usage, $"{said} does not say how to read the file: NAME=VALUE");

    private static FileStream Opened(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoppedException(ExitCode.CouldNotCheck, e.Message, e);
        }
    }

    /// <summary>What can be read only once is put aside, so that it can be sent again.</summary>
    private static async Task<FileStream> Spooled(CancellationToken cancellation)
    {
        var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using var standard = Console.OpenStandardInput();
        await standard.CopyToAsync(file, cancellation);
        return file;
    }

    private static StreamContent Body(FileStream file, Terminal terminal)
    {
        file.Position = 0;
        var isWorkbook = file.ReadByte() == 'P' && file.ReadByte() == 'K';
        file.Position = 0;
        var content = new StreamContent(new Watched(file, terminal));
        content.Headers.ContentType = new MediaTypeHeaderValue(isWorkbook ? Workbook : Csv);
        return content;
    }

    /// <summary>A long file goes on in the background; leaving does not stop it.</summary>
    private static async Task<JsonObject> Followed(Server server, string address, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var report = await server.Read(address, cancellation) ?? throw new StoppedException(ExitCode.CouldNotCheck, "The import is not there any more.");
                var job = report["job"] ?? report;
                terminal.Progress((bool?)job["isRecording"] == false ? "Looking" : "Recording", (long?)job["rowsDone"] ?? 0, (long?)job["rows"] ?? 0);
                if (job["finishedAt"] is not null || (bool?)job["isDone"] == true)
                {
                    terminal.Clear();
                    return report;
                }
                await Task.Delay(Pulse, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            terminal.Say($"The import goes on without you. See {server.Address}{address["api/".Length..]}");
            throw;
        }
    }

    private static async Task Write(Server server, JsonObject report, bool dryRun, CancellationToken cancellation)
    {
        var sums = report["job"] ?? report;
        if (dryRun)
            WriteFound(report["found"], report["rows"] as JsonArray ?? []);
        foreach (var row in (report["rows"] ?? report["told"])?.AsArray() ?? [])
        {
            if (row!["refusal"] is { } refusal)
                Terminal.Result($"row {row["row"]}{Cell(row)}: {Terminal.Red(await server.Sentence(refusal, cancellation))} [{(string?)refusal["code"]}]");
            foreach (var alarm in row["alarms"]?.AsArray() ?? [])
                Terminal.Result($"row {row["row"]}: {(dryRun ? "would be recorded, but" : "recorded, but")}: {await server.Sentence(alarm!, cancellation)} [{(string?)alarm!["code"]}]");
        }
        if ((bool?)report["more"] == true)
            Terminal.Result("... and more rows");
        if (dryRun || ((int?)sums["good"] > 0 && (int?)sums["recorded"] == 0))
            Terminal.Result($"nothing recorded; good {sums["good"] ?? 0}, there already {sums["alreadyThere"]}, would be refused {sums["refused"]}");
        else
            Terminal.Result($"recorded {sums["recorded"]}, there already {sums["alreadyThere"]}, refused {sums["refused"]}");
    }

    /// <summary>How the file was read: what nobody knows stands there as a question.</summary>
    private static void WriteFound(JsonNode? found, JsonArray rows)
    {
        if (found is null)
            return;
        var written = OfFile.Select(name => (string?)found[name]).Where(value => value is not null);
        if (rows.Any(row => (string?)row?["refusal"]?["code"] == "time-zone-missing"))
            written = written.Append($"zone={Terminal.Red("?")}");
        Terminal.Result($"{(string?)found["kind"] ?? "unknown rows"}, {found["rows"]} rows: {string.Join(", ", written)}");
        foreach (var column in found["columns"]?.AsArray() ?? [])
        {
            var said = OfColumn.Where(name => column![name] is not null && (string?)column[name]!["certainty"] != "Indifferent")
                .Select(name => $"{name}.{column!["place"]}={((string?)column[name]!["value"] is { } value ? Settings.GetValueOrDefault(value, value) : Terminal.Red("?"))}");
            Terminal.Result(Terminal.Faint($"  {column!["place"]} {(string?)column["heading"]}: ") + string.Join(", ", said.Prepend((string?)column["column"] switch { null => Terminal.Red("?"), "-" => "left out", var name => name })));
        }
    }

    private static async Task WriteFailedRows(Server server, JsonObject report, string file, Terminal terminal, CancellationToken cancellation)
    {
        if ((int?)(report["job"] ?? report)["refused"] is null or 0)
            return;
        if ((string?)(report["job"]?["id"] ?? report["importId"]) is not { } import)
        {
            terminal.Say("The file was refused as a whole: there are no rows to write.");
            return;
        }
        using var answer = await server.Ask(HttpMethod.Get, $"api/imports/{import}/failed-rows", cancellation, accept: "text/csv");
        if (!answer.IsSuccessStatusCode)
            throw await server.Stopped(answer, ExitCode.CouldNotCheck, cancellation);
        await Written.Whole(answer, file, cancellation);
        terminal.Say($"Refused rows written to {file}");
    }

    private static string Cell(JsonNode row) =>
        (string?)row["column"] is { } column ? $", {column}{((string?)row["value"] is { Length: > 0 } value ? $" “{value}”" : "")}" : "";

    /// <summary>Tells how much of it was sent.</summary>
    private sealed class Watched(FileStream file, Terminal terminal) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => file.Length;
        public override long Position { get => file.Position; set => file.Position = value; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await file.ReadAsync(buffer, cancellationToken);
            terminal.Progress("Sending", file.Position, file.Length);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);
        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);
        public override void Flush() { }
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
