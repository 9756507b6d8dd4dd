using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Traceability.Hosting;

/// <summary>One run of the server process, from its start to its end.</summary>
internal sealed class PostgresServer : IDisposable
{
    private const int LinesKept = 20;

    /// <summary>Runs the server with descriptor 3 as its lifeline: at its end of file the server is asked for a fast shutdown.</summary>
    private const string Lifeline = """
        exec 3<&0
        "$@" 3<&- </dev/null & server=$!
        { read -r _ <&3; kill -INT $server; } & watch=$!
        wait $server; code=$?
        kill $watch 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan _forShutdown = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lastLines = new();
    private readonly Task _log;

    private PostgresServer(Process process, ILogger logger)
    {
        (_process, _logger) = (process, logger);
        _log = KeepLogAsync();
    }

    public bool HasEnded => _process.HasExited;

    public static PostgresServer Start(PostgresFolder folder, EmbeddedPostgresOptions options, ILogger logger)
    {
        string[] settings =
        [
            "listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC", $"cluster_name={folder.Name}",
            $"max_connections={options.MaxConnections}", $"shared_buffers={options.SharedBuffersMegabytes}MB", "jit=off",
            // Failed statements are the caller's to report; here they would carry people's data into the log.
            "log_min_messages=log", "log_min_error_statement=panic",
            .. options.Durable ? (string[])[] : ["fsync=off", "full_page_writes=off", "synchronous_commit=off"],
        ];
        var command = folder.Account.Command(
            // In a session of its own the terminal's Ctrl-C does not stop the database before the service is done with it.
            ["setsid", "/bin/sh", "-c", Lifeline, "sh", folder.Programs["postgres"], "-D", $"{PostgresAccount.OpenFolder}/cluster",
                "-k", folder.SocketFolder == folder.Path ? PostgresAccount.OpenFolder : folder.SocketFolder,
                "-p", PostgresFolder.Port.ToString(CultureInfo.InvariantCulture), .. settings.SelectMany(setting => (string[])["-c", setting])]);
        command.RedirectStandardInput = command.RedirectStandardError = true;
        return new(Process.Start(command)!, logger);
    }

    /// <summary>Waits for the end of the process, planned or not.</summary>
    public Task EndAsync() => _process.WaitForExitAsync();

    /// <summary>The last lines that an ended server wrote.</summary>
    public async Task<string> LastWordsAsync()
    {
        await _log;
        return string.Join('\n', _lastLines);
    }

    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await EndAsync().WaitAsync(_forShutdown);
        }
        catch (TimeoutException)
        {
            _logger.LogError("PostgreSQL did not stop within {Limit} and is killed; it recovers at the next start.", _forShutdown);
            _process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task KeepLogAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _logger.LogDebug("{Line}", line);
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept)
                _lastLines.TryDequeue(out _);
        }
    }
}
