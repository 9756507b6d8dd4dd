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
    private static Task<HttpResponseMessage> Send(HttpClient client, string file, string contentType = "text/csv") => Send(client, Encoding.UTF8.GetBytes(file), "name=ore.csv", contentType);

    private static async Task<HttpResponseMessage> Send(HttpClient client, byte[] file, string said, string contentType = "text/csv")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/imports?" + said) { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("X-Requested-With", "traceability");
        // Who waits for leave to send learns in time that a file is too large.
        request.Headers.ExpectContinue = true;
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<ImportReport> Sent(HttpClient client, string file, string said = "name=ore.csv") => Sent(client, Encoding.UTF8.GetBytes(file), said);

    private static async Task<ImportReport> Sent(HttpClient client, byte[] file, string said)
    {
        using var answer = await Send(client, file, said);
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

    [Fact]
    public async Task a_strangers_book_says_how_it_was_read_and_is_only_looked_at_until_it_is_to_go_in()
    {
        var (miner, _) = await service.Ledger.Firm("wild-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var book = Encoding.GetEncoding(1251).GetBytes("Номер партии;Материал;Источник;Объект;Масса;Влажность, %;Дата\nР-1;ree-ore;Extraction;wild-mine;303,42;6,1;02.03.2026\nР-2;gold;Extraction;wild-mine;1,5;;03.03.2026\n");
        const string Said = "zone=Asia/Almaty&unit.5=t";

        var unsaid = await Sent(client, book, "zone=Asia/Almaty&mode=DryRun");
        var looked = await Sent(client, book, Said + "&mode=DryRun");
        var whole = await Sent(client, book, Said + "&mode=AllOrNothing");
        var good = await Sent(client, book, Said);
        var again = await Sent(client, book, Said + "&mode=DryRun");

        Assert.Equal("unit-unknown", unsaid.Rows[0].Refusal!.Code);
        Assert.Equal(("windows-1251", "semicolon", "Batches", 2), (looked.Found!.Encoding, looked.Found.Separator, looked.Found.Kind, looked.Found.Rows));
        foreach (var report in new[] { looked, whole })
            Assert.Equal([(RowResult.Good, null), (RowResult.Refused, "material-unknown")], report.Rows.Select(r => (r.Result, r.Refusal?.Code)));
        Assert.Equal([RowResult.Recorded, RowResult.Refused], good.Rows.Select(r => r.Result));
        Assert.Equal([RowResult.AlreadyThere, RowResult.Refused], again.Rows.Select(r => r.Result));
    }

    [Fact]
    public async Task what_goes_in_together_goes_in_when_all_of_it_is_good()
    {
        var (miner, _) = await service.Ledger.Firm("whole-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        static string File(int rows) => "Batch number,Material,Source,Facility,Wet kilograms,Occurred at\n" + string.Concat(Enumerable.Range(1, rows).Select(i => $"W-{i},ree-ore,Extraction,whole-mine,1000,2026-03-01T08:00+05:00\n"));

        var whole = await Sent(client, File(250), "mode=AllOrNothing");
        var again = await Sent(client, File(250), "mode=AllOrNothing");

        Assert.Equal((250, 250), (whole.Recorded, again.AlreadyThere));
    }

    [Fact]
    public async Task every_template_is_a_file_of_its_kind_that_can_be_read_as_it_is()
    {
        var (miner, _) = await service.Ledger.Firm("template-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        foreach (var kind in FileKind.All)
        {
            foreach (var (format, type) in new[] { ("csv", "text/csv"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") })
            {
                var template = await client.GetByteArrayAsync($"/api/imports/templates/{ReadTemplate.Address(kind)}?format={format}", TestContext.Current.CancellationToken);
                using var answer = await Send(client, template, $"name={ReadTemplate.Address(kind)}.{format}&mode=DryRun", type);
                var report = (await answer.Content.ReadFromJsonAsync<ImportReport>(ApiJson.Options, TestContext.Current.CancellationToken))!;

                Assert.Equal((kind.Name, 1), (report.Kind, report.Found!.Rows));
                // The made-up firms are of another ledger; what stands in the cells can be read.
                Assert.True(report.Rows.All(r => r.Refusal is null or { Code: not ("value-missing" or "unit-unknown" or "number-ambiguous" or "date-ambiguous" or "time-zone-missing" or "ragged-row") } && r.Refusal?.Code.StartsWith("not-a-", StringComparison.Ordinal) != true),
                    $"{kind.Name}, {format}: {report.Rows[0].Refusal?.Code} {report.Rows[0].Column} {report.Rows[0].Value}");
            }
        }
    }

    [Fact]
    public async Task a_file_over_the_limit_is_refused_while_it_comes_in()
    {
        var (miner, _) = await service.Ledger.Firm("large-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);

        using var answer = await Send(client, new byte[Limits.ImportBytes + 1], "name=large.csv");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task a_setting_that_is_none_is_named()
    {
        var (miner, _) = await service.Ledger.Firm("set-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);

        using var answer = await Send(client, "x"u8.ToArray(), "unit.4=stone");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("unit.4", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
