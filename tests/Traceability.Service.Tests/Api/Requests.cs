using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Footprints;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Api;

/// <summary>A request that would be recorded as it stands.</summary>
public sealed record Request(Actor By, string Address, ICommand Command, string? IfMatch = null)
{
    /// <summary>The command without what the address says.</summary>
    public string Body => Http.Body(Command, [.. Address.Split('/').Where(part => Guid.TryParse(part, out _)).Select(id => Command.GetType().GetProperties()
        .First(p => p.GetValue(Command) is Guid value && value.ToString() == id).Name).Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName)]);
}

/// <summary>For every command of the API, what makes the next such request: it records what has to stand before, so that the request itself is the only thing new.</summary>
public sealed class Requests(TestLedger ledger)
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private int _made;
    private string _name = "";
    private (Actor Miner, Guid Mine) _from;
    private (Actor Receiver, Guid Plant) _to;
    private Actor _umpire = null!;

    /// <param name="name">Tells the firms and goods of these requests from others in the same ledger.</param>
    public async Task Begin(string name)
    {
        _name = name;
        _from = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        _to = await ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        (_umpire, _) = await ledger.Firm($"{name}-umpire", FacilityKind.Warehouse);
    }

    public IReadOnlyDictionary<string, Func<Task<Request>>> Of => new Dictionary<string, Func<Task<Request>>>
    {
        [nameof(RegisterOrganisation)] = () => Next(n => Put(Steward, "/api/organisations/{0}", new RegisterOrganisation(Id("firm", n), $"{_name}-firm-{n}", "Firm", "KZ", [new("BIN", "123456789012")], Start), Id("firm", n))),
        [nameof(ChangeOrganisation)] = () => Next(n => Put(
            Steward, $"/api/organisations/{_umpire.OrganisationId}/changes/{{0}}", new ChangeOrganisation(_umpire.OrganisationId, Id("change", n), $"Firm {n}", "KZ", null, Day), Id("change", n)) with
        { IfMatch = "*" }),
        [nameof(NameInPublic)] = () => Next(n => Put(
            _from.Miner with { PersonId = Id("administrator", 0), Roles = new HashSet<Role> { Role.OrganisationAdmin } }, $"/api/organisations/{_from.Miner.OrganisationId}/public-naming/{{0}}",
            new NameInPublic(_from.Miner.OrganisationId, Id("decision", n), true, Day), Id("decision", n))),
        [nameof(RegisterFacility)] = () => Next(n => Put(Steward, "/api/facilities/{0}", new RegisterFacility(Id("place", n), $"{_name}-place-{n}", FacilityKind.MineSite, Terms, Start), Id("place", n))),
        [nameof(ChangeFacility)] = () => Next(n => Put(
            Steward, $"/api/facilities/{_from.Mine}/changes/{{0}}", new ChangeFacility(_from.Mine, Id("terms", n), Terms with { Name = $"Mine {n}" }, Day), Id("terms", n)) with
        { IfMatch = "*" }),
        [nameof(CloseOpeningStock)] = () => Next(async n =>
        {
            await ledger.Recorded(new RegisterFacility(Id("yard", n), $"{_name}-yard-{n}", FacilityKind.Warehouse, Terms with { Licence = null, Partners = [] }, Start), Steward);
            return Put(_from.Miner, "/api/facilities/{0}/opening-stock/closing", new CloseOpeningStock(Id("yard", n), Day), Id("yard", n));
        }),
        [nameof(RegisterBatch)] = () => Next(n => Put(_from.Miner, "/api/batches/{0}", Ore(n), Ore(n).BatchId)),
        [nameof(HoldBatch)] = () => OfOre((n, ore) => Put(_from.Miner, $"/api/batches/{ore}/holds/{{0}}", new HoldBatch(ore, Id("hold", n), "Radiation", Day), Id("hold", n))),
        [nameof(ReleaseBatch)] = () => OfOre(async (n, ore) =>
        {
            await ledger.Recorded(new HoldBatch(ore, Id("hold", n), "Radiation", Day), _from.Miner);
            return Put(_from.Miner, $"/api/batches/{ore}/holds/{{0}}/release", new ReleaseBatch(ore, Id("hold", n), "Measured again", Day), Id("hold", n));
        }),
        [nameof(RecordAssay)] = () => OfOre((n, ore) => Put(_from.Miner, $"/api/batches/{ore}/assays/{{0}}", new RecordAssay(
            ore, Id("assay", n), $"LAB-{n}", AssayStatus.Final, AssayBasis.Wet, [new("Nd2O3", 12.5m, AnalyteUnit.Percent, 0.2m), new("Th", null, AnalyteUnit.Ppm, null, 5)], "Laboratory", Day,
            null, 0.1m, null, "ICP-MS", $"S-{n}", "ISO/IEC 17025"), Id("assay", n))),
        [nameof(RecordAttestation)] = () => Next(n => Put(_attesting, "/api/attestations/{0}", Attesting(n), Id("attestation", n))),
        [nameof(WithdrawAttestation)] = () => Next(async n =>
        {
            await ledger.Recorded(Attesting(n), _attesting);
            return Put(_attesting, $"/api/attestations/{Id("attestation", n)}/withdrawals/{{0}}", new WithdrawAttestation(Id("attestation", n), Id("withdrawal", n), new(2026, 6, 1), "Annulled", Day), Id("withdrawal", n));
        }),
        [nameof(DeclareFootprint)] = () => OfOre((n, ore) => Put(
            _from.Miner, $"/api/batches/{ore}/footprints/{{0}}", new DeclareFootprint(ore, Id("footprint", n), Boundary.CradleToGate, 1.25m, 0.6m, "ISO 14067, study 7", Day), Id("footprint", n))),
        [nameof(ClaimBatch)] = () => OfOre(async (n, ore) =>
        {
            await ledger.Recorded(Attesting(n), _attesting);
            return Put(_from.Miner, $"/api/batches/{ore}/claims/{{0}}", new ClaimBatch(ore, Id("claim", n), Id("attestation", n), Day), Id("claim", n));
        }),
        [nameof(AllocateClaim)] = () => OfOre(async (n, ore) =>
        {
            var made = await Balanced(n, ore);
            return Put(_from.Miner, $"/api/batches/{made}/allocations/{{0}}", new AllocateClaim(
                made, Id("allocation", n), _from.Mine, "irma-audited-mine", new Dictionary<string, decimal> { ["Nd"] = 1 }, Day.AddDays(3)), Id("allocation", n));
        }),
        [nameof(PublishBatch)] = () => OfOre((n, ore) => Put(_from.Miner, "/api/batches/{0}/public-link", new PublishBatch(ore, Code(n), Day), ore)),
        [nameof(DispatchShipment)] = () => OfOre((n, ore) => Put(_from.Miner, "/api/shipments/{0}", Dispatch(n, ore), Id("shipment", n))),
        [nameof(ReloadShipment)] = () => UnderWay((n, ore, shipment) => Put(
            _from.Miner, $"/api/shipments/{shipment}/reloading/{{0}}", new ReloadShipment(shipment, Id("reloading", n), "Dostyk", [new("KTZ", $"{_name} R{n}")], [$"wagon {n}"], "Gauge change", Day.AddDays(2)), Id("reloading", n))),
        [nameof(AnnounceArrival)] = () => Next(n => Put(
            _to.Receiver, "/api/arrivals/{0}", new AnnounceArrival(Id("arrival", n), _from.Miner.OrganisationId, $"A-{n}", _to.Plant, [new($"B-{n}", new(10, 0), $"I-{n}")], Day), Id("arrival", n))),
        [nameof(ReceivePart)] = () => UnderWay((n, ore, shipment) => Put(
            _to.Receiver, $"/api/shipments/{shipment}/receipts/{{0}}", new ReceivePart(shipment, Id("receipt", n), [new(ore, new(40, 0), $"IN-{n}")], Day.AddDays(4)), Id("receipt", n))),
        [nameof(AcceptShipment)] = () => UnderWay((n, ore, shipment) => Put(
            _to.Receiver, "/api/shipments/{0}/acceptance", new AcceptShipment(shipment, [new(ore, new(100, 0), $"IN-{n}")], Day.AddDays(4), "Dry", false, [new("KTZ", $"{_name} S{n}")]), shipment)),
        [nameof(DisputeShipment)] = () => UnderWay((n, ore, shipment) => Put(_to.Receiver, "/api/shipments/{0}/dispute", new DisputeShipment(shipment, [new(ore, new(50, 0))], "Half is missing", Day.AddDays(4)), shipment)),
        [nameof(NameUmpire)] = () => Disputed((n, ore, shipment) => Put(
            _to.Receiver, $"/api/shipments/{shipment}/umpire/{{0}}", new NameUmpire(shipment, Id("naming", n), _umpire.OrganisationId, Day.AddDays(5)), Id("naming", n))),
        [nameof(ResolveShipment)] = () => Disputed((n, ore, shipment) => Put(
            _from.Miner, "/api/shipments/{0}/resolution", new ResolveShipment(shipment, Id("resolution", n), [new(ore, new(60, 0))], "It rained", Day.AddDays(5)), shipment)),
        [nameof(VoidShipment)] = () => UnderWay((n, ore, shipment) => Put(_from.Miner, "/api/shipments/{0}/void", new VoidShipment(shipment, "Never left", Day.AddDays(2)), shipment)),
        [nameof(TransferOwnership)] = () => OfOre((n, ore) => Put(
            _from.Miner, "/api/ownership-transfers/{0}", new TransferOwnership(Id("transfer", n), _from.Mine, _umpire.OrganisationId, [new(ore, new(100, 0))], $"C-{n}", Day.AddDays(1)), Id("transfer", n))),
        [nameof(RequestHold)] = () => KeptAtPlant((n, ore) => Put(
            _from.Miner, $"/api/batches/{ore}/hold-requests/{{0}}", new RequestHold(ore, Id("request", n), _to.Plant, "Wrong label", Day.AddDays(5)), Id("request", n))),
        [nameof(AnswerHoldRequest)] = () => KeptAtPlant(async (n, ore) =>
        {
            await ledger.Recorded(new RequestHold(ore, Id("request", n), _to.Plant, "Wrong label", Day.AddDays(5)), _from.Miner);
            return Put(_to.Receiver, $"/api/batches/{ore}/hold-requests/{{0}}/answer", new AnswerHoldRequest(ore, Id("request", n), true, Day.AddDays(6)), Id("request", n));
        }),
        [nameof(CountStock)] = () => OfOre((n, ore) => Put(
            _from.Miner, "/api/stock-counts/{0}", new CountStock(Id("count", n), $"CT-{n}", _from.Mine, [new(ore, new(995, 0.06m), null, 10)], Day.AddDays(1), "Month's end"), Id("count", n))),
        [nameof(WriteOffStock)] = () => OfOre((n, ore) => Put(_from.Miner, "/api/write-offs/{0}", new WriteOffStock(
            Id("write-off", n), $"WO-{n}", _from.Mine, WriteOffCause.Theft, [new(ore, new(10, 0))], "Broken lock", Day.AddDays(1), ["Police report"]), Id("write-off", n))),
        [nameof(RecordRun)] = () => OfOre((n, ore) => Put(_from.Miner, "/api/runs/{0}", new RecordRun(
            Id("run", n), $"RUN-{n}", "split", _from.Mine, Day.AddDays(1), Day.AddDays(2), [new(ore, new(100, 0))],
            [new(Id("part", n), $"PART-{n}", "ree-ore", OutputRole.Product, new(100, 0), Assay: new(Id("stated", n), $"LAB-R{n}", "Laboratory", [new("Nd2O3", 12.5m)]))], [new("Water", 10, new Dictionary<string, decimal> { ["Ca"] = 0.01m })]), Id("run", n))),
        [nameof(OpenRun)] = () => Next(n => Put(_from.Miner, "/api/runs/{0}/opening", Opening(n), Id("run", n))),
        [nameof(RecordPart)] = () => OfOre(async (n, ore) =>
        {
            await ledger.Recorded(Opening(n), _from.Miner);
            return Put(_from.Miner, $"/api/runs/{Id("run", n)}/parts/{{0}}", Part(n, ore), Id("run-part", n));
        }),
        [nameof(RecordDocument)] = () => OfOre(async (n, ore) =>
        {
            await Sent(n);
            return Put(_from.Miner, "/api/documents/{0}", Documenting(n, ore), Id("document", n));
        }),
        [nameof(AttachDocument)] = () => OfOre(async (n, ore) =>
        {
            await Documented(n);
            return Put(_from.Miner, $"/api/documents/{Id("document", n)}/attachments/{{0}}", new AttachDocument(Id("document", n), Id("attachment", n), new(SubjectKind.Batch, ore), Day), Id("attachment", n));
        }),
        [nameof(DetachDocument)] = () => OfOre(async (n, ore) =>
        {
            await Documented(n, ore);
            return Put(_from.Miner, $"/api/documents/{Id("document", n)}/detachments/{{0}}",
                new DetachDocument(Id("document", n), Id("detachment", n), new(SubjectKind.Batch, ore), "Meant for another", Day), Id("detachment", n));
        }),
        [nameof(TipIn)] = () => OfOre((n, ore) => Put(_from.Miner, "/api/runs/{0}/tipping", new TipIn(
            Id("run", n), Id("pile", n), _from.Mine, $"Pile {n}", $"PILE-{n}", [new(ore, new(100, 0))], Day.AddDays(2), null, "First"), Id("run", n))),
        [nameof(CloseRun)] = () => OfOre(async (n, ore) =>
        {
            await ledger.Recorded(Opening(n), _from.Miner);
            await ledger.Recorded(Part(n, ore), _from.Miner);
            return Put(_from.Miner, "/api/runs/{0}/closing", new CloseRun(Id("run", n), Id("closing", n), Day.AddDays(3)), Id("run", n));
        }),
    };

    private readonly Actor _attesting = new(DerivedId.Of("person", "attesting"), DerivedId.Organisation("attesting"), new HashSet<Role> { Role.SchemeAuditor });

    private RecordAttestation Attesting(int n) =>
        new(Id("attestation", n), $"{_name}-ATT-{n}", "Assurance", "IRMA 2024", "irma-audited-mine", _from.Mine, new(2025, 1, 1), new(2027, 12, 31), Day);

    /// <summary>What came of claimed ore under mass balance.</summary>
    private async Task<Guid> Balanced(int n, Guid ore)
    {
        await ledger.Recorded(Attesting(n), _attesting);
        await ledger.Recorded(new ClaimBatch(ore, Id("claim", n), Id("attestation", n), Day), _from.Miner);
        await Analysed(ore, n, "in");
        await ledger.Recorded(new RecordRun(
            Id("run", n), $"RUN-{n}", "blend", _from.Mine, Day.AddDays(1), Day.AddDays(2), [new(ore, new(100, 0))], [new(Id("made", n), $"MADE-{n}", "ree-ore", OutputRole.Product, new(100, 0))], null,
            new(CustodyModel.MassBalance, 0.9m)), _from.Miner);
        await Analysed(Id("made", n), n, "out");
        return Id("made", n);
    }

    private Task<Recorded> Analysed(Guid batch, int n, string which) => ledger.Recorded(
        new RecordAssay(batch, Id("assay " + which, n), $"LAB-{which}-{n}", AssayStatus.Final, AssayBasis.Dry, [new("Nd", 10)], "Laboratory", Day), _from.Miner);

    private static string Hash(int n) => n.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private RecordDocument Documenting(int n, params Guid[] batches) => new(
        Id("document", n), Hash(n), DocumentKind.Invoice, Day, $"I-{n}", new(2026, 1, 9), [.. batches.Select(batch => new Subject(SubjectKind.Batch, batch))]);

    /// <summary>As if the file had come.</summary>
    private Task Sent(int n) => ledger.Change(
        "insert into ledger.files (organisation_id, sha256, bytes, media_type, sent_at) values ($1, $2, 1000, 'application/pdf', now())", _from.Miner.OrganisationId, Hash(n));

    private async Task Documented(int n, params Guid[] batches)
    {
        await Sent(n);
        await ledger.Recorded(Documenting(n, batches), _from.Miner);
    }

    private OpenRun Opening(int n) => new(Id("run", n), $"RUN-{n}", "split", _from.Mine, Day.AddDays(1));

    private RecordPart Part(int n, Guid ore) => new(
        Id("run", n), Id("run-part", n), _from.Mine, Day.AddDays(2), [new(ore, new(100, 0))], [new(Id("part", n), $"PART-{n}", "ree-ore", OutputRole.Product, new(100, 0))], [new("Water", 10)]);

    private FacilityTerms Terms => new(
        "Mine", _from.Miner.OrganisationId, "KZ", 50, 70, new("L-1", new(2020, 1, 1), new(2040, 1, 1), ["ree-ore"]), [new(_umpire.OrganisationId, 0.25m)], [new("ree-ore", 1_000_000)], null, 0.01m);

    private static Request Put(Actor by, string address, ICommand command, Guid id) =>
        new(by, string.Format(System.Globalization.CultureInfo.InvariantCulture, address, id), command);

    private Guid Id(string kind, int n) => DerivedId.Of(_name, kind, $"{n}");
    private static string Code(int n) => new([.. $"{n:D26}".Select(digit => (char)('a' + digit - '0'))]);

    private RegisterBatch Ore(int n) => new(Id("ore", n), $"ORE-{n}", "ree-ore", RegistrationSource.Extraction, _from.Mine, new(1000, 0.06m, null, WeighingMethod.Weighbridge), Day);

    private DispatchShipment Dispatch(int n, Guid ore) => new(
        Id("shipment", n), $"SH-{n}", _from.Mine, _to.Plant, TransportMode.Rail, new(null, "Rail"), [new(ore, new(100, 0))], Day.AddDays(1), [new("KTZ", $"{_name} S{n}")], [$"wagon {n}"], ["CMR"]);

    private Task<Request> Next(Func<int, Request> made) => Task.FromResult(made(++_made));

    private Task<Request> Next(Func<int, Task<Request>> made) => made(++_made);

    private Task<Request> OfOre(Func<int, Guid, Request> made) => OfOre((n, ore) => Task.FromResult(made(n, ore)));

    private async Task<Request> OfOre(Func<int, Guid, Task<Request>> made)
    {
        var n = ++_made;
        await ledger.Recorded(Ore(n), _from.Miner);
        return await made(n, Id("ore", n));
    }

    private Task<Request> UnderWay(Func<int, Guid, Guid, Request> made) => OfOre(async (n, ore) =>
    {
        await ledger.Recorded(Dispatch(n, ore), _from.Miner);
        return made(n, ore, Id("shipment", n));
    });

    private Task<Request> KeptAtPlant(Func<int, Guid, Request> made) => KeptAtPlant((n, ore) => Task.FromResult(made(n, ore)));

    private Task<Request> KeptAtPlant(Func<int, Guid, Task<Request>> made) => OfOre(async (n, ore) =>
    {
        await ledger.Recorded(Dispatch(n, ore), _from.Miner);
        await ledger.Recorded(new AcceptShipment(Id("shipment", n), [new(ore, new(100, 0))], Day.AddDays(4)), _to.Receiver);
        return await made(n, ore);
    });

    private Task<Request> Disputed(Func<int, Guid, Guid, Request> made) => OfOre(async (n, ore) =>
    {
        await ledger.Recorded(Dispatch(n, ore), _from.Miner);
        await ledger.Recorded(new DisputeShipment(Id("shipment", n), [new(ore, new(50, 0))], "Half is missing", Day.AddDays(4)), _to.Receiver);
        return made(n, ore, Id("shipment", n));
    });
}
