using System.Text.Json;
using Marten;
using Npgsql;

namespace Traceability.Ledger;

/// <summary>Reading the ledger's tables: SQL where it says plainly what is asked.</summary>
public static class Reading
{
    /// <param name="parameters">Values of <c>$1</c>, <c>$2</c>...; null is SQL null, whose type the statement must name by a cast.</param>
    public static async Task<List<T>> Read<T>(this NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellation, params object?[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await Rows(reader, row, cancellation);
    }

    /// <summary>The same within a transaction.</summary>
    public static async Task<List<T>> Read<T>(this IQuerySession session, string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await using var reader = (NpgsqlDataReader)await session.ExecuteReaderAsync(command, cancellation);
        return await Rows(reader, row, cancellation);
    }

    /// <summary>SQL of the rows that have one of the keys in <c>$1</c>, by one index look-up for each key: the executor's plans are made once, often while a table is still small, and
    /// <c>any($1)</c> would then read all of it ever after.</summary>
    /// <param name="where">What else holds for the rows.</param>
    internal static string Each(string columns, string table, string key, string where = "true") =>
        $"select {columns} from unnest($1) asked(asked_for), lateral (select * from ledger.{table} where {key} = asked_for and {where} offset 0) found";

    private static async Task<List<T>> Rows<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> row, CancellationToken cancellation)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>A stream's state as it stands now, with its version, or null when there is no such stream.</summary>
    public static async Task<Versioned<T>?> Load<T>(this NpgsqlDataSource source, Guid id, CancellationToken cancellation) where T : class, IState<T>
    {
        var found = await source.Read(
            $"select d.data, s.version from ledger.mt_doc_{typeof(T).Name.ToLowerInvariant()} d join ledger.mt_streams s using (id) where d.id = $1",
            row => new Versioned<T>(row.State<T>(0), row.GetInt64(1)), cancellation, id);
        return found.SingleOrDefault();
    }

    /// <summary>A stored snapshot.</summary>
    public static T State<T>(this NpgsqlDataReader row, int column) => JsonSerializer.Deserialize<T>(row.GetString(column), LedgerJson.Options)!;

    public static DateTimeOffset Instant(this NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);
    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <param name="Version">Version of the stream: its entity tag, and what If-Match compares.</param>
public sealed record Versioned<T>(T State, long Version);
