using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using Traceability.Access;
using Weasel.Core;
using Wolverine.Marten;

namespace Traceability.Ledger;

/// <summary>How Marten keeps the ledger.</summary>
public static class LedgerStore
{
    public const string Schema = "ledger";

    public static void Configure(StoreOptions options)
    {
        options.DatabaseSchemaName = Schema;
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, json => LedgerJson.Apply(json));
        options.DisableNpgsqlLogging = true;
        // Marten would save a unit of work once more after a deadlock: on another connection, without the locks under which it was decided, and with statements prepared on the first.
        // Whoever saves decides again instead.
        options.ConfigureWritePolly(_ => { });

        options.Events.StreamIdentity = StreamIdentity.AsGuid;
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        options.Events.UseMandatoryStreamTypeDeclaration = true;
        options.Events.UseIdentityMapForAggregates = true;
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        foreach (var stream in StreamType.All)
            stream.Snapshot(options);
        Person.Keep(options);
    }

    /// <summary>Messages that survive a crash lie beside the ledger, not in it.</summary>
    public static void KeepMessages(MartenIntegration integration) => integration.MessageStorageSchemaName = "messages";

    /// <summary>What the executor asks is asked the same way every time: a plan is made once for a connection, instead of for each command.</summary>
    public static string ForWriting(string connectionString) =>
        new NpgsqlConnectionStringBuilder(Tuned(connectionString)) { Options = "-c plan_cache_mode=force_generic_plan" }.ConnectionString;

    /// <summary>PostgreSQL chooses by cost. A list has filters of which most are empty: a plan for any filter would read and sort all of it for each page, so it makes one for each question.
    /// What is asked of one thing it plans once: planning took longer than answering.</summary>
    public static string ForReading(string connectionString) => Tuned(connectionString);

    /// <summary>Without preparing and without DISCARD ALL at each return to the pool a command costs about half; so no session-level SET, only SET LOCAL.</summary>
    private static string Tuned(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        MaxAutoPrepare = 100,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
        Timezone = "UTC",
        IncludeErrorDetail = true,
        MaxPoolSize = 50,
        ApplicationName = "traceability",
    }.ConnectionString;
}
