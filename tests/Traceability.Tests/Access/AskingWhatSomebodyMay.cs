using Traceability.Access;
using static Traceability.Tests.World;

namespace Traceability.Tests.Access;

public class AskingWhatSomebodyMay
{
    private static readonly Resource Own = new(MineCo);
    private static readonly Resource Concerned = new(PlantCo, Concerned: true);
    private static readonly Resource Foreign = new(PlantCo);

    private static bool May(Role role, Act act, Resource resource) => Person(1, MineCo, role).Can(act, resource);

    /// <summary>Roles that may do it with what their own organisation keeps.</summary>
    [Theory]
    [InlineData(Act.See, "Operator, Supervisor, Laboratory, Auditor, OrganisationAdmin, Steward, SchemeAuditor, Reader")]
    [InlineData(Act.ReadRegister, "Operator, Supervisor, Laboratory, Auditor, OrganisationAdmin, Steward, SchemeAuditor, Reader")]
    [InlineData(Act.Record, "Operator, Supervisor")]
    [InlineData(Act.Settle, "Supervisor")]
    [InlineData(Act.Oversee, "Supervisor, Auditor, SchemeAuditor")]
    [InlineData(Act.Administer, "OrganisationAdmin, Steward")]
    [InlineData(Act.KeepRegister, "Steward")]
    public void each_act_has_its_roles(Act act, string roles) =>
        Assert.Equal(roles, string.Join(", ", Enum.GetValues<Role>().Where(role => May(role, act, Own))));

    [Theory]
    [InlineData(Act.See, "SchemeAuditor")]
    [InlineData(Act.Record, "")]
    [InlineData(Act.Settle, "")]
    [InlineData(Act.Oversee, "SchemeAuditor")]
    [InlineData(Act.Administer, "Steward")]
    [InlineData(Act.KeepRegister, "Steward")]
    public void what_others_keep_is_theirs(Act act, string roles) =>
        Assert.Equal(roles, string.Join(", ", Enum.GetValues<Role>().Where(role => May(role, act, Foreign))));

    [Fact]
    public void who_is_concerned_sees_and_does_no_more()
    {
        Assert.True(May(Role.Auditor, Act.See, Concerned));
        Assert.All([Act.Record, Act.Settle, Act.Oversee, Act.Administer, Act.KeepRegister], act => Assert.False(May(Role.Supervisor, act, Concerned)));
    }

    [Fact]
    public void nothing_is_allowed_that_is_not_listed() =>
        Assert.All(Enum.GetValues<Role>(), role => Assert.False(May(role, (Act)99, Own)));

    [Fact]
    public void without_a_role_only_what_is_ones_own_is_seen()
    {
        var nobody = Person(1, MineCo);

        Assert.True(nobody.Can(Act.See, Own));
        Assert.All([Act.ReadRegister, Act.Record, Act.Settle, Act.Oversee, Act.Administer, Act.KeepRegister], act => Assert.False(nobody.Can(act, Own)));
    }
}
