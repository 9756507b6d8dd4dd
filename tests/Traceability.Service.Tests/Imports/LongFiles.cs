using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;
using Wolverine;

namespace Traceability.Service.Tests.Imports;

/// <summary>Files longer than anybody waits for.</summary>
public sealed class LongFiles(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string Ore(string mine, int rows) => string.Join('\n', Enumerable.Range(1, rows).Select(n => $"{mine}-{n},ree-ore,Extraction,{(n % 500 == 0 ? "nowhere" : mine)},1000,2026-03-01T08:00+05:00")
        .Prepend("Batch number,Material,Source,Facility,Wet kilograms,Occurred at"));

    private static async Task<(Uri Where, ImportJob Job)> Send(HttpClient client, string file, ImportMode mode = ImportMode.GoodRows)
    {
        using var content = new StringContent(file, Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        content.Headers.Add("X-Requested-With", "traceability");
        using var answer = await client.PostAsync(new Uri($"/api/imports?name=year.csv&mode={mode}", UriKind.Relative), content, Cancellation);
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

    private static async Task<ImportFound> Became(HttpClient client, string file, ImportMode mode) => await Finished(client, (await Send(client, file, mode)).Where);

    private static (int, string?, string?)[] Refused(ImportFound found) => [.. found.Told.Where(t => t.Refusal is not null).Select(t => (t.Row, t.Refusal!.Code, t.Column))];

    /// <summary>Each takes what the one before it made, the last of them standing first; from one on there is too little.</summary>
    private static string Splits(string mine, int runs, int tooMuch) => string.Join('\n', Enumerable.Range(1, runs).Reverse().SelectMany(n => new[]
    {
        $"{mine}-{n},split,{mine},2026-03-02T08:00+05:00,2026-03-{2 + n / 60:00}T{8 + n / 60 % 4:00}:{n % 60:00}+05:00,Input,{(n == 1 ? $"{mine}-0" : $"{mine}-{n - 1}-P")},,{(n == tooMuch ? 900 : 100)}",
        $"{mine}-{n},,,,,Product,{mine}-{n}-P,ree-ore,{(n == tooMuch ? 900 : 100)}",
    }).Prepend("Run number,Step,Facility,Started at,Ended at,Part,Batch number,Material,Wet kilograms"));

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

    [Fact]
    public async Task that_are_only_looked_at_name_the_rows_that_recording_them_would_refuse()
    {
        var (miner, mine) = await service.Ledger.Firm("look-mine", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        await service.Ledger.Recorded(new RegisterBatch(DerivedId.Batch(miner.OrganisationId, "look-mine-0"), "look-mine-0", "ree-ore", RegistrationSource.Extraction, mine, new(500, 0), TestLedger.Start.AddDays(10)), miner);
        var file = Splits("look-mine", 510, 470);

        var looked = await Became(client, file, ImportMode.DryRun);
        var whole = await Became(client, file, ImportMode.AllOrNothing);
        var before = await service.Ledger.Scalar<long>("select count(*) from ledger.made where maker_id = $1", miner.OrganisationId);
        var good = await Became(client, file, ImportMode.GoodRows);

        Assert.Equal((1020, 0, 82, 938, false), (looked.Job.RowsDone, looked.Job.Recorded, looked.Job.Refused, looked.Job.Good, looked.Job.IsRecording));
        Assert.Equal((0, 82, 1), (whole.Job.Recorded, whole.Job.Refused, before));
        Assert.Equal((938, 82), (good.Job.Recorded, good.Job.Refused));
        Assert.Equal(Refused(good), Refused(looked));
        Assert.Equal(Refused(good), Refused(whole));
    }

    [Fact]
    public async Task go_in_whole_or_not_at_all()
    {
        var (miner, _) = await service.Ledger.Firm("whole-long", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        var good = Ore("whole-long", 1100).Replace("nowhere", "whole-long", StringComparison.Ordinal);
        var bad = good.Replace("whole-long-1100,ree-ore", "whole-long-1100,gold", StringComparison.Ordinal);

        var refused = await Became(client, bad, ImportMode.AllOrNothing);
        var made = await service.Ledger.Scalar<long>("select count(*) from ledger.made where maker_id = $1", miner.OrganisationId);
        var whole = await Became(client, good, ImportMode.AllOrNothing);
        var again = await Became(client, good, ImportMode.DryRun);

        Assert.Equal((0, 1, 1099, false, 0), (refused.Job.Recorded, refused.Job.Refused, refused.Job.Good, refused.Job.IsRecording, made));
        Assert.Equal([(1101, "material-unknown", "Material")], Refused(refused));
        Assert.Equal((1100, 0, 0, true), (whole.Job.Recorded, whole.Job.Refused, whole.Job.Good, whole.Job.IsRecording));
        Assert.Equal((1100, 0, 0), (again.Job.AlreadyThere, again.Job.Good, again.Job.Refused));
    }

    /// <summary>The file was looked at and was good; since then what one row rests on is gone.</summary>
    [Fact]
    public async Task tell_what_stands_when_something_changes_while_they_go_in_whole()
    {
        var (miner, _) = await service.Ledger.Firm("changed-long", FacilityKind.MineSite);
        using var client = await service.SignIn(miner);
        var file = Ore("changed-long", 1250).Replace("nowhere", "changed-long", StringComparison.Ordinal).Replace("changed-long-250,ree-ore", "changed-long-250,gold", StringComparison.Ordinal);
        var import = DerivedId.Of("import", "changed-long");
        await service.Ledger.Change(
            "insert into ledger.imports (id, organisation_id, person_id, name, mode, settings, kind, content, rows, started_at, rehearsed_at) values ($1, $2, $3, 'year.csv', 'AllOrNothing', '', 'Batches', $4, 1250, $5, $5)",
            import, miner.OrganisationId, miner.PersonId, Encoding.UTF8.GetBytes(file), service.Ledger.Time.GetUtcNow().AddMinutes(-1));

        await using var scope = service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new GoOnWithImport(import), Cancellation);
        var found = (await client.GetFromJsonAsync<ImportFound>($"/api/imports/{import}", ApiJson.Options, Cancellation))!;

        Assert.Equal((1250, 200, 1050, true), (found.Job.RowsDone, found.Job.Recorded, found.Job.Refused, found.Job.IsRecording));
        Assert.Equal("material-unknown", found.Told.Single(t => t.Row == 251).Refusal!.Code);
        Assert.All(found.Told.Where(t => t.Row != 251), t => Assert.Equal(("stopped-at-row", "251"), (t.Refusal!.Code, $"{t.Refusal.Values["row"]}")));
        var page = await client.GetStringAsync($"/imports/{import}", Cancellation);
        Assert.Contains("part of the file is recorded and stands", page, StringComparison.Ordinal);
    }
}
