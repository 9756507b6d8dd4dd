namespace Traceability.Trace;

/// <summary>Answers that become files.</summary>
internal static class Written
{
    /// <summary>A file stands there whole or not at all.</summary>
    /// <param name="output">Null for standard output.</param>
    /// <exception cref="StoppedException">It broke off on the way, or cannot be written there.</exception>
    public static async Task Whole(HttpResponseMessage answer, string? output, CancellationToken cancellation)
    {
        try
        {
            if (output is null)
            {
                await using var standard = Console.OpenStandardOutput();
                await answer.Content.CopyToAsync(standard, cancellation);
                return;
            }
            var part = output + ".part";
            try
            {
                await using (var file = new FileStream(part, FileMode.Create))
                    await answer.Content.CopyToAsync(file, cancellation);
                File.Move(part, output, overwrite: true);
            }
            finally
            {
                File.Delete(part);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or UnauthorizedAccessException)
        {
            throw new StoppedException(ExitCode.CouldNotCheck, $"It broke off: {e.Message}", e);
        }
    }
}
