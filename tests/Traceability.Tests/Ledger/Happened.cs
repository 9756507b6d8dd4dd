using System.Collections.Immutable;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Footprints;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;
using static Traceability.Tests.World;

namespace Traceability.Tests.Ledger;

/// <summary>One event of every kind with every member filled in.</summary>
internal static class Happened
{
    private static readonly DateTimeOffset At = new(2026, 2, 20, 8, 30, 15, 250, TimeSpan.FromHours(5));
    private static readonly Author By = new(MineCo, Id(21), "scale-house-2");
    private static readonly Entry Entry = new(Id(100), new string('a', 64), By, At);
    private static readonly Measure Weighed = new(1000.50m, 0.45m, null, WeighingMethod.Weighbridge, [new("Gate 1", "T-77", 15_000.50m, 14_000m, 1000.50m, At)]);
    private static readonly Measure Counted = new(48m, null, 20, WeighingMethod.Declared);
    private static readonly Quantity Ore = new(550.275m, 0);
    private static readonly Quantity Cells = new(48, 20);
    private static readonly Quantity Found = new(45.6m, 19);
    private static readonly SerialList Serials = new(1, new string('b', 64), "C-1");
    private static readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, decimal>> AtMost = ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, decimal>>.Empty
        .Add("irma-audited-mine", ImmutableSortedDictionary<string, decimal>.Empty.Add("Nd", 0.050m));
    private static readonly ImmutableArray<Alarm> Alarms = [Alarm.Of("unit-in-two-shipments", ("unit", "123 ABC 02"))];
    private static readonly FacilityTerms Terms = new(
        "Mine", MineCo, "KZ", 48.5m, 61.25m, Licence, [new(PlantCo, 0.25m)], [new("ree-ore", 30_000_000_000m)], At, 0.010m, GoLive: At, ElementTolerance: 0.015m,
        FlowSheet: [new("ree-flotation", "Nd", 0.55m, 0.70m)], Balancing: BalancingCycle.HalfYear);
    private static readonly Entry Approved = Entry with { Seconder = new(new(MineCo, Id(22), null), "Seen with my own eyes", At.AddHours(1)), Alarms = [Alarm.Of("clock-skew", ("at", At), ("now", At))] };

    public static IReadOnlyList<object> All { get; } =
    [
        new OrganisationRegistered(MineCo, "mine-co", "Mine Co", "KZ", [new("BIN", "990140000012")], Entry),
        new OrganisationChanged(MineCo, "Mine and Sons", "KZ", [new("LEI", "529900T8BM49AURSDO55")], Entry),
        new PublicNamingDecided(MineCo, true, Entry),
        new FacilityRegistered(Mine, "mine", FacilityKind.MineSite, Terms, Entry),
        new FacilityChanged(Mine, Terms, Entry),
        new OpeningStockClosed(Mine, Approved),
        new OutputBooked(Id(101), Mine, "ree-ore", 2026, 550.275m, By, At),
        new BatchRegistered(Id(110), "ORE-1", "ree-ore", RegistrationSource.OutsideSupplier, Mine, MineCo, PlantCo, Ore, Weighed, new("Far Ores", "Bayan Obo", "CN"), Serials, Alarms, Entry),
        new BatchProduced(Id(120), Id(111), "OUT-1", "nmc-cell", OutputRole.Product, Concentrator, PlantCo, PlantCo, Cells, 0, Serials, By, At,
            BatchCustody.Kept(CustodyModel.IdentityPreserved, Mine, ["origin-kazakhstan"]).With("irma-audited-mine", "Nd", 0.250m) with { AtMost = AtMost }),
        new BatchBooked(Id(130), Booking.Received, Concentrator, MineCo, Ore, -Ore, 1.5m, By, At, 0.45m, Ore, new(-2.5m, 0), true, CustodyModel.MassBalance),
        new StockCounted(Id(160), "C-1", Concentrator, PlantCo,
            [new(Id(110), MineCo, Ore, new(540, 0), new(-10.275m, 0), 27.000m, Weighed, Alarm.Of("more-taken-than-counted", ("batch", "ORE-1"), ("counted", 540m), ("short", 3m)))], "Month's end", Approved),
        new StockWrittenOff(Id(161), "W-1", Concentrator, PlantCo, WriteOffCause.Theft,
            [new(Id(111), PlantCo, Cells, Counted, Alarm.Of("below-zero-in-time", ("batch", "OUT-1"), ("short", 3m), ("at", At)))], "Broken lock", ["Police report 7"], Entry),
        new DocumentRecorded(Id(170), MineCo, new string('c', 64), 123_456, "application/pdf", DocumentKind.CustomsDeclaration, "DT-7", new(2026, 2, 19), [new(SubjectKind.Shipment, Id(130))], Entry),
        new DocumentAttached(Id(170), Id(171), new(SubjectKind.Batch, Id(110)), Entry),
        new DocumentDetached(Id(170), Id(172), new(SubjectKind.Batch, Id(110)), "Meant for another", Entry),
        new BatchPublished(Id(110), "k3jd7q2mfp6rwx4znb5tvhcy2e", Entry),
        new AssayRecorded(Id(110), Id(141), "LAB-7", AssayStatus.Final, AssaySide.Receiver, Id(130), Concentrator, AssayBasis.Wet, 0.1m, 0.05m, "lca-2014",
            [new("Nd2O3", 12.5m, AnalyteUnit.Percent, 0.2m), new("Th", null, AnalyteUnit.Ppm, null, 5)], [new("Nd", 0.119083333333m, 0.001905333333m), new("Th", 0, null, 0.000005555556m)],
            "Alatau Assay", "ICP-MS", "S-9", "ISO/IEC 17025 KZ.T.02", Alarms, Entry),
        new BatchHeld(Id(110), Id(140), "Radiation above the limit", Entry, ["LAB 4/26"]),
        new BatchReleased(Id(110), Id(140), "Below the limit", Entry, ["LAB 5/26"]),
        new ShipmentDispatched(Id(130), "S-1", Mine, MineCo, Concentrator, PlantCo, TransportMode.Rail, new(CarrierCo, "Carrier Co"),
            [new("KTZ", "0042")], ["wagon 7"], [new(Id(110), MineCo, Ore, 0.45m, Weighed, new(PlantCo, "C-9", "DAP Dostyk"), [new("DRUM-1", 250.5m)], Ore, CustodyModel.ControlledBlending, CustodyModel.Segregated)], ["CMR 77"],
            Purpose.Return, Id(131), Alarms, Entry, ["UN2912"]),
        new ShipmentReloaded(Id(130), Id(132), "Dostyk", [new("KTZ", "0042")], [new("CR", "17")], ["wagon 7"], ["wagon 8"], "Gauge change", Alarms, Entry, [new(Id(110), [new("BB-1", 250.5m)])]),
        new ShipmentPartReceived(Id(130), Id(133), PlantCo, [new(Id(110), "IN-1", Ore, Weighed, ["DRUM-1"])], Alarms, Entry, [new("KTZ", "0042")]),
        new ShipmentAccepted(Id(130), PlantCo, [new(Id(110), "IN-1", Ore, Ore, Ore, Weighed, Ore, Ore, Ore, ["DRUM-1"])], true, "One bag torn", Alarms, Entry, [new("KTZ", "0042")]),
        new ShipmentDisputed(Id(130), PlantCo, [new(Id(111), "IN-2", Cells, Found, Found, Counted, Found, Found, Cells - Found, ["BOX-1"])], "The seal was broken", Alarms, Entry, []),
        new UmpireNamed(Id(130), Id(134), WorksCo, Entry),
        new ResolutionProposed(Id(130), Id(150), [new(Id(111), Found)], "Counted again", Entry),
        new ShipmentResolved(Id(130), Id(151), [new(Id(111), Found)], "Counted again together", Entry),
        new ShipmentVoided(Id(130), "It never left", Entry),
        new ArrivalAnnounced(Id(135), MineCo, "S-1", Concentrator, PlantCo, [new("ORE-1", Weighed, "IN-1")], Entry),
        new ArrivalCompleted(Id(135), Id(130), Entry),
        new ArrivalMisfitted(Id(135), Id(130), Alarms, Entry),
        new OwnershipTransferred(Id(136), Concentrator, PlantCo, MineCo, WorksCo, [new(Id(110), Ore, Weighed)], "C-12", Alarms, Entry),
        new HoldRequested(Id(137), Id(110), Concentrator, PlantCo, MineCo, "Wrong label", Entry, ["Photo 7"]),
        new HoldRequestGranted(Id(137), Id(110), "Stopped at the gate", Entry),
        new HoldRequestDeclined(Id(137), Id(110), "It left yesterday", Entry),
        new ProcessRunRecorded(Id(120), "R-1", "cell-making", StepKind.Transformation, Concentrator, PlantCo, At.AddDays(-1),
            [new(Id(110), MineCo, Ore, Weighed, Serials, "ree-ore")], [new(Id(111), "OUT-1", "nmc-cell", OutputRole.Product, PlantCo, Cells, Counted, Serials)], [new("Solder", 0.5m)], Alarms, Entry, Id(124), new(CustodyModel.MassBalance, 0.90m)),
        new RunOpened(Id(121), "R-2", "ree-flotation", StepKind.Transformation, Concentrator, PlantCo, Entry),
        new RunPartRecorded(Id(121), Id(122), "R-2", "ree-flotation", Concentrator,
            [new(Id(110), MineCo, Ore, Weighed, Serials, "ree-ore")], [new(Id(112), "OUT-2", "ree-concentrate", OutputRole.InProcess, PlantCo, Ore, Weighed, Serials)], [new("Lime", 0.5m, new Dictionary<string, decimal> { ["Ca"] = 0.25m })], Alarms, Entry),
        new PileRenewed(Id(124), Id(120), Concentrator, "ROM 1", "ree-ore", Id(112), "PILE-2", Id(110), "March", true, By, At),
        new AttestationRecorded(Id(180), Id(8), new("ATT-1", "Steppe Assurance", "IRMA 2024", "irma-audited-mine", Mine, ["ree-ore"], new(2026, 1, 1), new(2026, 12, 31)), Entry),
        new AttestationWithdrawn(Id(180), Id(181), new(2026, 2, 1), "The audit was annulled", Entry),
        new FootprintDeclared(Id(110), Id(190), Boundary.Step, 12.50m, 0.40m, "ISO 14067, study 7", Entry),
        new BatchClaimed(Id(110), Id(182), "irma-audited-mine", Id(180), Entry),
        new ClaimsCredited(Id(120), Concentrator, [new("irma-audited-mine", "Nd", 45.25m)], 0.9m, By, At),
        new ClaimsDebited(Id(183), Concentrator, Id(111), [new("irma-audited-mine", "Nd", 40.50m)], By, At, BalancingCycle.Year),
        new BatchAllocated(Id(111), Id(183), Concentrator, [new("irma-audited-mine", "Nd", 40.50m)], [new("irma-audited-mine", "Nd", 0.409090909090m)], Alarms, Entry),
        new RunClosed(Id(121), Id(123), "R-2", "ree-flotation", Concentrator, Alarms, Entry, new(CustodyModel.Segregated)),
        new BatchKept(Id(121), Id(112), BatchCustody.Kept(CustodyModel.ControlledBlending, null, []).With("irma-audited-mine", "Nd", 0.250m), By, At),
    ];
}
