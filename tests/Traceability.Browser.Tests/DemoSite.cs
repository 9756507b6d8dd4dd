using Microsoft.Playwright;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Hosting;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Service.Tests;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Browser.Tests;

/// <summary>The site with the whole demo story in it: pages as full as they get.</summary>
public sealed class DemoSite(TestCluster cluster, Chromium chromium) : IAsyncLifetime
{
    private readonly Dictionary<string, IPage> _browsers = [];

    public Site Site { get; } = new(cluster, chromium);

    public async ValueTask InitializeAsync()
    {
        await Site.InitializeAsync();
        var (folder, import) = (Folder(AppContext.BaseDirectory), new Import(Site.Ledger.Executor.Record, KnownNumbers.In(Site.Ledger.Source)));
        ImportReport[] reports = [.. await import.RunFolder(folder, SampleStory.Books, CancellationToken.None), .. await import.RunFolder(Path.Combine(folder, "late"), SampleStory.Books, CancellationToken.None)];
        Assert.Equal(["class-7-undeclared", "origins-mixed", "seal-in-use"], reports.SelectMany(r => r.Rows).Select(r => r.Refusal).OfType<Refusal>().Select(r => r.Code).Where(code => code != "other-row-refused").Order());
        var now = Site.Ledger.Time.GetUtcNow();
        await Site.Ledger.Recorded(new RequestHold(Oxide, HoldRequest, Separation, "The label shows another lot", now), By("altyn-dala"));
        await Site.Ledger.Recorded(new TransferOwnership(Transfer, Separation, DerivedId.Organisation("hetao-metals"), [new(Oxide, new(50))], "AD-HT 26/117", now), By("altyn-dala"));
        await OpenRun();
        await Stocktake(now);
        await Piled();
        await Documented(now);
        await Imported(now);
        await Claimed(now);
        await Site.Ledger.Recorded(new PublishBatch(Vehicle, PublicCode, Site.Ledger.Time.GetUtcNow()), By("alatau-motors"));
    }

    /// <summary>The store of the separation plant is counted, a bag bursts, and a second count misses so much that it waits for a second person.</summary>
    private async Task Stocktake(DateTimeOffset now)
    {
        var held = (await Site.Ledger.Load<Batch>(Oxide)).Holdings.First(h => h.FacilityId == Separation);
        CountLine Counted(decimal share) => new(Oxide, new(decimal.Round(held.Quantity.DryKilograms * share, 1), Method: WeighingMethod.Weighbridge), held.OwnerId);
        await Site.Ledger.Recorded(new CountStock(Count, "INV 26-10", Separation, [Counted(0.9991m)], now, "Month's end, all drums weighed"), By("yinshan-separation"));
        await Site.Ledger.Recorded(
            new WriteOffStock(WriteOff, "ACT 26-31", Separation, WriteOffCause.Spillage, [new(Oxide, new(2), held.OwnerId)], "A drum fell from the fork", now, ["Photo 114"]), By("yinshan-separation"));
        await Site.Ledger.Record(
            new CountStock(DerivedId.Of("demo", "second count"), "INV 26-11", Separation, [Counted(0.9m)], now),
            new(DerivedId.Of("storeman"), By("yinshan-separation").OrganisationId, new HashSet<Role> { Role.Operator }));
    }

    /// <summary>A long file that is done, with a row that was refused, and one that is being worked on.</summary>
    private async Task Imported(DateTimeOffset now)
    {
        var by = By("yinshan-separation");
        var found = new FileFound(
            "xlsx", null, null, "Drums", ["Drums", "Old"], 3, "Batches", "Asia/Shanghai", 12480,
            [
                new(1, "Drum", "Batch number", null, null, null, null, ["D-26-0001", "D-26-0002"]),
                new(2, "Grade", "Material", null, null, null, null, ["ndpr-oxide"], IsKept: true),
                new(3, "Load", "Wet kilograms", new(DecimalMark.Comma, Certainty.Kept), null, new(MassUnit.Tonnes, Certainty.Kept), new(MassBasis.Wet, Certainty.Assumed), ["0,25"]),
            ],
            now);
        foreach (var (id, finished) in new[] { (ImportDone, (object)now.AddMinutes(1)), (ImportUnderWay, DBNull.Value) })
        {
            await Site.Ledger.Change(
                """
                insert into ledger.imports (id, organisation_id, person_id, name, settings, kind, rows, recorded, already_there, refused, started_at, finished_at, found)
                values ($1, $2, $3, 'drums-2026.xlsx', '', 'Batches', 12480, 8200, 11, 1, $4, $5, $6::jsonb)
                """,
                id, by.OrganisationId, by.PersonId, now, finished, System.Text.Json.JsonSerializer.Serialize(found, LedgerJson.Options));
        }
        await Site.Ledger.Change(
            """
            insert into ledger.import_columns (id, organisation_id, kind, headings_sha256, headings, settings, said_by, said_at)
            values ($1, $2, 'Batches', '', '{Drum,Grade,Load,Seen by}', '?kind=Batches&column.2=Material&unit.3=t&decimal.3=comma&column.4=-', $3, $4)
            """,
            DerivedId.Of("import", "columns"), by.OrganisationId, by.PersonId, now);
        var refused = new RowOutcome(17, "D-26-0016", RowResult.Refused, null, Refusal.Of("not-a-number"), "Wet kilograms", "about 250", []);
        await Site.Ledger.Change("insert into ledger.import_rows values ($1, 17, $2::jsonb)", ImportDone, System.Text.Json.JsonSerializer.Serialize(refused, LedgerJson.Options));
    }

    /// <summary>A certificate of analysis about the oxide and its write-off.</summary>
    private async Task Documented(DateTimeOffset now)
    {
        var (by, hash) = (By("yinshan-separation"), new string('d', 64));
        await Site.Ledger.Change(
            "insert into ledger.files (organisation_id, sha256, bytes, media_type, sent_at) values ($1, $2, 1834211, 'application/pdf', now())", by.OrganisationId, hash);
        await Site.Ledger.Recorded(new RecordDocument(
            Document, hash, DocumentKind.CertificateOfAnalysis, now, "YS-LAB 26/0731", new(2026, 7, 31), [new(SubjectKind.Batch, Oxide), new(SubjectKind.WriteOff, WriteOff)]), by);
    }

    /// <summary>Ore of which it is claimed that its mine was audited, consumed under mass balance; half of the credit is allocated to what came of it.</summary>
    private async Task Claimed(DateTimeOffset now)
    {
        var (mine, plant, auditor) = (By("kuiryk-mining"), By("yinshan-separation"), By("auditor"));
        var (pit, ore, shipment) = (DerivedId.Facility("irgiz-pit"), ClaimedOre, DerivedId.Of("claims", "shipment"));
        var attestation = DerivedId.Of("claims", "attestation");
        await Site.Ledger.Recorded(new RecordAttestation(
            attestation, "SA-IRMA-0417", "Steppe Assurance", "IRMA Standard 2024", "irma-audited-mine", pit, new(2025, 1, 1), new(2027, 12, 31), now.AddDays(-9), ["ree-ore"]), auditor);
        await Site.Ledger.Recorded(new RecordAttestation(
            DerivedId.Of("claims", "withdrawn"), "SA-KZ-0012", "Steppe Assurance", "Certificate of origin", "origin-kazakhstan", pit, new(2025, 1, 1), new(2027, 12, 31), now.AddDays(-9)), auditor);
        await Site.Ledger.Recorded(new WithdrawAttestation(DerivedId.Of("claims", "withdrawn"), DerivedId.Of("claims", "withdrawal"), new(2026, 10, 1), "The register was mistaken", now.AddDays(-8)), auditor);
        await Site.Ledger.Recorded(new RegisterBatch(ore, "IRG-CLAIMED", "ree-ore", RegistrationSource.Extraction, pit, new(2000, 0), now.AddDays(-8)), mine);
        await Site.Ledger.Recorded(new ClaimBatch(ore, DerivedId.Of("claims", "claim"), attestation, now.AddDays(-8)), mine);
        await Analysed(ore, "ore", mine, now.AddDays(-7));
        await Site.Ledger.Recorded(new DispatchShipment(shipment, "KM-CLAIMED", pit, Separation, TransportMode.Rail, new(null, "Rail"), [new(ore, new(2000, 0))], now.AddDays(-6)), mine);
        await Site.Ledger.Recorded(new AcceptShipment(shipment, [new(ore, new(2000, 0))], now.AddDays(-4)), plant);
        await Site.Ledger.Recorded(new RecordRun(
            DerivedId.Of("claims", "run"), "YS-MB-1", "blend", Separation, now.AddDays(-3), now.AddDays(-2), [new(ore, new(2000, 0))],
            [new(Balanced, "YS-MB-1-A", "ree-ore", OutputRole.Product, new(1990, 0))], null, new(CustodyModel.MassBalance, 0.95m)), plant);
        await Analysed(Balanced, "balanced", plant, now.AddDays(-2));
        await Site.Ledger.Recorded(new AllocateClaim(
            Balanced, DerivedId.Of("claims", "allocation"), Separation, "irma-audited-mine", new Dictionary<string, decimal> { ["Nd"] = 4, ["Pr"] = 1 }, now.AddDays(-1)), plant);
    }

    private Task<Recorded> Analysed(Guid batch, string name, Actor by, DateTimeOffset at) => Site.Ledger.Recorded(
        new RecordAssay(batch, DerivedId.Of("claims", "assay", name), $"LAB-{name}", AssayStatus.Final, AssayBasis.Dry, [new("Nd2O3", 0.5m), new("Pr6O11", 0.1m)], "Alatau Assay", at), by);

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    /// <summary>A run that goes on, with one part.</summary>
    private async Task OpenRun()
    {
        var (by, plant, now) = (By("yinshan-separation"), DerivedId.Facility("baotou-separation"), Site.Ledger.Time.GetUtcNow());
        var carbonate = DerivedId.Of("open-run", "carbonate");
        await Site.Ledger.Recorded(new RegisterBatch(carbonate, "BOUGHT-C", "mixed-ree-carbonate", RegistrationSource.OutsideSupplier, plant, new(500, 0), now.AddDays(-3)), by);
        await Site.Ledger.Recorded(new OpenRun(Run, "YS-CQ-OPEN", "solvent-extraction", plant, now.AddDays(-2)), by);
        await Site.Ledger.Recorded(
            new RecordPart(Run, DerivedId.Of("open-run", "part"), plant, now.AddDays(-1), [new(carbonate, new(300, 0))], [new(OpenProduct, "OPEN-N1", "ndpr-oxide", OutputRole.Product, new(40, 0))], [new("Acid", 20)]), by);
    }

    /// <summary>A pile of two days.</summary>
    private async Task Piled()
    {
        var (by, plant, now) = (By("yinshan-separation"), DerivedId.Facility("baotou-separation"), Site.Ledger.Time.GetUtcNow());
        var bought = DerivedId.Of("pile", "bought");
        await Site.Ledger.Recorded(new RegisterBatch(bought, "BOUGHT-P", "ree-concentrate", RegistrationSource.OutsideSupplier, plant, new(900, 0.08m), now.AddDays(-3)), by);
        var first = DerivedId.Of("pile", "first");
        await Site.Ledger.Recorded(new TipIn(DerivedId.Of("pile", "run 1"), first, plant, "Feed bunker 2", "BUNKER 1", [new(bought, new(600))], now.AddDays(-2), null, "Autumn"), by);
        await Site.Ledger.Recorded(new TipIn(DerivedId.Of("pile", "run 2"), DerivedId.Of("pile", "second"), plant, "Feed bunker 2", "BUNKER 2", [new(bought, new(200))], now.AddDays(-1), first), by);
    }

    public static Guid Pile { get; } = Processing.Pile.IdOf(DerivedId.Facility("baotou-separation"), "Feed bunker 2");
    public static Guid Run { get; } = DerivedId.Of("open-run");
    public static Guid ImportDone { get; } = DerivedId.Of("import", "done");
    public static Guid ImportUnderWay { get; } = DerivedId.Of("import", "under way");
    public static Guid OpenProduct { get; } = DerivedId.Of("open-run", "product");

    /// <summary>A vehicle that leads back to ore of both legs, and that anybody may read about.</summary>
    public static Guid Vehicle { get; } = DerivedId.Batch(DerivedId.Organisation("alatau-motors"), "KZ9AE60A0TA000101");

    /// <summary>Oxide that its maker keeps for a trader, who has passed on some of it.</summary>
    public static Guid Oxide { get; } = DerivedId.Batch(DerivedId.Organisation("yinshan-separation"), "YS2607-N3");

    /// <summary>Ore of which one of two attested things is claimed.</summary>
    public static Guid ClaimedOre { get; } = DerivedId.Of("claims", "ore");

    /// <summary>Made under mass balance, with a claim allocated to part of it.</summary>
    public static Guid Balanced { get; } = DerivedId.Of("claims", "balanced");

    public static Guid Separation { get; } = DerivedId.Facility("baotou-separation");
    public static Guid HoldRequest { get; } = DerivedId.Of("demo", "hold request");
    public static Guid Count { get; } = DerivedId.Of("demo", "count");
    public static Guid WriteOff { get; } = DerivedId.Of("demo", "write-off");
    public static Guid Document { get; } = DerivedId.Of("demo", "document");
    public static Guid Transfer { get; } = DerivedId.Of("demo", "transfer");

    public const string PublicCode = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>Somebody who may do everything at that organisation.</summary>
    public static Actor By(string organisation) => organisation switch
    {
        "register" => TestLedger.Steward,
        "auditor" => new(DerivedId.Of("person", "auditor"), TestLedger.Steward.OrganisationId, new HashSet<Role> { Role.SchemeAuditor }),
        _ => new(DerivedId.Of("person", organisation), DerivedId.Organisation(organisation), new HashSet<Role> { Role.Operator, Role.Supervisor, Role.OrganisationAdmin }),
    };

    /// <summary>The one browser with script in which somebody of that organisation, or nobody, has signed in.</summary>
    public async Task<IPage> Browser(string? organisation)
    {
        var key = organisation ?? "";
        if (!_browsers.TryGetValue(key, out var page))
            _browsers[key] = page = organisation is null ? await Site.Open(script: true) : await Site.OpenAs(By(organisation), organisation, script: true);
        return page;
    }

    private static string Folder(string above) =>
        Path.Combine(above, "docs", "samples", "kazakhstan") is var here && Directory.Exists(here) ? here : Folder(Path.GetDirectoryName(above)!);
}
