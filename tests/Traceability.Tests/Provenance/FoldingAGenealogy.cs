using System.Xml.Linq;
using Traceability.Provenance;

namespace Traceability.Tests.Provenance;

public class FoldingAGenealogy
{
    private static readonly Genealogy Year = Stories.YearOfTrade().Ancestors("VIN-1");

    [Fact]
    public void what_can_be_read_is_not_folded()
    {
        var vehicle = Stories.Vehicle().Ancestors("VIN-XKZ0042");

        Assert.Equal(vehicle.Batches.Count + vehicle.Runs.Count, FoldedGenealogy.Of(vehicle).Nodes.Count);
    }

    [Fact]
    public void more_than_fifteen_hundred_nodes_become_a_picture_of_at_most_sixty()
    {
        Assert.True(Year.Batches.Count + Year.Runs.Count > 1500);
        Assert.InRange(FoldedGenealogy.Of(Year).Nodes.Count, 10, FoldedGenealogy.FoldBeyond);
    }

    [Theory]
    [InlineData(FoldedGenealogy.FoldBeyond)]
    [InlineData(20)]
    [InlineData(1)]
    public void counts_and_totals_are_kept_however_coarse_it_becomes(int foldBeyond)
    {
        var folded = FoldedGenealogy.Of(Year, foldBeyond);

        Assert.Equal(Year.Batches.Count, folded.Nodes.Sum(node => node.Batches.Count));
        Assert.Equal(Year.Runs.Count, folded.Nodes.Sum(node => node.Runs.Count));
        Assert.Equal(Year.Batches.Sum(batch => batch.DryKilograms), folded.Nodes.Sum(node => node.Quantity.DryKilograms));
        Assert.Equal(Year.Batches.Sum(batch => batch.Pieces), folded.Nodes.Sum(node => node.Quantity.Pieces));
    }

    [Fact]
    public void flows_between_folded_nodes_are_the_sum_of_what_flowed()
    {
        var folded = FoldedGenealogy.Of(Year);

        Assert.Equal(Year.Edges.Count, folded.Flows.Sum(flow => flow.Count));
        Assert.Equal(Year.Edges.Sum(flow => flow.DryKilograms), folded.Flows.Sum(flow => flow.Quantity.DryKilograms));
        Assert.Equal(Year.Edges.Sum(flow => flow.Pieces), folded.Flows.Sum(flow => flow.Quantity.Pieces));
    }

    [Fact]
    public void facilities_stay_apart_while_there_is_room_and_stages_always()
    {
        Assert.Contains(FoldedGenealogy.Of(Year).Nodes, node => node.Batches.Count == 240 && node.Batches.All(batch => batch.Facility == "Irgiz pit"));
        Assert.All(FoldedGenealogy.Of(Year, foldBeyond: 1).Nodes.Where(node => !node.IsRun), node => Assert.Single(node.Batches.Select(batch => batch.Stage).Distinct()));
    }

    [Fact]
    public void runs_among_the_folded_batches_are_folded_with_them()
    {
        var ores = FoldedGenealogy.Of(Year, foldBeyond: 1).Nodes.Single(node => node.Batches.Any(batch => batch.Stage == "Ore"));

        Assert.Equal(240, ores.Runs.Count);
        Assert.All(ores.Runs, run => Assert.Equal("Stockpile", run.Step));
    }

    [Fact]
    public void the_subject_always_stands_alone()
    {
        var pile = Stories.YearOfTrade().Ancestors("PILE-240");
        var folded = FoldedGenealogy.Of(pile, foldBeyond: 3);

        Assert.Equal("PILE-240", Assert.Single(folded.Nodes[folded.Subject].Batches).Number);
    }

    [Fact]
    public void two_steps_of_one_name_that_make_different_things_stay_two()
    {
        var story = new Story();
        foreach (var (kind, i) in Enumerable.Range(0, 80).Select(i => (i % 2 == 0 ? "Nickel" : "Cobalt", i)))
            story.Batch($"{kind}{i}", kind, $"{kind} hydroxide", "Refinery", "CN", 10).Batch($"{kind}{i}S", kind, $"{kind} sulphate", "Refinery", "CN", 10).Run("Refining", [($"{kind}{i}", 10)], [($"{kind}{i}S", 10)]);
        story.Batch("P", "Precursor", "Precursor", "Plant", "CN", 100).Run("Co-precipitation", [("Nickel0S", 10), ("Cobalt1S", 10)], [("P", 100)]);
        var folded = FoldedGenealogy.Of(story.Ancestors("P"));

        Assert.Equal([40, 40, 1], folded.Nodes.Where(node => node.IsRun).Select(node => node.Runs.Count).OrderDescending());
    }

    [Fact]
    public void whatever_the_stages_are_called_no_picture_has_more_nodes_than_the_limit()
    {
        var story = new Story().Batch("END", "Alloy", "Alloy", "Smelter", "KZ", 1);
        for (var i = 0; i < 750; i++)
            story.Batch($"S{i}", "Scrap", $"Stage {i}", $"Yard {i}", $"C{i}", 1).Run($"Step {i}", [($"S{i}", 1)], [("END", 1)]);
        var genealogy = story.Ancestors("END");

        Assert.InRange(FoldedGenealogy.Of(genealogy).Nodes.Count, 2, FoldedGenealogy.NodesAtMost);
        Assert.InRange(XElement.Parse(GenealogyDrawing.Svg(genealogy, new English())).Descendants().Count(element => (string?)element.Attribute("class") is "batch" or "batch subject" or "run"), 2, FoldedGenealogy.NodesAtMost);
    }

    [Fact]
    public void nobody_asks_for_more_nodes_than_the_limit() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FoldedGenealogy.Of(Year, FoldedGenealogy.NodesAtMost + 1));

    [Fact]
    public void scrap_that_returns_to_an_earlier_stage_is_drawn_going_back()
    {
        var drawing = GenealogyDrawing.Svg(Year, new English());

        Assert.Contains("Goes back to an earlier stage", drawing, StringComparison.Ordinal);
        Assert.DoesNotContain("Goes back to an earlier stage", GenealogyDrawing.Svg(Stories.Vehicle().Ancestors("VIN-XKZ0042"), new English()), StringComparison.Ordinal);
    }
}
