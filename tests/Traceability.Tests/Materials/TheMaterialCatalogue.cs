using System.Text;
using Traceability.Facilities;
using Traceability.Materials;

namespace Traceability.Tests.Materials;

public class TheMaterialCatalogue
{
    private static readonly Catalogue Shipped = Catalogue.Shipped;

    /// <summary>What a step with <c>=</c> makes is what it takes, so it opens no new way.</summary>
    private static readonly ProcessStep[] FlowSheet = [.. Shipped.Steps.Where(s => !s.Outputs.Contains("="))];

    [Fact]
    public void lets_every_material_come_out_of_some_step_or_out_of_the_ground_or_a_supplier()
    {
        var made = FlowSheet.SelectMany(s => s.Outputs.Concat(s.Residues ?? [])).ToHashSet();

        // Crude cobalt hydroxide is a by-product of copper, which this catalogue does not follow: it is only ever bought.
        Assert.Equal(["cobalt-hydroxide"], Shipped.Materials.Where(m => m.Form != "Ore" && !made.Contains(m.Code)).Select(m => m.Code));
    }

    [Fact]
    public void gives_every_material_a_use_except_what_is_left_over()
    {
        var used = FlowSheet.SelectMany(s => s.Inputs).ToHashSet();

        Assert.Equal(
            ["graphite-fines", "graphite-tailings", "lace-oxide", "lithium-tailings", "nickel-residue", "ree-leach-residue", "ree-tailings", "seg-oxide"],
            Shipped.Materials.Where(m => !used.Contains(m.Code)).Select(m => m.Code).Order());
    }

    [Theory]
    [InlineData("ree-ore")]
    [InlineData("ree-clay")]
    [InlineData("graphite-ore")]
    [InlineData("spodumene-ore")]
    [InlineData("nickel-ore")]
    public void leads_from_ore_to_a_vehicle(string ore)
    {
        var reached = new HashSet<string> { ore };
        while (FlowSheet.Where(s => s.Inputs.Any(reached.Contains)).SelectMany(s => s.Outputs).Any(reached.Add))
        {
            // Each round adds at least one material; the catalogue is finite.
        }

        Assert.Contains("electric-vehicle", reached);
    }

    [Fact]
    public void makes_nothing_whose_elements_no_input_tracks()
    {
        foreach (var step in FlowSheet)
        {
            var tracked = step.Inputs.SelectMany(i => Shipped.Material(i)!.Elements).ToHashSet();
            Assert.All(step.Outputs.Concat(step.Residues ?? []), m => Assert.Contains(Shipped.Material(m)!.Elements, tracked.Contains));
        }
    }

    [Fact]
    public void has_a_facility_kind_for_every_step_and_lets_piles_be_kept_everywhere()
    {
        Assert.All(Shipped.Steps, step => Assert.Contains(Enum.GetValues<FacilityKind>(), step.RunsAt));
        Assert.All(Enum.GetValues<FacilityKind>(), kind => Assert.True(Shipped.Step("stockpile")!.RunsAt(kind)));
    }

    [Fact]
    public void separates_in_two_steps()
    {
        Assert.False(Shipped.Step("cracking")!.Makes("ndpr-oxide", new HashSet<string>()));
        Assert.True(Shipped.Step("cracking")!.Makes("mixed-ree-carbonate", new HashSet<string>()));
        Assert.True(Shipped.Step("solvent-extraction")!.Makes("ndpr-oxide", new HashSet<string>()));
        Assert.False(Shipped.Step("solvent-extraction")!.Takes("ree-concentrate"));
    }

    [Theory]
    [InlineData("""{"code":"a","name":"A","form":"Ore","elements":["Xx1"],"countedIn":"Kilograms"}""", "", "Xx1")]
    [InlineData("""{"code":"a","name":"A","form":"Cell","elements":[],"countedIn":"Pieces"}""", "", "mass per piece")]
    [InlineData("""{"code":"a","name":"A","form":"Ore","elements":[],"countedIn":"Kilograms","kilogramsPerPiece":1}""", "", "mass per piece")]
    [InlineData("""{"code":"a","name":"A","form":"Ore","elements":[],"countedIn":"Litres"}""", "", "cannot be read")]
    [InlineData("""{"code":"a","name":"A","form":"Ore","elements":[],"countedIn":"Kilograms","colour":"red"}""", "", "colour")]
    [InlineData("""{"code":"a","name":"A","form":"Ore","elements":[],"countedIn":"Kilograms"},{"code":"a","name":"B","form":"Ore","elements":[],"countedIn":"Kilograms"}""", "", "twice")]
    [InlineData("", """{"code":"s","name":"S","kind":"Split","facilities":["*"],"inputs":["gold"],"outputs":["="]}""", "gold")]
    [InlineData("", """{"code":"s","name":"S","kind":"Split","facilities":["Kitchen"],"inputs":["*"],"outputs":["="]}""", "Kitchen")]
    [InlineData("", """{"code":"s","name":"S","kind":"Split","facilities":["*"],"inputs":["*"],"outputs":["="],"residues":["dust"]}""", "dust")]
    [InlineData("", """{"code":"s","name":"S","kind":"Magic","facilities":["*"],"inputs":["*"],"outputs":["="]}""", "cannot be read")]
    public void that_contradicts_itself_is_not_loaded(string materials, string steps, string says)
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"materials":[{{materials}}],"steps":[{{steps}}]}"""));

        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => Catalogue.Read(json)).Message, StringComparison.Ordinal);
    }
}
