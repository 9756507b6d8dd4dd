using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Shipments;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Reading;

/// <summary>Ore in drums goes by rail with a member of the ledger, is reloaded and packed anew at the border, and comes in two parts.</summary>
public sealed class WhatAShipmentTells(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private NpgsqlDataSource Source => ledger.Source;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed record Story(Actor Miner, Actor Plant, Actor Carrier, Guid Mine, Guid PlantFacility, Guid Ore, Guid Shipment);

    private static Measure Ticketed(string ticket, decimal net) => new(net, null, null, WeighingMethod.Weighbridge, [new("Gate", ticket, net + 15_000, 15_000, net, Day)]);

    private async Task<Story> Tell(string name)
    {
        var (miner, mine) = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (plant, facility) = await ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        var (carrier, _) = await ledger.Firm($"{name}-rail", FacilityKind.Warehouse);
        var (ore, shipment) = (DerivedId.Of("ore", name), DerivedId.Of("shipment", name));
        await ledger.Recorded(new RegisterBatch(ore, $"ORE {name}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0), Day), miner);
        await ledger.Recorded(new DispatchShipment(
            shipment, $"SH {name}", mine, facility, TransportMode.Rail, new(carrier.OrganisationId, "Rail"),
            [new(ore, Ticketed($"W-{name}", 600), null, new(plant.OrganisationId, $"CONTRACT {name}"), [new($"DRUM-{name}-1", 200), new($"DRUM-{name}-2", 400)])],
            Day.AddDays(1), [new("KTZ", $"{name} 1")], [$"wagon {name}"], [$"SMGS {name}"]), miner);
        return new(miner, plant, carrier, mine, facility, ore, shipment);
    }

    private async Task Come(Story story, string name)
    {
        await ledger.Recorded(new ReloadShipment(
            story.Shipment, DerivedId.Of("reload", name), "Dostyk", [new("CR", $"{name} 2")], [$"platform {name}"], "Gauge change", Day.AddDays(3),
            [new(story.Ore, [new($"DRUM-{name}-1", 200), new($"BAG-{name}", 400)])]), story.Carrier);
        await ledger.Recorded(new ReceivePart(
            story.Shipment, DerivedId.Of("part", name), [new(story.Ore, Ticketed($"P-{name}", 200), $"IN {name}", null, [$"DRUM-{name}-1"])], Day.AddDays(4), [new("CR", $"{name} 2")]), story.Plant);
        await ledger.Recorded(new AcceptShipment(story.Shipment, [new(story.Ore, new(399), $"IN {name}", new(50), [$"BAG-{name}"])], Day.AddDays(6)), story.Plant);
    }

    [Fact]
    public async Task who_said_what_in_the_order_of_recording()
    {
        var story = await Tell("said");
        await Come(story, "said");

        var found = (await ReadShipment.Find(Source, story.Miner, story.Shipment, Cancellation))!;

        var reloaded = Assert.Single(found.Story.Reloadings).Event;
        Assert.Equal(("Dostyk", "said 1", "said 2", story.Carrier.OrganisationId), (reloaded.Place, reloaded.OldSeals[0].Number, reloaded.NewSeals[0].Number, reloaded.Entry.By.OrganisationId));
        Assert.Equal([(false, 200m), (true, 399m)], found.Story.Receipts.Select(r => (r.IsLast, r.Lines.Single().Received.DryKilograms)));
        Assert.Equal(("P-said", "CR"), (found.Story.Receipts[0].Lines[0].Stated.Tickets![0].Number, found.Story.Receipts[0].SealsFound![0].Issuer));
        Assert.Null(found.Story.Receipts[1].SealsFound);
        Assert.Equal(["DRUM-said-1", "BAG-said"], found.Shipment.Came(story.Ore));
        Assert.Equal((599m, 50m), (found.Shipment.Received[0].OfRecord.DryKilograms, found.Shipment.Received[0].Refused.DryKilograms));
        Assert.Equal("said-rail", found.Names.Organisations[story.Carrier.OrganisationId]);
    }

    [Fact]
    public async Task goods_given_back_are_linked_both_ways()
    {
        var story = await Tell("back");
        await Come(story, "back");
        var back = DerivedId.Of("shipment", "given back");
        await ledger.Recorded(new DispatchShipment(
            back, "BACK", story.PlantFacility, story.Mine, TransportMode.Rail, new(null, "Rail"), [new(story.Ore, new(50), story.Plant.OrganisationId)], Day.AddDays(8),
            Purpose: Purpose.Return, ReturnOf: story.Shipment), story.Plant);

        Assert.Equal("BACK", Assert.Single((await ReadShipment.Find(Source, story.Miner, story.Shipment, Cancellation))!.Returns).Number);
        Assert.Equal("SH back", (await ReadShipment.Find(Source, story.Miner, back, Cancellation))!.First!.Number);
    }

    [Fact]
    public async Task it_is_found_by_whatever_stands_on_it_by_those_who_have_to_do_with_it()
    {
        var story = await Tell("find");
        await Come(story, "find");
        foreach (var (text, kind) in new[]
        {
            ("KTZ find 1", MarkKind.Seal), ("find 2", MarkKind.Seal), ("WAGON find", MarkKind.Unit), ("platform find", MarkKind.Unit), ("drum-find-2", MarkKind.Package), ("BAG-find", MarkKind.Package),
            ("SMGS find", MarkKind.Document), ("CONTRACT find", MarkKind.Contract), ("W-find", MarkKind.Ticket), ("P-find", MarkKind.Ticket),
        })
        {
            foreach (var reader in new[] { story.Miner, story.Plant, story.Carrier })
            {
                var hit = Assert.Single((await Search.Find(Source, reader, text, Cancellation)).Hits);
                Assert.Equal((FoundKind.Shipment, story.Shipment, kind), (hit.Kind, hit.Id, hit.Mark));
            }
            Assert.Empty((await Search.Find(Source, story.Carrier with { OrganisationId = DerivedId.Of("nobody") }, text, Cancellation)).Hits);
        }
    }

    [Fact]
    public async Task an_umpire_sees_it_when_both_sides_have_named_him()
    {
        var story = await Tell("umpire");
        var (umpire, _) = await ledger.Firm("umpire-assayer", FacilityKind.Warehouse);
        await ledger.Recorded(new AcceptShipment(story.Shipment, [new(story.Ore, new(500))], Day.AddDays(5)), story.Plant);
        NameUmpire Naming(string side) => new(story.Shipment, DerivedId.Of("naming", side), umpire.OrganisationId, Day.AddDays(6));
        async Task<(bool, bool, bool)> Seen() => (
            (await ListShipments.Find(Source, umpire, new(), Cancellation))!.Items.Count > 0, (await Search.Find(Source, umpire, "SH umpire", Cancellation)).Hits.Count > 0,
            await ReadShipment.Find(Source, umpire, story.Shipment, Cancellation) is not null);

        await ledger.Recorded(Naming("plant"), story.Plant);
        Assert.Equal((false, false, false), await Seen());
        await ledger.Recorded(Naming("mine"), story.Miner);
        Assert.Equal((true, true, true), await Seen());
    }

    [Fact]
    public async Task an_arrival_waits_on_both_home_pages_until_its_dispatch_comes_and_its_tickets_are_used_once()
    {
        var (miner, mine) = await ledger.Firm("late-mine", FacilityKind.MineSite);
        var (plant, facility) = await ledger.Firm("late-plant", FacilityKind.Concentrator);
        var (ore, arrival) = (DerivedId.Of("late ore"), DerivedId.Of("late arrival"));
        await ledger.Recorded(new RegisterBatch(ore, "ORE late", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0), Day), miner);
        await ledger.Recorded(new AnnounceArrival(arrival, miner.OrganisationId, "S late", facility, [new("ORE late", Ticketed("T-late", 500), "IN late")], Day.AddDays(2)), plant);
        async Task<int> Waiting(Actor actor) => (await ReadHome.Find(Source, actor, Cancellation)).Arrivals.Count;

        Assert.Equal((1, 1), (await Waiting(miner), await Waiting(plant)));
        foreach (var text in new[] { "S late", "ORE late", "T-late" })
            Assert.Contains((await Search.Find(Source, plant, text, Cancellation)).Hits, h => h.Kind == FoundKind.Arrival);

        var dispatch = new DispatchShipment(DerivedId.Of("late shipment"), "S late", mine, facility, TransportMode.Road, new(null, "Road"), [new(ore, new(500))], Day.AddDays(1));
        await ledger.Recorded(dispatch, miner);

        Assert.Equal((0, 0), (await Waiting(miner), await Waiting(plant)));
        Assert.Equal(ShipmentStatus.Accepted, (await ReadShipment.Find(Source, plant, dispatch.ShipmentId, Cancellation))!.Shipment.Status);
        Assert.Equal(dispatch.ShipmentId, (await ListArrivals.Find(Source, miner, arrival, Cancellation))!.Arrival.ShipmentId);
        Assert.Null(await ListArrivals.Find(Source, miner with { OrganisationId = DerivedId.Of("nobody") }, arrival, Cancellation));
    }
}
