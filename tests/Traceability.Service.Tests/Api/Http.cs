using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Api;

/// <summary>Requests as a client of the API makes them, and answers as it reads them.</summary>
public static class Http
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> Put(this HttpClient client, string address, string body, string contentType = "application/json", string? ifMatch = null) =>
        client.Put(address, Encoding.UTF8.GetBytes(body), contentType, ifMatch);

    public static Task<HttpResponseMessage> Put(this HttpClient client, string address, byte[] body, string contentType = "application/json", string? ifMatch = null) =>
        client.Send(HttpMethod.Put, address, body, contentType, ifMatch);

    public static Task<HttpResponseMessage> Post(this HttpClient client, string address, ICommand command) => client.Send(HttpMethod.Post, address, Encoding.UTF8.GetBytes(Body(command)), "application/json", null);

    private static Task<HttpResponseMessage> Send(this HttpClient client, HttpMethod method, string address, byte[] body, string contentType, string? ifMatch)
    {
        var request = new HttpRequestMessage(method, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("X-Requested-With", "traceability");
        // A body that is too large is refused before it is sent.
        request.Headers.ExpectContinue = body.Length > Limits.RequestBytes;
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request, Cancellation);
    }

    public static Task<HttpResponseMessage> Put(this HttpClient client, string address, ICommand command, string? ifMatch = null) => client.Put(address, Body(command), ifMatch: ifMatch);

    /// <summary>The command as a body, without the members that the route says.</summary>
    public static string Body(ICommand command, params string[] said)
    {
        var body = JsonSerializer.SerializeToNode(command, command.GetType(), ApiJson.Options)!.AsObject();
        body.Remove("expectedVersion");
        foreach (var name in said)
            body.Remove(name);
        return body.ToJsonString();
    }

    public static Task<HttpResponseMessage> Get(this HttpClient client, string address) => client.GetAsync(address, Cancellation);

    public static async Task<JsonNode> Json(this HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;

    /// <summary>Status, code and field of a problem document, whose other members are checked on the way.</summary>
    public static async Task<(int Status, string Code, string? Field)> Problem(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType} {text}");
        var problem = JsonNode.Parse(text)!;
        var code = (string)problem["code"]!;
        Assert.Equal($"/problems/{code}", (string)problem["type"]!);
        Assert.Equal((int)answer.StatusCode, (int)problem["status"]!);
        Assert.NotNull(problem["values"]);
        return ((int)answer.StatusCode, code, (string?)problem["field"]);
    }
}
