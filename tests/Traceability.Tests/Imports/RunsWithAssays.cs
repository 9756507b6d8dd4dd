using Traceability.Assays;
using Traceability.Imports;
using Traceability.Processing;

namespace Traceability.Tests.Imports;

/// <summary>Books of runs in which outputs are analysed.</summary>
public class RunsWithAssays
{
    private const string Heading = "Run number,Step,Facility,Started at,Ended at,Part,Batch number,Material,Wet kilograms,Moisture percent,Report number,Analytes,Laboratory,Basis,Elements\n";
    private const string Input = "F-2,ree-flotation,mill,2025-10-10T08:00+05:00,2025-10-11T08:00+05:00,Input,M-002,,5000,5.4,,,,,\n";

    private static async Task<(SmallWorld World, ImportReport Report)> Import(string rows)
    {
        var world = await SmallWorld.Running();
        return (world, await world.Import(Heading + Input + rows, SmallWorld.PersonOf("plant")));
    }

    [Fact]
    public async Task an_output_says_what_was_found_in_it_and_a_source_what_it_brought()
    {
        var (world, report) = await Import("""
            F-2,,,,,Untracked,,Returned slurry,40,,,,,,Nd=0.5|Ce=0.25
            F-2,,,,,Product,C-2,ree-concentrate,200,8,L-7,Nd2O3=12.4±0.2 %|Th<5 ppm|CeO2=20,Mill laboratory,Wet,
            """);

        Assert.All(report.Rows, r => Assert.Equal(RowResult.Recorded, r.Result));
        var assay = world.Ledger.Events.Select(e => e.Event).OfType<AssayRecorded>().Single();
        Assert.Equal(("L-7", "Mill laboratory", AssayBasis.Wet, 0.08m), (assay.Number, assay.Laboratory, assay.Basis, assay.Moisture));
        Assert.Equal([new("Nd2O3", 12.4m, AnalyteUnit.Percent, 0.2m), new("Th", null, AnalyteUnit.Ppm, null, 5), new("CeO2", 20)], assay.Analytes);
        Assert.Equal(new Dictionary<string, decimal> { ["Nd"] = 0.5m, ["Ce"] = 0.25m }, world.Ledger.Events.Select(e => e.Event).OfType<ProcessRunRecorded>().Last().Untracked.Single().Elements);
    }

    [Theory]
    [InlineData("L-7,Nd2O3 about 12,Mill laboratory,,", "Analytes", "not-an-analyte")]
    [InlineData("L-7,Nd2O3=12 spoons,Mill laboratory,,", "Analytes", "not-an-analyte")]
    [InlineData("L-7,Nd2O3=120,Mill laboratory,,", "Analytes", "fraction-out-of-range")]
    [InlineData("L-7,,Mill laboratory,,", "Analytes", "lines-out-of-range")]
    [InlineData(",Nd2O3=12,Mill laboratory,,", "Report number", "value-missing")]
    [InlineData("L-7,Nd2O3=12,,,", "Laboratory", "value-missing")]
    [InlineData("L-7,Nd2O3=12,Mill laboratory,Ignited,", "Loss on ignition percent", "loss-missing")]
    public async Task what_cannot_be_read_or_be_true_is_told_at_its_cell(string found, string column, string code)
    {
        var (_, report) = await Import("F-2,,,,,Product,C-2,ree-concentrate,200,8," + found);

        var row = report.Rows.Single(r => r.Column is not null || r.Refusal?.Code == code);
        Assert.Equal((3, column, code), (row.Row, row.Column, row.Refusal!.Code));
    }
}
