using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Traceability.Tests;

namespace Traceability.Service.Tests.Api;

public sealed partial class TheApiDescribesItself(TestService service) : IClassFixture<TestService>
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private async Task<JsonObject> Description() => (await (await service.Stranger().Get("/openapi/v1.json")).Json()).AsObject();

    private static IEnumerable<(string Name, JsonObject Operation)> Operations(JsonObject description) => description["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key} {path.Key}", operation.Value!.AsObject())));

    /// <summary>Set TRACEABILITY_WRITE_OPENAPI=1 to write docs/openapi.json anew, and look at what changed before committing it.</summary>
    [Fact]
    public async Task the_committed_description_is_what_the_service_says()
    {
        var described = (await Description()).ToJsonString(Written) + "\n";
        var file = Repository.File("docs/openapi.json");
        if (Environment.GetEnvironmentVariable("TRACEABILITY_WRITE_OPENAPI") == "1")
            await File.WriteAllTextAsync(file, described, Http.Cancellation);

        Assert.True(
            described == await File.ReadAllTextAsync(file, Http.Cancellation),
            "The API changed. Run the service tests with TRACEABILITY_WRITE_OPENAPI=1 to write docs/openapi.json anew, and commit it if the change is meant.");
    }

    [Fact]
    public async Task every_operation_has_a_name_a_summary_and_only_typed_answers()
    {
        var description = await Description();

        Assert.StartsWith("3.1", (string)description["openapi"]!, StringComparison.Ordinal);
        Assert.All(Operations(description), o =>
        {
            Assert.False(string.IsNullOrEmpty((string?)o.Operation["operationId"]), o.Name);
            Assert.False(string.IsNullOrEmpty((string?)o.Operation["summary"]), o.Name);
            Assert.All(o.Operation["responses"]!.AsObject(), answer => Assert.True(
                answer.Value!["content"]!.AsObject().All(c => c.Value!["schema"] is not null), $"{o.Name} {answer.Key}"));
        });
        Assert.Distinct(Operations(description).Select(o => (string)o.Operation["operationId"]!));
    }

    [Fact]
    public async Task every_operation_says_how_to_prove_who_asks_and_what_he_hears_who_cannot_or_asks_too_often()
    {
        var description = await Description();
        string[] refused = ["401", "403", "429"];
        var schemes = description["components"]!["securitySchemes"]!.AsObject().Select(s => s.Key).ToList();

        Assert.Equal(["cookie", "key", "token"], schemes);
        Assert.All(Operations(description).Where(o => o.Name.Contains(" /api/", StringComparison.Ordinal)), o =>
        {
            Assert.Equal(schemes, o.Operation["security"]!.AsArray().SelectMany(s => s!.AsObject().Select(p => p.Key)));
            foreach (var status in refused)
                Assert.Equal("#/components/schemas/Problem", (string?)o.Operation["responses"]![status]?["content"]?["application/problem+json"]?["schema"]?["$ref"]);
            Assert.NotNull(o.Operation["responses"]!["429"]!["headers"]!["Retry-After"]);
        });
    }

    [Fact]
    public async Task a_body_that_is_shown_has_the_members_that_its_description_names_and_all_it_needs()
    {
        var description = await Description();
        var bodies = Operations(description).Select(o => (o.Name, Body: o.Operation["requestBody"]?["content"]?["application/json"])).Where(o => o.Body?["example"] is JsonObject).ToList();

        Assert.NotEmpty(bodies);
        Assert.All(bodies, o =>
        {
            var schema = description["components"]!["schemas"]![((string)o.Body!["schema"]!["$ref"]!).Split('/')[^1]]!;
            var shown = o.Body["example"]!.AsObject().Select(m => m.Key).ToList();
            Assert.True(shown.All(schema["properties"]!.AsObject().ContainsKey), $"{o.Name}: {string.Join(", ", shown.Where(m => !schema["properties"]!.AsObject().ContainsKey(m)))}");
            Assert.True((schema["required"]?.AsArray() ?? []).All(m => shown.Contains((string)m!)), o.Name);
        });
        Assert.Contains("runId", description["components"]!["schemas"]!["PreviewRunBody"]!["required"]!.AsArray().Select(m => (string)m!));
        Assert.DoesNotContain("runId", description["components"]!["schemas"]!["RecordRun"]!["properties"]!.AsObject().Select(m => m.Key));
    }

    /// <summary>The examples are bodies that these tests record. Set TRACEABILITY_WRITE_OPENAPI=1 to write them anew; then build, and write docs/openapi.json.</summary>
    [Fact]
    public async Task every_body_has_an_example_that_can_be_recorded()
    {
        var requests = new Requests(service.Ledger);
        await requests.Begin("example");
        var examples = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal)
        {
            ["ApproveRefused"] = JsonNode.Parse("""{ "reason": "Seen with my own eyes", "occurredAt": "2026-01-12T08:00:00+05:00" }""")!,
            ["MakeKey"] = JsonNode.Parse("""{ "name": "Weighbridge 2", "scope": "Write", "expiresAt": "2027-01-01T00:00:00+05:00" }""")!,
            ["RenewKey"] = JsonNode.Parse("""{ "expiresAt": "2028-01-01T00:00:00+05:00" }""")!,
            ["RevokeKey"] = new JsonObject(),
        };
        foreach (var (name, next) in requests.Of.OrderBy(r => r.Key, StringComparer.Ordinal))
            examples[name] = JsonNode.Parse((await next()).Body)!;
        // A preview is asked with what would be recorded, and the id that it would have.
        (examples["PreviewRun"] = examples["RecordRun"].DeepClone())["runId"] = "018f0000-0000-7000-8000-000000000001";
        (examples["PreviewPart"], examples["PreviewClosing"]) = (examples["RecordPart"].DeepClone(), examples["CloseRun"].DeepClone());
        var written = new JsonObject(examples.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value))).ToJsonString(Written) + "\n";
        var file = Repository.File("src/Traceability/examples.json");
        if (Environment.GetEnvironmentVariable("TRACEABILITY_WRITE_OPENAPI") == "1")
            await File.WriteAllTextAsync(file, written, Http.Cancellation);

        Assert.True(written == await File.ReadAllTextAsync(file, Http.Cancellation), "The bodies of requests changed. Run the service tests with TRACEABILITY_WRITE_OPENAPI=1, build, and run them so again.");
        // An empty body needs no example.
        Assert.All(Operations(await Description()).Where(o => o.Operation["requestBody"]?["content"]?["application/json"] is not null), o => Assert.True(
            o.Operation["requestBody"]!["content"]!["application/json"]!["example"] is JsonObject || examples[(string)o.Operation["operationId"]!].AsObject().Count == 0, $"{o.Name} has no example"));
    }

    [Fact]
    public async Task every_value_has_a_type_and_bodies_do_not_repeat_the_address()
    {
        var description = await Description();
        var schemas = description["components"]!["schemas"]!.AsObject();
        var untyped = schemas.SelectMany(s => s.Value!["properties"]?.AsObject().Where(p => p.Value!["type"] is null && p.Value["$ref"] is null && p.Value["oneOf"] is null).Select(p => $"{s.Key}.{p.Key}") ?? []);

        Assert.Empty(untyped);
        Assert.All(Operations(description).Where(o => o.Operation["requestBody"]?["content"]?["application/json"] is not null), o =>
        {
            var body = schemas[((string)o.Operation["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!).Split('/')[^1]]!;
            var parameters = (o.Operation["parameters"]?.AsArray() ?? []).Select(p => (string)p!["name"]!);
            Assert.Empty((body["properties"]?.AsObject() ?? []).Select(p => p.Key).Intersect(parameters.Append("expectedVersion")));
        });
    }

    [Fact]
    public async Task every_published_code_is_explained_at_its_address()
    {
        var published = Row().Matches(await File.ReadAllTextAsync(Repository.File("docs/refusal-codes.md"), Http.Cancellation)).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        var client = service.Stranger();

        var explained = (await (await client.Get("/problems")).Json()).AsArray().Select(m => (string)m!["code"]!).ToList();
        var one = await (await client.Get("/problems/batch-held")).Json();

        Assert.Equal(published, explained);
        Assert.Equal((422, "{batch} is held. Release the hold first."), ((int)one["status"]!, (string)one["sentence"]!));
        Assert.Equal((404, "not-found", null), await (await client.Get("/problems/no-such-code")).Problem());
    }

    [Fact]
    public async Task the_reader_of_the_description_asks_nobody_else()
    {
        var page = await service.Stranger().Get("/docs/");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        var html = await page.Content.ReadAsStringAsync(Http.Cancellation);

        Assert.StartsWith("default-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
        Assert.Contains($"nonce-{Nonce().Match(html).Groups[1].Value}'", policy, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("<script type=\"module\" nonce=\"([0-9a-f]+)\"")]
    private static partial Regex Nonce();
}
