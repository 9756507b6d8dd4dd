using Traceability.Batches;
using Traceability.Owners;
using static Traceability.Tests.World;

namespace Traceability.Tests.Owners;

/// <summary>Ore of the mine lies at the concentrator, and the mine wants it stopped.</summary>
public sealed class AskingForAHold
{
    private readonly World _world = new();

    private RequestHold Asking(Guid batch) => new(batch, _world.NewId(), Concentrator, "Wrong label", Day(-1));

    private static AnswerHoldRequest Granting(RequestHold asked) => new(asked.BatchId, asked.RequestId, true, Day(-0.5));
    private static AnswerHoldRequest Declining(RequestHold asked) => new(asked.BatchId, asked.RequestId, false, Day(-0.5), "It is milled already");

    private HoldRequest Request(RequestHold asked) => _world.States.Find<HoldRequest>(asked.RequestId)!;

    private RequestHold Asked(Guid batch)
    {
        var asking = Asking(batch);
        _world.Given(asking, Miner);
        return asking;
    }

    [Fact]
    public void until_it_is_granted_the_goods_are_as_free_as_before()
    {
        var ore = _world.AtConcentrator();
        var asked = Asked(ore);

        Assert.Equal((HoldRequestStatus.Waiting, PlantCo, MineCo), (Request(asked).Status, Request(asked).KeeperId, Request(asked).OwnerId));
        _world.Given(_world.Running("ree-flotation", Concentrator, [Taking(ore, 10)], _world.Making("ree-concentrate", 1)), PlantOperator);
    }

    [Fact]
    public void granted_it_is_a_hold_like_any_other_for_the_owners_reason()
    {
        var ore = _world.AtConcentrator();
        var asked = Asking(ore) with { Documents = ["Photo 7"] };
        _world.Given(asked, Miner);

        _world.Given(Granting(asked), PlantSupervisor);

        Assert.Equal(asked.RequestId, Assert.Single(_world.Batch(ore).Holds));
        var held = _world.Ledger.Events.Select(e => e.Event).OfType<BatchHeld>().Single();
        Assert.Equal(("Wrong label", "Photo 7"), (held.Reason, held.Documents.Single()));
        _world.Record(_world.Running("ree-flotation", Concentrator, [Taking(ore, 10)], _world.Making("ree-concentrate", 1)), PlantOperator).IsRefused("batch-held", "inputs[0].batchId");
        _world.Given(new ReleaseBatch(ore, asked.RequestId, "Labelled again", Day(-0.1)), PlantSupervisor);
        Assert.Empty(_world.Batch(ore).Holds);
    }

    [Fact]
    public void it_does_not_release_nor_is_released_by_another_hold()
    {
        var ore = _world.AtConcentrator();
        var (asked, own) = (Asked(ore), _world.Holding(ore));
        _world.Given(own, PlantSupervisor);
        _world.Given(Granting(asked), PlantSupervisor);

        _world.Given(new ReleaseBatch(ore, own.HoldId, "Below the limit", Day(-0.1)), PlantSupervisor);

        Assert.Equal(asked.RequestId, Assert.Single(_world.Batch(ore).Holds));
    }

    [Fact]
    public void declined_it_says_why_and_holds_nothing()
    {
        var ore = _world.AtConcentrator();
        var asked = Asked(ore);

        _world.Record(Declining(asked) with { Reason = null }, PlantSupervisor).IsRefused("reason-missing", "reason");
        _world.Given(Declining(asked), PlantSupervisor);

        Assert.Equal((HoldRequestStatus.Declined, "It is milled already"), (Request(asked).Status, Request(asked).Answer));
        Assert.Empty(_world.Batch(ore).Holds);
    }

    [Fact]
    public void it_is_answered_once()
    {
        var asked = Asked(_world.AtConcentrator());
        _world.Given(Declining(asked), PlantSupervisor);

        Assert.Equal("id-reused", _world.Record(Granting(asked), PlantSupervisor).Refusal!.Code);
        Assert.False(_world.Record(Declining(asked), PlantSupervisor).Recorded!.IsNew);
    }

    [Fact]
    public void a_supervisor_of_the_keeper_answers_and_nobody_else()
    {
        var asked = Asked(_world.AtConcentrator());

        _world.Record(Granting(asked), PlantOperator).IsRefused("not-allowed");
        _world.Record(Granting(asked), MineSupervisor).IsRefused("not-allowed");
        _world.Record(Granting(asked), WorksSupervisor).IsRefused("not-found", "requestId");
        _world.Record(Granting(asked) with { BatchId = _world.Ore() }, PlantSupervisor).IsRefused("not-found", "requestId");
        _world.Record(Granting(asked) with { RequestId = Id(404) }, PlantSupervisor).IsRefused("not-found", "requestId");
    }

    [Fact]
    public void what_has_left_the_keeper_is_not_his_to_stop()
    {
        var ore = _world.AtConcentrator();
        var asked = Asked(ore);
        _world.Dispatched(_world.Dispatching(ore, 1000) with { FromFacilityId = Concentrator, ToFacilityId = MagnetPlant, OccurredAt = Day(-0.9) });

        _world.Record(Granting(asked), PlantSupervisor).IsRefused("not-holder", "batchId");
        _world.Given(Declining(asked), PlantSupervisor);
    }

    [Fact]
    public void nobody_asks_about_goods_that_are_not_his()
    {
        var ore = _world.AtConcentrator();
        var bought = _world.Bought("ree-ore", Concentrator, 10);

        _world.Record(Asking(ore), PlantOperator).IsRefused("not-owner", "batchId");
        _world.Record(Asking(ore), Stranger).IsRefused("not-found", "batchId");
        _world.Record(Asking(bought), Miner).IsRefused("not-found", "batchId");
        _world.Record(Asking(Id(404)), Miner).IsRefused("not-found", "batchId");
        _world.Record(Asking(ore), Person(99, MineCo, Traceability.Access.Role.Laboratory)).IsRefused("not-allowed");
    }

    [Fact]
    public void the_keeper_asked_is_one_who_keeps_some_of_it_for_him()
    {
        var ore = _world.Ore(2000);
        _world.Accepted(_world.Dispatched(ore, 500));

        _world.Record(Asking(ore) with { FacilityId = Store }, Miner).IsRefused("nothing-held", "facilityId");
        _world.Record(Asking(ore) with { FacilityId = Id(404) }, Miner).IsRefused("not-found", "facilityId");
        _world.Record(Asking(ore) with { FacilityId = Mine }, Miner).IsRefused("kept-by-yourself", "facilityId");
        _world.Given(Asking(ore), Miner);
    }

    [Fact]
    public void it_has_an_id_a_reason_and_a_time()
    {
        var asking = Asking(_world.AtConcentrator());

        _world.Record(asking with { RequestId = Guid.Empty }, Miner).IsRefused("id-missing", "requestId");
        _world.Record(asking with { Reason = " " }, Miner).IsRefused("reason-missing", "reason");
        _world.Record(asking with { OccurredAt = Day(1) }, Miner).IsRefused("in-the-future", "occurredAt");
        _world.Record(asking with { Documents = [" "] }, Miner).IsRefused("name-missing", "documents[0]");
    }
}
