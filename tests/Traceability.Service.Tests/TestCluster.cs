using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Traceability.Hosting;
using Traceability.Ledger;

[assembly: AssemblyFixture(typeof(Traceability.Service.Tests.TestCluster))]

namespace Traceability.Service.Tests;

/// <summary>One PostgreSQL for the whole run, started as the service starts its own, and a template database that each test ledger is cloned from.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traceability-").FullName;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private EmbeddedPostgres _postgres = null!;
    private int _clones;

    public async ValueTask InitializeAsync()
    {
        _postgres = await EmbeddedPostgres.StartAsync(_folder, new(SharedBuffersMegabytes: 128, Durable: false), NullLogger.Instance, CancellationToken.None);
        await LedgerSchema.Apply(Owner("ledger"), App("ledger"), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _oneAtATime.Dispose();
    }

    /// <summary>Connection of the working role to an empty ledger of its own.</summary>
    public async Task<string> Clone(CancellationToken cancellation)
    {
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            var name = $"ledger_{++_clones}";
            await using var source = NpgsqlDataSource.Create(Owner("postgres"));
            await using var command = source.CreateCommand($"create database {name} template ledger");
            await command.ExecuteNonQueryAsync(cancellation);
            return App(name);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Connection of the role that owns the schema.</summary>
    public string Owner(string database) => new NpgsqlConnectionStringBuilder(_postgres.OwnerConnectionString) { Database = database, Pooling = false }.ConnectionString;

    private string App(string database) => new NpgsqlConnectionStringBuilder(LedgerDatabase.AsApp(_postgres.OwnerConnectionString)) { Database = database }.ConnectionString;
}
