using System.Security.Cryptography;
using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Provenance;

namespace Traceability.Hosting;

/// <summary>What the first start does: it lets the first people in and, unless told otherwise, imports the sample story with the ordinary import.</summary>
public static class SampleStory
{
    /// <summary>A vehicle of the story that anybody may read about.</summary>
    private const string Vehicle = "KZ9AE60A0TA000101", Maker = "alatau-motors";

    private static Guid VehicleId => DerivedId.Batch(DerivedId.Organisation(Maker), Vehicle);

    /// <summary>Prints the addresses to open and a sign-in for each kind of user.</summary>
    public static async Task Tell(WebApplication app, CancellationToken cancellation)
    {
        var folder = app.Configuration["data"] ?? "data";
        // People who rely on the ledger get no story: those who start it for real say so by the environment.
        var wanted = app.Configuration.GetValue("demo", !app.Environment.IsProduction());
        var source = app.Services.GetRequiredService<NpgsqlDataSource>();
        string? code = null;
        if (wanted && (await IsEmpty(source, cancellation) || File.Exists(Marker(folder))))
            code = await ImportStory(app.Services, source, folder, cancellation);
        else if (wanted)
            code = await PublicCode.Of(source, VehicleId, cancellation);

        IReadOnlyList<Entrant> entrants = [Entrant.Steward];
        if (code is not null)
        {
            entrants = People();
        }
        Print(app, code, await FirstPeople.Enter(app.Services, folder, entrants, cancellation));
    }

    /// <summary>Those who sign in to the story.</summary>
    public static IReadOnlyList<Entrant> People()
    {
        using var people = File.OpenRead(Path.Combine(Story, "people.json"));
        return Entrant.ReadAll(people);
    }

    private static string Story => Path.Combine(AppContext.BaseDirectory, "samples", "kazakhstan");

    /// <summary>Stands while the story is being imported, so that a start that was cut short goes on with it.</summary>
    private static string Marker(string folder) => Path.Combine(folder, "importing-the-story");

    private static async Task<string> ImportStory(IServiceProvider services, NpgsqlDataSource source, string folder, CancellationToken cancellation)
    {
        Console.WriteLine("Importing the sample story; this takes less than a minute.");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Marker(folder), "", cancellation);
        var executor = services.GetRequiredService<Executor>();
        var import = new Import(executor.Record, KnownNumbers.In(source));
        // Papers that reached the ledger after the goods stand in a folder of their own.
        IReadOnlyList<ImportReport> reports = [.. await import.RunFolder(Story, Books, cancellation), .. await import.RunFolder(Path.Combine(Story, "late"), Books, cancellation)];
        var refused = reports.Sum(r => r.Refused);
        Console.WriteLine($"Imported {reports.Sum(r => r.Recorded + r.AlreadyThere)} rows of {reports.Count} files, {refused} refused.");

        var code = await PublicCode.Of(source, VehicleId, cancellation) ?? RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26);
        await executor.Record(new Submission(new PublishBatch(VehicleId, code, services.GetRequiredService<TimeProvider>().GetUtcNow()), Books(Maker)), cancellation);
        File.Delete(Marker(folder));
        return code;
    }

    /// <summary>Who files an organisation's books.</summary>
    public static Actor Books(string organisation) => new(DerivedId.Of("books", organisation), DerivedId.Organisation(organisation), organisation switch
    {
        "register" => new HashSet<Role> { Role.Steward },
        // Who vouches for claims is nobody who profits from them.
        "steppe-assurance" => new HashSet<Role> { Role.SchemeAuditor },
        _ => new HashSet<Role> { Role.Operator, Role.Supervisor },
    });

    private static async Task<bool> IsEmpty(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("select not exists (select from ledger.entries)");
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static void Print(WebApplication app, string? code, IReadOnlyList<FirstSignIn> signIns)
    {
        var address = app.Urls.First().TrimEnd('/');
        Console.WriteLine($"\nTraceability answers at {address}\n");
        if (code is not null)
        {
            Console.WriteLine($"  a vehicle, as anybody sees it   {address}/b/{code}");
            Console.WriteLine($"  the same with its whole story   {address}/batches/{VehicleId}/genealogy   (sign in as auditor)");
        }
        Console.WriteLine($"  the API                         {address}/docs\n");
        Console.WriteLine("  Sign in as      with password              who that is");
        foreach (var (who, password) in signIns)
            Console.WriteLine($"  {who.SignInName,-15} {password ?? "(changed since)",-26} {who.Name}");
        Console.WriteLine();
    }
}
