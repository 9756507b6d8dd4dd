using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Imports;

/// <summary>Files longer than anybody waits for.</summary>
public sealed class LongFiles(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string Ore(string mine, int rows) => string.Join('\n', Enumerable.Range(1, rows).Select(n => $"{mine}-{n},ree-ore,Extraction,{(n % 500 == 0 ? "nowhere" : mine)},1000,2026-03-01T08:00+05:00")
        .Prepend("Batch number,Material,Source,Facility,Wet kilograms,Occurred at"));

    private static async Task<(Uri Where, ImportJob Job)> Send(HttpClient client, string file)
    {
        using var content = new StringContent(file, Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        content.Headers.Add("X-Requested-With", "traceability");
        using var answer = await client.PostAsync(new Uri("/api/imports?name=year.csv", UriKind.Relative), content, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (answer.Headers.Location!, (await answer.Content.ReadFromJsonAsync<ImportJob>(ApiJson.Options, Cancellation))!);
    }

    private static async Task<ImportFound> Finished(HttpClient client, Uri where)
    {
        for (; ; await Task.Delay(50, Cancellation))
        {
            var found = (await client.GetFromJsonAsync<ImportFound>(where, ApiJson.Options, Cancellation))!;
            if (found.Job.IsDone)
                return found;
        }
    }

    [Fact]
    public async Task are_recorded_in_the_background_and_tell_how_far_they_are()
    {
        var (miner, _) = await service.Ledger.Firm("long-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);

        var (where, job) = await Send(client, Ore("long-mine", 1500));
        Assert.Equal((1500, 0, false), (job.Rows, job.RowsDone, job.IsDone));
        var first = await Finished(client, where);
        var second = await Finished(client, (await Send(client, Ore("long-mine", 1500))).Where);

        Assert.Equal((1500, 1497, 0, 3), (first.Job.RowsDone, first.Job.Recorded, first.Job.AlreadyThere, first.Job.Refused));
        Assert.Equal((1500, 0, 1497, 3), (second.Job.RowsDone, second.Job.Recorded, second.Job.AlreadyThere, second.Job.Refused));
        Assert.Equal([(501, "Facility"), (1001, "Facility"), (1501, "Facility")], first.Told.Select(t => (t.Row, t.Column!)));
        Assert.Equal(("Batches", 6), (first.Found!.Kind, first.Found.Columns.Count));

        var failed = await client.GetStringAsync($"{where}/failed-rows", Cancellation);
        Assert.Equal(4, failed.Trim().Split('\n').Length);
        Assert.StartsWith("Batch number,Material,Source,Facility,Wet kilograms,Occurred at,Why\r\nlong-mine-500,ree-ore,Extraction,nowhere,1000,2026-03-01T08:00+05:00,", failed, StringComparison.Ordinal);
    }
}
