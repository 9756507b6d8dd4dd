using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Browser.Tests;

/// <summary>What a storeman counts and writes off, and what a second person approves, in browsers that run no script.</summary>
public sealed class CountingTheStore(Site site) : IClassFixture<Site>
{
    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });
    private static ILocator Row(IPage page, string number) => page.Locator("fieldset.row", new() { HasText = number });
    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    /// <summary>A store with 1,000 kg of ore and 300 of another.</summary>
    private async Task<(Actor Storeman, Actor Supervisor)> Stocked(string name)
    {
        var (person, store) = await site.Ledger.Firm(name, FacilityKind.Warehouse);
        var day = site.Ledger.Time.GetUtcNow().AddDays(-10);
        foreach (var (number, kilograms) in new[] { ("LOT-A", 1000m), ("LOT-B", 300m) })
            await site.Ledger.Recorded(new RegisterBatch(DerivedId.Of(name, number), number, "ree-ore", RegistrationSource.OutsideSupplier, store, new(kilograms, 0.1m), day), person);
        Actor Person(string who, params Role[] roles) => new(DerivedId.Of(name, who), person.OrganisationId, roles.ToHashSet());
        return (Person("storeman", Role.Operator), Person("supervisor", Role.Supervisor));
    }

    private static async Task Begin(IPage page, string number)
    {
        await page.GotoAsync("/stock-counts/record");
        await Button(page, "Continue").ClickAsync();
        await page.GetByLabel("Number of the count").FillAsync(number);
    }

    [Fact]
    public async Task the_difference_is_shown_before_it_is_recorded()
    {
        var (storeman, _) = await Stocked("count-store");
        var page = await site.OpenAs(storeman, "Storeman", Site.Phone);

        await Begin(page, "INV-1");
        await Expect(Row(page, "LOT-A")).ToContainTextAsync("900 kg dry, 1\u202F000 kg on the scale");
        await Row(page, "LOT-A").GetByLabel("Mass on the scale").FillAsync("995");
        await Button(page, "Show the differences").ClickAsync();

        var table = page.Locator("section", new() { HasText = "What it changes in the book" });
        await Expect(table.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(table).ToContainTextAsync("4.5 kg written off");
        await Expect(Row(page, "LOT-A").GetByLabel("Mass on the scale")).ToHaveValueAsync("995");
        Assert.Equal(0L, await site.Ledger.Scalar<long>("select count(*) from ledger.numbers where number = 'stock-count/INV-1'"));
        await Site.Keep(page, "count-differences-phone");

        await Button(page, "Record the count").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Recorded");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Count INV-1" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "LOT-A" }).ClickAsync();
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Counted at count-store: less than in the book");
    }

    [Fact]
    public async Task what_differs_too_much_waits_for_a_supervisor_and_is_recorded_when_he_approves_it()
    {
        var (storeman, supervisor) = await Stocked("short-store");
        var (store, office) = (await site.OpenAs(storeman, "Short storeman"), await site.OpenAs(supervisor, "Short supervisor"));

        await Begin(store, "INV-2");
        await Row(store, "LOT-A").GetByLabel("Mass on the scale").FillAsync("800");
        await Row(store, "LOT-B").GetByLabel("Mass on the scale").FillAsync("0");
        await Button(store, "Show the differences").ClickAsync();
        await Expect(store.Locator(".note.warn")).ToContainTextAsync("another supervisor");
        await Button(store, "Record the count").ClickAsync();
        await Expect(store.GetByRole(AriaRole.Alert)).ToContainTextAsync("This takes two people");
        await Site.Keep(store, "count-refused");

        await office.GotoAsync("/");
        await office.GetByRole(AriaRole.Link, new() { Name = "Look at it and approve" }).ClickAsync();
        await Expect(office.Locator("main")).ToContainTextAsync("LOT-A");
        await office.GetByLabel("Why do you approve it?").FillAsync(" ");
        await Button(office, "Approve and record").ClickAsync();
        await Expect(office.GetByRole(AriaRole.Alert)).ToContainTextAsync("Fill this in");
        await office.GetByLabel("Why do you approve it?").FillAsync("Went there and looked");
        await Button(office, "Approve and record").ClickAsync();

        await Expect(office.GetByRole(AriaRole.Heading, new() { Name = "Count INV-2" })).ToBeVisibleAsync();
        await Expect(office.Locator(".facts")).ToContainTextAsync("Short supervisor: “Went there and looked”");
        await Site.Keep(office, "count-approved");
        await store.GotoAsync("/refusals");
        await Expect(store.Locator("main")).ToContainTextAsync("recorded on");
    }

    [Fact]
    public async Task what_cannot_be_stands_beside_its_field()
    {
        var (storeman, _) = await Stocked("wrong-store");
        var page = await site.OpenAs(storeman, "Wrong storeman");

        await Begin(page, "INV-3");
        await Row(page, "LOT-A").GetByLabel("Mass on the scale").FillAsync("-5");
        await Button(page, "Show the differences").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Expect(Row(page, "LOT-A").GetByLabel("Mass on the scale")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task a_burst_bag_is_written_off_and_a_theft_needs_its_papers()
    {
        var (storeman, _) = await Stocked("loss-store");
        var page = await site.OpenAs(storeman, "Loss storeman");

        await page.GotoAsync("/write-offs/record");
        await page.GetByLabel("Number of the act").FillAsync("ACT-1");
        await page.GetByLabel("What happened?").SelectOptionAsync("Theft");
        await page.GetByLabel("In your words").FillAsync("Lock broken overnight");
        await Row(page, "LOT-B").GetByLabel("Mass on the scale").FillAsync("100");
        await Button(page, "Write it off").ClickAsync();
        await Expect(page.GetByLabel("Papers that show it")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByLabel("Papers that show it").FillAsync("Police report 114");
        await Button(page, "Write it off").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Write-off ACT-1" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "loss-store" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("ACT-1");
        await page.GetByRole(AriaRole.Link, new() { Name = "LOT-B" }).ClickAsync();
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Written off at loss-store: Theft");
    }
}
