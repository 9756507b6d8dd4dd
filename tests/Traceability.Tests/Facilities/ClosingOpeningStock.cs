using Traceability.Access;
using Traceability.Facilities;
using static Traceability.Tests.World;

namespace Traceability.Tests.Facilities;

public class ClosingOpeningStock
{
    private static readonly CloseOpeningStock Closing = new(Yard, Day(-1));

    private readonly World _world = new();

    [Fact]
    public void a_supervisor_of_its_operator_closes_it()
    {
        _world.Record(Closing, MineSupervisor).IsRecorded();

        Assert.Equal(Day(-1), _world.States.Find<Facility>(Yard)!.Terms.OpeningStockClosed);
    }

    [Fact]
    public void nobody_else_does()
    {
        _world.Record(Closing, Miner).IsRefused("not-allowed");
        _world.Record(Closing, Person(99, MineCo, Role.OrganisationAdmin, Role.Auditor)).IsRefused("not-allowed");
        _world.Record(Closing, Stranger).IsRefused("not-found", "facilityId");
        _world.Record(Closing with { FacilityId = Id(404) }, MineSupervisor).IsRefused("not-found", "facilityId");
    }

    [Fact]
    public void it_is_closed_once_and_at_a_time_that_has_come()
    {
        _world.Record(Closing with { OccurredAt = Now.AddMinutes(6) }, MineSupervisor).IsRefused("in-the-future", "occurredAt");
        _world.Change(Yard, terms => terms with { OpeningStockClosed = Day(-2) });
        _world.Record(Closing, MineSupervisor).IsRefused("opening-stock-closed");
    }

    [Fact]
    public void what_is_to_close_later_may_be_closed_now()
    {
        _world.Change(Yard, terms => terms with { OpeningStockClosed = Day(20) });

        _world.Record(Closing, MineSupervisor).IsRecorded();
    }

    [Fact]
    public void no_change_of_the_terms_opens_it_again()
    {
        _world.Given(Closing, MineSupervisor);
        ChangeFacility Changing(DateTimeOffset? closed) => new(Yard, _world.NewId(), Terms("Yard", MineCo) with { OpeningStockClosed = closed }, Day(-1));

        _world.Record(Changing(null), Steward).IsRefused("opening-stock-closed", "terms.openingStockClosed");
        _world.Record(Changing(Day(1)), Steward).IsRefused("opening-stock-closed", "terms.openingStockClosed");
        _world.Record(Changing(Day(-1)), Steward).IsRecorded();
    }
}
