using System.Collections.Immutable;
using CsCheck;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;
using Traceability.Shares;

namespace Traceability.Tests.Shares;

/// <summary>What one run does to the shares of what went in (O1).</summary>
public class SharingARun
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 100_000 : 2_000;

    private static readonly Origin Irgiz = new(Guid.Parse("00000001-0000-7000-8000-000000000000")), Espe = new(Guid.Parse("00000002-0000-7000-8000-000000000000"));

    private static AssayFigures Assay(decimal fraction, string element = "Nd") => new(Guid.Empty, AssayStatus.Final, [new(element, fraction)]);

    private static ContentInForce InForce(AssayFigures figures) => new(InForceBy.Maker, figures.Status, figures.Contents, []);

    private static ShareInput From(Origin origin, decimal kilograms, decimal? fraction, decimal? here = null, string material = "ree-ore") => new(
        material, kilograms, BatchShares.Whole(origin), fraction is { } own ? Assay(own) : null, (here ?? fraction) is { } counts ? InForce(Assay(counts)) : null);

    private static ShareOutput To(decimal kilograms, decimal? fraction = null, string material = "ree-concentrate") => new(material, kilograms, fraction is { } own ? Assay(own) : null);

    private static Origins Nd(StepKind kind, ShareInput[] inputs, params ShareOutput[] outputs) =>
        SharesOfRun.Of(Catalogue.Shipped, kind, inputs, outputs, ImmutableDictionary<string, decimal>.Empty)[0].Of("Nd")!;

    private static Origins Nd(ShareInput[] inputs, params ShareOutput[] outputs) => Nd(StepKind.Transformation, inputs, outputs);

    private static (decimal Unknown, decimal Irgiz, decimal Espe) Of(Origins shares)
    {
        Assert.Equal(1, shares.Kilograms);
        Assert.Equal(1, shares.Parts.Sum(p => p.Kilograms));
        return (shares.Unknown, shares.Of(Irgiz), shares.Of(Espe));
    }

    [Fact]
    public void shares_are_weighted_by_contained_kilograms_and_not_by_mass() =>
        Assert.Equal((0, 0.25m, 0.75m), Of(Nd([From(Irgiz, 1000, 0.01m), From(Espe, 300, 0.1m)], To(50, 0.5m))));

    [Fact]
    public void what_a_recycling_step_wins_again_keeps_its_mine_and_is_recycled_but_not_what_nobody_verified()
    {
        var (leaching, dismantling, declared) = (Catalogue.Shipped.Step("scrap-leaching"), Catalogue.Shipped.Step("motor-dismantling"), new Origin(Espe.PlaceId, IsDeclared: true));
        var shares = BatchShares.None.With("Nd", Irgiz, 0.5m).With("Nd", declared, 0.2m).With("Nd", Origin.Unknown, 0.3m);
        shares = shares with { AtMost = shares.AtMost.Add("Nd", Origins.From(Irgiz, 0.1m)) };

        var won = shares.After(leaching, OutputRole.Product);

        var again = Irgiz with { IsRecycled = true };
        Assert.Equal([(Origin.Unknown, 0.3m), (again, 0.5m), (declared, 0.2m)], won.Of("Nd")!.Parts);
        Assert.Equal([(again, 0.1m)], won.AtMost["Nd"].Parts);
        Assert.Equal(won, won.After(leaching, OutputRole.Product));
        Assert.Equal(won, BatchShares.Read(won.Written()));
        // Parts that are taken out are used again as they are; what is left is scrap.
        Assert.Equal(shares, shares.After(dismantling, OutputRole.Product));
        Assert.Equal(won, shares.After(dismantling, OutputRole.Scrap));
        Assert.Equal(shares, shares.After(Catalogue.Shipped.Step("strip-casting"), OutputRole.Product));
        Assert.Equal(shares, shares.After(null, OutputRole.Product));
    }

    [Fact]
    public void what_came_out_need_not_be_analysed() => Assert.Equal((0, 0.25m, 0.75m), Of(Nd([From(Irgiz, 1000, 0.01m), From(Espe, 300, 0.1m)], To(50))));

    [Fact]
    public void what_nobody_analysed_is_unknown_and_counts_as_the_richest() => Assert.Equal((0.75m, 0.25m, 0), Of(Nd([From(Irgiz, 1000, 0.01m), From(Espe, 3000, null)], To(50))));

    [Fact]
    public void where_nobody_analysed_anything_all_is_unknown() => Assert.Equal((1, 0, 0), Of(Nd([From(Irgiz, 1000, null), From(Espe, 3000, null)], To(50))));

    [Fact]
    public void what_is_split_or_blended_keeps_its_shares_without_an_assay()
    {
        Assert.Equal((0, 1, 0), Of(Nd(StepKind.Split, [From(Irgiz, 1000, null)], To(500, null, "ree-ore"), To(500, null, "ree-ore"))));
        Assert.Equal((0, 0.25m, 0.75m), Of(Nd(StepKind.Blend, [From(Irgiz, 1000, null), From(Espe, 3000, null)], To(4000, null, "ree-ore"))));
        // One that was analysed tells how much the others may hold.
        Assert.Equal((0.75m, 0.25m, 0), Of(Nd(StepKind.Blend, [From(Irgiz, 1000, 0.01m), From(Espe, 3000, null)], To(4000, null, "ree-ore"))));
    }

    [Fact]
    public void what_never_went_in_is_unknown() => Assert.Equal((0.02m, 0.98m, 0), Of(Nd([From(Irgiz, 1000, 0.0098m)], To(20, 0.5m))));

    [Fact]
    public void a_richer_assay_on_the_way_makes_no_more_of_a_mine() => Assert.Equal((0.2m, 0.8m, 0), Of(Nd([From(Irgiz, 1000, 0.08m, here: 0.1m)], To(50))));

    [Fact]
    public void a_poorer_one_makes_less_of_it() => Assert.Equal((0, 0.5m, 0.5m), Of(Nd([From(Irgiz, 1000, 0.1m, here: 0.08m), From(Espe, 1000, 0.08m)], To(50))));

    [Fact]
    public void a_maker_who_analyses_nothing_makes_no_more_of_a_mine_than_one_who_does()
    {
        // 10 kg went in; who received the concentrate finds 25 in it.
        var silent = To(50) with { Found = Assay(0.5m) };

        Assert.Equal((0.6m, 0.4m, 0), Of(Nd([From(Irgiz, 1000, 0.01m)], silent)));
        Assert.Equal((0.6m, 0.4m, 0), Of(Nd([From(Irgiz, 1000, 0.01m)], To(50, 0.5m))));
    }

    [Fact]
    public void what_a_count_found_is_unknown_and_well_mixed()
    {
        var diluted = BatchShares.Whole(Irgiz).Diluted(new Totals(new(900, 0), CountedIn: new(100, 0)));

        Assert.Equal((0.1m, 0.9m, 0), Of(diluted.Of("Nd")!));
    }

    [Fact]
    public void reagents_that_hold_the_element_are_unknown()
    {
        var shares = SharesOfRun.Of(Catalogue.Shipped, StepKind.Transformation, [From(Irgiz, 900, 0.1m)], [To(50)], new Dictionary<string, decimal> { ["Nd"] = 10 })[0];

        Assert.Equal((0.1m, 0.9m, 0), Of(shares.Of("Nd")!));
    }

    [Fact]
    public void an_element_has_the_shares_of_what_holds_it()
    {
        var lithium = new ShareInput("lithium-hydroxide", 100, BatchShares.Whole(Espe), Assay(0.165m, "Li"), InForce(Assay(0.165m, "Li")));
        var precursor = new ShareInput("nmc-precursor", 400, BatchShares.Whole(Irgiz), Assay(0.5m, "Ni"), InForce(Assay(0.5m, "Ni")));

        var shares = SharesOfRun.Of(Catalogue.Shipped, StepKind.Transformation, [lithium, precursor], [To(450, null, "nmc-cathode")], ImmutableDictionary<string, decimal>.Empty)[0];

        Assert.Equal((0, 1, 0), Of(shares.Of("Ni")!));
        Assert.Equal((0, 0, 1), Of(shares.Of("Li")!));
        // The precursor is tracked for cobalt, and nobody looked for it.
        Assert.Equal((1, 0, 0), Of(shares.Of("Co")!));
    }

    [Fact]
    public void a_vehicle_has_the_shares_of_its_parts_though_nobody_analyses_them()
    {
        var motor = new ShareInput("traction-motor", 68, BatchShares.None.With("Nd", Irgiz, 0.4m).With("Nd", Origin.Unknown, 0.6m), null, null);
        var pack = new ShareInput("battery-pack", 372, BatchShares.Whole(Espe), null, null);

        var shares = SharesOfRun.Of(Catalogue.Shipped, StepKind.Assembly, [motor, pack], [To(1780, null, "electric-vehicle")], ImmutableDictionary<string, decimal>.Empty)[0];

        Assert.Equal((0.6m, 0.4m, 0), Of(shares.Of("Nd")!));
        Assert.Equal((0, 0, 1), Of(shares.Of("Ni")!));
    }

    /// <summary>No run makes more kilograms of a named origin than its inputs had by their makers' assays.</summary>
    [Fact]
    public void no_named_origin_grows_whatever_anybody_analyses()
    {
        var input = Gen.Select(Gen.Bool, Gen.Int[1, 100_000], Gen.Int[0, 1000].Nullable(), Gen.Int[0, 1000].Nullable(), (irgiz, kilograms, own, here) =>
            From(irgiz ? Irgiz : Espe, kilograms, own is { } o ? o / 1000m : null, here is { } h ? h / 1000m : null));
        var output = Gen.Select(Gen.Int[1, 100_000], Gen.Int[0, 1000].Nullable(), (kilograms, own) => To(kilograms, own is { } o ? o / 1000m : null));

        Gen.Select(input.Array[1, 5], output.Array[1, 3]).Sample((inputs, outputs) =>
        {
            var shares = Nd(inputs, outputs);
            Of(shares);
            foreach (var mine in new[] { Irgiz, Espe })
            {
                var had = inputs.Where(i => i.Shares.Of("Nd")!.Of(mine) > 0).Sum(i => i.DryKilograms * Math.Min(i.Whole?.Of("Nd")?.Fraction ?? 1, i.Content?.Of("Nd")?.Fraction ?? 0));
                var has = outputs.Sum(o => o.DryKilograms * (o.Own?.Of("Nd")?.Fraction ?? 0)) * shares.Of(mine);
                Assert.True(has <= had + 0.000001m, $"{has} > {had}");
            }
        }, iter: Cases);
    }

    [Fact]
    public void the_order_of_inputs_is_irrelevant() =>
        Assert.Equal(Nd([From(Irgiz, 1000, 0.01m), From(Espe, 300, 0.1m)], To(50, 0.5m)).Parts, Nd([From(Espe, 300, 0.1m), From(Irgiz, 1000, 0.01m)], To(50, 0.5m)).Parts);

    private static BatchShares Nd(StepKind kind, BatchShares first, decimal kilograms, params ShareOutput[] outputs) => SharesOfRun.Of(
        Catalogue.Shipped, kind, [new("ree-concentrate", kilograms, first, null, null)], outputs, ImmutableDictionary<string, decimal>.Empty)[0];

    [Fact]
    public void a_first_assay_after_steps_that_nobody_analysed_shows_no_more_of_a_mine_than_went_in()
    {
        // 10 kg of Irgiz and 30 of Espe go into a concentrate that nobody analyses; half of it is found to hold 250 kg.
        var concentrate = SharesOfRun.Of(Catalogue.Shipped, StepKind.Transformation, [From(Irgiz, 1000, 0.01m), From(Espe, 300, 0.1m)], [To(1000)], ImmutableDictionary<string, decimal>.Empty)[0];
        var again = Nd(StepKind.Blend, concentrate, 1000, To(1000));

        var half = Nd(StepKind.Split, again, 500, To(500, 0.5m)).Of("Nd")!;

        Assert.Equal((0.92m, 0.02m, 0.06m), Of(half));
        // What can be true is left alone.
        Assert.Equal((0, 0.25m, 0.75m), Of(Nd(StepKind.Split, again, 500, To(500, 0.04m)).Of("Nd")!));
    }

    [Fact]
    public void what_one_part_was_found_to_hold_is_no_more_in_the_other_that_nobody_analysed()
    {
        var parts = SharesOfRun.Of(Catalogue.Shipped, StepKind.Transformation, [From(Irgiz, 1000, 0.01m)], [To(100, 0.08m), To(100)], ImmutableDictionary<string, decimal>.Empty);

        // 2 of the 10 kg are left for it, whatever is found in what comes of it.
        Assert.Equal((0.8m, 0.2m, 0), Of(Nd(StepKind.Split, parts[1], 100, To(100, 0.1m)).Of("Nd")!));
    }

    [Fact]
    public void of_what_nobody_ever_analysed_all_may_be_the_element() =>
        Assert.Equal((0, 1, 0), Of(Nd(StepKind.Split, BatchShares.Whole(Irgiz), 500, To(500, 0.9m)).Of("Nd")!));

    [Fact]
    public void a_run_whose_inputs_nobody_analysed_cannot_give_more_than_was_found_further_up()
    {
        var concentrate = SharesOfRun.Of(Catalogue.Shipped, StepKind.Transformation, [From(Irgiz, 1000, 0.01m)], [To(100)], ImmutableDictionary<string, decimal>.Empty)[0];
        RunElement Found(decimal fraction) => BalanceOfRun.Of(
            Catalogue.Shipped, "split", false, [new("ree-concentrate", 50, concentrate, null, null)], [To(50, fraction)], ImmutableDictionary<string, decimal>.Empty).Single(e => e.Element == "Nd");

        // At most 5 kg, with 2 % that an alarm would bear.
        Assert.Equal((null, 5m), (Found(0.102m).Fit, Found(0.102m).NotAnalysedAtMost));
        Assert.Equal(RunElement.Impossible, Found(0.1021m).Against);
        Assert.Equal("element-impossible", new[] { Found(0.2m) }.Wrong()!.Code);
    }
}
