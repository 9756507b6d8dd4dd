using Traceability.Assays;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Assays;

public class CarryingRadioactiveGoods
{
    private readonly World _world = new();

    /// <summary>Ore whose final assay says this.</summary>
    private Guid Ore(params Analyte[] analytes)
    {
        var ore = _world.Ore();
        var id = _world.NewId();
        _world.Given(new RecordAssay(ore, id, "LAB-" + id.ToString()[..8], AssayStatus.Final, AssayBasis.Dry, analytes, "Alatau Assay", Day(-1)), Miner);
        return ore;
    }

    [Theory]
    [InlineData("ThO2", 9.2, 328.2)]
    [InlineData("ThO2", 0.05, 1.8)]
    [InlineData("Th", 0.1, 4.1)]
    [InlineData("U", 0.1, 12.4)]
    public void activity_follows_from_thorium_and_uranium(string analyte, double percent, double becquerelsPerGram)
    {
        var contents = _world.Batch(Ore(new Analyte(analyte, (decimal)percent))).Assays!.Own!.Contents;

        Assert.Equal((decimal)becquerelsPerGram, decimal.Round(Radioactivity.BecquerelsPerGram(contents.Select(c => (c.Element, c.Fraction)))!.Value, 1));
    }

    [Fact]
    public void both_count_together_and_where_nobody_looked_nothing_is_said()
    {
        // 8.12 of thorium and 1.98 of uranium: neither alone reaches 10 Bq/g.
        _world.Record(_world.Dispatching(Ore(new Analyte("Th", 0.2m), new Analyte("U", 0.016m)), 1), Miner).IsRefused("class-7-undeclared", "dangerousGoods");
        _world.Record(_world.Dispatching(Ore(new Analyte("Th", 0.2m), new Analyte("U", 0.015m)), 1), Miner).IsRecorded();

        Assert.Null(Radioactivity.BecquerelsPerGram([("Nd", 0.1m)]));
        _world.Record(_world.Dispatching(Ore(new Analyte("Nd2O3", 10)), 1), Miner).IsRecorded();
        _world.Record(_world.Dispatching(_world.Ore(), 1), Miner).IsRecorded();
    }

    [Fact]
    public void from_the_limit_on_it_leaves_with_a_declaration_of_class_7_only()
    {
        var monazite = Ore(new Analyte("ThO2", 9.2m));
        var sending = _world.Dispatching(monazite, 1);

        var refusal = _world.Record(sending, Miner).Refusal!;
        Assert.Equal(("class-7-undeclared", "dangerousGoods", "328.2"), (refusal.Code, refusal.Field, refusal.Values["activity"]));
        _world.Record(sending with { DangerousGoods = ["UN3077"] }, Miner).IsRefused("class-7-undeclared", "dangerousGoods");
        _world.Record(sending with { DangerousGoods = ["UN2912", "UN2912"] }, Miner).IsRecorded();

        Assert.Equal(["UN2912"], _world.Ledger.Events.Select(e => e.Event).OfType<ShipmentDispatched>().Single().DangerousGoods);
    }

    [Theory]
    [InlineData("2912")]
    [InlineData("un2912")]
    [InlineData("UN 2912")]
    [InlineData("UN29121")]
    [InlineData("UN2912\n")]
    [InlineData("")]
    [InlineData(null)]
    public void a_un_number_is_un_and_four_digits(string? number) =>
        _world.Record(_world.Dispatching(_world.Ore(), 1) with { DangerousGoods = ["UN3077", number!] }, Miner).IsRefused("un-number-malformed", "dangerousGoods[1]");

    [Fact]
    public void a_shipment_declares_no_more_than_its_papers_hold() =>
        _world.Record(_world.Dispatching(_world.Ore(), 1) with { DangerousGoods = [.. Enumerable.Repeat("UN2912", Limits.SealsOfShipment + 1)] }, Miner)
            .IsRefused("lines-out-of-range", "dangerousGoods");
}
