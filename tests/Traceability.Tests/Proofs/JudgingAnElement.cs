using Traceability.Proofs;

namespace Traceability.Tests.Proofs;

public class JudgingAnElement
{
    private static ElementMass Kilograms(decimal kilograms, decimal? uncertainty = null) => new(kilograms, uncertainty);

    private static ElementBalance Balance(ElementMass into, ElementMass product, decimal untracked = 0, decimal inProcess = 0, decimal residue = 0) =>
        new(into, untracked, product, Kilograms(inProcess, into.StandardUncertainty is null ? null : 0), Kilograms(residue, into.StandardUncertainty is null ? null : 0));

    [Theory]
    [InlineData(100, Fit.Balanced)]
    [InlineData(100.000001, Fit.Excess)]
    [InlineData(102, Fit.Excess)]
    [InlineData(102.000001, Fit.Impossible)]
    [InlineData(102.1, Fit.Impossible)]
    public void two_percent_more_than_went_in_is_an_alarm_and_more_is_impossible(decimal product, Fit fit) =>
        Assert.Equal(fit, Balance(Kilograms(100), Kilograms(product)).Judge());

    [Fact]
    public void nickel_becomes_a_heavier_sulphate_and_stays_as_much_nickel()
    {
        // 1,000 kg of dry mixed hydroxide of 40 % become 1,756 kg of hexahydrate of 22.33 %.
        var balance = Balance(ElementMass.Of(1000, 0.40m), ElementMass.Of(1756, 0.2233m), residue: 6);

        Assert.Equal(Fit.Balanced, balance.Judge());
        Assert.Equal(0.98m, decimal.Round(balance.Recovery!.Value, 2));
    }

    [Fact]
    public void stated_uncertainties_decide_where_every_assay_states_one()
    {
        // 3 x sqrt(1^2 + 1^2) = 4.24 of 100.
        Assert.Equal(0.0424m, decimal.Round(Balance(Kilograms(100, 1), Kilograms(104, 1)).Tolerance(), 4));
        Assert.Equal(Fit.Excess, Balance(Kilograms(100, 1), Kilograms(104.2m, 1)).Judge());
        Assert.Equal(Fit.Impossible, Balance(Kilograms(100, 0.1m), Kilograms(101, 0.1m)).Judge());
    }

    [Fact]
    public void no_uncertainty_excuses_more_than_five_percent() => Assert.Equal(0.05m, Balance(Kilograms(100, 40), Kilograms(100, 40)).Tolerance());

    [Fact]
    public void one_assay_without_uncertainty_leaves_the_usual_tolerance() => Assert.Equal(0.02m, Balance(Kilograms(100, 1), Kilograms(100)).Tolerance());

    [Fact]
    public void a_facility_may_have_a_tolerance_of_its_own() => Assert.Equal(Fit.Impossible, Balance(Kilograms(100), Kilograms(101.5m)).Judge(otherwise: 0.01m));

    [Fact]
    public void nothing_comes_of_nothing_unless_a_source_is_declared()
    {
        Assert.Equal(Fit.Impossible, Balance(Kilograms(0), Kilograms(0.000001m)).Judge());
        Assert.Equal(Fit.Balanced, Balance(Kilograms(0), Kilograms(5), untracked: 5).Judge());
    }

    [Fact]
    public void what_stays_inside_is_neither_lost_nor_won()
    {
        var balance = Balance(Kilograms(100), Kilograms(58), inProcess: 40, residue: 1);

        Assert.Equal((1m, 0.9667m), (balance.Unaccounted, decimal.Round(balance.Recovery!.Value, 4)));
    }

    [Fact]
    public void of_what_all_stays_inside_nothing_could_be_won() => Assert.Null(Balance(Kilograms(100), Kilograms(0), inProcess: 100).Recovery);

    [Fact]
    public void uncertainties_of_a_mass_add_up_as_squares()
    {
        // 2 % of the assay and 0.5 % of the weighing.
        var mass = ElementMass.Of(1000, 0.5m, fractionUncertainty: 0.01m, relativeWeighingUncertainty: 0.005m);

        Assert.Equal(500, mass.Kilograms);
        Assert.Equal(10.308m, decimal.Round(mass.StandardUncertainty!.Value, 3));
    }
}
