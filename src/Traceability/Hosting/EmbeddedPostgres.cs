using Npgsql;

namespace Traceability.Hosting;

/// <param name="Durable">False only for tests: the disk is not waited for, and a crash of the machine may lose everything.</param>
public sealed record EmbeddedPostgresOptions(int SharedBuffersMegabytes = 256, int MaxConnections = 120, bool Durable = true);

/// <summary>A PostgreSQL of the service's own: a private cluster in the data folder, reached by a Unix socket and by nothing else.</summary>
/// <remarks>
/// The server lives as long as the service: it holds a pipe that the service never writes to, and shuts down when the pipe closes,
/// which the kernel does even for a service that was killed. A server that dies by itself is started again and recovers what was
/// committed; after <see cref="Restarts"/> such deaths, or when it does not come back, <see cref="Ended"/> completes and the service should stop.
/// </remarks>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    /// <summary>Unplanned deaths of the server that one run of the service puts up with.</summary>
    public const int Restarts = 5;

    private const string Superuser = "owner";
    private const string Database = "ledger";

    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(25);

    private readonly PostgresFolder _folder;
    private readonly EmbeddedPostgresOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private PostgresServer? _server;

    private EmbeddedPostgres(PostgresFolder folder, EmbeddedPostgresOptions options, ILogger logger) => (_folder, _options, _logger) = (folder, options, logger);

    /// <summary>Connects the cluster's superuser, who owns everything, to the database <c>ledger</c>.</summary>
    public string OwnerConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = _folder.SocketFolder,
        Port = PostgresFolder.Port,
        Username = Superuser,
        Password = _folder.Password,
        Database = Database,
        Timezone = "UTC",
    }.ConnectionString;

    /// <summary>Completes when the server has stopped for good: it was disposed of, or died and could not be brought back.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the server of a data folder, which is created when missing, and returns once the database answers.</summary>
    /// <exception cref="CannotStartException">The folder is in use or not ours to use, or PostgreSQL is missing or fails.</exception>
    public static Task<EmbeddedPostgres> StartAsync(string dataFolder, ILogger logger, CancellationToken cancellation) =>
        StartAsync(dataFolder, new EmbeddedPostgresOptions(), logger, cancellation);

    /// <inheritdoc cref="StartAsync(string, ILogger, CancellationToken)"/>
    public static async Task<EmbeddedPostgres> StartAsync(string dataFolder, EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellation)
    {
        var postgres = new EmbeddedPostgres(await PostgresFolder.TakeAsync(dataFolder, cancellation), options, logger);
        try
        {
            await postgres._folder.PrepareSocketFolderAsync(cancellation);
            if (!Directory.Exists(postgres._folder.Cluster))
                await postgres.CreateClusterAsync(cancellation);
            await postgres.LaunchAsync(cancellation);
            postgres.Ended = postgres.SuperviseAsync();
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server (open transactions are rolled back) and lets go of the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_server is { } server)
            await server.StopAsync();
        await Ended;
        _server?.Dispose();
        _stopping.Dispose();
        _folder.Dispose();
    }

    private async Task CreateClusterAsync(CancellationToken cancellation)
    {
        if (Directory.Exists(_folder.UnfinishedCluster))
            Directory.Delete(_folder.UnfinishedCluster, recursive: true);

        var (code, output) = await _folder.Account.Command(
            [_folder.Programs["initdb"], "--pgdata", $"{PostgresAccount.OpenFolder}/cluster.new",
                "--username", Superuser, "--pwfile", $"{PostgresAccount.OpenFolder}/password", "--auth=scram-sha-256", "--data-checksums",
                // Code point order is the same on every machine; the character types still know the capitals of Cyrillic.
                "--encoding=UTF8", "--locale=C.UTF-8", "--lc-collate=C", "--lc-messages=C",
                .. _options.Durable ? (string[])[] : ["--no-sync"]]).OutputAsync(cancellation);
        if (code != 0)
            throw new CannotStartException($"PostgreSQL could not create its cluster in {_folder.Path}: {output.Trim()}");
        Directory.Move(_folder.UnfinishedCluster, _folder.Cluster);
    }

    /// <summary>Starts the server and waits until it answers, however long it has to recover.</summary>
    private async Task LaunchAsync(CancellationToken cancellation)
    {
        await StopPredecessorAsync(cancellation);
        while (true)
        {
            _server?.Dispose();
            _server = PostgresServer.Start(_folder, _options, _logger);
            if (await AnswersAsync(_server, cancellation))
                return;

            var lastWords = await _server.LastWordsAsync();
            // Backends outlive a killed server by a moment, and only then let go of its shared memory.
            if (!lastWords.Contains("pre-existing shared memory block", StringComparison.Ordinal))
                throw new CannotStartException($"PostgreSQL did not start in {_folder.Path}:\n{lastWords}");
            await Task.Delay(_betweenTries, cancellation);
        }
    }

    /// <summary>Stops a server of this folder that outlived its service, and forgets one that is gone.</summary>
    private async Task StopPredecessorAsync(CancellationToken cancellation)
    {
        var pidFile = Path.Combine(_folder.Cluster, "postmaster.pid");
        if (!File.Exists(pidFile) || File.ReadLines(pidFile).FirstOrDefault()?.Trim() is not { Length: > 0 } pid || !Directory.Exists($"/proc/{pid}"))
            return;

        if (!CommandLine(pid).Contains($"cluster_name={_folder.Name}", StringComparison.Ordinal))
        {
            // The number now belongs to a stranger, whom PostgreSQL would take for the predecessor.
            File.Delete(pidFile);
            File.Delete(Path.Combine(_folder.SocketFolder, $".s.PGSQL.{PostgresFolder.Port}.lock"));
            return;
        }

        _logger.LogWarning("A PostgreSQL of an earlier run (process {Pid}) still runs in {Folder}; it is stopped first.", pid, _folder.Path);
        var (_, output) = await _folder.Account.Command(
            [_folder.Programs["pg_ctl"], "stop", "--pgdata", $"{PostgresAccount.OpenFolder}/cluster", "--mode=fast", "--wait", "--timeout=300"]).OutputAsync(cancellation);
        if (File.Exists(pidFile))
            throw new CannotStartException($"A PostgreSQL of an earlier run (process {pid}) still runs in {_folder.Path} and does not stop: {output.Trim()}");
    }

    private static string CommandLine(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            // It ended while we looked.
            return "";
        }
    }

    /// <summary>Waits until the database answers; false when the server ended first.</summary>
    private async Task<bool> AnswersAsync(PostgresServer server, CancellationToken cancellation)
    {
        while (!server.HasEnded)
        {
            try
            {
                await ExecuteAsync(Database, "SELECT 1", cancellation);
                return true;
            }
            catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                await ExecuteAsync("postgres", $"CREATE DATABASE {Database}", cancellation);
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                throw new CannotStartException($"The file {_folder.Path}/password does not hold the password of the cluster beside it.", refused);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(_betweenTries, cancellation);
            }
        }
        return false;
    }

    private async Task ExecuteAsync(string database, string statement, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(OwnerConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task SuperviseAsync()
    {
        for (var deaths = 1; ; deaths++)
        {
            await _server!.EndAsync();
            if (_stopping.IsCancellationRequested)
                return;

            _logger.LogError("PostgreSQL died ({Deaths} of {Restarts} times in this run).", deaths, Restarts);
            if (deaths > Restarts)
                return;
            try
            {
                await LaunchAsync(_stopping.Token);
                _logger.LogWarning("PostgreSQL was started again and has recovered.");
            }
            catch (OperationCanceledException)
            {
                // The service stops while its database is being started again.
                await _server.StopAsync();
                return;
            }
            catch (Exception failure)
            {
                _logger.LogCritical(failure, "PostgreSQL did not come back.");
                return;
            }
        }
    }
}
