using Traceability.Documents;

namespace Traceability.Tests.Documents;

public sealed class TellingFileTypes
{
    private static (string? MediaType, string? Code) Told(byte[] file)
    {
        var (type, refusal) = FileType.Of(new MemoryStream(file));
        return (type, refusal?.Code);
    }

    [Fact]
    public void a_file_is_what_its_content_says()
    {
        Assert.Equal((FileType.Pdf, null), Told(SampleFiles.Pdf()));
        Assert.Equal((FileType.Png, null), Told(SampleFiles.Png));
        Assert.Equal((FileType.Jpeg, null), Told(SampleFiles.Jpeg));
        Assert.Equal((FileType.Workbook, null), Told(SampleFiles.Workbook));
    }

    [Fact]
    public void cameras_may_write_behind_a_picture() => Assert.Equal((FileType.Jpeg, null), Told([.. SampleFiles.Jpeg, .. new byte[100_000]]));

    public static TheoryData<string, byte[]> Others => new()
    {
        { "text", "Ore, 12 t"u8.ToArray() },
        { "page", "<!doctype html><script>alert(1)</script>"u8.ToArray() },
        { "program", [0x7F, (byte)'E', (byte)'L', (byte)'F', .. new byte[100]] },
        { "film", [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[100]] },
        { "gif", "GIF89a"u8.ToArray() },
        { "letter", SampleFiles.Zip("[Content_Types].xml", "word/document.xml") },
        { "workbook with macros", SampleFiles.Zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin") },
        { "archive", SampleFiles.Zip("a.txt") },
        { "workbook with a password", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]] },
        { "something before a workbook", [.. "MZ"u8, .. SampleFiles.Workbook] },
        { "one byte", [0x25] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void nothing_else_is_taken(string what, byte[] file) => Assert.Equal((what, (string?)null, "file-type-unknown"), (what, Told(file).MediaType, Told(file).Code));

    public static TheoryData<string, byte[]> Ambiguous => new()
    {
        { "archive behind a paper", [.. SampleFiles.Pdf(), .. SampleFiles.Zip("a.txt")] },
        { "archive behind a picture", [.. SampleFiles.Png, .. SampleFiles.Workbook] },
        { "archive behind a photo", [.. SampleFiles.Jpeg, .. SampleFiles.Zip("a.txt")] },
        { "paper behind a photo's heading", [.. SampleFiles.Jpeg[..20], .. SampleFiles.Pdf()] },
        { "paper behind something", [.. "MZ"u8, .. SampleFiles.Pdf()] },
    };

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public void a_file_that_two_programs_read_differently_is_refused(string what, byte[] file) => Assert.Equal((what, "file-ambiguous"), (what, Told(file).Code));

    [Fact]
    public void a_file_without_its_end_is_refused()
    {
        Assert.Equal("file-incomplete", Told(SampleFiles.Pdf()[..40]).Code);
        Assert.Equal("file-incomplete", Told(SampleFiles.Png[..^4]).Code);
        Assert.Equal("file-incomplete", Told([.. SampleFiles.Png, .. "<script>"u8]).Code);
    }

    [Fact]
    public void nothing_at_all_is_no_file() => Assert.Equal("file-empty", Told([]).Code);

    /// <summary>Whatever comes is told or refused, never a failure.</summary>
    [Fact]
    public void any_bytes_are_answered()
    {
        var random = new Random(20261128);
        foreach (var whole in new[] { SampleFiles.Pdf(), SampleFiles.Png, SampleFiles.Jpeg, SampleFiles.Workbook })
        {
            for (var i = 0; i < 2_000; i++)
            {
                var bytes = whole.ToArray();
                for (var changes = random.Next(1, 6); changes > 0; changes--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                var (type, refusal) = FileType.Of(new MemoryStream(bytes[..random.Next(bytes.Length + 1)]));
                Assert.True(type is null ^ refusal is null, $"round {i}");
            }
        }
    }
}
