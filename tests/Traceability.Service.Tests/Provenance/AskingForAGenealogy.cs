using System.Net;
using System.Net.Http.Headers;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Footprints;
using Traceability.Service.Tests.Api;
using Traceability.Shares;

namespace Traceability.Service.Tests.Provenance;

public sealed class AskingForAGenealogy(TestService service) : IClassFixture<TestService>
{
    private async Task<(OxideStory Story, HttpClient Separator)> Told(string name)
    {
        var story = await new OxideStory(service.Ledger, name).Tell();
        return (story, await service.SignIn(story.Separator));
    }

    [Fact]
    public async Task gives_verdict_batches_runs_and_flows_as_json()
    {
        var (story, client) = await Told("json");

        var answer = await (await client.Get($"/api/batches/{story.Carbonate}/ancestors")).Json();

        Assert.Equal("Complete", (string)answer["verdict"]!["standing"]!);
        Assert.Equal(4, answer["genealogy"]!["batches"]!.AsArray().Count);
        var (seen, outlined) = (answer["genealogy"]!["batches"]![0]!.AsObject(), answer["genealogy"]!["batches"]![3]!.AsObject());
        Assert.Equal(("CARB-1", 70m), ((string)seen["number"]!, (decimal)seen["dryKilograms"]!));
        Assert.False(outlined.ContainsKey("dryKilograms"), "What is not disclosed is left out, not zero.");
    }

    [Fact]
    public async Task of_descendants_passes_no_verdict()
    {
        var (story, client) = await Told("down");

        var answer = await (await client.Get($"/api/batches/{story.Concentrate}/descendants")).Json();

        Assert.Null(answer["verdict"]);
        Assert.Equal([story.Concentrate.ToString(), story.Carbonate.ToString()], answer["genealogy"]!["batches"]!.AsArray().Select(b => (string)b!["id"]!));
    }

    [Fact]
    public async Task tells_what_is_not_verified_and_the_footprint_of_what_the_reader_may_open_where_he_asks()
    {
        var (story, client) = await Told("shares");
        await service.Ledger.Recorded(new DeclareFootprint(story.Concentrate, story.Id("footprint"), Boundary.CradleToGate, 2.5m, 0.5m, "ISO 14067", OxideStory.Day.AddDays(20)), story.Concentrator);
        await service.Services.GetRequiredService<RecomputeShares>().All(Http.Cancellation);

        var batches = (await (await client.Get($"/api/batches/{story.Carbonate}/ancestors?with=shares")).Json())["genealogy"]!["batches"]!.AsArray();
        var csv = await client.GetStringAsync($"/api/batches/{story.Carbonate}/ancestors?with=shares&format=csv", Http.Cancellation);
        var plain = (await (await client.Get($"/api/batches/{story.Carbonate}/ancestors")).Json())["genealogy"]!["batches"]!.AsArray();

        var concentrate = batches.Single(b => (string)b!["id"]! == story.Concentrate.ToString())!["shares"]!;
        // Nobody analysed what it came of.
        Assert.Equal(1m, (decimal)concentrate["unverified"]!["Nd"]!);
        Assert.Equal((2.5m, 0.5m, 0m), ((decimal)concentrate["footprint"]!["kilogramsPerKilogram"]!, (decimal)concentrate["footprint"]!["primaryShare"]!, (decimal)concentrate["footprint"]!["undeclared"]!));
        Assert.False(batches[3]!.AsObject().ContainsKey("shares"), "Of what the reader may not open nothing is told.");
        Assert.All(plain, batch => Assert.False(batch!.AsObject().ContainsKey("shares")));
        Assert.Contains("run_ended_at,unverified_share,unverified_most_of,co2e_kilograms_per_kilogram,co2e_primary_share,co2e_undeclared_share,co2e_through_undeclared_steps_share", csv, StringComparison.Ordinal);
        Assert.Contains(csv.Split("\r\n"), line => line.StartsWith("consumed,80,", StringComparison.Ordinal) && line.EndsWith(",1,Ce,2.5,0.5,0,0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?format=csv", null)]
    [InlineData("", "text/csv")]
    public async Task gives_a_row_for_each_flow_as_csv(string query, string? accept)
    {
        var (story, client) = await Told($"csv{query.Length}");
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept ?? "*/*"));

        var answer = await client.Get($"/api/batches/{story.Carbonate}/ancestors{query}");

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"ancestors-{story.Carbonate}.csv", answer.Content.Headers.ContentDisposition!.FileName);
        var lines = (await answer.Content.ReadAsStringAsync(Http.Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 5, lines.Length);
        Assert.Single(lines, l => l.Contains("consumed,80,", StringComparison.Ordinal) && l.Contains("CONC-1", StringComparison.Ordinal));
        Assert.DoesNotContain("ORE-1", string.Concat(lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?format=svg", null)]
    [InlineData("", "image/svg+xml")]
    public async Task gives_a_picture_with_links_as_svg(string query, string? accept)
    {
        var (story, client) = await Told($"svg{query.Length}");
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept ?? "*/*"));

        var answer = await client.Get($"/api/batches/{story.Carbonate}/ancestors{query}");

        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType!.MediaType);
        var svg = XDocument.Parse(await answer.Content.ReadAsStringAsync(Http.Cancellation));
        var links = svg.Descendants().Where(e => e.Name.LocalName == "a").Select(e => e.Attribute("href")!.Value).ToHashSet();
        Assert.Equal(new HashSet<string> { $"/batches/{story.Carbonate}", $"/batches/{story.Concentrate}", $"/runs/{story.Cracking}" }, links);
    }

    [Fact]
    public async Task keeps_to_the_depth_and_the_number_of_batches_asked_for()
    {
        var (story, client) = await Told("part");
        async Task<(int, int)> Asked(string query)
        {
            var genealogy = (await (await client.Get($"/api/batches/{story.Carbonate}/ancestors?{query}")).Json())["genealogy"]!;
            return (genealogy["batches"]!.AsArray().Count, (int)genealogy["more"]!);
        }

        Assert.Equal((2, 2), await Asked("depth=1"));
        Assert.Equal((3, 1), await Asked("nodes=3"));
        Assert.Equal((4, 0), await Asked("nodes=2000&depth=99"));
    }

    [Fact]
    public async Task looks_back_in_both_times()
    {
        var (story, client) = await Told("times");

        Assert.Equal(HttpStatusCode.NotFound, (await client.Get($"/api/batches/{story.Carbonate}/ancestors?asKnownAt=2026-01-01T00:00:00Z")).StatusCode);
        var then = await (await client.Get($"/api/batches/{story.Concentrate}/descendants?asOf=2026-01-20T00:00:00%2B05:00")).Json();
        Assert.Single(then["genealogy"]!["batches"]!.AsArray());
    }

    [Fact]
    public async Task refuses_what_it_cannot_read()
    {
        var (story, client) = await Told("bad");
        async Task<(int, string, string?)> Asked(string query) => await (await client.Get($"/api/batches/{story.Carbonate}/ancestors?{query}")).Problem();

        Assert.Equal((400, "malformed", "depth"), await Asked("depth=-1"));
        Assert.Equal((400, "malformed", "nodes"), await Asked("nodes=0"));
        Assert.Equal((400, "malformed", "nodes"), await Asked("nodes=2001"));
        Assert.Equal((400, "malformed", "format"), await Asked("format=pdf"));
        Assert.Equal((400, "malformed", "with"), await Asked("with=names"));
        Assert.Equal((400, "malformed", "with"), await Asked("with=shares&asOf=2026-01-20T00:00:00Z"));
        Assert.Equal((400, "malformed", null), await Asked("nodes=many"));
        Assert.Equal((400, "malformed", null), await Asked("asKnownAt=yesterday"));
    }

    [Fact]
    public async Task answers_a_stranger_as_if_there_were_none()
    {
        var (story, _) = await Told("unseen");
        var stranger = await service.SignIn(story.Stranger);

        var (unseen, unknown) = (await stranger.Get($"/api/batches/{story.Carbonate}/ancestors"), await stranger.Get($"/api/batches/{Guid.AllBitsSet}/ancestors"));

        Assert.Equal((404, "not-found", null), await unseen.Problem());
        Assert.Equal((404, "not-found", null), await unknown.Problem());
    }
}
