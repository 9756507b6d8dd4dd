using System.Text;
using CsCheck;
using MiniExcelLibs;
using Traceability.Exports;

namespace Traceability.Tests.Exports;

public sealed class WritingATable
{
    private sealed record Lot(string Number, decimal? Kilograms, DateTimeOffset At);

    private static readonly Sheet<Lot> Lots = new Sheet<Lot>("lots").With("Number", l => l.Number).With("Dry kilograms", l => l.Kilograms).With("Occurred at", l => l.At);
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(5));

    [Fact]
    public async Task a_csv_file_has_its_mark_its_heading_and_numbers_that_any_program_reads() =>
        Assert.Equal(
            "\uFEFFNumber,Dry kilograms,Occurred at\r\n\"Руда, 1\",1234.5,2026-03-01T12:00:00+05:00\r\nB,,2026-03-01T12:00:00+05:00\r\n",
            Encoding.UTF8.GetString(await Written(ExportFormat.Csv, new Lot("Руда, 1", 1234.5m, Noon), new Lot("B", null, Noon))));

    [Fact]
    public async Task what_would_become_a_formula_is_kept_from_it_and_a_negative_number_is_not()
    {
        var text = Encoding.UTF8.GetString(await Written(ExportFormat.Csv, new Lot("=HYPERLINK(1)", -2, Noon)));

        Assert.Contains("'=HYPERLINK(1),-2,", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_workbook_has_numbers_as_numbers_and_no_formulas()
    {
        using var file = new MemoryStream(await Written(ExportFormat.Xlsx, new Lot("=1+1", 1234.5m, Noon), new Lot("矿石", null, Noon)));
        var rows = file.Query(useHeaderRow: true).Cast<IDictionary<string, object?>>().ToList();

        Assert.Equal(["Number", "Dry kilograms", "Occurred at"], rows[0].Keys);
        Assert.Equal("'=1+1", rows[0]["Number"]);
        Assert.Equal(1234.5, rows[0]["Dry kilograms"]);
        Assert.Equal("矿石", rows[1]["Number"]);
        Assert.Null(rows[1]["Dry kilograms"]);
    }

    [Fact]
    public async Task an_empty_list_is_a_file_with_a_heading()
    {
        using var file = new MemoryStream(await Written(ExportFormat.Xlsx));

        Assert.Equal("\uFEFFNumber,Dry kilograms,Occurred at\r\n", Encoding.UTF8.GetString(await Written(ExportFormat.Csv)));
        Assert.Equal(["Number", "Dry kilograms", "Occurred at"], ((IDictionary<string, object?>)file.Query().Single()).Values);
        Assert.Empty(await Written(ExportFormat.JsonLines));
    }

    [Fact]
    public async Task machines_get_each_item_as_the_list_gives_it_one_a_line() =>
        Assert.Equal(
            """{"number":"=A","kilograms":2.5,"at":"2026-03-01T07:00:00.000000Z"}""" + "\n",
            Encoding.UTF8.GetString(await Written(ExportFormat.JsonLines, new Lot("=A", 2.5m, Noon))));

    [Fact]
    public async Task control_characters_do_not_break_a_workbook()
    {
        using var file = new MemoryStream(await Written(ExportFormat.Xlsx, new Lot("A\u0001B<&>", 1, Noon)));

        Assert.Contains("B<&>", (string)((IDictionary<string, object>)file.Query(useHeaderRow: true).Single())["Number"], StringComparison.Ordinal);
    }

    [Fact]
    public void every_text_comes_back_as_it_was() =>
        Gen.String[Gen.Char["'=+-@aＡ＝ 1\t"], 0, 6].Sample(text =>
        {
            Assert.Equal(text, FormulaGuard.Restore(FormulaGuard.Protect(text)));
            Assert.False(FormulaGuard.Protect(text) is ['=' or '+' or '-' or '@' or '\t' or '＝', ..]);
        });

    private static async Task<byte[]> Written(ExportFormat format, params Lot[] lots)
    {
        using var to = new MemoryStream();
        await Lots.Write(format, Pages(lots), to, TestContext.Current.CancellationToken);
        return to.ToArray();
    }

    private static async IAsyncEnumerable<IReadOnlyList<Lot>> Pages(Lot[] lots)
    {
        foreach (var page in lots.Chunk(1))
        {
            await Task.Yield();
            yield return page;
        }
    }
}
