using Traceability.Batches;
using Traceability.Footprints;
using Traceability.Processing;
using Traceability.Proofs;
using Traceability.Shares;

namespace Traceability.Tests.Shares;

/// <summary>What goes from batch to batch beside the origins.</summary>
public class CarryingAlong
{
    private readonly World _world = new();

    private static (decimal, Upstream) Through(params StepDone[] steps) => (100, new(BatchShares.None, [.. steps], Footprint.Unknown));

    [Fact]
    public void steps_of_all_inputs_come_along_each_once_and_in_order()
    {
        var (cracking, flotation, leaching) = (new StepDone("cracking", "CN"), new StepDone("ree-flotation", "KZ"), new StepDone("cracking", "KZ"));

        var made = new UpstreamOfRun(leaching, [Through(flotation), Through(cracking, flotation), (100, Upstream.None)], 0, [(OutputRole.Product, 200)]).Output(BatchShares.None, OutputRole.Product, null);

        Assert.Equal([cracking, leaching, flotation], made.Steps);
        Assert.Equal(made.Steps, new UpstreamOfRun(null, [(100, made), Through(flotation)], 0, [(OutputRole.Product, 200)]).Output(BatchShares.None, OutputRole.Product, null).Steps);
    }

    [Fact]
    public void products_carry_what_went_in_and_residues_nothing()
    {
        var ore = new Upstream(BatchShares.None, [], Footprint.Declared(0.5m, 0.6m));
        var run = new UpstreamOfRun(new("ree-flotation", "KZ"), [(600, ore), (400, Upstream.None)], 0, [(OutputRole.Product, 80), (OutputRole.InProcess, 20), (OutputRole.Tailings, 880)]);

        Assert.Equal(new(5, 2.8m, 0.4m, 0), run.Output(BatchShares.None, OutputRole.Product, new(Boundary.Step, 2, 0.5m, "")).Footprint);
        Assert.Equal(new(3, 1.8m, 0.4m, 1), run.Output(BatchShares.None, OutputRole.InProcess, null).Footprint);
        Assert.Equal(Footprint.Residue, run.Output(BatchShares.None, OutputRole.Tailings, null).Footprint);
        Assert.Equal(Footprint.Declared(7, 1), run.Output(BatchShares.None, OutputRole.Product, new(Boundary.CradleToGate, 7, 1, "")).Footprint);
    }

    [Fact]
    public void what_is_not_traced_and_what_a_count_found_is_declared_by_nobody()
    {
        var run = new UpstreamOfRun(null, [(900, new(BatchShares.None, [], Footprint.Declared(1, 1)))], 100, [(OutputRole.Product, 1000)]);
        Assert.Equal(new(0.9m, 0.9m, 0.1m, 0), run.Output(BatchShares.None, OutputRole.Product, null).Footprint);

        var ore = _world.Ore(900);
        _world.Given(new DeclareFootprint(ore, _world.NewId(), Boundary.CradleToGate, 1, 1, "Measured", World.Day(-1)), World.Miner);
        var found = _world.Batch(ore) with { Totals = new(new(900, 0), CountedIn: new Quantity(100, 0)) };

        Assert.Equal(Footprint.Declared(1, 1), Upstream.Of(_world.Batch(ore), Upstream.None).Footprint);
        Assert.Equal(new(0.9m, 0.9m, 0.1m, 0), Upstream.Of(found, Upstream.None).Footprint);
    }
}
