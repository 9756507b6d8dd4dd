using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Facilities;

namespace Traceability.Browser.Tests;

/// <summary>What people do with the pages in a day, in browsers that run no script.</summary>
public sealed class FromTheMineToTheMill(Site site) : IClassFixture<Site>
{
    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });

    private static ILocator Row(IPage page, string number) => page.Locator("fieldset.row", new() { HasText = number });

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static async Task Register(IPage page, string number, string kilograms)
    {
        await page.GotoAsync("/batches/register?material=ree-ore");
        await page.GetByLabel("Your number for it").FillAsync(number);
        await page.GetByLabel("Mass on the scale").FillAsync(kilograms);
        await page.GetByLabel("Moisture").FillAsync("5");
        await Button(page, "Register").ClickAsync();
    }

    private static async Task Dispatch(IPage page, string number, string batch, string kilograms, string to)
    {
        await page.GotoAsync("/shipments/dispatch");
        await page.GetByLabel("Number of the shipment").FillAsync(number);
        await page.GetByLabel("To", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = to });
        await Row(page, batch).GetByLabel("Mass on the scale").FillAsync(kilograms);
        await page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("Road");
        await page.GetByLabel("Carrier").FillAsync("Steppe Haulage");
        await page.GetByLabel("Issuer of the seals").FillAsync("SH");
        await page.GetByLabel("Numbers of the seals").FillAsync($"S-{number}");
        await Button(page, "Dispatch").ClickAsync();
    }

    [Fact]
    public async Task ore_is_logged_sent_weighed_milled_and_its_story_can_be_read()
    {
        var (miner, _) = await site.Ledger.Firm("kara-mine", FacilityKind.MineSite);
        var (miller, _) = await site.Ledger.Firm("kara-mill", FacilityKind.Concentrator);
        var mine = await site.OpenAs(miner, "Miner", Site.Phone);
        var mill = await site.OpenAs(miller, "Miller");

        await Register(mine, "ORE-1", "20 000");
        await Expect(mine.GetByRole(AriaRole.Status)).ToContainTextAsync("Recorded");
        await Expect(mine.Locator(".figures")).ToContainTextAsync("19 t");
        await Dispatch(mine, "TTN-1", "ORE-1", "20000", "kara-mill (KZ), kara-mill");
        await Expect(mine.GetByRole(AriaRole.Heading, new() { Name = "TTN-1" })).ToBeVisibleAsync();
        await Expect(mine.Locator("main")).ToContainTextAsync("until kara-mill accepts it");

        await mill.GotoAsync("/");
        await mill.GetByRole(AriaRole.Link, new() { Name = "Receive TTN-1" }).ClickAsync();
        await mill.GetByLabel("Mass on the scale").FillAsync("19950,5");
        await mill.GetByLabel("Your number for it").FillAsync("IN-1");
        await Button(mill, "That was all: accept").ClickAsync();
        await Expect(mill.Locator(".chip").First).ToContainTextAsync("accepted");
        await Expect(mill.Locator(".figures")).ToContainTextAsync("Missing");

        await mill.GotoAsync("/runs/record?step=ree-flotation");
        await mill.GetByLabel("Number of the run").FillAsync("FLOT-1");
        await Row(mill, "IN-1").GetByLabel("All of it").CheckAsync();
        await Button(mill, "One more output").ClickAsync();
        await Output(mill, 0, "ree-concentrate", "Product", "CON-1", "900");
        await Output(mill, 1, "ree-tailings", "Tailings", "TAIL-1", "17 800");
        var analysed = mill.Locator("fieldset.row", new() { HasText = "Output 1" });
        await analysed.GetByText("It was analysed").ClickAsync();
        await analysed.GetByLabel("Number of the report").FillAsync("LAB-1");
        await analysed.GetByLabel("Laboratory", new() { Exact = true }).FillAsync("Mill laboratory");
        await analysed.GetByLabel("Nd2O3").FillAsync("12,5");
        await Button(mill, "Show the balance first").ClickAsync();
        await Expect(mill.GetByRole(AriaRole.Heading, new() { Name = "If it were recorded now" })).ToBeVisibleAsync();
        await Expect(mill.Locator("main")).ToContainTextAsync("Nothing speaks against it.");
        await Expect(mill.Locator("main")).ToContainTextAsync("Inputs not analysed: 1");
        await Site.Keep(mill, "record-run-filled");
        await Button(mill, "Record the run").ClickAsync();
        await Expect(mill.GetByRole(AriaRole.Heading, new() { Name = "Run FLOT-1" })).ToBeVisibleAsync();

        await mill.GetByRole(AriaRole.Link, new() { Name = "CON-1" }).ClickAsync();
        await Expect(mill.Locator("main")).ToContainTextAsync("Nd2O3=12.5 %");
        await Expect(mill.Locator(".timeline")).ToContainTextAsync("Came out of run FLOT-1 at kara-mill (Rare earth flotation)");
        await mine.GotoAsync("/search?q=ORE-1");
        await Expect(mine.Locator(".timeline")).ToContainTextAsync("Accepted on arrival");
        await Expect(mine.Locator(".timeline")).ToContainTextAsync("kara-mine, Miner");
        await Site.Keep(mine, "batch-timeline-phone");
    }

    private static async Task Output(IPage page, int position, string material, string role, string number, string kilograms)
    {
        var row = page.Locator("fieldset.row", new() { HasText = $"Output {position + 1}" });
        await row.GetByLabel("Material").SelectOptionAsync(material);
        await row.GetByLabel("As", new() { Exact = true }).SelectOptionAsync(role);
        await row.GetByLabel("Your number for it").FillAsync(number);
        await row.GetByLabel("Mass on the scale").FillAsync(kilograms);
    }

    [Fact]
    public async Task what_the_ledger_refuses_stands_beside_its_field_and_nothing_typed_is_lost()
    {
        var (miner, _) = await site.Ledger.Firm("beta-mine", FacilityKind.MineSite);
        await site.Ledger.Firm("beta-mill", FacilityKind.Concentrator);
        var page = await site.OpenAs(miner, "Beta");
        await Register(page, "ORE-2", "1000");

        await Dispatch(page, "TTN-2", "ORE-2", "1 100", "beta-mill (KZ), beta-mill");

        var mass = Row(page, "ORE-2").GetByLabel("Mass on the scale");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Expect(mass).ToHaveValueAsync("1 100");
        await Expect(mass).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(mass).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("Only 950 kg"));
        await Expect(page.GetByLabel("Numbers of the seals")).ToHaveValueAsync("S-TTN-2");
        await Site.Keep(page, "dispatch-refused");

        await mass.FillAsync("1000");
        await Button(page, "Dispatch").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "TTN-2" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task a_form_sent_twice_is_one_entry()
    {
        var (miner, _) = await site.Ledger.Firm("gamma-mine", FacilityKind.MineSite);
        var page = await site.OpenAs(miner, "Gamma");
        await page.GotoAsync("/batches/register?material=ree-ore");
        await page.GetByLabel("Your number for it").FillAsync("ORE-3");
        await page.GetByLabel("Mass on the scale").FillAsync("1000");

        await Button(page, "Register").DblClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Recorded");
        Assert.Equal(1L, await site.Ledger.Scalar<long>("select count(*) from ledger.made where number = 'ORE-3'"));
    }

    [Fact]
    public async Task a_difference_becomes_a_dispute_that_both_sides_settle()
    {
        var (miner, _) = await site.Ledger.Firm("delta-mine", FacilityKind.MineSite);
        var (miller, _) = await site.Ledger.Firm("delta-mill", FacilityKind.Concentrator);
        var mine = await site.OpenAs(miner, "Delta");
        var mill = await site.OpenAs(miller, "Deltamill");
        await Register(mine, "ORE-4", "1000");
        await Dispatch(mine, "TTN-4", "ORE-4", "1000", "delta-mill (KZ), delta-mill");
        var shipment = new Uri(mine.Url).AbsolutePath;

        await mill.GotoAsync(shipment + "/receive");
        await mill.GetByLabel("Mass on the scale").FillAsync("900");
        await Button(mill, "That was all: accept").ClickAsync();
        await Expect(mill.Locator("main")).ToContainTextAsync("differ by more than the tolerance");
        await Site.Keep(mill, "shipment-disputed");

        await Settle(mill, "Settle the dispute");
        await Expect(mill.Locator(".chip").First).ToContainTextAsync("disputed");
        await mine.GotoAsync(shipment);
        await Settle(mine, "Answer the proposal");
        await Expect(mine.Locator(".chip").First).ToContainTextAsync("resolved");
    }

    private static async Task Settle(IPage page, string link)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync();
        await page.GetByLabel("Dry mass").FillAsync("920");
        await page.GetByLabel("Why these figures?").FillAsync("Weighed again together.");
        await Site.Keep(page, "resolve");
        await Button(page, "Name these figures").ClickAsync();
    }

    [Fact]
    public async Task a_hold_stops_a_batch_until_it_is_released()
    {
        var (miner, _) = await site.Ledger.Firm("epsilon-mine", FacilityKind.MineSite);
        var page = await site.OpenAs(miner, "Epsilon");
        await Register(page, "ORE-5", "1000");

        await page.GetByText("Put it on hold").ClickAsync();
        await page.GetByLabel("Why?").FillAsync("Wet through.");
        await Button(page, "Put on hold").ClickAsync();
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("On hold");
        await Site.Keep(page, "batch-held");

        await page.GetByLabel("Why may it be used again?").FillAsync("Dried.");
        await Button(page, "Release").ClickAsync();
        await Expect(page.Locator(".note.bad")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task what_belongs_to_others_does_not_exist_for_a_stranger()
    {
        var (miner, mine) = await site.Ledger.Firm("zeta-mine", FacilityKind.MineSite);
        var (stranger, _) = await site.Ledger.Firm("zeta-stranger", FacilityKind.Concentrator);
        var page = await site.OpenAs(miner, "Zeta");
        await Register(page, "ORE-6", "1000");

        var other = await site.OpenAs(stranger, "Stranger");
        var answer = await other.GotoAsync(new Uri(page.Url).AbsolutePath);

        Assert.Equal(404, answer!.Status);
        await Expect(other.Locator("main")).ToContainTextAsync("There is nothing here that you may see");
        await other.GotoAsync("/search?q=ORE-6");
        await Expect(other.Locator("main")).ToContainTextAsync("Nothing that you may see has this number");
    }

    [Fact]
    public async Task a_file_goes_in_and_its_bad_row_is_explained()
    {
        var (miner, _) = await site.Ledger.Firm("eta-mine", FacilityKind.MineSite);
        var page = await site.OpenAs(miner, "Eta");
        var file = "Batch number,Material,Source,Facility,Wet kilograms,Moisture percent,Occurred at\n"
            + "R-1,ree-ore,Extraction,eta-mine,1000,6,2025-10-01T08:00+05:00\nR-2,ree-ore,Extraction,eta-mine,much,6,2025-10-01T08:00+05:00\n";

        await page.GotoAsync("/import");
        await page.GetByLabel("CSV file").SetInputFilesAsync(new FilePayload { Name = "ore.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(file) });
        await Button(page, "Import").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Recorded1");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Row 3" })).ToContainTextAsync("much");
        await Site.Keep(page, "import-result");
    }

    [Fact]
    public async Task the_steward_lets_somebody_in_who_then_signs_in_with_the_password_shown()
    {
        var (miner, _) = await site.Ledger.Firm("theta-mine", FacilityKind.MineSite);
        var steward = await site.OpenAs(miner with { Roles = new HashSet<Role> { Role.OrganisationAdmin } }, "Theta-admin");

        await steward.GotoAsync("/people");
        await steward.GetByLabel("Name and duty").FillAsync("Sana, weighbridge");
        await steward.GetByLabel("Signs in as").FillAsync("sana");
        await steward.GetByLabel("Operator").CheckAsync();
        await Button(steward, "Let in").ClickAsync();
        var password = await steward.Locator(".secret").InnerTextAsync();
        await Site.Keep(steward, "people");

        var page = await site.Open();
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Name or e-mail address").FillAsync("sana");
        await page.GetByLabel("Password").FillAsync(password);
        await Button(page, "Sign in").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What waits for you" })).ToBeVisibleAsync();
        Assert.Equal(404, (await page.GotoAsync("/people"))!.Status);
    }
}
