using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Service.Tests.Imports;

namespace Traceability.Service.Tests.Trace;

/// <summary>Books of strangers and files longer than an answer, brought by the command.</summary>
public sealed class ImportingByTrace(TestService service) : IClassFixture<TestService>, IDisposable
{
    private readonly TraceProgram _trace = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _trace.Dispose();

    private async Task<string> Mine(string code, Scope scope)
    {
        var (miner, _) = await service.Ledger.Firm(code, FacilityKind.MineSite);
        (_trace.Server, _trace.Key) = (service.Address, await service.Key(miner, scope));
        return code;
    }

    private async Task<string> Written(string name, string text, Encoding? encoding = null)
    {
        await File.WriteAllTextAsync(Path.Combine(_trace.Home.FullName, name), text, encoding ?? new UTF8Encoding(false), Cancellation);
        return name;
    }

    /// <summary>By a key that may do nothing else.</summary>
    [Fact]
    public async Task a_long_file_is_followed_to_its_end_and_its_refused_rows_are_written_to_a_file()
    {
        var mine = await Mine("trace-long", Scope.Import);
        var file = await Written("year.csv", LongFiles.Ore(mine, 1_010));

        var looked = await _trace.Run("import", file, "--dry-run", "--json");
        var whole = await _trace.Run("import", file, "--all-or-nothing");
        var ran = await _trace.Run("import", file, "--failed-rows", "mend.csv");
        var mended = await Written("mend.csv", (await File.ReadAllTextAsync(Path.Combine(_trace.Home.FullName, "mend.csv"), Cancellation)).Replace("nowhere", mine, StringComparison.Ordinal));
        var again = await _trace.Run("import", mended, "--failed-rows", "none.csv");

        Assert.Equal((1, "", 1_008, 2, true), (looked.ExitCode, looked.Messages, (int)looked.Json["job"]!["good"]!, (int)looked.Json["job"]!["refused"]!, (bool)looked.Json["job"]!["isDone"]!));
        Assert.Equal((1, "nothing recorded; good 1008, there already 0, would be refused 2"), (whole.ExitCode, whole.Output.TrimEnd().Split('\n')[^1]));
        Assert.Equal((1, "recorded 1008, there already 0, refused 2", "Refused rows written to mend.csv\n"), (ran.ExitCode, ran.Output.TrimEnd().Split('\n')[^1], ran.Messages));
        Assert.Equal((0, "recorded 2, there already 0, refused 0\n", ""), (again.ExitCode, again.Output, again.Messages));
        Assert.Equal(["mend.csv", "year.csv"], _trace.Home.EnumerateFiles().Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task a_strangers_book_says_what_has_to_be_said_of_it()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var mine = await Mine("trace-wild", Scope.Write);
        var file = await Written("смена.csv", $"Номер партии;Материал;Источник;Объект;Масса;Влажность, %;Дата\nР-1;ree-ore;добыча;{mine};303,42;6,1;02.03.2026\nР-2;ree-ore;добыча;{mine};1,5;;31.02.2026\n", Encoding.GetEncoding(1251));

        var unsaid = await _trace.Run("import", file, "--dry-run");
        var wrong = await _trace.Run("import", file, "--read-as", "unit.5=stone");
        var unknown = await _trace.Run("import", file, "--read-as", "colour=red");
        var said = await _trace.Run("import", file, "-r", "zone=Asia/Almaty", "-r", "unit.5=t", "--failed-rows", "mend.csv");

        Assert.Equal(1, unsaid.ExitCode);
        Assert.Contains("Batches, 2 rows: windows-1251, semicolon, zone=?", unsaid.Output, StringComparison.Ordinal);
        Assert.Contains("  5 Масса: Wet kilograms, decimal.5=comma, unit.5=?", unsaid.Output, StringComparison.Ordinal);
        Assert.Contains("[time-zone-missing]", unsaid.Output, StringComparison.Ordinal);
        Assert.Equal((2, 3), (wrong.ExitCode, unknown.ExitCode));
        Assert.Contains("unit.5", wrong.Messages, StringComparison.Ordinal);
        Assert.Equal((1, "recorded 1, there already 0, refused 1"), (said.ExitCode, said.Output.TrimEnd().Split('\n')[^1]));
        Assert.Contains("row 3, Occurred at “31.02.2026”: The calendar has no such day.", said.Output, StringComparison.Ordinal);
        Assert.StartsWith("Номер партии;Материал;Источник;Объект;Масса;Влажность, %;Дата;Why\r\nР-2;", await File.ReadAllTextAsync(Path.Combine(_trace.Home.FullName, "mend.csv"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task of_a_file_that_was_refused_as_a_whole_there_are_no_rows_to_write()
    {
        await Mine("trace-none", Scope.Write);

        var ran = await _trace.Run("Colour,Shape\nred,round\n", ["import", "-", "--failed-rows", "mend.csv"]);

        Assert.Equal((1, "The file was refused as a whole: there are no rows to write.\n"), (ran.ExitCode, ran.Messages));
        Assert.Empty(_trace.Home.EnumerateFiles());
    }

    [Fact]
    public async Task who_is_interrupted_hears_where_the_import_goes_on()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _trace.Server = new($"http://{listener.LocalEndpoint}");
        using var process = _trace.Start("import", await Written("year.csv", "Batch number\n"));
        const string Job = "{\"job\":{\"rows\":2000,\"rowsDone\":100,\"finishedAt\":null,\"isDone\":false}}";
        await Answer(listener, "202 Accepted\r\nLocation: /api/imports/0197", "{}");
        await Answer(listener, "200 OK", Job);

        using (var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await interrupt.WaitForExitAsync(Cancellation);
        var ran = await TraceProgram.Ended(process);

        Assert.Equal((130, $"The import goes on without you. See http://{listener.LocalEndpoint}/imports/0197\nInterrupted.\n"), (ran.ExitCode, ran.Messages));
    }

    private static async Task Answer(TcpListener listener, string status, string body)
    {
        using var line = await listener.AcceptTcpClientAsync(Cancellation);
        using var reader = new StreamReader(line.GetStream());
        var length = 0;
        while (await reader.ReadLineAsync(Cancellation) is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header[16..], CultureInfo.InvariantCulture);
        }
        if (length > 0)
            await reader.ReadBlockAsync(new char[length], Cancellation);
        var answer = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Cancellation);
    }
}
