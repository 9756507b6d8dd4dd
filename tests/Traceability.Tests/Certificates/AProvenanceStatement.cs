using System.Globalization;
using Traceability.Batches;
using Traceability.Certificates;
using Traceability.Provenance;
using Traceability.Tests.Provenance;

namespace Traceability.Tests.Certificates;

public class AProvenanceStatement
{
    private const string Link = "https://trace.example/b/7Q2M-9XKD-41TZ";
    private static readonly DateTimeOffset At = new(2026, 2, 3, 9, 41, 7, TimeSpan.Zero);
    private static readonly ProvenanceStatement Oxide = new(Stories.Oxide().Ancestors("NDPR-2509-04"), new(Standing.Complete, [], 3, 3), [], At.AddDays(-1), At, Link, IsDemo: false);
    private static readonly ProvenanceStatement Vehicle = Oxide with
    {
        Genealogy = Stories.Vehicle().Ancestors("VIN-XKZ0042"),
        Verdict = new(Standing.Incomplete, [new("origin-outside-ledger", 2)], 8, 6),
        OpenIssues = ["A wagon was in two shipments at once.", "A handover is disputed."],
        IsDemo = true,
    };

    public AProvenanceStatement() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-GB");

    private static PrintedDocument Document(ProvenanceStatement statement) => statement.Document(new English());

    private static IEnumerable<Block> Blocks(PrintedDocument document) => document.Blocks.SelectMany(block => block is Beside beside ? beside.Left.Concat(beside.Right) : [block]);

    private static Table Table(PrintedDocument document, string firstColumn) => Blocks(document).OfType<Table>().First(table => table.Columns[0].Heading == firstColumn);

    private static Dictionary<string, string> About(PrintedDocument document) => Blocks(document).OfType<KeyValues>().Single().Lines.ToDictionary(line => line.Key, line => line.Value);

    [Theory]
    [InlineData(Standing.Complete, Sign.Good, "Complete")]
    [InlineData(Standing.Incomplete, Sign.Open, "Incomplete")]
    [InlineData(Standing.Contradicted, Sign.Bad, "Contradicted")]
    public void the_verdict_stands_first_with_its_sign(Standing standing, Sign sign, string word)
    {
        Finding[] findings = standing is Standing.Complete ? [] : [new("more-out-than-in", 1, "B1", Contradicts: standing is Standing.Contradicted)];
        var first = Assert.IsType<Callout>(Document(Oxide with { Verdict = new(standing, findings, 3, 3) }).Blocks.First(block => block is not Heading));

        Assert.Equal(sign, first.Sign);
        Assert.StartsWith(word, first.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void the_subject_is_told_with_its_exact_quantity_and_the_state_of_the_ledger()
    {
        var about = About(Document(Oxide));

        Assert.Equal("NdPr oxide", about["Material"]);
        Assert.Equal("1\u202F261.125 kg", about["Quantity"]);
        Assert.Equal("Baotou separation plant LLP", about["Made by"]);
        Assert.Equal("Baotou separation plant, CN", about["Facility"]);
        Assert.Equal("batches: 5, process runs: 2", about["Traced through"]);
        Assert.Equal("all that was recorded until 2 Feb 2026, 09:41 UTC", about["State of the ledger"]);
    }

    [Fact]
    public void what_was_not_followed_is_said()
    {
        Assert.EndsWith("not followed: 12 batches further back", About(Document(Oxide with { Genealogy = Oxide.Genealogy with { More = 12 } }))["Traced through"], StringComparison.Ordinal);
        Assert.Contains("12 or more", About(Document(Oxide with { Genealogy = Oxide.Genealogy with { More = 12, MoreAtLeast = true } }))["Traced through"], StringComparison.Ordinal);
    }

    [Fact]
    public void origins_that_no_mine_vouches_for_come_first_and_what_was_taken_is_added_up()
    {
        Assert.Equal(
        [
            ["Karkaraly concentrator", "KZ", "Rare-earth ore", "Opening stock", "1", "340\u202F000.25 kg"],
            ["Irgiz pit", "KZ", "Rare-earth ore", "Extraction", "2", "8\u202F100\u202F500 kg"],
        ], Table(Document(Oxide), "Place").Rows);
    }

    [Fact]
    public void steps_are_told_from_the_last_back_to_the_first()
    {
        Assert.Equal(
        [
            ["Solvent extraction", "Baotou separation plant, CN", "2025-06"],
            ["Flotation", "Karkaraly concentrator, KZ", "2025-03"],
        ], Table(Document(Oxide), "Step (runs)").Rows);
    }

    [Fact]
    public void runs_of_a_step_at_one_place_are_told_once_and_many_steps_two_to_a_row()
    {
        var concentrate = new Story().Batch("M", "Mixed carbonate", "MixedCarbonate", "Plant", "CN", 70);
        for (var i = 1; i <= 7; i++)
            concentrate.Batch($"C{i}", "Concentrate", "Concentrate", $"Mill {i % 6}", "KZ", 10).Run("Flotation", [], [($"C{i}", 10)], i).Run("Leaching", [($"C{i}", 10)], [("M", 10)], 9);
        var rows = Table(Document(Oxide with { Genealogy = concentrate.Ancestors("M") }), "Step (runs)").Rows;

        Assert.Equal(
        [
            ["Leaching (7)", "Plant, CN", "2025-09", "Flotation (2)", "Mill 1, KZ", "2025-07"],
            ["Flotation", "Mill 0, KZ", "2025-06", "Flotation", "Mill 5, KZ", "2025-05"],
            ["Flotation", "Mill 4, KZ", "2025-04", "Flotation", "Mill 3, KZ", "2025-03"],
            ["Flotation", "Mill 2, KZ", "2025-02", "", "", ""],
        ], rows);
    }

    [Fact]
    public void what_does_not_fit_on_the_page_is_counted()
    {
        var story = new Story().Batch("END", "Alloy", "Alloy", "Smelter", "KZ", 1);
        for (var i = 0; i < 30; i++)
            story.Batch($"S{i}", "Scrap", "Scrap", $"Yard {i}", "KZ", 1, source: RegistrationSource.Recovery).Run($"Step {i}", [($"S{i}", 1)], [("END", 1)]);
        var document = Document(Oxide with { Genealogy = story.Ancestors("END") });

        Assert.Equal(ProvenanceStatement.OriginsAtMost, Table(document, "Place").Rows.Count);
        Assert.Equal("and 23 more", Table(document, "Place").Rows[^1][0]);
        Assert.Equal("and 21 more", Table(document, "Step (runs)").Rows[^1][3]);
    }

    [Fact]
    public void what_is_not_disclosed_is_said_to_be_so_and_not_zero()
    {
        var masked = Stories.Oxide().Masking("IRG-25-0117", "IRG-25-0118").Ancestors("NDPR-2509-04");
        masked = masked with
        {
            Edges = [.. masked.Edges.Select(flow => flow with { DryKilograms = 0 })],
            Runs = [.. masked.Runs.Select(run => run with { Number = "", Facility = "", EndedAt = default, Href = null })],
        };
        var document = Document(Oxide with { Genealogy = masked });

        Assert.Equal(["not disclosed", "KZ", "Ore", "not disclosed", "2", "not disclosed"], Table(document, "Place").Rows[0]);
        Assert.Contains(["Flotation", "not disclosed, KZ", ""], Table(document, "Step (runs)").Rows);
    }

    [Fact]
    public void a_batch_made_public_carries_its_code_and_another_does_not()
    {
        Assert.Equal(Link, Blocks(Document(Oxide)).OfType<LinkCode>().Single().Link);
        Assert.Empty(Blocks(Document(Oxide with { PublicLink = null })).OfType<LinkCode>());
    }

    [Fact]
    public void open_issues_are_listed_and_the_heading_is_left_out_when_there_are_none()
    {
        Assert.Equal(Vehicle.OpenIssues, Blocks(Document(Vehicle)).OfType<Points>().Single().Lines);
        Assert.DoesNotContain(new Heading("Open issues"), Document(Oxide).Blocks);
    }

    [Fact]
    public void invented_data_are_marked_across_and_at_the_foot_of_every_page()
    {
        Assert.Equal("DEMO DATA", Document(Vehicle).Watermark);
        Assert.Contains("invented", Document(Vehicle).Footer, StringComparison.Ordinal);
        Assert.Null(Document(Oxide).Watermark);
        Assert.Equal("NDPR-2509-04, made on 3 Feb 2026, 09:41 UTC", Document(Oxide).Footer);
    }

    [Fact]
    public void it_says_what_it_is_not() =>
        Assert.Contains(Blocks(Document(Oxide)).OfType<Paragraph>(), paragraph => paragraph.Text.Contains("it is not a certificate", StringComparison.Ordinal));

    [Fact]
    public void a_batch_that_came_from_nothing_in_the_ledger_is_its_own_origin()
    {
        var document = Document(Oxide with { Genealogy = new Story().Batch("IRG", "Rare-earth ore", "Ore", "Irgiz pit", "KZ", 12_000, source: RegistrationSource.Extraction).Ancestors("IRG") });

        Assert.Equal(["Irgiz pit", "KZ", "Rare-earth ore", "Extraction", "1", "12\u202F000 kg"], Assert.Single(Table(document, "Place").Rows));
        Assert.Empty(document.Blocks.OfType<Drawing>());
    }

    [Fact]
    public void the_story_of_a_vehicle_fits_on_one_page()
    {
        var page = Assert.Single(new PdfFile(new SkiaRenderer().Render(Document(Vehicle))).Pages);

        Assert.Contains("Provenance statement for VIN-XKZ0042", page);
        Assert.Contains("Trader's warehouse", page);
        Assert.Contains("What this statement does not say", page);
    }

    [Fact]
    public void the_picture_shows_every_material_once_and_what_became_of_it()
    {
        var outline = FoldedGenealogy.Outline(Vehicle.Genealogy);

        Assert.Equal(Vehicle.Genealogy.Batches.Select(batch => batch.Material).Distinct().Count(), outline.Nodes.Count);
        Assert.Equal(Vehicle.Genealogy.Batches.Count, outline.Nodes.Sum(node => node.Batches.Count));
        var flows = outline.Flows.Select(flow => (outline.Nodes[flow.From].Batches[0].Material, outline.Nodes[flow.To].Batches[0].Material)).ToList();
        Assert.Contains(("NdFeB magnet, sintered", "Traction motor 150 kW"), flows);
        Assert.DoesNotContain(("Graphite ore", "Spherical graphite"), flows);
    }
}
