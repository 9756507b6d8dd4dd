using System.Text.Json;
using Npgsql;

namespace Traceability.Ledger;

/// <summary>An event with what was said when it was recorded.</summary>
public sealed record Told<T>(T Event, DateTimeOffset RecordedAt);

/// <summary>Events that somebody said, read back from the streams. What has no entry of its own only repeats what such an event says.</summary>
internal static class SaidEvents
{
    private static readonly Dictionary<string, Type> Types = typeof(SaidEvents).Assembly.GetTypes()
        .Where(t => t.GetProperty(nameof(Entry))?.PropertyType == typeof(Entry) && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEventOf<>)))
        .ToDictionary(t => JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Name));

    /// <summary>Names they are stored under.</summary>
    public static string[] Names { get; } = [.. Types.Keys];

    public static (object Event, Entry Entry) Read(string name, string json)
    {
        var said = JsonSerializer.Deserialize(json, Types[name], LedgerJson.Options)!;
        return (said, (Entry)Types[name].GetProperty(nameof(Entry))!.GetValue(said)!);
    }

    /// <summary>What was said on one stream, in the order of recording; at most <see cref="Limits.RowsShown"/> events.</summary>
    public static Task<List<Told<object>>> Of(NpgsqlDataSource source, Guid streamId, CancellationToken cancellation) => source.Read(
        "select type, data, timestamp from ledger.mt_events where stream_id = $1 and type = any($2) order by version limit $3",
        row => new Told<object>(Read(row.GetString(0), row.GetString(1)).Event, row.Instant(2)), cancellation, streamId, Names, Limits.RowsShown);
}
