using CsCheck;
using Traceability.Proofs;

namespace Traceability.Tests.Proofs;

public class SharingOrigins
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 100_000 : 2_000;

    private static readonly Origin Irgiz = new(new Guid(1, 0, 0, new byte[8])), Kundybai = new(new Guid(2, 0, 0, new byte[8])), Espe = new(new Guid(3, 0, 0, new byte[8]));

    private static readonly Gen<decimal> Kilograms = Gen.Decimal[0.000001m, 1_000_000m].Select(kilograms => decimal.Round(kilograms, 6));

    private static readonly Gen<Origins> Some = Gen.Select(Gen.Int[0, 12], Gen.Bool, Kilograms).Array[1, 20]
        .Select(parts => Origins.Sum(parts.Select(part => Origins.From(part.Item1 == 0 ? Origin.Unknown : new(new Guid(part.Item1, 0, 0, new byte[8]), part.Item2), part.Item3))));

    /// <summary>Parts are positive, each origin once, and add up to the whole to the last digit.</summary>
    private static void Sound(Origins origins)
    {
        Assert.All(origins.Parts, part => Assert.True(part.Kilograms > 0));
        Assert.Equal(origins.Parts.Length, origins.Parts.Select(part => part.Origin).Distinct().Count());
        Assert.Equal(origins.Kilograms, origins.Parts.Sum(part => part.Kilograms));
    }

    private static void Near(decimal expected, decimal actual) => Assert.InRange(actual, expected - 0.000000001m, expected + 0.000000001m);

    private static RunOrigins Blend(Origins[] inputs, params decimal[] outputs) => RunOrigins.Of([.. inputs.Select(i => new ElementInput(i.Kilograms * 10, i.Kilograms, i))], 0, outputs);

    [Fact]
    public void what_is_taken_and_what_is_left_are_what_was_there_origin_by_origin() => Gen.Select(Some, Gen.Decimal[0, 1]).Sample((all, part) =>
    {
        var (taken, left) = all.Take(decimal.Round(all.Kilograms * part, Origins.Places));

        Sound(taken);
        Sound(left);
        Assert.All(all.Parts, was => Assert.Equal(was.Kilograms, taken.Of(was.Origin) + left.Of(was.Origin)));
        Assert.All(all.Parts, was => Near(was.Kilograms * part, taken.Of(was.Origin)));
    }, iter: Cases);

    [Fact]
    public void nearly_all_of_many_small_parts_leaves_nothing_below_zero() => Gen.Int[1, 400].Sample(count =>
    {
        var all = Origins.Sum(Enumerable.Range(1, count).Select(i => Origins.From(new(new Guid(i, 0, 0, new byte[8])), 1m / 3 * i)).Select(o => o.Measured(decimal.Round(o.Kilograms, Origins.Places, MidpointRounding.ToZero))));

        var (taken, left) = all.Take(all.Kilograms - 0.000000000000001m);

        Sound(taken);
        Sound(left);
    }, iter: Cases);

    [Fact]
    public void measured_again_no_named_origin_grows() => Gen.Select(Some, Gen.Decimal[0, 3]).Sample((all, factor) =>
    {
        var again = all.Measured(decimal.Round(all.Kilograms * factor, Origins.Places));

        Sound(again);
        Assert.All(again.Parts.Where(part => part.Origin != Origin.Unknown), part => Assert.True(part.Kilograms <= all.Of(part.Origin)));
    }, iter: Cases);

    [Fact]
    public void the_order_of_inputs_does_not_matter() => Gen.Select(Some.Array[2, 6], Gen.Decimal[0, 1.1m], Gen.Int).Sample((inputs, recovery, seed) =>
    {
        var output = decimal.Round(inputs.Sum(i => i.Kilograms) * recovery, 6);
        var shuffled = inputs.OrderBy(i => HashCode.Combine(seed, i.Kilograms)).ToArray();

        Assert.Equal(Blend(inputs, output).Outputs[0].Parts, Blend(shuffled, output).Outputs[0].Parts);
    }, iter: Cases);

    [Fact]
    public void outputs_of_one_run_have_equal_shares() => Gen.Select(Some.Array[1, 6], Gen.Decimal[0.01m, 1].Array[2, 4]).Sample((inputs, parts) =>
    {
        var whole = inputs.Sum(i => i.Kilograms);
        var outputs = Blend(inputs, [.. parts.Select(part => decimal.Round(whole * part / parts.Length, 6))]).Outputs.Where(o => o.Kilograms > 0.1m).ToList();

        Assert.All(outputs.SelectMany(o => o.Parts.Select(part => (Share: part.Kilograms / o.Kilograms, First: outputs[0].Of(part.Origin) / outputs[0].Kilograms))),
            share => Near(share.First, share.Share));
    }, iter: Cases);

    [Fact]
    public void split_and_blended_again_the_shares_are_what_they_were() => Gen.Select(Some, Gen.Decimal[0.1m, 0.9m]).Sample((all, part) =>
    {
        var split = Blend([all], decimal.Round(all.Kilograms * part, 6), all.Kilograms - decimal.Round(all.Kilograms * part, 6));

        var again = Blend([.. split.Outputs], all.Kilograms).Outputs[0];

        Assert.All(all.Parts, was => Near(was.Kilograms, again.Of(was.Origin)));
    }, iter: Cases);

    [Fact]
    public void a_chain_of_forty_top_ups_still_adds_up_to_the_whole()
    {
        var batch = Origins.From(Irgiz, 1000);
        for (var level = 1; level <= 40; level++)
        {
            var added = Origins.From(new(new Guid(level, 1, 0, new byte[8])), 500);
            batch = Blend([batch.Take(500).Taken, added], 1000).Outputs[0];
            Sound(batch);
        }

        Assert.Equal(1000, batch.Kilograms);
        Assert.Equal(1000 * Math.Pow(0.5, 40), (double)batch.Of(Irgiz), 12);
    }

    [Fact]
    public void three_mines_through_four_levels_come_out_as_worked_by_hand()
    {
        // Level 1: 60 kg of Irgiz and 40 kg of Kundybai give 80 kg: 48 and 32.
        var first = Blend([Origins.From(Irgiz, 60), Origins.From(Kundybai, 40)], 80).Outputs[0];
        Assert.Equal([(Irgiz, 48m), (Kundybai, 32m)], first.Parts);
        // Level 2: half of it, 24 and 16, with 60 kg of Espe give 90 kg of 100: 21.6, 14.4 and 54.
        var second = Blend([first.Take(40).Taken, Origins.From(Espe, 60)], 90).Outputs[0];
        Assert.Equal([(Irgiz, 21.6m), (Kundybai, 14.4m), (Espe, 54m)], second.Parts);
        // Level 3: with the other half of level 1 back in, 130 kg give two outputs of 65 and 52, 13 kg are lost.
        var third = Blend([second, first.Take(40).Taken], 65, 52);
        Assert.Equal([(Irgiz, 22.8m), (Kundybai, 15.2m), (Espe, 27m)], third.Outputs[0].Parts);
        Assert.Equal([(Irgiz, 4.56m), (Kundybai, 3.04m), (Espe, 5.4m)], third.Lost.Parts);
        // Level 4: 1 kg more comes out than went in: it is nobody's.
        var fourth = Blend([third.Outputs[1]], 53).Outputs[0];
        Assert.Equal([(Origin.Unknown, 1m), (Irgiz, 18.24m), (Kundybai, 12.16m), (Espe, 21.6m)], fourth.Parts);
    }

    [Fact]
    public void a_diamond_does_not_count_its_mine_twice()
    {
        var ore = Origins.From(Irgiz, 100);
        var (left, right) = (Blend([ore.Take(50).Taken], 40).Outputs[0], Blend([ore.Take(50).Taken], 30).Outputs[0]);

        Assert.Equal([(Irgiz, 70m)], Blend([left, right], 70).Outputs[0].Parts);
    }

    [Fact]
    public void twenty_four_stacked_diamonds_are_walked_once_each()
    {
        var batch = Origins.Sum([Origins.From(Irgiz, 600), Origins.From(Kundybai, 400)]);
        for (var i = 0; i < 24; i++)
        {
            var halves = Blend([batch], 500, 500).Outputs;
            batch = Blend([.. halves], 1000).Outputs[0];
        }

        Assert.Equal([(Irgiz, 600m), (Kundybai, 400m)], batch.Parts);
    }

    [Fact]
    public void an_input_that_nobody_tested_is_unknown_and_as_rich_as_the_richest()
    {
        var run = RunOrigins.Of([new(100, 10, Origins.From(Irgiz, 1)), new(100, 20, Origins.From(Espe, 1)), new(50, null, Origins.From(Kundybai, 1))], 0, [20]);

        Assert.Equal([(Origin.Unknown, 5m), (Irgiz, 5m), (Espe, 10m)], run.Outputs[0].Parts);
    }

    [Fact]
    public void an_input_without_known_ancestry_and_a_source_that_is_not_traced_are_unknown()
    {
        var run = RunOrigins.Of([new(100, 30, null), new(100, 60, Origins.From(Irgiz, 5))], 10, [50]);

        Assert.Equal([(Origin.Unknown, 20m), (Irgiz, 30m)], run.Outputs[0].Parts);
    }

    [Fact]
    public void where_nothing_was_tested_all_is_unknown() =>
        Assert.Equal([(Origin.Unknown, 8m)], RunOrigins.Of([new(100, null, Origins.From(Irgiz, 1))], 0, [8]).Outputs[0].Parts);

    [Fact]
    public void a_declared_origin_keeps_its_share_beside_the_confirmed_one()
    {
        var declared = Irgiz with { IsDeclared = true };

        Assert.Equal([(Irgiz, 30m), (declared, 10m)], Blend([Origins.From(Irgiz, 60), Origins.From(declared, 20)], 40).Outputs[0].Parts);
    }
}
