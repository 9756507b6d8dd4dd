using System.Collections.Frozen;
using Traceability.Access;
using Traceability.Provenance;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Provenance;

public sealed class WhoSeesWhatOfAGenealogy(TestLedger ledger) : IClassFixture<TestLedger>
{
    [Fact]
    public async Task a_party_sees_its_own_handovers_in_full_and_outlines_beyond()
    {
        var story = await new OxideStory(ledger, "party").Tell();

        var found = (await story.Find(story.Separator, story.Carbonate))!.Genealogy;

        Assert.Equal(["CARB-1", "CONC-1", "", ""], found.Batches.Select(b => b.Number));
        var ore = found.Batches[^1];
        Assert.Equal(("Ore", "KZ", "Rare earth ore", "Extraction", 2), (ore.Stage, ore.Country, ore.Material, ore.Source, ore.Depth));
        Assert.Equal(("", "", 0m, null), (ore.Maker, ore.Facility, ore.DryKilograms, ore.Href));
        Assert.DoesNotContain(found.Batches, b => b.Id == story.Ore1 || b.Id == story.Ore2);
    }

    [Fact]
    public async Task what_a_run_took_in_is_for_its_operator()
    {
        var story = await new OxideStory(ledger, "balance").Tell();

        var found = (await story.Find(story.Separator, story.Carbonate))!.Genealogy;

        var run = found.Runs[1];
        Assert.Equal(("", "Rare earth flotation", "", "KZ", default, null), (run.Number, run.Step, run.Facility, run.Country, run.EndedAt, run.Href));
        Assert.Equal([0m, 0m], found.Edges.Where(e => e.To == run.Id).Select(e => e.DryKilograms));
        Assert.Equal(90.5m, found.Edges.Single(e => e.From == run.Id).DryKilograms);
        Assert.Equal(80, found.Edges.Single(e => e.To == story.Cracking).DryKilograms);
    }

    [Fact]
    public async Task outlines_are_still_joined_to_each_other()
    {
        var story = await new OxideStory(ledger, "joined").Tell();

        var found = (await story.Find(story.Separator, story.Carbonate))!.Genealogy;

        var nodes = found.Batches.Select(b => b.Id).Concat(found.Runs.Select(r => r.Id)).ToHashSet();
        Assert.Equal((6, 5), (nodes.Count, found.Edges.Count));
        Assert.All(found.Edges, e => Assert.True(nodes.Contains(e.From) && nodes.Contains(e.To)));
    }

    [Fact]
    public async Task of_descendants_a_party_sees_those_it_made_or_owns_and_a_count_of_the_others()
    {
        var story = await new OxideStory(ledger, "beyond").Tell();
        async Task<(int, int, int)> Seen(Actor reader) => await story.Find(reader, story.Ore1, Direction.Descendants) is { Genealogy: var found } ? (found.Batches.Count, found.Runs.Count, found.Hidden) : default;

        Assert.Equal((4, 2, 0), await Seen(story.Miner));
        Assert.Equal((3, 1, 1), await Seen(story.Concentrator));
        Assert.Equal((4, 2, 0), await Seen(Auditor));
    }

    [Fact]
    public async Task a_scheme_auditor_sees_all()
    {
        var story = await new OxideStory(ledger, "auditor").Tell();

        var found = (await story.Find(Auditor, story.Carbonate))!.Genealogy;

        Assert.All(found.Batches, b => Assert.NotNull(b.Href));
        Assert.All(found.Edges, e => Assert.NotEqual(0, e.DryKilograms));
    }

    [Fact]
    public async Task for_a_stranger_there_is_no_such_batch()
    {
        var story = await new OxideStory(ledger, "stranger").Tell();

        Assert.Null(await story.Find(story.Stranger, story.Carbonate));
        Assert.Null(await story.Find(story.Concentrator, story.Carbonate));
    }

    [Fact]
    public async Task the_public_sees_no_number_name_or_mass()
    {
        var story = await new OxideStory(ledger, "public").Tell();

        var found = (await story.Ancestors(story.Carbonate)).For(Redact.ForThePublic(FrozenSet<Guid>.Empty));

        Assert.All(found.Batches, b => Assert.Equal(("", "", "", 0m, null), (b.Number, b.Maker, b.Facility, b.DryKilograms, b.Href)));
        Assert.All(found.Runs, r => Assert.Equal(("", "", null), (r.Number, r.Facility, r.Href)));
        Assert.All(found.Edges, e => Assert.Equal(0, e.DryKilograms));
        Assert.Equal(found.Batches[0].Id, found.Subject);
        Assert.Equal(["MixedCarbonate", "Concentrate", "Ore", "Ore"], found.Batches.Select(b => b.Stage));
    }
}
