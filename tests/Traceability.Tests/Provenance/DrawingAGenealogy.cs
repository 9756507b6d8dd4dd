using System.Globalization;
using System.Xml.Linq;
using Traceability.Pictures;
using Traceability.Provenance;

namespace Traceability.Tests.Provenance;

public class DrawingAGenealogy
{
    private static readonly English Words = new();
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public DrawingAGenealogy() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-GB");

    private static XElement Draw(Genealogy genealogy, Orientation orientation = Orientation.Across, int foldBeyond = FoldedGenealogy.FoldBeyond) =>
        XElement.Parse(GenealogyDrawing.Svg(genealogy, Words, orientation, foldBeyond));

    private static List<string> Texts(XElement drawing) => [.. drawing.Descendants(Svg + "text").Select(text => text.Value)];

    private static IEnumerable<XElement> Parts(XElement drawing, string kind) => drawing.Descendants().Where(part => ((string?)part.Attribute("class"))?.Split(' ').Contains(kind) == true);

    [Theory]
    [InlineData(Orientation.Across)]
    [InlineData(Orientation.Down)]
    public void every_batch_and_run_of_a_vehicle_is_named_and_its_stage_heads_it(Orientation orientation)
    {
        var vehicle = Stories.Vehicle().Ancestors("VIN-XKZ0042");
        var drawing = Draw(vehicle, orientation);

        Assert.Empty(vehicle.Batches.Select(batch => batch.Number).Except(Texts(drawing)));
        Assert.Equal(vehicle.Batches.Count, Parts(drawing, "batch").Count());
        Assert.Equal(vehicle.Runs.Count, Parts(drawing, "run").Count());
        var headings = string.Join('\n', Parts(drawing, "stages").SelectMany(Texts));
        Assert.All(["Ore", "Mixed carbonate", "Oxide", "Magnet", "Cathode active", "Vehicle"], stage => Assert.Contains(stage, headings, StringComparison.Ordinal));
    }

    [Fact]
    public void what_flowed_is_written_on_every_flow()
    {
        var vehicle = Stories.Vehicle().Ancestors("VIN-XKZ0042");
        var masses = Parts(Draw(vehicle), "masses").SelectMany(Texts).ToList();

        Assert.Equal(vehicle.Edges.Count, masses.Count);
        Assert.Equal(vehicle.Edges.Select(flow => new Traceability.Batches.Quantity(flow.DryKilograms, flow.Pieces)).Select(quantity => Traceability.Batches.QuantityInWords.Roughly(quantity, Words)).Order(), masses.Order());
        Assert.Contains("2\u202F821 t", masses);
        Assert.Contains("48 pcs", masses);
    }

    [Fact]
    public void everything_stands_within_the_picture_and_no_two_nodes_overlap()
    {
        foreach (var orientation in Enum.GetValues<Orientation>())
        {
            var picture = GenealogyDrawing.Picture(Stories.Vehicle().Ancestors("VIN-XKZ0042"), Words, orientation);
            var nodes = picture.Marks.OfType<Part>().Where(part => part.Kind is "batch" or "run" or "batch subject").Select(part => part.Marks.OfType<Box>().MaxBy(box => box.Width)!).ToList();

            Assert.All(nodes, box => Assert.True(box.X >= 0 && box.Y >= 0 && box.X + box.Width <= picture.Width && box.Y + box.Height <= picture.Height));
            Assert.All(nodes, box => Assert.Single(nodes, box.Overlaps));
        }
    }

    [Fact]
    public void flows_run_from_left_to_right_or_from_top_to_bottom_to_the_subject()
    {
        var across = Subject(Orientation.Across);
        Assert.All(across.Others, box => Assert.True(box.X + box.Width < across.Subject.X));
        var down = Subject(Orientation.Down);
        Assert.All(down.Others, box => Assert.True(box.Y + box.Height < down.Subject.Y));

        static (Box Subject, IEnumerable<Box> Others) Subject(Orientation orientation)
        {
            var parts = GenealogyDrawing.Picture(Stories.Oxide().Ancestors("NDPR-2509-04"), Words, orientation).Marks.OfType<Part>().Where(part => part.Label.Length > 0).ToLookup(part => part.Kind == "batch subject", part => part.Marks.OfType<Box>().First());
            return (parts[true].Single(), parts[false]);
        }
    }

    [Fact]
    public void descendants_flow_away_from_the_subject()
    {
        var drawing = GenealogyDrawing.Picture(Stories.Oxide().Descendants("IRG-25-0117"), Words);
        var boxes = drawing.Marks.OfType<Part>().Where(part => part.Kind.StartsWith("batch", StringComparison.Ordinal)).ToDictionary(part => part.Label.Split(',')[0], part => part.Marks.OfType<Box>().First());

        Assert.Equal("What became of IRG-25-0117", drawing.Title);
        Assert.True(boxes["IRG-25-0117"].X < boxes["KRK-C-031"].X && boxes["KRK-C-031"].X < boxes["NDPR-2509-04"].X);
    }

    [Fact]
    public void only_what_the_reader_may_open_is_a_link()
    {
        var story = Stories.Oxide().Masking("IRG-25-0117", "KRK-C-031").Ancestors("NDPR-2509-04");
        var links = Draw(story).Descendants(Svg + "a").Select(a => (string)a.Attribute("href")!).ToList();

        var open = story.Batches.Select(batch => batch.Href).Concat(story.Runs.Select(run => run.Href)).OfType<string>();
        Assert.Equal(open.Order(), links.Order());
    }

    [Fact]
    public void of_a_masked_batch_stage_and_country_are_shown_on_a_hatched_and_dashed_ground()
    {
        var masked = Parts(Draw(Stories.Oxide().Masking("KRK-C-031").Ancestors("NDPR-2509-04")), "batch").Single(batch => Texts(batch).Contains("Concentrate"));

        Assert.Equal(["Concentrate", "not disclosed", "KZ"], Texts(masked).Where(text => text.Length > 0));
        Assert.Equal("5 4", (string?)masked.Element(Svg + "rect")!.Attribute("stroke-dasharray"));
        Assert.NotNull(masked.Element(Svg + "path"));
    }

    [Fact]
    public void a_mass_that_is_not_disclosed_is_not_drawn_as_zero()
    {
        var story = Stories.Oxide().Ancestors("NDPR-2509-04");
        story = story with { Edges = [.. story.Edges.Select(flow => flow with { DryKilograms = 0 })] };

        Assert.Empty(Parts(Draw(story), "masses").SelectMany(Texts));
    }

    [Fact]
    public void the_subject_differs_from_the_others_by_form_as_well()
    {
        var drawing = Draw(Stories.Oxide().Ancestors("NDPR-2509-04"));

        Assert.Equal(2, Assert.Single(Parts(drawing, "subject")).Elements(Svg + "rect").Count());
        Assert.Contains("This batch", Texts(drawing));
    }

    [Fact]
    public void names_that_look_like_markup_or_contain_control_characters_stay_text()
    {
        const string name = "<script>alert('&\"')</script>";
        var story = new Story().Batch(name, "Ore\u0001\uD800", "Ore", "\"><img>", "KZ", 1).Ancestors(name);
        var drawing = Draw(story);

        Assert.DoesNotContain(drawing.Descendants(), element => element.Name.LocalName is "script" or "img");
        Assert.Contains(Texts(drawing), text => text.StartsWith("<script>", StringComparison.Ordinal));
        Assert.Contains("Ore\uFFFD\uFFFD", Texts(drawing));
    }

    [Fact]
    public void the_same_genealogy_is_the_same_picture() =>
        Assert.Equal(GenealogyDrawing.Svg(Stories.Vehicle().Ancestors("VIN-XKZ0042"), Words), GenealogyDrawing.Svg(Stories.Vehicle().Ancestors("VIN-XKZ0042"), Words));

    [Fact]
    public void a_screen_reader_gets_title_description_and_a_sentence_for_every_node()
    {
        var drawing = Draw(Stories.Vehicle().Ancestors("VIN-XKZ0042"));

        Assert.Equal("group", (string?)drawing.Attribute("role"));
        Assert.Equal((string?)drawing.Attribute("aria-labelledby"), (string?)drawing.Element(Svg + "title")!.Attribute("id"));
        Assert.Equal((string?)drawing.Attribute("aria-describedby"), (string?)drawing.Element(Svg + "desc")!.Attribute("id"));
        Assert.Contains("KRK-C-031, Concentrate, Rare-earth concentrate, Karkaraly concentrator LLP, Karkaraly concentrator, KZ, 9\u202F120.4 kg", drawing.Descendants(Svg + "a").Select(a => (string?)a.Element(Svg + "desc")));
        Assert.All(Parts(drawing, "masses").Concat(Parts(drawing, "flows")), part => Assert.Equal("true", (string?)part.Attribute("aria-hidden")));
    }

    [Fact]
    public void no_style_is_written_that_a_content_security_policy_forbids() =>
        Assert.DoesNotContain(Draw(Stories.Vehicle().Ancestors("VIN-XKZ0042")).DescendantsAndSelf(), element => element.Name.LocalName == "style" || element.Attribute("style") is not null);

    [Fact]
    public void what_is_left_out_is_said() =>
        Assert.Contains("Batches left out of this picture: 1\u202F321.", Texts(Draw(Stories.Oxide().Ancestors("NDPR-2509-04", more: 1321))));

    [Fact]
    public void what_was_not_counted_to_its_end_and_what_is_hidden_are_said_too()
    {
        var texts = Texts(Draw(Stories.Oxide().Descendants("IRG-25-0117") with { More = 20, MoreAtLeast = true, Hidden = 7 }));

        Assert.Contains("Batches left out of this picture: 20 or more.", texts);
        Assert.Contains("Batches not disclosed to you: 7.", texts);
    }

    [Fact]
    public void a_batch_without_ancestors_is_a_picture_of_itself() =>
        Assert.Contains("IRG-25-0117", Texts(Draw(new Story().Batch("IRG-25-0117", "Ore", "Ore", "Irgiz pit", "KZ", 12).Ancestors("IRG-25-0117"))));

    [Fact]
    public void numbers_are_written_as_the_reader_writes_them()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ru-RU");

        Assert.Contains("1\u202F261,125 kg", Draw(Stories.Oxide().Ancestors("NDPR-2509-04")).ToString(), StringComparison.Ordinal);
    }
}
