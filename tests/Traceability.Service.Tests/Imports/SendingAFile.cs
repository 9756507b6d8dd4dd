using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Imports;

public sealed class SendingAFile(TestService service) : IClassFixture<TestService>
{
    private static async Task<HttpResponseMessage> Send(HttpClient client, string file, string contentType = "text/csv")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/imports?name=ore.csv") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(file)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("X-Requested-With", "traceability");
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<ImportReport> Sent(HttpClient client, string file)
    {
        using var answer = await Send(client, file);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ImportReport>(ApiJson.Options, TestContext.Current.CancellationToken))!;
    }

    [Fact]
    public async Task good_rows_go_in_refused_rows_say_why_and_a_second_time_changes_nothing()
    {
        var (miner, _) = await service.Ledger.Firm("file-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        const string File = """
            Batch number,Material,Source,Facility,Wet kilograms,Occurred at
            F-1,ree-ore,Extraction,file-mine,1000,2026-03-01T08:00+05:00
            F-2,ree-ore,Extraction,nowhere,1000,2026-03-01T08:00+05:00
            """;

        var first = await Sent(client, File);
        var second = await Sent(client, File);

        Assert.Equal((1, 0, 1), (first.Recorded, first.AlreadyThere, first.Refused));
        Assert.Equal("Facility", first.Rows.Single(r => r.Result == RowResult.Refused).Column);
        Assert.Equal((0, 1, 1), (second.Recorded, second.AlreadyThere, second.Refused));
    }

    [Fact]
    public async Task what_is_no_csv_file_is_told_so()
    {
        var (miner, _) = await service.Ledger.Firm("file-mine-2", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);

        using var json = await Send(client, "{}", "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
        var report = await Sent(client, "\0\0\u00ff");
        Assert.Equal(1, report.Refused);
        using var stranger = await Send(service.Stranger(), "number\n1");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }
}
