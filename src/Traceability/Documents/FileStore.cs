using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Traceability.Hosting;

namespace Traceability.Documents;

/// <summary>The files of documents: each lies once in a folder, under the SHA-256 of what is in it, and is never changed or deleted.</summary>
/// <remarks>A file appears whole or not at all: it is written under another name, its bytes and then its new name are forced to the disk, and only then the ledger is told of it.</remarks>
/// <param name="folder">Shared by all nodes of the service, and backed up after the database, so that no document of a backup lacks its file.</param>
public sealed class FileStore(string folder)
{
    private const int BufferBytes = 80 * 1024;

    /// <summary>What was being sent when the service was killed is thrown away after so long.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private string Incoming => Path.Combine(folder, "incoming");

    /// <param name="configuration"><c>documents</c>, the folder; else it stands in the data folder, where the embedded database lives.</param>
    public static FileStore Of(IConfiguration configuration) => new(configuration["documents"] ?? Path.Combine(configuration["data"] ?? "data", "documents"));

    /// <summary>Lower-case hex SHA-256.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Makes the folder and empties it of what was left half-sent.</summary>
    /// <param name="now">Files of a running upload are younger than a day.</param>
    /// <exception cref="CannotStartException">The folder cannot be written to; the message says what to do.</exception>
    public void Prepare(DateTimeOffset now)
    {
        try
        {
            Directory.CreateDirectory(Incoming);
            foreach (var left in new DirectoryInfo(Incoming).EnumerateFiles().Where(file => file.LastWriteTimeUtc < now - Abandoned))
                left.Delete();
        }
        catch (Exception e) when (IsTheDisks(e))
        {
            throw new CannotStartException($"The folder of documents cannot be written to: {e.Message} Let the service's account write there, or name another folder in the setting documents.", e);
        }
    }

    /// <summary>Keeps what comes in, in pieces; the refusal of what is too large, of no type that is taken, or not what <paramref name="sha256"/> says.</summary>
    /// <param name="sha256">What its hash must be, or null where nobody said.</param>
    /// <exception cref="IOException">The sender broke off. Nothing was kept.</exception>
    public async Task<(SentFile? File, Refusal? Refusal)> Keep(Stream content, string? sha256, CancellationToken cancellation)
    {
        var arriving = Path.Combine(Incoming, Path.GetRandomFileName());
        FileStream file;
        try
        {
            Directory.CreateDirectory(Incoming);
            file = new(arriving, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.Asynchronous);
        }
        catch (Exception e) when (IsTheDisks(e))
        {
            return (null, Refusal.Of("file-not-kept"));
        }
        try
        {
            await using (file)
                return await Keep(content, file, sha256, cancellation);
        }
        finally
        {
            File.Delete(arriving);
        }
    }

    private async Task<(SentFile? File, Refusal? Refusal)> Keep(Stream content, FileStream file, string? sha256, CancellationToken cancellation)
    {
        var (found, refusal) = await Write(content, file, cancellation);
        if (found is null)
            return (null, refusal);
        if (sha256 is not null && sha256 != found)
            return (null, Refusal.Of("hash-differs", ("found", found)));
        try
        {
            var (mediaType, unfit) = FileType.Of(file);
            if (mediaType is null)
                return (null, unfit);
            await Settle(file, found, cancellation);
            return (new(found, file.Length, mediaType), null);
        }
        catch (Exception e) when (IsTheDisks(e))
        {
            return (null, Refusal.Of("file-not-kept"));
        }
    }

    /// <summary>The file, checked against its hash; the refusal where it is gone or is no more what was sent.</summary>
    public async Task<(FileStream? File, Refusal? Refusal)> Open(string sha256, CancellationToken cancellation)
    {
        FileStream file;
        try
        {
            file = new(PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (IsTheDisks(e))
        {
            return (null, Refusal.Of("file-missing", ("sha256", sha256)));
        }
        try
        {
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation)) == sha256)
            {
                file.Position = 0;
                return (file, null);
            }
        }
        catch (Exception e) when (IsTheDisks(e))
        {
            // A disk that cannot read it any more has damaged it.
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        await file.DisposeAsync();
        return (null, Refusal.Of("file-damaged", ("sha256", sha256)));
    }

    private string PathOf(string sha256) => Path.Combine(folder, sha256[..2], sha256);

    private static async Task<(string? Sha256, Refusal? Refusal)> Write(Stream content, FileStream file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        for (var bytes = 0L; await content.ReadAsync(buffer, cancellation) is > 0 and var read;)
        {
            bytes += read;
            if (bytes > Limits.DocumentBytes)
                return (null, Refusal.Of("too-large", ("limit", Limits.DocumentBytes)));
            hash.AppendData(buffer, 0, read);
            try
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
            catch (Exception e) when (IsTheDisks(e))
            {
                return (null, Refusal.Of("file-not-kept"));
            }
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), null);
    }

    /// <summary>Under its own name for good. What lies there already stays, unless it was damaged: then this mends it.</summary>
    private async Task Settle(FileStream file, string sha256, CancellationToken cancellation)
    {
        var (there, _) = await Open(sha256, cancellation);
        if (there is not null)
        {
            await there.DisposeAsync();
            return;
        }
        file.Flush(flushToDisk: true);
        var place = Path.GetDirectoryName(PathOf(sha256))!;
        Directory.CreateDirectory(place);
        File.Move(file.Name, PathOf(sha256), overwrite: true);
        Durable(place);
        Durable(folder);
    }

    private static bool IsTheDisks(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>A new name is on the disk when the folder is; .NET has no words for that.</summary>
    private static void Durable(string directory)
    {
        var opened = Native.Open(directory, 0);
        if (opened < 0)
            return;
        _ = Native.Fsync(opened);
        _ = Native.Close(opened);
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(string path, int flags);

        [DllImport("libc", EntryPoint = "fsync")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Fsync(int descriptor);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int descriptor);
    }
}
