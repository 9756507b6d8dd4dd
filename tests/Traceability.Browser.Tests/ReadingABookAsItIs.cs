using System.Text;
using Microsoft.Playwright;
using Traceability.Facilities;

namespace Traceability.Browser.Tests;

/// <summary>A mine's own book, as its spreadsheet saved it: looked at, shown, corrected and recorded, without script.</summary>
public sealed class ReadingABookAsItIs(Site site) : IClassFixture<Site>
{
    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
    private static ILocator Row(IPage page, string heading) => page.Locator("fieldset.row", new() { Has = page.GetByText(heading, new() { Exact = true }) });
    private static ILocator Found(IPage page, string heading) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Rowheader, new() { Name = heading }) });
    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static FilePayload Book(string text) => new() { Name = "добыча.csv", MimeType = "text/csv", Buffer = CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text) };

    [Fact]
    public async Task a_russian_book_is_looked_at_shown_corrected_and_recorded()
    {
        var (miner, _) = await site.Ledger.Firm("theta-pit", FacilityKind.MineSite);
        var page = await site.OpenAs(miner, "Theta", Site.Phone);
        var book = Book("Номер партии;Материал;Источник;Объект;Масса;Влажность, %;Дата добычи;Смена\n"
            + "П-1;ree-ore;Extraction;theta-pit;303,42;6,1;07.10.2025 18:30;ночная\nП-2;ree-ore;Extraction;theta-pit;298,5;6,0;08.10.2025 18:30;дневная\n");

        await page.GotoAsync("/import");
        await page.GetByLabel("CSV file").SetInputFilesAsync(book);
        await page.GetByLabel("What happens").SelectOptionAsync("Only look, record nothing");
        await Button(page, "Import").ClickAsync();

        await Expect(page.Locator("main")).ToContainTextAsync("nothing was recorded");
        await Expect(page.Locator("main")).ToContainTextAsync("windows-1251");
        await Expect(page.Locator("main")).ToContainTextAsync("Semicolon");
        await Expect(Found(page, "Масса")).ToContainTextAsync("Not known: please say it");
        await Expect(Found(page, "Смена")).ToContainTextAsync("Not known: please say it");
        await Site.Keep(page, "import-looked-at-phone");

        await page.GetByLabel("The same file once more").SetInputFilesAsync(book);
        await Row(page, "Масса").GetByLabel("Unit").SelectOptionAsync("Tonnes");
        await Row(page, "Смена").GetByLabel("Taken for").SelectOptionAsync("Leave it out");
        await Button(page, "Read it so").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Good2");
        await Expect(Found(page, "Масса")).ToContainTextAsync("Decimal comma, as the file shows");
        await Expect(Found(page, "Масса")).ToContainTextAsync("Tonnes, as you said");

        // What was said stands there still.
        await page.GetByText("Read it otherwise").ClickAsync();
        await page.GetByLabel("The same file once more").SetInputFilesAsync(book);
        await page.Locator("#again-mode").SelectOptionAsync("Record all rows or none");
        await Button(page, "Read it so").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Recorded2");
        await Expect(page.Locator("main")).ToContainTextAsync("Every row stands in the ledger.");

        // The next month's book has the same headings, and one row to mend.
        await page.GotoAsync("/import");
        await page.GetByLabel("CSV file").SetInputFilesAsync(Book("Номер партии;Материал;Источник;Объект;Масса;Влажность, %;Дата добычи;Смена\n"
            + "П-3;ree-ore;Extraction;theta-pit;301,7;6,2;07.11.2025 18:30;ночная\nП-4;золото;Extraction;theta-pit;299,5;6,1;08.11.2025 18:30;дневная\n"));
        await Button(page, "Import").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Recorded1");
        await Expect(Found(page, "Масса")).ToContainTextAsync("Tonnes, as was said before");
        await Expect(Found(page, "Смена")).ToContainTextAsync("Left out, as was said before");
        var refused = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Only the refused rows" }).ClickAsync());
        Assert.Contains("П-4;золото;", await File.ReadAllTextAsync(await refused.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await page.GotoAsync("/search?q=П-1");
        await Expect(page.Locator("main")).ToContainTextAsync("П-1");
    }

    [Fact]
    public async Task how_a_book_was_read_is_accessible_and_fits_the_narrowest_phone()
    {
        var (miner, _) = await site.Ledger.Firm("iota-pit", FacilityKind.MineSite);
        var page = await site.OpenAs(miner, "Iota", script: true);

        await page.GotoAsync("/import");
        await page.GetByLabel("CSV file").SetInputFilesAsync(Book("Номер партии;Материал;Источник;Объект;Масса;Дата добычи;Смена\nП-1;ree-ore;Extraction;iota-pit;303,42;07.10.2025;ночная\n"));
        await Button(page, "Import").ClickAsync();
        await Expect(page.GetByLabel("The same file once more")).ToBeVisibleAsync();
        await Site.Keep(page, "import-read");
        Assert.Empty(await Site.Findings(page));

        await page.SetViewportSizeAsync(Site.Phone.Width, Site.Phone.Height);
        await Site.Keep(page, "import-read-phone");
        Assert.Empty(await Site.Findings(page));
        Assert.Equal(Site.Phone.Width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }
}
