using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Benchmarks;

/// <summary>Fifty thousand rows of four kinds, each file sent whole and recorded in the background: what a firm brings along from its spreadsheets.</summary>
internal static class ImportedFiles
{
    private const int Batches = 20_000, Shipments = 10_000, Runs = 5_000;

    /// <summary>Places that send on their own: what one does waits for nothing of the other.</summary>
    private static readonly string[] Mines = ["bench-mine", "bench-second-mine"];

    public static async Task Run(string published, Table table)
    {
        await using var service = await MeasuredService.Start(published, async (executor, _) =>
        {
            var licence = new SubsoilLicence("BENCH-2", new(2020, 1, 1), new(2040, 1, 1), ["ree-ore"]);
            await executor.Record(new Submission(new RegisterFacility(DerivedId.Facility(Mines[1]), Mines[1], FacilityKind.MineSite,
                new("Second mine", MeasuredService.Person.OrganisationId, "KZ", 50, 71, licence, [], [], null, null), CommandLoad.Day), MeasuredService.Steward), CancellationToken.None);
        });
        using var client = await service.SignIn();
        // The first rows are the just-in-time compiler's.
        await Record(client, Files("W", Mines[0], 1_200, 1_200, 600));

        await Look(client, service, table, Files("M", Mines[0], Batches * 2, 0, 0).First());
        await Measure(service, table, "one file after the other", () => Record(client, Files("M", Mines[0], Batches, Shipments, Runs)));
        await Measure(service, table, "of two mines side by side", async () => (await Task.WhenAll(
            Mines.Select(mine => Record(client, Files(mine == Mines[0] ? "L" : "R", mine, Batches / 2, Shipments / 2, Runs / 2))))).Sum());
        table.Add("memory of the service after it", "<= 450 MB", $"{service.MemoryMegabytes:0} MB");
    }

    private static async Task Measure(MeasuredService service, Table table, string how, Func<Task<int>> record)
    {
        var (clock, before) = (Stopwatch.StartNew(), service.CpuMilliseconds());
        var rows = await record();
        var after = service.CpuMilliseconds();
        table.Add($"import of {rows:N0} rows of four kinds in the background, {how}", ">= 2,000 rows/s", FormattableString.Invariant(
            $"{rows / clock.Elapsed.TotalSeconds:0} rows/s, CPU a row {(after.Service - before.Service) / rows:0.00} ms service, {(after.Postgres - before.Postgres) / rows:0.00} ms PostgreSQL"));
    }

    private static async Task Look(HttpClient client, MeasuredService service, Table table, (string Name, IEnumerable<string> Rows) file)
    {
        var job = await Record(client, file.Name, file.Rows, ImportMode.DryRun);
        if (job.Good != job.Rows)
            throw new InvalidOperationException($"{file.Name}: {job}");
        table.Add($"dry run of {job.Rows:N0} rows, all rules asked", ">= 10,000 rows/s", $"{job.Rows / (job.FinishedAt - job.StartedAt)!.Value.TotalSeconds:0} rows/s, then {service.MemoryMegabytes:0} MB");
    }

    private static async Task<int> Record(HttpClient client, IEnumerable<(string Name, IEnumerable<string> Rows)> files)
    {
        var all = 0;
        foreach (var (name, rows) in files)
        {
            var job = await Record(client, name, rows);
            if (job.Refused > 0 || job.Recorded != job.Rows)
                throw new InvalidOperationException($"{name}: {job}");
            all += job.Rows;
        }
        return all;
    }

    private static IEnumerable<(string Name, IEnumerable<string> Rows)> Files(string mark, string mine, int batches, int shipments, int runs)
    {
        static string At(int minutes) => CommandLoad.Day.AddMinutes(minutes).ToString("yyyy-MM-ddTHH:mmzzz", System.Globalization.CultureInfo.InvariantCulture);
        yield return ("batches", Enumerable.Range(0, batches).Select(n => $"{mark}-B{n},ree-ore,Extraction,{mine},1000,5,{At(n)}").Prepend("Batch number,Material,Source,Facility,Wet kilograms,Moisture percent,Occurred at"));
        yield return ("shipments", Enumerable.Range(0, shipments).Select(n => $"{mark}-S{n},{At(batches + n)},{mine},bench-mill,Rail,Rail,{mark}-B{n % batches},400,5")
            .Prepend("Shipment number,Left at,From facility,To facility,Transport mode,Carrier,Batch number,Wet kilograms,Moisture percent"));
        yield return ("receipts", Enumerable.Range(0, shipments).Select(n => $"{mark}-S{n},{MeasuredService.Firm},{At(batches + shipments + n)},{mark}-B{n % batches},400,5")
            .Prepend("Shipment number,Shipper,Arrived at,Batch number,Wet kilograms,Moisture percent"));
        yield return ("runs", Enumerable.Range(0, runs).SelectMany(n => new[]
        {
            $"{mark}-R{n},blend,{mine},{At(batches + 2 * shipments + n)},{At(batches + 2 * shipments + n)},Input,{mark}-B{n},,500,5",
            $"{mark}-R{n},,,,,Product,{mark}-P{n},ree-ore,500,5",
        }).Prepend("Run number,Step,Facility,Started at,Ended at,Part,Batch number,Material,Wet kilograms,Moisture percent"));
    }

    private static async Task<ImportJob> Record(HttpClient client, string name, IEnumerable<string> rows, ImportMode mode = ImportMode.GoodRows)
    {
        using var content = new StringContent(string.Join('\n', rows), Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        using var answer = await client.PostAsync(new Uri($"/api/imports?name={name}.csv&mode={mode}", UriKind.Relative), content);
        if (answer.StatusCode != System.Net.HttpStatusCode.Accepted)
            throw new InvalidOperationException($"{name}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"[..400]);
        while (true)
        {
            var found = await client.GetFromJsonAsync<ImportFound>(answer.Headers.Location, LedgerJson.Options);
            if (found!.Job.IsDone)
                return found.Job;
            await Task.Delay(100);
        }
    }
}
