using Traceability.Custody;
using Traceability.Processing;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

/// <summary>A shipment may be sent under a lower model than its batch has, and never under a higher one (K1).</summary>
public class LoweringAShipment
{
    private readonly World _world = new();

    /// <summary>Part of a claimed batch at the mine, sent to the concentrator under a model of its own and received.</summary>
    private void Sent(Guid ore, decimal kilograms, CustodyModel? keptAs) =>
        _world.Accepted(_world.Dispatched(_world.Dispatching(new DispatchLine(ore, new(kilograms), KeptAs: keptAs))));

    private Guid Claimed()
    {
        var ore = _world.Ore();
        _world.Given(new ClaimBatch(ore, _world.NewId(), _world.Attested(), Day(-4)), Miner);
        return ore;
    }

    private RecordRun Splitting(Guid ore, decimal kilograms, CustodyModel? model = null) =>
        _world.Running("split", Concentrator, [Taking(ore, kilograms)], _world.Making("ree-ore", kilograms)) with { Custody = model is { } kept ? new(kept) : null };

    private BatchCustody? Of(RecordRun run)
    {
        _world.Given(run, _world.OperatorOf(run.FacilityId));
        return _world.Batch(run.Outputs[0].BatchId).Custody;
    }

    [Fact]
    public void what_came_under_a_lower_model_is_kept_as_that_and_stays_claimed()
    {
        var ore = Claimed();
        Sent(ore, 400, CustodyModel.Segregated);

        var custody = Of(Splitting(ore, 100))!;

        Assert.Equal((CustodyModel.Segregated, null), (custody.Model, custody.OriginId));
        Assert.Equal(["irma-audited-mine"], custody.Whole);
        _world.Record(Splitting(ore, 100, CustodyModel.IdentityPreserved), PlantOperator).IsRefused("custody-only-downgrades", "inputs[0].batchId");
    }

    [Fact]
    public void the_rest_of_the_batch_stays_what_it_was()
    {
        var ore = Claimed();
        Sent(ore, 400, CustodyModel.MassBalance);

        Assert.Equal((CustodyModel.IdentityPreserved, null, CustodyModel.MassBalance), (_world.Batch(ore).Custody!.Model, _world.Batch(ore).LoweredAt(Mine), _world.Batch(ore).LoweredAt(Concentrator)));
    }

    [Fact]
    public void under_mass_balance_it_wins_credit_and_says_nothing_of_what_is_inside()
    {
        var ore = Claimed();
        _world.Analysed(ore, ("Nd", 10m));
        Sent(ore, 400, CustodyModel.MassBalance);

        Assert.Empty(Of(Splitting(ore, 100, CustodyModel.ControlledBlending))!.Claimed);
        _world.Given(Splitting(ore, 100) with { Custody = new(CustodyModel.MassBalance, 1) }, PlantOperator);
        Assert.Equal(10m, _world.States.Find<ClaimAccount>(ClaimAccount.IdOf(Concentrator))!.Of("irma-audited-mine", "Nd").Usable(Day(-2)));
    }

    [Fact]
    public void nobody_tells_apart_what_of_one_batch_lies_together()
    {
        var ore = Claimed();
        Sent(ore, 400, CustodyModel.MassBalance);
        Sent(ore, 400, CustodyModel.Segregated);
        Sent(ore, 200, null);

        Assert.Equal(CustodyModel.MassBalance, Of(Splitting(ore, 900))!.Model);
    }

    [Fact]
    public void it_goes_along_with_whatever_is_sent_on()
    {
        var ore = Claimed();
        Sent(ore, 400, CustodyModel.ControlledBlending);
        var onward = _world.Dispatching(new DispatchLine(ore, new(400m))) with { FromFacilityId = Concentrator, ToFacilityId = Store, OccurredAt = Day(-3) };
        _world.Accepted(_world.Dispatched(onward));

        Assert.Equal((null, CustodyModel.ControlledBlending), (_world.Shipment(onward.ShipmentId).Lines[0].KeptAs, _world.Shipment(onward.ShipmentId).Lines[0].ArrivesAs));
        Assert.Equal(CustodyModel.ControlledBlending, _world.Batch(ore).LoweredAt(Store));
    }

    [Theory]
    [InlineData(CustodyModel.IdentityPreserved)]
    [InlineData(CustodyModel.Segregated)]
    public void it_is_never_raised_again(CustodyModel higher)
    {
        var ore = Claimed();
        Sent(ore, 400, CustodyModel.ControlledBlending);

        var onward = _world.Dispatching(new DispatchLine(ore, new(100m), KeptAs: higher)) with { FromFacilityId = Concentrator, ToFacilityId = Store, OccurredAt = Day(-3) };

        _world.Record(onward, PlantOperator).IsRefused("custody-only-downgrades", "lines[0].keptAs");
    }

    [Fact]
    public void of_what_nobody_knows_how_it_was_kept_nothing_is_lowered()
    {
        var bought = _world.Bought("ree-ore", Concentrator, 10);
        var sending = _world.Dispatching(new DispatchLine(bought, new(10m), KeptAs: CustodyModel.MassBalance)) with { FromFacilityId = Concentrator, ToFacilityId = Store };

        _world.Record(sending, PlantOperator).IsRefused("custody-not-known", "lines[0].keptAs");
    }

    [Fact]
    public void a_model_that_does_not_exist_is_refused() => _world.Record(
        _world.Dispatching(new DispatchLine(Claimed(), new(10m), KeptAs: (CustodyModel)7)), Miner).IsRefused("value-unknown", "lines[0].keptAs");

    [Fact]
    public void a_shipment_that_was_taken_back_lowers_nothing()
    {
        var ore = Claimed();
        var shipment = _world.Dispatched(_world.Dispatching(new DispatchLine(ore, new(400m), KeptAs: CustodyModel.MassBalance)));
        _world.Given(new VoidShipment(shipment, "It never left", Day(-4)), MineSupervisor);

        Assert.Null(_world.Batch(ore).Lowered);
    }

    [Fact]
    public void what_comes_in_parts_or_in_dispute_is_lowered_too()
    {
        var (parts, disputed) = (Claimed(), Claimed());
        var coming = _world.Dispatched(_world.Dispatching(new DispatchLine(parts, new(400m), KeptAs: CustodyModel.MassBalance)));
        _world.Given(new ReceivePart(coming, _world.NewId(), [new(parts, new(100m))], Day(-4)), PlantOperator);
        var contested = _world.Dispatched(_world.Dispatching(new DispatchLine(disputed, new(400m), KeptAs: CustodyModel.MassBalance)));
        _world.Given(new DisputeShipment(contested, [new(disputed, new(400m))], "Wet", Day(-4)), PlantOperator);

        Assert.Equal((CustodyModel.MassBalance, CustodyModel.MassBalance), (_world.Batch(parts).LoweredAt(Concentrator), _world.Batch(disputed).LoweredAt(Concentrator)));
    }

    [Fact]
    public void an_open_run_is_closed_under_no_higher_model_than_its_parts_came_under()
    {
        var ore = Claimed();
        Sent(ore, 400, CustodyModel.ControlledBlending);
        var run = _world.Opened("split");
        _world.Given(_world.Part(run, [Taking(ore, 400)], _world.Making("ree-ore", 400)), PlantOperator);

        _world.Record(new CloseRun(run, _world.NewId(), Day(-1), new(CustodyModel.Segregated)), PlantOperator).IsRefused("custody-only-downgrades", "custody.model");
    }
}
