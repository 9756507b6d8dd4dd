using Traceability.Benchmarks;

// The service under load, as a process of its own on a PostgreSQL of its own; this program is the client. Prints one Markdown table.
// usage: dotnet run -c Release --project tests/Traceability.Benchmarks [FOLDER OF A PUBLISHED SERVICE] [NAME OF A MEASUREMENT]...
var published = Path.GetFullPath(args.FirstOrDefault() ?? "artifacts/publish");
if (!File.Exists(Path.Combine(published, "Traceability.dll")))
{
    await Console.Error.WriteLineAsync($"No published service in {published}: run build/publish.sh {published} first.");
    return 2;
}
var all = new (string Name, Func<string, Table, Task> Measure)[]
{
    ("calculus", (_, table) => Calculus.Run(table)), ("commands", CommandLoad.Alone), ("shares", OriginShares.Run), ("imports", ImportedFiles.Run), ("exports", ExportedList.Run), ("traceback", TraceBack.Run),
};
if (args.Skip(1).FirstOrDefault(asked => !all.Any(m => m.Name == asked)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"No measurement is called {unknown}; there are {string.Join(", ", all.Select(m => m.Name))}.");
    return 2;
}
var table = new Table();
foreach (var (name, measure) in all.Where(m => args.Length < 2 || args.Skip(1).Contains(m.Name)))
    await measure(published, table);
table.Print();
return 0;
