using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Imports;

/// <summary>What was refused comes back as a file to be mended, and what was said of a book's columns need not be said again.</summary>
public sealed partial class MendingRefusedRows(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportReport> Sent(HttpClient client, string file, string said = "name=ore.csv")
    {
        using var content = new StringContent(file, Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        content.Headers.Add("X-Requested-With", "traceability");
        using var answer = await client.PostAsync(new Uri("/api/imports?" + said, UriKind.Relative), content, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ImportReport>(ApiJson.Options, Cancellation))!;
    }

    private static Uri Failed(ImportReport report) => new($"/api/imports/{report.ImportId}/failed-rows", UriKind.Relative);

    /// <summary>The page's first form, filled in.</summary>
    private static async Task<string> SentByPage(HttpClient client, string file, params (string Name, string Value)[] said)
    {
        var page = await client.GetStringAsync("/import", Cancellation);
        using var form = new MultipartFormDataContent();
        foreach (var hidden in Hidden().Matches(page[page.IndexOf("<form class=\"card\"", StringComparison.Ordinal)..]).Take(2).Cast<Match>())
            form.Add(new StringContent(hidden.Groups["value"].Value), hidden.Groups["name"].Value);
        foreach (var (name, value) in said.Prepend(("mode", "GoodRows")))
            form.Add(new StringContent(value), name);
        form.Add(new StringContent(file), "file", "book.csv");
        using var answer = await client.PostAsync(new Uri("/import", UriKind.Relative), form, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task refused_rows_come_back_as_they_were_sent_with_the_reason_and_go_in_once_mended()
    {
        var (miner, _) = await service.Ledger.Firm("mend-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        // Title lines, a formula's sign, too many cells, and a NUL that no database keeps.
        const string Book = "Shift book;;;;;\nНомер партии;Материал;Источник;Объект;Масса, т;Дата добычи\nM-1;ree-ore;Extraction;mend-mine;1,5;2026-03-01T08:00+05:00\n"
            + "=M-2;ree-ore;Extraction;nowhere;1,5;2026-03-01T08:00+05:00\nM-3;ree-ore;Extraction;mend-mine;1;2026-03-01T08:00+05:00;more\nM\0-4;ree-ore;Extraction;mend-mine;1;2026-03-01T08:00+05:00\n";

        var report = await Sent(client, Book);
        var failed = await client.GetStringAsync(Failed(report), Cancellation);

        Assert.Equal((1, 3), (report.Recorded, report.Refused));
        var lines = failed.Split("\r\n");
        Assert.Equal("Номер партии;Материал;Источник;Объект;Масса, т;Дата добычи;Why", lines[0]);
        Assert.StartsWith("'=M-2;ree-ore;Extraction;nowhere;1,5;2026-03-01T08:00+05:00;Facility: ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(";more", lines[2], StringComparison.Ordinal);

        var mended = await Sent(client, failed.Replace("nowhere", "mend-mine", StringComparison.Ordinal).Replace(";more", "", StringComparison.Ordinal).Replace("\uFFFD", "", StringComparison.Ordinal));

        Assert.Equal((3, 0, null), (mended.Recorded, mended.Refused, mended.ImportId));
        Assert.Equal(1, await service.Ledger.Scalar<long>("select count(*) from ledger.numbers where organisation_id = $1 and number = '=M-2'", miner.OrganisationId));
    }

    [Fact]
    public async Task refused_rows_are_for_the_senders_organisation_and_not_for_ever()
    {
        var (miner, _) = await service.Ledger.Firm("kept-mine", FacilityKind.MineSite);
        var (stranger, _) = await service.Ledger.Firm("kept-stranger", FacilityKind.MineSite);
        var laboratory = new Actor(DerivedId.Of("person", "kept-lab"), miner.OrganisationId, new HashSet<Role> { Role.Laboratory });
        using var client = await service.SignIn(miner);
        const string File = "Batch number,Material,Source,Facility,Wet kilograms,Occurred at\nK-1,ree-ore,Extraction,nowhere,1000,2026-03-01T08:00+05:00\n";

        var looked = await Sent(client, File, "mode=DryRun");
        var first = await Sent(client, File);
        foreach (var other in new[] { stranger, laboratory })
        {
            using var others = await service.SignIn(other);
            using var answer = await others.GetAsync(Failed(first), Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        using (var list = await client.GetAsync(Failed(looked), Cancellation))
            Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        using (var own = await client.GetAsync(Failed(first), Cancellation))
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);

        // What was only looked at goes first. The twenty-first takes the first's place; what is older than a month goes with the next.
        ImportReport last = first;
        for (var i = 0; i < Limits.FailedImportsKept; i++)
        {
            service.Ledger.Time.Move(TimeSpan.FromSeconds(1));
            last = await Sent(client, File);
        }
        using (var pushed = await client.GetAsync(Failed(first), Cancellation))
            Assert.Equal(HttpStatusCode.NotFound, pushed.StatusCode);
        await service.Ledger.Change("update ledger.imports set finished_at = finished_at - interval '31 days' where id = $1", last.ImportId!.Value);
        using (var old = await client.GetAsync(Failed(last), Cancellation))
            Assert.Equal(HttpStatusCode.NotFound, old.StatusCode);
        await Sent(client, File);

        Assert.Equal(0, await service.Ledger.Scalar<long>("select count(*) from ledger.failed_rows where import_id = any($1)", new[] { first.ImportId!.Value, last.ImportId!.Value }));
        var figures = (await client.GetFromJsonAsync<ImportFound>($"/api/imports/{first.ImportId}", ApiJson.Options, Cancellation))!;
        Assert.Equal((1, false), (figures.Job.Refused, figures.Job.KeepsRows));
        Assert.Empty(figures.Told);
    }

    [Fact]
    public async Task what_was_said_on_the_page_holds_for_the_next_file_until_it_is_forgotten()
    {
        var (miner, _) = await service.Ledger.Firm("said-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        static string Book(string number) => $"Batch number,Stuff,Source,Facility,Load,Colour,Occurred at\n{number},ree-ore,Extraction,said-mine,1.5,red,2026-03-01T08:00+05:00\n";
        var remembered = new Uri("/api/imports/columns", UriKind.Relative);

        var unsaid = await Sent(client, Book("S-0"));
        var said = await SentByPage(client, Book("S-1"), ("column.2", "Material"), ("column.5", "Wet kilograms"), ("unit.5", "t"), ("column.6", "-"));
        var again = await Sent(client, Book("S-2"));
        var byPage = await SentByPage(client, Book("S-3"));

        Assert.Equal("column-unknown", Assert.Single(unsaid.Rows).Refusal!.Code);
        Assert.Contains("Every row stands in the ledger.", said, StringComparison.Ordinal);
        Assert.Equal((1, Certainty.Kept), (again.Recorded, again.Found!.Columns[4].Unit!.Certainty));
        Assert.NotNull(again.Found.RememberedAt);
        Assert.Contains("Material, as was said before", byPage, StringComparison.Ordinal);
        var kept = Assert.Single((await client.GetFromJsonAsync<List<ColumnsRemembered>>(remembered, ApiJson.Options, Cancellation))!);
        Assert.Equal(("Batches", "t", "-"), (kept.Kind, kept.Settings["unit.5"], kept.Settings["column.6"]));

        var (stranger, _) = await service.Ledger.Firm("said-stranger", FacilityKind.MineSite);
        using var others = await service.SignIn(stranger);
        Assert.Equal("column-unknown", Assert.Single((await Sent(others, Book("S-4"))).Rows).Refusal!.Code);

        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/imports/columns", Cancellation));
        Assert.Contains("Left out", page, StringComparison.Ordinal);
        using var forgotten = await TestService.Submit(client, "/imports/columns");
        Assert.Equal(HttpStatusCode.SeeOther, forgotten.StatusCode);
        Assert.Equal("column-unknown", Assert.Single((await Sent(client, Book("S-5"))).Rows).Refusal!.Code);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Hidden();
}
