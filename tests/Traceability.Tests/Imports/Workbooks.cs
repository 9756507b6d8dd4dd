using System.IO.Compression;
using System.Text;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Tests.Imports;

/// <summary>Workbooks, good ones and such as were made to do harm.</summary>
public class Workbooks
{
    private static readonly string[] Heading = ["Batch number", "Material", "Source", "Facility", "Wet kilograms", "Moisture percent", "Occurred at"];
    private static readonly Actor MinesPerson = SmallWorld.PersonOf("mine");
    private static readonly (string, string) Almaty = ("zone", "Asia/Almaty");

    private static string[] Texts(params string[] texts) => [.. texts.Select(WrittenWorkbook.Text)];

    private static async Task<(ImportReport Report, SmallWorld World)> Imported(byte[] file, params (string, string)[] settings)
    {
        var world = await SmallWorld.Registered();
        return (await world.Import(file, MinesPerson, settings), world);
    }

    private static string Refused(byte[] file, params (string, string)[] settings) => Assert.Single(Imported(file, settings).GetAwaiter().GetResult().Report.Rows).Refusal!.Code;

    [Fact]
    public async Task numbers_days_and_percentages_are_read_as_the_cells_show_them()
    {
        var sheet = WrittenWorkbook.SheetOf(
            Texts(Heading),
            [.. Texts("R-1", "ree-ore", "Extraction", "pit"), WrittenWorkbook.Number("12500.299999999999"), WrittenWorkbook.Number("6.0999999999999999E-2", style: 3), WrittenWorkbook.Number("45968.770833333336", style: 2)],
            [.. Texts("R-2", "ree-ore", "Extraction", "pit"), WrittenWorkbook.Number("1.5E3"), "<c/>", WrittenWorkbook.Number("45968", style: 1)]);

        var (report, world) = await Imported(WrittenWorkbook.Of(sheet), Almaty);

        Assert.Equal([RowResult.Recorded, RowResult.Recorded], report.Rows.Select(r => r.Result));
        var batches = world.Ledger.Events.Select(e => e.Event).OfType<BatchRegistered>().ToList();
        Assert.Equal([(12_500.3m, 0.061m), (1_500m, null)], batches.Select(b => (b.Stated.WetKilograms!.Value, b.Stated.Moisture)).OrderByDescending(b => b.Item1));
        Assert.Contains(batches, b => b.Entry.OccurredAt == new DateTimeOffset(2025, 11, 7, 18, 30, 0, TimeSpan.FromHours(5)));
        Assert.Equal(("xlsx", "Sheet1"), (report.Found!.Format, report.Found.Sheet));
    }

    [Fact]
    public async Task texts_that_cells_share_are_found()
    {
        var texts = string.Concat(Heading.Append("R-1").Append("ree-ore").Append("Extraction").Append("pit").Append("2025-10-01T08:00Z").Select(t => $"<si><t>{t}</t></si>"));
        var cells = Enumerable.Range(0, 7).Select(i => $"<c t=\"s\"><v>{i}</v></c>").ToArray();
        string[] row = [.. Enumerable.Range(7, 4).Select(i => $"<c t=\"s\"><v>{i}</v></c>"), WrittenWorkbook.Number("7"), "<c/>", "<c t=\"s\"><v>11</v></c>"];

        Assert.Equal(1, (await Imported(WrittenWorkbook.Of(WrittenWorkbook.SheetOf(cells, row), texts))).Report.Recorded);
    }

    /// <summary>It packs to a hundredth of that, and each cell for itself may be as long.</summary>
    [Fact]
    public void more_text_than_anybody_types_is_refused_whatever_it_packs_to()
    {
        const int Length = 30_000;
        var digits = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{i * 7_919L % 1_000_003:000000000000000000}"));
        string[] Row(int at) => [.. Texts($"R-{at}", "ree-ore", "Extraction", "pit", "1000", "6", "2025-10-01T08:00Z"), .. Texts(digits[at..(at + Length)])];
        var sheet = WrittenWorkbook.SheetOf([Texts([.. Heading, "x"]), .. Enumerable.Range(0, Limits.ImportText / Length + 1).Select(Row)]);

        Assert.Equal("too-much-text", Refused(WrittenWorkbook.Of(sheet), ("column.8", "-")));
    }

    [Fact]
    public async Task of_formulas_the_value_is_taken_and_where_there_is_none_the_row_says_so()
    {
        string[] Row(string number, string cell) => [.. Texts(number, "ree-ore", "Extraction", "pit"), cell, "<c/>", .. Texts("2025-10-01T08:00Z")];
        var sheet = WrittenWorkbook.SheetOf(
            Texts(Heading), Row("R-1", "<c><f>500+500</f><v>1000</v></c>"), Row("R-2", "<c><f>500+500</f></c>"), Row("R-3", "<c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>"));

        var (report, _) = await Imported(WrittenWorkbook.Of(sheet));

        Assert.Equal([null, "formula-uncounted", "formula-failed"], report.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal("Wet kilograms", report.Rows[1].Column);
    }

    [Fact]
    public async Task merged_cells_give_rows_a_reason()
    {
        var sheet = WrittenWorkbook.Sheet(
            Heading, ["R-1", "ree-ore", "Extraction", "pit", "1000", "6", "2025-10-01T08:00Z"], ["R-2", "ree-ore", "Extraction", "", "1000", "6", "2025-10-01T08:00Z"])
            .Replace("</sheetData>", "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"D2:D3\"/></mergeCells>", StringComparison.Ordinal);

        var (report, _) = await Imported(WrittenWorkbook.Of(sheet));

        Assert.Equal([(null, null), ("cell-merged", "Facility")], report.Rows.Select(r => (r.Refusal?.Code, r.Column)));
    }

    [Fact]
    public async Task the_sheet_with_a_known_heading_is_read_unless_another_is_said()
    {
        var book = WrittenWorkbook.Of([("Notes", WrittenWorkbook.Sheet(["This year's batches"])), ("Batches", WrittenWorkbook.Sheet(Heading, ["R-1", "ree-ore", "Extraction", "pit", "1000", "6", "2025-10-01T08:00Z"]))]);

        var (found, _) = await Imported(book);

        Assert.Equal((1, "Batches"), (found.Recorded, found.Found!.Sheet));
        Assert.Equal(["Notes", "Batches"], found.Found.Sheets);
        Assert.Equal("heading-unknown", Refused(book, ("sheet", "Notes")));
        Assert.Equal("sheet-unknown", Refused(book, ("sheet", "Batchs")));
    }

    [Fact]
    public async Task more_cells_than_headings_are_refused()
    {
        var (report, _) = await Imported(WrittenWorkbook.OfRows(Heading, ["R-1", "ree-ore", "Extraction", "pit", "1000", "6", "2025-10-01T08:00Z", "extra"]));

        Assert.Equal("ragged-row", Assert.Single(report.Rows).Refusal!.Code);
    }

    [Fact]
    public async Task what_only_says_that_it_is_large_takes_no_memory()
    {
        var sheet = WrittenWorkbook.Sheet(Heading, ["R-1", "ree-ore", "Extraction", "pit", "1000", "6", "2025-10-01T08:00Z"]).Replace("<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>", StringComparison.Ordinal)
            .Replace("<row r=\"2\">", "<row r=\"1048576\">", StringComparison.Ordinal);
        var world = await SmallWorld.Registered();
        await world.Import(WrittenWorkbook.Of(sheet), MinesPerson);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var report = await world.Import(WrittenWorkbook.Of(sheet), MinesPerson);

        Assert.Equal([(1_048_576, RowResult.AlreadyThere)], report.Rows.Select(r => (r.Row, r.Result)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Fact]
    public void a_zip_bomb_is_refused_before_it_is_unpacked()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var part = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.SmallestSize).Open();
            for (var i = 0; i < 64; i++)
                part.Write(new byte[1024 * 1024]);
        }

        Assert.Equal("workbook-too-large", Refused(file.ToArray()));
    }

    [Fact]
    public void a_bomb_whose_directory_lies_about_its_size_is_refused_while_it_is_unpacked()
    {
        var sheet = WrittenWorkbook.Sheet(Heading).Replace("</sheetData>", $"<row r=\"2\"><c t=\"inlineStr\"><is><t>{new string('a', 3_000_000)}</t></is></c></row></sheetData>", StringComparison.Ordinal);

        Assert.Equal("workbook-too-large", Refused(WrittenWorkbook.Of(sheet)));
    }

    [Fact]
    public void entities_that_grow_are_not_expanded()
    {
        var sheet = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>" + WrittenWorkbook.Sheet(["&b;"]).Replace("&amp;", "&", StringComparison.Ordinal);

        Assert.Equal("workbook-unreadable", Refused(WrittenWorkbook.Of(sheet)));
    }

    [Fact]
    public void a_directory_of_countless_parts_is_not_read()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i <= Limits.WorkbookParts; i++)
                zip.CreateEntry($"{i}");
        }

        Assert.Equal("workbook-too-large", Refused(file.ToArray()));
    }

    [Theory]
    [InlineData("<row r=\"3\"/><row r=\"2\"/>")]
    [InlineData("<row r=\"99999999999\"/>")]
    [InlineData("<row r=\"2\"><c r=\"ZZZZZZZZ2\"><v>1</v></c></row>")]
    [InlineData("<row r=\"2\"><c t=\"s\"><v>5</v></c></row>")]
    [InlineData("<row r=\"2\"><c t=\"inlineStr\"><is><t>\0</t></is></c></row>")]
    [InlineData("<row r=\"2\"><c>")]
    public void a_sheet_that_contradicts_itself_is_refused_whole(string row) =>
        Assert.Equal("workbook-unreadable", Refused(WrittenWorkbook.Of(WrittenWorkbook.Sheet(Heading).Replace("</sheetData>", row + "</sheetData>", StringComparison.Ordinal))));

    [Fact]
    public void an_old_or_protected_workbook_is_told_so() => Assert.Equal("workbook-unreadable", Refused([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]]));

    [Fact]
    public void a_million_columns_are_one_refusal()
    {
        Assert.Equal("too-many-columns", Refused(Encoding.UTF8.GetBytes("Batch number" + new string(',', 1_000_000 / 2) + "\nR-1\n")));
        Assert.Equal("line-too-long", Refused(Encoding.UTF8.GetBytes("Batch number" + new string(',', 2_000_000) + "\nR-1\n")));
        Assert.Equal("too-many-columns", Refused(WrittenWorkbook.OfRows([.. Heading, .. Enumerable.Range(0, 300).Select(i => $"c{i}")])));
    }

    [Fact]
    public async Task no_spoilt_workbook_ever_ends_in_an_exception()
    {
        var good = WrittenWorkbook.OfRows(Heading, ["R-1", "ree-ore", "Extraction", "pit", "1000", "6", "2025-10-01T08:00Z"]);
        var world = await SmallWorld.Registered();

        await CsCheck.Check.SampleAsync(
            CsCheck.Gen.Select(CsCheck.Gen.Int[0, good.Length - 1], CsCheck.Gen.Byte),
            async spoilt =>
            {
                var bytes = good.ToArray();
                bytes[spoilt.Item1] = spoilt.Item2;

                Assert.NotEmpty((await world.Import(bytes, MinesPerson)).Rows);
            },
            iter: 500);
    }
}
