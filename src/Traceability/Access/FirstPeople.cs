using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Identity;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>Somebody who can sign in from the first start on.</summary>
/// <param name="Organisation">Code of the organisation he works for.</param>
/// <param name="TimeZone">IANA name.</param>
public sealed record Entrant(string SignInName, string Name, string Organisation, IReadOnlyList<Role> Roles, string TimeZone)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Who keeps the register of a new ledger, and lets everybody else in.</summary>
    public static Entrant Steward { get; } = new("steward", "Steward of the register", "register", [Role.Steward], "Etc/UTC");

    public static IReadOnlyList<Entrant> ReadAll(Stream json) => JsonSerializer.Deserialize<Entrant[]>(json, Json) ?? [];
}

/// <param name="Password">As it was made; null where it is no longer known.</param>
public sealed record FirstSignIn(Entrant Who, string? Password);

/// <summary>Lets the first people in. Their passwords are made here, once, and kept in a file that only the service's account reads: none is ever the same on two machines.</summary>
public static class FirstPeople
{
    public const string FileName = "first-sign-ins.txt";

    /// <summary>Whoever is missing is entered; who is there stays as he is.</summary>
    /// <param name="folder">The service's data folder.</param>
    public static async Task<IReadOnlyList<FirstSignIn>> Enter(IServiceProvider services, string folder, IReadOnlyList<Entrant> entrants, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var file = Path.Combine(folder, FileName);
        // Read back first: a start that was cut short between the file and the people goes on with the same passwords.
        var passwords = await Read(file, cancellation);
        var missing = new List<Entrant>();
        foreach (var entrant in entrants)
        {
            if (await people.FindByNameAsync(entrant.SignInName) is null)
                missing.Add(entrant);
        }
        foreach (var entrant in missing)
            passwords.TryAdd(entrant.SignInName, NewPassword());
        if (missing.Count > 0)
            await Write(file, passwords, cancellation);
        foreach (var entrant in missing)
            await Add(people, entrant, passwords[entrant.SignInName]);
        return [.. entrants.Select(e => new FirstSignIn(e, passwords.GetValueOrDefault(e.SignInName)))];
    }

    /// <summary>Twenty of thirty letters and digits that are not mistaken for each other: about 98 random bits, in groups that can be read out and typed on a phone.</summary>
    public static string NewPassword() =>
        string.Join('-', RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz23456789", 20).Chunk(5).Select(group => new string(group)));

    private static async Task Add(UserManager<Person> people, Entrant entrant, string password)
    {
        var person = new Person
        {
            Id = DerivedId.Of("person", entrant.SignInName),
            SignInName = entrant.SignInName,
            Name = entrant.Name,
            TimeZone = entrant.TimeZone,
            Memberships = [new(DerivedId.Organisation(entrant.Organisation), entrant.Roles)],
        };
        var created = await people.CreateAsync(person, password);
        if (!created.Succeeded)
            throw new InvalidOperationException($"{entrant.SignInName} cannot be entered: {string.Join(' ', created.Errors.Select(e => e.Description))}");
    }

    private static async Task<Dictionary<string, string>> Read(string file, CancellationToken cancellation) =>
        !File.Exists(file) ? []
        : (await File.ReadAllLinesAsync(file, cancellation))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1]);

    private static async Task Write(string file, Dictionary<string, string> passwords, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Delete(file);
        await using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var writer = new StreamWriter(stream);
        foreach (var (name, password) in passwords)
            await writer.WriteLineAsync($"{name} {password}".AsMemory(), cancellation);
    }
}
