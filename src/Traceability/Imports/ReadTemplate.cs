using System.Globalization;
using Traceability.Exports;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>A file to begin with: the heading of its kind and one worked row, which shows how each cell is written and is to be replaced.</summary>
public static class ReadTemplate
{
    /// <summary>Worked rows by kind and heading; a table beside this file.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Examples = Read();

    private static readonly Dictionary<string, Sheet<FileKind>> Templates = FileKind.All.ToDictionary(Address, Template);

    /// <summary>What a kind is called in the address.</summary>
    public static string Address(FileKind kind) => kind.Name.ToLowerInvariant().Replace(' ', '-');

    /// <summary>Cells of the worked row; null where it has none.</summary>
    public static string? Example(FileKind kind, Column column) => Examples[kind.Name].GetValueOrDefault(column.Name);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/imports/templates/{kind}", Answer)
        .Produces<string>(StatusCodes.Status200OK, Exported.Csv, Exported.Xlsx)
        .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound)
        .WithName(nameof(ReadTemplate))
        .WithSummary($"The heading of a kind of file that can be imported, with one worked row to be replaced: {string.Join(", ", Templates.Keys)}. format is csv (if empty) or xlsx.");

    internal static IResult Answer(string kind, HttpContext context, string? format = null)
    {
        if (!Templates.TryGetValue(kind, out var sheet))
            return Listing.One<object>(null);
        return format is not (null or "csv" or "xlsx")
            ? Problems.Of(Refusal.Of("malformed").At("format"))
            : ExportLists.File(context, sheet, format ?? "csv", new[] { (IReadOnlyList<FileKind>)[FileKind.All.Single(k => Address(k) == kind)] }.ToAsyncEnumerable());
    }

    private static Sheet<FileKind> Template(FileKind kind) => kind.Columns.Aggregate(new Sheet<FileKind>(Address(kind)), (sheet, column) => sheet.With(column.Name, k => Cell(column, Example(k, column))));

    /// <summary>Numbers as numbers, so that a spreadsheet shows them as its own.</summary>
    private static object? Cell(Column column, string? text) =>
        text is not null && column.Form is not (CellForm.Text or CellForm.Time or CellForm.Date) ? decimal.Parse(text, CultureInfo.InvariantCulture) : text;

    private static Dictionary<string, Dictionary<string, string>> Read()
    {
        using var table = new StreamReader(typeof(ReadTemplate).Assembly.GetManifestResourceStream("Traceability.Imports.examples.tsv")!);
        var examples = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        while (table.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Split('\t') is [var kind, .. var cells])
                examples.Add(kind, cells.Chunk(2).ToDictionary(c => c[0], c => c[1]));
        }
        return examples;
    }
}
