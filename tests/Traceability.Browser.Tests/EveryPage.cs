using Traceability.Ledger;

namespace Traceability.Browser.Tests;

/// <summary>Each page, full of data, on a desk and on the narrowest phone: nothing for axe to find, nothing that has to be scrolled sideways.</summary>
public sealed class EveryPage(DemoSite demo) : IClassFixture<DemoSite>
{
    private static readonly Guid Irgiz = DerivedId.Facility("irgiz-pit");

    private static string Shipment(string number, string shipper = "dostyk-terminal") => $"/shipments/{DerivedId.Shipment(DerivedId.Organisation(shipper), number)}";

    /// <summary>A train reloaded at the border, whose wagons came over three days.</summary>
    private static readonly string Train = Shipment("MN-26-018", "mugalzhar-nickel");

    /// <summary>In packages, a little short, and taken under reserve.</summary>
    private static readonly string Reserve = Shipment("YSFH2609008", "yinshan-separation");

    public static TheoryData<string, string?, string> Pages => new()
    {
        { "sign-in", null, "/sign-in" },
        { "not-found", "kuiryk-mining", "/batches/00000000-0000-7000-8000-000000000000" },
        { "home", "yinshan-separation", "/" },
        { "home-register", "register", "/" },
        { "organisation-choice", "kuiryk-mining", "/organisation" },
        { "me", "kuiryk-mining", "/me" },
        { "search", "yinshan-separation", "/search?q=26" },
        { "search-empty", "kuiryk-mining", "/search?q=nothing-like-this" },
        { "batches", "yinshan-separation", "/batches" },
        { "batches-filtered", "yinshan-separation", "/batches?inStock=true&material=ndpr-oxide" },
        { "batch", "yinshan-separation", $"/batches/{DerivedId.Batch(DerivedId.Organisation("yinshan-separation"), "YS2607-N3")}" },
        { "record-assay", "kuiryk-mining", $"/batches/{DerivedId.Batch(DerivedId.Organisation("kuiryk-mining"), "IRG-25-1006-A")}/assays/record" },
        { "batch-mine", "kuiryk-mining", $"/batches/{DerivedId.Batch(DerivedId.Organisation("kuiryk-mining"), "IRG-25-1006-A")}" },
        { "genealogy-vehicle", "alatau-motors", $"/batches/{DemoSite.Vehicle}/genealogy" },
        { "genealogy-audited", "auditor", $"/batches/{DemoSite.Vehicle}/genealogy" },
        { "descendants", "auditor", $"/batches/{DerivedId.Batch(DerivedId.Organisation("kuiryk-mining"), "IRG-25-1006-A")}/genealogy?way=descendants" },
        { "genealogy-of-a-beginning", "kuiryk-mining", $"/batches/{DerivedId.Batch(DerivedId.Organisation("kuiryk-mining"), "IRG-25-1006-A")}/genealogy" },
        { "attestations", "kuiryk-mining", "/attestations" },
        { "attestation-form", "auditor", "/attestations/record" },
        { "footprint-form", "yinshan-separation", $"/batches/{DerivedId.Batch(DerivedId.Organisation("yinshan-separation"), "YS2607-N3")}/footprint" },
        { "claim-form", "kuiryk-mining", $"/batches/{DemoSite.ClaimedOre}/claim" },
        { "claim-account", "yinshan-separation", $"/facilities/{DemoSite.Separation}/claims" },
        { "claim-allocation", "yinshan-separation", $"/batches/{DemoSite.Balanced}/allocate" },
        { "batch-claimed", "yinshan-separation", $"/batches/{DemoSite.Balanced}" },
        { "batch-allocated", "nanling-magnets", $"/batches/{DerivedId.Batch(DerivedId.Organisation("nanling-magnets"), "NLM26-008")}" },
        { "batch-vehicle", "alatau-motors", $"/batches/{DemoSite.Vehicle}" },
        { "public", null, $"/b/{DemoSite.PublicCode}" },
        { "register", "kuiryk-mining", "/batches/register" },
        { "register-ore", "kuiryk-mining", $"/batches/register?facility={Irgiz}&material=ree-ore" },
        { "register-pieces", "nanling-magnets", "/batches/register?material=ndfeb-magnet" },
        { "shipments", "yinshan-separation", "/shipments" },
        { "shipment", "yinshan-separation", Shipment("DT261010-022") },
        { "shipment-resolved", "yinshan-separation", Shipment("DT260407-011") },
        { "shipment-train", "qujiang-materials", Train },
        { "shipment-reserve", "hetao-metals", Reserve },
        { "umpire", "hetao-metals", Reserve + "/umpire" },
        { "resolve", "hetao-metals", Reserve + "/resolve" },
        { "send-back", "hetao-metals", "/shipments/dispatch?returnOf=" + Reserve["/shipments/".Length..] },
        { "dispatch-disposal", "yinshan-separation", "/shipments/dispatch?purpose=Disposal" },
        { "reload", "yinshan-separation", Shipment("DT261010-022") + "/reload" },
        { "arrivals", "tobyl-drives", "/arrivals" },
        { "arrival", "tobyl-drives", $"/arrivals/{DerivedId.Arrival(DerivedId.Organisation("tobyl-drives"), "TD-AV-01")}" },
        { "announce", "tobyl-drives", "/arrivals/announce" },
        { "search-seal", "yinshan-separation", "/search?q=43015" },
        { "lanes", "yinshan-separation", "/lanes?from=2025-01-01&to=2026-12-31" },
        { "receive", "yinshan-separation", Shipment("DT261010-022") + "/receive" },
        { "dispatch", "yinshan-separation", "/shipments/dispatch" },
        { "runs", "yinshan-separation", "/runs" },
        { "run", "yinshan-separation", $"/runs/{DerivedId.Run(DerivedId.Organisation("yinshan-separation"), "YS-CQ-2601")}" },
        { "pile", "yinshan-separation", $"/piles/{DemoSite.Pile}" },
        { "tip-choice", "yinshan-separation", "/piles/tip" },
        { "tip-new", "yinshan-separation", $"/piles/tip?facility={DerivedId.Facility("baotou-separation")}&new=true" },
        { "tip-in", "yinshan-separation", $"/piles/tip?pile={DemoSite.Pile}" },
        { "facility-piles", "yinshan-separation", $"/facilities/{DerivedId.Facility("baotou-separation")}" },
        { "run-open", "yinshan-separation", $"/runs/{DemoSite.Run}" },
        { "run-part", "yinshan-separation", $"/runs/{DemoSite.Run}/part" },
        { "run-close", "yinshan-separation", $"/runs/{DemoSite.Run}/close" },
        { "runs-open", "yinshan-separation", "/runs?open=true" },
        { "open-run-step", "yinshan-separation", "/runs/open" },
        { "open-run", "yinshan-separation", "/runs/open?step=solvent-extraction" },
        { "batch-provisional", "yinshan-separation", $"/batches/{DemoSite.OpenProduct}" },
        { "genealogy-provisional", "yinshan-separation", $"/batches/{DemoSite.OpenProduct}/genealogy" },
        { "record-run-step", "yinshan-separation", "/runs/record" },
        { "record-run", "yinshan-separation", "/runs/record?step=solvent-extraction" },
        { "owned", "altyn-dala", "/owned" },
        { "owned-nothing", "register", "/owned" },
        { "record-transfer", "altyn-dala", $"/transfers/record?at={DemoSite.Separation}" },
        { "transfer", "yinshan-separation", $"/transfers/{DemoSite.Transfer}" },
        { "batch-owned", "altyn-dala", $"/batches/{DemoSite.Oxide}" },
        { "ask-for-hold", "altyn-dala", $"/batches/{DemoSite.Oxide}/ask-for-hold" },
        { "hold-requests", "altyn-dala", "/hold-requests" },
        { "hold-request", "yinshan-separation", $"/hold-requests/{DemoSite.HoldRequest}" },
        { "reconciliation", "altai-lithium", $"/facilities/{DerivedId.Facility("bakennoye-mill")}/reconciliation?from=2026-01-01&to=2026-12-31&material=spodumene-concentrate&line=Produced" },
        { "reconciliation-pieces", "yinshan-separation", $"/facilities/{DemoSite.Separation}/reconciliation?from=&to=" },
        { "facilities", "kuiryk-mining", "/facilities" },
        { "facility", "kuiryk-mining", $"/facilities/{Irgiz}" },
        { "facility-terms", "yinshan-separation", $"/facilities/{DemoSite.Separation}/terms" },
        { "facility-outside", "sary-graphite", $"/facilities/{DerivedId.Facility("karagandy-lab-bench")}" },
        { "organisation", "kuiryk-mining", $"/organisations/{DerivedId.Organisation("yinshan-separation")}" },
        { "organisation-own", "kuiryk-mining", $"/organisations/{DerivedId.Organisation("kuiryk-mining")}" },
        { "organisations", "kuiryk-mining", "/organisations" },
        { "people", "kuiryk-mining", "/people" },
        { "invite", "kuiryk-mining", "/people/invite" },
        { "invitation", null, "/invitation" },
        { "member", "kuiryk-mining", $"/people/{DerivedId.Of("person", "kuiryk-mining")}" },
        { "keys", "kuiryk-mining", "/keys" },
        { "access-log", "kuiryk-mining", "/access-log" },
        { "import", "kuiryk-mining", "/import" },
        { "imports", "yinshan-separation", "/imports" },
        { "imports-none", "kuiryk-mining", "/imports" },
        { "import-columns", "yinshan-separation", "/imports/columns" },
        { "import-columns-none", "kuiryk-mining", "/imports/columns" },
        { "import-done", "yinshan-separation", $"/imports/{DemoSite.ImportDone}" },
        { "import-under-way", "yinshan-separation", $"/imports/{DemoSite.ImportUnderWay}" },
        { "books", "kuiryk-mining", "/books" },
        { "refusals", "kuiryk-mining", "/refusals" },
        { "conflicts", "yinshan-separation", "/conflicts" },
        { "conflicts-none", "kuiryk-mining", "/conflicts" },
        { "refusals-to-approve", "yinshan-separation", "/refusals?waiting=true" },
        { "facility-with-stock", "yinshan-separation", $"/facilities/{DemoSite.Separation}" },
        { "stock-counts", "yinshan-separation", "/stock-counts" },
        { "stock-count", "yinshan-separation", $"/stock-counts/{DemoSite.Count}" },
        { "stock-count-choice", "yinshan-separation", "/stock-counts/record" },
        { "stock-count-form", "yinshan-separation", $"/stock-counts/record?facility={DemoSite.Separation}&at=2026-10-31T18:00" },
        { "write-offs", "yinshan-separation", "/write-offs" },
        { "write-off", "yinshan-separation", $"/write-offs/{DemoSite.WriteOff}" },
        { "write-off-form", "yinshan-separation", $"/write-offs/record?facility={DemoSite.Separation}" },
        { "alarms", "kuiryk-mining", "/alarms" },
        { "document", "yinshan-separation", $"/documents/{DemoSite.Document}" },
        { "documents", "yinshan-separation", "/documents" },
        { "document-form", "yinshan-separation", Shipment("DT261010-022").Replace("/shipments/", "/documents/record?kind=Shipment&id=", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task is_accessible_and_fits_the_narrowest_phone(string name, string? organisation, string address)
    {
        var page = await demo.Browser(organisation);

        await page.SetViewportSizeAsync(Site.Desk.Width, Site.Desk.Height);
        var answer = await page.GotoAsync(address);
        Assert.Equal(name == "not-found" ? 404 : 200, answer!.Status);
        await Site.Keep(page, name);
        Assert.Empty(await Site.Findings(page));

        await page.SetViewportSizeAsync(Site.Phone.Width, Site.Phone.Height);
        await Site.Keep(page, $"{name}-phone");
        Assert.Empty(await Site.Findings(page));
        Assert.Equal(Site.Phone.Width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }
}
