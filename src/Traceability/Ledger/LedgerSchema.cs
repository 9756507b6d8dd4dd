using System.Security.Cryptography;
using System.Text;
using JasperFx;
using Marten;
using Npgsql;
using Wolverine;
using Wolverine.Marten;
using Wolverine.Persistence.Durability;

namespace Traceability.Ledger;

/// <summary>Two roles from the first day: the owner applies the schema before the host starts, the service works as a role that cannot rewrite events.</summary>
public static class LedgerSchema
{
    /// <summary>Brings the database up to what this build expects; does nothing when it is so already.</summary>
    /// <param name="owner">Connection of the role that owns the schema.</param>
    /// <param name="app">Connection the service will use; its role is made if it is missing.</param>
    public static async Task Apply(string owner, string app, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        var expected = Hash();
        if (await Stands(source, cancellation) == expected)
            return;

        var role = new NpgsqlConnectionStringBuilder(app);
        await Execute(source, Role(role.Username!, role.Password ?? ""), cancellation);
        // What earlier builds made with a cast, which Weasel cannot read.
        await Execute(source, "drop index if exists ledger.runs_open", cancellation);
        await ApplyTables(source);
        var name = new NpgsqlCommandBuilder().QuoteIdentifier(role.Username!);
        await Execute(source, Sql().Replace("{app}", name, StringComparison.Ordinal), cancellation);
        await Execute(source, $"comment on schema ledger is '{expected}'", cancellation);
    }

    /// <summary>Marten's tables and those of Wolverine's durable messages, as the same settings describe them.</summary>
    private static async Task ApplyTables(NpgsqlDataSource source)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMarten(options =>
        {
            LedgerStore.Configure(options);
            options.Connection(source);
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
        }).IntegrateWithWolverine(LedgerStore.KeepMessages);
        builder.UseWolverine(options => options.Discovery.DisableConventionalDiscovery());
        using var host = builder.Build();
        await host.Services.GetRequiredService<IDocumentStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await host.Services.GetRequiredService<IMessageStore>().Admin.MigrateAsync();
    }

    private static async Task<string?> Stands(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("select obj_description(to_regnamespace('ledger'), 'pg_namespace')");
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    private static string Role(string name, string password)
    {
        var (quoted, literal) = (new NpgsqlCommandBuilder().QuoteIdentifier(name), password.Replace("'", "''", StringComparison.Ordinal));
        var text = name.Replace("'", "''", StringComparison.Ordinal);
        return $"do $$ begin if not exists (select from pg_roles where rolname = '{text}') then create role {quoted} login password '{literal}'; end if; end $$; "
            + $"alter role {quoted} set timezone = 'UTC'";
    }

    private static async Task Execute(NpgsqlDataSource source, string sql, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string Sql()
    {
        using var stream = typeof(LedgerSchema).Assembly.GetManifestResourceStream("Traceability.Ledger.schema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The build's own identity stands for what Marten would generate from it, which costs longer to write out than to look up.</summary>
    private static string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql() + typeof(LedgerSchema).Module.ModuleVersionId)));
}
