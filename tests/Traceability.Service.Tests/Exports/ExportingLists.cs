using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MiniExcelLibs;
using Npgsql;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Exports;

/// <summary>A list as a file: all of it, as filtered, and for nobody more than the list itself would show him.</summary>
public sealed class ExportingLists(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Lists =>
    [
        "batches", "holdings", "shipments", "arrivals", "lanes", "runs", "stock-counts", "write-offs", "hold-requests", "organisations", "facilities", "refusals", "alarms", "keys", "access-log",
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task every_list_is_a_file_in_every_form(string list)
    {
        var (miner, _) = await service.Ledger.Firm($"all-{list}", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);

        var csv = await Text(client, $"/api/{list}/export?format=csv");
        var xlsx = await client.GetByteArrayAsync($"/api/{list}/export?format=xlsx", Cancellation);
        using var book = new MemoryStream(xlsx);

        Assert.Equal(csv.Split("\r\n")[0].TrimStart('\uFEFF').Split(','), ((IDictionary<string, object?>)book.Query().First()).Values.Cast<string>());
        Assert.All((await Text(client, $"/api/{list}/export?format=jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public async Task a_long_list_comes_whole_as_filtered_and_once_each()
    {
        var (miner, facility) = await service.Ledger.Firm("long-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        await Import(miner, "long-mine", Enumerable.Range(1, Limits.ExportPage + 100).Select(i => $"L-{i:0000}"));

        var all = (await Text(client, "/api/batches/export")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
        var some = (await Text(client, "/api/batches/export?text=L-00")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
        var held = (await Text(client, $"/api/holdings/export?facilityId={facility}&format=jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Limits.ExportPage + 100, all.Select(row => row.Split(',')[0]).Distinct().Count());
        Assert.Equal(Limits.ExportPage + 100, all.Length);
        Assert.Equal(99, some.Length);
        Assert.Equal(Limits.ExportPage + 100, held.Length);
        Assert.Equal(1000, JsonDocument.Parse(held[0]).RootElement.GetProperty("quantity").GetProperty("dryKilograms").GetDecimal());
    }

    [Fact]
    public async Task another_organisation_gets_nothing_of_it()
    {
        var (miner, _) = await service.Ledger.Firm("shy-mine", FacilityKind.MineSite);
        var (other, _) = await service.Ledger.Firm("curious-mill", FacilityKind.Concentrator);
        await Import(miner, "shy-mine", ["S-1"]);
        using var client = await service.SignIn(other);

        foreach (var list in new[] { "batches", "holdings" })
            Assert.DoesNotContain("S-1", await Text(client, $"/api/{list}/export"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_accept_header_decides_where_no_format_is_named()
    {
        var (miner, _) = await service.Ledger.Firm("accepting-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/batches/export");
        request.Headers.Accept.ParseAdd("application/jsonl");

        using var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal("application/jsonl", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("batches.jsonl", answer.Content.Headers.ContentDisposition?.FileName);
    }

    [Theory]
    [InlineData("cursor=nonsense")]
    [InlineData("format=pdf")]
    public async Task what_cannot_be_read_is_refused_before_the_file_begins(string query)
    {
        var (miner, _) = await service.Ledger.Firm($"wrong-{query[..4]}", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);

        using var answer = await client.GetAsync($"/api/batches/export?{query}", Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task a_book_is_found_by_its_name_and_no_other()
    {
        var (miner, _) = await service.Ledger.Firm("book-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        await Import(miner, "book-mine", ["B-1"]);

        using var none = await client.GetAsync("/api/books/nothing", Cancellation);
        using var wrong = await client.GetAsync("/api/books/batches?format=pdf", Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("B-1,ree-ore,Extraction,book-mine,1000,0,", await Text(client, "/api/books/batches?format=csv"), StringComparison.Ordinal);
        Assert.Contains("\"Batch number\":\"B-1\"", await Text(client, "/api/books/batches?format=jsonl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task whether_a_question_of_a_reader_gets_a_plan_of_its_own_is_for_postgresql_to_choose() =>
        Assert.Equal("auto", Assert.Single(await service.Services.GetRequiredService<NpgsqlDataSource>().Read("show plan_cache_mode", row => row.GetString(0), Cancellation)));

    private async Task Import(Actor miner, string facility, IEnumerable<string> numbers)
    {
        var rows = numbers.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n},ree-ore,Extraction,{facility},1000,0,2026-03-01T08:00+05:00"));
        var file = string.Join('\n', rows.Prepend("Batch number,Material,Source,Facility,Wet kilograms,Moisture percent,Occurred at"));
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(file));
        var report = await new Import(service.Ledger.Executor.Record, KnownNumbers.In(service.Ledger.Source)).Run(content, "batches.csv", miner, Cancellation);
        Assert.Equal(0, report.Refused);
    }

    private static async Task<string> Text(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
