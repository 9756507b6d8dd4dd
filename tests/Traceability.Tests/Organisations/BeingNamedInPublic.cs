using Traceability.Access;
using Traceability.Organisations;
using static Traceability.Tests.World;

namespace Traceability.Tests.Organisations;

public class BeingNamedInPublic
{
    private static readonly Actor Administrator = Person(30, MineCo, Role.OrganisationAdmin);

    private readonly World _world = new();

    private DateTimeOffset? Since => _world.States.Find<Organisation>(MineCo)!.NamedInPublicSince;

    private NameInPublic Deciding(bool isNamed, int day = -1) => new(MineCo, _world.NewId(), isNamed, Day(day));

    [Fact]
    public void nobody_is_named_who_did_not_agree() => Assert.Null(Since);

    [Fact]
    public void its_administrator_agrees_and_takes_it_back()
    {
        _world.Record(Deciding(true, -3), Administrator).IsRecorded();
        _world.Record(Deciding(true, -2), Administrator).IsRecorded();
        Assert.Equal(Day(-3), Since);

        _world.Record(Deciding(false), Administrator).IsRecorded();
        Assert.Null(Since);
    }

    [Fact]
    public void nobody_else_agrees_for_it_not_even_the_steward()
    {
        _world.Record(Deciding(true), MineSupervisor).IsRefused("not-allowed");
        _world.Record(Deciding(true), Steward).IsRefused("not-found", "organisationId");
        _world.Record(Deciding(true), Person(31, PlantCo, Role.OrganisationAdmin)).IsRefused("not-found", "organisationId");
    }

    [Fact]
    public void it_counts_from_a_time_that_has_come() => _world.Record(Deciding(true) with { OccurredAt = Now.AddMinutes(6) }, Administrator).IsRefused("in-the-future", "occurredAt");

    [Fact]
    public void a_change_of_the_name_leaves_it_as_it_was()
    {
        _world.Given(Deciding(true, -3), Administrator);

        _world.Given(new ChangeOrganisation(MineCo, _world.NewId(), "Mine and Sons", "CN", [], Day(-1)), Steward);

        Assert.Equal(Day(-3), Since);
    }
}
