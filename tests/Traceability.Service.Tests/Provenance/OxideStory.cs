using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Provenance;
using Traceability.Shipments;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Provenance;

/// <summary>Two ores of one mine become concentrate at a concentrator and carbonate at a separation plant, and stay the mine's;
/// a smelter has nothing to do with it.</summary>
internal sealed class OxideStory(TestLedger ledger, string name)
{
    public static readonly DateTimeOffset Day = Start.AddDays(10);

    /// <summary>Columns of a booking from a registered batch, for rows that no command makes.</summary>
    public const string Bookings = "event_id, batch_id, fact_id, kind, facility_id, owner_id, dry_kilograms, pieces, under_way_dry_kilograms, under_way_pieces, "
        + "disputed_dry_kilograms, disputed_pieces, blocked_dry_kilograms, blocked_pieces, certified_kilograms, occurred_at, recorded_at";

    public Actor Miner { get; private set; } = null!;
    public Actor Concentrator { get; private set; } = null!;
    public Actor Separator { get; private set; } = null!;
    public Actor Stranger { get; private set; } = null!;
    public Guid Mine { get; private set; }
    public Guid Plant { get; private set; }
    public Guid Separation { get; private set; }

    public static Actor Auditor { get; } = new(DerivedId.Of("auditor"), DerivedId.Organisation("auditor"), new HashSet<Role> { Role.SchemeAuditor });

    public Guid Ore1 => Id("ore 1");
    public Guid Ore2 => Id("ore 2");
    public Guid Flotation => Id("flotation");
    public Guid Concentrate => Id("concentrate");
    public Guid Cracking => Id("cracking");
    public Guid Carbonate => Id("carbonate");

    public Guid Id(string what) => DerivedId.Of(name, what);

    public async Task<OxideStory> Tell()
    {
        await Firms();
        await Register(Ore1, "ORE-1", Mine, 1000, RegistrationSource.Extraction);
        await Register(Ore2, "ORE-2", Mine, 500, RegistrationSource.Extraction);
        await Send("shipment 1", Day.AddDays(1), Miner, Mine, Concentrator, Plant, (Ore1, 900), (Ore2, 500));
        await ledger.Recorded(new RecordRun(
            Flotation, "FL-1", "ree-flotation", Plant, Day.AddDays(5), Day.AddDays(6), [new(Ore1, new(900, 0)), new(Ore2, new(400.25m, 0))],
            [new(Concentrate, "CONC-1", "ree-concentrate", OutputRole.Product, new(90.5m, 0)), new(Id("tailings"), "TAIL-1", "ree-tailings", OutputRole.Tailings, new(1200, 0))]), Concentrator);
        await Send("shipment 2", Day.AddDays(7), Concentrator, Plant, Separator, Separation, (Concentrate, 90.5m));
        await ledger.Recorded(new RecordRun(
            Cracking, "CR-1", "cracking", Separation, Day.AddDays(15), Day.AddDays(16), [new(Concentrate, new(80, 0))],
            [new(Carbonate, "CARB-1", "mixed-ree-carbonate", OutputRole.Product, new(70, 0))]), Separator);
        return this;
    }

    public async Task<OxideStory> Firms()
    {
        (Miner, Mine) = await ledger.Firm($"{name}-mine", FacilityKind.MineSite);
        (Concentrator, Plant) = await ledger.Firm($"{name}-plant", FacilityKind.Concentrator);
        (Separator, Separation) = await ledger.Firm($"{name}-separation", FacilityKind.SeparationPlant);
        (Stranger, _) = await ledger.Firm($"{name}-smelter", FacilityKind.MetalPlant);
        return this;
    }

    public Task Register(Guid batchId, string number, Guid facility, decimal kilograms, RegistrationSource source, string material = "ree-ore", DeclaredOrigin? declared = null) =>
        ledger.Recorded(new RegisterBatch(batchId, number, material, source, facility, new(kilograms, 0), Day, Declared: declared), By(facility));

    /// <summary>Sent and accepted as weighed.</summary>
    public async Task Send(string shipment, DateTimeOffset at, Actor sender, Guid from, Actor receiver, Guid to, params (Guid Batch, decimal Kilograms)[] lines)
    {
        await Dispatch(shipment, at, sender, from, to, lines);
        await ledger.Recorded(new AcceptShipment(Id(shipment), [.. lines.Select(l => new ReceiptLine(l.Batch, new(l.Kilograms, 0)))], at.AddDays(3)), receiver);
    }

    public Task Dispatch(string shipment, DateTimeOffset at, Actor sender, Guid from, Guid to, params (Guid Batch, decimal Kilograms)[] lines) => ledger.Recorded(new DispatchShipment(
        Id(shipment), shipment, from, to, TransportMode.Rail, new(null, "Rail"), [.. lines.Select(l => new DispatchLine(l.Batch, new(l.Kilograms, 0)))], at), sender);

    public Task Run(string run, string step, Guid facility, Actor by, (Guid Batch, decimal Kilograms) input, (Guid Batch, string Material, decimal Kilograms) output) => ledger.Recorded(new RecordRun(
        Id(run), run, step, facility, Day.AddDays(25), Day.AddDays(26), [new(input.Batch, new(input.Kilograms, 0))],
        [new(output.Batch, run, output.Material, OutputRole.Product, new(output.Kilograms, 0))]), by);

    public async Task<GenealogyFound?> Find(Actor reader, Guid batch, Direction direction = Direction.Ancestors, DateTimeOffset? asKnownAt = null, DateTimeOffset? asOf = null) =>
        await ReadGenealogy.Find(ledger.Source, Materials.Catalogue.Shipped, reader, new(batch, direction, asKnownAt, asOf), TestContext.Current.CancellationToken);

    public async Task<Genealogy> Ancestors(Guid batch) => (await Find(Auditor, batch))!.Genealogy;

    private Actor By(Guid facility) => facility == Mine ? Miner : facility == Plant ? Concentrator : Separator;
}
