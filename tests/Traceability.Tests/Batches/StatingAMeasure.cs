using System.Globalization;
using Traceability.Batches;
using static Traceability.Tests.World;

namespace Traceability.Tests.Batches;

public class StatingAMeasure
{
    private readonly World _world = new();

    private Traceability.Ledger.Answer Weighing(Measure stated) => _world.Record(_world.Digging() with { Stated = stated }, Miner);

    private Traceability.Ledger.Answer Counting(Measure stated) => _world.Record(_world.Buying("nmc-cell", Recycler) with { Stated = stated }, Worker);

    [Theory]
    [InlineData("1000", "0.45", "550")]
    [InlineData("0.000001", "0", "0.000001")]
    [InlineData("1", "0.333333333333", "0.666667")]
    public void stock_is_dry_kilograms_to_the_milligram(string wet, string moisture, string dry)
    {
        var digging = _world.Digging(decimal.Parse(wet, CultureInfo.InvariantCulture), decimal.Parse(moisture, CultureInfo.InvariantCulture));
        _world.Given(digging, Miner);

        Assert.Equal(decimal.Parse(dry, CultureInfo.InvariantCulture), _world.Held(digging.BatchId, Mine).DryKilograms);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000000000.000001")]
    [InlineData("79228162514264337593543950335")]
    public void absurd_masses_are_refused(string wet) => Weighing(new(decimal.Parse(wet, CultureInfo.InvariantCulture))).IsRefused("mass-out-of-range", "stated.wetKilograms");

    [Fact]
    public void the_largest_mass_is_taken() => Weighing(new(Limits.Kilograms)).IsRecorded();

    [Fact]
    public void a_mass_that_is_all_water_is_no_mass() => Weighing(new(0.000001m, 0.999m)).IsRefused("mass-out-of-range", "stated.wetKilograms");

    [Fact]
    public void a_mass_is_needed() => Weighing(new(null)).IsRefused("mass-missing", "stated.wetKilograms");

    [Fact]
    public void milligrams_are_the_finest_mass()
    {
        Weighing(new(1.000001m)).IsRecorded();
        Weighing(new(1.0000010m)).IsRecorded();
        Weighing(new(1.0000001m)).IsRefused("too-precise", "stated.wetKilograms");
    }

    [Theory]
    [InlineData("-0.01")]
    [InlineData("1")]
    [InlineData("45")]
    [InlineData("-79228162514264337593543950335")]
    public void moisture_is_a_fraction_of_wet_mass(string moisture) =>
        Weighing(new(1000, decimal.Parse(moisture, CultureInfo.InvariantCulture))).IsRefused("moisture-out-of-range", "stated.moisture");

    [Fact]
    public void twelve_places_are_the_finest_moisture()
    {
        Weighing(new(1000, 0.123456789012m)).IsRecorded();
        Weighing(new(1000, 0.1234567890123m)).IsRefused("too-precise", "stated.moisture");
    }

    [Fact]
    public void what_is_weighed_is_not_counted() => Weighing(new(1000, null, 3)).IsRefused("not-counted-in-pieces", "stated.pieces");

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(1_000_000_001L)]
    [InlineData(long.MaxValue)]
    public void counted_goods_need_a_sensible_count(long? pieces) => Counting(new(10, null, pieces)).IsRefused("pieces-out-of-range", "stated.pieces");

    [Fact]
    public void pieces_have_no_moisture() => Counting(new(null, 0.1m, 3)).IsRefused("pieces-have-no-moisture", "stated.moisture");

    [Fact]
    public void pieces_that_nobody_weighed_have_the_catalogues_mass()
    {
        var cells = _world.Bought("nmc-cell", Recycler, null, 3);

        Assert.Equal(new Quantity(3 * _world.States.Catalogue.Material("nmc-cell")!.KilogramsPerPiece!.Value, 3), _world.Held(cells, Recycler));
    }

    [Fact]
    public void pieces_that_somebody_weighed_have_the_mass_he_saw()
    {
        var cells = _world.Bought("nmc-cell", Recycler, 7.5m, 3);

        Assert.Equal(new Quantity(7.5m, 3), _world.Held(cells, Recycler));
    }

    [Fact]
    public void very_many_heavy_pieces_are_refused() =>
        _world.Record(_world.Buying("electric-vehicle", Recycler, null, Limits.Pieces), Worker).IsRefused("mass-out-of-range", "stated.pieces");

    [Fact]
    public void a_method_nobody_knows_is_refused() => Weighing(new(1000, null, null, (WeighingMethod)77)).IsRefused("value-unknown", "stated.method");
}
