using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Browser.Tests;

/// <summary>A handover that is not simple, as the people at the weighbridge, on the platform and in the office record it, in browsers that run no script.</summary>
public sealed class WhatHappensOnTheWay(Site site) : IClassFixture<Site>
{
    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });
    private static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name });
    private static ILocator Row(IPage page, string number) => page.Locator("fieldset.row", new() { HasText = number });
    private static ILocator Opened(ILocator within, string summary) => within.Locator("summary", new() { HasText = summary });
    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private sealed record Firms(Actor Miner, Guid Mine, Actor Miller, Guid Mill);

    private async Task<Firms> Begin(string name, decimal kilograms)
    {
        var (miner, mine) = await site.Ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (miller, mill) = await site.Ledger.Firm($"{name}-mill", FacilityKind.Concentrator);
        await site.Ledger.Recorded(new RegisterBatch(
            DerivedId.Of("ore", name), $"ORE-{name}", "ree-ore", RegistrationSource.Extraction, mine, new(kilograms, 0), Service.Tests.TestLedger.Start.AddDays(1)), miner);
        return new(miner, mine, miller, mill);
    }

    private async Task<string> Sent(Firms firms, string name, decimal kilograms, params Package[] packages)
    {
        var shipment = DerivedId.Of("shipment", name);
        await site.Ledger.Recorded(new DispatchShipment(
            shipment, $"TTN-{name}", firms.Mine, firms.Mill, TransportMode.Rail, new(null, "Rail"), [new(DerivedId.Of("ore", name), new(kilograms, 0), Packages: packages)],
            Service.Tests.TestLedger.Start.AddDays(2), [new("KTZ", $"{name}1")], ["wagon 1"]), firms.Miner);
        return $"/shipments/{shipment}";
    }

    [Fact]
    public async Task tickets_and_packages_are_dispatched_reloaded_and_received_in_parts_and_some_is_refused_and_sent_back()
    {
        var firms = await Begin("iota", 1000);
        var mine = await site.OpenAs(firms.Miner, "Iota miner");
        var mill = await site.OpenAs(firms.Miller, "Iota miller");

        await mine.GotoAsync("/shipments/dispatch");
        await mine.GetByLabel("Number of the shipment").FillAsync("TTN-iota");
        await mine.GetByLabel("To", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "iota-mill (KZ), iota-mill" });
        await Opened(Row(mine, "ORE-iota"), "Tickets, packages and custody").ClickAsync();
        await Row(mine, "ORE-iota").GetByLabel("Tickets of the weighbridge").FillAsync("T-1; 15 300; 15 000\nT-2; 15 200");
        await Row(mine, "ORE-iota").GetByLabel("Drums, bags or pallets").FillAsync("D-1; 300\nD-2; 200");
        await Row(mine, "ORE-iota").GetByLabel("Scale", new() { Exact = true }).FillAsync("Gate");
        await mine.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("Rail");
        await mine.GetByLabel("Carrier").FillAsync("Rail");
        await Button(mine, "Dispatch").ClickAsync();
        await Expect(mine.GetByLabel("Tickets of the weighbridge")).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("does not have 3 parts"));
        await mine.GetByLabel("Tickets of the weighbridge").FillAsync("T-1; 15 300; 15 000\nT-2; 15 200; 15 000");
        await Button(mine, "Dispatch").ClickAsync();
        await Expect(mine.GetByRole(AriaRole.Heading, new() { Name = "TTN-iota" })).ToBeVisibleAsync();
        await Expect(mine.Locator(".timeline")).ToContainTextAsync("Packages: 2");
        var shipment = new Uri(mine.Url).AbsolutePath;

        await Link(mine, "It was reloaded").ClickAsync();
        await mine.GetByLabel("Where?").FillAsync("Dostyk");
        await mine.GetByLabel("Trucks, wagons or containers").FillAsync("CN 77");
        await mine.GetByLabel("Seals").FillAsync("CR 8841");
        await mine.GetByLabel("Why?").FillAsync("Gauge change");
        await Opened(mine.Locator("form"), "It was packed anew").ClickAsync();
        await mine.GetByLabel("Packages of ORE-iota").FillAsync("D-1; 300\nBAG-9; 200");
        await Button(mine, "Record it").ClickAsync();
        await Expect(mine.Locator(".timeline")).ToContainTextAsync("Reloaded at Dostyk");
        await Expect(mine.Locator(".timeline")).ToContainTextAsync("ORE-iota was packed anew");

        await mill.GotoAsync(shipment + "/receive");
        await Opened(mill.Locator("form"), "Seals: CR").ClickAsync();
        await mill.GetByLabel("CR 8841 is on it and whole").CheckAsync();
        await Row(mill, "ORE-iota").GetByLabel("Mass on the scale").FillAsync("300");
        await Opened(Row(mill, "ORE-iota"), "Tickets, packages, refused goods").ClickAsync();
        await mill.GetByLabel("D-1, 300 kg").CheckAsync();
        await Button(mill, "More is to come").ClickAsync();
        await Expect(mill.Locator(".figures")).ToContainTextAsync("Still to come");
        await Expect(mill.Locator(".timeline")).ToContainTextAsync("Seals found: CR 8841");

        await Link(mill, "Receive").First.ClickAsync();
        await Expect(mill.GetByLabel("D-1, 300 kg")).ToHaveCountAsync(0);
        await Row(mill, "ORE-iota").GetByLabel("Mass on the scale").FillAsync("199");
        await Opened(Row(mill, "ORE-iota"), "Tickets, packages, refused goods").ClickAsync();
        await mill.GetByLabel("BAG-9, 200 kg").CheckAsync();
        await mill.GetByLabel("Refused, on the scale").FillAsync("50");
        await Button(mill, "That was all: accept").ClickAsync();
        await Expect(mill.Locator("main")).ToContainTextAsync("Refused: 50 kg");
        await Site.Keep(mill, "shipment-story");

        await Link(mill, "Send goods back").ClickAsync();
        await Expect(Row(mill, "ORE-iota").GetByLabel("Mass on the scale")).ToHaveValueAsync("50");
        await mill.GetByLabel("Number of the shipment").FillAsync("BACK-iota");
        await mill.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("Rail");
        await mill.GetByLabel("Carrier").FillAsync("Rail");
        await Button(mill, "Dispatch").ClickAsync();
        await Expect(mill.GetByRole(AriaRole.Heading, new() { Name = "BACK-iota" })).ToBeVisibleAsync();
        await Link(mill, "TTN-iota").ClickAsync();
        await Expect(mill.Locator("main")).ToContainTextAsync("Given back with");
    }

    [Fact]
    public async Task who_awaits_goods_stops_and_frees_them_on_their_way()
    {
        var firms = await Begin("mu", 1000);
        await Sent(firms, "mu", 1000);
        var mill = await site.OpenAs(firms.Miller, "Mu miller");

        await mill.GotoAsync($"/batches/{DerivedId.Of("ore", "mu")}");
        await Expect(mill.GetByText("Make it public")).ToHaveCountAsync(0);
        await mill.GetByText("Put it on hold").ClickAsync();
        await mill.GetByLabel("Why?").FillAsync("The mine says its sample was taken from another pile.");
        await Button(mill, "Put on hold").ClickAsync();
        await Expect(mill.Locator(".note.bad")).ToContainTextAsync("On hold");

        await mill.GetByLabel("Why may it be used again?").FillAsync("Sampled again.");
        await Button(mill, "Release").ClickAsync();
        await Expect(mill.Locator(".note.bad")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task an_umpire_whom_both_sides_name_settles_it()
    {
        var firms = await Begin("kappa", 1000);
        var (umpire, _) = await site.Ledger.Firm("kappa-assayer", FacilityKind.Warehouse);
        var shipment = await Sent(firms, "kappa", 1000);
        await site.Ledger.Recorded(new AcceptShipment(
            Guid.Parse(shipment["/shipments/".Length..]), [new(DerivedId.Of("ore", "kappa"), new(900))], Service.Tests.TestLedger.Start.AddDays(4), UnderReserve: true), firms.Miller);
        var mine = await site.OpenAs(firms.Miner, "Kappa miner");
        var mill = await site.OpenAs(firms.Miller, "Kappa miller");

        await mine.GotoAsync(shipment);
        await Link(mine, "Name an umpire").ClickAsync();
        await mine.GetByLabel("Umpire").SelectOptionAsync(new SelectOptionValue { Label = "kappa-assayer (KZ)" });
        await Button(mine, "Name the umpire").ClickAsync();
        await Expect(mine.Locator(".timeline")).ToContainTextAsync("Named kappa-assayer as umpire");
        await mill.GotoAsync(shipment + "/umpire");
        await Expect(mill.Locator(".note")).ToContainTextAsync("kappa-mine named kappa-assayer.");
        await Button(mill, "Name the umpire").ClickAsync();

        var office = await site.OpenAs(umpire, "Kappa umpire");
        await office.GotoAsync(shipment);
        await Link(office, "Settle the dispute").ClickAsync();
        await office.GetByLabel("Dry mass").FillAsync("940");
        await office.GetByLabel("Why these figures?").FillAsync("Weighed again on a third scale.");
        await Button(office, "Name these figures").ClickAsync();
        await Expect(office.Locator("main")).ToContainTextAsync("the umpire kappa-assayer settled it");
    }

    [Fact]
    public async Task goods_that_come_before_their_dispatch_wait_for_it()
    {
        var firms = await Begin("lambda", 1000);
        var mill = await site.OpenAs(firms.Miller, "Lambda miller", Site.Phone);
        await mill.GotoAsync("/arrivals");
        await Link(mill, "Announce an arrival").ClickAsync();
        await mill.GetByLabel("Shipper").SelectOptionAsync(new SelectOptionValue { Label = "lambda-mine (KZ)" });
        await mill.GetByLabel("Number of the shipment").FillAsync("TTN-lambda");
        await mill.GetByLabel("Number of the batch, as on the papers").FillAsync("ORE-lambda");
        await mill.GetByLabel("Mass on the scale").FillAsync("997");
        await Button(mill, "One more batch").ClickAsync();
        await Button(mill, "Announce it").ClickAsync();
        await Expect(mill.Locator("main")).ToContainTextAsync("It waits for lambda-mine to record the dispatch under this number.");

        var mine = await site.OpenAs(firms.Miner, "Lambda miner");
        await mine.GotoAsync("/");
        await Expect(mine.Locator("main")).ToContainTextAsync("Arrived before their dispatch was recorded");
        await Sent(firms, "lambda", 1000);
        await mill.ReloadAsync();
        await Expect(mill.Locator("main")).ToContainTextAsync("Its dispatch came.");
        await Link(mill, "See the shipment").ClickAsync();
        await Expect(mill.Locator(".chip").First).ToContainTextAsync("accepted");
    }

    [Fact]
    public async Task one_record_says_both_between_ones_own_facilities()
    {
        var firms = await Begin("my", 1000);
        var yard = DerivedId.Facility("my-yard");
        await site.Ledger.Recorded(new RegisterFacility(yard, "my-yard", FacilityKind.Warehouse, new("My yard", firms.Miner.OrganisationId, "KZ", 50, 70, null, [], [], null, null), Service.Tests.TestLedger.Start), Service.Tests.TestLedger.Steward);
        var mine = await site.OpenAs(firms.Miner, "My miner");

        await mine.GotoAsync($"/shipments/dispatch?from={firms.Mine}");
        await mine.GetByLabel("Number of the shipment").FillAsync("TTN-my");
        await mine.GetByLabel("To", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "My yard (KZ), my-mine" });
        await Row(mine, "ORE-my").GetByLabel("All of it").CheckAsync();
        await mine.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("Road");
        await mine.GetByLabel("Carrier").FillAsync("Ourselves");
        await mine.GetByText("It has arrived already").ClickAsync();
        await mine.GetByLabel("Arrived at").FillAsync(await mine.GetByLabel("Left at").InputValueAsync());
        await Button(mine, "Dispatch").ClickAsync();

        await Expect(mine.Locator(".chip").First).ToContainTextAsync("accepted");
    }

    [Fact]
    public async Task for_a_partner_outside_the_ledger_one_side_records_what_goes_there_and_what_comes_back()
    {
        var firms = await Begin("nu", 1000);
        var (partner, _) = await site.Ledger.Firm("nu-partner", FacilityKind.Warehouse);
        var outside = DerivedId.Facility("nu-outside");
        await site.Ledger.Recorded(new RegisterFacility(
            outside, "nu-outside", FacilityKind.Concentrator, new("Nu outside", partner.OrganisationId, "KZ", 50, 70, null, [], [], null, null, OutsideLedger: true), Service.Tests.TestLedger.Start),
            Service.Tests.TestLedger.Steward);
        var mine = await site.OpenAs(firms.Miner, "Nu miner");

        await mine.GotoAsync($"/shipments/dispatch?from={firms.Mine}");
        await FillIn("TTN-nu", "Nu outside (KZ), nu-partner", "600");
        await Button(mine, "Dispatch").ClickAsync();
        await Expect(mine.GetByLabel("Numbers of papers")).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("Name the papers"));
        await mine.GetByLabel("Numbers of papers").FillAsync("TTN 4711");
        await Button(mine, "Dispatch").ClickAsync();
        await Expect(mine.Locator(".chip").First).ToContainTextAsync("accepted");

        await mine.GotoAsync($"/facilities/{outside}");
        await Link(mine, "Goods came from there").ClickAsync();
        await FillIn("BACK-nu", "nu-mine (KZ), nu-mine", "100");
        await mine.GetByLabel("Numbers of papers").FillAsync("TTN 4712");
        await Button(mine, "Dispatch").ClickAsync();
        await Expect(mine.GetByRole(AriaRole.Heading, new() { Name = "BACK-nu" })).ToBeVisibleAsync();
        await Link(mine, "ORE-nu").First.ClickAsync();
        await Expect(mine.Locator(".figures")).ToContainTextAsync("1 000 kg");

        async Task FillIn(string number, string to, string kilograms)
        {
            await mine.GetByLabel("Number of the shipment").FillAsync(number);
            await mine.GetByLabel("To", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = to });
            await Row(mine, "ORE-nu").GetByLabel("Mass on the scale").FillAsync(kilograms);
            await mine.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("Road");
            await mine.GetByLabel("Carrier").FillAsync("Ourselves");
            await mine.GetByText("It has arrived already").ClickAsync();
            await mine.GetByLabel("Arrived at").FillAsync(await mine.GetByLabel("Left at").InputValueAsync());
        }
    }
}
