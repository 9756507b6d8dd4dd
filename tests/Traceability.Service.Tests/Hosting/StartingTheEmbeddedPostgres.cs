using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Traceability.Hosting;

namespace Traceability.Service.Tests.Hosting;

public sealed class StartingTheEmbeddedPostgres : IDisposable
{
    private static readonly EmbeddedPostgresOptions _small = new(SharedBuffersMegabytes: 16, MaxConnections: 10, Durable: false);

    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("traceability-");

    private string DataFolder => Path.Combine(_temporary.FullName, "data");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Delete(recursive: true);

    [Fact]
    public async Task gives_a_durable_server_that_listens_on_a_socket_alone()
    {
        await using var postgres = await StartAsync(DataFolder, _small with { Durable = true });

        var settings = await AskAsync<string>(postgres, """
            SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
            WHERE name IN ('data_checksums', 'fsync', 'full_page_writes', 'listen_addresses', 'server_encoding', 'synchronous_commit', 'TimeZone')
            """);
        Assert.Equal("TimeZone=UTC data_checksums=on fsync=on full_page_writes=on listen_addresses= server_encoding=UTF8 synchronous_commit=on", settings);
    }

    [Fact]
    public async Task runs_it_under_an_unprivileged_account()
    {
        await using var postgres = await StartAsync(DataFolder);

        var uid = File.ReadLines($"/proc/{ServerPid(DataFolder)}/status").Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1];
        Assert.NotEqual("0", uid);
    }

    [Fact]
    public async Task lets_nobody_in_without_the_password_in_the_data_folder()
    {
        await using var postgres = await StartAsync(DataFolder);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(DataFolder, "postgres", "password")));
        var guess = new NpgsqlConnectionStringBuilder(postgres.OwnerConnectionString) { Password = "guess", Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(guess);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancellation));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        Assert.Equal(0, await AskAsync<long>(postgres, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"));
    }

    [Fact]
    public async Task keeps_what_was_written_for_the_next_start()
    {
        await using (var first = await StartAsync(DataFolder))
            await AskAsync<int?>(first, "CREATE TABLE ore (kilograms numeric)");

        await using var second = await StartAsync(DataFolder);
        Assert.Equal(0, await AskAsync<long>(second, "SELECT count(*) FROM ore"));
    }

    [Fact]
    public async Task is_refused_while_another_service_has_the_folder()
    {
        await using var first = await StartAsync(DataFolder);

        var refusal = await Assert.ThrowsAsync<CannotStartException>(() => StartAsync(DataFolder));

        Assert.Contains("in use by another running service", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await AskAsync<int>(first, "SELECT 1"));
    }

    [Fact]
    public async Task works_where_the_path_is_too_long_for_a_socket()
    {
        await using var postgres = await StartAsync(Path.Combine(DataFolder, new string('x', 120)));

        Assert.Equal(1, await AskAsync<int>(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task works_where_the_path_has_characters_of_a_connection_string()
    {
        await using var postgres = await StartAsync(Path.Combine(DataFolder, "a, b;c='d' Шымкент"));

        Assert.Equal(1, await AskAsync<int>(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task says_so_when_the_programs_that_made_the_cluster_are_missing()
    {
        await (await StartAsync(DataFolder)).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(DataFolder, "postgres", "cluster", "PG_VERSION"), "9\n", Cancellation);

        var refusal = await Assert.ThrowsAsync<CannotStartException>(() => StartAsync(DataFolder));

        Assert.Contains("made by PostgreSQL 9", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task begins_again_after_a_making_of_the_cluster_that_was_cut_short()
    {
        Directory.CreateDirectory(Path.Combine(DataFolder, "postgres", "cluster.new", "base"));

        await using var postgres = await StartAsync(DataFolder);

        Assert.Equal(1, await AskAsync<int>(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task brings_a_killed_server_back_with_all_that_was_committed()
    {
        await using var postgres = await StartAsync(DataFolder, _small with { Durable = true });
        await AskAsync<int?>(postgres, "CREATE TABLE ore (kilograms numeric); INSERT INTO ore VALUES (1), (2)");

        await KillAsync(ServerPid(DataFolder));

        Assert.Equal(2, await AskOnceUpAsync<long>(postgres, "SELECT count(*) FROM ore"));
    }

    [Fact]
    public async Task takes_no_stranger_for_the_server_of_an_earlier_run()
    {
        var other = Path.Combine(_temporary.FullName, "other");
        await (await StartAsync(DataFolder)).DisposeAsync();
        await using var stranger = await StartAsync(other);
        File.Copy(Path.Combine(other, "postgres", "cluster", "postmaster.pid"), Path.Combine(DataFolder, "postgres", "cluster", "postmaster.pid"));

        await using var postgres = await StartAsync(DataFolder);

        Assert.Equal(1, await AskAsync<int>(postgres, "SELECT 1"));
        Assert.Equal(1, await AskAsync<int>(stranger, "SELECT 1"));
    }

    private static Task<EmbeddedPostgres> StartAsync(string dataFolder, EmbeddedPostgresOptions? options = null) =>
        EmbeddedPostgres.StartAsync(dataFolder, options ?? _small, NullLogger.Instance, Cancellation);

    private static async Task<T?> AskAsync<T>(EmbeddedPostgres postgres, string statement)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.OwnerConnectionString) { Timezone = null, Pooling = false });
        await using var command = source.CreateCommand(statement);
        return (T?)await command.ExecuteScalarAsync(Cancellation);
    }

    private static async Task<T?> AskOnceUpAsync<T>(EmbeddedPostgres postgres, string statement)
    {
        while (!postgres.Ended.IsCompleted)
        {
            try
            {
                return await AskAsync<T>(postgres, statement);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(50, Cancellation);
            }
        }
        throw new InvalidOperationException("The server was given up.");
    }

    private static int ServerPid(string dataFolder) =>
        int.Parse(File.ReadLines(Path.Combine(dataFolder, "postgres", "cluster", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task KillAsync(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }
}
