using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Shipments;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Reading;

/// <summary>A mine sends ore and concentrate to a plant; some is lost, some is gained, some is disputed and settled a month later.</summary>
public sealed class WhatIsGainedAndLost(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset January = Start.AddDays(10), February = Start.AddMonths(1);

    private NpgsqlDataSource Source => ledger.Source;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed record Story(string Name, Actor Miner, Guid Mine, Actor Plant, Guid PlantFacility, Actor Carrier)
    {
        public Guid Batch(string material) => DerivedId.Of(Name, material);
        public Guid Shipment(string number) => DerivedId.Of(Name, number);
    }

    private async Task<Story> Tell(string name)
    {
        var (miner, mine) = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (plant, facility) = await ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        var (carrier, _) = await ledger.Firm($"{name}-carrier", FacilityKind.Warehouse);
        var story = new Story(name, miner, mine, plant, facility, carrier);
        foreach (var material in new[] { "ree-ore", "graphite-ore" })
            await ledger.Recorded(new RegisterBatch(story.Batch(material), $"{material} {name}", material, RegistrationSource.Extraction, mine, new(10_000, 0), January), miner);
        return story;
    }

    private async Task Send(Story story, string number, decimal kilograms, string material = "ree-ore") => await ledger.Recorded(
        new DispatchShipment(
            story.Shipment(number), number, story.Mine, story.PlantFacility, TransportMode.Rail, new(story.Carrier.OrganisationId, "Rail"), [new(story.Batch(material), new(kilograms))], January), story.Miner);

    private async Task Accept(Story story, string number, decimal kilograms, string material = "ree-ore", bool reserve = false) => await ledger.Recorded(
        new AcceptShipment(story.Shipment(number), [new(story.Batch(material), new(kilograms))], January.AddDays(2), UnderReserve: reserve), story.Plant);

    private async Task Agree(Story story, string number, decimal kilograms)
    {
        foreach (var side in new[] { story.Miner, story.Plant })
            await ledger.Recorded(new ResolveShipment(story.Shipment(number), DerivedId.Of(number, side.PersonId.ToString()), [new(story.Batch("ree-ore"), new(kilograms, 0))], "Weighed again", February), side);
    }

    private Task<LanesFound> Find(Actor actor, DateTimeOffset? from = null, DateTimeOffset? to = null) => ListLanes.Find(Source, actor, from, to, Cancellation);

    private static (int, decimal, decimal, decimal, decimal, int) Figures(InTransit sum) =>
        (sum.Shipments, sum.Sent.DryKilograms, sum.Received.DryKilograms, sum.Disputed.DryKilograms, sum.Difference.DryKilograms, sum.OpenDisputes);

    [Fact]
    public async Task differences_are_summed_by_lane_and_material_and_by_counterparty()
    {
        var story = await Tell("sums");
        await Send(story, "s1", 1000);
        await Send(story, "s2", 500);
        await Send(story, "s3", 800, "graphite-ore");
        await Accept(story, "s1", 996);
        await Accept(story, "s2", 502);
        await Accept(story, "s3", 799, "graphite-ore");

        foreach (var (reader, other) in new[] { (story.Miner, story.Plant), (story.Plant, story.Miner) })
        {
            var found = await Find(reader);

            Assert.Equal(["graphite-ore", "ree-ore"], found.Lanes.Select(l => l.Material));
            Assert.Equal((1, 800m, 799m, 0m, -1m, 0), Figures(found.Lanes[0].Sum));
            Assert.Equal((2, 1500m, 1498m, 0m, -2m, 0), Figures(found.Lanes[1].Sum));
            Assert.Equal(("sums-mine", "sums-plant"), (found.Lanes[0].From, found.Lanes[0].ToOperator));
            Assert.Equal((other.OrganisationId, (3, 2300m, 2297m, 0m, -3m, 0)), (Assert.Single(found.Counterparties).OrganisationId, Figures(found.Counterparties[0].Sum)));
        }
    }

    [Fact]
    public async Task what_is_under_way_has_no_difference_yet_and_parts_count_as_they_come()
    {
        var story = await Tell("parts");
        await Send(story, "p1", 1000);
        Assert.Empty((await Find(story.Miner)).Lanes);

        await ledger.Recorded(new ReceivePart(story.Shipment("p1"), DerivedId.Of("p1 part"), [new(story.Batch("ree-ore"), new(400))], January.AddDays(1)), story.Plant);
        Assert.Equal((1, 400m, 400m, 0m, 0m, 0), Figures(Assert.Single((await Find(story.Miner)).Lanes).Sum));

        await Accept(story, "p1", 597);
        Assert.Equal((1, 1000m, 997m, 0m, -3m, 0), Figures(Assert.Single((await Find(story.Miner)).Lanes).Sum));
    }

    [Fact]
    public async Task what_is_disputed_is_lost_only_when_it_is_settled_and_in_the_period_of_the_settlement()
    {
        var story = await Tell("dispute");
        await Send(story, "d1", 1000);
        await Send(story, "d2", 1000);
        await Accept(story, "d1", 900);
        await Accept(story, "d2", 970, reserve: true);
        Assert.Equal((2, 2000m, 1870m, 130m, 0m, 2), Figures(Assert.Single((await Find(story.Plant)).Lanes).Sum));

        await Agree(story, "d1", 950);

        Assert.Equal((2, 2000m, 1920m, 30m, -50m, 1), Figures(Assert.Single((await Find(story.Plant)).Lanes).Sum));
        Assert.Equal((2, 2000m, 1870m, 130m, 0m, 1), Figures(Assert.Single((await Find(story.Plant, null, February)).Lanes).Sum));
        Assert.Equal((1, 0m, 50m, -100m, -50m, 0), Figures(Assert.Single((await Find(story.Plant, February)).Lanes).Sum));
    }

    [Fact]
    public async Task what_was_taken_back_never_was_on_the_lane()
    {
        var story = await Tell("void");
        await Send(story, "v1", 1000);
        await ledger.Recorded(new VoidShipment(story.Shipment("v1"), "Never left", January.AddDays(1)), story.Miner);

        Assert.Empty((await Find(story.Miner)).Lanes);
    }

    [Fact]
    public async Task a_carrier_sees_his_lanes_and_has_no_counterparty_and_strangers_see_nothing()
    {
        var story = await Tell("carried");
        await Send(story, "c1", 1000);
        await Accept(story, "c1", 996);
        var (stranger, _) = await ledger.Firm("carried-stranger", FacilityKind.Warehouse);

        var carriers = await Find(story.Carrier);

        Assert.Equal(-4, Assert.Single(carriers.Lanes).Sum.Difference.DryKilograms);
        Assert.Empty(carriers.Counterparties);
        Assert.Empty((await Find(stranger)).Lanes);
    }

    [Fact]
    public async Task counted_goods_differ_by_pieces()
    {
        var (maker, plant) = await ledger.Firm("pieces-plant", FacilityKind.MagnetPlant);
        var (buyer, works) = await ledger.Firm("pieces-works", FacilityKind.MotorPlant);
        var (magnets, shipment) = (DerivedId.Of("pieces magnets"), DerivedId.Of("pieces shipment"));
        await ledger.Recorded(new RegisterBatch(magnets, "MAGNETS", "ndfeb-magnet", RegistrationSource.OutsideSupplier, plant, new(null, null, 200), January), maker);
        await ledger.Recorded(new DispatchShipment(shipment, "M-1", plant, works, TransportMode.Road, new(null, "Road"), [new(magnets, new(null, null, 100))], January), maker);
        await ledger.Recorded(new AcceptShipment(shipment, [new(magnets, new(null, null, 98))], January.AddDays(1), UnderReserve: true), buyer);

        var sum = Assert.Single((await Find(buyer)).Lanes).Sum;

        Assert.Equal((100, 98, 2, 0m), (sum.Sent.Pieces, sum.Received.Pieces, sum.Disputed.Pieces, sum.DifferenceFraction));
    }
}
