using CsCheck;
using Traceability.Ledger;

namespace Traceability.Tests.Ledger;

public class DerivingAnId
{
    [Fact]
    public void the_same_names_give_the_same_id_for_ever() => Assert.Equal(new Guid("147d4226-87e1-8f42-956e-1839998ecedd"), DerivedId.Of("batch", "A"));

    [Fact]
    public void where_one_name_ends_and_the_next_begins_counts() => Assert.NotEqual(DerivedId.Of("a", "bc"), DerivedId.Of("ab", "c"));

    [Fact]
    public void it_is_of_version_eight_and_never_that_of_a_step() => Gen.String.Sample(name =>
    {
        var id = DerivedId.Of("batch", name);
        Assert.Equal((8, false), (id.Version, DerivedId.IsStep(id)));
        Assert.InRange(id.Variant, 8, 11);
    }, iter: 2_000);

    [Fact]
    public void that_of_a_step_is_known_as_such() => Gen.Guid.Sample(stream =>
    {
        var id = DerivedId.Step(stream, "receipt");
        Assert.Equal((8, true), (id.Version, DerivedId.IsStep(id)));
        Assert.NotEqual(id, DerivedId.Step(stream, "void"));
    }, iter: 2_000);

    [Fact]
    public void devices_choose_other_ids() => Assert.False(DerivedId.IsStep(new("019cb2a4-0000-7000-8000-000000000053")));
}
