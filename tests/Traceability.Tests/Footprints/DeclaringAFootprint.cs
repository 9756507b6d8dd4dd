using Traceability.Footprints;
using static Traceability.Tests.World;

namespace Traceability.Tests.Footprints;

public class DeclaringAFootprint
{
    private readonly World _world = new();

    private DeclareFootprint Of(Guid batch, Boundary boundary = Boundary.CradleToGate) => new(batch, _world.NewId(), boundary, 1.25m, 0.6m, "ISO 14067, study 7", Day(-1));

    [Fact]
    public void the_last_word_of_the_maker_counts()
    {
        var ore = _world.Ore();

        _world.Given(Of(ore), Miner);
        _world.Given(Of(ore) with { KilogramsPerKilogram = 0, PrimaryShare = 1 }, Miner);

        Assert.Equal(new(Boundary.CradleToGate, 0, 1, "ISO 14067, study 7"), _world.Batch(ore).Footprint);
    }

    [Fact]
    public void nobody_but_the_maker_declares_and_strangers_know_of_nothing()
    {
        var ore = _world.AtConcentrator();

        _world.Record(Of(ore), PlantOperator).IsRefused("not-allowed");
        _world.Record(Of(ore), Stranger).IsRefused("not-found", "batchId");
        _world.Record(Of(Id(404)), Miner).IsRefused("not-found", "batchId");
    }

    [Fact]
    public void what_no_run_made_has_no_step()
    {
        var run = _world.Floating();
        _world.Given(run, PlantOperator);

        _world.Record(Of(_world.Ore(), Boundary.Step), Miner).IsRefused("footprint-without-step", "boundary");
        _world.Record(Of(run.Outputs[0].BatchId, Boundary.Step), PlantOperator).IsRecorded();
    }

    [Fact]
    public void figures_are_possible()
    {
        var ore = _world.Ore();

        _world.Record(Of(ore) with { KilogramsPerKilogram = -0.1m }, Miner).IsRefused("footprint-out-of-range", "kilogramsPerKilogram");
        _world.Record(Of(ore) with { KilogramsPerKilogram = Limits.FootprintPerKilogram + 1 }, Miner).IsRefused("footprint-out-of-range", "kilogramsPerKilogram");
        _world.Record(Of(ore) with { KilogramsPerKilogram = 0.12345678901234567890m }, Miner).IsRefused("too-precise", "kilogramsPerKilogram");
        _world.Record(Of(ore) with { PrimaryShare = 1.1m }, Miner).IsRefused("share-out-of-range", "primaryShare");
        _world.Record(Of(ore) with { PrimaryShare = -1 }, Miner).IsRefused("share-out-of-range", "primaryShare");
        _world.Record(Of(ore) with { Boundary = (Boundary)7 }, Miner).IsRefused("value-unknown", "boundary");
        _world.Record(Of(ore) with { Method = " " }, Miner).IsRefused("name-missing", "method");
        _world.Record(Of(ore) with { OccurredAt = Day(1) }, Miner).IsRefused("in-the-future", "occurredAt");
        Assert.Null(_world.Batch(ore).Footprint);
    }
}
