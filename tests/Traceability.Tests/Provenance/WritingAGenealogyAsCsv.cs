using System.Globalization;
using CsvHelper;
using Traceability.Provenance;

namespace Traceability.Tests.Provenance;

public class WritingAGenealogyAsCsv
{
    private static byte[] Written(Genealogy genealogy)
    {
        using var file = new MemoryStream();
        GenealogyCsv.Write(genealogy, file);
        return file.ToArray();
    }

    private static List<Dictionary<string, string>> Rows(Genealogy genealogy)
    {
        using var csv = CsvReader.Create(Written(genealogy), new() { HasHeader = false });
        List<string[]> records = [];
        while (csv.Read())
            records.Add([.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)]);
        return [.. records.Skip(1).Select(record => records[0].Zip(record).ToDictionary(cell => cell.First.TrimStart('\uFEFF'), cell => cell.Second))];
    }

    [Fact]
    public void every_flow_is_a_row_with_the_batch_and_the_run_at_its_ends()
    {
        var vehicle = Stories.Vehicle().Ancestors("VIN-XKZ0042");
        var rows = Rows(vehicle);

        Assert.Equal(vehicle.Edges.Count, rows.Count);
        Assert.Equal(vehicle.Edges.Sum(flow => flow.DryKilograms), rows.Sum(row => decimal.Parse(row["dry_kilograms"], CultureInfo.InvariantCulture)));
        var dysprosium = rows.Single(row => row["batch_number"] == "BT-DY-12" && row["flow"] == "produced");
        Assert.Equal(("55.4", "", "Oxide", "Dysprosium oxide", "CN", "Solvent extraction"), (dysprosium["dry_kilograms"], dysprosium["pieces"], dysprosium["stage"], dysprosium["material"], dysprosium["batch_country"], dysprosium["step"]));
        Assert.Equal("2025-06-14T18:00:00.0000000+05:00", dysprosium["run_ended_at"]);
        Assert.Equal("Extraction", rows.First(row => row["batch_number"] == "IRG-25-0111")["source"]);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")")]
    [InlineData("+1+1")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public void a_number_that_a_spreadsheet_would_run_as_a_formula_is_disarmed(string number)
    {
        var rows = Rows(new Story().Batch(number, "Ore", "Ore", "Pit", "KZ", 5).Batch("C", "Concentrate", "Concentrate", "Mill", "KZ", 1).Run("Flotation", [(number, 5)], [("C", 1)]).Ancestors("C"));

        Assert.Equal("'" + number, rows[0]["batch_number"]);
    }

    [Fact]
    public void commas_quotes_and_line_breaks_survive()
    {
        const string number = "A,\"B\"\nC";
        var rows = Rows(new Story().Batch(number, "Ore", "Ore", "Pit", "KZ", 5).Batch("C", "Concentrate", "Concentrate", "Mill", "KZ", 1).Run("Flotation", [(number, 5)], [("C", 1)]).Ancestors("C"));

        Assert.Equal(number, rows[0]["batch_number"]);
    }

    [Fact]
    public void lines_end_as_rfc_4180_says_and_numbers_do_not_depend_on_the_reader()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ru-RU");
        var text = System.Text.Encoding.UTF8.GetString(Written(Stories.Oxide().Ancestors("NDPR-2509-04")));

        Assert.Equal(1 + 6, text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("340000.25", text, StringComparison.Ordinal);
    }

    [Fact]
    public void what_is_not_disclosed_is_empty_and_not_zero()
    {
        var story = Stories.Oxide().Masking("KRK-C-031").Ancestors("NDPR-2509-04");
        var rows = Rows(story with
        {
            Edges = [.. story.Edges.Select(flow => flow with { DryKilograms = 0 })],
            Runs = [.. story.Runs.Select(run => run with { Number = "", Href = null, EndedAt = default })],
        });

        Assert.All(rows, row => Assert.Equal(("", "", "", ""), (row["dry_kilograms"], row["pieces"], row["run_ended_at"], row["run_number"])));
    }
}
