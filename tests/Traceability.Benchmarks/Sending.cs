using System.Net;
using System.Net.Http.Json;
using Traceability.Ledger;

namespace Traceability.Benchmarks;

internal static class Sending
{
    /// <summary>One command after another; a refused one is a mistake of the measurement.</summary>
    public static async Task Put<T>(this HttpClient client, string address, T command)
    {
        using var answer = await client.PutAsJsonAsync(address, command, ApiJson.Options);
        if (answer.StatusCode != HttpStatusCode.Created)
            throw new InvalidOperationException($"{address}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
