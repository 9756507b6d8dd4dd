using Npgsql;
using Traceability.Ledger;

namespace Traceability.Service.Tests;

/// <summary>One PostgreSQL for the whole run, and a template database that each test ledger is cloned from.</summary>
public static class TestCluster
{
    private const string Template = "ledger_template";
    private static readonly SemaphoreSlim One = new(1, 1);
    private static int _clones;
    private static bool _made;

    private static string Owner(string database) => $"Host=/tmp/pg;Username=postgres;Database={database};Pooling=false";
    private static string App(string database) => $"Host=/tmp/pg;Username=traceability_app;Database={database}";

    public static async Task<string> Clone(CancellationToken cancellation)
    {
        await One.WaitAsync(cancellation);
        try
        {
            await using var source = NpgsqlDataSource.Create(Owner("postgres"));
            if (!_made)
            {
                await Execute(source, $"drop database if exists {Template}", cancellation);
                await Execute(source, $"create database {Template}", cancellation);
                await LedgerSchema.Apply(Owner(Template), App(Template), cancellation);
                _made = true;
            }
            var name = $"ledger_{++_clones}";
            await Execute(source, $"drop database if exists {name} with (force)", cancellation);
            await Execute(source, $"create database {name} template {Template}", cancellation);
            return App(name);
        }
        finally
        {
            One.Release();
        }
    }

    private static async Task Execute(NpgsqlDataSource source, string sql, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
