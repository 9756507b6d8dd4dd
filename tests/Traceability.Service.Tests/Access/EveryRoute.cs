using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Service.Tests.Api;
using Traceability.Shipments;
using Traceability.Stock;
using Traceability.Tests.Certificates;
using Traceability.Tests.Documents;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Access;

/// <summary>Every operation that the API describes, asked by its owner, by the other side of a handover, by a stranger with an account, by nobody, and with a revoked key of the owner's.
/// A new operation without a row fails.</summary>
public sealed class EveryRoute(TestService service) : IClassFixture<TestService>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    /// <summary>Statuses for owner, party, stranger, nobody and a revoked key. What may not be seen answers 404, and so does doing something at a facility that is not one's own; 403 hears who sees it and may not do this.
    /// A list is never refused to who has an account, but he finds only what concerns him. Where both sides may act, the party has done it already (409); 422 is a rule's answer.</summary>
    private const string Expected = """
        AcceptShipment 201 403 404 401 401
        AllocateClaim 201 404 404 401 401
        AnnounceArrival 201 404 404 401 401
        AnswerHoldRequest 201 403 404 401 401
        ApproveRefused 422 404 404 401 401
        AttachDocument 201 404 404 401 401
        BatchHoldings 200 200 404 401 401
        BatchTimeline 200 200 404 401 401
        BuildVersion 200 200 200 200 200
        ChangeFacility 201 403 404 401 401
        ChangeOrganisation 201 404 404 401 401
        ClaimBatch 201 404 404 401 401
        CloseOpeningStock 201 404 404 401 401
        CloseRun 201 404 404 401 401
        CountStock 201 404 404 401 401
        DeclareFootprint 201 404 404 401 401
        DetachDocument 201 404 404 401 401
        DispatchShipment 201 404 404 401 401
        DisputeShipment 201 403 404 401 401
        DownloadDocument 200 200 404 401 401
        DownloadStatement 200 200 404 401 401
        ExportAccessLog 200 200 200 401 401
        ExportAlarms 200 200 200 401 401
        ExportArrivals 200 200 200 401 401
        ExportAssays 200 200 200 401 401
        ExportAttestations 200 200 200 401 401
        ExportBatches 200 200 200 401 401
        ExportDocuments 200 200 200 401 401
        ExportFacilities 200 200 200 401 401
        ExportHoldRequests 200 200 200 401 401
        ExportHoldings 200 200 200 401 401
        ExportKeys 200 200 200 401 401
        ExportLanes 200 200 200 401 401
        ExportOrganisations 200 200 200 401 401
        ExportReconciliation 200 200 200 401 401
        ExportRefusals 200 200 200 401 401
        ExportRuns 200 200 200 401 401
        ExportShipments 200 200 200 401 401
        ExportStockCounts 200 200 200 401 401
        ExportWriteOffs 200 200 200 401 401
        FollowImport 200 404 404 401 401
        ForgetImportColumns 200 404 404 401 401
        HoldBatch 201 404 404 401 401
        ImportFile 200 200 200 401 401
        ListAlarms 200 200 200 401 401
        ListArrivals 200 200 200 401 401
        ListAttestations 200 200 200 401 401
        ListBatches 200 200 200 401 401
        ListDocuments 200 200 200 401 401
        ListFacilities 200 200 200 401 401
        ListHoldRequests 200 200 200 401 401
        ListHoldings 200 200 200 401 401
        ListImportColumns 200 200 200 401 401
        ListImports 200 200 200 401 401
        ListKeys 200 200 200 401 401
        ListLanes 200 200 200 401 401
        ListOrganisations 200 200 200 401 401
        ListOwned 200 200 200 401 401
        ListProblems 200 200 200 200 200
        ListRefusals 200 200 200 401 401
        ListRuns 200 200 200 401 401
        ListShipments 200 200 200 401 401
        ListStockCounts 200 200 200 401 401
        ListWriteOffs 200 200 200 401 401
        MakeKey 200 409 409 401 401
        NameInPublic 201 404 404 401 401
        NameUmpire 409 201 404 401 401
        OpenRun 201 404 404 401 401
        PreviewClosing 200 404 404 401 401
        PreviewPart 200 404 404 401 401
        PreviewRun 200 404 404 401 401
        PublishBatch 201 404 404 401 401
        ReadAccessLog 200 200 200 401 401
        ReadAncestors 200 200 404 401 401
        ReadArrival 200 200 404 401 401
        ReadAssays 200 200 404 401 401
        ReadBalance 200 404 404 401 401
        ReadBatch 200 200 404 401 401
        ReadBook 200 200 200 401 401
        ReadClaimAccount 200 404 404 401 401
        ReadDescendants 200 200 404 401 401
        ReadDocument 200 200 404 401 401
        ReadFacility 200 200 200 401 401
        ReadFailedRows 200 404 404 401 401
        ReadHoldRequest 200 200 404 401 401
        ReadHome 200 200 200 401 401
        ReadImport 200 404 404 401 401
        ReadMaterials 200 200 200 401 401
        ReadOrganisation 200 200 200 401 401
        ReadPile 200 404 404 401 401
        ReadPiles 200 200 200 401 401
        ReadProblem 200 200 200 200 200
        ReadReconciliation 200 404 404 401 401
        ReadPublicBatch 404 404 404 404 404
        ReadRun 200 404 404 401 401
        ReadShares 200 200 404 401 401
        ReadShipment 200 200 404 401 401
        ReadStockCount 200 404 404 401 401
        ReadTemplate 200 200 200 401 401
        ReadTransfer 200 200 404 401 401
        ReadWriteOff 200 404 404 401 401
        ReceivePart 201 403 404 401 401
        RecordAssay 201 404 404 401 401
        RecordAttestation 201 403 403 401 401
        RecordDocument 201 422 422 401 401
        RecordPart 201 404 404 401 401
        RecordRun 201 404 404 401 401
        RegisterBatch 201 404 404 401 401
        RegisterFacility 201 403 403 401 401
        RegisterOrganisation 201 403 403 401 401
        ReleaseBatch 201 404 404 401 401
        ReloadShipment 409 201 404 401 401
        RenewKey 201 404 404 401 401
        RequestHold 201 422 404 401 401
        ResolveShipment 409 201 404 401 401
        RevokeKey 200 404 404 401 401
        Search 200 200 200 401 401
        SendFile 200 201 201 401 401
        TipIn 201 404 404 401 401
        TransferOwnership 201 404 404 401 401
        VoidShipment 201 403 404 401 401
        WithdrawAttestation 201 403 403 401 401
        WriteOffStock 201 404 404 401 401
        """;

    /// <summary>What is asked before it is recorded, with the command's own body.</summary>
    internal static readonly Dictionary<string, string> AsksAbout = new() { ["PreviewRun"] = nameof(RecordRun), ["PreviewPart"] = nameof(RecordPart), ["PreviewClosing"] = nameof(CloseRun) };

    [Fact]
    public async Task answers_each_kind_of_asker_as_designed()
    {
        var scene = await Scene.Set(service);
        var expected = Expected.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' ', 2, StringSplitOptions.TrimEntries)).ToDictionary(row => row[0], row => row[1]);
        var answered = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (method, path, name) in await Operations())
            answered[name] = await Ask(scene, method, path, name);

        Assert.Equal(
            expected.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key} {row.Value}"),
            answered.Select(row => $"{row.Key} {row.Value}"));
    }

    [Fact]
    public async Task shows_a_stranger_nothing_of_what_others_do()
    {
        var scene = await Scene.Set(service);
        await foreach (var (address, text) in Everything(scene, scene.Stranger))
            Tells(address, text, [scene.Mark, .. scene.Masses, .. scene.Ids]);
    }

    [Fact]
    public async Task shows_the_other_side_of_a_handover_nothing_of_what_the_owner_does_alone_or_with_others()
    {
        var scene = await Scene.Set(service);
        var told = 0;
        await foreach (var (address, text) in Everything(scene, scene.Party))
        {
            Tells(address, text, [scene.Own, .. scene.Masses, .. scene.OwnIds]);
            told += text.Contains(scene.Mark, StringComparison.Ordinal) ? 1 : 0;
        }
        // What both have a part in is there: the test looks where there is something to see.
        Assert.InRange(told, 30, 200);
    }

    private static void Tells(string address, string text, IEnumerable<string> secrets) =>
        Assert.All(secrets, secret => Assert.False(
            text.Contains(secret, StringComparison.OrdinalIgnoreCase) && !address.Contains(secret, StringComparison.OrdinalIgnoreCase),
            $"{address} tells {secret}: {text[Math.Max(0, text.IndexOf(secret, StringComparison.OrdinalIgnoreCase) - 300)..][..Math.Min(text.Length - Math.Max(0, text.IndexOf(secret, StringComparison.OrdinalIgnoreCase) - 300), 600)]}"));

    /// <summary>What every address that can be read answers: those of the API, and all pages.</summary>
    private async IAsyncEnumerable<(string Address, string Text)> Everything(Scene scene, HttpClient reader)
    {
        var pages = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is not null).Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'));
        var api = (await Operations()).Where(o => o.Method == "get").Select(o => o.Path);
        foreach (var path in api.Concat(pages).Where(p => p is not ("/sign-out" or "/api/imports/{importId}/events")))
        {
            using var answer = await reader.Get(scene.Filled(path));
            Assert.True((int)answer.StatusCode < 500, $"{path} answered {(int)answer.StatusCode}");
            var text = path.EndsWith("/statement.pdf", StringComparison.Ordinal) && answer.StatusCode == HttpStatusCode.OK
                ? new PdfFile(await answer.Content.ReadAsByteArrayAsync(Http.Cancellation)).Text
                : WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Http.Cancellation));
            // A search repeats what was searched for.
            yield return (scene.Filled(path), path.Contains("search", StringComparison.Ordinal) ? text.Replace($"\"text\":\"{scene.Mark}\"", "", StringComparison.Ordinal).Replace($"value=\"{scene.Mark}\"", "", StringComparison.Ordinal) : text);
        }
    }

    private async Task<List<(string Method, string Path, string Name)>> Operations() => [..
        (await (await service.Stranger().Get("/openapi/v1.json")).Json())["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(operation => (operation.Key, path.Key, (string)operation.Value!["operationId"]!)))];

    private async Task<string> Ask(Scene scene, string method, string path, string name)
    {
        // Who may do least asks first, so that a request that is recorded by mistake is seen as such.
        var request = scene.Requests.Of.TryGetValue(AsksAbout.GetValueOrDefault(name, name), out var next) ? await next() : null;
        var (owner, party) = request is null ? (scene.Owner, scene.Party) : (await service.SignIn(request.By), await scene.OtherSideOf(request.By));
        HttpClient[] askers = [service.Stranger(), scene.Revoked, scene.Stranger, party, owner];
        var statuses = new List<int>();
        foreach (var asker in askers)
        {
            using var answer = method == "get" ? await asker.Get(scene.Filled(path))
                : request is not null && method == "post" ? await asker.Post(path == "/api/runs/preview" ? path : $"{request.Address}/preview", request.Command)
                : request is not null ? await asker.Put(request.Address, request.Body, ifMatch: request.IfMatch)
                : method == "post" ? await asker.PostAsync(path, new StringContent("organisation_code,number\n", Encoding.UTF8, "text/csv") { Headers = { { "X-Requested-With", "traceability" } } }, Http.Cancellation)
                : await asker.Put(scene.Filled(path), scene.Body(name));
            statuses.Add((int)answer.StatusCode);
        }
        return string.Join(' ', statuses[4], statuses[3], statuses[2], statuses[0], statuses[1]);
    }

    /// <summary>Two firms that have to do with each other, one that has nothing to do with them, and one of everything that can be read.</summary>
    internal sealed class Scene(TestService service, string mark)
    {
        private readonly Dictionary<string, string> _ids = [];
        private readonly byte[] _file = SampleFiles.Pdf(mark);

        /// <summary>Stands in the numbers of all goods and papers of the two firms, and in no name of the public register.</summary>
        public string Mark => mark;

        /// <summary>Stands in what the owner did alone, or with a third.</summary>
        public string Own => $"{mark}-OWN";

        /// <summary>What only the owner, and who bought some of it beside the other side, may read.</summary>
        public string[] Masses { get; } = ["33.771", "44.317", "1.933", "12.719"];

        public IEnumerable<string> Ids => _ids.Where(id => Guid.TryParse(id.Value, out _) && id.Key is not ("organisationId" or "facilityId")).Select(id => id.Value);

        public IEnumerable<string> OwnIds => _own.Select(id => _ids[id]);

        public HttpClient Owner { get; private set; } = null!;
        public HttpClient Party { get; private set; } = null!;
        public HttpClient Stranger { get; private set; } = null!;

        /// <summary>Shows a key of the owner's that was revoked.</summary>
        public HttpClient Revoked { get; private set; } = null!;

        public Requests Requests { get; private set; } = null!;

        private static Actor Administrator(Actor of) => of with { Roles = of.Roles.Append(Role.OrganisationAdmin).ToHashSet() };

        public static async Task<Scene> Set(TestService service, string? mark = null)
        {
            var scene = new Scene(service, mark ?? $"HUSH{Guid.CreateVersion7(service.Ledger.Time.GetUtcNow()):N}"[..20]);
            var name = scene.Mark.ToLowerInvariant().Replace("hush", "firm-", StringComparison.Ordinal);
            var (owner, mine) = await service.Ledger.Firm($"{name}-a", FacilityKind.MineSite);
            var (party, plant) = await service.Ledger.Firm($"{name}-b", FacilityKind.Concentrator);
            var (stranger, _) = await service.Ledger.Firm($"{name}-c", FacilityKind.MineSite);
            (scene.Owner, scene.Party, scene.Stranger) = (await service.SignIn(Administrator(owner)), await service.SignIn(Administrator(party)), await service.SignIn(Administrator(stranger)));
            await scene.Keys(Administrator(owner));
            await scene.Happen(owner, mine, party, plant);
            scene.Requests = new(service.Ledger);
            await scene.Requests.Begin(name);
            return scene;
        }

        public string Filled(string path) => _ids.Aggregate(Page(path), (filled, id) => filled.Replace($"{{{id.Key}}}", id.Value, StringComparison.OrdinalIgnoreCase)) + path switch
        {
            "/search" or "/api/search" => $"?text={mark}",
            "/api/assays/export" => $"?batchId={_ids["batchId"]}",
            _ => "",
        };

        /// <summary>The id in a page's route, called as in the API's.</summary>
        private static string Page(string path) => Regex.Replace(path, @"^/(?<of>[a-z-]+)/\{id:guid\}|\{(?<name>[A-Za-z]+)(:[a-z]+)?\}", match => match.Groups["of"] is { Success: true, Value: var of }
            ? $"/{of}/{{{_keys.GetValueOrDefault(of, "batchId")}}}" : $"{{{match.Groups["name"].Value}}}", RegexOptions.IgnoreCase);

        private static readonly string[] _own = ["runId", "pileId", "writeOffId", "countId", "importId", "columnsId", "keyId", "otherShipmentId", "ownDocumentId"];

        private static readonly Dictionary<string, string> _keys = new()
        {
            ["shipments"] = "shipmentId",
            ["arrivals"] = "arrivalId",
            ["runs"] = "runId",
            ["piles"] = "pileId",
            ["facilities"] = "facilityId",
            ["organisations"] = "organisationId",
            ["documents"] = "documentId",
            ["hold-requests"] = "requestId",
            ["imports"] = "importId",
            ["stock-counts"] = "countId",
            ["write-offs"] = "writeOffId",
            ["transfers"] = "transferId",
        };

        public Task<HttpClient> OtherSideOf(Actor by)
        {
            var name = mark.ToLowerInvariant().Replace("hush", "firm-", StringComparison.Ordinal);
            string other = by.OrganisationId == DerivedId.Organisation($"{name}-mine") ? "plant" : "mine";
            return service.SignIn(new(DerivedId.Of("person", $"{name}-{other}"), DerivedId.Organisation($"{name}-{other}"), new HashSet<Role> { Role.Operator, Role.Supervisor }));
        }

        public byte[] Body(string operation) => operation == "SendFile" ? _file : Encoding.UTF8.GetBytes(operation switch
        {
            nameof(MakeKey) => new JsonObject { ["name"] = Own, ["scope"] = "Write", ["expiresAt"] = service.Ledger.Time.GetUtcNow().AddDays(1).ToString("O") }.ToJsonString(),
            nameof(RenewKey) => new JsonObject { ["expiresAt"] = service.Ledger.Time.GetUtcNow().AddDays(1).ToString("O") }.ToJsonString(),
            nameof(ApproveRefused) => new JsonObject { ["reason"] = "Seen", ["occurredAt"] = Day.ToString("O") }.ToJsonString(),
            _ => "{}",
        });

        private async Task Keys(Actor owner)
        {
            var keys = service.Services.GetRequiredService<Keys>();
            var (now, revoked, standing) = (service.Ledger.Time.GetUtcNow(), Id("revoked key"), Id("key"));
            var (made, _) = await keys.Make(new(revoked, Own, Scope.Write, now.AddDays(1)), owner, Http.Cancellation);
            await keys.Revoke(new(revoked), owner, Http.Cancellation);
            await keys.Make(new(standing, Own, Scope.Write, now.AddDays(1)), owner, Http.Cancellation);
            (_ids["keyId"], _ids["successorId"]) = ($"{standing}", $"{Id("successor")}");
            Revoked = service.Stranger();
            Revoked.DefaultRequestHeaders.Authorization = new("Bearer", made!.Key);
        }

        private async Task Happen(Actor owner, Guid mine, Actor party, Guid plant)
        {
            var (ore, sent, run, pile) = (Id("ore"), Id("sent"), Id("run"), Id("pile"));
            async Task Record(string id, Guid value, ICommand command, Actor by)
            {
                await service.Ledger.Recorded(command, by);
                _ids[id] = $"{value}";
            }
            await Record("batchId", ore, new RegisterBatch(ore, $"{mark}-ORE", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0), Day), owner);
            // Half of it gone takes a second person, and is refused to one alone.
            await service.Ledger.Record(new CountStock(Id("half"), $"{Own}-CT", mine, [new(ore, new(500, 0), null)], Day.AddHours(1), "Night shift"), owner);
            await Record("countId", Id("count"), new CountStock(Id("count"), $"{Own}-CT", mine, [new(ore, new(999, 0), null)], Day.AddHours(2), "Month's end"), owner);
            await Record("shipmentId", sent, new DispatchShipment(
                sent, $"{mark}-SH", mine, plant, TransportMode.Rail, new(null, "Rail"), [new(ore, new(100, 0))], Day.AddDays(1), [new("KTZ", $"{mark}-S")], [$"{mark}-W"], [$"{mark}-CMR"]), owner);
            await Record("arrivalId", Id("arrival"), new AnnounceArrival(Id("arrival"), owner.OrganisationId, $"{mark}-A", plant, [new($"{mark}-B", new(10, 0), $"{mark}-I")], Day), party);
            await service.Ledger.Recorded(new AcceptShipment(sent, [new(ore, new(100, 0))], Day.AddDays(4)), party);
            await Record("requestId", Id("request"), new RequestHold(ore, Id("request"), plant, $"{mark} wrong label", Day.AddDays(5)), owner);
            await Record("transferId", Id("transfer"), new TransferOwnership(Id("transfer"), mine, party.OrganisationId, [new(ore, new(100, 0))], $"{mark}-C", Day.AddDays(5)), owner);
            await Record("runId", run, new RecordRun(
                run, $"{Own}-RUN", "split", mine, Day.AddDays(5), Day.AddDays(6), [new(ore, new(44.317m, 0))], [new(Id("part"), $"{Own}-PART", "ree-ore", OutputRole.Product, new(44.317m, 0))], []), owner);
            await Record("pileId", Pile.IdOf(mine, $"{Own} pile"), new TipIn(Id("tipping"), pile, mine, $"{Own} pile", $"{Own}-P", [new(ore, new(12.719m, 0))], Day.AddDays(7), null, "First"), owner);
            await Record("writeOffId", Id("loss"), new WriteOffStock(Id("loss"), $"{Own}-WO", mine, WriteOffCause.Theft, [new(ore, new(1.933m, 0))], "Broken lock", Day.AddDays(9), ["Police report"]), owner);
            var (_, store) = await service.Ledger.Firm($"{mark.ToLowerInvariant().Replace("hush", "firm-", StringComparison.Ordinal)}-d", FacilityKind.Warehouse);
            await Record("otherShipmentId", Id("other"), new DispatchShipment(
                Id("other"), $"{Own}-SH", mine, store, TransportMode.Road, new(null, "Lorry"), [new(ore, new(33.771m, 0))], Day.AddDays(9), [new("KTZ", $"{Own}-S")], [$"{Own}-T"], [$"{Own}-CMR"]), owner);
            _ids["sha256"] = Convert.ToHexStringLower(SHA256.HashData(_file));
            Assert.Equal(201, (int)(await Owner.Put($"/api/files/{_ids["sha256"]}", _file, "application/pdf")).StatusCode);
            await Record("documentId", Id("paper"), new RecordDocument(
                Id("paper"), _ids["sha256"], DocumentKind.Invoice, Day, $"{mark}-I", new(2026, 1, 9), [new(SubjectKind.Shipment, sent)]), owner);
            await Record("ownDocumentId", Id("own paper"), new RecordDocument(
                Id("own paper"), _ids["sha256"], DocumentKind.Invoice, Day, $"{Own}-I", new(2026, 1, 9), [new(SubjectKind.Shipment, Id("other")), new(SubjectKind.Run, run)]), owner);
            _ids["importId"] = $"{Id("import")}";
            await service.Ledger.Change(
                """
                insert into ledger.imports (id, organisation_id, person_id, name, settings, kind, rows, started_at, finished_at, found)
                values ($1, $2, $3, $4, '', 'Batches', 0, now(), now(), '{"format":"csv","sheets":[],"headingLine":1,"rows":0,"columns":[]}')
                """,
                Id("import"), owner.OrganisationId, owner.PersonId, $"{Own}.csv");
            _ids["columnsId"] = $"{Id("columns")}";
            await service.Ledger.Change(
                """
                insert into ledger.import_columns (id, organisation_id, kind, headings_sha256, headings, settings, said_by, said_at)
                values ($1, $2, 'Batches', '', '{Load}', '?kind=Batches&column.1=Material', $3, now())
                """,
                Id("columns"), owner.OrganisationId, owner.PersonId);
            _ids["organisationId"] = $"{owner.OrganisationId}";
            _ids["facilityId"] = $"{mine}";
            _ids["code"] = "batch-held";
            _ids["book"] = "batches";
            _ids["kind"] = "batches";
            _ids["refusalId"] = $"{await service.Ledger.Scalar<Guid>("select id from ledger.refusals where organisation_id = $1 limit 1", owner.OrganisationId)}";
        }

        private Guid Id(string what) => DerivedId.Of("scene", mark, what);
    }
}
