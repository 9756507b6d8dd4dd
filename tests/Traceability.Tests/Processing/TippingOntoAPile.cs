using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Stock;
using static Traceability.Tests.World;

namespace Traceability.Tests.Processing;

/// <summary>Rule B6: a pile is a batch that is renewed by what is tipped in.</summary>
public class TippingOntoAPile
{
    private readonly World _world = new();

    private Pile Pile => _world.States.Find<Pile>(Traceability.Processing.Pile.IdOf(Concentrator, "ROM 1"))!;

    private Guid Recorded(TipIn tipping)
    {
        _world.Record(tipping, PlantOperator).IsRecorded();
        return tipping.BatchId;
    }

    [Fact]
    public void what_is_left_and_what_is_tipped_in_become_the_new_batch()
    {
        var first = Recorded(_world.Tipping(null, Taking(_world.AtConcentrator(1000), 1000)));
        _world.Given(_world.Running("ree-flotation", Concentrator, [Taking(first, 300)], _world.Making("ree-concentrate", 20)), PlantOperator);
        var second = Recorded(_world.Tipping(first, Taking(_world.AtConcentrator(500), 500), Taking(_world.AtConcentrator(40), 40)));

        Assert.Empty(_world.Batch(first).Holdings);
        Assert.Equal((new Quantity(1240, 0), "ree-ore", second), (_world.Held(second, Concentrator), Pile.Material, Pile.BatchId));
    }

    [Fact]
    public void it_is_as_moist_as_what_lies_in_it()
    {
        var (moist, dry) = (_world.Ore(1000, 0.2m), _world.AtConcentrator(800));
        _world.Accepted(_world.Dispatched(moist, 1000, 0.2m));
        var pile = Recorded(_world.Tipping(null, Taking(moist, 1000), Taking(dry, 800)));

        var held = Assert.Single(_world.Batch(pile).Holdings);
        Assert.Equal((1600, 0.111111111111m), (held.Quantity.DryKilograms, held.Moisture));
        // Feed is weighed wet, and the mass on the scale is the pile's.
        _world.Record(_world.Running("ree-flotation", Concentrator, [new(pile, new(1800))], _world.Making("ree-concentrate", 20)), PlantOperator).IsRecorded();
        Assert.Empty(_world.Batch(pile).Holdings);
    }

    [Fact]
    public void drawn_empty_or_not_the_next_tipping_names_its_last_batch()
    {
        var first = _world.Piled();
        var tipping = _world.Tipping(first, Taking(_world.AtConcentrator(100), 100));

        _world.Record(tipping with { Remainder = null }, PlantOperator).IsRefused("pile-has-other-batch", "remainder");
        _world.Record(tipping with { Remainder = _world.AtConcentrator() }, PlantOperator).IsRefused("pile-has-other-batch", "remainder");
        _world.Record(tipping with { Pile = "ROM 2" }, PlantOperator).IsRefused("pile-has-other-batch", "remainder");
        _world.Given(_world.Running("split", Concentrator, [Taking(first, 1000)], _world.Making("ree-ore", 1000)), PlantOperator);
        Recorded(tipping);
        Assert.Equal(new Quantity(100, 0), _world.Held(tipping.BatchId, Concentrator));
    }

    [Fact]
    public void a_pile_is_known_by_its_name_in_any_case()
    {
        var first = _world.Piled();

        _world.Record(_world.Tipping(first, Taking(_world.AtConcentrator(), 1)) with { Pile = "rom 1" }, PlantOperator).IsRecorded();
        Assert.Equal("rom 1", Pile.Name);
    }

    [Fact]
    public void two_shifts_that_tip_in_at_once_do_not_lose_each_others_ore()
    {
        var first = _world.Piled();
        Recorded(_world.Tipping(first, Taking(_world.AtConcentrator(), 10)));

        _world.Record(_world.Tipping(first, Taking(_world.AtConcentrator(), 10)), PlantOperator).IsRefused("pile-has-other-batch", "remainder");
    }

    [Fact]
    public void a_campaign_starts_with_an_empty_pile()
    {
        var first = _world.Piled();
        var tipping = _world.Tipping(first, Taking(_world.AtConcentrator(100), 100)) with { Campaign = "April" };

        Assert.Equal("1000", _world.Record(tipping, PlantOperator).IsRefused("pile-not-empty", "campaign").Values["left"]);
        _world.Given(_world.Running("ree-flotation", Concentrator, [Taking(first, 990)], _world.Making("ree-concentrate", 20)), PlantOperator);
        _world.Record(tipping, PlantOperator).IsRefused("pile-not-empty", "campaign");
        // That nothing is left is counted.
        Assert.NotNull(_world.Approve(new CountStock(_world.NewId(), "COUNT", Concentrator, [new(first, new(0))], Day(-1.5)), PlantOperator, PlantSupervisor).Recorded);
        Recorded(tipping with { OccurredAt = Day(-1) });

        Assert.Equal("April", Pile.Campaign);
        Assert.True(Assert.Single(_world.Ledger.Events.Select(e => e.Event).OfType<PileRenewed>(), e => e.StartsCampaign).BeforeId == first);
    }

    [Fact]
    public void a_campaign_goes_on_until_another_starts()
    {
        var first = _world.Tipping(null, Taking(_world.AtConcentrator(100), 100)) with { Campaign = "March" };
        Recorded(first);
        var second = Recorded(_world.Tipping(first.BatchId, Taking(_world.AtConcentrator(100), 100)));
        Recorded(_world.Tipping(second, Taking(_world.AtConcentrator(100), 100)) with { Campaign = "March" });

        Assert.Equal("March", Pile.Campaign);
        Assert.Equal([true, false, false], _world.Ledger.Events.Select(e => e.Event).OfType<PileRenewed>().Select(e => e.StartsCampaign));
    }

    [Fact]
    public void a_pile_has_one_material_at_a_time()
    {
        var graphite = _world.Bought("graphite-ore", Concentrator, 100);
        var ore = _world.Bought("ree-ore", Concentrator, 100);

        _world.Record(_world.Tipping(null, Taking(ore, 50), Taking(graphite, 50)), PlantOperator).IsRefused("pile-of-one-material", "inputs[1].batchId");
        var first = Recorded(_world.Tipping(null, Taking(ore, 50)));
        _world.Record(_world.Tipping(first, Taking(graphite, 50)), PlantOperator).IsRefused("pile-of-one-material", "inputs[0].batchId");
        _world.Given(_world.Running("split", Concentrator, [Taking(first, 50)], _world.Making("ree-ore", 50)), PlantOperator);
        Recorded(_world.Tipping(first, Taking(graphite, 50)));
        Assert.Equal("graphite-ore", Pile.Material);
    }

    [Fact]
    public void a_pile_belongs_to_one_owner()
    {
        var toll = _world.Buying("ree-ore", Concentrator, 100) with { OwnerId = WorksCo };
        _world.Given(toll, PlantOperator);

        _world.Record(_world.Tipping(_world.Piled(), Taking(toll.BatchId, 50)), PlantOperator).IsRefused("pile-of-one-owner", "inputs");
        _world.Record(_world.Tipping(null, Taking(toll.BatchId, 50)) with { Pile = "ROM 2" }, PlantOperator).IsRecorded();
    }

    [Fact]
    public void nothing_is_tipped_onto_a_pile_on_hold()
    {
        var first = _world.Piled();
        _world.Given(_world.Holding(first), PlantSupervisor);

        _world.Record(_world.Tipping(first, Taking(_world.AtConcentrator(), 10)), PlantOperator).IsRefused("batch-held", "remainder");
    }

    [Fact]
    public void something_is_tipped_in_by_whoever_runs_the_plant()
    {
        var tipping = _world.Tipping(null, Taking(_world.AtConcentrator(), 10));

        _world.Record(tipping, Miner).IsRefused("not-found", "facilityId");
        _world.Record(tipping with { Inputs = [] }, PlantOperator).IsRefused("lines-out-of-range", "inputs");
        _world.Record(tipping with { Inputs = [.. Enumerable.Repeat(tipping.Inputs[0], Limits.LinesOfRun)] }, PlantOperator).IsRefused("lines-out-of-range", "inputs");
        _world.Record(tipping with { Pile = " " }, PlantOperator).IsRefused("name-missing", "pile");
        _world.Record(tipping with { OccurredAt = Day(1) }, PlantOperator).IsRefused("in-the-future", "occurredAt");
        _world.Record(tipping with { Inputs = [Taking(Id(404), 1)] }, PlantOperator).IsRefused("not-found", "inputs[0].batchId");
        _world.Record(tipping with { BatchId = tipping.RunId }, PlantOperator).IsRefused("batch-twice", "batchId");
        _world.Given(tipping, PlantOperator, "changed-after-refusal");
        _world.Record(_world.Tipping(tipping.BatchId, Taking(_world.AtConcentrator(), 10)) with { Number = tipping.Number }, PlantOperator).IsRefused("number-taken", "number");
    }

    [Fact]
    public void serialled_goods_are_kept_apart()
    {
        var cells = _world.Bought("nmc-cell", Recycler, null, 2, "A", "B");

        _world.Record(_world.Tipping(null, Taking(cells, null, 2, null, "A", "B")) with { FacilityId = Recycler }, Worker).IsRefused("serials-needed", "serials");
    }

    [Fact]
    public void a_thousand_renewals_later_a_pile_is_as_small_as_at_first()
    {
        var (ore, pile) = (_world.AtConcentrator(100_000), _world.Piled());
        string Written() => System.Text.Json.JsonSerializer.Serialize((object)_world.Batch(pile), LedgerJson.Options) + System.Text.Json.JsonSerializer.Serialize(Pile, LedgerJson.Options);
        var before = Written().Length;
        for (var n = 0; n < 1000; n++)
            pile = Recorded(_world.Tipping(pile, Taking(ore, 10)));

        Assert.InRange(Written().Length, 1, before + 50);
        Assert.Equal(new Quantity(11_000, 0), _world.Held(pile, Concentrator));
    }

    /// <summary>Nobody weighs a pile, also where it is recorded as any other run.</summary>
    [Fact]
    public void a_stockpile_without_a_mass_is_all_that_went_in()
    {
        var run = _world.Running("stockpile", Concentrator, [Taking(_world.AtConcentrator(600), 600), Taking(_world.AtConcentrator(50), 50)], _world.Making("ree-ore"));

        _world.Record(run with { Outputs = [run.Outputs[0], _world.Making("ree-ore")] }, PlantOperator).IsRefused("more-out-than-in", "outputs");
        _world.Record(run with { Outputs = [_world.Making("ndpr-oxide", null, null, OutputRole.InProcess)] }, PlantOperator).IsRefused("mass-missing", "outputs[0].stated.wetKilograms");
        _world.Record(run, PlantOperator).IsRecorded();
        Assert.Equal(new Quantity(650, 0), _world.Held(run.Outputs[0].BatchId, Concentrator));
    }
}
