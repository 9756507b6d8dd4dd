using System.Net.Sockets;
using System.Text;
using Traceability.Facilities;

namespace Traceability.Service.Tests.Api;

/// <summary>Who sends two gigabytes, or says nothing of how much will come, is told that it is too much while he sends, and nothing of it is kept.</summary>
public sealed class BodiesWithoutEnd(TestService service) : IClassFixture<TestService>
{
    private const int Block = 64 * 1024;
    private const long Endless = 2L * 1024 * 1024 * 1024;

    [Theory]
    [InlineData("POST /api/imports", "text/csv", "\"code\":\"too-large\"")]
    [InlineData("PUT /api/files/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "application/pdf", "\"code\":\"too-large\"")]
    [InlineData("PUT /api/documents/018f0000-0000-7000-8000-000000000001", "application/json", "\"code\":\"too-large\"")]
    [InlineData("POST /import", "multipart/form-data; boundary=b", "This is too large")]
    [InlineData("POST /documents/record", "multipart/form-data; boundary=b", "This is too large")]
    public async Task is_refused_in_words_with_and_without_a_length_and_leaves_nothing(string route, string type, string words)
    {
        var (miner, _) = await service.Ledger.Firm($"endless-{string.Concat(route.Where(char.IsAsciiLetterLower).Take(16))}", FacilityKind.MineSite);
        var cookie = await service.Cookie(miner);

        foreach (var length in new long?[] { Endless, null })
        {
            var (sent, answer) = await Send(route, type, cookie, length);

            Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
            Assert.Contains(words, answer, StringComparison.Ordinal);
            Assert.InRange(sent, 0, 2 * Limits.ImportBytes);
        }
        Assert.DoesNotContain(
            service.Folder.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true }), file => file.Directory!.Name == "incoming" || file.Name.StartsWith("aaaa", StringComparison.Ordinal));
    }

    /// <summary>One line without a break, sent until an answer comes.</summary>
    /// <param name="length">Declared, or null where the end is to show itself.</param>
    private async Task<(long Sent, string Answer)> Send(string route, string type, string cookie, long? length)
    {
        using var line = new TcpClient();
        await line.ConnectAsync(service.Address.Host, service.Address.Port, Http.Cancellation);
        var stream = line.GetStream();
        var framing = length is { } declared ? $"Content-Length: {declared}" : "Transfer-Encoding: chunked";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{route} HTTP/1.1\r\nHost: {service.Address.Authority}\r\nCookie: {cookie}\r\nX-Requested-With: traceability\r\nContent-Type: {type}\r\n{framing}\r\n\r\n"), Http.Cancellation);
        var block = new byte[Block];
        block.AsSpan().Fill((byte)'x');
        if (type.StartsWith("multipart", StringComparison.Ordinal))
            Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n").CopyTo(block, 0);
        var sent = 0L;
        try
        {
            for (; sent < Endless && line.Client.Available == 0; sent += Block)
            {
                await stream.WriteAsync(length is null ? [.. Encoding.ASCII.GetBytes($"{Block:x}\r\n"), .. block, .. "\r\n"u8] : block, Http.Cancellation);
                block.AsSpan().Fill((byte)'x');
            }
        }
        catch (IOException)
        {
            // The service hung up; what it said before that can still be read.
        }
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = new StringBuilder();
        for (string? said; (said = await reader.ReadLineAsync(Http.Cancellation)) is not null and not "0";)
            answer.AppendLine(said);
        return (sent, $"{answer}");
    }
}
