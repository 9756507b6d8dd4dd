using System.Text.Json;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;
using static Traceability.Tests.World;

namespace Traceability.Tests.Ledger;

/// <summary>What a rule refuses to one person alone, it records when a second one stands behind it. Opening stock after its closing is such a thing.</summary>
public class TwoPeople
{
    private static readonly Actor SecondSupervisor = Person(31, MineCo, Role.Supervisor);

    private readonly World _world = new();
    private readonly RegisterBatch _found;

    public TwoPeople()
    {
        _world.Change(Yard, terms => terms with { OpeningStockClosed = Day(-30) });
        _found = _world.Buying("ree-ore", Yard, 100) with { Source = RegistrationSource.OpeningStock };
    }

    [Fact]
    public void who_approved_why_and_when_stands_in_the_event_beside_the_author()
    {
        _world.Approve(_found, Miner, MineSupervisor).IsRecorded();

        var entry = _world.Ledger.Events.Select(e => e.Event).OfType<BatchRegistered>().Last().Entry;
        Assert.Equal(Miner.Author, entry.By);
        Assert.Equal(new Seconder(MineSupervisor.Author, "Seen with my own eyes", Day(-0.5)), entry.Seconder);
    }

    [Fact]
    public void what_one_person_may_say_alone_names_no_second_one()
    {
        _world.Given(_world.Digging(), Miner);

        Assert.Null(_world.Ledger.Events.Select(e => e.Event).OfType<BatchRegistered>().Last().Entry.Seconder);
    }

    [Fact]
    public void a_supervisor_needs_another_one_too()
    {
        _world.Record(_found, MineSupervisor).IsRefused("second-person-needed", "source");
        _world.Approve(_found, MineSupervisor, MineSupervisor).IsRefused("second-person-is-first");
        _world.Approve(_found, MineSupervisor, SecondSupervisor).IsRecorded();
    }

    [Fact]
    public void only_a_supervisor_of_the_same_organisation_approves()
    {
        _world.Approve(_found, Miner, Person(99, MineCo, Role.Operator, Role.OrganisationAdmin, Role.Auditor)).IsRefused("not-allowed");
        _world.Approve(_found, Miner, PlantSupervisor).IsRefused("not-allowed");
    }

    [Fact]
    public void an_approval_has_a_reason_and_a_time_that_has_come()
    {
        _world.Ledger.Record(_found, Miner, new(MineSupervisor, " ", Day(-1))).IsRefused("reason-missing", "reason");
        _world.Ledger.Record(_found, Miner, new(MineSupervisor, "Seen", Now.AddMinutes(6))).IsRefused("in-the-future", "occurredAt");
    }

    [Fact]
    public void what_was_approved_is_judged_like_everything_else() =>
        _world.Approve(_found with { Number = "" }, Miner, MineSupervisor).IsRefused("number-malformed", "number");

    [Fact]
    public void who_sends_it_again_hears_that_it_is_recorded_and_an_approval_repeated_changes_nothing()
    {
        var recorded = _world.Approve(_found, Miner, MineSupervisor).IsRecorded();

        Assert.Equal(recorded with { IsNew = false }, _world.Record(_found, Miner).Recorded);
        Assert.Equal(recorded with { IsNew = false }, _world.Approve(_found, Miner, SecondSupervisor).Recorded);
    }

    public static TheoryData<int> All => [.. Enumerable.Range(0, Samples.Valid(new World()).Count)];

    [Theory]
    [MemberData(nameof(All))]
    public void a_kept_submission_is_read_back_as_the_same_submission(int n)
    {
        var (command, by) = Samples.Valid(new World())[n];

        var read = Fingerprint.Read(command.GetType().Name, JsonDocument.Parse(Fingerprint.Body(command).GetRawText()).RootElement);

        Assert.Equal(new Submission(command, by).Sha256, new Submission(read, by).Sha256);
    }
}
