using System.Globalization;
using System.Text;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Tests.Imports;

/// <summary>Books as mines and plants keep them: other encodings, separators, languages, units and ways to write numbers and days.</summary>
public class FilesFromTheWild
{
    private const string English = "Batch number,Material,Source,Facility,Wet kilograms,Moisture percent,Occurred at";
    private static readonly Actor MinesPerson = SmallWorld.PersonOf("mine");
    private static readonly (string, string) Almaty = ("zone", "Asia/Almaty");

    static FilesFromTheWild() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private static async Task<(ImportReport Report, SmallWorld World)> Imported(byte[] file, params (string, string)[] settings)
    {
        var world = await SmallWorld.Registered();
        return (await world.Import(file, MinesPerson, settings), world);
    }

    private static Task<(ImportReport Report, SmallWorld World)> Imported(string file, params (string, string)[] settings) => Imported(Encoding.UTF8.GetBytes(file), settings);

    private static BatchRegistered Batch(SmallWorld world, string number) =>
        world.Ledger.Events.Select(e => e.Event).OfType<BatchRegistered>().Single(b => b.BatchId == DerivedId.Batch(DerivedId.Organisation("mine"), number));

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16le", true)]
    [InlineData("utf-16le", false)]
    [InlineData("utf-16be", true)]
    [InlineData("utf-16be", false)]
    [InlineData("windows-1251", false)]
    public async Task russian_books_are_read_in_every_encoding(string encoding, bool marked)
    {
        const string Book = "Номер партии;Материал;Источник;Объект;Масса, т;Влажность, %;Дата добычи\nПартия-1;ree-ore;Extraction;pit;303,42;6,1;07.11.2025 18:30\n";
        var encoder = TextEncoding.Named(encoding);

        var (report, world) = await Imported([.. marked ? encoder.GetPreamble() is { Length: > 0 } mark ? mark : [0xEF, 0xBB, 0xBF] : Array.Empty<byte>(), .. encoder.GetBytes(Book)], Almaty);

        Assert.Equal([RowResult.Recorded], report.Rows.Select(r => r.Result));
        Assert.Equal((encoding, "semicolon", "Batches"), (report.Found!.Encoding, report.Found.Separator, report.Found.Kind));
        var batch = Batch(world, "Партия-1");
        Assert.Equal((303_420m, 0.061m), (batch.Stated.WetKilograms, batch.Stated.Moisture));
        Assert.Equal(new DateTimeOffset(2025, 11, 7, 18, 30, 0, TimeSpan.FromHours(5)), batch.Entry.OccurredAt);
    }

    [Fact]
    public async Task chinese_books_are_read_in_gb18030()
    {
        const string Book = "批号\t物料\t来源\t设施\t湿重（吨）\t水分\t生产日期\n批-1\tree-ore\tExtraction\tpit\t1,234.5\t6.1\t2025年11月7日 18:30\n";

        var (report, world) = await Imported(Encoding.GetEncoding("gb18030").GetBytes(Book), ("zone", "+08:00"));

        Assert.Equal([RowResult.Recorded], report.Rows.Select(r => r.Result));
        Assert.Equal(("gb18030", "tab"), (report.Found!.Encoding, report.Found.Separator));
        Assert.Equal(1_234_500m, Batch(world, "批-1").Stated.WetKilograms);
    }

    [Theory]
    [InlineData("N° de lot|Matière|Source|Site|Masse sèche (kg)|Humidité|Date de production")]
    [InlineData("Топтама нөмірі|Материал|Көзі|Нысан|Құрғақ масса, кг|Ылғалдылық|Өндірілген күні")]
    [InlineData("LOT NO.|material|source|Site|Dry mass (kg)|Moisture %|Production date")]
    public async Task headings_are_known_in_other_languages(string heading)
    {
        var (report, world) = await Imported($"{heading}\nL-1|ree-ore|Extraction|pit|94|6|2025-11-07T18:30Z\n");

        Assert.Equal([(RowResult.Recorded, (string?)null)], report.Rows.Select(r => (r.Result, r.Column)));
        // 94 kg dry at a moisture of 6 % are 100 kg wet.
        Assert.Equal((100m, 0.06m), (Batch(world, "L-1").Stated.WetKilograms, Batch(world, "L-1").Stated.Moisture));
    }

    [Fact]
    public void every_kind_is_known_by_headings_that_are_not_english()
    {
        foreach (var line in File.ReadLines(Repository.File("src/Traceability/Imports/headings.tsv")).Where(l => !l.StartsWith('#')))
        {
            var column = line.Split('\t')[0];
            Assert.Contains(FileKind.All, kind => kind.Column(column) is not null);
        }
        // No name means two columns of one kind.
        var names = File.ReadLines(Repository.File("src/Traceability/Imports/headings.tsv")).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t'))
            .SelectMany(c => c.Select(name => (Column: c[0], Name: Headings.Key(name)))).Distinct().GroupBy(n => n.Name).Where(g => g.Count() > 1);
        Assert.All(names, twice => Assert.DoesNotContain(FileKind.All, kind => twice.Count(n => kind.Column(n.Column) is not null) > 1));
    }

    [Fact]
    public void every_choice_has_words_of_other_languages_and_no_word_means_two_of_a_column()
    {
        var table = File.ReadLines(Repository.File("src/Traceability/Imports/choices.tsv")).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t')).ToDictionary(c => c[0], c => c.Select(Headings.Key).ToHashSet());
        string[][] columns = [.. FileKind.All.SelectMany(kind => kind.Columns).Select(column => column.Choices).OfType<Type>().Distinct().Select(Enum.GetNames)];

        Assert.Equal(columns.SelectMany(c => c).Distinct().Order(StringComparer.Ordinal), table.Keys.Order(StringComparer.Ordinal));
        Assert.All(table.Values, names =>
        {
            Assert.Contains(names, n => n.Any(c => c is >= 'а' and <= 'я'));
            Assert.Contains(names, n => n.Any(c => c is >= '\u4e00' and <= '\u9fff'));
        });
        Assert.All(columns, column => Assert.All(column.SelectMany(c => table[c]).GroupBy(n => n), twice => Assert.Single(twice)));
    }

    [Theory]
    [InlineData("Добыча", "Автовесы")]
    [InlineData("extraction minière", "Pont-bascule")]
    [InlineData("өндіру", "Автокөлік таразысы")]
    [InlineData("开采", "地磅")]
    [InlineData("EXTRACTION", "weigh bridge")]
    public async Task choices_are_understood_in_the_words_of_the_book(string source, string method)
    {
        var (report, world) = await Imported($"{English},Method\nR-1,ree-ore,{source},pit,1000,6,2025-10-01T08:00Z,{method}\n");

        Assert.Equal([null], report.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal((RegistrationSource.Extraction, WeighingMethod.Weighbridge), (Batch(world, "R-1").Source, Batch(world, "R-1").Stated.Method));
    }

    [Fact]
    public async Task a_word_that_is_no_choice_is_told_those_there_are()
    {
        var (report, _) = await Imported($"{English}\nR-1,ree-ore,вход,pit,1000,6,2025-10-01T08:00Z\n");

        Assert.Equal(("not-a-choice", "Source", "вход"), (report.Rows[0].Refusal!.Code, report.Rows[0].Column, report.Rows[0].Value));
    }

    [Theory]
    [InlineData("1.234,5", "2.000,25", 1234.5)]
    [InlineData("1,234.5", "2000.25", 1234.5)]
    [InlineData("1 234,5", "7", 1234.5)]
    [InlineData("1\u00A0234,5", "7", 1234.5)]
    [InlineData("1'234.5", "7", 1234.5)]
    [InlineData("1,234", "2,5", 1.234)]
    [InlineData("1,234", "2.5", 1234)]
    [InlineData("1.234", "2,5", 1234)]
    [InlineData("1.234.567", "7", 1234567)]
    [InlineData("1.234", "7", 1.234)]
    public async Task decimal_marks_are_found_out_column_by_column(string first, string second, decimal kilograms)
    {
        var (report, world) = await Imported($"{English.Replace(',', ';')}\nR-1;ree-ore;Extraction;pit;{first};;2025-10-01T08:00Z\nR-2;ree-ore;Extraction;pit;{second};;2025-10-01T08:00Z\n");

        Assert.Equal([RowResult.Recorded, RowResult.Recorded], report.Rows.Select(r => r.Result));
        Assert.Equal(kilograms, Batch(world, "R-1").Stated.WetKilograms);
    }

    [Fact]
    public async Task a_column_with_both_marks_is_never_guessed()
    {
        var book = $"{English.Replace(',', ';')}\nR-1;ree-ore;Extraction;pit;1.234,5;;2025-10-01T08:00Z\nR-2;ree-ore;Extraction;pit;1,234.5;;2025-10-01T08:00Z\nR-3;ree-ore;Extraction;pit;700;;2025-10-01T08:00Z\n";

        var (unsaid, _) = await Imported(book);
        var (said, _) = await Imported(book, ("decimal.5", "comma"));

        Assert.Equal(["decimal-marks-mixed", "decimal-marks-mixed", null], unsaid.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal(Certainty.Mixed, unsaid.Found!.Columns[4].Decimal!.Certainty);
        Assert.Equal([null, "not-a-number", null], said.Rows.Select(r => r.Refusal?.Code));
    }

    [Theory]
    [InlineData("03/04/2026", "14/04/2026", "2026-04-03")]
    [InlineData("03/04/2026", "04/14/2026", "2026-03-04")]
    [InlineData("03.04.2026", "04.04.2026", "2026-04-03")]
    [InlineData("3-4-2026", "31-3-2026", "2026-04-03")]
    [InlineData("2026/04/03", "2026/04/13", "2026-04-03")]
    public async Task the_order_of_day_and_month_is_found_out(string first, string second, string day)
    {
        var (report, world) = await Imported($"{English}\nR-1,ree-ore,Extraction,pit,1000,,{first}\nR-2,ree-ore,Extraction,pit,1000,,{second}\n", Almaty);

        Assert.Equal([RowResult.Recorded, RowResult.Recorded], report.Rows.Select(r => r.Result));
        Assert.Equal(DateTimeOffset.Parse(day + "T00:00+05:00", CultureInfo.InvariantCulture), Batch(world, "R-1").Entry.OccurredAt);
    }

    [Fact]
    public async Task days_that_can_be_read_both_ways_wait_for_somebody_to_say_it()
    {
        var book = $"{English}\nR-1,ree-ore,Extraction,pit,1000,,03/04/2026\nR-2,ree-ore,Extraction,pit,1000,,05/05/2026\n";

        var (unsaid, _) = await Imported(book, Almaty);
        var (said, world) = await Imported(book, Almaty, ("dates.7", "month-first"));
        var (both, _) = await Imported(book.Replace("05/05", "31/05") + "R-3,ree-ore,Extraction,pit,1000,,05/31/2026\n", Almaty);

        Assert.Equal(["date-ambiguous", null], unsaid.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal(Certainty.Open, unsaid.Found!.Columns[6].Dates!.Certainty);
        Assert.Equal(2, said.Recorded);
        Assert.Equal(3, Batch(world, "R-1").Entry.OccurredAt.Month);
        Assert.All(both.Rows, r => Assert.Equal("date-orders-mixed", r.Refusal!.Code));
    }

    [Theory]
    [InlineData("Mass, t", "1.5", "", 1500)]
    [InlineData("Mass (lb)", "100", "", 45.359237)]
    [InlineData("Масса, г", "2500", "", 2.5)]
    [InlineData("Poids (kg)", "7", "", 7)]
    [InlineData("Mass", "7", "t", 7000)]
    [InlineData("Mass", "7", "dmt", 7000)]
    [InlineData("Mass", "7", "кг", 7)]
    public async Task units_stand_in_the_heading_or_in_the_row(string heading, string mass, string unit, decimal kilograms)
    {
        var (report, world) = await Imported($"Batch number,Material,Source,Facility,\"{heading}\",Unit,Occurred at\nR-1,ree-ore,Extraction,pit,{mass},{unit},2025-10-01T08:00Z\n");

        Assert.Equal([RowResult.Recorded], report.Rows.Select(r => r.Result));
        Assert.Equal((kilograms, unit == "dmt" ? 0m : null), (Batch(world, "R-1").Stated.WetKilograms, Batch(world, "R-1").Stated.Moisture));
    }

    [Fact]
    public async Task a_mass_whose_unit_nobody_says_is_refused_until_somebody_does()
    {
        const string Book = "Batch number,Material,Source,Facility,Mass,Occurred at\nR-1,ree-ore,Extraction,pit,7,2025-10-01T08:00Z\n";

        var (unsaid, _) = await Imported(Book);
        var (said, world) = await Imported(Book, ("unit", "t"), ("basis", "dry"));

        Assert.Equal("unit-unknown", unsaid.Rows[0].Refusal!.Code);
        Assert.Equal(Certainty.Open, unsaid.Found!.Columns[4].Unit!.Certainty);
        Assert.Equal([RowResult.Recorded], said.Rows.Select(r => r.Result));
        Assert.Equal((7_000m, 0m), (Batch(world, "R-1").Stated.WetKilograms, Batch(world, "R-1").Stated.Moisture));
    }

    [Fact]
    public async Task a_column_that_nobody_knows_is_named_by_its_sender_or_left_out()
    {
        const string Book = "Batch number,Stuff,Source,Facility,Wet kilograms,Colour,Occurred at\nR-1,ree-ore,Extraction,pit,7,red,2025-10-01T08:00Z\n";

        var (unsaid, _) = await Imported(Book);
        var (said, _) = await Imported(Book, ("column.2", "Material"), ("column.6", "-"));

        Assert.Equal(("column-unknown", "Stuff"), (unsaid.Rows[0].Refusal!.Code, unsaid.Rows[0].Column));
        Assert.Equal([null, "-"], new[] { unsaid.Found!.Columns[1].Column, said.Found!.Columns[5].Column });
        Assert.Equal(1, said.Recorded);
    }

    [Fact]
    public async Task what_an_organisation_said_of_such_headings_before_holds_again()
    {
        var world = await SmallWorld.Registered();
        var kept = new KeptColumns("?kind=Batches&column.2=Material&column.5=Wet%20kilograms&unit.5=t&decimal.5=comma&column.6=-&dates.7=month-first", SmallWorld.Now);
        IReadOnlyList<string>? asked = null;
        using var book = new MemoryStream("Batch number,Stuff,Source,Facility,Load,Colour,Occurred at\nR-1,ree-ore,Extraction,pit,\"1,234\",red,03/04/2025 08:00\n"u8.ToArray());

        var report = await SmallWorld.Into(world.Ledger).Run(book, "file.csv", MinesPerson, FileSettings.Read([new("zone", "Asia/Almaty")]).Settings, ImportMode.GoodRows, (headings, kind, _) =>
        {
            Assert.Null(kind);
            asked = headings;
            return Task.FromResult<KeptColumns?>(kept);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(1, report.Recorded);
        Assert.Equal("Stuff", asked![1]);
        Assert.Equal((1234m, new DateTime(2025, 3, 4, 8, 0, 0)), (Batch(world, "R-1").Stated.WetKilograms, Batch(world, "R-1").Entry.OccurredAt.DateTime));
        Assert.Equal(SmallWorld.Now, report.Found!.RememberedAt);
        Assert.Equal((true, Certainty.Kept, Certainty.Kept), (report.Found.Columns[4].IsKept, report.Found.Columns[4].Unit!.Certainty, report.Found.Columns[4].Decimal!.Certainty));
    }

    [Fact]
    public async Task what_the_file_shows_and_what_its_sender_says_goes_before_what_was_said_before()
    {
        var world = await SmallWorld.Registered();
        using var book = new MemoryStream("Batch number,Material,Source,Facility,Load,Occurred at\nR-1,ree-ore,Extraction,pit,1.5,2025-10-01T08:00Z\nR-2,ree-ore,Extraction,pit,\"1,234.5\",2025-10-01T08:00Z\n"u8.ToArray());

        var report = await SmallWorld.Into(world.Ledger).Run(
            book, "file.csv", MinesPerson, FileSettings.Read([new("unit.5", "kg")]).Settings, ImportMode.GoodRows,
            (_, _, _) => Task.FromResult<KeptColumns?>(new("?kind=Batches&column.5=Wet%20kilograms&unit.5=t&decimal.5=comma", SmallWorld.Now)), TestContext.Current.CancellationToken);

        Assert.Equal(2, report.Recorded);
        Assert.Equal(1234.5m, Batch(world, "R-2").Stated.WetKilograms);
        Assert.Equal((Certainty.Shown, Certainty.Said), (report.Found!.Columns[4].Decimal!.Certainty, report.Found.Columns[4].Unit!.Certainty));
    }

    [Fact]
    public async Task the_reasons_of_refused_rows_are_no_column_when_they_come_back()
    {
        var (report, _) = await Imported("Batch number,Material,Source,Facility,Wet kilograms,Occurred at,Why\nR-1,ree-ore,Extraction,pit,7,2025-10-01T08:00Z,Facility: not found\n");

        Assert.Equal(1, report.Recorded);
        Assert.Equal(FileSettings.LeftOut, report.Found!.Columns[6].Column);
    }

    [Fact]
    public async Task titles_above_the_heading_and_a_line_with_the_separator_are_passed_over()
    {
        var (report, _) = await Imported($"sep=;\nShift report of the pit;;;;;;\nfiled by;R. Abenov;;;;;\n{English.Replace(',', ';')}\nR-1;ree-ore;Extraction;pit;1000;;2025-10-01T08:00Z\n");

        Assert.Equal([(5, RowResult.Recorded)], report.Rows.Select(r => (r.Row, r.Result)));
        Assert.Equal(4, report.Found!.HeadingLine);
    }

    [Fact]
    public async Task rows_of_another_encoding_spoil_only_themselves()
    {
        byte[] mixed = [.. Encoding.UTF8.GetBytes("Номер партии;Материал;Источник;Объект;Масса, т;Дата\n"), .. Encoding.GetEncoding(1251).GetBytes("Руда-1;ree-ore;Extraction;pit;1;2025-10-01T08:00Z\n"), .. Encoding.UTF8.GetBytes("Руда-2;ree-ore;Extraction;pit;1;2025-10-01T08:00Z\n")];

        var (report, _) = await Imported(mixed);

        Assert.Equal(["not-utf-8", null], report.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal("utf-8", report.Found!.Encoding);
    }

    [Fact]
    public async Task bytes_that_the_said_encoding_does_not_have_spoil_their_row()
    {
        byte[] file = [.. Encoding.UTF8.GetBytes($"{English}\nR"), 0xFF, .. ",ree-ore,Extraction,pit,7,,2025-10-01T08:00Z\n"u8];

        var (report, _) = await Imported(file, ("encoding", "gb18030"));

        Assert.Equal("not-text", Assert.Single(report.Rows).Refusal!.Code);
    }

    [Fact]
    public async Task rows_may_use_what_later_rows_make()
    {
        var world = await SmallWorld.Running();
        const string Runs = """
            Run number,Step,Facility,Started at,Ended at,Part,Batch number,Material,Wet kilograms,Moisture percent
            S-2,split,mill,2025-10-10T08:00Z,2025-10-10T09:00Z,Input,C-1/1,,180,8
            S-2,,,,,Product,C-1/2,ree-concentrate,180,8
            S-1,split,mill,2025-10-10T08:00Z,2025-10-10T09:00Z,Input,C-1,,180,8
            S-1,,,,,Product,C-1/1,ree-concentrate,180,8
            """;

        Assert.Equal(4, (await world.Import(Runs, SmallWorld.PersonOf("plant"))).Recorded);
    }

    [Theory]
    [InlineData("encoding", "koi8-r")]
    [InlineData("separator", ";")]
    [InlineData("kind", "Batch")]
    [InlineData("zone", "Mars/Base")]
    [InlineData("unit.4", "stone")]
    [InlineData("column.2", "Colour")]
    public void what_is_no_setting_is_named(string name, string value) =>
        Assert.Equal(name, FileSettings.Read([KeyValuePair.Create(name, new Microsoft.Extensions.Primitives.StringValues(value))]).Wrong);
}
