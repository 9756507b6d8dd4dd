using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Shipments;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Reading;

/// <summary>Ore of a mine lies in a warehouse; some of it belongs to a trader who never holds anything.</summary>
public sealed class WhatAnOwnerSees(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private NpgsqlDataSource Source => ledger.Source;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed record Story(Actor Miner, Guid Mine, Actor Keeper, Guid Warehouse, Actor Trader, Guid Ore, Guid Transfer);

    private async Task<Story> Tell(string name)
    {
        var (miner, mine) = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (keeper, warehouse) = await ledger.Firm($"{name}-warehouse", FacilityKind.Warehouse);
        var (trader, _) = await ledger.Firm($"{name}-trader", FacilityKind.Warehouse);
        var (ore, shipment, transfer) = (DerivedId.Of("ore", name), DerivedId.Of("shipment", name), DerivedId.Of("transfer", name));
        await ledger.Recorded(new RegisterBatch(ore, $"ORE {name}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0), Day), miner);
        await ledger.Recorded(new DispatchShipment(shipment, $"SH {name}", mine, warehouse, TransportMode.Rail, new(null, "Rail"), [new(ore, new(600))], Day.AddDays(1)), miner);
        await ledger.Recorded(new AcceptShipment(shipment, [new(ore, new(600))], Day.AddDays(4)), keeper);
        await ledger.Recorded(new TransferOwnership(transfer, warehouse, trader.OrganisationId, [new(ore, new(250))], $"C {name}", Day.AddDays(5)), miner);
        return new(miner, mine, keeper, warehouse, trader, ore, transfer);
    }

    [Fact]
    public async Task each_owner_is_told_what_is_kept_for_him_and_by_whom()
    {
        var story = await Tell("owned");

        var traders = Assert.Single(await ListOwned.Find(Source, story.Trader, Cancellation));
        var miners = await ListOwned.Find(Source, story.Miner, Cancellation);

        Assert.Equal((story.Warehouse, "owned-warehouse", 250m), (traders.FacilityId, traders.Keeper, Assert.Single(traders.Stock).Quantity.DryKilograms));
        Assert.Equal([(story.Warehouse, 350m), (story.Mine, 400m)], miners.Select(o => (o.FacilityId, o.Stock.Single().Quantity.DryKilograms)));
        Assert.Empty(await ListOwned.Find(Source, story.Keeper, Cancellation));
    }

    [Fact]
    public async Task a_trader_who_never_holds_finds_his_goods_in_the_list_of_batches()
    {
        var story = await Tell("trader");

        var listed = Assert.Single((await ListBatches.Find(Source, story.Trader, new(InStock: true), Cancellation))!.Items);

        Assert.Equal((story.Ore, 250m), (listed.Id, listed.Held.DryKilograms));
        Assert.Equal(new KeptByOther(story.Warehouse, "trader-warehouse", story.Keeper.OrganisationId, "trader-warehouse", new(250, 0)), Assert.Single(listed.KeptByOthers));
        Assert.Equal(350, Assert.Single(Assert.Single((await ListBatches.Find(Source, story.Miner, new(), Cancellation))!.Items).KeptByOthers).Quantity.DryKilograms);
        Assert.Empty(Assert.Single((await ListBatches.Find(Source, story.Keeper, new(), Cancellation))!.Items).KeptByOthers);
    }

    [Fact]
    public async Task a_transfer_is_read_by_both_owners_and_the_keeper_and_stands_in_the_story_of_the_batch()
    {
        var story = await Tell("read");
        foreach (var reader in new[] { story.Miner, story.Trader, story.Keeper })
        {
            var told = (await BatchTimeline.Find(Source, reader, story.Ore, null, Cancellation))!.Items[0];

            Assert.Equal(250, (await ReadTransfer.Find(Source, reader, story.Transfer, Cancellation))!.Transfer.Lines[0].Quantity.DryKilograms);
            Assert.Equal(("OwnershipTransferred", "C read", "read-trader"), (told.Event, told.Values["contract"], told.Values["owner"]));
        }

        var (stranger, _) = await ledger.Firm("read-stranger", FacilityKind.Warehouse);
        Assert.Null(await ReadTransfer.Find(Source, stranger, story.Transfer, Cancellation));
    }

    [Fact]
    public async Task a_request_for_a_hold_waits_on_both_home_pages_until_it_is_answered()
    {
        var story = await Tell("hold");
        var asking = new RequestHold(story.Ore, DerivedId.Of("request hold"), story.Warehouse, "Wrong label", Day.AddDays(6));
        await ledger.Recorded(asking, story.Trader);
        async Task<int> Waiting(Actor actor) => (await ReadHome.Find(Source, actor, Cancellation)).HoldRequests.Count;

        Assert.Equal((1, 1, 0), (await Waiting(story.Keeper), await Waiting(story.Trader), await Waiting(story.Miner)));
        await ledger.Recorded(new AnswerHoldRequest(story.Ore, asking.RequestId, true, Day.AddDays(7)), story.Keeper);

        Assert.Equal((0, 0), (await Waiting(story.Keeper), await Waiting(story.Trader)));
        Assert.Equal(HoldRequestStatus.Granted, (await ListHoldRequests.Find(Source, story.Trader, asking.RequestId, Cancellation))!.Request.Status);
        Assert.Null(await ListHoldRequests.Find(Source, story.Miner, asking.RequestId, Cancellation));
        Assert.True(Assert.Single((await ListBatches.Find(Source, story.Trader, new(), Cancellation))!.Items).OnHold);
    }

    [Fact]
    public async Task who_asked_for_a_hold_is_told_to_those_two_and_that_it_is_held_to_all()
    {
        var story = await Tell("asked");
        var asking = new RequestHold(story.Ore, DerivedId.Of("request asked"), story.Warehouse, "Wrong label", Day.AddDays(6));
        await ledger.Recorded(asking, story.Trader);
        await ledger.Recorded(new AnswerHoldRequest(story.Ore, asking.RequestId, true, Day.AddDays(7)), story.Keeper);
        async Task<string[]> Told(Actor actor) => [.. (await BatchTimeline.Find(Source, actor, story.Ore, null, Cancellation))!.Items.Select(i => i.Event)];

        Assert.Equal(["BatchHeld", "HoldRequestGranted", "HoldRequested"], (await Told(story.Trader))[..3].Order(StringComparer.Ordinal));
        Assert.Equal(["BatchHeld", "HoldRequestGranted", "HoldRequested"], (await Told(story.Keeper))[..3].Order(StringComparer.Ordinal));
        Assert.Equal("BatchHeld", (await Told(story.Miner))[0]);
        Assert.DoesNotContain("HoldRequested", await Told(story.Miner));
    }
}
