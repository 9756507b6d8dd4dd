using Traceability.Assays;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;
using Traceability.Shares;

namespace Traceability.Tests.Shares;

/// <summary>In against out, element by element (B1, B2, B3).</summary>
public class BalancingARun
{
    private static AssayFigures Assay(string element, decimal fraction, decimal? uncertainty = null) => new(Guid.Empty, AssayStatus.Final, [new(element, fraction, uncertainty)]);

    private static ShareInput In(string material, decimal kilograms, AssayFigures? assay) =>
        new(material, kilograms, BatchShares.None, assay, assay is null ? null : new(InForceBy.Maker, assay.Status, assay.Contents, []));

    private static ShareOutput Out(string material, decimal kilograms, AssayFigures? assay, OutputRole role = OutputRole.Product) => new(material, kilograms, assay, role);

    private static RunElement Of(string element, string step, ShareInput[] inputs, ShareOutput[] outputs, bool isOpen = false, params (string, decimal)[] untracked) =>
        BalanceOfRun.Of(Catalogue.Shipped, step, isOpen, inputs, outputs, untracked.ToDictionary(u => u.Item1, u => u.Item2)).Single(e => e.Element == element);

    private static RunElement Floated(decimal concentrate, decimal? tailings = 0, decimal? ore = 0.01m, bool isOpen = false) => Of("Nd", "ree-flotation",
        [In("ree-ore", 1000, ore is { } o ? Assay("Nd", o) : null)],
        [Out("ree-concentrate", concentrate, Assay("Nd", 0.1m)), Out("ree-tailings", 900, tailings is { } t ? Assay("Nd", t) : null, OutputRole.Tailings)], isOpen);

    [Theory]
    [InlineData(60, null)]
    [InlineData(97, RunElement.Implausible)]
    [InlineData(30, RunElement.Implausible)]
    [InlineData(4, RunElement.BeyondBand)]
    [InlineData(102, RunElement.BeyondBand)]
    [InlineData(102.1, RunElement.Impossible)]
    public void a_recovery_lies_in_its_band_and_nothing_comes_of_nothing(decimal concentrate, string? against) => Assert.Equal(against, Floated(concentrate).Against);

    [Fact]
    public void an_excess_up_to_the_tolerance_is_an_alarm_and_more_is_impossible()
    {
        RunElement Made(decimal kilograms) => Of("Co", "pack-assembly", [In("nmc-cell", 1000, Assay("Co", 0.01m))], [Out("battery-pack", kilograms, Assay("Co", 0.01m))]);

        Assert.Equal((null, Fit.Balanced), (Made(1000).Against, Made(1000).Fit));
        Assert.Equal((RunElement.Excess, -0.2m), (Made(1020).Against, Made(1020).Difference));
        Assert.Equal(RunElement.Impossible, Made(1021).Against);
    }

    [Fact]
    public void a_hydroxide_becomes_a_heavier_sulphate()
    {
        var nickel = Of("Ni", "nickel-refining", [In("mixed-hydroxide", 1000, Assay("Ni", 0.38m))], [Out("nickel-sulphate", 1650, Assay("Ni", 0.2233m))]);

        Assert.Equal((null, 11.555m), (nickel.Against, nickel.Difference));
    }

    [Fact]
    public void an_element_from_nowhere_is_impossible_unless_a_source_is_named()
    {
        RunElement Cobalt(params (string, decimal)[] untracked) =>
            Of("Co", "blend", [In("nickel-sulphate", 100, Assay("Ni", 0.2233m))], [Out("cobalt-sulphate", 10, Assay("Co", 0.2m))], false, untracked);

        Assert.Equal(RunElement.FromNowhere, Cobalt().Against);
        Assert.Null(Cobalt(("Co", 2.1m)).Against);
    }

    [Fact]
    public void what_was_not_analysed_cannot_be_judged()
    {
        Assert.Equal((null, 1, (Fit?)null), (Floated(102.1m, ore: null).Against, Floated(102.1m, ore: null).InputsNotAnalysed, Floated(102.1m, ore: null).Fit));
        // Tailings that nobody analysed take nothing from what is impossible already.
        Assert.Equal((RunElement.Impossible, 1), (Floated(102.1m, tailings: null).Against, Floated(102.1m, tailings: null).OutputsNotAnalysed));
        // An open run is judged at its closing.
        Assert.Null(Floated(102.1m, isOpen: true).Against);
    }

    [Fact]
    public void stated_uncertainties_make_the_tolerance()
    {
        var balance = Of("Nd", "ree-flotation", [In("ree-ore", 1000, Assay("Nd", 0.01m, 0.0001m))], [Out("ree-concentrate", 100, Assay("Nd", 0.1m, 0.001m))]);

        Assert.Equal(0.0424m, decimal.Round(balance.Tolerance, 4));
    }

    [Fact]
    public void every_band_is_of_a_known_step_and_names_its_source() => Assert.All(RecoveryBands.Shipped.All, band =>
    {
        Assert.NotNull(Catalogue.Shipped.Step(band.Step));
        Assert.Equal([band.HardMin, band.TypicalLow, band.TypicalHigh, band.HardMax], new[] { band.HardMin, band.TypicalLow, band.TypicalHigh, band.HardMax }.Order());
        Assert.NotEmpty(band.Source);
    });
}
