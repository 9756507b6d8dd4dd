using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
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
}
