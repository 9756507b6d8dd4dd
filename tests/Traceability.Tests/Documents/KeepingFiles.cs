using System.Security.Cryptography;
using Traceability.Documents;

namespace Traceability.Tests.Documents;

/// <summary>On a real folder: what is kept there has to outlive everything else.</summary>
public sealed class KeepingFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("traceability-");
    private readonly FileStore _store;

    public KeepingFiles() => _store = new(_folder.FullName);

    public void Dispose()
    {
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
    private IEnumerable<FileInfo> Files => _folder.EnumerateFiles("*", SearchOption.AllDirectories);

    private async Task<SentFile> Kept(byte[] bytes)
    {
        var (file, refusal) = await _store.Keep(new MemoryStream(bytes), Hash(bytes), Cancellation);
        Assert.Null(refusal);
        return file!;
    }

    private async Task<string?> Opened(byte[] bytes)
    {
        var (file, refusal) = await _store.Open(Hash(bytes), Cancellation);
        if (file is null)
            return refusal!.Code;
        await using (file)
        {
            var read = new MemoryStream();
            await file.CopyToAsync(read, Cancellation);
            Assert.Equal(bytes, read.ToArray());
            return null;
        }
    }

    [Fact]
    public async Task what_was_kept_comes_out_as_it_went_in()
    {
        var file = await Kept(SampleFiles.Pdf());

        Assert.Equal(new(Hash(SampleFiles.Pdf()), SampleFiles.Pdf().Length, FileType.Pdf), file);
        Assert.Null(await Opened(SampleFiles.Pdf()));
    }

    [Fact]
    public async Task the_same_bytes_lie_there_once()
    {
        await Kept(SampleFiles.Png);
        await Kept(SampleFiles.Png);

        Assert.Equal(Hash(SampleFiles.Png), Assert.Single(Files).Name);
    }

    [Fact]
    public async Task what_is_not_what_its_address_says_is_refused()
    {
        var (_, refusal) = await _store.Keep(new MemoryStream(SampleFiles.Pdf()), Hash(SampleFiles.Png), Cancellation);

        Assert.Equal("hash-differs", refusal!.Code);
        Assert.Empty(Files);
    }

    [Fact]
    public async Task what_is_refused_leaves_nothing()
    {
        foreach (var bytes in new byte[][] { [], "text"u8.ToArray(), SampleFiles.Zip("a.txt") })
            Assert.NotNull((await _store.Keep(new MemoryStream(bytes), null, Cancellation)).Refusal);

        Assert.Empty(Files);
    }

    [Fact]
    public async Task what_is_too_large_is_refused_as_soon_as_it_is()
    {
        var endless = new Endless(SampleFiles.Pdf());

        var (_, refusal) = await _store.Keep(endless, null, Cancellation);

        Assert.Equal("too-large", refusal!.Code);
        Assert.InRange(endless.Position, Limits.DocumentBytes, Limits.DocumentBytes + 1024 * 1024);
        Assert.Empty(Files);
    }

    [Fact]
    public async Task what_breaks_off_leaves_nothing()
    {
        await Assert.ThrowsAsync<IOException>(() => _store.Keep(new BrokenOff(SampleFiles.Pdf()), null, Cancellation));

        Assert.Empty(Files);
    }

    [Fact]
    public async Task what_was_left_half_sent_by_a_killed_service_is_thrown_away_after_a_day()
    {
        await Kept(SampleFiles.Pdf());
        var left = Path.Combine(_folder.FullName, "incoming", "left");
        await File.WriteAllTextAsync(left, "%PDF", Cancellation);
        var now = TimeProvider.System.GetUtcNow();

        _store.Prepare(now);
        Assert.True(File.Exists(left));
        _store.Prepare(now.AddDays(2));

        Assert.False(File.Exists(left));
        Assert.Null(await Opened(SampleFiles.Pdf()));
    }

    [Fact]
    public async Task a_file_that_is_gone_is_missing_until_it_is_sent_again()
    {
        await Kept(SampleFiles.Pdf());
        Assert.Single(Files).Delete();

        Assert.Equal("file-missing", await Opened(SampleFiles.Pdf()));
        await Kept(SampleFiles.Pdf());
        Assert.Null(await Opened(SampleFiles.Pdf()));
    }

    [Fact]
    public async Task a_file_that_somebody_changed_is_not_handed_out_and_mended_by_sending_it_again()
    {
        await Kept(SampleFiles.Pdf());
        await using (var file = Assert.Single(Files).OpenWrite())
            file.WriteByte((byte)'X');

        Assert.Equal("file-damaged", await Opened(SampleFiles.Pdf()));
        await Kept(SampleFiles.Pdf());
        Assert.Null(await Opened(SampleFiles.Pdf()));
    }

    [Fact]
    public async Task a_folder_that_takes_no_files_is_told()
    {
        // A file stands where the folder should be.
        var taken = Path.Combine(_folder.FullName, "taken");
        await File.WriteAllTextAsync(taken, "", Cancellation);

        var (_, refusal) = await new FileStore(taken).Keep(new MemoryStream(SampleFiles.Pdf()), null, Cancellation);

        Assert.Equal("file-not-kept", refusal!.Code);
        Assert.Throws<Traceability.Hosting.CannotStartException>(() => new FileStore(taken).Prepare(TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task many_send_the_same_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Kept(SampleFiles.Workbook))));

        Assert.Single(Files);
        Assert.Null(await Opened(SampleFiles.Workbook));
    }

    /// <summary>Begins like a file and never ends.</summary>
    private sealed class Endless(byte[] start) : Sender(start)
    {
        protected override int After(Span<byte> buffer)
        {
            buffer.Fill((byte)' ');
            return buffer.Length;
        }
    }

    private sealed class BrokenOff(byte[] start) : Sender(start)
    {
        protected override int After(Span<byte> buffer) => throw new IOException("The line is dead.");
    }

    private abstract class Sender(byte[] start) : Stream
    {
        private long _given;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _given; set => throw new NotSupportedException(); }

        protected abstract int After(Span<byte> buffer);

        public override int Read(byte[] buffer, int offset, int count)
        {
            var left = (int)Math.Max(0, start.Length - _given);
            var read = left > 0 ? Math.Min(left, count) : After(buffer.AsSpan(offset, count));
            if (left > 0)
                start.AsSpan((int)_given, read).CopyTo(buffer.AsSpan(offset));
            _given += read;
            return read;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
