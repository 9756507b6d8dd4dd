using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Provenance;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Provenance;

public sealed class TracingABatch(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task leads_back_to_every_ore_with_depths_kilograms_runs_and_names()
    {
        var story = await new OxideStory(ledger, "back").Tell();

        var found = await story.Ancestors(story.Carbonate);

        Assert.Equal([(story.Carbonate, 0), (story.Concentrate, 1), (story.Ore1, 2), (story.Ore2, 2)], found.Batches.Select(b => (b.Id, b.Depth)).OrderBy(b => (b.Depth, b.Id != story.Ore1)));
        Assert.Equal([(story.Cracking, "Cracking and leaching", 0), (story.Flotation, "Rare earth flotation", 1)], found.Runs.Select(r => (r.Id, r.Step, r.Depth)));
        Assert.Equal(
            [
                new(story.Ore1, story.Flotation, 900, 0), new(story.Ore2, story.Flotation, 400.25m, 0), new(story.Flotation, story.Concentrate, 90.5m, 0),
                new(story.Concentrate, story.Cracking, 80, 0), new(story.Cracking, story.Carbonate, 70, 0),
            ],
            found.Edges.ToHashSet());
        var concentrate = found.Batches.Single(b => b.Id == story.Concentrate);
        Assert.Equal(new(story.Concentrate, "CONC-1", "Rare earth concentrate", "Concentrate", "back-plant", "back-plant", "KZ", 90.5m, 0, 1, null, $"/batches/{story.Concentrate}")
        {
            MakerId = story.Concentrator.OrganisationId,
            OperatorId = story.Concentrator.OrganisationId,
        }, concentrate);
        Assert.Equal("Extraction", found.Batches.Single(b => b.Id == story.Ore1).Source);
        Assert.Equal(new(story.Flotation, "FL-1", "Rare earth flotation", "back-plant", "KZ", Day.AddDays(6), 1, $"/runs/{story.Flotation}")
        {
            MakerId = story.Concentrator.OrganisationId,
            OperatorId = story.Concentrator.OrganisationId,
        }, found.Runs[1]);
    }

    [Fact]
    public async Task leads_forward_to_everything_that_came_of_it_tailings_too()
    {
        var story = await new OxideStory(ledger, "forward").Tell();

        var found = (await story.Find(Auditor, story.Ore2, Direction.Descendants))!.Genealogy;

        Assert.Equal(
            new HashSet<(Guid, int)> { (story.Ore2, 0), (story.Concentrate, 1), (story.Id("tailings"), 1), (story.Carbonate, 2) }, found.Batches.Select(b => (b.Id, b.Depth)).ToHashSet());
        Assert.Contains(new(story.Ore2, story.Flotation, 400.25m, 0), found.Edges);
        Assert.Contains(new(story.Flotation, story.Id("tailings"), 1200, 0), found.Edges);
        Assert.DoesNotContain(found.Edges, e => e.From == story.Ore1);
        Assert.Equal([0, 1], found.Runs.Select(r => r.Depth));
    }

    [Fact]
    public async Task counts_what_two_paths_lead_to_once()
    {
        var story = await new OxideStory(ledger, "diamond").Firms();
        await story.Register(story.Ore1, "ORE", story.Mine, 100, RegistrationSource.Extraction);
        var top = await Diamonds(story, levels: 1);

        var found = await story.Ancestors(top);

        Assert.Equal(4, found.Batches.Count);
        Assert.Single(found.Batches, b => b.Id == story.Ore1);
        Assert.Equal((6, 2), (found.Edges.Count, found.Runs.Count));
    }

    [Fact]
    public async Task sixteen_million_paths_through_stacked_diamonds_are_one_quick_answer()
    {
        var story = await new OxideStory(ledger, "stack").Firms();
        await story.Register(story.Ore1, "ORE", story.Mine, 100, RegistrationSource.Extraction);
        var top = await Diamonds(story, levels: 24);

        var (back, forward) = (await story.Ancestors(top), (await story.Find(Auditor, story.Ore1, Direction.Descendants))!.Genealogy);

        foreach (var found in new[] { back, forward })
        {
            Assert.Equal((1 + 24 * 3, 24 * 2, 24 * 6), (found.Batches.Count, found.Runs.Count, found.Edges.Count));
            Assert.Equal((48, 0), (found.Batches.Max(b => b.Depth), found.More));
        }
    }

    /// <summary>The ore split in two and blended again, so many times over; the last blend is returned.</summary>
    private async Task<Guid> Diamonds(OxideStory story, int levels)
    {
        var runs = new List<Submission>();
        var batch = story.Ore1;
        for (var level = 0; level < levels; level++)
        {
            var (left, right, next) = (story.Id($"left {level}"), story.Id($"right {level}"), story.Id($"blend {level}"));
            runs.Add(new(Run("split", [(batch, 100)], [(left, 50), (right, 50)]), story.Miner));
            runs.Add(new(Run("blend", [(left, 50), (right, 50)], [(next, 100)]), story.Miner));
            batch = next;
        }
        Assert.All(await ledger.Executor.Record(runs, Cancellation), answer => Assert.NotNull(answer.Recorded));
        return batch;

        RecordRun Run(string step, (Guid Id, decimal Kilograms)[] inputs, (Guid Id, decimal Kilograms)[] outputs) => new(
            story.Id($"{step} of {inputs[0].Id}"), $"{step} {inputs[0].Id}", step, story.Mine, Day.AddDays(1), Day.AddDays(2),
            [.. inputs.Select(i => new RunInput(i.Id, new(i.Kilograms, 0)))],
            [.. outputs.Select(o => new RunOutput(o.Id, $"{o.Id}", "ree-ore", OutputRole.Product, new(o.Kilograms, 0)))]);
    }

    [Fact]
    public async Task parts_of_two_owners_that_went_into_one_run_are_added_up()
    {
        var story = await new OxideStory(ledger, "owners").Tell();
        await ledger.Change(
            $"insert into ledger.bookings ({Bookings}) select gen_random_uuid(), batch_id, fact_id, kind, facility_id, $1, dry_kilograms, 0, 0, 0, 0, 0, 0, 0, 0, occurred_at, recorded_at "
                + "from ledger.bookings where batch_id = $2 and kind = 'Consumed'",
            story.Stranger.OrganisationId, story.Ore1);

        var found = await story.Ancestors(story.Concentrate);

        Assert.Equal(1800, Assert.Single(found.Edges, e => e.From == story.Ore1).DryKilograms);
    }

    [Fact]
    public async Task keeps_the_nearest_batches_of_a_large_answer_and_counts_the_rest()
    {
        var story = await new OxideStory(ledger, "budget").Tell();
        await Feed(story, story.Flotation, Limits.GenealogyNodes + 500);

        var found = await story.Ancestors(story.Carbonate);

        Assert.Equal((Limits.GenealogyNodes, 504, false), (found.Batches.Count, found.More, found.MoreAtLeast));
        Assert.Equal([0, 1, 2], found.Batches.Select(b => b.Depth).Distinct());
        Assert.Equal((2, Limits.GenealogyNodes + 1), (found.Runs.Count, found.Edges.Count));
    }

    [Fact]
    public async Task stops_counting_at_the_limit_and_says_so()
    {
        var story = await new OxideStory(ledger, "limit").Tell();
        await Feed(story, story.Flotation, Limits.GenealogyLinks);

        var found = await story.Ancestors(story.Carbonate);

        Assert.Equal((Limits.GenealogyNodes, Limits.GenealogyLinks - Limits.GenealogyNodes, true), (found.Batches.Count, found.More, found.MoreAtLeast));
    }

    /// <summary>So many further ores went into a run: more than commands could register in a test's time.</summary>
    private Task Feed(OxideStory story, Guid run, int ores) => ledger.Change(
        $"""
        with ores as (
            insert into ledger.made select gen_random_uuid(), gen_random_uuid(), null, null, null, 'ORE', 'ree-ore', 'Extraction', null, $1, $2, $1, 10, 0, $4, $5 from generate_series(1, $6) returning batch_id)
        insert into ledger.bookings ({Bookings}) select gen_random_uuid(), batch_id, $3, 'Consumed', $2, $1, -10, 0, 0, 0, 0, 0, 0, 0, 0, $4, $5 from ores
        """, story.Miner.OrganisationId, story.Mine, run, Day, ledger.Time.GetUtcNow(), ores);

    [Fact]
    public async Task is_none_for_a_batch_that_does_not_exist()
    {
        var story = await new OxideStory(ledger, "none").Firms();

        Assert.Null(await story.Find(Auditor, Guid.AllBitsSet));
    }
}
