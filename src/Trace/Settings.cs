using System.Text.Json;

namespace Traceability.Trace;

/// <summary>Which server, and with which key. An option wins over the environment, and that over what <c>trace login</c> stored. A key is never an option: others on the machine could read it.</summary>
public sealed record Settings(Uri Server, string? Key)
{
    public const string ServerVariable = "TRACEABILITY_SERVER";
    public const string KeyVariable = "TRACEABILITY_KEY";

    private sealed record Stored(string Server, string Key);

    /// <summary>Of the account alone: <c>$XDG_CONFIG_HOME/traceability/trace.json</c>, else below <c>~/.config</c>.</summary>
    public static string File { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
        "traceability", "trace.json");

    /// <exception cref="StoppedException">Nobody said which server, or what is stored cannot be read.</exception>
    public static Settings Read(string? server)
    {
        var stored = Load();
        var named = server ?? Environment.GetEnvironmentVariable(ServerVariable) ?? stored?.Server
            ?? throw new StoppedException(ExitCode.Usage, $"Which server? Use --server or {ServerVariable}, or sign in once with: trace login --server URL");
        var address = Address(named);
        // A key goes to the server it was stored for and to no other.
        var key = Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } said ? said : stored is not null && Address(stored.Server) == address ? stored.Key : null;
        return new(address, key);
    }

    /// <exception cref="StoppedException">It is no address, or anybody on the way could read the key.</exception>
    public static Uri Address(string text)
    {
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw new StoppedException(ExitCode.Usage, $"{text} is no address of a server, for example https://ledger.example");
        return address.Scheme == "https" || address.IsLoopback
            ? address
            : throw new StoppedException(ExitCode.Usage, $"{text} would send the key in the clear. Use https.");
    }

    public static void Store(Uri server, string key)
    {
        var folder = Path.GetDirectoryName(File)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var written = File + ".new";
        System.IO.File.Delete(written);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(written, options))
            JsonSerializer.Serialize(file, new Stored(server.ToString(), key));
        System.IO.File.Move(written, File, overwrite: true);
    }

    /// <returns>Whether there was anything to forget.</returns>
    public static bool Forget()
    {
        var known = System.IO.File.Exists(File);
        System.IO.File.Delete(File);
        return known;
    }

    private static Stored? Load()
    {
        try
        {
            return System.IO.File.Exists(File) ? JsonSerializer.Deserialize<Stored>(System.IO.File.ReadAllText(File)) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StoppedException(ExitCode.CouldNotCheck, $"{File} cannot be read: {e.Message} Sign in again with: trace login", e);
        }
    }
}
