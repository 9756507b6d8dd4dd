using System.Buffers.Binary;
using System.Text;

namespace Traceability.Documents;

/// <summary>What a file is by what is in it: names and headings can say anything.</summary>
public static class FileType
{
    public const string Pdf = "application/pdf";
    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";
    public const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Bytes at the end in which a ZIP archive has its directory's address.</summary>
    private const int Tail = ushort.MaxValue + 22;

    /// <summary>How far from the start readers of PDF look for its heading.</summary>
    private const int Head = 1024;

    private const int DirectoryBytes = 1024 * 1024;

    /// <summary>Extension of each type that is taken, without a dot.</summary>
    public static IReadOnlyDictionary<string, string> Extensions { get; } = new Dictionary<string, string> { [Pdf] = "pdf", [Png] = "png", [Jpeg] = "jpg", [Workbook] = "xlsx" };

    /// <summary>The media type, or the refusal of what is none of these types, more than one of them, or cut off.</summary>
    public static (string? MediaType, Refusal? Refusal) Of(Stream file)
    {
        var head = Read(file, 0, Head);
        var tail = Read(file, Math.Max(0, file.Length - Tail), Tail);
        if (head.Length == 0)
            return (null, Refusal.Of("file-empty"));
        var pdf = head.AsSpan().IndexOf("%PDF-"u8);
        var png = head.AsSpan().StartsWith(PngSignature);
        var jpeg = head.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);
        var directory = ZipDirectory(file, tail);
        var readings = new[] { pdf >= 0, png, jpeg, directory is not null }.Count(read => read);
        // One program would show a picture and another open an archive: nobody could say what was shown to whom.
        if (readings > 1 || pdf > 0)
            return (null, Refusal.Of("file-ambiguous"));
        if (pdf == 0)
            return Ends(tail, "%%EOF"u8, Head) ? (Pdf, null) : (null, Refusal.Of("file-incomplete"));
        if (png)
            return tail.AsSpan().EndsWith(PngEnd) ? (Png, null) : (null, Refusal.Of("file-incomplete"));
        if (jpeg)
            // Cameras write things of their own behind a picture, films even: its end tells nothing.
            return (Jpeg, null);
        return directory is not null && head.AsSpan().StartsWith("PK\x03\x04"u8) && IsWorkbook(directory) ? (Workbook, null) : (null, Refusal.Of("file-type-unknown"));
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static ReadOnlySpan<byte> PngEnd => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    private static bool Ends(byte[] tail, ReadOnlySpan<byte> mark, int within) => tail.AsSpan(Math.Max(0, tail.Length - within)).IndexOf(mark) >= 0;

    private static byte[] Read(Stream file, long from, int most)
    {
        var bytes = new byte[(int)Math.Min(most, file.Length - from)];
        file.Position = from;
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The directory of a ZIP archive that ends the file, wherever it starts; null where there is none.</summary>
    private static byte[]? ZipDirectory(Stream file, byte[] tail)
    {
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || at + 22 > tail.Length)
            return null;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 12));
        var start = file.Length - tail.Length + at - size;
        if (size > DirectoryBytes || start < 0)
            return [];
        var directory = Read(file, start, (int)size);
        return size == 0 || directory.AsSpan().StartsWith("PK\x01\x02"u8) ? directory : null;
    }

    /// <summary>By the names of its parts, none of which is opened: a workbook without macros, not locked by a password.</summary>
    private static bool IsWorkbook(byte[] directory)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var rest = directory.AsSpan(); rest.Length >= 46 && rest.StartsWith("PK\x01\x02"u8);)
        {
            var (flags, name) = (BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]), BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]));
            var next = 46 + name + BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (next > rest.Length || (flags & 1) != 0)
                return false;
            names.Add(Encoding.UTF8.GetString(rest.Slice(46, name)));
            rest = rest[next..];
        }
        return names.Contains("[Content_Types].xml") && names.Contains("xl/workbook.xml") && !names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase));
    }
}
