using System.Text.Json;
using System.Text.Json.Nodes;

namespace Traceability.Service.Tests.Api;

/// <summary>Valid requests with one to three things changed at random. The seed is fixed, so that a failure comes again.</summary>
public sealed class WhateverIsSent(TestService service) : IClassFixture<TestService>
{
    private const int Seed = 20261124;

    /// <summary>Values as they stand in the body; some are no JSON.</summary>
    private static readonly string[] Wild =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-1e-400", "1e27", "79228162514264337593543950335", "99999999999999999999999", "0.000000000000000000000000001", "NaN", "01", "",
        "[]", "{}", "[null]", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "[1,\"a\",{}]", "{\"a\":{\"b\":[]}}",
        "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\u001f\"", "\"\\u202e\"", "\"\uFFFD\"", "\"'; drop table ledger.entries; --\"", "\"%\"", "\"\U0001F69B\"", "\"1\"", "\"Product\"", "\"ree-ore\"", "\"split\"",
        "\"00000000-0000-0000-0000-000000000000\"", "\"018f0000-0000-7000-8000-000000000000\"", "\"{018f0000-0000-7000-8000-000000000000}\"",
        "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999+14:00\"", "\"2026-01-12\"", "\"2026-01-12T00:00:00\"", "\"2016-12-31T23:59:60Z\"", "\"-0001-01-01T00:00:00Z\"",
    ];

    private readonly Random _random = new(Seed);
    private readonly Dictionary<Guid, HttpClient> _clients = [];

    [Fact]
    public async Task is_answered_without_a_failure_and_what_is_refused_leaves_nothing()
    {
        var rounds = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 200 : 4;
        var requests = new Requests(service.Ledger);
        await requests.Begin("wild");
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, next) in requests.Of)
            {
                var request = await next();
                if (!_clients.TryGetValue(request.By.PersonId, out var client))
                    _clients[request.By.PersonId] = client = await service.SignIn(request.By);
                // Most are refused and leave the request as new as it was, so each is good for several tries.
                for (var i = 0; i < 5; i++)
                    await Try(client, name, request, Mutated(request.Body));
            }
        }
    }

    private async Task Try(HttpClient client, string name, Request request, string body)
    {
        var before = await Recorded();
        var answer = await client.Put(request.Address, body, ifMatch: request.IfMatch is null ? null : Pick("*", "\"1\"", "\"\"", "W/\"1\"", "\"-1\"", "x"));

        var what = $"{name} {body}\nanswered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Http.Cancellation)}";
        Assert.True((int)answer.StatusCode < 500, what);
        if ((int)answer.StatusCode < 400)
            return;
        await answer.Problem();
        Assert.True(before == await Recorded(), what);
    }

    private Task<long> Recorded() => service.Ledger.Scalar<long>(
        "select (select count(*) from ledger.entries) + (select count(*) from ledger.mt_events where type <> 'tombstone') + (select count(*) from ledger.bookings) + (select count(*) from ledger.numbers)");

    private string Mutated(string body)
    {
        for (var i = _random.Next(3); i >= 0; i--)
            body = Changed(body);
        return body;
    }

    private string Changed(string body)
    {
        if (_random.Next(10) == 0)
            return WithoutSense(body);
        try
        {
            var root = JsonNode.Parse(body);
            var nodes = Nodes(root).ToList();
            if (nodes.Count == 0)
                return body;
            var (parent, name, at) = nodes[_random.Next(nodes.Count)];
            // A place holder first, because some of what goes there is no JSON.
            const string Here = "\"~here~\"";
            Replace(parent, name, at, JsonNode.Parse(Here));
            return root!.ToJsonString().Replace(Here, Pick(Wild), StringComparison.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return WithoutSense(body);
        }
    }

    private void Replace(JsonNode parent, string? name, int at, JsonNode? here)
    {
        switch (parent, _random.Next(8))
        {
            case (JsonObject members, 0):
                members.Remove(name!);
                break;
            case (JsonObject members, 1):
                members[Pick("unknown", "Number", "$type", "__proto__", "", "\0")] = here;
                break;
            case (JsonArray elements, 0):
                elements.RemoveAt(at);
                break;
            case (JsonArray elements, 1):
                while (elements.Count < 300)
                    elements.Add(elements[at]?.DeepClone());
                break;
            case (JsonObject members, _):
                members[name!] = here;
                break;
            case (JsonArray elements, _):
                elements[at] = here;
                break;
        }
    }

    private string WithoutSense(string body) => _random.Next(4) switch
    {
        0 => body[.._random.Next(body.Length + 1)],
        1 => body.Insert(_random.Next(body.Length + 1), Pick(Wild)),
        2 => body + body,
        _ => body.Replace("{", "{\"number\":\"twice\",", StringComparison.Ordinal),
    };

    private static IEnumerable<(JsonNode Parent, string? Name, int At)> Nodes(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Nodes(m.Value).Prepend((members, m.Key, 0))),
        JsonArray elements => elements.SelectMany((e, i) => Nodes(e).Prepend((elements, null, i))),
        _ => [],
    };

    private string Pick(params string[] from) => from[_random.Next(from.Length)];
}
