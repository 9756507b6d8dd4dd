using System.Net;
using System.Text;
using System.Text.Json;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Imports;
using Traceability.Service.Tests.Api;
using Traceability.Service.Tests.Provenance;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Assays;

public sealed class WhatLaboratoriesFound(TestService service) : IClassFixture<TestService>
{
    private static RecordAssay Assay(OxideStory story, string id, Guid batch, decimal percent, Guid? shipment = null, AssayStatus status = AssayStatus.Final) => new(
        batch, story.Id(id), $"{id} of {batch}", status, AssayBasis.Dry, [new("Nd", percent, AnalyteUnit.Percent, 0.1m), new("Th", null, AnalyteUnit.Ppm, null, 5)], "Laboratory", Day.AddDays(20), shipment);

    private async Task<AssaysFound?> Find(Actor reader, Guid batch) => await ReadAssays.Find(service.Ledger.Source, reader, batch, Http.Cancellation);

    private static async Task<string[]> Doubts(OxideStory story, Guid batch) => [.. (await story.Find(Auditor, batch))!.Verdict!.Findings.Select(f => f.Code)];

    [Fact]
    public async Task tells_contained_masses_where_something_lies()
    {
        var story = await new OxideStory(service.Ledger, "masses").Tell();
        await service.Ledger.Recorded(Assay(story, "maker's", story.Ore1, 10), story.Miner);

        using var client = await service.SignIn(story.Miner);
        var found = JsonDocument.Parse(await client.GetStringAsync($"/api/batches/{story.Ore1}/assays", Http.Cancellation)).RootElement;

        var here = found.GetProperty("inForce")[0];
        Assert.Equal(("Maker", "Final", 100m), (here.GetProperty("by").GetString(), here.GetProperty("status").GetString(), here.GetProperty("dryKilograms").GetDecimal()));
        var (nd, th) = (here.GetProperty("elements")[0], here.GetProperty("elements")[1]);
        Assert.Equal(("Nd", 10m, 0.1m), (nd.GetProperty("element").GetString(), nd.GetProperty("kilograms").GetDecimal(), nd.GetProperty("uncertaintyKilograms").GetDecimal()));
        Assert.Equal((0m, 0.0005m), (th.GetProperty("kilograms").GetDecimal(), th.GetProperty("belowKilograms").GetDecimal()));
        Assert.Equal(HttpStatusCode.NotFound, (await (await service.SignIn(story.Stranger)).GetAsync($"/api/batches/{story.Ore1}/assays", Http.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task what_a_shipments_sides_found_is_for_them_alone()
    {
        var story = await new OxideStory(service.Ledger, "sides").Tell();
        await service.Ledger.Recorded(Assay(story, "maker's", story.Ore1, 10), story.Miner);
        await service.Ledger.Recorded(Assay(story, "receiver's", story.Ore1, 9.9m, story.Id("shipment 1")), story.Concentrator);
        // Some of it went on: its new keeper has to do with the batch, not with the shipment before.
        await story.Dispatch("onward", Day.AddDays(2), story.Miner, story.Mine, story.Separation, (story.Ore1, 50));

        Assert.Equal(2, (await Find(story.Miner, story.Ore1))!.Assays.Count);
        Assert.Equal(2, (await Find(story.Concentrator, story.Ore1))!.Assays.Count);
        Assert.Equal(AssaySide.Maker, Assert.Single((await Find(story.Separator, story.Ore1))!.Assays).Assay.Side);
        var timeline = await (await service.SignIn(story.Separator)).GetStringAsync($"/api/batches/{story.Ore1}/timeline", Http.Cancellation);
        Assert.Equal(1, timeline.Split("AssayRecorded").Length - 1);
        Assert.DoesNotContain("received", await (await service.SignIn(story.Separator)).GetStringAsync($"/api/batches/{story.Ore1}", Http.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task two_sides_that_differ_speak_against_the_batch_until_they_agree()
    {
        var story = await new OxideStory(service.Ledger, "differ").Tell();
        var shipment = story.Id("shipment 1");
        await service.Ledger.Recorded(Assay(story, "shipper's", story.Ore1, 10, shipment), story.Miner);
        await service.Ledger.Recorded(Assay(story, "receiver's", story.Ore1, 9, shipment), story.Concentrator);
        Assert.Equal(["assays-in-dispute"], await Doubts(story, story.Concentrate));

        await service.Ledger.Recorded(Assay(story, "again", story.Ore1, 9.05m, shipment), story.Miner);

        Assert.Equal(["assay-changed"], await Doubts(story, story.Concentrate));
    }

    [Fact]
    public async Task a_report_goes_out_as_a_file_and_in_again()
    {
        var story = await new OxideStory(service.Ledger, "file").Tell();
        await service.Ledger.Recorded(Assay(story, "maker's", story.Ore1, 10), story.Miner);
        await service.Ledger.Recorded(Assay(story, "shipper's", story.Ore2, 10, story.Id("shipment 1")), story.Miner);
        using var client = await service.SignIn(story.Miner);

        var book = await client.GetByteArrayAsync("/api/books/assays?format=csv", Http.Cancellation);
        var list = await client.GetStringAsync($"/api/assays/export?batchId={story.Ore1}&format=csv", Http.Cancellation);
        var import = new Import(service.Ledger.Executor.Record, KnownNumbers.In(service.Ledger.Source));
        using var file = new MemoryStream(book);
        var report = await import.Run(file, "assays.csv", story.Miner, Http.Cancellation);

        Assert.Contains("Nd=10±0.1", list, StringComparison.Ordinal);
        Assert.Contains("Th<5 ppm", list, StringComparison.Ordinal);
        Assert.Equal(5, Encoding.UTF8.GetString(book).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal((0, 4, 0), (report.Recorded, report.AlreadyThere, report.Refused));
    }

    [Fact]
    public async Task the_page_shows_it_and_takes_another_report()
    {
        var story = await new OxideStory(service.Ledger, "page").Tell();
        await service.Ledger.Recorded(Assay(story, "maker's", story.Ore1, 10), story.Miner);
        using var client = await service.SignIn(story.Miner);

        var page = WebUtility.HtmlDecode(await client.GetStringAsync($"/batches/{story.Ore1}", Http.Cancellation));
        var form = await client.GetStringAsync($"/batches/{story.Ore1}/assays/record", Http.Cancellation);

        Assert.Contains("The maker's assay counts.", page, StringComparison.Ordinal);
        Assert.Contains("analytes[3].name", form, StringComparison.Ordinal);
        Assert.Contains("Nd2O3", form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_page_says_whose_report_counts_and_why_and_an_umpire_over_accepted_goods_comes_to_the_form()
    {
        var story = await new OxideStory(service.Ledger, "counts").Tell();
        var (shipment, ore) = (story.Id("shipment 1"), story.Ore2);
        using var receiver = await service.SignIn(story.Concentrator);
        using var umpire = await service.SignIn(story.Stranger);
        async Task<string> Page(HttpClient reader, string address) => WebUtility.HtmlDecode(await (await reader.GetAsync(address, Http.Cancellation)).Content.ReadAsStringAsync(Http.Cancellation));
        async Task Says(string sentence) => Assert.Contains(sentence, await Page(receiver, $"/batches/{ore}"), StringComparison.Ordinal);
        string form = $"/batches/{ore}/assays/record", ofShipment = $"{form}?shipmentId={shipment}";

        await service.Ledger.Recorded(Assay(story, "shipper's early", ore, 10, shipment, AssayStatus.Provisional), story.Miner);
        await Says("The shipper's assay counts: the receiver has made none. It is provisional.");
        await service.Ledger.Recorded(Assay(story, "receiver's", ore, 9, shipment), story.Concentrator);
        await Says("The receiver's assay counts: it is final, the other side's is provisional.");
        await service.Ledger.Recorded(Assay(story, "shipper's", ore, 9.05m, shipment), story.Miner);
        await Says("The mean of both sides' assays counts: they differ by no more than laboratories do.");
        await service.Ledger.Recorded(Assay(story, "shipper's again", ore, 10, shipment), story.Miner);
        await Says("differ by more than laboratories do, on Nd.");
        await Says($"/shipments/{shipment}/umpire");
        Assert.Equal(2, (await Find(story.Concentrator, ore))!.InForce.Single(c => c.FacilityId == story.Plant).AssayIds.Count);
        Assert.Equal((404, 404, 404), ((int)(await umpire.GetAsync(form, Http.Cancellation)).StatusCode, (int)(await umpire.GetAsync(ofShipment, Http.Cancellation)).StatusCode, (int)(await umpire.GetAsync($"{form}?shipmentId=none", Http.Cancellation)).StatusCode));

        foreach (var side in new[] { story.Miner, story.Concentrator })
            await service.Ledger.Recorded(new Traceability.Shipments.NameUmpire(shipment, story.Id($"umpire of {side.OrganisationId}"), story.Stranger.OrganisationId, Day.AddDays(21)), side);
        var judged = await Page(umpire, $"/shipments/{shipment}");
        Assert.Contains(ofShipment, judged, StringComparison.Ordinal);
        // What he was named for stands there by its number; a batch that is none of his is no link.
        Assert.Contains("ORE-2", judged, StringComparison.Ordinal);
        Assert.DoesNotContain($"href=\"/batches/{ore}\"", judged, StringComparison.Ordinal);
        Assert.Contains($"href=\"/batches/{ore}\"", await Page(receiver, $"/shipments/{shipment}"), StringComparison.Ordinal);
        Assert.Contains("ORE-2", await Page(umpire, ofShipment), StringComparison.Ordinal);
        Assert.Equal(404, (int)(await umpire.GetAsync(form, Http.Cancellation)).StatusCode);
        await service.Ledger.Recorded(Assay(story, "umpire's", ore, 9.6m, shipment), story.Stranger);

        await Says("The umpire's assay counts: both sides named him.");
        Assert.DoesNotContain("assays-in-dispute", await Doubts(story, story.Concentrate));
    }
}
