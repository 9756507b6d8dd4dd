using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Owners;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Owners;

public sealed class TransferringOwnership
{
    private readonly World _world = new();

    /// <summary>Ore of the mine that lies at the concentrator.</summary>
    private TransferOwnership Passing(Guid batch, decimal kilograms, Guid? to = null) =>
        new(_world.NewId(), Concentrator, to ?? StrangerCo, [new(batch, new(kilograms))], "C-12", Day(-1));

    private Quantity Owned(Guid batch, Guid owner) => _world.Batch(batch).At(Concentrator, owner)?.Quantity ?? default;

    [Fact]
    public void the_goods_stay_where_they_are_and_have_another_owner()
    {
        var ore = _world.AtConcentrator(1000);
        var before = _world.Batch(ore).Totals;

        _world.Given(Passing(ore, 400), Miner);

        Assert.Equal((new Quantity(600, 0), new Quantity(400, 0)), (Owned(ore, MineCo), Owned(ore, StrangerCo)));
        Assert.Equal(before, _world.Batch(ore).Totals);
    }

    [Fact]
    public void the_keeper_uses_them_for_their_new_owner()
    {
        var ore = _world.AtConcentrator(1000);
        _world.Given(Passing(ore, 1000), Miner);

        var run = _world.Running("ree-flotation", Concentrator, [Taking(ore, 1000)], _world.Making("ree-concentrate", 80));
        _world.Given(run with { OccurredAt = Day(-0.5) }, PlantOperator);

        Assert.Equal(StrangerCo, Assert.Single(_world.Batch(run.Outputs[0].BatchId).Holdings).OwnerId);
    }

    [Fact]
    public void who_never_keeps_any_of_it_passes_it_on_again()
    {
        var ore = _world.AtConcentrator(1000);
        _world.Given(Passing(ore, 400), Miner);

        _world.Given(Passing(ore, 150, WorksCo) with { OccurredAt = Day(-0.5) }, Stranger);

        Assert.Equal((new Quantity(250, 0), new Quantity(150, 0)), (Owned(ore, StrangerCo), Owned(ore, WorksCo)));
    }

    [Fact]
    public void only_the_owners_people_pass_it_on()
    {
        var ore = _world.AtConcentrator(1000);

        _world.Record(Passing(ore, 1), PlantOperator).IsRefused("not-owner", "lines[0].batchId");
        _world.Record(Passing(ore, 1, WorksCo), Stranger).IsRefused("not-found", "lines[0].batchId");
        _world.Record(Passing(ore, 1), Person(99, MineCo, Traceability.Access.Role.Laboratory)).IsRefused("not-allowed");
    }

    [Fact]
    public void what_lies_at_a_place_is_not_betrayed_to_those_who_name_the_place()
    {
        var ore = _world.AtConcentrator(1000);
        var other = _world.Bought("ree-ore", Concentrator, 10);

        _world.Record(Passing(other, 1), Miner).IsRefused("not-found", "lines[0].batchId");
        _world.Record(Passing(Id(404), 1), Miner).IsRefused("not-found", "lines[0].batchId");
        _world.Record(Passing(ore, 1) with { FacilityId = Id(404) }, Miner).IsRefused("not-found", "facilityId");
        _world.Record(Passing(ore, 1) with { FacilityId = Store }, Miner).IsRefused("nothing-held", "lines[0].batchId");
    }

    [Fact]
    public void nobody_passes_anything_on_to_himself() =>
        _world.Record(Passing(_world.AtConcentrator(), 1, MineCo), Miner).IsRefused("transfer-to-oneself", "newOwnerId");

    [Fact]
    public void the_new_owner_stands_in_the_register() =>
        _world.Record(Passing(_world.AtConcentrator(), 1, Id(404)), Miner).IsRefused("organisation-unknown", "newOwnerId");

    [Fact]
    public void no_more_passes_on_than_is_owned_there()
    {
        var ore = _world.AtConcentrator(1000);
        _world.Given(Passing(ore, 400), Miner);

        _world.Record(Passing(ore, 601), Miner).IsRefused("mass-exceeds-holding", "lines[0].stated.wetKilograms");
    }

    [Fact]
    public void held_goods_keep_their_owner_until_they_are_free()
    {
        var ore = _world.AtConcentrator(1000);
        var hold = _world.Holding(ore);
        _world.Given(hold, PlantSupervisor);

        _world.Record(Passing(ore, 1), Miner).IsRefused("batch-held", "lines[0].batchId");
        _world.Given(new ReleaseBatch(ore, hold.HoldId, "Below the limit", Day(-0.5)), PlantSupervisor);
        _world.Given(Passing(ore, 1), Miner);
    }

    [Fact]
    public void goods_in_dispute_keep_their_owner_until_both_sides_agree()
    {
        var (ore, shipment) = _world.Disputed();
        _world.Record(Passing(ore, 1), Miner).IsRefused("stock-in-dispute", "lines[0].stated");

        ResolveShipment Agreeing() => new(shipment, _world.NewId(), [new(ore, new(950, 0))], "Weighed again", Day(-2));
        _world.Given(Agreeing(), MineSupervisor);
        _world.Given(Agreeing(), PlantSupervisor);

        _world.Given(Passing(ore, 950), Miner);
        Assert.Equal(new Quantity(950, 0), Owned(ore, StrangerCo));
    }

    [Fact]
    public void passing_on_what_was_not_there_yet_is_an_alarm() =>
        _world.Given(Passing(_world.AtConcentrator(), 1000) with { OccurredAt = Day(-4.5) }, Miner, "below-zero-in-time");

    [Fact]
    public void moisture_stays_with_the_goods()
    {
        var ore = _world.Ore(1000, moisture: 0.1m);
        _world.Accepted(_world.Dispatched(ore, 1000, moisture: 0.1m));

        _world.Given(Passing(ore, 500), Miner);

        Assert.Equal((450m, 0.1m), (Owned(ore, StrangerCo).DryKilograms, _world.Batch(ore).At(Concentrator, StrangerCo)!.Moisture));
    }

    /// <summary>Rule K2: what is certified moves along, uncertified kilograms first.</summary>
    [Theory]
    [InlineData(600, 0)]
    [InlineData(700, 0)]
    [InlineData(750, 50)]
    [InlineData(1000, 300)]
    public void certified_kilograms_move_along_after_the_others(int passed, int certified)
    {
        var ore = _world.AtConcentrator(1000);
        var batch = _world.Batch(ore);
        _world.States.With(ore, batch with { Holdings = [batch.Holdings[0] with { CertifiedKilograms = 300 }] });

        _world.Given(Passing(ore, passed), Miner);

        Assert.Equal((300m - certified, (decimal)certified), (_world.Batch(ore).At(Concentrator, MineCo)?.CertifiedKilograms ?? 0, _world.Batch(ore).At(Concentrator, StrangerCo)!.CertifiedKilograms));
    }

    [Fact]
    public void it_is_shaped_like_any_other_entry()
    {
        var passing = Passing(_world.AtConcentrator(), 1);

        _world.Record(passing with { TransferId = Guid.Empty }, Miner).IsRefused("id-missing", "transferId");
        _world.Record(passing with { Contract = " " }, Miner).IsRefused("name-missing", "contract");
        _world.Record(passing with { Lines = [] }, Miner).IsRefused("lines-out-of-range", "lines");
        _world.Record(passing with { Lines = [.. passing.Lines, .. passing.Lines] }, Miner).IsRefused("batch-twice", "lines[1].batchId");
        _world.Record(passing with { OccurredAt = Day(1) }, Miner).IsRefused("in-the-future", "occurredAt");
        _world.Record(passing with { Lines = [passing.Lines[0] with { Stated = new(1, null, null, WeighingMethod.Weighbridge, [new("Gate", "1", 10, 8, 2, Day(-1))]) }] }, Miner)
            .IsRefused("tickets-differ-from-line", "lines[0].stated.tickets");
    }

    [Fact]
    public void more_lines_than_there_may_be_are_not_even_locked()
    {
        var touches = new Touches();

        (Passing(Id(1), 1) with { Lines = [.. Enumerable.Range(0, 100_000).Select(n => new TransferLine(Id(n), new(1)))] }).Touch(touches, Miner);

        Assert.Equal(Limits.LinesOfShipment, touches.InLockOrder.Count(l => l.Kind == StreamKind.Batch));
    }
}
