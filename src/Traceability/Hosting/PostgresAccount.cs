using System.Diagnostics;

namespace Traceability.Hosting;

/// <summary>The account that PostgreSQL runs under: the service's own, or an unprivileged one when the service is root, whom PostgreSQL refuses.</summary>
/// <param name="Folder">The folder that this account owns and works in.</param>
/// <param name="Ids">User and group as numbers, null when there is no need to change.</param>
internal sealed record PostgresAccount(string Folder, (string User, string Group)? Ids)
{
    /// <summary>The folder as seen by the programs run here. The account may be unable to walk to it (a clone in root's home), so each
    /// program gets it as an open descriptor.</summary>
    public const string OpenFolder = "/proc/self/fd/4";

    private const string Enter = """exec 4<. && cd / && exec "$@" """;

    /// <summary>Takes the account that owns the folder already; a folder of root's own is given away.</summary>
    /// <exception cref="CannotStartException">There is no unprivileged account.</exception>
    public static async Task<PostgresAccount> OfAsync(string folder, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new(folder, null);

        var account = new PostgresAccount(folder, await OwnerAsync(folder, cancellation) ?? await UnprivilegedAsync(cancellation));
        await account.OwnAsync(folder, cancellation);
        return account;
    }

    /// <summary>Makes a folder or file of the service's this account's own.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellation)
    {
        if (Ids is not { } ids)
            return;
        Task<(int Code, string Output)> Give() => new ProcessStartInfo("chown", ["--recursive", $"{ids.User}:{ids.Group}", path]).OutputAsync(cancellation);
        var (code, output) = await Give();
        // A server that is just stopping, because the service before this one was killed, takes files away meanwhile.
        if (code != 0)
            (code, output) = await Give();
        if (code != 0)
            throw new CannotStartException($"The data folder cannot be given to PostgreSQL's user: {output.Trim()}");
    }

    private static async Task<(string User, string Group)?> OwnerAsync(string folder, CancellationToken cancellation)
    {
        var (_, owner) = await new ProcessStartInfo("stat", ["--format=%u %g", folder]).OutputAsync(cancellation);
        return owner.Trim().Split(' ') is [not "0" and var user, var group] ? (user, group) : null;
    }

    private static async Task<(string User, string Group)> UnprivilegedAsync(CancellationToken cancellation)
    {
        foreach (var name in (string[])["postgres", "nobody"])
        {
            var (code, user) = await new ProcessStartInfo("id", ["--user", name]).OutputAsync(cancellation);
            if (code == 0)
            {
                var (_, group) = await new ProcessStartInfo("id", ["--group", name]).OutputAsync(cancellation);
                return (user.Trim(), group.Trim());
            }
        }
        throw new CannotStartException("PostgreSQL does not run as root, and there is neither a user postgres nor nobody. Start the service as another user.");
    }

    /// <summary>A program that runs under this account. Descriptor 4 is the open folder.</summary>
    public ProcessStartInfo Command(params IEnumerable<string> program)
    {
        IEnumerable<string> asAccount = Ids is { } ids ? ["setpriv", $"--reuid={ids.User}", $"--regid={ids.Group}", "--clear-groups"] : [];
        return new ProcessStartInfo("/bin/sh", ["-c", Enter, "sh", .. asAccount, .. program]) { WorkingDirectory = Folder, Environment = { ["LC_ALL"] = "C" } };
    }
}

internal static class ProcessOutput
{
    /// <summary>Runs a short program to its end: its exit code and all it wrote.</summary>
    public static async Task<(int Code, string Output)> OutputAsync(this ProcessStartInfo program, CancellationToken cancellation)
    {
        program.RedirectStandardOutput = program.RedirectStandardError = program.RedirectStandardInput = true;
        using var process = Process.Start(program)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        output += await errors;
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output);
    }
}
