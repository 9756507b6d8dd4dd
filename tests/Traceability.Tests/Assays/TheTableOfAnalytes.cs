using Traceability.Assays;
using Traceability.Materials;

namespace Traceability.Tests.Assays;

public class TheTableOfAnalytes
{
    private static Analytes Known => Analytes.Shipped;

    [Fact]
    public void each_oxide_holds_a_known_element_and_each_element_has_one() =>
        Assert.Equal(Known.Oxides.Count, Known.Oxides.Where(o => Known.IsElement(o.Element) && o.Factor is > 0 and < 1).DistinctBy(o => o.Element).Count());

    /// <summary>A slip in a published factor would shift every balance: held against atomic weights.</summary>
    [Theory]
    [InlineData("La2O3", 138.905, 2, 3)]
    [InlineData("CeO2", 140.116, 1, 2)]
    [InlineData("Pr6O11", 140.908, 6, 11)]
    [InlineData("Nd2O3", 144.242, 2, 3)]
    [InlineData("Tb4O7", 158.925, 4, 7)]
    [InlineData("Dy2O3", 162.500, 2, 3)]
    [InlineData("Y2O3", 88.906, 2, 3)]
    [InlineData("Li2O", 6.94, 2, 1)]
    [InlineData("ThO2", 232.038, 1, 2)]
    [InlineData("U3O8", 238.029, 3, 8)]
    public void factors_follow_from_atomic_weights(string formula, double weight, int atoms, int oxygen) =>
        Assert.Equal(weight * atoms / (weight * atoms + 15.999 * oxygen), (double)Known.Oxide(formula)!.Factor, 0.0002);

    [Fact]
    public void groups_count_known_elements_and_name_their_source() => Assert.All(Known.Groups, group =>
    {
        Assert.All(group.Elements, element => Assert.NotNull(Known.OxideOf(element)));
        Assert.NotEmpty(group.Source);
    });

    [Fact]
    public void every_element_that_is_tracked_is_known() => Assert.All(Catalogue.Shipped.Materials.SelectMany(m => m.Elements), element => Assert.True(Known.IsElement(element), element));

    [Theory]
    [InlineData(0.5, 0.505, true)]
    [InlineData(0.5, 0.511, false)]
    [InlineData(0.005, 0.00525, true)]
    [InlineData(0.005, 0.0053, false)]
    [InlineData(0, 0, true)]
    public void laboratories_agree_within_the_splitting_limits(decimal one, decimal other, bool agree) =>
        Assert.Equal((agree, agree), (Known.Agree(one, other), Known.Agree(other, one)));
}
