using System.Globalization;
using System.Text;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Tests.Imports;

public class ImportingAFile
{
    private static readonly Guid Mine = DerivedId.Organisation("mine");
    private static readonly Guid Plant = DerivedId.Organisation("plant");
    private static readonly Actor MinesPerson = SmallWorld.PersonOf("mine");
    private static readonly Actor PlantsPerson = SmallWorld.PersonOf("plant");

    [Fact]
    public async Task fills_the_ledger_from_the_pit_to_the_concentrate()
    {
        var world = await SmallWorld.Running();

        var run = world.Ledger.Events.Select(e => e.Event).OfType<ProcessRunRecorded>().Single(r => r.RunId == DerivedId.Run(Plant, "F-1"));
        Assert.Equal([DerivedId.Batch(Mine, "R-1"), DerivedId.Batch(Mine, "R-2")], run.Inputs.Select(i => i.BatchId));
        Assert.Equal(84_510m, run.Inputs[0].Quantity.DryKilograms);
        Assert.Equal([DerivedId.Batch(Plant, "C-1"), DerivedId.Batch(Plant, "C-1-T")], run.Outputs.Select(o => o.BatchId));
        Assert.Equal([OutputRole.Product, OutputRole.Tailings], run.Outputs.Select(o => o.Role));
        Assert.Equal([new UntrackedSource("Collector", 40)], run.Untracked);
    }

    [Fact]
    public async Task recognises_what_it_is_by_its_heading()
    {
        var world = new SmallWorld();

        foreach (var (csv, kind) in new[]
        {
            (SmallWorld.Organisations, "Organisations"), (SmallWorld.Facilities, "Facilities"), (SmallWorld.Batches, "Batches"),
            (SmallWorld.Shipments, "Shipments"), (SmallWorld.Receipts, "Receipts"), (SmallWorld.Runs, "Process runs"),
        })
            Assert.Equal(kind, (await world.Import(csv, SmallWorld.Steward)).Kind);
    }

    [Fact]
    public async Task a_template_is_recognised_as_its_own_kind()
    {
        foreach (var kind in FileKind.All)
        {
            var report = await new SmallWorld().Import(kind.Template, SmallWorld.Steward);

            Assert.Equal(kind.Name, report.Kind);
            Assert.Empty(report.Rows);
        }
    }

    [Fact]
    public async Task makes_one_shipment_of_rows_that_do_not_follow_each_other()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);

        var report = await world.Import(SmallWorld.Shipments, MinesPerson);

        var shipment = world.Ledger.States.Find<Shipment>(DerivedId.Shipment(Mine, "W-1"))!;
        Assert.Equal([DerivedId.Batch(Mine, "R-1"), DerivedId.Batch(Mine, "R-2")], shipment.Lines.Select(l => l.BatchId));
        Assert.Equal([new("KTZ", "1"), new Seal("KTZ", "3")], shipment.Seals);
        Assert.Equal(["52817345", "52817347"], shipment.Units);
        Assert.Equal([(2, "W-1"), (3, "W-2"), (4, "W-1")], report.Rows.Select(r => (r.Row, r.Number)));
    }

    [Fact]
    public async Task a_second_time_changes_nothing()
    {
        var world = await SmallWorld.Running();
        var versions = Versions(world);

        foreach (var (csv, actor) in new[]
        {
            (SmallWorld.Organisations, SmallWorld.Steward), (SmallWorld.Facilities, SmallWorld.Steward), (SmallWorld.Batches, MinesPerson),
            (SmallWorld.Shipments, MinesPerson), (SmallWorld.Receipts, PlantsPerson), (SmallWorld.Runs, PlantsPerson),
        })
        {
            var report = await world.Import(csv, actor);
            Assert.Equal(report.Rows.Count, report.AlreadyThere);
        }

        Assert.Equal(versions, Versions(world));
    }

    private static List<long> Versions(SmallWorld world) =>
        [.. new List<Guid> { DerivedId.Batch(Mine, "R-1"), DerivedId.Batch(Mine, "R-2"), DerivedId.Batch(Plant, "C-1"), DerivedId.Shipment(Mine, "W-1") }.Select(world.Ledger.States.Version)];

    [Fact]
    public async Task with_semicolons_a_byte_order_mark_and_other_line_ends_says_the_same()
    {
        var world = await SmallWorld.Registered();
        var csv = "\uFEFF" + SmallWorld.Batches.Replace(',', ';').Replace("\n", "\r\n") + "\r\n;;;;;;;\r\n\r\n";

        var report = await world.Import(csv, MinesPerson);

        Assert.Equal(2, report.Recorded);
        Assert.Equal(2, (await world.Import(SmallWorld.Batches, MinesPerson)).AlreadyThere);
    }

    [Fact]
    public async Task numbers_a_row_as_a_spreadsheet_does()
    {
        var world = await SmallWorld.Registered();
        var csv = SmallWorld.Batches.Replace("R-2", "\nR-2") + "\nR-3,gold,Extraction,pit,1,0,,2025-10-03T08:00+05:00";

        var report = await world.Import(csv, MinesPerson);

        Assert.Equal([2, 4, 5], report.Rows.Select(r => r.Row));
        Assert.Equal(["material-unknown"], report.Rows.Where(r => r.Refusal is not null).Select(r => r.Refusal!.Code));
    }

    [Fact]
    public async Task of_more_rows_than_a_chunk_lets_later_rows_use_what_earlier_ones_brought()
    {
        var world = await SmallWorld.Running();
        var csv = new StringBuilder("Run number,Step,Facility,Started at,Ended at,Part,Batch number,Material,Wet kilograms,Moisture percent\n");
        var from = "C-1";
        for (var i = 1; i <= 250; i++)
        {
            csv.AppendLine(CultureInfo.InvariantCulture, $"S-{i},split,mill,2025-10-10T08:00Z,2025-10-10T09:00Z,Input,{from},,180,8");
            csv.AppendLine(CultureInfo.InvariantCulture, $"S-{i},,,,,Product,C-1/{i},ree-concentrate,180,8");
            from = $"C-1/{i}";
        }

        Assert.Equal(500, (await world.Import(csv.ToString(), PlantsPerson)).Recorded);
    }

    [Fact]
    public async Task finds_a_batch_by_the_number_of_whoever_made_it()
    {
        var world = await SmallWorld.Running();
        var csv = """
            Run number,Step,Facility,Started at,Ended at,Part,Batch number,Batch maker,Material,Wet kilograms,Moisture percent
            F-2,ree-flotation,mill,2025-10-10T08:00+05:00,2025-10-11T08:00+05:00,Input,R-1,mine,,1000,6
            F-2,,,,,Product,C-2,,ree-concentrate,2,8
            """;

        Assert.Equal(2, (await world.Import(csv, PlantsPerson)).Recorded);
    }

    [Fact]
    public async Task finds_what_was_entered_by_hand_under_an_id_of_its_own()
    {
        var world = await SmallWorld.Registered();
        var id = new Guid("018f2b7e-0000-7000-8000-000000000001");
        Assert.NotNull(world.Ledger.Record(
            new RegisterBatch(id, "R-9", "ree-ore", RegistrationSource.Extraction, DerivedId.Facility("pit"), new(1000, 0.06m), SmallWorld.Now.AddDays(-30)), MinesPerson).Recorded);

        var csv = """
            Shipment number,From facility,To facility,Transport mode,Carrier,Batch number,Wet kilograms,Left at
            W-9,pit,mill,Road,Truck (demo),R-9,1000,2026-10-01T08:00+05:00
            """;

        Assert.Equal(1, (await world.Import(csv, MinesPerson)).Recorded);
        Assert.True(world.Ledger.States.Find<Batch>(id)!.Holdings.IsEmpty);
    }

    [Fact]
    public async Task settles_a_dispute_when_both_sides_file_the_same_figures()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, MinesPerson);
        await world.Import(SmallWorld.Shipments, MinesPerson);
        await world.Import("""
            Shipment number,Shipper,Batch number,Own number,Wet kilograms,Moisture percent,Arrived at,Reason of dispute
            W-2,mine,R-1,M-001,37000,6,2025-10-06T18:00+05:00,Two wagons with broken seals
            """, PlantsPerson);

        const string Resolution = """
            Resolution number,Shipment number,Shipper,Batch number,Agreed dry kilograms,Reason,Agreed at
            P-1,W-2,mine,R-1,35000,Umpire weighed again,2025-10-20T10:00+05:00
            """;
        Assert.Equal(1, (await world.Import(Resolution, MinesPerson)).Recorded);
        Assert.Equal(ShipmentStatus.Disputed, world.Ledger.States.Find<Shipment>(DerivedId.Shipment(Mine, "W-2"))!.Status);
        Assert.Equal(1, (await world.Import(Resolution, PlantsPerson)).Recorded);

        Assert.Equal(ShipmentStatus.Resolved, world.Ledger.States.Find<Shipment>(DerivedId.Shipment(Mine, "W-2"))!.Status);
        Assert.Equal(35_000m, world.Ledger.States.Find<Batch>(DerivedId.Batch(Mine, "R-1"))!.At(DerivedId.Facility("mill"), Mine)?.Quantity.DryKilograms);
    }

    [Fact]
    public async Task registers_who_is_who_with_licences_partners_and_permits()
    {
        var world = await SmallWorld.Registered();

        Assert.Equal([new("BIN", "050140001234")], world.Ledger.States.Find<Organisation>(Mine)!.Identifiers);
        var terms = world.Ledger.States.Find<Traceability.Facilities.Facility>(DerivedId.Facility("pit"))!.Terms;
        Assert.Equal([new(Plant, 0.30m)], terms.Partners);
        Assert.Equal([new("ree-ore", 3_000_000m)], terms.Permits);
        Assert.Equal(["ree-ore"], terms.Licence!.Materials);
    }

    [Fact]
    public async Task shows_what_looked_implausible_on_the_first_row_of_the_entry()
    {
        var world = await SmallWorld.Registered();

        var report = await world.Import("""
            Batch number,Material,Source,Facility,Wet kilograms,Moisture percent,Occurred at
            R-7,ree-ore,Extraction,pit,4000000,0,2025-10-01T08:00+05:00
            """, MinesPerson);

        Assert.Equal(["permit-exceeded"], report.Rows.Single().Alarms.Select(a => a.Code));
    }
}
