using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Traceability.Hosting;

/// <summary>What lies in the data folder for the embedded PostgreSQL: a lock, and in <c>postgres/</c> the cluster, its password and its socket.</summary>
internal sealed class PostgresFolder : IDisposable
{
    public const int Port = 5432;

    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Bytes in the path of a Unix socket, of which the kernel allows 107.</summary>
    private const int SocketPathBytes = 107;

    /// <summary>The kernel's answer (EWOULDBLOCK) when a lock is another's.</summary>
    private const int WouldBlock = 11;

    private readonly FileStream _lock;

    private PostgresFolder(FileStream @lock, string path, PostgresAccount account, PostgresPrograms programs, string password)
    {
        (_lock, Path, Account, Programs, Password) = (@lock, path, account, programs, password);
        Name = $"traceability-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12]}";
        SocketFolder = FitsASocket(path) ? path : System.IO.Path.Combine(Environment.IsPrivilegedProcess ? "/run" : System.IO.Path.GetTempPath(), Name);
    }

    public string Path { get; }

    public PostgresAccount Account { get; }

    public PostgresPrograms Programs { get; }

    public string Password { get; }

    /// <summary>Tells this folder's processes from all others on the machine.</summary>
    public string Name { get; }

    /// <summary>Where clients find the socket: here, or in a short private folder elsewhere when this path is too long for one.</summary>
    public string SocketFolder { get; }

    public string Cluster => System.IO.Path.Combine(Path, "cluster");

    /// <summary>A cluster whose making was cut short never gets the name of a whole one.</summary>
    public string UnfinishedCluster => System.IO.Path.Combine(Path, "cluster.new");

    /// <summary>Takes the data folder for this process until <see cref="Dispose"/>, even if the process is killed.</summary>
    /// <exception cref="CannotStartException">Another process has it, it is not ours to use, or PostgreSQL is missing.</exception>
    public static async Task<PostgresFolder> TakeAsync(string dataFolder, CancellationToken cancellation)
    {
        dataFolder = System.IO.Path.GetFullPath(dataFolder);
        var path = System.IO.Path.Combine(dataFolder, "postgres");
        try
        {
            Directory.CreateDirectory(dataFolder, OnlyOwner);
            var @lock = Lock(dataFolder);
            try
            {
                Directory.CreateDirectory(path, OnlyOwner);
                var password = await PasswordAsync(System.IO.Path.Combine(path, "password"), cancellation);
                var programs = await PostgresPrograms.FindAsync(MajorOf(path), cancellation);
                var account = await PostgresAccount.OfAsync(path, cancellation);
                return new(@lock, path, account, programs, password);
            }
            catch
            {
                await @lock.DisposeAsync();
                throw;
            }
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new CannotStartException($"The data folder {dataFolder} cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>Makes the short socket folder where one is needed, open to nobody but PostgreSQL and the service.</summary>
    public async Task PrepareSocketFolderAsync(CancellationToken cancellation)
    {
        if (SocketFolder == Path)
            return;
        Directory.CreateDirectory(SocketFolder, OnlyOwner);
        // Fails on a folder that somebody else put there before us.
        File.SetUnixFileMode(SocketFolder, OnlyOwner);
        await Account.OwnAsync(SocketFolder, cancellation);
    }

    public void Dispose()
    {
        if (SocketFolder != Path && Directory.Exists(SocketFolder))
            Directory.Delete(SocketFolder, recursive: true);
        _lock.Dispose();
    }

    private static FileStream Lock(string dataFolder)
    {
        try
        {
            // The kernel lets go of the lock when the process ends in whatever way.
            return new FileStream(System.IO.Path.Combine(dataFolder, "service.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse) when (inUse.HResult == WouldBlock)
        {
            throw new CannotStartException($"The data folder {dataFolder} is in use by another running service. Stop that one first, or start with --data and another folder.", inUse);
        }
    }

    private static async Task<string> PasswordAsync(string file, CancellationToken cancellation)
    {
        if (File.Exists(file) && await File.ReadAllTextAsync(file, cancellation) is { Length: > 0 } known)
            return known;

        var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
        var ownersOnly = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        await using var stream = new FileStream(file, ownersOnly);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(password), cancellation);
        return password;
    }

    private static int? MajorOf(string path)
    {
        var version = System.IO.Path.Combine(path, "cluster", "PG_VERSION");
        return File.Exists(version) ? int.Parse(File.ReadAllText(version), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Npgsql takes a comma for the start of another host and a colon for the start of a port.</summary>
    private static bool FitsASocket(string path) =>
        Encoding.UTF8.GetByteCount($"{path}/.s.PGSQL.{Port}") <= SocketPathBytes && path.AsSpan().IndexOfAny(',', ':') < 0;
}
