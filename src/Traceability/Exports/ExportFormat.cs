using System.Globalization;
using System.Text.Json;
using CsvHelper;
using MiniExcelLibs;
using Traceability.Ledger;

namespace Traceability.Exports;

/// <summary>Csv for every program, Xlsx for spreadsheets, JsonLines for machines: each item as the list itself gives it, one a line.</summary>
public enum ExportFormat { Csv, Xlsx, JsonLines }

/// <summary>Writes a list page by page, so that the longest takes no more memory than one page.</summary>
public static class Exported
{
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string JsonLines = "application/jsonl";

    /// <summary>What a format is called in an address.</summary>
    public static IReadOnlyDictionary<string, ExportFormat> Formats { get; } = new Dictionary<string, ExportFormat> { ["csv"] = ExportFormat.Csv, ["xlsx"] = ExportFormat.Xlsx, ["jsonl"] = ExportFormat.JsonLines };

    public static string ContentType(this ExportFormat format) => format switch
    {
        ExportFormat.Xlsx => Xlsx,
        ExportFormat.JsonLines => JsonLines,
        _ => Csv,
    };

    public static string FileName(this ExportFormat format, string name) => $"{name}.{Formats.Single(f => f.Value == format).Key}";

    /// <param name="to">Stays open. A workbook is written to it without waiting asynchronously.</param>
    public static Task Write<T>(this Sheet<T> sheet, ExportFormat format, IAsyncEnumerable<IReadOnlyList<T>> pages, Stream to, CancellationToken cancellation) => format switch
    {
        ExportFormat.Xlsx => Workbook(sheet, pages, to, cancellation),
        ExportFormat.JsonLines => Lines(pages, to, cancellation),
        _ => Table(sheet, pages, to, cancellation),
    };

    private static async Task Table<T>(Sheet<T> sheet, IAsyncEnumerable<IReadOnlyList<T>> pages, Stream to, CancellationToken cancellation)
    {
        using var part = new MemoryStream();
        // UTF-8 with its mark, so that spreadsheets read Cyrillic and Chinese.
        using var csv = CsvWriter.Create(part, CsvWriterOptions.Default with { WriteByteOrderMark = true }, leaveOpen: true);
        csv.WriteHeader(sheet.Headings);
        await foreach (var page in pages.WithCancellation(cancellation))
        {
            foreach (var item in page)
            {
                foreach (var cell in sheet.Row(item))
                    csv.WriteField(Convert.ToString(cell, CultureInfo.InvariantCulture));
                csv.EndRecord();
            }
            csv.Flush();
            await Pass(part, to, cancellation);
        }
        csv.Flush();
        await Pass(part, to, cancellation);
    }

    private static async Task Lines<T>(IAsyncEnumerable<IReadOnlyList<T>> pages, Stream to, CancellationToken cancellation)
    {
        using var part = new MemoryStream();
        await foreach (var page in pages.WithCancellation(cancellation))
        {
            foreach (var item in page)
            {
                JsonSerializer.Serialize(part, item, ApiJson.Options);
                part.WriteByte((byte)'\n');
            }
            await Pass(part, to, cancellation);
        }
    }

    private static async Task Pass(MemoryStream part, Stream to, CancellationToken cancellation)
    {
        await to.WriteAsync(part.GetBuffer().AsMemory(0, (int)part.Length), cancellation);
        part.SetLength(0);
    }

    private static async Task Workbook<T>(Sheet<T> sheet, IAsyncEnumerable<IReadOnlyList<T>> pages, Stream to, CancellationToken cancellation)
    {
        var headings = sheet.Headings;
        await to.SaveAsAsync(Rows(), printHeader: false, sheetName: sheet.Name, cancellationToken: cancellation);

        async IAsyncEnumerable<Dictionary<string, object?>> Rows()
        {
            // The library takes headings from the first row, and an empty list has none.
            yield return headings.ToDictionary(heading => heading, object? (heading) => heading);
            await foreach (var page in pages.WithCancellation(cancellation))
            {
                foreach (var item in page)
                    yield return headings.Zip(sheet.Row(item)).ToDictionary(c => c.First, c => c.Second);
            }
        }
    }
}
