using System.Text;
using CsCheck;
using Traceability.Access;
using Traceability.Imports;

namespace Traceability.Tests.Imports;

/// <summary>Whatever is in a file, the answer is a reason at a row, and everything else goes in.</summary>
public class FilesThatCannotBeRead
{
    private const string Heading = "Batch number,Material,Source,Facility,Wet kilograms,Moisture percent,Pieces,Method,Owner,Serials,Occurred at";
    private const string Good = "R-1,ree-ore,Extraction,pit,1000,6,,,,,2025-10-01T08:00+05:00";
    private static readonly Actor MinesPerson = SmallWorld.PersonOf("mine");
    private static readonly Actor PlantsPerson = SmallWorld.PersonOf("plant");

    [Theory]
    [InlineData("R-2,ree-ore,Extraction,pit,1 00,6,,,,,2025-10-01T08:00+05:00", "not-a-number", "Wet kilograms", "1 00")]
    [InlineData("R-2,ree-ore,Extraction,pit,\"1,000\",6,,,,,2025-10-01T08:00+05:00", "number-ambiguous", "Wet kilograms", "1,000")]
    [InlineData("R-2,ree-ore,Extraction,pit,1e3,6,,,,,2025-10-01T08:00+05:00", "not-a-number", "Wet kilograms", "1e3")]
    [InlineData("R-2,ree-ore,Extraction,pit,99999999999999999999999999999999,6,,,,,2025-10-01T08:00+05:00", "not-a-number", "Wet kilograms", "99999999999999999999999999999999")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,six,,,,,2025-10-01T08:00+05:00", "not-a-number", "Moisture percent", "six")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,1.5,,,,2025-10-01T08:00+05:00", "not-a-whole-number", "Pieces", "1.5")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,01.10.2025", "time-zone-missing", "Occurred at", "01.10.2025")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,2025-10-01T08:00", "time-zone-missing", "Occurred at", "2025-10-01T08:00")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,31.02.2026 08:00+05:00", "no-such-day", "Occurred at", "31.02.2026 08:00+05:00")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,2026-02-31", "no-such-day", "Occurred at", "2026-02-31")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,03/04/2026 08:00+05:00", "date-ambiguous", "Occurred at", "03/04/2026 08:00+05:00")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,2025-02-30T08:00Z", "no-such-day", "Occurred at", "2025-02-30T08:00Z")]
    [InlineData("R-2,ree-ore,Digging,pit,1000,6,,,,,2025-10-01T08:00+05:00", "not-a-choice", "Source", "Digging")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,0,,,2025-10-01T08:00+05:00", "not-a-choice", "Method", "0")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,A1..B9,2025-10-01T08:00+05:00", "not-a-serial-range", "Serials", "A1..B9")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,A000000001..A999999999,2025-10-01T08:00+05:00", "too-many-serials", "Serials", "A000000001..A999999999")]
    [InlineData(",ree-ore,Extraction,pit,1000,6,,,,,2025-10-01T08:00+05:00", "value-missing", "Batch number", null)]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,", "ragged-row", null, null)]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,2025-10-01T08:00+05:00,", "ragged-row", null, null)]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,\"2025-10-01T08:00+05:00", "quotes-malformed", null, null)]
    [InlineData("R-2,ree-ore,Extraction,p\"it,1000,6,,,,,2025-10-01T08:00+05:00", "quotes-malformed", null, null)]
    [InlineData("R-2\0,ree-ore,Extraction,pit,1000,6,,,,,2025-10-01T08:00+05:00", "nul-in-cell", "Batch number", "R-2\uFFFD")]
    public async Task a_row_that_cannot_be_read_is_refused_with_its_cell(string row, string code, string? column, string? value)
    {
        var world = await SmallWorld.Registered();

        var report = await world.Import($"{Heading}\n{row}\n{Good}\n", MinesPerson);

        Assert.Equal([(2, RowResult.Refused), (3, RowResult.Recorded)], report.Rows.Select(r => (r.Row, r.Result)));
        Assert.Equal((code, column, value), (report.Rows[0].Refusal!.Code, report.Rows[0].Column, report.Rows[0].Value));
    }

    [Theory]
    [InlineData("R-2,gold,Extraction,pit,1000,6,,,,,2025-10-01T08:00+05:00", "material-unknown", "Material", "gold")]
    [InlineData("R-2,ree-ore,Extraction,nowhere,1000,6,,,,,2025-10-01T08:00+05:00", "name-unknown", "Facility", "nowhere")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,nobody,,2025-10-01T08:00+05:00", "organisation-unknown", "Owner", "nobody")]
    [InlineData("R-2,ree-ore,Extraction,pit,-5,6,,,,,2025-10-01T08:00+05:00", "mass-out-of-range", "Wet kilograms", "-5")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,100,,,,,2025-10-01T08:00+05:00", "moisture-out-of-range", "Moisture percent", "100")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000.1234567,6,,,,,2025-10-01T08:00+05:00", "too-precise", "Wet kilograms", "1000.1234567")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,5,,,,2025-10-01T08:00+05:00", "not-counted-in-pieces", "Pieces", "5")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,2027-10-01T08:00+05:00", "in-the-future", "Occurred at", "2027-10-01T08:00+05:00")]
    [InlineData("R-2,ree-ore,Extraction,pit,1000,6,,,,,0001-01-01T08:00+05:00", "too-long-ago", "Occurred at", "0001-01-01T08:00+05:00")]
    [InlineData("R-2,ree-ore,Recovery,pit,1000,6,,,,,2025-10-01T08:00+05:00", "recovery-only-at-recyclers", "Facility", "pit")]
    public async Task what_a_rule_refuses_is_shown_at_its_cell(string row, string code, string column, string value)
    {
        var world = await SmallWorld.Registered();

        var report = await world.Import($"{Heading}\n{row}\n{Good}\n", MinesPerson);

        Assert.Equal([(2, RowResult.Refused), (3, RowResult.Recorded)], report.Rows.Select(r => (r.Row, r.Result)));
        Assert.Equal((code, column, value), (report.Rows[0].Refusal!.Code, report.Rows[0].Column, report.Rows[0].Value));
    }

    [Theory]
    [InlineData("", "file-empty", null)]
    [InlineData("\n\n", "file-empty", null)]
    [InlineData("name,age\nAnn,7\n", "heading-unknown", null)]
    [InlineData("PK\u0003\u0004\u0014\0\u0006\0", "workbook-unreadable", null)]
    [InlineData(Heading + ",Colour\n" + Good + ",red", "column-unknown", "Colour")]
    [InlineData(Heading + ",source\n" + Good + ",Extraction", "column-twice", "Source")]
    [InlineData("Batch number,Material,Source,Facility\nR-1,ree-ore,Extraction,pit", "column-missing", "Occurred at")]
    public async Task a_file_that_is_none_of_the_known_kinds_is_refused_whole(string csv, string code, string? column)
    {
        var world = await SmallWorld.Registered();

        var refused = Assert.Single((await world.Import(csv, MinesPerson)).Rows);

        Assert.Equal((code, column), (refused.Refusal!.Code, refused.Column));
    }

    [Fact]
    public async Task bytes_that_are_not_utf_8_spoil_their_row_only()
    {
        var world = await SmallWorld.Registered();
        var spoilt = Encoding.Latin1.GetBytes("R-\u00DF,ree-ore,Extraction,pit,1000,6,,,,,2025-10-01T08:00+05:00\n");

        var report = await world.Import([.. Encoding.UTF8.GetBytes(Heading + "\n"), .. spoilt, .. Encoding.UTF8.GetBytes(Good)], MinesPerson);

        Assert.Equal(["not-utf-8", null], report.Rows.Select(r => r.Refusal?.Code));
    }

    [Fact]
    public async Task an_unclosed_quote_swallows_no_other_row()
    {
        var world = await SmallWorld.Registered();

        var report = await world.Import($"{Heading}\n\"R-2,ree-ore,Extraction,pit,1000,6,,,,,2025-10-01T08:00+05:00\n{Good}\n", MinesPerson);

        Assert.Equal(["quotes-malformed", null], report.Rows.Select(r => r.Refusal?.Code));
    }

    [Fact]
    public async Task a_shipment_goes_in_whole_or_not_at_all()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);

        var report = await world.Import(SmallWorld.Shipments.Replace("R-2,30000", "R-2,plenty"), MinesPerson);

        Assert.Equal(["other-row-refused", null, "not-a-number"], report.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal("4", report.Rows[0].Refusal!.Values["row"]);
    }

    [Fact]
    public async Task a_line_that_a_rule_refuses_is_found_back_to_its_row()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);

        var report = await world.Import(SmallWorld.Shipments.Replace("R-2,30000", "R-2,-30000"), MinesPerson);

        Assert.Equal(["other-row-refused", null, "mass-out-of-range"], report.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal(("Wet kilograms", "-30000"), (report.Rows[2].Column, report.Rows[2].Value));
    }

    [Theory]
    [InlineData("C-1,ree-concentrate", "R-1,ree-ore", "step-does-not-make", "Material", "ree-ore", 5)]
    [InlineData("C-1,ree-concentrate", "M-001,ree-concentrate", "number-taken", "Batch number", "M-001", 5)]
    [InlineData("Collector,40", "Collector,-40", "mass-out-of-range", "Wet kilograms", "-40", 4)]
    [InlineData("ree-flotation,", "ree-dreaming,", "step-unknown", "Step", "ree-dreaming", 2)]
    public async Task what_a_rule_says_of_a_run_is_shown_at_its_cell(string instead, string of, string code, string column, string value, int row)
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);
        await world.Import(SmallWorld.Shipments, MinesPerson);
        await world.Import(SmallWorld.Receipts, PlantsPerson);

        var report = await world.Import(SmallWorld.Runs.Replace(instead, of), PlantsPerson);

        var refused = Assert.Single(report.Rows, r => r.Refusal!.Code != "other-row-refused");
        Assert.Equal((row, code, column, value), (refused.Row, refused.Refusal!.Code, refused.Column, refused.Value));
    }

    [Theory]
    [InlineData("MG-1,", " ,", "licence-missing", "Licence", null)]
    [InlineData("plant=30", "plant=130", "shares-impossible", "Partners", "plant=130")]
    [InlineData("ree-ore=3000000", "gold=3000000", "material-unknown", "Permitted kilograms a year", "gold=3000000")]
    [InlineData("50.05", "150.05", "position-impossible", "Latitude", "150.05")]
    [InlineData("2040-01-01", "2010-01-01", "licence-period-impossible", "Licensed to", "2010-01-01")]
    public async Task what_a_rule_says_of_a_facility_is_shown_at_its_cell(string instead, string of, string code, string column, string? value)
    {
        var world = new SmallWorld();
        await world.Import(SmallWorld.Organisations, SmallWorld.Steward);

        var refused = (await world.Import(SmallWorld.Facilities.Replace(instead, of), SmallWorld.Steward)).Rows[0];

        Assert.Equal((code, column, value), (refused.Refusal!.Code, refused.Column, refused.Value));
    }

    [Fact]
    public async Task a_later_row_does_not_contradict_the_first()
    {
        var world = await SmallWorld.Registered();

        var report = await world.Import(SmallWorld.Shipments.Replace("W-1,,,", "W-1,,pit,"), MinesPerson);

        Assert.Equal(("contradicts-first-row", "To facility", "pit"), (report.Rows[2].Refusal!.Code, report.Rows[2].Column, report.Rows[2].Value));
        Assert.Equal("mill", report.Rows[2].Refusal!.Values["first"]);
    }

    [Fact]
    public async Task another_row_under_a_number_that_is_taken_is_told_so()
    {
        var world = await SmallWorld.Registered();
        await world.Import($"{Heading}\n{Good}\n", MinesPerson);

        var report = await world.Import($"{Heading}\n{Good}\n{Good.Replace("1000", "1001")}\n", MinesPerson);

        Assert.Equal([RowResult.AlreadyThere, RowResult.Refused], report.Rows.Select(r => r.Result));
        Assert.Equal("id-reused", report.Rows[1].Refusal!.Code);
    }

    [Fact]
    public async Task what_is_out_of_sight_looks_like_what_does_not_exist()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);
        const string Csv = """
            Run number,Step,Facility,Started at,Ended at,Part,Batch number,Batch maker,Material,Wet kilograms
            F-1,split,mill,2025-10-07T08:00+05:00,2025-10-09T08:00+05:00,Input,R-1,mine,,1000
            F-1,,,,,Product,C-1,,ree-ore,900
            """;

        var hidden = (await world.Import(Csv, PlantsPerson)).Rows[0];
        var absent = (await world.Import(Csv.Replace("R-1", "R-8"), PlantsPerson)).Rows[0];

        // Each is told what it named itself, and nothing else.
        Assert.Equal(("name-unknown", "name-unknown"), (hidden.Refusal!.Code, absent.Refusal!.Code));
        Assert.Equal([KeyValuePair.Create("name", "R-1")], hidden.Refusal.Values);
        Assert.Equal([KeyValuePair.Create("name", "R-8")], absent.Refusal.Values);
        Assert.Equal(("Batch number", "R-1"), (hidden.Column, hidden.Value));
    }

    [Fact]
    public async Task somebody_elses_file_is_refused_row_by_row()
    {
        var world = await SmallWorld.Registered();

        Assert.Equal(2, (await world.Import(SmallWorld.Batches, PlantsPerson)).Refused);
        Assert.All((await world.Import(SmallWorld.Organisations.Replace("mine", "other").Replace("plant", "third"), PlantsPerson)).Rows, r => Assert.Equal("not-allowed", r.Refusal!.Code));
    }

    [Fact]
    public async Task more_bytes_than_a_file_may_have_are_not_read()
    {
        using var endless = new MemoryStream(new byte[Limits.ImportBytes + 1]);

        var report = await SmallWorld.Into(new(SmallWorld.Now)).Run(endless, "file.csv", MinesPerson, CancellationToken.None);

        Assert.Equal("too-large", Assert.Single(report.Rows).Refusal!.Code);
    }

    [Fact]
    public async Task more_rows_than_a_file_may_have_are_not_recorded()
    {
        var world = await SmallWorld.Registered();
        var csv = new StringBuilder(Heading).Append('\n').Append(Good).Append('\n');
        for (var i = 0; i < Limits.ImportRows; i++)
            csv.Append("R,,,,,,,,,,\n");

        var refused = Assert.Single((await world.Import(csv.ToString(), MinesPerson)).Rows);

        Assert.Equal(("too-many-rows", Limits.ImportRows + 2), (refused.Refusal!.Code, refused.Row));
    }

    [Fact]
    public async Task many_columns_in_many_rows_are_more_than_a_file_may_hold_even_where_they_are_left_out()
    {
        var world = await SmallWorld.Registered();
        const int Columns = 150;
        var csv = new StringBuilder(Heading).Append(string.Concat(Enumerable.Repeat(",x", Columns))).Append('\n');
        var width = Heading.Split(',').Length;
        var row = Good + new string(',', Columns) + "\n";
        for (var i = 0; i <= Limits.ImportCells / (width + Columns); i++)
            csv.Append(row);

        var refused = Assert.Single((await world.Import(
            Encoding.UTF8.GetBytes(csv.ToString()), MinesPerson, [.. Enumerable.Range(width + 1, Columns).Select(i => ($"column.{i}", "-"))])).Rows);

        Assert.Equal("too-many-cells", refused.Refusal!.Code);
    }

    [Fact]
    public async Task short_rows_that_stand_for_more_serials_than_a_file_may_have_are_refused_before_any_is_written_out()
    {
        var world = await SmallWorld.Registered();
        string Rows(int rows) => Heading + "\n" + string.Concat(Enumerable.Range(1, rows).Select(i => $"R-{i},ree-ore,Extraction,pit,1000,6,,,,X-1|{i:000}-000001..{i:000}-{Limits.Serials - 1:000000},2025-10-01T08:00+05:00\n"));

        var refused = Assert.Single((await world.Import(Rows(Limits.ImportSerials / Limits.Serials + 1), MinesPerson)).Rows);

        Assert.Equal(("too-many-serials-in-file", Limits.ImportSerials / Limits.Serials + 2), (refused.Refusal!.Code, refused.Row));
        Assert.Equal(2, (await world.Import(Rows(2), MinesPerson)).Rows.Count);
    }

    [Fact]
    public async Task no_spoilt_file_ever_ends_in_an_exception()
    {
        (string Csv, Actor Actor)[] files =
        [
            (SmallWorld.Organisations, SmallWorld.Steward), (SmallWorld.Facilities, SmallWorld.Steward), (SmallWorld.Batches, MinesPerson),
            (SmallWorld.Shipments, MinesPerson), (SmallWorld.Receipts, PlantsPerson), (SmallWorld.Runs, PlantsPerson),
        ];

        // One byte of a good file becomes another: whatever it is, every row that is left has an outcome.
        await Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 10_000], Gen.Byte).SampleAsync(
            async spoilt =>
            {
                var (file, at, value) = spoilt;
                var bytes = Encoding.UTF8.GetBytes(files[file].Csv);
                bytes[at % bytes.Length] = value;

                var report = await (await SmallWorld.Running()).Import(bytes, files[file].Actor);

                Assert.NotEmpty(report.Rows);
            },
            iter: 200);
    }
}
