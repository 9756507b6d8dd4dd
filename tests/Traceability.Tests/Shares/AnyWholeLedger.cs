using CsCheck;
using Traceability.Batches;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;
using Traceability.Shares;

namespace Traceability.Tests.Shares;

/// <summary>What holds of the origin shares of all batches together, whatever was dug, analysed, analysed again, run and counted. A failure prints the seed and the shortest ledger that shows it.</summary>
public class AnyWholeLedger
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 100_000 : 2_000;

    private static void Sample(Action<Fact[]> holds) => Fact.Ledgers.Sample(holds, iter: Cases);

    private static void Near(decimal expected, decimal actual) => Assert.InRange(actual, expected - 0.000000001m, expected + 0.000000001m);

    /// <summary>The same by where it was dug, won again or not.</summary>
    private static Origins Dug(Origins origins) => Origins.Sum(origins.Parts.Select(part => Origins.From(part.Origin with { IsRecycled = false }, part.Kilograms)));

    private static Origins Of(BatchShares shares, string element) => shares.Of(element) ?? Origins.From(Origin.Unknown, 1);

    [Fact]
    public void most_ledgers_have_runs_upon_runs_so_that_these_tests_test_something()
    {
        var (runs, upon, analysed) = (0, 0, 0);

        Fact.Ledgers.Sample(facts =>
        {
            var ledger = new ToldLedger(facts);
            Interlocked.Add(ref runs, ledger.Runs.Count);
            Interlocked.Add(ref upon, ledger.Runs.Count(r => r.Inputs.Any(i => ledger.Batches[i.Batch].RunId is not null)));
            Interlocked.Add(ref analysed, ledger.Runs.Count(r => r.Inputs.All(i => ledger.Batches[i.Batch].Assays?.At(r.FacilityId) is not null)));
        }, iter: 500, seed: "0000000000000");

        Assert.InRange(runs, 1000, 3000);
        Assert.InRange(upon, runs / 4, runs);
        Assert.InRange(analysed, runs / 8, runs);
    }

    [Fact]
    public void shares_are_above_nought_and_add_up_to_the_whole_and_are_those_of_a_slow_walk_without_rounding() => Sample(facts =>
    {
        var ledger = new ToldLedger(facts);
        var shares = ledger.Shares();

        foreach (var element in ToldLedger.Elements)
        {
            var slow = new SlowWalk(ledger.Batches, ledger.Runs, element);
            for (var batch = 0; batch < shares.Length; batch++)
            {
                var fast = Of(shares[batch].Diluted(ledger.Batches[batch].Totals), element);
                Assert.All(fast.Parts, part => Assert.True(part.Kilograms > 0));
                Assert.Equal((1, 1), (fast.Kilograms, fast.Parts.Sum(part => part.Kilograms)));
                var exact = slow.Of(batch);
                foreach (var origin in exact.Keys.Union(fast.Parts.Select(part => part.Origin)))
                    Near(exact.GetValueOrDefault(origin).Value, fast.Of(origin));
            }
        }
    });

    [Fact]
    public void the_order_in_which_inputs_are_named_is_irrelevant() => Sample(facts =>
    {
        var (one, other) = (new ToldLedger(facts).Shares(), new ToldLedger(facts, isBackwards: true).Shares());

        for (var batch = 0; batch < one.Length; batch++)
            Assert.All(one[batch].Elements, e => Assert.Equal(e.Value.Parts, other[batch].Elements[e.Key].Parts));
    });

    [Fact]
    public void what_is_split_and_blended_again_has_the_shares_it_had() => Gen.Select(Fact.Ledgers, Gen.Int[1, 99]).Sample((facts, percent) =>
    {
        var ledger = new ToldLedger(facts);
        var batch = Enumerable.Range(0, ledger.Batches.Count).FirstOrDefault(b => ledger.Left(b) > 1, -1);
        if (batch < 0)
            return;
        var (material, kilograms) = (ToldLedger.Materials.IndexOf(ledger.Batches[batch].Material), ledger.Batches[batch].Totals.Made.DryKilograms);
        if (ledger.Left(batch) < kilograms)
            return;
        ledger.Tell(new Ran("split", 1, [(batch, 100)], [(material, (int)kilograms * percent / 100), (material, (int)kilograms - (int)kilograms * percent / 100)], 0));
        var half = ledger.Batches.Count - 2;
        ledger.Tell(new Ran("blend", 1, [(half, 100), (half + 1, 100)], [(material, (int)kilograms)], 0));

        var shares = ledger.Shares();

        foreach (var element in Catalogue.Shipped.Material(ToldLedger.Materials[material])!.Elements.Where(e => ledger.Batches[batch].Assays?.At(ToldLedger.Place(1))?.Of(e) is null))
        {
            var (was, again) = (Of(shares[batch].Diluted(ledger.Batches[batch].Totals), element), Of(shares[^1], element));
            Assert.All(was.Parts, part => Near(part.Kilograms, again.Of(part.Origin)));
        }
    }, iter: Cases);

    /// <summary>Of each run, by origin: what went in, and what was never there but came out, is what came out and what was lost.</summary>
    [Fact]
    public void what_came_out_and_was_lost_is_what_went_in_and_what_is_more_is_unknown() => Sample(facts =>
    {
        var ledger = AllAnalysed(facts);
        var shares = ledger.Shares();

        foreach (var (run, element) in ledger.Runs.SelectMany(run => ToldLedger.Elements, (run, element) => (run, element)))
        {
            var into = Origins.Sum([.. run.Inputs.Select(i => In(ledger, run, i, shares, element)), Origins.From(Origin.Unknown, run.Untracked.GetValueOrDefault(element))]);
            (into, var outOf, var any) = (Dug(into), run.Outputs.Sum(o => Contained(ledger.Batches[o], element)), Dug(Of(shares[run.Outputs[0]], element)));
            var excess = Math.Max(0, outOf - into.Kilograms);
            foreach (var origin in into.Parts.Select(part => part.Origin).Union(any.Parts.Select(part => part.Origin)).Where(_ => into.Kilograms + excess > 0))
            {
                var (came, lost) = (run.Outputs.Sum(o => Contained(ledger.Batches[o], element) * Dug(Of(shares[o], element)).Of(origin)), (into.Kilograms + excess - outOf) * any.Of(origin));
                Assert.InRange(came + lost - into.Of(origin) - (origin == Origin.Unknown ? excess : 0), -0.000000001m, 0.000000001m);
            }
        }
    });

    /// <summary>What all batches hold of a mine, with what no run took of them, is no more than what was dug there by the word of who dug it: whoever analyses what, and whoever does not.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void nothing_that_anybody_runs_or_analyses_or_leaves_unanalysed_makes_more_of_a_named_origin(bool isAllAnalysed) => Sample(facts =>
    {
        var ledger = isAllAnalysed ? AllAnalysed(facts) : new ToldLedger(facts);
        var shares = ledger.Shares();

        foreach (var element in ToldLedger.Elements)
        {
            var dug = ledger.Batches.Select((b, i) => (Batch: b, Origin: shares[i].Of(BatchShares.Every)?.Parts[0].Origin)).Where(b => b.Origin is not null)
                .GroupBy(b => b.Origin!.Value, (origin, all) => (Origin: origin, Kilograms: all.Sum(b => Found(b.Batch, element) is { } found ? b.Batch.Totals.Made.DryKilograms * found : b.Batch.Totals.Made.DryKilograms)))
                .ToDictionary(o => o.Origin, o => o.Kilograms);
            var there = Dug(Origins.Sum(ledger.Batches.Select((b, i) => Held(shares[i].Diluted(b.Totals), ledger.Left(i), Found(b, element), element))));
            Assert.All(there.Parts.Where(part => part.Origin != Origin.Unknown), part => Assert.True(part.Kilograms <= dug[part.Origin] + 0.000000001m, $"{part.Kilograms} kg of {element} of {dug[part.Origin]}"));
        }
    });

    /// <summary>Declared footprints go along run by run: what all batches carry, with what no run took of them, is what was declared of what was dug.</summary>
    [Fact]
    public void no_run_and_no_count_makes_more_or_less_of_what_was_declared() => Sample(facts =>
    {
        var ledger = new ToldLedger(facts);
        var dug = ledger.Batches.Select((b, i) => b.RunId is not null || i % 3 == 0 ? Footprint.Unknown : Footprint.Declared(i % 7, i % 5 / 4m)).ToList();
        var carried = dug.ConvertAll(footprint => Upstream.None with { Footprint = footprint });
        foreach (var run in ledger.Runs)
        {
            var of = new UpstreamOfRun(
                null, [.. run.Inputs.Select(i => (i.Kilograms, Upstream.Of(ledger.Batches[i.Batch], carried[i.Batch])))], run.Untracked.Values.Sum(), run.Outputs.Select(o => (OutputRole.Product, ledger.Batches[o].Totals.Made.DryKilograms)));
            foreach (var output in run.Outputs)
                carried[output] = of.Output(BatchShares.None, OutputRole.Product, null);
        }

        decimal There(Func<Footprint, decimal> figure) => ledger.Batches.Select((b, i) => ledger.Left(i) * figure(Upstream.Of(b, carried[i]).Footprint)).Sum();
        decimal Declared(Func<Footprint, decimal> figure) => ledger.Batches.Select((b, i) => b.RunId is null ? b.Totals.Made.DryKilograms * figure(dug[i]) : 0).Sum();
        Assert.InRange(There(f => f.Kilograms) - Declared(f => f.Kilograms), -0.000001m, 0.000001m);
        Assert.InRange(There(f => f.PrimaryKilograms) - Declared(f => f.PrimaryKilograms), -0.000001m, 0.000001m);
        Assert.All(carried, its => Assert.InRange(its.Footprint.Undeclared, 0, 1));
        Assert.All(carried, its => Assert.InRange(its.Footprint.PrimaryKilograms, 0, its.Footprint.Kilograms));
    });

    /// <summary>As analysed, or as much as there can be.</summary>
    private static Origins Held(BatchShares shares, decimal kilograms, decimal? fraction, string element) =>
        fraction is { } found ? Of(shares, element).Scaled(kilograms * found) : shares.MostIn(kilograms, element);

    private static decimal? Found(Batch batch, string element) => batch.Assays?.Whole?.Of(element)?.Fraction;

    /// <summary>The same ledger, with assays of whatever nobody had looked for, by its maker or by those further down.</summary>
    private static ToldLedger AllAnalysed(Fact[] facts)
    {
        var ledger = new ToldLedger(facts);
        for (var batch = 0; batch < ledger.Batches.Count; batch++)
        {
            if (Array.TrueForAll([1, 2], place => ToldLedger.Elements.All(e => ledger.Batches[batch].Assays?.At(ToldLedger.Place(place))?.Of(e) is not null)))
                continue;
            foreach (var place in batch % 2 == 0 ? new[] { 0 } : [1, 2])
                ledger.Tell(new Analysed(batch, place, true, [(batch + place) * 37 % 300, (batch + place) * 53 % 300, (batch + place) * 71 % 300]));
        }
        return ledger;
    }

    private static decimal Fraction(Batch batch, string element) => batch.Assays!.Whole!.Of(element)!.Fraction;

    private static decimal Contained(Batch batch, string element) => batch.Totals.Made.DryKilograms * Fraction(batch, element);

    /// <summary>What an input brings: of its origins no more than its maker found, and as Unknown what somebody found on the way.</summary>
    private static Origins In(ToldLedger ledger, ToldRun run, (int Batch, decimal Kilograms) input, BatchShares[] shares, string element)
    {
        var batch = ledger.Batches[input.Batch];
        var here = input.Kilograms * batch.Assays!.At(run.FacilityId)!.Of(element)!.Fraction;
        return Of(shares[input.Batch].Diluted(batch.Totals), element).Scaled(Math.Min(here, input.Kilograms * Fraction(batch, element))).Measured(here);
    }
}
