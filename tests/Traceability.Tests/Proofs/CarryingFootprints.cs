using CsCheck;
using Traceability.Proofs;

namespace Traceability.Tests.Proofs;

/// <summary>The worked example of docs/domain.md, and what holds of any run.</summary>
public class CarryingFootprints
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 100_000 : 2_000;

    private static readonly Gen<decimal> Share = Gen.Int[0, 1000].Select(permille => permille / 1000m);

    private static readonly Gen<(decimal DryKilograms, Footprint Footprint)> Input = Gen.Select(
        Gen.Int[0, 10_000], Gen.Int[0, 100_000], Share, Share, Share, (kilograms, carried, primary, undeclared, steps) => ((decimal)kilograms, new Footprint(carried / 1000m, carried / 1000m * primary, undeclared, steps)));

    [Fact]
    public void what_inputs_bring_is_spread_over_the_products_and_what_nobody_declared_is_not_counted_as_nothing()
    {
        var concentrate = Footprint.OfRun([(600, Footprint.Declared(0.5m, 0.6m)), (400, Footprint.Unknown)], 100).After(2, 0.5m);

        Assert.Equal(new(5, 2.8m, 0.4m, 0), concentrate);
        Assert.False(concentrate.IsWhole);
        Assert.Equal(new(3, 1.8m, 0.4m, 1), Footprint.OfRun([(600, Footprint.Declared(0.5m, 0.6m)), (400, Footprint.Unknown)], 100).AfterUndeclared());
    }

    [Fact]
    public void what_is_declared_throughout_is_whole() => Assert.True(Footprint.OfRun([(600, Footprint.Declared(0.5m, 0)), (400, Footprint.Declared(0, 1))], 100).After(2, 0.5m).IsWhole);

    [Fact]
    public void of_nothing_nothing_is_known() => Assert.Equal(Footprint.Unknown, Footprint.OfRun([], 0));

    /// <summary>Products carry what inputs brought and what was declared of the step; shares stay shares.</summary>
    [Fact]
    public void no_run_makes_or_loses_any_of_what_was_declared() => Gen.Select(Input.Array[1, 6], Gen.Select(Gen.Int[1, 10_000], Gen.Int[0, 100_000]).Array[1, 4]).Sample((inputs, products) =>
    {
        var carried = Footprint.OfRun(inputs, products.Sum(p => p.Item1));
        var outputs = products.Select(p => (Kilograms: (decimal)p.Item1, Footprint: carried.After(p.Item2 / 1000m, 0.5m))).ToList();

        Assert.InRange(outputs.Sum(o => o.Kilograms * o.Footprint.Kilograms) - inputs.Sum(i => i.DryKilograms * i.Footprint.Kilograms) - products.Sum(p => p.Item1 * (p.Item2 / 1000m)), -0.000001m, 0.000001m);
        Assert.All(outputs, o =>
        {
            Assert.InRange(o.Footprint.Undeclared, 0, 1);
            Assert.InRange(o.Footprint.ThroughUndeclaredSteps, 0, 1);
            Assert.InRange(o.Footprint.PrimaryKilograms, 0, o.Footprint.Kilograms);
        });
        if (inputs.Sum(i => i.DryKilograms) > 0)
            Assert.InRange(carried.Undeclared, inputs.Where(i => i.DryKilograms > 0).Min(i => i.Footprint.Undeclared), inputs.Where(i => i.DryKilograms > 0).Max(i => i.Footprint.Undeclared));
    }, iter: Cases);

    /// <summary>Split and mixed again it is what it was.</summary>
    [Fact]
    public void what_is_split_and_blended_again_carries_what_it_carried() => Input.Where(i => i.DryKilograms > 1).Sample(batch =>
    {
        var halves = Footprint.OfRun([batch], batch.DryKilograms);

        var again = Footprint.OfRun([(1, halves), (batch.DryKilograms - 1, halves)], batch.DryKilograms);

        Assert.InRange(again.Kilograms - batch.Footprint.Kilograms, -0.000000001m, 0.000000001m);
        Assert.InRange(again.Undeclared - batch.Footprint.Undeclared, -0.000000001m, 0.000000001m);
    }, iter: Cases);
}
