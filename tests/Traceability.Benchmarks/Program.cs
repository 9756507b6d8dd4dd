using Traceability.Benchmarks;

// The service under load, as a process of its own on a PostgreSQL of its own; this program is the client. Prints one Markdown table.
// usage: dotnet run -c Release --project tests/Traceability.Benchmarks [FOLDER OF A PUBLISHED SERVICE] [imports]
var published = Path.GetFullPath(args.FirstOrDefault() ?? "artifacts/publish");
if (!File.Exists(Path.Combine(published, "Traceability.dll")))
{
    await Console.Error.WriteLineAsync($"No published service in {published}: run build/publish.sh {published} first.");
    return 2;
}

var table = new Table();
if (args.Contains("imports"))
{
    await ImportedFiles.Run(published, table);
    table.Print();
    return 0;
}
await using (var service = await MeasuredService.Start(published))
{
    table.Add("start to first answer, existing data", "<= 3 s", $"{service.SecondsToFirstAnswer:0.0} s");
    await CommandLoad.Run(service, table);
    await KeyCheck.Run(service, table);
    await SerialLot.Run(service, table);
    table.Add("memory of the service after this load", "<= 450 MB", $"{service.MemoryMegabytes:0} MB");
    await PileRenewals.Run(service, table);
    await TrainInParts.Run(service, table);
}
await ImportedFiles.Run(published, table);
await ExportedList.Run(published, table);
await TraceBack.Run(published, table);
table.Print();
return 0;
