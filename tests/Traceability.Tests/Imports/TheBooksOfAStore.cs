using Traceability.Access;
using Traceability.Batches;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Stock;

namespace Traceability.Tests.Imports;

/// <summary>What a storeman counts and writes off, as his files tell it.</summary>
public class TheBooksOfAStore
{
    private static readonly Guid Mine = DerivedId.Organisation("mine");
    private static readonly Actor Storeman = SmallWorld.PersonOf("mine");

    private static async Task<SmallWorld> Stocked()
    {
        var world = await SmallWorld.Registered();
        await world.Import(SmallWorld.Batches, Storeman);
        return world;
    }

    private static Batch Ore(SmallWorld world, string number) => world.Ledger.States.Find<Batch>(DerivedId.Batch(Mine, number))!;

    private const string Counts = """
        Count number,Facility,Batch number,Wet kilograms,Moisture percent,Method,Uncertainty kilograms,Uncertainty percent,Note,Counted at
        INV-1,pit,R-1,99000,6,Survey,1000,,Drone,2025-10-31T18:00+05:00
        INV-1,,R-2,80500,5.5,Survey,,1,,
        """;

    [Fact]
    public async Task a_count_is_one_entry_of_many_rows()
    {
        var world = await Stocked();

        var report = await world.Import(Counts, Storeman);

        Assert.All(report.Rows, row => Assert.Equal((RowResult.Recorded, null), (row.Result, row.Refusal?.Code)));
        Assert.Equal((99_000 * 0.94m, 80_500 * 0.945m), (Ore(world, "R-1").Holdings[0].Quantity.DryKilograms, Ore(world, "R-2").Holdings[0].Quantity.DryKilograms));
        var count = world.Ledger.States.Find<StockCount>(DerivedId.StockCount(Mine, "INV-1"))!;
        Assert.Equal(("INV-1", "Drone"), (count.Number, count.Note));
        Assert.Equal([1000m, 80_500 * 0.945m / 100], count.Lines.Select(l => l.ToleranceKilograms));
        Assert.All((await world.Import(Counts, Storeman)).Rows, row => Assert.Equal(RowResult.AlreadyThere, row.Result));
    }

    [Fact]
    public async Task nothing_left_is_written_as_zero_and_waits_for_a_second_person()
    {
        var world = await Stocked();

        var report = await world.Import("""
            Count number,Facility,Batch number,Wet kilograms,Counted at
            INV-2,pit,R-1,100000,2025-10-31T18:00+05:00
            INV-2,,R-2,0,
            """, Storeman);

        Assert.Equal(["other-row-refused", "second-person-needed"], report.Rows.Select(r => r.Refusal!.Code));
    }

    [Fact]
    public async Task a_wrong_uncertainty_is_found_in_its_cell()
    {
        var world = await Stocked();

        var report = await world.Import("""
            Count number,Facility,Batch number,Wet kilograms,Uncertainty percent,Counted at
            INV-3,pit,R-1,100000,120,2025-10-31T18:00+05:00
            """, Storeman);

        var row = Assert.Single(report.Rows);
        Assert.Equal(("uncertainty-out-of-range", "Uncertainty percent", "120"), (row.Refusal!.Code, row.Column, row.Value));
    }

    [Fact]
    public async Task what_is_gone_is_written_off_with_the_papers_of_all_rows()
    {
        var world = await Stocked();

        var report = await world.Import("""
            Write-off number,Facility,Cause,Batch number,Wet kilograms,Reason,Evidence,Happened at
            ACT-1,pit,theft,R-1,1000,Lock broken,Police 114|Photo 3,2025-10-12T09:30+05:00
            ACT-1,,,R-2,500,,Photo 4,
            ACT-2,pit,Destruction,R-2,500,Wet through,,2025-10-13T09:30+05:00
            """, Storeman);

        Assert.Equal([null, null, "evidence-missing"], report.Rows.Select(r => r.Refusal?.Code));
        Assert.Equal("Evidence", report.Rows[2].Column);
        var written = world.Ledger.States.Find<WriteOff>(DerivedId.WriteOff(Mine, "ACT-1"))!;
        Assert.Equal(["Police 114", "Photo 3", "Photo 4"], written.Documents);
        Assert.Equal((94_000 - 940m, 75_600 - 472.5m), (Ore(world, "R-1").Holdings[0].Quantity.DryKilograms, Ore(world, "R-2").Holdings[0].Quantity.DryKilograms));
    }
}
