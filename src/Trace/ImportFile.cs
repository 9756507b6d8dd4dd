using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Traceability.Trace;

/// <summary>A file into the ledger, row by row. The same file a second time changes nothing, so that what broke off is simply sent again.</summary>
public static class ImportFile
{
    private const string Csv = "text/csv", Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    private static readonly Argument<string> Input = new("file") { Description = "CSV file to import; - for standard input" };
    private static readonly Option<bool> DryRun = new("--dry-run", "-n") { Description = "Only look: nothing is recorded" };
    private static readonly Option<bool> Whole = new("--all-or-nothing") { Description = "Record nothing unless every row is good" };
    private static readonly Option<string?> Kind = new("--kind") { Description = "What the rows are, where the heading does not say", HelpName = "NAME" };

    public static Command Command() => new Command("import", "Records a file row by row; a refused row says why") { Input, DryRun, Whole, Kind }.Does(RunAsync);

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
        return (int?)(report["job"] ?? report)["refused"] > 0 ? ExitCode.FoundWrong : ExitCode.Done;
    }

    /// <summary>A server that does not know how to only look would record: it is asked first what it knows.</summary>
    private static async Task<string> Address(Server server, ParseResult said, string name, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string?>
        {
            ["mode"] = said.GetValue(DryRun) ? "DryRun" : said.GetValue(Whole) ? "AllOrNothing" : null,
            ["kind"] = said.GetValue(Kind),
        }.Where(s => s.Value is not null).ToList();
        if (said.GetValue(DryRun) && said.GetValue(Whole))
            throw new StoppedException(ExitCode.Usage, "--dry-run records nothing anyway: say one of the two.");
        if (settings.Count > 0)
        {
            var known = (await server.Description(cancellation))["/api/imports"]?["post"]?["parameters"]?.AsArray().Select(p => (string?)p!["name"]).ToHashSet() ?? [];
            foreach (var (setting, _) in settings.Where(s => !known.Contains(s.Key)))
                throw new StoppedException(ExitCode.CouldNotCheck, $"This server cannot do that: its import knows no {setting}. Nothing was sent.");
        }
        return "api/imports?" + string.Join('&', settings.Prepend(new("name", name)).Select(s => $"{s.Key}={Uri.EscapeDataString(s.Value!)}"));
    }

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
                terminal.Progress("Recording", (long?)job["rowsDone"] ?? 0, (long?)job["rows"] ?? 0);
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
            terminal.Say($"The import goes on without you: {address}");
            throw;
        }
    }

    private static async Task Write(Server server, JsonObject report, bool dryRun, CancellationToken cancellation)
    {
        var sums = report["job"] ?? report;
        foreach (var row in (report["rows"] ?? report["told"])?.AsArray() ?? [])
        {
            if (row!["refusal"] is { } refusal)
                Terminal.Result($"row {row["row"]}{Cell(row)}: {Terminal.Red(await server.Sentence(refusal, cancellation))} [{(string?)refusal["code"]}]");
            foreach (var alarm in row["alarms"]?.AsArray() ?? [])
                Terminal.Result($"row {row["row"]}: {(dryRun ? "would be recorded, but" : "recorded, but")}: {await server.Sentence(alarm!, cancellation)} [{(string?)alarm!["code"]}]");
        }
        if ((bool?)report["more"] == true)
            Terminal.Result("... and more rows");
        if (dryRun)
            Terminal.Result($"nothing recorded; good {sums["good"] ?? 0}, there already {sums["alreadyThere"]}, would be refused {sums["refused"]}");
        else
            Terminal.Result($"recorded {sums["recorded"]}, there already {sums["alreadyThere"]}, refused {sums["refused"]}");
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
