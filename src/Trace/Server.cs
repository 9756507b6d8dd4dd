using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Polly;
using Polly.Retry;

namespace Traceability.Trace;

/// <summary>The API as this tool uses it. Every request may be sent again, for the ledger takes nothing twice; so what fails on the way is tried again.</summary>
public sealed partial class Server : IDisposable
{
    private const int Retries = 4;

    private readonly HttpClient _client;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private Dictionary<string, string>? _sentences;

    public Server(Settings settings, Terminal terminal)
    {
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) }) { BaseAddress = settings.Server, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new("trace", typeof(Server).Assembly.GetName().Version!.ToString(3)));
        if (settings.Key is not null)
            _client.DefaultRequestHeaders.Authorization = new("Bearer", settings.Key);
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = Retries,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(30),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is HttpRequestException or IOException || Passes(arguments.Outcome.Result)),
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.Headers.RetryAfter?.Delta),
                OnRetry = arguments =>
                {
                    terminal.Say($"The server did not answer ({Why(arguments.Outcome)}); trying again.");
                    arguments.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    public Uri Address => _client.BaseAddress!;

    public void Dispose() => _client.Dispose();

    /// <summary>Troubles that pass by themselves. What the store of documents lacks does not.</summary>
    private static bool Passes(HttpResponseMessage? answer) => answer?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
        || (answer?.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Content.Headers.ContentType?.MediaType != "application/problem+json");

    private static string Why(Outcome<HttpResponseMessage> outcome) => outcome.Exception?.Message ?? $"{(int)outcome.Result!.StatusCode}";

    /// <summary>The answer as soon as its heading is there.</summary>
    /// <param name="content">Makes the body anew for each try.</param>
    /// <exception cref="StoppedException">The server cannot be reached or does not take the key.</exception>
    public async Task<HttpResponseMessage> Ask(HttpMethod method, string address, CancellationToken cancellation, Func<HttpContent>? content = null, string accept = "application/json")
    {
        try
        {
            var answer = await _pipeline.ExecuteAsync(async token =>
            {
                using var request = new HttpRequestMessage(method, address) { Content = content?.Invoke() };
                request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
                return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            }, cancellation);
            return answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => throw await Stopped(answer, ExitCode.CouldNotCheck, cancellation),
                HttpStatusCode.Forbidden => throw new ForbiddenException((await Stopped(answer, ExitCode.CouldNotCheck, cancellation)).Message),
                HttpStatusCode.TooManyRequests => throw await Stopped(answer, ExitCode.CouldNotCheck, cancellation),
                >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout => throw await Stopped(answer, ExitCode.CouldNotCheck, cancellation),
                >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => throw new StoppedException(
                    ExitCode.CouldNotCheck, $"The server sends us elsewhere ({answer.Headers.Location}). Name its own address."),
                _ => answer,
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new StoppedException(ExitCode.CouldNotCheck, $"{_client.BaseAddress} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Whether the server takes the key at all. One that may only hand in files may not read, and is taken all the same.</summary>
    /// <exception cref="StoppedException">It does not.</exception>
    public async Task Check(CancellationToken cancellation)
    {
        try
        {
            using var answer = await Ask(HttpMethod.Get, "api/home", cancellation);
            if (!answer.IsSuccessStatusCode)
                throw new StoppedException(ExitCode.CouldNotCheck, $"{_client.BaseAddress} is no Traceability server.");
        }
        catch (ForbiddenException)
        {
            // Known, and not allowed to look.
        }
    }

    /// <summary>What stands there, or null where nothing does that the key may see.</summary>
    public async Task<JsonObject?> Read(string address, CancellationToken cancellation)
    {
        using var answer = await Ask(HttpMethod.Get, address, cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!answer.IsSuccessStatusCode)
            throw await Stopped(answer, ExitCode.Usage, cancellation);
        return await Json(answer, cancellation);
    }

    /// <summary>The addresses that the server describes, with what each takes.</summary>
    public async Task<JsonObject> Description(CancellationToken cancellation) => (await Read("openapi/v1.json", cancellation))?["paths"] as JsonObject ?? [];

    public static async Task<JsonObject> Json(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            return (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation) as JsonObject)!
                ?? throw new JsonException("no object");
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            throw new StoppedException(ExitCode.CouldNotCheck, $"The answer cannot be read: {e.Message} Is this a Traceability server?", e);
        }
    }

    /// <summary>The refusal in the answer, in words.</summary>
    public async Task<StoppedException> Stopped(HttpResponseMessage answer, int exitCode, CancellationToken cancellation)
    {
        using (answer)
        {
            if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
                return new(exitCode, $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}.");
            var problem = await Json(answer, cancellation);
            var where = (string?)problem["field"] is { } field ? $" ({field})" : "";
            return new(exitCode, $"{await Sentence(problem, cancellation)}{where} [{(string?)problem["code"]}]");
        }
    }

    /// <summary>A refusal or alarm as a sentence: the code's own words with its values put in; the code where the server does not tell.</summary>
    /// <param name="said">With <c>code</c> and <c>values</c>.</param>
    public async Task<string> Sentence(JsonNode said, CancellationToken cancellation)
    {
        var code = (string?)said["code"] ?? "";
        _sentences ??= await Sentences(cancellation);
        return _sentences.TryGetValue(code, out var sentence) ? Placeholder().Replace(sentence, match => Value(said["values"], match)) : code;
    }

    private static string Value(JsonNode? values, Match place)
    {
        var value = (string?)values?[place.Groups["name"].Value] ?? "";
        return place.Groups["way"].Value == "percent" && decimal.TryParse(value, CultureInfo.InvariantCulture, out var fraction)
            ? $"{(fraction * 100).ToString("0.###", CultureInfo.InvariantCulture)} %"
            : value;
    }

    private async Task<Dictionary<string, string>> Sentences(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "problems");
        try
        {
            using var answer = await _client.SendAsync(request, cancellation);
            var list = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation)) as JsonArray ?? [];
            return list.ToDictionary(m => (string)m!["code"]!, m => (string)m!["sentence"]!);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            return [];
        }
    }

    /// <summary>The key is known but may not do this.</summary>
    private sealed class ForbiddenException(string message) : StoppedException(Trace.ExitCode.CouldNotCheck, message);

    [GeneratedRegex(@"\{(?<name>\w+)(:(?<way>\w+))?\}")]
    private static partial Regex Placeholder();
}
