using System.Globalization;
using System.Text.Json.Nodes;
using Traceability.Assays;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Service.Tests.Api;

/// <summary>Assays that no laboratory can have found, and runs that eat themselves, over HTTP: refused in a code, with nothing written.</summary>
public sealed class FiguresThatCannotBe(TestService service) : IClassFixture<TestService>
{
    private static readonly (string Code, string Field, Analyte[] Analytes)[] Reports =
    [
        ("analyte-twice", "analytes[1].name", [new("Nd", 1), new("Nd", 1)]),
        ("analyte-contradicts", "analytes[0].value", [new("Nd2O3", 10), new("Nd", 8.8m)]),
        ("fraction-out-of-range", "analytes[0].value", [new("Nd", 100.1m)]),
        ("fraction-out-of-range", "analytes[0].value", [new("Nd", -1)]),
        ("analytes-over-whole", "analytes", [new("Nd", 60), new("Fe", 42)]),
        ("uncertainty-out-of-range", "analytes[0].uncertainty", [new("Nd", 1, AnalyteUnit.Percent, -0.1m)]),
        ("too-precise", "analytes[0].value", [new("Nd", 0.12345678901234567890m)]),
    ];

    /// <summary>Not origin shares: those of what is there already may be worked out at any moment.</summary>
    private Task<long> Written() => service.Ledger.Scalar<long>(
        "select (select count(*) from ledger.entries) + (select count(*) from ledger.mt_events) + (select count(*) from ledger.bookings) + (select count(*) from ledger.made) + (select count(*) from ledger.numbers)");

    private async Task Refused(HttpClient client, Request request, ICommand command, string code, string field, int status = 422)
    {
        var before = await Written();
        Assert.Equal((status, code, field), await (await client.Put(request.Address, command)).Problem());
        Assert.Equal(before, await Written());
    }

    [Fact]
    public async Task a_report_is_refused_alone_and_with_a_run()
    {
        var requests = await Begin("reports");
        var (alone, made) = (await requests.Of[nameof(RecordAssay)](), await requests.Of[nameof(RecordRun)]());
        var (client, report, run) = (await service.SignIn(alone.By), (RecordAssay)alone.Command, (RecordRun)made.Command);
        foreach (var (code, field, analytes) in Reports)
        {
            await Refused(client, alone, report with { Analytes = analytes, Basis = AssayBasis.Dry }, code, field);
            await Refused(client, made, run with { Outputs = [run.Outputs[0] with { Assay = run.Outputs[0].Assay! with { Analytes = analytes } }] }, code, $"outputs[0].assay.{field}");
        }
        // More digits than a decimal holds are not cut off in silence.
        var body = JsonNode.Parse(alone.Body)!;
        body["analytes"]![0]!["value"] = 0;
        var before = await Written();
        var answer = await client.Put(alone.Address, body.ToJsonString().Replace("\"value\":0,", "\"value\":0.1234567890123456789012345678901234567890,", StringComparison.Ordinal));
        Assert.InRange((await answer.Problem()).Status, 400, 422);
        Assert.Equal(before, await Written());

        // A sample is of one batch.
        Assert.Equal(201, (int)(await client.Put(alone.Address, report)).StatusCode);
        var other = await requests.Of[nameof(RecordAssay)]();
        await Refused(client, other, (RecordAssay)other.Command with { Sample = report.Sample }, "sample-of-other-batch", "sample");
    }

    [Fact]
    public async Task a_run_cannot_take_in_what_comes_of_it_nor_ten_thousand_batches()
    {
        var requests = await Begin("circles");
        var request = await requests.Of[nameof(RecordRun)]();
        var (client, run) = (await service.SignIn(request.By), (RecordRun)request.Command);
        var (input, output) = (run.Inputs[0], run.Outputs[0]);

        await Refused(client, request, run with { Inputs = [input with { BatchId = output.BatchId }] }, "not-found", "inputs[0].batchId", 404);
        await Refused(client, request, run with { Outputs = [output with { BatchId = input.BatchId }] }, "id-reused", "outputs[0].batchId", 409);
        await Refused(client, request, run with { Inputs = [.. Enumerable.Repeat(input, 10_000)] }, "lines-out-of-range", "inputs");
        await Refused(client, request, run with { Inputs = [.. Enumerable.Range(0, 10_000).Select(i => input with { BatchId = DerivedId.Of("one of many", i.ToString(CultureInfo.InvariantCulture)) })] }, "lines-out-of-range", "inputs");

        // What comes of an open run does not go into it again, nor what came of that.
        var part = await requests.Of[nameof(RecordPart)]();
        var first = (RecordPart)part.Command;
        Assert.Equal(201, (int)(await client.Put(part.Address, first)).StatusCode);
        var again = first with { PartId = DerivedId.Of("circle"), Inputs = [new(first.Outputs![0].BatchId, new(50, 0))], Outputs = null };
        await Refused(client, part with { Address = part.Address.Replace($"{first.PartId}", $"{again.PartId}", StringComparison.Ordinal) }, again, "came-of-this-run", "inputs[0].batchId");
    }

    [Fact]
    public async Task what_is_asked_before_a_part_or_a_closing_is_answered_over_all_parts_and_writes_nothing()
    {
        var requests = await Begin("asked");
        var (part, closing) = (await requests.Of[nameof(RecordPart)](), await requests.Of[nameof(CloseRun)]());
        var (client, first) = (await service.SignIn(part.By), (RecordPart)part.Command);
        var ore = first.Inputs![0].BatchId;
        await service.Ledger.Recorded(new RecordAssay(ore, DerivedId.Of("asked"), "LAB-ASKED", AssayStatus.Final, AssayBasis.Dry, [new("Nd", 10)], "Laboratory", first.OccurredAt), part.By);
        async Task<long> Kept() => await Written() + await service.Ledger.Scalar<long>("select count(*) from ledger.refusals");
        var before = await Kept();

        var fine = await (await client.Post($"{part.Address}/preview", first)).Json();
        Assert.Equal((null, 10m), (fine["refusal"], Nd(fine, "inKilograms")));
        var refused = await (await client.Post($"{part.Address}/preview", first with { Inputs = [new(ore, new(5000, 0))] })).Json();
        Assert.Equal(("mass-exceeds-holding", false), ((string?)refused["refusal"]!["code"], (bool)refused["takesTwo"]!));
        var closed = await (await client.Post($"{closing.Address}/preview", closing.Command)).Json();
        Assert.Equal((null, 0), (closed["refusal"], closed["alarms"]!.AsArray().Count));
        Assert.Equal(before, await Kept());

        static decimal? Nd(JsonNode preview, string figure) => (decimal?)preview["elements"]!.AsArray().Single(e => (string)e!["element"]! == "Nd")![figure];
    }

    private async Task<Requests> Begin(string name)
    {
        var requests = new Requests(service.Ledger);
        await requests.Begin($"cannot-{name}");
        return requests;
    }
}
