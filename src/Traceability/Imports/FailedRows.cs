using System.Text.Json;
using CsvHelper;
using Microsoft.Extensions.Localization;
using Npgsql;
using Traceability.Access;
using Traceability.Exports;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>The refused rows of an import as a file: in the headings and order they were sent in, with a last column that says why. Mended there, the file is sent as it is.</summary>
public static class FailedRows
{
    /// <summary>Heading of the reasons. Where it stands last, an import leaves it out.</summary>
    public const string Why = "Why";

    private sealed record Failed(int Row, string[] Cells, RowOutcome Outcome);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/imports/{importId:guid}/failed-rows", Answer)
        .Produces<string>(StatusCodes.Status200OK, Exported.Csv)
        .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound)
        .WithName("ReadFailedRows").WithMetadata(new TellsOfFiles())
        .WithSummary($"The refused rows of an import as CSV (UTF-8), in the headings they were sent in, with a last column, {Why}. It may be mended and sent as it is. Kept for {Limits.FailedRowsKept.Days} days.");

    internal static async Task<IResult> Answer(
        Guid importId, HttpContext context, NpgsqlDataSource source, IStringLocalizer<Text> words, TimeProvider time, CancellationToken cancellation)
    {
        var actor = ReadImport.Asking(context);
        var found = (await source.Read(
            $"select found from ledger.imports where {ReadImport.Seen(actor)} and id = $3 and keeps_rows and found is not null and (finished_at is null or finished_at > $4)",
            row => row.State<FileFound>(0), cancellation, actor.OrganisationId, actor.PersonId, importId, time.GetUtcNow() - Limits.FailedRowsKept)).SingleOrDefault();
        return found is null
            ? Listing.One<FileFound>(null)
            : TypedResults.Stream(to => Write(to, found, source, importId, words, cancellation), Exported.Csv, "failed-rows.csv");
    }

    private static async Task Write(Stream to, FileFound found, NpgsqlDataSource source, Guid importId, IStringLocalizer<Text> words, CancellationToken cancellation)
    {
        var separator = FileSettings.Separators.GetValueOrDefault(found.Separator ?? "comma", ',');
        var zone = FileSettings.ZoneOf(found.Zone ?? "");
        using var part = new MemoryStream();
        using var csv = CsvWriter.Create(part, CsvWriterOptions.Default with { WriteByteOrderMark = true, Separator = separator, ValidateFieldCount = false }, leaveOpen: true);
        csv.WriteHeader([.. found.Columns.Select(c => FormulaGuard.Protect(c.Heading)), Why]);
        for (var (after, more) = (0, true); more; await Flush())
        {
            var failed = await source.Read(
                """
                select f."row", f.cells, r.outcome from ledger.failed_rows f join ledger.import_rows r using (import_id, "row")
                where f.import_id = $1 and f."row" > $2 order by f."row" limit $3
                """,
                row => new Failed(row.GetInt32(0), JsonSerializer.Deserialize<string[]>(row.GetString(1))!, row.State<RowOutcome>(2)), cancellation, importId, after, Limits.ExportPage);
            foreach (var row in failed)
            {
                foreach (var cell in Cells(row, found.Columns.Count, words, zone))
                    csv.WriteField(cell);
                csv.EndRecord();
            }
            more = failed.Count == Limits.ExportPage;
            after = more ? failed[^1].Row : after;
        }

        async Task Flush()
        {
            csv.Flush();
            await to.WriteAsync(part.GetBuffer().AsMemory(0, (int)part.Length), cancellation);
            part.SetLength(0);
        }
    }

    /// <summary>As sent, the reason under its heading; what a row has more than its heading follows, so that nothing is lost.</summary>
    private static IEnumerable<string> Cells(Failed row, int columns, IStringLocalizer<Text> words, TimeZoneInfo? zone)
    {
        var (column, sentence) = (row.Outcome.Column, row.Outcome.Refusal is { } refusal ? words.Sentence(refusal, zone) : "");
        return Enumerable.Range(0, columns).Select(i => row.Cells.ElementAtOrDefault(i) ?? "").Select(Guarded)
            .Append(FormulaGuard.Protect(column is null ? sentence : $"{column}: {sentence}"))
            .Concat(row.Cells.Skip(columns).Select(Guarded));
    }

    /// <summary>A cell that came with an apostrophe from an export keeps that one.</summary>
    private static string Guarded(string cell) => FormulaGuard.Protect(FormulaGuard.Restore(cell));
}
