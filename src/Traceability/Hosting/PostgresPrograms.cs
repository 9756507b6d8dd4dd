using System.Diagnostics;
using System.Globalization;

namespace Traceability.Hosting;

/// <summary>The folder where one version of PostgreSQL keeps its server programs.</summary>
/// <param name="Major">15, 16...: a cluster is only readable by the major version that made it.</param>
internal sealed record PostgresPrograms(string Folder, int Major)
{
    public const int OldestMajor = 15;

    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>The newest version on this machine, or the given one where a cluster exists already.</summary>
    /// <exception cref="CannotStartException">None is installed, or not the one that made the cluster.</exception>
    public static async Task<PostgresPrograms> FindAsync(int? madeBy, CancellationToken cancellation)
    {
        PostgresPrograms? best = null;
        foreach (var folder in Folders().Where(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"))))
        {
            if (await MajorOfAsync(Path.Combine(folder, "postgres"), cancellation) is not { } major)
                continue;
            // Of equal versions the first place counts.
            if (madeBy is null ? major >= OldestMajor && major > (best?.Major ?? 0) : major == madeBy && best is null)
                best = new(folder, major);
        }
        return best ?? throw new CannotStartException(madeBy is null
            ? $"PostgreSQL {OldestMajor} or newer is needed, and its server programs were not found. Install it (Debian and Ubuntu: apt-get install postgresql), "
                + "name the folder of its programs in PG_BIN, or give a database of your own in ConnectionStrings__Ledger."
            : $"The data folder was made by PostgreSQL {madeBy}, whose server programs were not found. Install that version, or name the folder of its programs in PG_BIN.");
    }

    /// <summary>Distributions keep server programs off the PATH, each in its own place.</summary>
    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("PG_BIN") is { Length: > 0 } named)
            return [named];

        return VersionsBelow("/usr/lib/postgresql", "*")
            .Concat(VersionsBelow("/usr", "pgsql-*"))
            .Append("/usr/local/pgsql/bin")
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));
    }

    private static IEnumerable<string> VersionsBelow(string parent, string pattern) =>
        Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern).Select(version => Path.Combine(version, "bin")) : [];

    /// <summary>Reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"; null for a version that is not released.</summary>
    private static async Task<int?> MajorOfAsync(string postgres, CancellationToken cancellation)
    {
        var (_, output) = await new ProcessStartInfo(postgres, ["--version"]).OutputAsync(cancellation);
        var words = output.Split(' ');
        return words.Length > 2 && int.TryParse(words[2].Trim().Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}
