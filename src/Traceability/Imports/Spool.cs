namespace Traceability.Imports;

/// <summary>What comes in once and has to be read more than once: it lies in a file that is gone with it, and is not larger than an import may be.</summary>
internal sealed class Spool : IAsyncDisposable
{
    private FileStream? _file;

    public Stream Content => _file ?? throw new InvalidOperationException("Nothing was taken yet.");

    /// <returns>Whether all of it was taken; it is not read on where it is too large.</returns>
    public async Task<bool> Take(Stream content, CancellationToken stop)
    {
        _file = new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var part = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(part, stop)) > 0;)
        {
            if (_file.Length + read > Limits.ImportBytes)
                return false;
            await _file.WriteAsync(part.AsMemory(0, read), stop);
        }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync();
    }
}
