using System.Text.Json;
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
using static Traceability.Tests.World;

namespace Traceability.Tests;

/// <summary>One whole, valid command of every kind, each recordable in the world it was made for.</summary>
public static class Samples
{
    public static IReadOnlyList<(ICommand Command, Actor By)> Valid(World world)
    {
        var (disputedBatch, disputed) = world.Disputed();
        var hold = world.Holding(world.Ore());
        world.Given(hold, MineSupervisor);
        var cells = world.Bought("nmc-cell", Recycler, null, 3, "C-1", "C-2", "C-3");
        return
        [
            (new RegisterOrganisation(world.NewId(), "new-co", "New Co", "DE", [new("GLN", "4012345000009")], Day(-1)), Steward),
            (new ChangeOrganisation(MineCo, world.NewId(), "Mine Co", "KZ", [new("BIN", "990140000012")], Day(-1), 1), Steward),
            (new NameInPublic(MineCo, world.NewId(), true, Day(-1)), Person(30, MineCo, Role.OrganisationAdmin)),
            (Registering(world.NewId(), "second-mine", FacilityKind.MineSite, Terms("Second mine", MineCo) with
            {
                Licence = Licence,
                Partners = [new(PlantCo, 0.25m)],
                Permits = [new("ree-ore", 1_000_000)],
                OpeningStockClosed = Day(-10),
                ReceiptTolerance = 0.01m,
                GoLive = Day(-20),
                ElementTolerance = 0.015m,
                FlowSheet = [new("ree-flotation", "*", 0.5m, 0.7m)],
            }), Steward),
            (new ChangeFacility(Store, world.NewId(), Terms("Store", PlantCo), Day(-1), 1), Steward),
            (new CloseOpeningStock(Yard, Day(-1)), MineSupervisor),
            (world.Buying("nmc-cell", Recycler, 7.2m, 3, "D-1", "D-2", "D-3") with { OwnerId = PlantCo, Declared = new("Far Cells", "Unknown", "CN") }, Worker),
            (world.Holding(world.Ore()) with { Documents = ["LAB 4/26"] }, MineSupervisor),
            (new ReleaseBatch(hold.BatchId, hold.HoldId, "Below the limit", Day(-1), ["LAB 5/26"]), MineSupervisor),
            (Analysing(world), Miner),
            (new DeclareFootprint(world.Ore(), world.NewId(), Boundary.CradleToGate, 1.25m, 0.6m, "ISO 14067, study 7", Day(-1)), Miner),
            (new PublishBatch(world.Ore(), "k3jd7q2mfp6rwx4znb5tvhcy2e", Day(-1)), Miner),
            (world.Dispatching(new DispatchLine(world.Ore(), new(500, 0.1m, null, WeighingMethod.Weighbridge, [new("Gate", "T-1", 15_500, 15_000, 500, Day(-5))]), MineCo, new(PlantCo, "C-9", "DAP"), [new("DRUM-1", 500)])) with
            {
                Carrier = new(CarrierCo, "Carrier Co"),
                Seals = [new("KTZ", "0042")],
                Units = ["123 ABC 02"],
                Documents = ["CMR 77"],
            }, Miner),
            (Reloading(world), Miner),
            (new AnnounceArrival(world.NewId(), MineCo, "S-UNKNOWN", Concentrator, [new("ORE-UNKNOWN", new(100), "IN-0")], Day(-1)), PlantOperator),
            (Partly(world), PlantOperator),
            (Noted(world), PlantOperator),
            (Contested(world), PlantOperator),
            (new ResolveShipment(disputed, world.NewId(), [new(disputedBatch, new(950, 0))], "Weighed again together", Day(-1)), MineSupervisor),
            (new NameUmpire(disputed, world.NewId(), WorksCo, Day(-1)), MineSupervisor),
            (new VoidShipment(world.Dispatched(world.Ore(), 100), "The truck broke down at the gate", Day(-1)), MineSupervisor),
            (new TransferOwnership(world.NewId(), Mine, PlantCo, [new(world.Ore(), new(400, 0.1m, null, WeighingMethod.Weighbridge, [new("Gate", "T-2", 15_400, 15_000, 400, Day(-3))]))], "C-12", Day(-1)), Miner),
            (new RequestHold(world.AtConcentrator(), world.NewId(), Concentrator, "Wrong label", Day(-1), ["Photo 7"]), Miner),
            (Answering(world), PlantSupervisor),
            (new CountStock(world.NewId(), "C-1", Yard, [new(world.Bought("ree-ore", Yard, 1000), new(990, 0.001m, null, WeighingMethod.Survey), MineCo, 20, 0.02m)], Day(-1), "Month's end"), Miner),
            (new WriteOffStock(world.NewId(), "W-1", Yard, WriteOffCause.Destruction, [new(world.Bought("ree-ore", Yard, 1000), new(10, 0.001m), MineCo)], "Wet through", Day(-1), ["Act 7"]), Miner),
            (world.Documenting(Miner, new Subject(SubjectKind.Batch, world.Ore()), new Subject(SubjectKind.Facility, Mine)), Miner),
            (new AttachDocument(world.Documented(Miner), world.NewId(), new(SubjectKind.Batch, world.Ore()), Day(-1)), Miner),
            (new DetachDocument(world.Documented(Miner, new Subject(SubjectKind.Organisation, MineCo)), world.NewId(), new(SubjectKind.Organisation, MineCo), "Meant for another", Day(-1)), Miner),
            (world.Running("pack-disassembly", Recycler, [Taking(world.Bought("battery-pack", Recycler, null, 1, "P-1"), null, 1)],
                world.Making("nmc-cell", null, 20), world.Making("cell-scrap", 12, null, OutputRole.Scrap)) with
            {
                Untracked = [new("Solder", 0.5m)],
            }, Worker),
            (world.Floating() is var floating ? floating with
            {
                Outputs = [floating.Outputs[0] with { Assay = new(world.NewId(), "LAB-7", "Alatau Assay", [new("Nd2O3", 6.5m, AnalyteUnit.Percent, 0.1m)], AssayStatus.Provisional, AssayBasis.Ignited, Day(-1.5), 0.1m, 0.2m, "ICP-MS", "S-7", "ISO/IEC 17025", "lca-2014") }],
            } : null!, PlantOperator),
            (world.Attesting() with { Materials = ["ree-ore"] }, SchemeAuditor),
            (new WithdrawAttestation(world.Attested(), world.NewId(), new(2026, 2, 1), "The audit was annulled", Day(-1)), SchemeAuditor),
            (new ClaimBatch(world.Ore(), world.NewId(), world.Attested(), Day(-1)), Miner),
            (Allocating(world), PlantOperator),
            (new OpenRun(world.NewId(), "MARCH", "ree-flotation", Concentrator, Day(-3)), PlantOperator),
            (world.Part(world.Opened(), [Taking(world.AtConcentrator(), 500)], world.Making("ree-concentrate", 40)) with { Untracked = [new("Lime", 0.5m)] }, PlantOperator),
            (world.Tipping(world.Piled(), Taking(world.AtConcentrator(), 500)) with { Campaign = null }, PlantOperator),
            (new CloseRun(world.Fed(), world.NewId(), Day(-1)), PlantOperator),
            (world.Running("split", Recycler, [Taking(cells, null, 2, WorksCo, "C-1", "C-3")],
                world.Making("nmc-cell", null, 1, OutputRole.Product, WorksCo, "C-3"), world.Making("nmc-cell", null, 1, OutputRole.Product, null, "C-1")), Worker),
        ];
    }

    private static RecordAssay Analysing(World world)
    {
        var ore = world.Ore();
        return new(
            ore, world.NewId(), "LAB-1", AssayStatus.Final, AssayBasis.Wet, [new("Nd2O3", 12.5m, AnalyteUnit.Percent, 0.2m), new("Th", null, AnalyteUnit.Ppm, null, 5), new("LREO", 13)], "Alatau Assay",
            Day(-1), world.Dispatched(ore, 400), 0.1m, 0.05m, "ICP-MS", "S-9", "ISO/IEC 17025", "lca-2014");
    }

    private static AllocateClaim Allocating(World world)
    {
        var ore = world.Claimed();
        world.Analysed(ore, new Analyte("Nd", 10));
        var making = world.Making("ree-ore", 900);
        world.Given(world.Running("blend", Concentrator, [Taking(ore, 1000)], making) with { Custody = new(CustodyModel.MassBalance, 0.9m) }, PlantOperator);
        world.Analysed(making.BatchId, new Analyte("Nd", 11));
        return new(making.BatchId, world.NewId(), Concentrator, "irma-audited-mine", new Dictionary<string, decimal> { ["Nd"] = 50 }, Day(-1));
    }

    private static AnswerHoldRequest Answering(World world)
    {
        var asking = new RequestHold(world.AtConcentrator(), world.NewId(), Concentrator, "Wrong label", Day(-1));
        world.Given(asking, Miner);
        return new(asking.BatchId, asking.RequestId, true, Day(-0.5), "Stopped at the gate");
    }

    private static ReloadShipment Reloading(World world)
    {
        var ore = world.Ore();
        return new(
            world.Dispatched(ore, 100), world.NewId(), "Dostyk", [new("CR", "17")], ["wagon 8"], "Gauge change", Day(-4), [new(ore, [new("BIG-BAG-1", 60), new("BIG-BAG-2", 40)])]);
    }

    private static ReceivePart Partly(World world)
    {
        var packed = new DispatchLine(world.Ore(), new(1000), Packages: [new("D-1", 400), new("D-2", 600)]);
        var accepting = world.Accepting(world.Dispatched(world.Dispatching(packed) with { Seals = [new("KTZ", "1")] }), 400, 0.001m);
        return new(accepting.ShipmentId, world.NewId(), [accepting.Lines[0] with { OwnNumber = "IN-2", Packages = ["D-1"] }], Day(-1), [new("KTZ", "1")]);
    }

    private static AcceptShipment Noted(World world)
    {
        var accepting = world.Accepting(world.Dispatched(world.Ore(), 1000), 999, 0.001m);
        return accepting with { Lines = [accepting.Lines[0] with { OwnNumber = "IN-1" }], Note = "One bag torn" };
    }

    private static DisputeShipment Contested(World world)
    {
        var accepting = world.Accepting(world.Dispatched(world.Ore(), 1000), 999);
        return new(accepting.ShipmentId, accepting.Lines, "The seal was broken", Day(-1));
    }

    /// <summary>The same command with another value of one member.</summary>
    public static ICommand With(ICommand command, string member, object value)
    {
        var json = JsonSerializer.SerializeToNode(command, command.GetType(), ApiJson.Options)!;
        json[JsonNamingPolicy.CamelCase.ConvertName(member)] = JsonSerializer.SerializeToNode(value);
        return (ICommand)json.Deserialize(command.GetType(), LedgerJson.Options)!;
    }
}
