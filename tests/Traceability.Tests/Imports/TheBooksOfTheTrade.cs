using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Tests.Imports;

/// <summary>What happens to goods on the way and at the gate, as the files of the two sides tell it.</summary>
public class TheBooksOfTheTrade
{
    private static readonly Guid Mine = DerivedId.Organisation("mine");
    private static readonly Guid Plant = DerivedId.Organisation("plant");
    private static readonly Actor MinesPerson = SmallWorld.PersonOf("mine");
    private static readonly Actor PlantsPerson = SmallWorld.PersonOf("plant");

    private static async Task<SmallWorld> UnderWay()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);
        await world.Import(SmallWorld.Shipments, MinesPerson);
        return world;
    }

    private static Shipment Sent(SmallWorld world, string number) => world.Ledger.States.Find<Shipment>(DerivedId.Shipment(Mine, number))!;
    private static Batch Ore(SmallWorld world, string number) => world.Ledger.States.Find<Batch>(DerivedId.Batch(Mine, number))!;

    private static void All(RowResult result, ImportReport report) =>
        Assert.All(report.Rows, row => Assert.Equal((result, null), (row.Result, row.Refusal?.Code)));

    [Fact]
    public async Task a_train_is_received_in_parts_and_judged_at_the_last()
    {
        var world = await UnderWay();
        const string Receipts = """
            Shipment number,Shipper,Receipt number,More to come,Batch number,Wet kilograms,Moisture percent,Arrived at
            W-2,mine,P/1,Yes,R-1,15000,6,2025-10-06T18:00+05:00
            W-2,mine,P/2,Yes,R-1,15000,6,2025-10-07T18:00+05:00
            W-2,mine,,,R-1,9950,6,2025-10-08T18:00+05:00
            """;

        All(RowResult.Recorded, await world.Import(Receipts, PlantsPerson));

        Assert.Equal((ShipmentStatus.Accepted, 39_950 * 0.94m), (Sent(world, "W-2").Status, Sent(world, "W-2").Received[0].OfRecord.DryKilograms));
        All(RowResult.AlreadyThere, await world.Import(Receipts, PlantsPerson));
    }

    [Fact]
    public async Task a_part_needs_a_number_of_its_own()
    {
        var world = await UnderWay();

        var report = await world.Import("""
            Shipment number,Shipper,Receipt number,More to come,Batch number,Wet kilograms,Moisture percent,Arrived at
            W-2,mine,,Yes,R-1,15000,6,2025-10-06T18:00+05:00
            """, PlantsPerson);

        Assert.Equal(("value-missing", "Receipt number"), (report.Rows.Single().Refusal!.Code, report.Rows.Single().Column));
    }

    [Fact]
    public async Task a_short_delivery_is_taken_under_reserve()
    {
        var world = await UnderWay();

        All(RowResult.Recorded, await world.Import("""
            Shipment number,Shipper,Batch number,Wet kilograms,Moisture percent,Arrived at,Under reserve
            W-2,mine,R-1,38000,6,2025-10-06T18:00+05:00,yes
            """, PlantsPerson));

        Assert.Equal(ShipmentStatus.AcceptedUnderReserve, Sent(world, "W-2").Status);
        Assert.Equal(2000 * 0.94m, Ore(world, "R-1").Totals.Disputed.DryKilograms);
    }

    [Fact]
    public async Task whom_both_sides_named_decides()
    {
        var world = await UnderWay();
        await world.Import("""
            Organisation code,Name,Country,Registered at
            assay,Assay (demo),KZ,2025-09-01T09:00+05:00
            """, SmallWorld.Steward);
        await world.Import("""
            Shipment number,Shipper,Batch number,Wet kilograms,Moisture percent,Arrived at
            W-2,mine,R-1,37600,6,2025-10-06T18:00+05:00
            """, PlantsPerson);
        const string Umpires = """
            Letter number,Shipment number,Shipper,Umpire,Named at
            U-1,W-2,mine,assay,2025-10-08T10:00+05:00
            """;
        All(RowResult.Recorded, await world.Import(Umpires, MinesPerson));
        All(RowResult.Recorded, await world.Import(Umpires, PlantsPerson));

        All(RowResult.Recorded, await world.Import("""
            Resolution number,Shipment number,Shipper,Batch number,Agreed dry kilograms,Reason,Agreed at
            A-7,W-2,mine,R-1,36000,Weighed again,2025-10-12T10:00+05:00
            """, SmallWorld.PersonOf("assay")));

        Assert.Equal((ShipmentStatus.Resolved, 36_000m), (Sent(world, "W-2").Status, Sent(world, "W-2").Agreed[0].Quantity.DryKilograms));
    }

    [Fact]
    public async Task seals_and_wagons_change_at_the_border()
    {
        var world = await UnderWay();

        All(RowResult.Recorded, await world.Import("""
            Reloading number,Shipment number,Shipper,Place,New seals,New units,Reason,Reloaded at
            L-1,W-2,mine,Dostyk,CR=77|CR=78,5480116,Gauge change,2025-10-06T12:00+05:00
            """, MinesPerson));

        Assert.Equal([new("CR", "77"), new Seal("CR", "78")], Sent(world, "W-2").Seals);
        Assert.Equal(["5480116"], Sent(world, "W-2").Units);
    }

    [Fact]
    public async Task an_arrival_before_its_papers_becomes_the_receipt_when_they_come()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);

        All(RowResult.Recorded, await world.Import("""
            Arrival number,Shipment number,Shipper,To facility,Batch number,Own number,Wet kilograms,Moisture percent,Arrived at
            A-1,W-2,mine,mill,R-1,M-001,39950,6,2025-10-06T18:00+05:00
            """, PlantsPerson));
        await world.Import(SmallWorld.Shipments, MinesPerson);

        Assert.Equal(ShipmentStatus.Accepted, Sent(world, "W-2").Status);
        Assert.Equal(DerivedId.Batch(Mine, "R-1"), world.Ledger.States.Number(Plant, "M-001"));
    }

    [Fact]
    public async Task tickets_and_packages_stand_with_their_line()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);

        All(RowResult.Recorded, await world.Import("""
            Shipment number,From facility,To facility,Transport mode,Carrier,Batch number,Wet kilograms,Tickets,Packages,Left at
            W-3,pit,mill,Road,Truck (demo),R-1,40000,WB-1/481=35000-15000@2025-10-05T07:10+05:00|WB-1/482=34000-14000@2025-10-05T07:40+05:00,A=25000|B=15000,2025-10-05T08:00+05:00
            """, MinesPerson));

        var line = Sent(world, "W-3").Lines[0];
        Assert.Equal([("WB-1", "481", 20_000m), ("WB-1", "482", 20_000m)], line.Stated.Tickets!.Select(t => (t.Scale, t.Number, t.NetKilograms)));
        Assert.Equal([new("A", 25_000), new Package("B", 15_000)], line.Packages);
    }

    [Theory]
    [InlineData("481")]
    [InlineData("WB-1/481=35000@2025-10-05T07:10+05:00")]
    [InlineData("WB-1/481=3.5.0-15000@2025-10-05T07:10+05:00")]
    public async Task a_ticket_that_cannot_be_read_is_named(string ticket)
    {
        var world = await SmallWorld.Registered();

        var report = await world.Import($"""
            Batch number,Material,Source,Facility,Wet kilograms,Tickets,Occurred at
            R-3,ree-ore,Extraction,pit,20000,{ticket},2025-10-05T08:00+05:00
            """, MinesPerson);

        Assert.Equal(("not-a-ticket", "Tickets"), (report.Rows.Single().Refusal!.Code, report.Rows.Single().Column));
    }

    [Fact]
    public async Task what_is_refused_at_the_gate_goes_back_to_its_shipper()
    {
        var world = await UnderWay();
        await world.Import("""
            Shipment number,Shipper,Batch number,Wet kilograms,Moisture percent,Refused wet kilograms,Arrived at
            W-2,mine,R-1,40000,6,5000,2025-10-06T18:00+05:00
            """, PlantsPerson);

        All(RowResult.Recorded, await world.Import("""
            Shipment number,From facility,To facility,Transport mode,Carrier,Batch number,Batch maker,Wet kilograms,Owner,Purpose,Return of,Left at
            B-1,mill,pit,Road,Truck (demo),R-1,mine,5000,mine,Return,mine=W-2,2025-10-08T08:00+05:00
            """, PlantsPerson));

        Assert.Equal(Purpose.Return, world.Ledger.States.Find<Shipment>(DerivedId.Shipment(Plant, "B-1"))!.Purpose);
    }

    [Fact]
    public async Task ownership_passes_with_the_goods_or_where_they_lie()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);

        All(RowResult.Recorded, await world.Import("""
            Shipment number,From facility,To facility,Transport mode,Carrier,Batch number,Wet kilograms,New owner,Contract,Incoterm,Left at
            W-3,pit,mill,Road,Truck (demo),R-1,40000,plant,C-9,DAP Mill,2025-10-05T08:00+05:00
            """, MinesPerson));
        All(RowResult.Recorded, await world.Import("""
            Transfer number,Facility,New owner,Contract,Batch number,Wet kilograms,Passed at
            T-1,pit,plant,C-10,R-1,10000,2025-10-06T08:00+05:00
            """, MinesPerson));

        Assert.Equal(new OwnershipChange(Plant, "C-9", "DAP Mill"), Sent(world, "W-3").Lines[0].NewOwner);
        Assert.Equal(9400m, Ore(world, "R-1").At(DerivedId.Facility("pit"), Plant)!.Quantity.DryKilograms);
    }

    [Fact]
    public async Task a_row_says_the_lower_custody_model_it_is_sent_under()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);

        All(RowResult.Recorded, await world.Import("""
            Shipment number,From facility,To facility,Transport mode,Carrier,Batch number,Wet kilograms,Custody,Left at
            W-3,pit,mill,Road,Truck (demo),R-1,40000,MassBalance,2025-10-05T08:00+05:00
            """, MinesPerson));

        Assert.Equal(CustodyModel.MassBalance, Sent(world, "W-3").Lines[0].KeptAs);
    }

    [Fact]
    public async Task with_a_partner_outside_the_ledger_one_side_says_both()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);
        await world.Import("""
            Facility code,Name,Kind,Operator,Country,Latitude,Longitude,Outside the ledger,Registered at
            sorter,Ore sorter,Warehouse,plant,KZ,50,76,Yes,2025-09-02T09:00+05:00
            """, SmallWorld.Steward);

        All(RowResult.Recorded, await world.Import("""
            Shipment number,From facility,To facility,Transport mode,Carrier,Batch number,Wet kilograms,Documents,Left at,Received at
            W-3,pit,sorter,Road,Truck (demo),R-1,40000,CMR 12,2025-10-05T08:00+05:00,2025-10-05T15:00+05:00
            """, MinesPerson));

        Assert.Equal(ShipmentStatus.Accepted, Sent(world, "W-3").Status);
    }

    [Fact]
    public async Task a_month_that_stays_open_is_kept_in_three_books()
    {
        var world = await UnderWay();
        await world.Import(SmallWorld.Receipts, PlantsPerson);
        const string Parts = """
            Part number,Run number,Facility,Part ended at,Part,Batch number,Material,Wet kilograms,Moisture percent
            F-9/1,F-9,mill,2025-10-08T20:00+05:00,Input,M-001,,40000,6.1
            F-9/2,F-9,mill,2025-10-09T20:00+05:00,Input,M-002,,20000,5.4
            F-9/2,F-9,mill,2025-10-09T20:00+05:00,Product,C-9,ree-concentrate,120,8
            F-9/2,F-9,mill,2025-10-09T20:00+05:00,Untracked,,Collector,20,
            """;

        All(RowResult.Recorded, await world.Import("Run number,Step,Facility,Opened at\nF-9,ree-flotation,mill,2025-10-08T08:00+05:00", PlantsPerson));
        All(RowResult.Recorded, await world.Import(Parts, PlantsPerson));
        All(RowResult.Recorded, await world.Import("Run number,Closed at\nF-9,2025-10-31T20:00+05:00", PlantsPerson));

        var run = world.Ledger.States.Find<ProcessRun>(DerivedId.Run(Plant, "F-9"))!;
        Assert.Equal((false, 2, 20m), (run.IsOpen, run.Parts, run.UntrackedKilograms));
        All(RowResult.AlreadyThere, await world.Import(Parts, PlantsPerson));
    }

    [Fact]
    public async Task a_pile_is_renewed_by_what_is_tipped_in()
    {
        var world = await UnderWay();
        await world.Import(SmallWorld.Receipts, PlantsPerson);

        All(RowResult.Recorded, await world.Import("""
            Tipping number,Facility,Pile,Remainder,Campaign,Batch number,Wet kilograms,Tipped in at
            P-1,mill,Crushed ore,,2025-10,M-001,50000,2025-10-08T08:00+05:00
            P-2,mill,Crushed ore,P-1,,M-002,20000,2025-10-09T08:00+05:00
            """, PlantsPerson));

        var pile = world.Ledger.States.Find<Pile>(Pile.IdOf(DerivedId.Facility("mill"), "Crushed ore"))!;
        Assert.Equal((DerivedId.Batch(Plant, "P-2"), "2025-10"), (pile.BatchId, pile.Campaign));
    }
}
