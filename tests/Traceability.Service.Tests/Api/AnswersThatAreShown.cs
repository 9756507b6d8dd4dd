using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Service.Tests.Access;
using Traceability.Tests;
using Traceability.Tests.Documents;

namespace Traceability.Service.Tests.Api;

/// <summary>What the API's description shows as answers, the service answered here. Lists are cut after two items; what differs from run to run (random ids, keys, the build) is made the same.</summary>
public sealed partial class AnswersThatAreShown(TestService service, TestCluster cluster) : IClassFixture<TestService>
{
    private const string Json = "application/json", Problem = "application/problem+json";

    /// <summary>When everything is recorded here, and what the examples say instead: browsers would forget a cookie whose time has passed.</summary>
    private static readonly DateTimeOffset _clock = new(2090, 1, 1, 9, 0, 0, TimeSpan.Zero);
    private const string Clock = "2090-01-0", Shown = "2026-10-0";

    private static readonly JsonSerializerOptions _written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, string> _ids = [];

    private async Task<List<(string Method, string Path, string Name, JsonObject Answers)>> Operations() => [..
        (await (await service.Stranger().Get("/openapi/v1.json")).Json())["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(operation => (operation.Key, path.Key, (string)operation.Value!["operationId"]!, operation.Value["responses"]!.AsObject()))).OrderBy(o => o.Item3, StringComparer.Ordinal)];

    /// <summary>Set TRACEABILITY_WRITE_OPENAPI=1 to write them anew; then build, and write docs/openapi.json.</summary>
    [Fact]
    public async Task are_what_the_service_answers_and_none_is_missing()
    {
        service.Ledger.Time.Move(_clock - service.Ledger.Time.GetUtcNow());
        var scene = await EveryRoute.Scene.Set(service, "EXAMPLE");
        await SharesAreWorkedOut();
        var operations = await Operations();
        var answers = new SortedDictionary<string, SortedDictionary<string, JsonNode?>>(StringComparer.Ordinal);
        // Reading comes first: what is asked afterwards changes what there is to read.
        foreach (var (method, path, name, _) in operations.OrderBy(o => o.Method != "get"))
        {
            answers[name] = new(StringComparer.Ordinal);
            foreach (var ask in method == "get" ? [Reading(scene, path, name)] : await Writing(scene, method, path, name))
                await Keep(answers[name], await ask(), Json);
        }
        answers["*"] = await Problems(scene);

        var written = Same(new JsonObject(answers.Where(a => a.Value.Count > 0).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)new JsonObject(a.Value)))).ToJsonString(_written)) + "\n";
        var file = Repository.File("src/Traceability/answers.json");
        if (Environment.GetEnvironmentVariable("TRACEABILITY_WRITE_OPENAPI") == "1")
            await File.WriteAllTextAsync(file, written, Http.Cancellation);

        Assert.True(written == await File.ReadAllTextAsync(file, Http.Cancellation), "Answers changed. Run the service tests with TRACEABILITY_WRITE_OPENAPI=1, build, and run them so again.");
        Assert.Empty(operations.SelectMany(o => o.Answers.SelectMany(answer => (answer.Value!["content"]?.AsObject() ?? [])
            .Where(c => c.Key is Json or Problem && c.Value!["example"] is null).Select(c => $"{o.Name} {answer.Key} {c.Key}"))));
    }

    private async Task SharesAreWorkedOut()
    {
        while (await service.Ledger.Scalar<long>("select count(*) from ledger.shares_due") > 0)
            await Task.Delay(20, Http.Cancellation);
    }

    private Func<Task<HttpResponseMessage>> Reading(EveryRoute.Scene scene, string path, string name) => name == "ReadPublicBatch" ? () => ReadPublic(scene) : () => scene.Owner.Get(scene.Filled(path));

    private async Task<HttpResponseMessage> ReadPublic(EveryRoute.Scene scene)
    {
        var request = await scene.Requests.Of[nameof(PublishBatch)]();
        await service.Ledger.Recorded(request.Command, request.By);
        return await service.Stranger().Get($"/public-batches/{((PublishBatch)request.Command).Code}");
    }

    /// <summary>What is recorded is sent twice: the second time it is there already.</summary>
    private async Task<Func<Task<HttpResponseMessage>>[]> Writing(EveryRoute.Scene scene, string method, string path, string name)
    {
        if (method == "post")
            return name == "ImportFile" ? [() => Import(scene, 2), () => Import(scene, Limits.ImportRowsAtOnce + 1)] : [() => Preview(scene, path, name)];
        Func<Task<HttpResponseMessage>> send = name switch
        {
            _ when scene.Requests.Of.TryGetValue(name, out var next) => await Recording(next),
            "ApproveRefused" => await Approving(),
            "MakeKey" => () => scene.Owner.Put($"/api/keys/{DerivedId.Of("example", "key")}", scene.Body(name)),
            "SendFile" => () => SendFile(scene),
            _ => () => scene.Owner.Put(scene.Filled(path), scene.Body(name)),
        };
        return [send, send];
    }

    private async Task<Func<Task<HttpResponseMessage>>> Recording(Func<Task<Request>> next)
    {
        var request = await next();
        var client = await service.SignIn(request.By);
        return () => client.Put(request.Address, request.Body, ifMatch: request.IfMatch);
    }

    private static Task<HttpResponseMessage> SendFile(EveryRoute.Scene scene)
    {
        var file = SampleFiles.Pdf("example");
        return scene.Owner.Put($"/api/files/{Convert.ToHexStringLower(SHA256.HashData(file))}", file, "application/pdf");
    }

    /// <summary>Opening stock after its closing waits for a second person.</summary>
    private async Task<Func<Task<HttpResponseMessage>>> Approving()
    {
        var day = TestLedger.Start.AddDays(10);
        var (first, yard) = await service.Ledger.Firm("example-yard", FacilityKind.Warehouse);
        // Whose submission it is must still work there.
        await service.SignIn(first);
        await service.Ledger.Recorded(new CloseOpeningStock(yard, day), first);
        await service.Ledger.Record(new RegisterBatch(DerivedId.Of("example", "found"), "FOUND", "ree-ore", RegistrationSource.OpeningStock, yard, new(100, 0), day), first);
        var second = await service.SignIn(first with { PersonId = DerivedId.Of("person", "example-second"), Roles = new HashSet<Role> { Role.Supervisor } });
        var waiting = (await (await second.Get("/api/refusals?waiting=true")).Json())["items"]![0]!["id"];
        return () => second.Put($"/api/refusals/{waiting}/approval", """{ "reason": "Seen with my own eyes", "occurredAt": "2026-01-12T08:00:00+05:00" }""");
    }

    private async Task<HttpResponseMessage> Preview(EveryRoute.Scene scene, string path, string name)
    {
        var request = await scene.Requests.Of[EveryRoute.AsksAbout[name]]();
        return await (await service.SignIn(request.By)).Post(path == "/api/runs/preview" ? path : $"{request.Address}/preview", request.Command);
    }

    private static Task<HttpResponseMessage> Import(EveryRoute.Scene scene, int rows)
    {
        var lines = Enumerable.Range(1, rows).Select(i => $"EXAMPLE-{i},ree-ore,Extraction,{(i == 1 ? "example-a" : "nowhere")},1000,2026-03-01T08:00+05:00\n");
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/imports?name=ore.csv")
        {
            Content = new StringContent("Batch number,Material,Source,Facility,Wet kilograms,Occurred at\n" + string.Concat(lines), Encoding.UTF8, "text/csv"),
            Headers = { { "X-Requested-With", "traceability" } },
        };
        return scene.Owner.SendAsync(request, Http.Cancellation);
    }

    private async Task<SortedDictionary<string, JsonNode?>> Problems(EveryRoute.Scene scene)
    {
        var problems = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var (batch, change) = (await scene.Requests.Of[nameof(RegisterBatch)](), await scene.Requests.Of[nameof(ChangeFacility)]());
        var (miner, steward) = (await service.SignIn(batch.By), await service.SignIn(change.By));
        await miner.Put(batch.Address, batch.Body);
        const string Nowhere = "/api/batches/018f0000-0000-7000-8000-000000000000";
        foreach (var ask in new Func<Task<HttpResponseMessage>>[]
        {
            () => service.Stranger().Get("/api/batches"),
            () => miner.Put($"/api/organisations/{DerivedId.Of("example", "organisation")}", """{ "code": "example", "name": "Example", "country": "KZ", "occurredAt": "2026-01-12T08:00:00+05:00" }"""),
            () => miner.Get(Nowhere),
            () => miner.Put(Nowhere, "{"),
            () => miner.Put(Nowhere, batch.Body.Replace("ree-ore", "gold", StringComparison.Ordinal)),
            () => miner.Put(Nowhere, batch.Body, "text/plain"),
            () => miner.Put(Nowhere, new byte[Limits.RequestBytes + 1]),
            () => miner.Put(batch.Address, batch.Body.Replace("1000", "900", StringComparison.Ordinal)),
            () => steward.Put(change.Address, change.Body),
            () => steward.Put(change.Address, change.Body, ifMatch: "\"99\""),
            () => Lost(scene),
            () => TooOften(),
        })
        {
            await Keep(problems, await ask(), Problem);
        }
        return problems;
    }

    /// <summary>The file of a document that somebody deleted.</summary>
    private async Task<HttpResponseMessage> Lost(EveryRoute.Scene scene)
    {
        foreach (var file in service.Folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.FullName.Contains("documents", StringComparison.Ordinal)))
            file.Delete();
        return await scene.Owner.Get(scene.Filled("/api/documents/{documentId}/file"));
    }

    private async Task<HttpResponseMessage> TooOften()
    {
        await using var limited = new TestService(cluster) { Configure = builder => (builder.Configuration["RateLimits:AddressBurst"], builder.Configuration["RateLimits:AddressPerSecond"]) = ("5", "1") };
        await limited.InitializeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => limited.Stranger().Get("/api/materials")));
        return answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
    }

    private static async Task Keep(SortedDictionary<string, JsonNode?> answers, HttpResponseMessage answer, string type)
    {
        if (answer.Content.Headers.ContentType?.MediaType == type)
            answers.TryAdd($"{(int)answer.StatusCode}", Cut(await answer.Json()));
    }

    private static JsonNode Cut(JsonNode node)
    {
        if (node is JsonArray array)
        {
            while (array.Count > 2)
                array.RemoveAt(2);
            foreach (var item in array.OfType<JsonNode>())
                Cut(item);
        }
        else if (node is JsonObject members)
        {
            // Several things of one moment stand in no order.
            if (members["items"] is JsonArray logged && logged.FirstOrDefault()?["what"] is not null)
                members["items"] = new JsonArray([.. logged.Select(i => i!.DeepClone()).OrderBy(i => $"{i["what"]} {i["subjectId"]}", StringComparer.Ordinal).DistinctBy(i => (string)i["what"]!)]);
            if (members["commit"] is not null)
                (members["version"], members["commit"]) = ("1.0.0", "0000000000000000000000000000000000000000");
            foreach (var member in members.Select(m => m.Value).OfType<JsonNode>().ToList())
                Cut(member);
        }
        return node;
    }

    private string Same(string text)
    {
        text = RandomId().Replace(text, id => _ids.TryGetValue(id.Value, out var known) ? known : _ids[id.Value] = $"018f0000-0000-7000-8000-{_ids.Count + 1:x12}");
        // What the database dated itself.
        text = Moment().Replace(text, at => (DateTimeOffset.Parse(at.Value, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow()).Duration() < TimeSpan.FromDays(2) ? $"{Shown}1T09:00:00.000000Z" : at.Value);
        return Key().Replace(text, "trk_...").Replace(Clock, Shown, StringComparison.Ordinal).Replace("2090 Q1", "2026 Q4", StringComparison.Ordinal);
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex RandomId();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Moment();

    [GeneratedRegex("trk_[0-9A-Za-z_]+")]
    private static partial Regex Key();
}
