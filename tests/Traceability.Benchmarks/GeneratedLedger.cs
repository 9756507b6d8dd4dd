using Npgsql;
using NpgsqlTypes;
using Traceability.Ledger;

namespace Traceability.Benchmarks;

/// <summary>Rows of a large ledger, the same for the same seed: islands of about 1,450 batches in 12 levels of blends, each level drawing on the one below.
/// Only what a trace reads is written, straight into the tables: no rule is asked.</summary>
internal sealed class GeneratedLedger(int seed, int edges)
{
    private const int Levels = 12, Inputs = 3;

    /// <param name="From">The run that made the batch.</param>
    private readonly record struct Edge(Guid Run, Guid Batch, Guid? From);

    private static readonly Guid Maker = MeasuredService.Person.OrganisationId, Facility = DerivedId.Facility("bench-mine");
    private readonly Random _random = new(seed);

    /// <summary>Batches whose whole island is above them.</summary>
    public List<Guid> Subjects { get; } = [];

    public async Task Fill(NpgsqlDataSource owner)
    {
        var (made, consumed, islands) = (new List<(Guid Batch, Guid? Run)>(), new List<Edge>(), 0);
        while (consumed.Count < edges)
        {
            var top = Island(made, consumed);
            if (islands++ < 20)
                Subjects.Add(top);
        }
        await using var connection = await owner.OpenConnectionAsync();
        await Copy(connection, "made (event_id, batch_id, run_id, run_number, step, number, material, source, role, maker_id, facility_id, owner_id, dry_kilograms, pieces, occurred_at, recorded_at)", made, async (writer, row) =>
        {
            await writer.WriteAsync(NewId());
            await writer.WriteAsync(row.Batch);
            await Write(writer, row.Run);
            await WriteText(writer, row.Run is null ? null : $"R-{row.Run:N}"[..16]);
            await WriteText(writer, row.Run is null ? null : "blend");
            await writer.WriteAsync($"G-{row.Batch:N}"[..16]);
            await writer.WriteAsync("ree-ore");
            await WriteText(writer, row.Run is null ? "Extraction" : null);
            await WriteText(writer, row.Run is null ? null : "Product");
            await WritePlace(writer);
        });
        await Copy(connection, "bookings (event_id, batch_id, fact_id, from_run_id, kind, under_way_dry_kilograms, under_way_pieces, disputed_dry_kilograms, disputed_pieces, blocked_dry_kilograms, blocked_pieces, "
            + "certified_kilograms, owner_id, facility_id, dry_kilograms, pieces, occurred_at, recorded_at)", consumed, async (writer, row) =>
        {
            await writer.WriteAsync(NewId());
            await writer.WriteAsync(row.Batch);
            await writer.WriteAsync(row.Run);
            await Write(writer, row.From);
            await writer.WriteAsync("Consumed");
            for (var i = 0; i < 3; i++)
            {
                await writer.WriteAsync(0m);
                await writer.WriteAsync(0L);
            }
            await writer.WriteAsync(0m);
            await writer.WriteAsync(Maker);
            await WriteLast(writer, -100m);
        });
        await Copy(connection, "parties (subject_id, organisation_id, kind, recorded_at)", made, async (writer, row) =>
        {
            await writer.WriteAsync(row.Batch);
            await writer.WriteAsync(Maker);
            await writer.WriteAsync("batch");
            await writer.WriteAsync(CommandLoad.Day, NpgsqlDbType.TimestampTz);
        });
        // As PostgreSQL leaves by itself a table that grew over years: only then does an index answer without its table.
        await using var tidy = owner.CreateCommand("vacuum analyze");
        await tidy.ExecuteNonQueryAsync();
    }

    /// <summary>From the top each level is 1.62 times as wide as the one above; each batch above the lowest comes of a run that draws on the level below.</summary>
    /// <returns>The batch at the top.</returns>
    private Guid Island(List<(Guid Batch, Guid? Run)> made, List<Edge> consumed)
    {
        (Guid Batch, Guid? Run)[] above = [(NewId(), NewId())];
        var top = above[0].Batch;
        made.AddRange(above);
        for (var level = 1; level < Levels; level++)
        {
            (Guid Batch, Guid? Run)[] below = [.. Enumerable.Range(0, (int)Math.Round(2.73 * Math.Pow(1.62, level))).Select(_ => (NewId(), level == Levels - 1 ? (Guid?)null : NewId()))];
            made.AddRange(below);
            for (var i = 0; i < above.Length; i++)
            {
                // Every batch below is drawn on at least once, so that the whole island stands above its top.
                var share = below.Where((_, n) => n % above.Length == i);
                consumed.AddRange(share.Concat(_random.GetItems(below, Inputs)).Distinct().Select(input => new Edge(above[i].Run!.Value, input.Batch, input.Run)));
            }
            above = below;
        }
        return top;
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new(bytes);
    }

    private static async Task Copy<T>(NpgsqlConnection connection, string into, List<T> rows, Func<NpgsqlBinaryImporter, T, Task> write)
    {
        await using var writer = await connection.BeginBinaryImportAsync($"copy ledger.{into} from stdin (format binary)");
        foreach (var row in rows)
        {
            await writer.StartRowAsync();
            await write(writer, row);
        }
        await writer.CompleteAsync();
    }

    private static Task Write(NpgsqlBinaryImporter writer, Guid? id) => id is { } some ? writer.WriteAsync(some) : writer.WriteNullAsync();

    private static Task WriteText(NpgsqlBinaryImporter writer, string? text) => text is not null ? writer.WriteAsync(text) : writer.WriteNullAsync();

    private static async Task WritePlace(NpgsqlBinaryImporter writer)
    {
        await writer.WriteAsync(Maker);
        await writer.WriteAsync(Facility);
        await writer.WriteAsync(Maker);
        await WriteQuantity(writer, 300m);
    }

    private static async Task WriteLast(NpgsqlBinaryImporter writer, decimal kilograms)
    {
        await writer.WriteAsync(Facility);
        await WriteQuantity(writer, kilograms);
    }

    private static async Task WriteQuantity(NpgsqlBinaryImporter writer, decimal kilograms)
    {
        await writer.WriteAsync(kilograms);
        await writer.WriteAsync(0L);
        await writer.WriteAsync(CommandLoad.Day, NpgsqlDbType.TimestampTz);
        await writer.WriteAsync(CommandLoad.Day, NpgsqlDbType.TimestampTz);
    }
}
