using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Tests;

/// <summary>A small chain that every test starts from: a mine and its yard, a concentrator and its store, a magnet and a motor plant, a recycler, a carrier.
/// What it arranges goes through the rules like everything else.</summary>
public sealed class World
{
    /// <summary>When everything in these tests is recorded.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private int _ids = 0x1000;

    public World()
    {
        foreach (var (id, code) in new[] { (MineCo, "mine-co"), (PlantCo, "plant-co"), (WorksCo, "works-co"), (CarrierCo, "carrier-co"), (StrangerCo, "stranger-co") })
            Given(new RegisterOrganisation(id, code, code, "KZ", [], Day(-700)), Steward);

        Given(Registering(Mine, "mine", FacilityKind.MineSite, Terms("Mine", MineCo) with { Licence = Licence }), Steward);
        Given(Registering(Yard, "yard", FacilityKind.Warehouse, Terms("Yard", MineCo)), Steward);
        Given(Registering(Concentrator, "concentrator", FacilityKind.Concentrator, Terms("Concentrator", PlantCo)), Steward);
        Given(Registering(Store, "store", FacilityKind.Warehouse, Terms("Store", PlantCo)), Steward);
        Given(Registering(MagnetPlant, "magnet-plant", FacilityKind.MagnetPlant, Terms("Magnet plant", WorksCo)), Steward);
        Given(Registering(MotorPlant, "motor-plant", FacilityKind.MotorPlant, Terms("Motor plant", WorksCo)), Steward);
        Given(Registering(Recycler, "recycler", FacilityKind.RecyclingPlant, Terms("Recycler", WorksCo)), Steward);
    }

    public static Guid MineCo { get; } = Id(1);
    public static Guid PlantCo { get; } = Id(2);
    public static Guid WorksCo { get; } = Id(3);
    public static Guid CarrierCo { get; } = Id(4);
    public static Guid StrangerCo { get; } = Id(5);

    public static Guid Mine { get; } = Id(11);
    public static Guid Yard { get; } = Id(12);
    public static Guid Concentrator { get; } = Id(13);
    public static Guid Store { get; } = Id(14);
    public static Guid MagnetPlant { get; } = Id(15);
    public static Guid MotorPlant { get; } = Id(16);
    public static Guid Recycler { get; } = Id(17);

    public static Actor Steward { get; } = Person(20, Id(9), Role.Steward);
    public static Actor Miner { get; } = Person(21, MineCo, Role.Operator);
    public static Actor MineSupervisor { get; } = Person(22, MineCo, Role.Supervisor);
    public static Actor PlantOperator { get; } = Person(23, PlantCo, Role.Operator);
    public static Actor PlantSupervisor { get; } = Person(24, PlantCo, Role.Supervisor);
    public static Actor Worker { get; } = Person(25, WorksCo, Role.Operator);
    public static Actor WorksSupervisor { get; } = Person(26, WorksCo, Role.Supervisor);
    public static Actor Driver { get; } = Person(27, CarrierCo, Role.Operator);
    public static Actor Stranger { get; } = Person(28, StrangerCo, Role.Operator, Role.Supervisor, Role.OrganisationAdmin);

    public static Actor SchemeAuditor { get; } = Person(29, Id(8), Role.SchemeAuditor);

    public static SubsoilLicence Licence { get; } = new("SUB-17", new(2024, 1, 1), new(2027, 12, 31), ["ree-ore", "graphite-ore"]);

    public InMemoryLedger Ledger { get; } = new(Now);
    public States States => Ledger.States;

    public static Guid Id(int n) => new(n, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0);
    public Guid NewId() => Id(++_ids);

    /// <summary>Days before (or after) now.</summary>
    public static DateTimeOffset Day(double days) => Now.AddDays(days);

    public static Actor Person(int n, Guid organisation, params Role[] roles) => new(Id(n), organisation, roles.ToHashSet());

    public Batch Batch(Guid id) => States.Find<Batch>(id)!;
    public Shipment Shipment(Guid id) => States.Find<Shipment>(id)!;
    public Quantity Held(Guid batchId, Guid facilityId) => Quantity.Sum(Batch(batchId).Holdings.Where(h => h.FacilityId == facilityId).Select(h => h.Quantity));

    public Answer Record(ICommand command, Actor by) => Ledger.Record(command, by);

    /// <summary>What a second person stands behind.</summary>
    public Answer Approve(ICommand command, Actor by, Actor second) => Ledger.Record(command, by, new(second, "Seen with my own eyes", Day(-0.5)));

    /// <summary>Something that must succeed before the test can begin.</summary>
    public void Given(ICommand command, Actor by, params string[] alarms) => Record(command, by).IsRecorded(alarms);

    public static FacilityTerms Terms(string name, Guid operatorId) => new(name, operatorId, "KZ", 48.5m, 61.25m, null, [], [], null, null);

    public static RegisterFacility Registering(Guid id, string code, FacilityKind kind, FacilityTerms terms) => new(id, code, kind, terms, Day(-600));

    public void Change(Guid facilityId, Func<FacilityTerms, FacilityTerms> change) =>
        Given(new ChangeFacility(facilityId, NewId(), change(States.Find<Facility>(facilityId)!.Terms), Day(-500)), Steward);

    /// <summary>Ore dug at the mine.</summary>
    public RegisterBatch Digging(decimal kilograms = 1000, decimal? moisture = null)
    {
        var id = NewId();
        return new(id, "ORE-" + _ids, "ree-ore", RegistrationSource.Extraction, Mine, new(kilograms, moisture), Day(-10));
    }

    /// <summary>Anything bought outside and found anywhere.</summary>
    public RegisterBatch Buying(string material, Guid facility, decimal? kilograms = null, long? pieces = null, params string[] serials)
    {
        var id = NewId();
        return new(id, "BUY-" + _ids, material, RegistrationSource.OutsideSupplier, facility, new(kilograms, null, pieces), Day(-10), Serials: serials.Length > 0 ? serials : null);
    }

    public Guid Ore(decimal kilograms = 1000, decimal? moisture = null)
    {
        var digging = Digging(kilograms, moisture);
        Given(digging, Miner);
        return digging.BatchId;
    }

    public Guid Bought(string material, Guid facility, decimal? kilograms = null, long? pieces = null, params string[] serials)
    {
        var buying = Buying(material, facility, kilograms, pieces, serials);
        Given(buying, OperatorOf(facility));
        return buying.BatchId;
    }

    public Actor OperatorOf(Guid facility) => Of(facility, Miner, PlantOperator, Worker);
    public Actor SupervisorOf(Guid facility) => Of(facility, MineSupervisor, PlantSupervisor, WorksSupervisor);

    private Actor Of(Guid facility, params Actor[] people) => people.Single(p => p.OrganisationId == States.Find<Facility>(facility)!.OperatorId);

    /// <summary>Dispatch of one line, from the mine to the concentrator unless said otherwise.</summary>
    public DispatchShipment Dispatching(Guid batch, Measure stated) => Dispatching(new DispatchLine(batch, stated));

    public DispatchShipment Dispatching(Guid batch, decimal kilograms) => Dispatching(batch, new Measure(kilograms));

    public DispatchShipment Dispatching(params DispatchLine[] lines)
    {
        var id = NewId();
        return new(id, "S-" + _ids, Mine, Concentrator, TransportMode.Road, new(null, "Steppe Haulage"), lines, Day(-5));
    }

    public Guid Dispatched(Guid batch, decimal kilograms, decimal? moisture = null) => Dispatched(Dispatching(batch, new Measure(kilograms, moisture)));

    public Guid Dispatched(DispatchShipment dispatching)
    {
        Given(dispatching, OperatorOf(dispatching.FromFacilityId));
        return dispatching.ShipmentId;
    }

    /// <summary>Receipt of a shipment of one line.</summary>
    public AcceptShipment Accepting(Guid shipment, decimal kilograms, decimal? moisture = null) => Accepting(shipment, new Measure(kilograms, moisture));

    public AcceptShipment Accepting(Guid shipment, Measure stated) => new(shipment, [new(Shipment(shipment).Lines[0].BatchId, stated)], Shipment(shipment).LeftAt.AddDays(1));

    /// <summary>A shipment received as it was sent.</summary>
    public void Accepted(Guid shipment) =>
        Given(new AcceptShipment(shipment, [.. Shipment(shipment).Lines.Select(l => new ReceiptLine(l.BatchId, l.Stated))], Shipment(shipment).LeftAt.AddDays(1)), OperatorOf(Shipment(shipment).ToFacilityId));

    /// <summary>An attestation for what the mine digs this year, unless said otherwise.</summary>
    public RecordAttestation Attesting(string claim = "irma-audited-mine", Guid? facility = null)
    {
        var id = NewId();
        return new(id, "ATT-" + _ids, "Steppe Assurance", "IRMA 2024", claim, facility ?? Mine, new(2026, 1, 1), new(2026, 12, 31), Day(-30));
    }

    public Guid Attested(string claim = "irma-audited-mine", Guid? facility = null)
    {
        var attesting = Attesting(claim, facility);
        Given(attesting, SchemeAuditor);
        return attesting.AttestationId;
    }

    /// <summary>Ore of which something is claimed, brought to the concentrator.</summary>
    public Guid Claimed(decimal kilograms = 1000, string claim = "irma-audited-mine")
    {
        var ore = AtConcentrator(kilograms);
        Given(new ClaimBatch(ore, NewId(), Attested(claim), Day(-4)), Miner);
        return ore;
    }

    /// <summary>A final assay by whoever made the batch.</summary>
    public void Analysed(Guid batch, params Analyte[] analytes)
    {
        var id = NewId();
        Given(new RecordAssay(batch, id, "LAB-" + _ids, AssayStatus.Final, AssayBasis.Dry, analytes, "Alatau Assay", Day(-4)), OperatorOf(Batch(batch).MadeAtId));
    }

    /// <summary>Part of a batch brought to the concentrator and accepted there.</summary>
    public Guid AtConcentrator(decimal kilograms = 1000)
    {
        var ore = Ore(kilograms);
        Accepted(Dispatched(ore, kilograms));
        return ore;
    }

    /// <summary>A disputed shipment of 1,000 kg of which the receiver found 900.</summary>
    public (Guid Batch, Guid Shipment) Disputed()
    {
        var ore = Ore();
        var shipment = Dispatched(ore, 1000);
        Given(Accepting(shipment, 900), PlantOperator, "outside-tolerance");
        return (ore, shipment);
    }

    public RecordRun Running(string step, Guid facility, RunInput[] inputs, params RunOutput[] outputs)
    {
        var id = NewId();
        return new(id, "R-" + _ids, step, facility, Day(-3), Day(-2), inputs, outputs);
    }

    public RunOutput Making(string material, decimal? kilograms = null, long? pieces = null, OutputRole role = OutputRole.Product, Guid? owner = null, params string[] serials)
    {
        var id = NewId();
        return new(id, "OUT-" + _ids, material, role, new(kilograms, null, pieces), owner, serials.Length > 0 ? serials : null);
    }

    /// <summary>A laboratory's report of an output, in percent of dry mass.</summary>
    public StatedAssay Finding(params (string Analyte, decimal Percent)[] found) =>
        new(NewId(), "LAB-" + _ids, "Alatau Assay", [.. found.Select(f => new Analyte(f.Analyte, f.Percent))]);

    /// <summary>Its maker's report of a batch.</summary>
    public void Analysed(Guid batch, params (string Analyte, decimal Percent)[] found)
    {
        var id = NewId();
        var by = new[] { Miner, PlantOperator, Worker }.Single(p => p.OrganisationId == Batch(batch).MakerId);
        Given(new RecordAssay(batch, id, "LAB-" + _ids, AssayStatus.Final, AssayBasis.Dry, [.. found.Select(f => new Analyte(f.Analyte, f.Percent))], "Alatau Assay", Day(-9)), by);
    }

    public static RunInput Taking(Guid batch, decimal? kilograms = null, long? pieces = null, Guid? owner = null, params string[] serials) =>
        new(batch, new(kilograms, null, pieces), owner, serials.Length > 0 ? serials : null);

    /// <summary>1,000 kg of ore at the concentrator floated to so much concentrate.</summary>
    public RecordRun Floating(decimal concentrate = 80, decimal ore = 1000) =>
        Running("ree-flotation", Concentrator, [Taking(AtConcentrator(ore), ore)], Making("ree-concentrate", concentrate));

    /// <summary>A run that stays open since three days.</summary>
    public Guid Opened(string step = "ree-flotation", Guid? facility = null)
    {
        var (id, at) = (NewId(), facility ?? Concentrator);
        Given(new OpenRun(id, "R-" + _ids, step, at, Day(-3)), OperatorOf(at));
        return id;
    }

    public RecordPart Part(Guid run, RunInput[] inputs, params RunOutput[] outputs) => new(run, NewId(), Concentrator, Day(-2), inputs, outputs);

    /// <summary>An open flotation of which some came out.</summary>
    public Guid Fed()
    {
        var run = Opened();
        Given(Part(run, [Taking(AtConcentrator(), 1000)], Making("ree-concentrate", 80)), PlantOperator);
        return run;
    }

    /// <summary>Ore tipped onto the one pile of the concentrator.</summary>
    public TipIn Tipping(Guid? remainder, params RunInput[] inputs)
    {
        var id = NewId();
        return new(id, NewId(), Concentrator, "ROM 1", "PILE-" + _ids, inputs, Day(-2), remainder);
    }

    /// <summary>A pile of so much ore.</summary>
    public Guid Piled(decimal kilograms = 1000)
    {
        var tipping = Tipping(null, Taking(AtConcentrator(kilograms), kilograms));
        Given(tipping, PlantOperator);
        return tipping.BatchId;
    }

    /// <summary>A document about these, by the mine unless said otherwise, whose file has come.</summary>
    public RecordDocument Documenting(Actor by, params Subject[] about)
    {
        var id = NewId();
        var file = new SentFile(_ids.ToString("x64", System.Globalization.CultureInfo.InvariantCulture), 1000, FileType.Pdf);
        States.Sent(by.OrganisationId, file);
        return new(id, file.Sha256, DocumentKind.Invoice, Day(-1), "I-" + _ids, new(2026, 2, 20), about);
    }

    /// <summary>A recorded one.</summary>
    public Guid Documented(Actor by, params Subject[] about)
    {
        var documenting = Documenting(by, about);
        Given(documenting, by);
        return documenting.DocumentId;
    }

    public HoldBatch Holding(Guid batch) => new(batch, NewId(), "Radiation above the limit", Day(-1));
}
