using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Service.Tests.Api;
using Traceability.Shipments;
using Traceability.Tests.Documents;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Documents;

/// <summary>A mine sends ore to a plant; a third firm has nothing to do with it.</summary>
public sealed partial class SendingDocuments(TestService service) : IClassFixture<TestService>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private sealed record Story(Actor Miner, Guid Mine, Actor Plant, Guid PlantFacility, Actor Stranger, Guid Ore, Guid Shipment, Guid Run);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
    private static string Body(string sha256, params Subject[] about) => Http.Body(new RecordDocument(default, sha256, DocumentKind.CmrWaybill, Day, "77/26", new(2026, 1, 9), about), "documentId");
    private DirectoryInfo Files => new(Path.Combine(service.Folder.FullName, "documents"));

    private async Task<Story> Tell(string name)
    {
        var (miner, mine) = await service.Ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        var (plant, facility) = await service.Ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        var (stranger, _) = await service.Ledger.Firm($"{name}-stranger", FacilityKind.Warehouse);
        var (ore, shipment, run) = (DerivedId.Of("ore", name), DerivedId.Of("shipment", name), DerivedId.Of("run", name));
        await service.Ledger.Recorded(new RegisterBatch(ore, $"ORE {name}", "ree-ore", RegistrationSource.Extraction, mine, new(1000, 0.06m), Day), miner);
        await service.Ledger.Recorded(new DispatchShipment(shipment, $"SH {name}", mine, facility, TransportMode.Rail, new(null, "Rail"), [new(ore, new(200, 0))], Day.AddDays(1)), miner);
        await service.Ledger.Recorded(new AcceptShipment(shipment, [new(ore, new(199, 0), $"IN {name}")], Day.AddDays(4)), plant);
        await service.Ledger.Recorded(new RecordRun(
            run, $"RUN {name}", "split", facility, Day.AddDays(5), Day.AddDays(6), [new(ore, new(50, 0))], [new(DerivedId.Of("part", name), $"PART {name}", "ree-ore", OutputRole.Product, new(50, 0))]), plant);
        return new(miner, mine, plant, facility, stranger, ore, shipment, run);
    }

    /// <summary>Sends a file and says what it is about.</summary>
    private async Task<Guid> Documented(Actor by, byte[] file, params Subject[] about)
    {
        using var client = await service.SignIn(by);
        Assert.True((await client.Put($"/api/files/{Hash(file)}", file, "application/octet-stream")).IsSuccessStatusCode);
        var id = Guid.CreateVersion7();
        var answer = await client.Put($"/api/documents/{id}", Body(Hash(file), about));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Http.Cancellation));
        return id;
    }

    private async Task<bool> Sees(Actor actor, Guid document)
    {
        using var client = await service.SignIn(actor);
        var answers = new List<bool>();
        foreach (var address in new[] { $"/api/documents/{document}", $"/api/documents/{document}/file", $"/documents/{document}" })
        {
            using var answer = await client.Get(address);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{address} {answer.StatusCode}");
            answers.Add(answer.IsSuccessStatusCode);
        }
        var list = await (await client.Get("/api/documents")).Content.ReadAsStringAsync(Http.Cancellation);
        var export = await (await client.Get("/api/documents/export?format=jsonl")).Content.ReadAsStringAsync(Http.Cancellation);
        var found = await (await client.Get("/api/search?text=77/26")).Content.ReadAsStringAsync(Http.Cancellation);
        answers.AddRange(new[] { list, export, found }.Select(text => text.Contains(document.ToString(), StringComparison.Ordinal)));
        return Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task what_was_sent_is_downloaded_as_it_was()
    {
        var story = await Tell("whole");
        var file = SampleFiles.Pdf("whole");
        var document = await Documented(story.Miner, file, new Subject(SubjectKind.Shipment, story.Shipment));
        using var client = await service.SignIn(story.Plant);

        using var answer = await client.Get($"/api/documents/{document}/file");
        client.DefaultRequestHeaders.IfNoneMatch.Add(answer.Headers.ETag!);
        using var again = await client.Get($"/api/documents/{document}/file");

        Assert.Equal(file, await answer.Content.ReadAsByteArrayAsync(Http.Cancellation));
        Assert.Equal(("application/pdf", $"\"{Hash(file)}\""), (answer.Content.Headers.ContentType!.ToString(), answer.Headers.ETag!.Tag));
        Assert.Equal(("attachment", "cmr-waybill-77-26.pdf"), (answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileName));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'none'; sandbox", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task it_is_seen_by_whoever_sees_one_of_the_things_it_is_about_and_by_its_organisation()
    {
        var story = await Tell("seen");
        var auditor = new Actor(DerivedId.Of("auditor"), Steward.OrganisationId, new HashSet<Role> { Role.SchemeAuditor });
        (Subject[] About, bool Mine, bool Plant, bool Stranger)[] cases =
        [
            ([], true, false, false),
            ([new(SubjectKind.Batch, story.Ore)], true, true, false),
            ([new(SubjectKind.Shipment, story.Shipment)], true, true, false),
            ([new(SubjectKind.Facility, story.Mine)], true, true, true),
            ([new(SubjectKind.Organisation, story.Miner.OrganisationId)], true, true, true),
        ];
        foreach (var (about, mine, plant, stranger) in cases)
        {
            var document = await Documented(story.Miner, SampleFiles.Pdf("seen"), about);
            var heard = (await Sees(story.Miner, document), await Sees(story.Plant, document), await Sees(story.Stranger, document), await Sees(auditor, document));
            Assert.Equal((mine, plant, stranger, true), heard);
        }
        var ofRun = await Documented(story.Plant, SampleFiles.Pdf("run"), new Subject(SubjectKind.Run, story.Run));
        Assert.Equal((true, false), (await Sees(story.Plant, ofRun), await Sees(story.Miner, ofRun)));
    }

    [Fact]
    public async Task taken_back_it_is_seen_by_its_own_organisation_only()
    {
        var story = await Tell("back");
        var shipment = new Subject(SubjectKind.Shipment, story.Shipment);
        var document = await Documented(story.Miner, SampleFiles.Pdf("back"), shipment);
        using var client = await service.SignIn(story.Miner);

        await client.Put($"/api/documents/{document}/detachments/{Guid.CreateVersion7()}", Http.Body(new DetachDocument(default, default, shipment, "Wrong waybill", Day), "documentId", "detachmentId"));
        Assert.Equal((true, false), (await Sees(story.Miner, document), await Sees(story.Plant, document)));
        await client.Put($"/api/documents/{document}/attachments/{Guid.CreateVersion7()}", Http.Body(new AttachDocument(default, default, shipment, Day), "documentId", "attachmentId"));
        Assert.True(await Sees(story.Plant, document));
        Assert.Equal(2, await service.Ledger.Scalar<long>("select count(*) from ledger.attachments where document_id = $1", document));
    }

    [Fact]
    public async Task a_reader_is_not_told_of_the_things_it_is_about_that_he_does_not_see()
    {
        var story = await Tell("partly");
        var secret = DerivedId.Of("secret ore");
        await service.Ledger.Recorded(new RegisterBatch(secret, "SECRET", "ree-ore", RegistrationSource.Extraction, story.Mine, new(1000, 0.06m), Day), story.Miner);
        var document = await Documented(story.Miner, SampleFiles.Pdf("partly"), new(SubjectKind.Batch, secret), new(SubjectKind.Batch, story.Ore));
        using var plant = await service.SignIn(story.Plant);

        var told = await (await plant.Get($"/api/documents/{document}")).Json();
        var filtered = await (await plant.Get($"/api/documents?attachedTo={secret}")).Json();

        Assert.Equal(story.Ore, (Guid)Assert.Single(told["attachedTo"]!.AsArray())!["subject"]!["id"]!);
        Assert.Empty(filtered["items"]!.AsArray());
    }

    [Fact]
    public async Task a_file_that_somebody_else_sent_is_not_to_be_had_by_its_hash()
    {
        var story = await Tell("hash");
        var file = SampleFiles.Pdf("hash");
        await Documented(story.Miner, file);
        using var stranger = await service.SignIn(story.Stranger);

        Assert.Equal((422, "file-unknown", "sha256"), await (await stranger.Put($"/api/documents/{Guid.CreateVersion7()}", Body(Hash(file)))).Problem());
        Assert.Equal((422, "hash-differs", null), await (await stranger.Put($"/api/files/{Hash(file)}", SampleFiles.Pdf("something else"), "application/pdf")).Problem());
        Assert.Equal((422, "hash-malformed", "sha256"), await (await stranger.Put("/api/files/..%2F..%2Fetc%2Fpasswd", file, "application/pdf")).Problem());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("MZ\0\0")]
    public async Task what_is_no_paper_is_refused_and_leaves_nothing(string content)
    {
        var story = await Tell($"no-paper-{content.Length}");
        var file = Encoding.UTF8.GetBytes(content);
        using var client = await service.SignIn(story.Miner);

        var (status, code, _) = await (await client.Put($"/api/files/{Hash(file)}", file, "application/pdf")).Problem();

        Assert.Equal((422, content.Length == 0 ? "file-empty" : "file-type-unknown"), (status, code));
        Assert.Equal(0L, await service.Ledger.Scalar<long>("select count(*) from ledger.files where organisation_id = $1", story.Miner.OrganisationId));
        Assert.False(File.Exists(Path.Combine(Files.FullName, Hash(file)[..2], Hash(file))));
    }

    [Fact]
    public async Task twenty_six_megabytes_are_too_many()
    {
        var story = await Tell("large");
        byte[] file = [.. SampleFiles.Pdf(), .. new byte[26 * 1024 * 1024]];
        using var client = await service.SignIn(story.Miner);

        Assert.Equal((413, "too-large", null), await (await client.Put($"/api/files/{Hash(file)}", file, "application/pdf")).Problem());
        var largest = SampleFiles.Pdf(new string('.', 25 * 1024 * 1024 - SampleFiles.Pdf().Length));
        Assert.Equal(HttpStatusCode.Created, (await client.Put($"/api/files/{Hash(largest)}", largest, "application/pdf")).StatusCode);
    }

    [Fact]
    public async Task an_upload_that_breaks_off_leaves_nothing()
    {
        var story = await Tell("broken");
        using var client = await service.SignIn(story.Miner);
        // What the client has as cookie is what its request would carry.
        var cookie = await service.Cookie(story.Miner);
        var file = SampleFiles.Pdf("broken");
        using (var line = new TcpClient())
        {
            await line.ConnectAsync(service.Address.Host, service.Address.Port, Http.Cancellation);
            var head = $"PUT /api/files/{Hash(file)} HTTP/1.1\r\nHost: {service.Address.Authority}\r\nCookie: {cookie}\r\nX-Requested-With: traceability\r\nContent-Length: {file.Length}\r\n\r\n";
            await line.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. file[..50]], Http.Cancellation);
            while (!Files.Exists || !Files.EnumerateFiles("*", SearchOption.AllDirectories).Any(f => f.Directory!.Name == "incoming"))
                await Task.Delay(10, Http.Cancellation);
        }
        while (Files.EnumerateFiles("*", SearchOption.AllDirectories).Any(f => f.Directory!.Name == "incoming"))
            await Task.Delay(10, Http.Cancellation);

        Assert.False(File.Exists(Path.Combine(Files.FullName, Hash(file)[..2], Hash(file))));
        Assert.Equal((422, "file-unknown", "sha256"), await (await client.Put($"/api/documents/{Guid.CreateVersion7()}", Body(Hash(file)))).Problem());
    }

    [Fact]
    public async Task a_file_that_is_gone_or_changed_on_the_disk_is_told_in_words()
    {
        var story = await Tell("disk");
        var file = SampleFiles.Pdf("disk");
        var document = await Documented(story.Miner, file);
        var path = Path.Combine(Files.FullName, Hash(file)[..2], Hash(file));
        using var client = await service.SignIn(story.Miner);

        await File.AppendAllTextAsync(path, "more", Http.Cancellation);
        Assert.Equal((503, "file-damaged", null), await (await client.Get($"/api/documents/{document}/file")).Problem());
        File.Delete(path);
        Assert.Equal((503, "file-missing", null), await (await client.Get($"/api/documents/{document}/file")).Problem());
        Assert.True((await client.Put($"/api/files/{Hash(file)}", file, "application/pdf")).IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.Get($"/api/documents/{document}/file")).StatusCode);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("C:\\windows\\system32\\x.pdf")]
    [InlineData("a\0.pdf")]
    [InlineData("<script>.pdf")]
    [InlineData("\u202efdp.exe")]
    public async Task the_form_of_a_page_takes_a_file_whatever_it_is_called(string fileName)
    {
        var story = await Tell($"form-{Hash(Encoding.UTF8.GetBytes(fileName))[..8]}");
        using var client = await service.SignIn(story.Miner);

        using var answer = await Submit(client, $"/batches/{story.Ore}", fileName, SampleFiles.Pdf(fileName), ("kind", "Invoice"), ("number", "77/26"), ("issuedOn", "2026-01-09"));

        Assert.Equal($"/batches/{story.Ore}?recorded=true", answer.Headers.Location?.ToString());
        var listed = (await (await client.Get($"/api/documents?attachedTo={story.Ore}")).Json())["items"]!.AsArray();
        Assert.Equal("77/26", (string?)Assert.Single(listed)!["number"]);
        Assert.Equal([SampleFiles.Pdf(fileName).Length], Files.EnumerateFiles(Hash(SampleFiles.Pdf(fileName)), SearchOption.AllDirectories).Select(f => (int)f.Length));
    }

    [Fact]
    public async Task a_form_with_something_wrong_in_it_keeps_the_file_that_has_arrived()
    {
        var story = await Tell("again");
        using var client = await service.SignIn(story.Miner);

        using var answer = await Submit(client, $"/shipments/{story.Shipment}", "a.pdf", SampleFiles.Pdf("again"), ("kind", "CustomsDeclaration"), ("number", ""), ("issuedOn", ""));
        var page = await answer.Content.ReadAsStringAsync(Http.Cancellation);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Write the number of the customs declaration.", page, StringComparison.Ordinal);
        Assert.Contains($"name=\"sha256\" value=\"{Hash(SampleFiles.Pdf("again"))}\"", page, StringComparison.Ordinal);
        using var second = await Submit(client, page[page.LastIndexOf("<form", StringComparison.Ordinal)..], $"/documents/record?kind=Shipment&id={story.Shipment}", null, [], ("kind", "CustomsDeclaration"), ("number", "DT-1"), ("issuedOn", ""));
        Assert.Equal($"/shipments/{story.Shipment}?recorded=true", second.Headers.Location?.ToString());
    }

    [Fact]
    public async Task a_form_says_what_is_wrong_with_a_file()
    {
        var story = await Tell("wrong");
        using var plant = await service.SignIn(story.Plant);

        using var page = await Submit(plant, $"/runs/{story.Run}", "a.pdf", "text"u8.ToArray(), ("kind", "Invoice"), ("number", ""), ("issuedOn", ""));
        using var large = await Submit(plant, $"/runs/{story.Run}", "a.pdf", [.. SampleFiles.Pdf(), .. new byte[26 * 1024 * 1024]], ("kind", "Invoice"), ("number", ""), ("issuedOn", ""));

        Assert.Contains("This is no PDF", await page.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
        Assert.Contains("This is too large.", await large.Content.ReadAsStringAsync(Http.Cancellation), StringComparison.Ordinal);
    }

    /// <summary>Opens a page and sends its form for documents, as a browser without script does.</summary>
    private static async Task<HttpResponseMessage> Submit(HttpClient client, string address, string fileName, byte[] file, params (string Name, string Value)[] fields)
    {
        var page = await client.GetStringAsync(address, Http.Cancellation);
        var form = Form().Match(page);
        Assert.True(form.Success, page);
        return await Submit(client, form.Value, WebUtility.HtmlDecode(form.Groups["action"].Value), fileName, file, fields);
    }

    private static async Task<HttpResponseMessage> Submit(HttpClient client, string form, string action, string? fileName, byte[] file, params (string Name, string Value)[] fields)
    {
        const string Boundary = "----between";
        var body = new MemoryStream();
        void Write(string text) => body.Write(Encoding.UTF8.GetBytes(text));
        foreach (var (name, value) in Hidden().Matches(form).Select(m => (m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value))).DistinctBy(f => f.Item1).Concat(fields))
            Write($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        Write($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{fileName}\"\r\nContent-Type: application/x-anything\r\n\r\n");
        body.Write(file);
        Write($"\r\n--{Boundary}--\r\n");
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}");
        return await client.PostAsync(action, content, Http.Cancellation);
    }

    [GeneratedRegex("<form[^>]*action=\"(?<action>/documents/record[^\"]*)\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Hidden();
}
