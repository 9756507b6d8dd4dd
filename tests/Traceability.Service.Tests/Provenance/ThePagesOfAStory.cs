using System.Net;
using System.Text;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Organisations;
using Traceability.Service.Tests.Api;
using Traceability.Tests.Certificates;

namespace Traceability.Service.Tests.Provenance;

public sealed class ThePagesOfAStory(TestService service) : IClassFixture<TestService>
{
    private const string Code = "abcdefghijklmnopqrstuvwxyz";

    private static async Task<string> Page(HttpClient client, string address)
    {
        using var answer = await client.Get(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Http.Cancellation));
    }

    private static void InThisOrder(string page, params string[] parts) =>
        Assert.Equal(parts, parts.OrderBy(part => page.IndexOf(part, StringComparison.Ordinal) is >= 0 and var at ? at : throw new InvalidOperationException($"{part} is missing")));

    [Fact]
    public async Task says_the_verdict_first_then_draws_then_tells_the_same_as_a_table()
    {
        var story = await new OxideStory(service.Ledger, "page").Tell();

        var page = await Page(await service.SignIn(story.Separator), $"/batches/{story.Carbonate}/genealogy");

        InThisOrder(page, "Where CARB-1 comes from", "Complete: 2 of 2 origins", "<svg viewBox", "The same as a table", "Not verified", "kg CO2e per kg", "<th scope=\"row\"");
        Assert.Contains($"<a href=\"/batches/{story.Concentrate}\">CONC-1</a>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ORE-1", page, StringComparison.Ordinal);
        foreach (var link in new[] { $"/api/batches/{story.Carbonate}/statement.pdf", $"/api/batches/{story.Carbonate}/ancestors?format=csv&with=shares", $"/batches/{story.Carbonate}/genealogy?way=descendants" })
            Assert.Contains($"href=\"{link}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task counts_descendants_beyond_the_readers_handovers_and_passes_no_verdict_on_them()
    {
        var story = await new OxideStory(service.Ledger, "beyond").Tell();

        var page = await Page(await service.SignIn(story.Concentrator), $"/batches/{story.Ore1}/genealogy?way=descendants");

        InThisOrder(page, "What became of ORE-1", "<svg viewBox", "1 more batches came of it at others");
        Assert.DoesNotContain("Complete:", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task names_what_speaks_against_a_batch_that_the_reader_sees()
    {
        var story = await new OxideStory(service.Ledger, "against").Tell();
        await service.Ledger.Recorded(new HoldBatch(story.Concentrate, story.Id("hold"), "damp", OxideStory.Day.AddDays(20)), story.Separator);
        await service.Ledger.Recorded(new HoldBatch(story.Ore1, story.Id("hold 2"), "dust", OxideStory.Day.AddDays(20)), story.Miner);

        var page = await Page(await service.SignIn(story.Separator), $"/batches/{story.Carbonate}/genealogy");

        Assert.Contains("Incomplete, not verified: batches on hold: 2;", page, StringComparison.Ordinal);
        Assert.Contains("CONC-1</a>: batches on hold", page, StringComparison.Ordinal);
        Assert.Equal(1, page.Split("</a>: batches on hold").Length - 1);
    }

    [Fact]
    public async Task looks_back_to_a_time_of_the_readers_zone()
    {
        var story = await new OxideStory(service.Ledger, "back").Tell();
        var client = await service.SignIn(story.Separator);
        var now = service.Ledger.Time.GetUtcNow().ToOffset(TimeSpan.FromHours(5));

        var page = await Page(client, $"/batches/{story.Carbonate}/genealogy?asKnownAt={now.AddMinutes(1):yyyy-MM-ddTHH:mm}");
        using var before = await client.Get($"/batches/{story.Carbonate}/genealogy?asKnownAt={now.AddDays(-1):yyyy-MM-ddTHH:mm}");

        Assert.Contains("As it was known at", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
    }

    [Fact]
    public async Task a_stranger_finds_no_page_and_no_statement()
    {
        var story = await new OxideStory(service.Ledger, "closed").Tell();
        var stranger = await service.SignIn(story.Stranger);

        foreach (var address in new[] { "/batches/{0}/genealogy", "/batches/{0}/genealogy?way=descendants", "/api/batches/{0}/statement.pdf" })
        {
            using var answer = await stranger.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, story.Carbonate));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task anybody_with_the_code_reads_the_story_without_the_names_of_others()
    {
        var story = await new OxideStory(service.Ledger, "open").Tell();
        await service.Ledger.Recorded(new PublishBatch(story.Carbonate, Code, OxideStory.Day.AddDays(30)), story.Separator);

        var page = await Page(service.Stranger(), $"/b/{Code}");

        InThisOrder(page, "CARB-1</h1>", "Complete: 2 of 2 origins", "70 kg", "<svg viewBox", "The same as a table", "QR code of this page");
        Assert.Contains("Rare earth flotation", page, StringComparison.Ordinal);
        foreach (var secret in new[] { "CONC-1", "ORE-1", "open-mine", "open-plant", "open-separation", "90.5", "900", $"{story.Carbonate}", $"{story.Carbonate:N}" })
            Assert.DoesNotContain(secret, page, StringComparison.Ordinal);
        var own = await Page(await service.SignIn(story.Separator), $"/batches/{story.Carbonate}");
        Assert.Contains("QR code of CARB-1", own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task who_agreed_is_named_to_the_public_until_he_takes_it_back()
    {
        const string code = "bcdefghijklmnopqrstuvwxyza";
        var story = await new OxideStory(service.Ledger, "named").Tell();
        await service.Ledger.Recorded(new PublishBatch(story.Carbonate, code, OxideStory.Day.AddDays(30)), story.Separator);
        var admin = story.Concentrator with { PersonId = story.Id("administrator"), Roles = new HashSet<Role> { Role.OrganisationAdmin } };
        async Task<string[]> Public() => [await Page(service.Stranger(), $"/b/{code}"), (await (await service.Stranger().Get($"/public-batches/{code}")).Json()).ToJsonString()];
        async Task Decide(string decision, bool isNamed) => Assert.Equal(201, (int)(await (await service.SignIn(admin)).Put(
            $"/api/organisations/{admin.OrganisationId}/public-naming/{story.Id(decision)}", Http.Body(new NameInPublic(admin.OrganisationId, story.Id(decision), isNamed, OxideStory.Day.AddDays(31)), "organisationId", "decisionId"))).StatusCode);

        Assert.All(await Public(), answer => Assert.DoesNotContain("named-plant", answer, StringComparison.Ordinal));

        await Decide("agreed", true);
        Assert.All(await Public(), answer =>
        {
            Assert.Contains("named-plant", answer, StringComparison.Ordinal);
            foreach (var secret in new[] { "CONC-1", "ORE-1", "FL-1", "named-mine", "named-separation", "90.5", $"{story.Concentrate}", $"{story.Flotation}", $"{admin.OrganisationId}" })
                Assert.DoesNotContain(secret, answer, StringComparison.Ordinal);
        });
        Assert.Contains("They agreed to be named", (await Public())[0], StringComparison.Ordinal);

        await Decide("taken back", false);
        Assert.All(await Public(), answer => Assert.DoesNotContain("named-plant", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task an_administrator_agrees_on_the_page_of_his_organisation_and_nobody_else()
    {
        var story = await new OxideStory(service.Ledger, "agreeing").Firms();
        var address = $"/organisations/{story.Miner.OrganisationId}";
        var admin = await service.SignIn(story.Miner with { PersonId = story.Id("administrator"), Roles = new HashSet<Role> { Role.OrganisationAdmin } });

        Assert.Contains("We agree to be named", await Page(admin, address), StringComparison.Ordinal);
        Assert.DoesNotContain("We agree to be named", await Page(await service.SignIn(story.Miner), address), StringComparison.Ordinal);
        Assert.DoesNotContain("We agree to be named", await Page(await service.SignIn(story.Separator with { PersonId = story.Id("other administrator"), Roles = new HashSet<Role> { Role.OrganisationAdmin } }), address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_code_that_nobody_gave_out_opens_nothing()
    {
        using var answer = await service.Stranger().Get($"/b/{new string('a', 26)}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is nothing here that you may see", await answer.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_statement_is_a_pdf()
    {
        var story = await new OxideStory(service.Ledger, "pdf").Tell();
        var client = await service.SignIn(story.Separator);

        using var answer = await client.Get($"/api/batches/{story.Carbonate}/statement.pdf");

        Assert.Equal(("application/pdf", "provenance-CARB-1.pdf"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.FileName));
        var bytes = await answer.Content.ReadAsByteArrayAsync(Http.Cancellation);
        Assert.StartsWith("%PDF-", Encoding.ASCII.GetString(bytes, 0, 5), StringComparison.Ordinal);
        Assert.True(bytes.Length > 10_000);
    }

    [Fact]
    public async Task the_statement_names_to_its_reader_nobody_beyond_his_handovers()
    {
        var story = await new OxideStory(service.Ledger, "printed").Tell();
        string[] beyond = ["printed-mine", "ORE-1", "ORE-2", "FL-1", "TAIL-1", "400.25", "1,300.25", "1 300.25"];
        async Task<string> Printed(Actor reader) => new PdfFile(await (await service.SignIn(reader)).GetByteArrayAsync($"/api/batches/{story.Carbonate}/statement.pdf", Http.Cancellation)).Text;

        var (partys, auditors) = (await Printed(story.Separator), await Printed(OxideStory.Auditor));

        Assert.Contains("CARB-1", partys, StringComparison.Ordinal);
        Assert.All(beyond, name => Assert.DoesNotContain(name, partys, StringComparison.Ordinal));
        // Who sees all reads of them: the test looks where there is something to see.
        Assert.Contains(beyond, name => auditors.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task shows_what_was_declared_of_its_footprint_after_what_was_not()
    {
        var story = await new OxideStory(service.Ledger, "footprint").Tell();
        var maker = await service.SignIn(story.Miner);

        using var wrong = await TestService.Submit(maker, $"/batches/{story.Ore1}/footprint", ("boundary", "CradleToGate"), ("kilogramsPerKilogram", "0.5"), ("primaryShare", "160"), ("method", "ISO 14067"));
        Assert.Contains("A share lies between nothing and the whole.", await wrong.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        using var empty = await TestService.Submit(maker, $"/batches/{story.Ore1}/footprint", ("boundary", "CradleToGate"));
        Assert.Contains("Fill this in.", await empty.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        using var done = await TestService.Submit(maker, $"/batches/{story.Ore1}/footprint", ("boundary", "CradleToGate"), ("kilogramsPerKilogram", "0.5"), ("primaryShare", "60"), ("method", "ISO 14067"));
        Assert.Equal($"/batches/{story.Ore1}?recorded=true", done.Headers.Location?.ToString());

        InThisOrder(await Page(maker, $"/batches/{story.Ore1}"), "Carbon footprint", "Not declared", "0 % of the mass it came of", "0.5 kg CO2e per dry kilogram", "60 % of what was declared", "from the mine on: ISO 14067");
        InThisOrder(await Page(await service.SignIn(story.Separator), $"/batches/{story.Carbonate}"), "Countries and recycled content", "What was done where", "KZ: Cracking and leaching, Rare earth flotation", "Carbon footprint");
        Assert.Equal(HttpStatusCode.NotFound, (await (await service.SignIn(story.Separator)).Get($"/batches/{story.Concentrate}/footprint")).StatusCode);
    }
}
