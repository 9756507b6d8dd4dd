using System.Diagnostics;
using System.Text.Json.Nodes;
using Traceability.Tests;

namespace Traceability.Service.Tests.Trace;

/// <summary>What a run of <c>trace</c> left behind.</summary>
public sealed record Ran(int ExitCode, string Output, string Messages)
{
    public JsonNode Json => JsonNode.Parse(Output)!;
}

/// <summary>The real program, as a script runs it, with a home of its own.</summary>
public sealed class TraceProgram : IDisposable
{
    private static readonly string Binary = Repository.File($"src/Trace/bin/{Configuration}/net10.0/trace");

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("traceability-");

    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    public DirectoryInfo Home => _home;
    private static string Folder => Path.GetDirectoryName(Binary)!;
    public Uri? Server { get; set; }
    public string? Key { get; set; }

    public void Dispose() => _home.Delete(recursive: true);

    public Task<Ran> Run(params string[] arguments) => Run("", arguments);

    public async Task<Ran> Run(string input, string[] arguments)
    {
        using var process = Start(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await Ended(process);
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Binary, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _home.FullName };
        Surround(start);
        return Process.Start(start)!;
    }

    /// <summary>What stands in the environment of the program and of scripts that call it.</summary>
    public void Surround(ProcessStartInfo start)
    {
        start.Environment["HOME"] = _home.FullName;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_home.FullName, "config");
        start.Environment.Remove("TRACEABILITY_SERVER");
        start.Environment.Remove("TRACEABILITY_KEY");
        if (Server is not null)
            start.Environment["TRACEABILITY_SERVER"] = Server.ToString();
        if (Key is not null)
            start.Environment["TRACEABILITY_KEY"] = Key;
        start.Environment["PATH"] = $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    public static async Task<Ran> Ended(Process process)
    {
        var (output, messages) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await messages);
    }
}
