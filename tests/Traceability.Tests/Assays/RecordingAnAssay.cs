using Traceability.Access;
using Traceability.Assays;
using static Traceability.Tests.World;

namespace Traceability.Tests.Assays;

public class RecordingAnAssay
{
    private static readonly Actor Chemist = Person(31, MineCo, Role.Laboratory);
    private static readonly Actor PlantChemist = Person(32, PlantCo, Role.Laboratory);

    /// <summary>The oxides that TREO counts, 1 % each.</summary>
    private static readonly Analyte[] AllOxides =
        [.. Analytes.Shipped.Group("TREO", null)!.Elements.Select(e => new Analyte(Analytes.Shipped.OxideOf(e)!.Formula, 1.00m))];

    private readonly World _world = new();

    private RecordAssay Analysing(Guid batch, params Analyte[] analytes)
    {
        var id = _world.NewId();
        return new(batch, id, "LAB-" + id.ToString()[..8], AssayStatus.Final, AssayBasis.Dry, analytes, "Alatau Assay", Day(-1));
    }

    private RecordAssay Analysing(params Analyte[] analytes) => Analysing(_world.Ore(), analytes);

    private ElementContent Content(Guid batch, string element, Guid? at = null) => _world.Batch(batch).Assays!.At(at ?? Mine)!.Of(element)!;

    private (InForceBy By, decimal Percent) InForce(Guid batch, string element, Guid at)
    {
        var content = _world.Batch(batch).Assays!.At(at)!;
        return (content.By, content.Of(element)!.Fraction * 100);
    }

    [Fact]
    public void oxides_become_elements_by_fixed_factors()
    {
        var analysing = Analysing(new Analyte("Nd2O3", 10), new Analyte("Ce", 2, AnalyteUnit.Percent, 0.1m), new Analyte("Dy2O3", 1000, AnalyteUnit.Ppm, 50));
        _world.Record(analysing, Miner).IsRecorded();

        Assert.Equal(
            [new("Ce", 0.02m, 0.001m), new("Dy", 0.0008713m, 0.000043565m), new("Nd", 0.08574m)],
            _world.Batch(analysing.BatchId).Assays!.Own!.Contents);
    }

    [Theory]
    [InlineData(AnalyteUnit.Percent, 100)]
    [InlineData(AnalyteUnit.Ppm, 1_000_000)]
    [InlineData(AnalyteUnit.MilligramsPerKilogram, 1_000_000)]
    [InlineData(AnalyteUnit.GramsPerTonne, 1_000_000)]
    public void each_unit_has_a_whole_and_nothing_exceeds_it(AnalyteUnit unit, int whole)
    {
        _world.Record(Analysing(new Analyte("Nd", whole, unit)), Miner).IsRecorded();
        _world.Record(Analysing(new Analyte("Nd", whole + 0.001m, unit)), Miner).IsRefused("fraction-out-of-range", "analytes[0].value");
        _world.Record(Analysing(new Analyte("Nd", -0.001m, unit)), Miner).IsRefused("fraction-out-of-range", "analytes[0].value");
        _world.Record(Analysing(new Analyte("Nd", null, unit, null, whole + 1)), Miner).IsRefused("fraction-out-of-range", "analytes[0].below");
    }

    [Fact]
    public void figures_for_wet_and_for_ignited_matter_are_brought_to_dry_matter()
    {
        var wet = Analysing(new Analyte("Nd", 9)) with { Basis = AssayBasis.Wet, Moisture = 0.1m };
        var ignited = Analysing(new Analyte("Nd", 10)) with { Basis = AssayBasis.Ignited, LossOnIgnition = 0.2m };
        _world.Given(wet, Miner);
        _world.Given(ignited, Miner);

        Assert.Equal(0.1m, Content(wet.BatchId, "Nd").Fraction);
        Assert.Equal(0.08m, Content(ignited.BatchId, "Nd").Fraction);
        _world.Record(wet with { AssayId = _world.NewId(), Number = "W-2", Moisture = null }, Miner).IsRefused("moisture-missing", "moisture");
        _world.Record(wet with { AssayId = _world.NewId(), Number = "W-3", Moisture = 1 }, Miner).IsRefused("moisture-out-of-range", "moisture");
        _world.Record(ignited with { AssayId = _world.NewId(), Number = "I-2", LossOnIgnition = null }, Miner).IsRefused("loss-missing", "lossOnIgnition");
        _world.Record(ignited with { AssayId = _world.NewId(), Number = "I-3", LossOnIgnition = -0.1m }, Miner).IsRefused("loss-out-of-range", "lossOnIgnition");
    }

    [Fact]
    public void less_than_can_be_detected_is_not_nothing()
    {
        var analysing = Analysing(new Analyte("Th", null, AnalyteUnit.Ppm, null, 5));
        _world.Given(analysing, Miner);

        Assert.Equal(new("Th", 0, null, 0.000005m), Content(analysing.BatchId, "Th"));
        _world.Record(Analysing(new Analyte("Th")), Miner).IsRefused("analyte-needs-one-figure", "analytes[0].value");
        _world.Record(Analysing(new Analyte("Th", 4, AnalyteUnit.Ppm, null, 5)), Miner).IsRefused("analyte-needs-one-figure", "analytes[0].value");
        _world.Record(Analysing(new Analyte("Th", null, AnalyteUnit.Ppm, 1, 5)), Miner).IsRefused("uncertainty-out-of-range", "analytes[0].uncertainty");
    }

    [Fact]
    public void what_no_laboratory_can_have_found_is_refused()
    {
        _world.Record(Analysing(), Miner).IsRefused("lines-out-of-range", "analytes");
        _world.Record(Analysing(new Analyte("Nd", 1), new Analyte("Nd", 1)), Miner).IsRefused("analyte-twice", "analytes[1].name");
        _world.Record(Analysing(new Analyte("Unobtainium", 1)), Miner).IsRefused("analyte-unknown", "analytes[0].name");
        _world.Record(Analysing(new Analyte("HREO", 1)), Miner).IsRefused("analyte-unknown", "analytes[0].name");
        _world.Record(Analysing(new Analyte("Nd", 1, AnalyteUnit.Percent, -0.1m)), Miner).IsRefused("uncertainty-out-of-range", "analytes[0].uncertainty");
        _world.Record(Analysing(new Analyte("Nd", 1.00000000001m)), Miner).IsRefused("too-precise", "analytes[0].value");
        _world.Record(Analysing(new Analyte("Nd", 0.12345678901234567890m)), Miner).IsRefused("too-precise", "analytes[0].value");
        _world.Record(Analysing(new Analyte("Nd", 60), new Analyte("Fe2O3", 42)), Miner).IsRefused("analytes-over-whole", "analytes");
        _world.Record(Analysing(new Analyte("Nd", 60), new Analyte("Fe2O3", 40.9m)), Miner).IsRecorded();
        _world.Record(Analysing(new Analyte("Nd", 60)) with { Basis = AssayBasis.Wet, Moisture = 0.5m }, Miner).IsRefused("analytes-over-whole", "analytes");
        _world.Record(Analysing(new Analyte("Nd", 1)) with { Laboratory = " " }, Miner).IsRefused("name-missing", "laboratory");
    }

    [Fact]
    public void an_oxide_and_its_element_are_one_figure()
    {
        var both = Analysing(new Analyte("Nd2O3", 10), new Analyte("Nd", 8.57m));
        _world.Record(both, Miner).IsRecorded();
        Assert.Equal(0.0857m, Content(both.BatchId, "Nd").Fraction);

        _world.Record(Analysing(new Analyte("Nd2O3", 10), new Analyte("Nd", 8.8m)), Miner).IsRefused("analyte-contradicts", "analytes[0].value");
    }

    [Fact]
    public void a_total_is_the_sum_of_its_parts()
    {
        _world.Record(Analysing([.. AllOxides, new("TREO", 15.00m)]), Miner).IsRecorded();
        _world.Record(Analysing([.. AllOxides, new("TREO", 15.05m)]), Miner).IsRecorded();
        _world.Record(Analysing([.. AllOxides, new("TREO", 15.20m)]), Miner).IsRefused("total-is-not-its-parts", "analytes[15].value");
        _world.Record(Analysing([.. AllOxides, new("TREO", 14.80m)]), Miner).IsRefused("total-is-not-its-parts", "analytes[15].value");

        // Where not all are stated, the total may be more.
        _world.Record(Analysing(new Analyte("TREO", 55), new("Nd2O3", 12), new("CeO2", 25)), Miner).IsRecorded();
        _world.Record(Analysing(new Analyte("TREO", 30), new("Nd2O3", 12), new("CeO2", 25)), Miner).IsRefused("total-is-not-its-parts", "analytes[0].value");
        // A group means what its scheme says.
        _world.Record(Analysing(new Analyte("HREO", 3), new("Y2O3", 2), new("Sc2O3", 0.9m)) with { Scheme = "lca-2014" }, Miner).IsRecorded();
        _world.Record(Analysing(new Analyte("HREO", 2.5m), new("Y2O3", 2), new("Sc2O3", 0.9m)) with { Scheme = "lca-2014" }, Miner).IsRefused("total-is-not-its-parts", "analytes[0].value");
    }

    [Fact]
    public void a_final_one_replaces_a_provisional_one_and_no_provisional_one_a_final_one()
    {
        var provisional = Analysing(new Analyte("Nd", 10)) with { Status = AssayStatus.Provisional };
        _world.Given(provisional, Miner);
        Assert.Equal(0.1m, Content(provisional.BatchId, "Nd").Fraction);

        _world.Given(Analysing(provisional.BatchId, new Analyte("Nd", 10.1m)), Miner);
        _world.Given(Analysing(provisional.BatchId, new Analyte("Nd", 12)) with { Status = AssayStatus.Provisional }, Miner);
        Assert.Equal(0.101m, Content(provisional.BatchId, "Nd").Fraction);

        // Outside what laboratories differ it is told; it counts all the same.
        _world.Record(Analysing(provisional.BatchId, new Analyte("Nd", 10.4m)), Miner).IsRecorded("assay-changed");
        Assert.Equal(0.104m, Content(provisional.BatchId, "Nd").Fraction);
    }

    [Fact]
    public void at_the_receiver_counts_what_was_settled_there()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        _world.Accepted(shipment);
        RecordAssay Of(decimal percent) => Analysing(ore, new Analyte("Nd", percent)) with { ShipmentId = shipment };
        _world.Given(Analysing(ore, new Analyte("Nd", 10), new Analyte("Dy", 1)), Miner);
        Assert.Equal((InForceBy.Maker, 10), InForce(ore, "Nd", Concentrator));

        // Within the splitting limits the mean, though only one side looked for dysprosium.
        _world.Record(Of(9.9m), PlantOperator).IsRecorded();
        Assert.Equal((InForceBy.Mean, 9.95m), InForce(ore, "Nd", Concentrator));
        Assert.Equal((InForceBy.Mean, 1), InForce(ore, "Dy", Concentrator));
        Assert.Equal((InForceBy.Maker, 10), InForce(ore, "Nd", Mine));

        // Beyond them the smaller figure, until both agree or an umpire speaks.
        _world.Record(Of(9.5m), PlantOperator).IsRecorded("assay-changed", "assays-in-dispute");
        Assert.Equal((InForceBy.Dispute, 9.5m), InForce(ore, "Nd", Concentrator));
        _world.Record(Of(9.6m), Miner).IsRecorded();
        Assert.Equal((InForceBy.Mean, 9.55m), InForce(ore, "Nd", Concentrator));
    }

    [Fact]
    public void who_looks_for_one_element_alone_leaves_the_others_as_they_were()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        _world.Accepted(shipment);
        RecordAssay Of(decimal percent) => Analysing(ore, new Analyte("Nd", percent)) with { ShipmentId = shipment };
        _world.Given(Analysing(ore, new Analyte("Nd", 10), new Analyte("Th", 1)) with { Status = AssayStatus.Provisional }, Miner);

        _world.Given(Of(9.9m), PlantOperator);

        Assert.Equal((InForceBy.Receiver, 9.9m), InForce(ore, "Nd", Concentrator));
        Assert.Equal((InForceBy.Receiver, 1), InForce(ore, "Th", Concentrator));
        // Thorium that its maker found does not leave as ordinary freight because the receiver did not look for it.
        _world.Record(_world.Dispatching(ore, 1) with { FromFacilityId = Concentrator, ToFacilityId = Mine }, PlantOperator).IsRefused("class-7-undeclared", "dangerousGoods");
    }

    [Fact]
    public void an_umpire_is_named_over_what_is_in_goods_that_were_accepted()
    {
        var (ore, resolved) = _world.Disputed();
        foreach (var side in new[] { MineSupervisor, PlantSupervisor })
            _world.Given(new Traceability.Shipments.ResolveShipment(resolved, _world.NewId(), [new(ore, new(950, 0))], "Weighed again", Day(-2)), side);
        var accepted = _world.Dispatched(_world.Ore(), 1000);
        _world.Accepted(accepted);
        foreach (var shipment in new[] { accepted, resolved })
        {
            var batch = _world.Shipment(shipment).Lines[0].BatchId;
            RecordAssay Of(decimal percent) => Analysing(batch, new Analyte("Nd", percent)) with { ShipmentId = shipment };
            _world.Given(Of(10), Miner);
            _world.Given(Of(9), PlantOperator, "assays-in-dispute");
            foreach (var side in new[] { MineSupervisor, PlantSupervisor })
                _world.Given(new Traceability.Shipments.NameUmpire(shipment, _world.NewId(), WorksCo, Day(-1)), side);

            _world.Record(Of(9.7m), Worker).IsRecorded();

            Assert.Equal((InForceBy.Umpire, 9.7m), InForce(batch, "Nd", Concentrator));
        }
        // Nor is the umpire of what is settled changed afterwards.
        _world.Record(new Traceability.Shipments.NameUmpire(resolved, _world.NewId(), StrangerCo, Day(-1)), MineSupervisor).IsRefused("not-disputed");
    }

    [Fact]
    public void the_umpire_of_both_sides_settles_it()
    {
        var (ore, shipment) = _world.Disputed();
        _world.Given(new Traceability.Shipments.NameUmpire(shipment, _world.NewId(), WorksCo, Day(-2)), MineSupervisor);
        _world.Given(new Traceability.Shipments.NameUmpire(shipment, _world.NewId(), WorksCo, Day(-2)), PlantSupervisor);
        RecordAssay Of(decimal percent) => Analysing(ore, new Analyte("Nd", percent)) with { ShipmentId = shipment };
        _world.Given(Of(10), Miner);
        _world.Given(Of(9), PlantOperator, "assays-in-dispute");

        _world.Record(Of(9.7m), Worker).IsRecorded();

        Assert.Equal((InForceBy.Umpire, 9.7m), InForce(ore, "Nd", Concentrator));
    }

    [Fact]
    public void a_batch_is_analysed_by_its_maker_and_a_shipment_by_its_sides()
    {
        var ore = _world.Ore();
        var shipment = _world.Dispatched(ore, 1000);
        _world.Accepted(shipment);

        _world.Record(Analysing(ore, new Analyte("Nd", 10)), Chemist).IsRecorded();
        _world.Record(Analysing(ore, new Analyte("Nd", 10)), PlantChemist).IsRefused("not-allowed");
        _world.Record(Analysing(ore, new Analyte("Nd", 10)), Stranger).IsRefused("not-found", "batchId");
        _world.Record(Analysing(ore, new Analyte("Nd", 10)) with { ShipmentId = shipment }, PlantChemist).IsRecorded();
        _world.Record(Analysing(ore, new Analyte("Nd", 10)) with { ShipmentId = shipment }, Stranger).IsRefused("not-found", "shipmentId");
        _world.Record(Analysing(ore, new Analyte("Nd", 10)) with { ShipmentId = shipment }, Person(33, PlantCo, Role.Auditor)).IsRefused("not-allowed");
        _world.Record(Analysing(new Analyte("Nd", 10)) with { ShipmentId = shipment }, Miner).IsRefused("line-never-sent", "batchId");

        var voided = _world.Dispatched(_world.Ore(), 100);
        var on = _world.Shipment(voided).Lines[0].BatchId;
        _world.Given(new Traceability.Shipments.VoidShipment(voided, "It never left", Day(-1)), MineSupervisor);
        _world.Record(Analysing(on, new Analyte("Nd", 10)) with { ShipmentId = voided }, Miner).IsRefused("not-under-way", "shipmentId");
    }

    [Fact]
    public void a_sample_is_of_one_batch()
    {
        var first = Analysing(new Analyte("Nd", 10)) with { Sample = "S-1" };
        _world.Given(first, Miner);

        _world.Record(Analysing(first.BatchId, new Analyte("Nd", 10)) with { Sample = "S-1" }, Miner).IsRecorded();
        _world.Record(Analysing(new Analyte("Nd", 10)) with { Sample = "S-1" }, Miner).IsRefused("sample-of-other-batch", "sample");
        _world.Record(Analysing(new Analyte("Nd", 10)) with { Sample = " " }, Miner).IsRefused("number-malformed", "sample");
        _world.Record(Analysing(new Analyte("Nd", 10)) with { Number = first.Number }, Miner).IsRefused("number-taken", "number");
    }

    [Fact]
    public void a_batch_does_not_grow_with_its_assays()
    {
        var ore = _world.Ore();
        for (var i = 0; i < Limits.AssaysOfBatch; i++)
            _world.Given(Analysing(ore, new Analyte("Nd", 10)), Miner);

        _world.Record(Analysing(ore, new Analyte("Nd", 10)), Miner).IsRefused("too-many-assays", "batchId");
        Assert.Empty(_world.Batch(ore).Assays!.Received);
    }
}
