using Microsoft.Extensions.Logging.Abstractions;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Footprints;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Service.Tests.Api;
using Traceability.Service.Tests.Provenance;
using Traceability.Shares;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Shares;

public sealed class WhereItCameFrom(TestLedger ledger) : IClassFixture<TestLedger>
{
    private RecomputeShares Recompute => new(ledger.Store, Catalogue.Shipped, ledger.Time, NullLogger<RecomputeShares>.Instance);

    private static RecordAssay Assay(OxideStory story, string id, Guid batch, decimal percent, AssayStatus status = AssayStatus.Final) =>
        new(batch, story.Id(id), $"{id} {batch}", status, AssayBasis.Dry, [new("Nd", percent)], "Laboratory", Day.AddDays(20));

    private async Task<ElementShares> Nd(Actor reader, Guid batch) =>
        (await ReadShares.Find(ledger.Source, Catalogue.Shipped, reader, batch, Http.Cancellation))!.Elements.Single(e => e.Element == "Nd");

    private static string Told(ElementShares shares) => string.Join("; ", shares.Origins.Select(o => $"{o.Kind} {o.Place ?? o.Country} {o.Share}"));

    /// <summary>100 kg of ore, for somebody else.</summary>
    private Task<Recorded> Dig(Guid batch, string number, Guid mine, Actor miner, Actor owner) =>
        ledger.Recorded(new RegisterBatch(batch, number, "ree-ore", RegistrationSource.Extraction, mine, new(100, 0), Day, owner.OrganisationId), miner);

    /// <summary>Two mines send ore of 10 % and 5 %; the plant floats 100 kg of each.</summary>
    private async Task<(OxideStory Story, Guid Concentrate)> TwoMines(string name, bool analysed = true)
    {
        var story = await new OxideStory(ledger, name).Firms();
        var (other, otherMine) = await ledger.Firm($"{name}-other", FacilityKind.MineSite);
        await Dig(story.Ore1, "ORE-1", story.Mine, story.Miner, story.Concentrator);
        await Dig(story.Ore2, "ORE-2", otherMine, other, story.Concentrator);
        if (analysed)
        {
            await ledger.Recorded(Assay(story, "assay 1", story.Ore1, 10), story.Miner);
            await ledger.Recorded(Assay(story, "assay 2", story.Ore2, 5), other);
        }
        await story.Send("s1", Day.AddDays(1), story.Miner, story.Mine, story.Concentrator, story.Plant, (story.Ore1, 100));
        await story.Send("s2", Day.AddDays(1), other, otherMine, story.Concentrator, story.Plant, (story.Ore2, 100));
        await ledger.Recorded(new RecordRun(
            story.Flotation, "FL-1", "ree-flotation", story.Plant, Day.AddDays(5), Day.AddDays(6), [new(story.Ore1, new(100, 0)), new(story.Ore2, new(100, 0))],
            [new(story.Concentrate, "CONC-1", "ree-concentrate", OutputRole.Product, new(20, 0)), new(story.Id("tailings"), "TAIL-1", "ree-tailings", OutputRole.Tailings, new(180, 0))]), story.Concentrator);
        return (story, story.Concentrate);
    }

    [Fact]
    public async Task what_a_mine_digs_is_all_of_that_mine()
    {
        var story = await new OxideStory(ledger, "dug").Tell();

        Assert.Equal($"Confirmed dug-mine 1", Told(await Nd(story.Miner, story.Ore1)));
        Assert.Equal(0, (await Nd(story.Miner, story.Ore1)).Unverified);
    }

    [Fact]
    public async Task what_was_bought_is_unknown_or_only_declared()
    {
        var story = await new OxideStory(ledger, "bought").Firms();
        await story.Register(story.Ore1, "B-1", story.Plant, 100, RegistrationSource.OutsideSupplier);
        await story.Register(story.Ore2, "B-2", story.Plant, 100, RegistrationSource.OutsideSupplier, declared: new("A trader", "Upper Espe", "KZ"));

        Assert.Equal("Unknown  1", Told(await Nd(story.Concentrator, story.Ore1)));
        Assert.Equal("Declared Upper Espe, KZ 1", Told(await Nd(story.Concentrator, story.Ore2)));
        Assert.Equal(1, (await Nd(story.Concentrator, story.Ore2)).Unverified);
    }

    [Fact]
    public async Task a_run_mixes_its_inputs_by_what_they_hold_and_keeps_it_with_every_output()
    {
        var (story, concentrate) = await TwoMines("mixed");

        Assert.Equal("Confirmed mixed-mine 0.666666666666667; Confirmed mixed-other 0.333333333333333", Told(await Nd(Auditor, concentrate)));
        Assert.Equal(Told(await Nd(Auditor, concentrate)), Told(await Nd(Auditor, story.Id("tailings"))));
    }

    [Fact]
    public async Task names_of_mines_are_for_those_who_deal_with_them()
    {
        var (story, concentrate) = await TwoMines("named");
        await story.Send("onward", Day.AddDays(8), story.Concentrator, story.Plant, story.Separator, story.Separation, (concentrate, 20));

        Assert.StartsWith("Confirmed named-mine", Told(await Nd(story.Concentrator, concentrate)), StringComparison.Ordinal);
        Assert.Equal("Confirmed KZ 0.666666666666667; Confirmed KZ 0.333333333333333", Told(await Nd(story.Separator, concentrate)));
        Assert.Null(await ReadShares.Find(ledger.Source, Catalogue.Shipped, story.Stranger, concentrate, Http.Cancellation));
    }

    [Fact]
    public async Task without_assays_it_is_unknown_and_an_assay_makes_everything_further_down_be_worked_out_again()
    {
        var (story, concentrate) = await TwoMines("again", analysed: false);
        await story.Send("onward", Day.AddDays(8), story.Concentrator, story.Plant, story.Separator, story.Separation, (concentrate, 20));
        await story.Run("cracking", "cracking", story.Separation, story.Separator, (concentrate, 20), (story.Carbonate, "mixed-ree-carbonate", 15));
        Assert.Equal("Unknown  1", Told(await Nd(Auditor, concentrate)));

        await ledger.Recorded(Assay(story, "assay 1", story.Ore1, 10), story.Miner);
        await ledger.Recorded(Assay(story, "assay 3", concentrate, 40), story.Concentrator);
        Assert.NotNull((await ReadShares.Find(ledger.Source, Catalogue.Shipped, Auditor, story.Carbonate, Http.Cancellation))!.BeingRecomputedSince);
        await Recompute.All(Http.Cancellation);

        // What nobody analysed counts as the richest: half of it is unknown, though not more.
        Assert.Equal("Unknown  0.5; Confirmed again-mine 0.5", Told(await Nd(Auditor, concentrate)));
        Assert.Equal("Unknown  0.5; Confirmed again-mine 0.5", Told(await Nd(Auditor, story.Carbonate)));
        Assert.Null((await ReadShares.Find(ledger.Source, Catalogue.Shipped, Auditor, story.Carbonate, Http.Cancellation))!.BeingRecomputedSince);
        Assert.Equal(8, (await Nd(Auditor, concentrate)).Kilograms);
    }

    [Fact]
    public async Task more_than_went_in_is_unknown()
    {
        var (story, concentrate) = await TwoMines("excess");

        await ledger.Recorded(Assay(story, "assay of the concentrate", concentrate, 80), story.Concentrator);
        await Recompute.All(Http.Cancellation);

        // 15 kg went in and 16 came out.
        Assert.Equal("Unknown  0.0625; Confirmed excess-mine 0.625; Confirmed excess-other 0.3125", Told(await Nd(Auditor, concentrate)));
        Assert.Equal(0.0625m, (await Nd(Auditor, concentrate)).Unverified);
        var nd = (await ReadBalance.Find(ledger.Source, Catalogue.Shipped, story.Concentrator, story.Flotation, Http.Cancellation))!.Elements.Single(e => e.Element == "Nd");
        Assert.Equal((-1, RunElement.Impossible), (nd.Difference, nd.Against));
        Assert.Equal(["element-impossible"], (await story.Find(Auditor, concentrate))!.Verdict!.Findings.Select(f => f.Code));
        Assert.Null(await ReadBalance.Find(ledger.Source, Catalogue.Shipped, story.Miner, story.Flotation, Http.Cancellation));

        // Analysed again, it fits; that it changed remains said.
        await ledger.Recorded(Assay(story, "concentrate 2", concentrate, 40), story.Concentrator);
        await Recompute.All(Http.Cancellation);
        Assert.Equal(["assay-changed"], (await story.Find(Auditor, concentrate))!.Verdict!.Findings.Select(f => f.Code));
        Assert.Equal(0, (await Nd(Auditor, concentrate)).Unverified);
    }

    [Fact]
    public async Task an_open_run_shares_all_that_went_in_so_far()
    {
        var (story, _) = await TwoMines("open");
        await Dig(story.Id("ore 3"), "ORE-3", story.Mine, story.Miner, story.Concentrator);
        await ledger.Recorded(Assay(story, "assay 3", story.Id("ore 3"), 10), story.Miner);
        await story.Register(story.Id("bought"), "B-1", story.Plant, 100, RegistrationSource.OutsideSupplier);
        await ledger.Recorded(Assay(story, "assay 4", story.Id("bought"), 10), story.Concentrator);
        await story.Send("s3", Day.AddDays(8), story.Miner, story.Mine, story.Concentrator, story.Plant, (story.Id("ore 3"), 100));
        await ledger.Recorded(new OpenRun(story.Id("open"), "OPEN", "ree-flotation", story.Plant, Day.AddDays(12)), story.Concentrator);
        await ledger.Recorded(new RecordPart(
            story.Id("open"), story.Id("part 1"), story.Plant, Day.AddDays(13), [new(story.Id("ore 3"), new(100, 0))], [new(story.Id("out"), "OUT", "ree-concentrate", OutputRole.Product, new(9, 0))]), story.Concentrator);
        await Recompute.All(Http.Cancellation);
        Assert.Equal("Confirmed open-mine 1", Told(await Nd(Auditor, story.Id("out"))));

        await ledger.Recorded(new RecordPart(story.Id("open"), story.Id("part 2"), story.Plant, Day.AddDays(14), [new(story.Id("bought"), new(100, 0))]), story.Concentrator);
        await Recompute.All(Http.Cancellation);
        Assert.Equal("Unknown  0.5; Confirmed open-mine 0.5", Told(await Nd(Auditor, story.Id("out"))));
    }

    [Fact]
    public async Task runs_due_here_and_there_are_worked_out_in_their_order_and_each_as_often_as_it_has_to_be()
    {
        var story = await new OxideStory(ledger, "ladder").Firms();
        var before = story.Id("ore 0");
        await ledger.Recorded(new RegisterBatch(before, "ORE-0", "ree-ore", RegistrationSource.Extraction, story.Mine, new(1000, 0), Day), story.Miner);
        await ledger.Recorded(Assay(story, "assay 0", before, 8), story.Miner);
        // Each rung tops up what came of the one below it.
        var (rungs, topUps) = (new List<Guid>(), new List<Guid>());
        for (var n = 1; n <= 12; n++)
        {
            var (more, after) = (story.Id($"more {n}"), story.Id($"rung {n}"));
            await ledger.Recorded(new RegisterBatch(more, $"MORE-{n}", "ree-ore", RegistrationSource.OutsideSupplier, story.Mine, new(100, 0), Day), story.Miner);
            await ledger.Recorded(Assay(story, $"assay of more {n}", more, 2), story.Miner);
            await ledger.Recorded(new RecordRun(
                story.Id($"run {n}"), $"LADDER-{n}", "blend", story.Mine, Day.AddDays(n), Day.AddDays(n), [new(before, new(1000 + 100 * (n - 1), 0)), new(more, new(100, 0))],
                [new(after, $"RUNG-{n}", "ree-ore", OutputRole.Product, new(1000 + 100 * n, 0), Assay: new(story.Id($"assay of {n}"), $"A-{n}", "Laboratory", [new("Nd", 3 - 0.1m * n)]))]), story.Miner);
            (before, topUps) = (after, [.. topUps, more]);
            ledger.Time.Move(TimeSpan.FromSeconds(1));
            rungs.Add(after);
        }
        await Recompute.All(Http.Cancellation);

        // Every second run is due at first; the others only because what came before them changed.
        foreach (var (more, n) in topUps.Select((more, i) => (more, i + 1)).Where(t => t.Item2 % 2 == 0))
            await ledger.Recorded(Assay(story, $"again {n}", more, 4), story.Miner);
        await ledger.Recorded(Assay(story, "again 0", story.Id("ore 0"), 4), story.Miner);
        var done = await Recompute.All(Http.Cancellation);

        Assert.Equal(12, done);
        var told = await Task.WhenAll(rungs.Select(rung => Nd(Auditor, rung)));
        await ledger.Source.Read("insert into ledger.shares_due (run_id, since) select m.run_id, now() from ledger.made m where m.batch_id = any($1) returning 1", _ => true, Http.Cancellation, rungs.ToArray());
        Assert.Equal(12, await Recompute.All(Http.Cancellation));
        Assert.Equal(told.Select(Told), (await Task.WhenAll(rungs.Select(rung => Nd(Auditor, rung)))).Select(Told));
    }

    [Fact]
    public async Task of_a_chunk_each_row_sees_what_the_rows_before_it_left()
    {
        var story = await new OxideStory(ledger, "chunk").Firms();
        var dug = new RegisterBatch(story.Ore1, "ORE-1", "ree-ore", RegistrationSource.Extraction, story.Mine, new(100, 0), Day);
        var split = new RecordRun(
            story.Id("split"), "SP-1", "split", story.Mine, Day.AddDays(1), Day.AddDays(1), [new(story.Ore1, new(100, 0))], [new(story.Id("part"), "PART-1", "ree-ore", OutputRole.Product, new(100, 0))]);

        var answers = await ledger.Executor.Record([new(dug, story.Miner), new(split, story.Miner)], Http.Cancellation);

        Assert.All(answers, answer => Assert.Null(answer.Refusal));
        Assert.Equal("Confirmed chunk-mine 1", Told(await Nd(story.Miner, story.Id("part"))));
    }

    private async Task<OriginSharesFound> Shares(Guid batch) => (await ReadShares.Find(ledger.Source, Catalogue.Shipped, Auditor, batch, Http.Cancellation))!;

    private static string Countries(ElementShares shares) => string.Join("; ", shares.Countries.Select(c => $"{c.Kind} {c.Country} {c.Share}"));

    [Fact]
    public async Task which_steps_were_done_in_which_country_comes_along_with_what_came_of_them()
    {
        var (story, concentrate) = await TwoMines("steps");
        Assert.Equal([new StepDone("ree-flotation", "KZ")], (await Shares(concentrate)).Steps);
        Assert.Empty((await Shares(story.Ore1)).Steps);
        Assert.Equal("Confirmed KZ 1", Countries(await Nd(Auditor, concentrate)));

        await story.Send("onward", Day.AddDays(8), story.Concentrator, story.Plant, story.Separator, story.Separation, (concentrate, 20));
        await ledger.Recorded(new OpenRun(story.Id("open"), "OPEN", "cracking", story.Separation, Day.AddDays(12)), story.Separator);
        await ledger.Recorded(new RecordPart(
            story.Id("open"), story.Id("part"), story.Separation, Day.AddDays(13), [new(concentrate, new(20, 0))], [new(story.Carbonate, "CARB", "mixed-ree-carbonate", OutputRole.Product, new(15, 0))]), story.Separator);
        await ledger.Recorded(new RecordRun(
            story.Id("split"), "SPLIT", "split", story.Separation, Day.AddDays(14), Day.AddDays(14), [new(story.Carbonate, new(15, 0))],
            [new(story.Id("half"), "HALF", "mixed-ree-carbonate", OutputRole.Product, new(15, 0))]), story.Separator);
        await Recompute.All(Http.Cancellation);

        // An open run is worked out after its parts, and then what came of it; a split processes nothing.
        Assert.Equal([new StepDone("cracking", "KZ"), new StepDone("ree-flotation", "KZ")], (await Shares(story.Carbonate)).Steps);
        Assert.Equal([new StepDone("cracking", "KZ"), new StepDone("ree-flotation", "KZ")], (await Shares(story.Id("half"))).Steps);
    }

    [Fact]
    public async Task what_is_won_again_from_scrap_keeps_its_mine_and_is_recycled_also_when_it_is_worked_out_again()
    {
        var story = new OxideStory(ledger, "scrap");
        var (miner, mine) = await ledger.Firm("scrap-mine", FacilityKind.MineSite);
        var (refiner, refinery) = await ledger.Firm("scrap-refinery", FacilityKind.Refinery);
        var (maker, plant) = await ledger.Firm("scrap-precursor", FacilityKind.PrecursorPlant);
        var (recycler, yard) = await ledger.Firm("scrap-recycler", FacilityKind.RecyclingPlant);
        await ledger.Recorded(new RegisterBatch(story.Id("ore"), "ORE", "nickel-ore", RegistrationSource.Extraction, mine, new(1000, 0), Day), miner);
        await ledger.Recorded(Nickel("ore", 2), miner);
        await story.Send("to refinery", Day.AddDays(1), miner, mine, refiner, refinery, (story.Id("ore"), 1000));
        await Run("nickel-leaching", refinery, refiner, 5, ("ore", 1000), ("hydroxide", "mixed-hydroxide", 50, 36, OutputRole.Product));
        await Run("nickel-refining", refinery, refiner, 6, ("hydroxide", 50), ("sulphate", "nickel-sulphate", 78, 22, OutputRole.Product));
        await story.Send("to maker", Day.AddDays(7), refiner, refinery, maker, plant, (story.Id("sulphate"), 78));
        await Run("precursor-precipitation", plant, maker, 12, ("sulphate", 78), ("precursor", "nmc-precursor", 26, 50, OutputRole.Product), ("cathode scrap", "cathode-scrap", 8, 50, OutputRole.Scrap));
        await story.Send("to recycler", Day.AddDays(13), maker, plant, recycler, yard, (story.Id("cathode scrap"), 8));
        await Run("cell-shredding", yard, recycler, 18, ("cathode scrap", 8), ("black mass", "black-mass", 8, 48, OutputRole.Product));
        Assert.Equal((0, false), await Told("cathode scrap"));
        Assert.Equal((1, true), await Told("black mass"));

        await ledger.Recorded(Nickel("black mass again", 47, "black mass"), recycler);
        await Recompute.All(Http.Cancellation);
        Assert.Equal((1, true), await Told("black mass"));

        Analyte[] Ni(decimal percent) => [new("Ni", percent)];
        RecordAssay Nickel(string id, decimal percent, string? of = null) =>
            new(story.Id(of ?? id), story.Id($"assay {id}"), $"A {id}", AssayStatus.Final, AssayBasis.Dry, Ni(percent), "Laboratory", Day.AddDays(20));
        Task<Recorded> Run(string step, Guid at, Actor by, int day, (string Id, decimal Kilograms) taken, params (string Id, string Material, decimal Kilograms, decimal Percent, OutputRole Role)[] made) =>
            ledger.Recorded(new RecordRun(story.Id(step), step, step, at, Day.AddDays(day), Day.AddDays(day), [new(story.Id(taken.Id), new(taken.Kilograms, 0))],
                [.. made.Select(o => new RunOutput(story.Id(o.Id), o.Id, o.Material, o.Role, new(o.Kilograms, 0), Assay: new(story.Id($"assay {o.Id}"), $"A {o.Id}", "Laboratory", Ni(o.Percent))))]), by);
        async Task<(decimal Recycled, bool IsRecycled)> Told(string batch)
        {
            var nickel = (await ReadShares.Find(ledger.Source, Catalogue.Shipped, Auditor, story.Id(batch), Http.Cancellation))!.Elements.Single(e => e.Element == "Ni");
            Assert.Equal(0, nickel.Unverified);
            return (nickel.Recycled, Assert.Single(nickel.Origins).IsRecycled);
        }
    }

    [Fact]
    public async Task what_a_recycler_recovered_is_recycled_and_what_was_only_declared_is_of_a_country_all_the_same()
    {
        var story = await new OxideStory(ledger, "recycled").Firms();
        var (recycler, plant) = await ledger.Firm("recycled-recycler", FacilityKind.RecyclingPlant);
        foreach (var (id, source, declared) in new[] { ("recovered", RegistrationSource.Recovery, null), ("bought", RegistrationSource.OutsideSupplier, new DeclaredOrigin("A trader", "Bayan Obo", "CN")) })
        {
            await ledger.Recorded(new RegisterBatch(story.Id(id), id, "magnet-scrap", source, plant, new(100, 0), Day, Declared: declared), recycler);
            await ledger.Recorded(Assay(story, $"assay {id}", story.Id(id), 25), recycler);
        }
        await ledger.Recorded(new RecordRun(
            story.Id("leaching"), "LEACH", "scrap-leaching", plant, Day.AddDays(25), Day.AddDays(26), [new(story.Id("recovered"), new(60, 0)), new(story.Id("bought"), new(20, 0))],
            [new(story.Carbonate, "CARB", "mixed-ree-carbonate", OutputRole.Product, new(40, 0))]), recycler);

        var carbonate = await Nd(Auditor, story.Carbonate);

        Assert.Equal("Declared CN 0.25; Confirmed KZ 0.75", Countries(carbonate));
        Assert.Equal((0.75m, 0.25m), (carbonate.Recycled, carbonate.Unverified));
        Assert.Equal(0, (await Nd(Auditor, story.Id("bought"))).Recycled);
    }

    [Fact]
    public async Task a_footprint_declared_later_goes_along_to_everything_that_came_of_it()
    {
        var (story, concentrate) = await TwoMines("footprint");
        await story.Send("onward", Day.AddDays(8), story.Concentrator, story.Plant, story.Separator, story.Separation, (concentrate, 20));
        await story.Run("cracking", "cracking", story.Separation, story.Separator, (concentrate, 20), (story.Carbonate, "mixed-ree-carbonate", 10));
        Assert.Equal(new FootprintFound(1, 1, null, null), (await Shares(concentrate)).Footprint);

        await ledger.Recorded(new DeclareFootprint(story.Ore1, story.Id("declared 1"), Boundary.CradleToGate, 0.5m, 0.6m, "Study 1", Day.AddDays(20)), story.Miner);
        await ledger.Recorded(new DeclareFootprint(concentrate, story.Id("declared 2"), Boundary.Step, 2, 0.5m, "Study 2", Day.AddDays(20)), story.Concentrator);
        Assert.Equal(new FootprintFound(0, 0, 0.5m, 0.6m), (await Shares(story.Ore1)).Footprint);
        Assert.NotNull((await Shares(story.Carbonate)).BeingRecomputedSince);
        await Recompute.All(Http.Cancellation);

        // 100 kg of ore at 0.5 and 100 kg of which nobody declares anything make 20 kg of concentrate: 2.5 and the step's 2; tailings carry nothing.
        Assert.Equal(new FootprintFound(0.5m, 0, 4.5m, decimal.Round(2.5m / 4.5m, 12)), (await Shares(concentrate)).Footprint);
        Assert.Equal(new FootprintFound(0, 0, 0, null), (await Shares(story.Id("tailings"))).Footprint);
        Assert.Equal(new FootprintFound(0.5m, 1, 9, decimal.Round(2.5m / 4.5m, 12)), (await Shares(story.Carbonate)).Footprint);
    }
}
