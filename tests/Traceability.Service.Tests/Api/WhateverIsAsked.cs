using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Traceability.Facilities;

namespace Traceability.Service.Tests.Api;

/// <summary>Every operation that the API describes, asked for what nobody asks for in earnest. Bodies of commands are for <see cref="WhateverIsSent"/>.</summary>
public sealed class WhateverIsAsked(TestService service) : IClassFixture<TestService>
{
    /// <summary>Values in an address, as they stand in it.</summary>
    private static readonly string[] Wild =
    [
        "", "%00", "%FF%FE", "%ED%A0%80", "%0d%0aX: y", "-1", "1e400", "99999999999999999999999999", "1.5", "true", "null", "NaN", "[]", "{}", "'%3b--", "%25", "%5C", "%2e%2e%2f", "Id", "*",
        "00000000-0000-0000-0000-000000000000", "018f0000-0000-7000-8000-000000000000", "2026-01-12", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999%2B14:00", "9999-12-31", "0001-01-01",
        "10000-01-01T00:00:00Z", "Asia/Almaty", "../../etc/passwd", "%F0%9F%9A%9B", new('9', 400), new('a', 3000), "a,b,c", "1_018f0000-0000-7000-8000-000000000000", "MjAyNi0wMS0wMQ==",
        "9223372036854775807", "-9223372036854775808", "2147483648",
    ];

    [Fact]
    public async Task is_answered_without_a_failure()
    {
        var (actor, place) = await service.Ledger.Firm("asked", FacilityKind.MineSite);
        using var client = await service.SignIn(actor);
        var failed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (path, operation) in await Reading())
        {
            var parameters = operation["parameters"]?.AsArray().Select(p => (In: (string)p!["in"]!, Name: (string)p["name"]!)).ToList() ?? [];
            foreach (var (of, name) in parameters.Where(p => p.In is "query" or "path"))
            {
                foreach (var wild in Wild.Where(w => of == "query" || w.Length > 0))
                {
                    var known = name == "facilityId" ? $"{place}" : "018f0000-0000-7000-8000-000000000000";
                    var filled = parameters.Where(p => p.In == "path").Aggregate(path, (address, p) => address.Replace($"{{{p.Name}}}", p.Name == name ? wild : known, StringComparison.Ordinal));
                    var address = of == "query" ? $"{filled}?{name}={wild}" : filled;
                    if (await Status(client, new(HttpMethod.Get, new Uri(service.Address, address))) is >= 500 and var status)
                        failed.Add($"{status} GET {address[..Math.Min(200, address.Length)]}");
                }
            }
        }
        Assert.Empty(failed);
    }

    [Fact]
    public async Task a_file_that_is_none_is_refused()
    {
        var (actor, _) = await service.Ledger.Firm("filed", FacilityKind.MineSite);
        using var client = await service.SignIn(actor);
        var random = new byte[5000];
        new Random(20261128).NextBytes(random);
        byte[][] bodies = [[], [0], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], "PK\u0003\u0004"u8.ToArray(), "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"u8.ToArray(), Encoding.UTF8.GetBytes(new string('[', 5000)), random];
        string[] types = ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/json", "multipart/form-data; boundary=x", "text/csv; charset=nonsense", "*/*"];
        var failed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (method, address) in new[] { ("POST", "/api/imports?kind=Batches"), ("POST", "/api/imports?decimal=%00&sheet=%FF&column.1=x"), ("POST", "/api/runs/preview"), ("PUT", $"/api/files/{new string('0', 64)}"), ("PUT", "/api/files/%00") })
        {
            foreach (var (body, i) in bodies.Select((b, i) => (b, i)))
            {
                foreach (var type in types)
                {
                    var request = new HttpRequestMessage(new(method), new Uri(service.Address, address)) { Content = new ByteArrayContent(body) };
                    request.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(type, out var parsed) ? parsed : null;
                    if (await Status(client, request) is >= 500 and var status)
                        failed.Add($"{status} {method} {address} with body {i} as {type}");
                }
            }
        }
        Assert.Empty(failed);
    }

    [Theory]
    [InlineData("If-Match", "\"99999999999999999999\"")]
    [InlineData("If-Match", "\"1\", \"2\"")]
    [InlineData("If-None-Match", "\u0001")]
    [InlineData("Accept", "text/csv;q=nonsense, */*;q=-1")]
    [InlineData("Accept-Language", "xx-invalid-xx-xx-xx;q=9,*;q=0,kk")]
    [InlineData("Authorization", "Bearer a.b.c")]
    [InlineData("Authorization", "Basic %%%")]
    [InlineData("Cookie", "__Host-traceability=%00; traceability=AAAA; .AspNetCore.Culture=c=xx|uic=\0")]
    [InlineData("Traceability-Organisation", "nobody")]
    [InlineData("Range", "bytes=9-1")]
    [InlineData("X-Forwarded-For", "999.999.999.999, ::::")]
    public async Task a_header_without_sense_harms_nobody(string name, string value)
    {
        var (actor, place) = await service.Ledger.Firm("headed", FacilityKind.MineSite);
        using var client = await service.SignIn(actor);
        foreach (var address in new[] { "/", "/api/batches", $"/api/facilities/{place}", "/api/batches/export?format=csv" })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Address, address));
            request.Headers.TryAddWithoutValidation(name, value);
            Assert.InRange(await Status(client, request), 200, 499);
        }
    }

    private async Task<IEnumerable<(string Path, JsonNode Operation)>> Reading() => (await (await service.Stranger().Get("/openapi/v1.json")).Json())["paths"]!.AsObject()
        .Where(path => path.Value!["get"] is not null).Select(path => (path.Key, path.Value!["get"]!)).ToList();

    private static async Task<int> Status(HttpClient client, HttpRequestMessage request)
    {
        using var sent = request;
        sent.Headers.TryAddWithoutValidation("X-Requested-With", "traceability");
        try
        {
            using var answer = await client.SendAsync(sent, HttpCompletionOption.ResponseHeadersRead, Http.Cancellation);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException e) when (e.InnerException is System.IO.IOException or WebException)
        {
            // Refused before it was read to the end.
            return 400;
        }
    }
}
