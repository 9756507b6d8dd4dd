using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Browser.Tests;

/// <summary>Goods of a trader lie in somebody's warehouse: what the two can do with them and ask of each other, in browsers that run no script.</summary>
public sealed class BetweenOwnerAndKeeper(Site site) : IClassFixture<Site>
{
    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });
    private static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name });
    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private async Task<(Actor Trader, Actor Keeper)> Kept(string name, string number)
    {
        var (trader, _) = await site.Ledger.Firm($"{name}-trader", FacilityKind.Warehouse);
        var (keeper, warehouse) = await site.Ledger.Firm($"{name}-keeper", FacilityKind.Warehouse);
        await site.Ledger.Recorded(new RegisterBatch(
            DerivedId.Of(name), number, "ree-concentrate", RegistrationSource.OutsideSupplier, warehouse, new(1000, 0.1m), Service.Tests.TestLedger.Start, trader.OrganisationId), keeper);
        return (trader, keeper);
    }

    [Fact]
    public async Task an_owner_passes_on_what_others_keep_for_him()
    {
        var (trader, _) = await Kept("pass", "CON-7");
        var (buyer, _) = await site.Ledger.Firm("pass-buyer", FacilityKind.Warehouse);
        var selling = await site.OpenAs(trader, "Pass trader");

        await selling.GotoAsync("/batches");
        await Expect(selling.GetByRole(AriaRole.Row, new() { Name = "CON-7" })).ToContainTextAsync("900 kg of it kept for you by pass-keeper");
        await Link(selling, "What you own").ClickAsync();
        await Link(selling, "Pass ownership on").ClickAsync();
        await selling.GetByLabel("New owner").SelectOptionAsync(new SelectOptionValue { Label = "pass-buyer (KZ)" });
        await selling.GetByLabel("Mass on the scale").FillAsync("1200");
        await selling.GetByLabel("Contract or invoice").FillAsync("INV 44");
        await Button(selling, "Pass it on").ClickAsync();
        await Expect(selling.GetByLabel("Mass on the scale")).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("Only 900 kg"));
        await selling.GetByLabel("Mass on the scale").FillAsync("400");
        await Button(selling, "Pass it on").ClickAsync();
        await Expect(selling.GetByRole(AriaRole.Heading, new() { Name = "INV 44" })).ToBeVisibleAsync();

        var buying = await site.OpenAs(buyer, "Pass buyer");
        await buying.GotoAsync("/owned");
        await Expect(buying.Locator("main")).ToContainTextAsync("Kept for you by pass-keeper");
        await Link(buying, "CON-7").ClickAsync();
        await Expect(buying.Locator(".timeline")).ToContainTextAsync("Passed on to pass-buyer where it lies, at pass-keeper, under contract INV 44");
    }

    [Fact]
    public async Task an_owner_asks_for_a_hold_and_the_keepers_supervisor_grants_it()
    {
        var (trader, keeper) = await Kept("hold", "CON-8");
        var asking = await site.OpenAs(trader, "Hold trader");
        await asking.GotoAsync($"/batches/{DerivedId.Of("hold")}");
        await Link(asking, "Ask for a hold").ClickAsync();
        await asking.GetByLabel("Why?").FillAsync("Two bags smell of diesel.");
        await Button(asking, "Ask for a hold").ClickAsync();
        await Expect(asking.Locator("main")).ToContainTextAsync("It waits for a supervisor of hold-keeper");

        var answering = await site.OpenAs(keeper, "Hold keeper");
        await answering.GotoAsync("/");
        await Link(answering, "CON-8").ClickAsync();
        await Button(answering, "Decline").ClickAsync();
        await Expect(answering.GetByLabel("Your answer")).ToHaveAttributeAsync("aria-invalid", "true");
        await Button(answering, "Put on hold").ClickAsync();
        await Expect(answering.Locator("main")).ToContainTextAsync("hold-keeper put the batch on hold.");

        await asking.GotoAsync("/batches");
        await Expect(asking.GetByRole(AriaRole.Row, new() { Name = "CON-8" })).ToContainTextAsync("On hold");
    }
}
