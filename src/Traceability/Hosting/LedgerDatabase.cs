using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Traceability.Ledger;

namespace Traceability.Hosting;

/// <summary>The database of the ledger, ready to work with: the one that the configuration names, or else the embedded one.</summary>
public sealed class LedgerDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres? _embedded;

    private LedgerDatabase(string connectionString, EmbeddedPostgres? embedded) => (ConnectionString, _embedded) = (connectionString, embedded);

    /// <summary>Connects as the role the service works as.</summary>
    public string ConnectionString { get; }

    /// <summary>Completes when there will be no database any more; never for one that is not ours.</summary>
    public Task Ended => _embedded?.Ended ?? Task.Delay(Timeout.Infinite);

    /// <summary>Opens the database and applies the schema where the owner's connection is known.</summary>
    /// <param name="configuration"><c>ConnectionStrings:Ledger</c> and, for whoever may change the schema, <c>ConnectionStrings:LedgerOwner</c>; else <c>data</c>, the folder of the embedded server.</param>
    /// <exception cref="CannotStartException">The embedded server does not start, or the named one is out of reach; the message says what to do.</exception>
    public static async Task<LedgerDatabase> OpenAsync(IConfiguration configuration, ILogger logger, CancellationToken cancellation)
    {
        if (configuration.GetConnectionString("Ledger") is { } ledger)
        {
            try
            {
                if (configuration.GetConnectionString("LedgerOwner") is { } owner)
                    await LedgerSchema.Apply(owner, ledger, cancellation);
                return new(ledger, null);
            }
            catch (NpgsqlException failure)
            {
                throw new CannotStartException($"The database of ConnectionStrings__LedgerOwner cannot be used: {failure.Message}", failure);
            }
        }

        var embedded = await EmbeddedPostgres.StartAsync(configuration["data"] ?? "data", logger, cancellation);
        var app = AsApp(embedded.OwnerConnectionString);
        await LedgerSchema.Apply(embedded.OwnerConnectionString, app, cancellation);
        return new(app, embedded);
    }

    /// <summary>The working role's connection beside the owner's of an embedded server: its password follows from the owner's, so that there is one secret to keep.</summary>
    public static string AsApp(string owner)
    {
        var connection = new NpgsqlConnectionStringBuilder(owner) { Username = "app", MaxPoolSize = 50 };
        connection.Password = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(connection.Password!), "app"u8));
        return connection.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
            await _embedded.DisposeAsync();
    }
}
