using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Processing;
using Traceability.Shipments;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Reading;

/// <summary>A mine sends a fifth of its ore to a plant, which splits some of it off for the mine, who still owns it; a third firm has nothing to do with it.</summary>
public sealed class WhatAnOrganisationSees(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private NpgsqlDataSource Source => ledger.Source;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed record Story(Actor Miner, Guid Mine, Actor Plant, Guid PlantFacility, Actor Stranger, Guid Ore, Guid Shipment, Guid Run, Guid Part);

    private async Task<Story> Tell(string name)
    {
        var (miner, mine) = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (plant, facility) = await ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        var (stranger, _) = await ledger.Firm($"{name}-stranger", FacilityKind.Warehouse);
        var (ore, shipment, run, part) = (DerivedId.Of("ore", name), DerivedId.Of("shipment", name), DerivedId.Of("run", name), DerivedId.Of("part", name));
        await ledger.Recorded(new RegisterBatch(ore, $"ORE {name}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0.06m), Day), miner);
        await ledger.Recorded(new DispatchShipment(shipment, $"SH {name}", mine, facility, TransportMode.Rail, new(null, "Rail"), [new(ore, new(200, 0))], Day.AddDays(1)), miner);
        await ledger.Recorded(new AcceptShipment(shipment, [new(ore, new(199, 0), $"IN {name}")], Day.AddDays(4)), plant);
        await ledger.Recorded(
            new RecordRun(run, $"RUN {name}", "split", facility, Day.AddDays(5), Day.AddDays(6), [new(ore, new(50, 0))], [new(part, $"PART {name}", "ree-ore", OutputRole.Product, new(50, 0))]), plant);
        return new(miner, mine, plant, facility, stranger, ore, shipment, run, part);
    }

    [Fact]
    public async Task each_side_lists_the_batch_with_what_it_holds_or_owns()
    {
        var story = await Tell("list");

        var miners = Assert.Single((await ListBatches.Find(Source, story.Miner, new(Number: "ORE list"), Cancellation))!.Items);
        var plants = (await ListBatches.Find(Source, story.Plant, new(Number: "IN list"), Cancellation))!.Items;

        Assert.Equal(740 + 149, miners.Held.DryKilograms);
        Assert.Equal((149, "IN list"), (Assert.Single(plants).Held.DryKilograms, plants[0].OwnNumber));
        Assert.Empty((await ListBatches.Find(Source, story.Stranger, new(), Cancellation))!.Items);
    }

    [Fact]
    public async Task lists_are_filtered_by_material_facility_text_and_stock()
    {
        var story = await Tell("filter");
        async Task<int> Count(BatchFilter filter) => (await ListBatches.Find(Source, story.Plant, filter, Cancellation))!.Items.Count;

        Assert.Equal(2, await Count(new(Material: "ree-ore")));
        Assert.Equal(0, await Count(new(Material: "ndpr-oxide")));
        Assert.Equal(2, await Count(new(FacilityId: story.PlantFacility, InStock: true)));
        Assert.Equal(0, await Count(new(FacilityId: story.PlantFacility, InStock: false)));
        Assert.Equal(1, await Count(new(Text: "part F")));
        Assert.Equal(0, await Count(new(Text: "%")));
        Assert.Null(await ListBatches.Find(Source, story.Plant, new(Cursor: "nonsense"), Cancellation));
    }

    [Fact]
    public async Task a_batch_shows_the_holdings_its_reader_keeps_or_owns_and_no_others()
    {
        var story = await Tell("read");

        var miners = await ReadBatch.Find(Source, story.Miner, story.Ore, Cancellation);
        var plants = await ReadBatch.Find(Source, story.Plant, story.Ore, Cancellation);

        Assert.Equal([story.Mine, story.PlantFacility], miners!.Batch.Holdings.Select(h => h.FacilityId));
        Assert.Equal(story.PlantFacility, Assert.Single(plants!.Batch.Holdings).FacilityId);
        Assert.Null(await ReadBatch.Find(Source, story.Stranger, story.Ore, Cancellation));
    }

    [Fact]
    public async Task holdings_are_told_as_they_were_known_and_as_they_were()
    {
        var story = await Tell("times");
        var known = ledger.Time.GetUtcNow();
        ledger.Time.Move(TimeSpan.FromDays(1));
        await ledger.Recorded(new RecordRun(
            DerivedId.Of("late"), "late", "split", story.Mine, Day, Day.AddHours(1), [new(story.Ore, new(40, 0))], [new(DerivedId.Of("late part"), "late", "ree-ore", OutputRole.Product, new(40, 0))]), story.Miner);
        async Task<decimal> Held(DateTimeOffset? asKnownAt, DateTimeOffset? asOf) =>
            (await BatchHoldings.Find(Source, story.Miner, story.Ore, asKnownAt, asOf, Cancellation))!.Holdings.Where(h => h.FacilityId == story.Mine).Sum(h => h.Quantity.DryKilograms);

        Assert.Equal(700, await Held(null, null));
        Assert.Equal(740, await Held(known, null));
        Assert.Equal(0, await Held(known.AddDays(-300), null));
        Assert.Equal(900, await Held(null, Day.AddHours(2)));
        Assert.Equal(940, await Held(known, Day.AddHours(2)));
    }

    [Fact]
    public async Task a_timeline_tells_each_side_its_own_facts_and_counts_the_rest()
    {
        var story = await Tell("timeline");

        var miners = (await BatchTimeline.Find(Source, story.Miner, story.Ore, null, Cancellation))!;
        var plants = (await BatchTimeline.Find(Source, story.Plant, story.Ore, null, Cancellation))!;

        Assert.Equal(["ShipmentAccepted", "ShipmentDispatched", "BatchRegistered"], miners.Items.Select(i => i.Event));
        Assert.Equal(1, miners.Hidden);
        Assert.Equal(["ProcessRunRecorded", "ShipmentAccepted", "ShipmentDispatched", "BatchRegistered"], plants.Items.Select(i => i.Event));
        Assert.Equal([-50, 199, -200, 940], plants.Items.Select(i => i.Quantity!.Value.DryKilograms));
        Assert.Equal(("timeline-mine", Day), (plants.Items[3].Organisation, plants.Items[3].OccurredAt));
        Assert.Equal("timeline-plant", plants.Items[2].Values["to"]);
    }

    [Fact]
    public async Task a_timeline_names_people_to_their_own_organisation_only()
    {
        var story = await Tell("people");
        await using (var session = ledger.Store.LightweightSession())
        {
            session.Store(
                new Person { Id = story.Miner.PersonId, SignInName = "people-miner", NormalizedSignInName = "PEOPLE-MINER", Name = "Aidar" },
                new Person { Id = story.Plant.PersonId, SignInName = "people-plant", NormalizedSignInName = "PEOPLE-PLANT", Name = "Botagoz" });
            await session.SaveChangesAsync(Cancellation);
        }

        var miners = (await BatchTimeline.Find(Source, story.Miner, story.Ore, null, Cancellation))!;

        Assert.Equal([null, "Aidar", "Aidar"], miners.Items.Select(i => i.Person));
    }

    [Fact]
    public async Task a_facilitys_new_operator_sees_what_lies_there()
    {
        var story = await Tell("takeover");
        var terms = (await ledger.Load<Facility>(story.PlantFacility)).Terms;

        await ledger.Recorded(new ChangeFacility(story.PlantFacility, DerivedId.Of("takeover"), terms with { OperatorId = story.Stranger.OrganisationId }, Day.AddDays(7)), Steward);

        var known = (await ListBatches.Find(Source, story.Stranger, new(InStock: true), Cancellation))!.Items;
        Assert.Equal(new HashSet<Guid> { story.Ore, story.Part }, known.Select(b => b.Id).ToHashSet());
        Assert.Equal(149, known.Single(b => b.Id == story.Ore).Held.DryKilograms);
        Assert.Empty((await ListBatches.Find(Source, story.Plant, new(InStock: true), Cancellation))!.Items);
    }

    [Fact]
    public async Task a_shipment_is_seen_by_its_two_sides_and_a_run_by_its_operator()
    {
        var story = await Tell("facts");

        Assert.NotNull(await ReadShipment.Find(Source, story.Miner, story.Shipment, Cancellation));
        Assert.NotNull(await ReadShipment.Find(Source, story.Plant, story.Shipment, Cancellation));
        Assert.Null(await ReadShipment.Find(Source, story.Stranger, story.Shipment, Cancellation));
        Assert.NotNull(await ReadRun.Find(Source, story.Plant, story.Run, Cancellation));
        Assert.Null(await ReadRun.Find(Source, story.Miner, story.Run, Cancellation));
        Assert.Equal(story.Run, Assert.Single((await ListRuns.Find(Source, story.Plant, new(FacilityId: story.PlantFacility), Cancellation))!.Items).Id);
        Assert.Single((await ListShipments.Find(Source, story.Plant, new([ShipmentStatus.Accepted], Heading.Incoming), Cancellation))!.Items);
        Assert.Empty((await ListShipments.Find(Source, story.Plant, new(Heading: Heading.Outgoing), Cancellation))!.Items);
    }

    [Fact]
    public async Task home_shows_what_is_to_be_received_what_is_under_way_and_what_was_refused()
    {
        var story = await Tell("home");
        var next = new DispatchShipment(DerivedId.Of("next home"), "next", story.Mine, story.PlantFacility, TransportMode.Rail, new(null, "Rail"), [new(story.Ore, new(10, 0))], Day.AddDays(7));
        await ledger.Recorded(next, story.Miner);
        await ledger.Record(next with { ShipmentId = DerivedId.Of("too much"), Number = "too much", Lines = [new(story.Ore, new(9999, 0))] }, story.Miner);

        var (miners, plants) = (await ReadHome.Find(Source, story.Miner, Cancellation), await ReadHome.Find(Source, story.Plant, Cancellation));

        Assert.Equal(next.ShipmentId, Assert.Single(plants.ToReceive).Id);
        await ledger.Recorded(new ReceivePart(next.ShipmentId, DerivedId.Of("home part"), [new(story.Ore, new(4, 0))], Day.AddDays(8)), story.Plant);
        Assert.Equal(ShipmentStatus.PartlyReceived, Assert.Single((await ReadHome.Find(Source, story.Plant, Cancellation)).ToReceive).Status);
        Assert.Equal(next.ShipmentId, Assert.Single(miners.UnderWay).Id);
        Assert.Equal("mass-exceeds-holding", Assert.Single(miners.Refused).Code);
        Assert.Empty(plants.Refused);
    }

    [Fact]
    public async Task search_finds_anything_by_any_known_number_and_nothing_of_strangers()
    {
        var story = await Tell("search");
        async Task<FoundKind[]> Found(Actor actor, string text) => [.. (await Search.Find(Source, actor, text, Cancellation)).Hits.Select(h => h.Kind)];

        Assert.Equal([FoundKind.Batch], await Found(story.Plant, "in SEARCH"));
        Assert.Equal([FoundKind.Batch], await Found(story.Plant, "ore search"));
        Assert.Equal([FoundKind.Shipment], await Found(story.Plant, "sh search"));
        Assert.Equal([FoundKind.Run], await Found(story.Plant, "run search"));
        Assert.Empty(await Found(story.Stranger, "ore search"));
        Assert.Empty(await Found(story.Plant, "shipment/"));
        Assert.Equal([FoundKind.Facility, FoundKind.Organisation], (await Found(story.Stranger, "search-plant")).Order());
    }

    [Fact]
    public async Task a_list_longer_than_a_page_goes_on_where_it_ended()
    {
        var (miner, mine) = await ledger.Firm("pages-mine", FacilityKind.MineSite);
        var chunk = Enumerable.Range(0, 70).Select(i => new Submission(
            new RegisterBatch(DerivedId.Of("pages", $"{i}"), $"P-{i}", "ree-ore", RegistrationSource.Extraction, mine, new(1, 0), Day), miner)).ToList();
        await ledger.Executor.Record(chunk, Cancellation);

        var first = (await ListBatches.Find(Source, miner, new(), Cancellation))!;
        var second = (await ListBatches.Find(Source, miner, new(Cursor: first.Next), Cancellation))!;

        Assert.Equal((Limits.PageSize, 70 - Limits.PageSize), (first.Items.Count, second.Items.Count));
        Assert.Null(second.Next);
        Assert.Equal(70, first.Items.Concat(second.Items).Select(b => b.Id).Distinct().Count());
    }
}
