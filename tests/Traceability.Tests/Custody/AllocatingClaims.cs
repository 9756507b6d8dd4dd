using Traceability.Assays;
using Traceability.Custody;
using Traceability.Facilities;
using static Traceability.Tests.World;

namespace Traceability.Tests.Custody;

/// <summary>A facility's account under mass balance (K1).</summary>
public class AllocatingClaims
{
    private const string Audited = "irma-audited-mine";

    private readonly World _world = new();

    /// <summary>Ore with 100 kg of neodymium of which it is claimed, consumed under mass balance; what came of it holds 99 kg.</summary>
    private Guid Made(decimal factor = 0.9m, DateTimeOffset? at = null)
    {
        var ore = _world.Claimed();
        _world.Analysed(ore, new Analyte("Nd", 10));
        var making = _world.Making("ree-ore", 990);
        var run = _world.Running("blend", Concentrator, [Taking(ore, 1000)], making) with { Custody = new(CustodyModel.MassBalance, factor) };
        if (at is { } then)
            _world.Given(run with { StartedAt = then, OccurredAt = then }, PlantOperator, "below-zero-in-time");
        else
            _world.Given(run, PlantOperator);
        _world.Analysed(making.BatchId, new Analyte("Nd", 10));
        return making.BatchId;
    }

    private AllocateClaim Allocating(Guid batch, decimal kilograms, string element = "Nd", DateTimeOffset? at = null) =>
        new(batch, _world.NewId(), Concentrator, Audited, new Dictionary<string, decimal> { [element] = kilograms }, at ?? Day(-1));

    private decimal Usable(DateTimeOffset? at = null) => _world.States.Find<ClaimAccount>(ClaimAccount.IdOf(Concentrator))!.Of(Audited, "Nd").Usable(at ?? Day(-1));

    [Fact]
    public void consuming_claimed_goods_wins_credit_by_contained_mass_and_factor()
    {
        var made = Made();

        Assert.Equal(90, Usable());
        // What lies there is not the claimed goods: physically nothing is claimed of it.
        Assert.Equal(CustodyModel.MassBalance, _world.Batch(made).Custody!.Model);
        Assert.Empty(_world.Batch(made).Custody!.Claimed);
    }

    [Fact]
    public void allocating_spends_it_and_never_more_than_there_is()
    {
        var made = Made();

        _world.Record(Allocating(made, 90.000001m), PlantOperator).IsRefused("claim-account-short", "kilograms.Nd");
        _world.Record(Allocating(made, 90), PlantOperator).IsRecorded();
        _world.Record(Allocating(made, 0.000001m), PlantOperator).IsRefused("claim-account-short", "kilograms.Nd");

        Assert.Equal(0, Usable());
        Assert.Equal(0.909090909090m, _world.Batch(made).Custody!.Fraction(Audited, "Nd"));
    }

    [Fact]
    public void no_batch_is_given_more_than_it_holds()
    {
        var made = Made(1);
        Made(1);

        _world.Record(Allocating(made, 60), PlantOperator).IsRecorded();
        _world.Record(Allocating(made, 39.000001m), PlantOperator).IsRefused("more-than-contained", "kilograms.Nd");
        _world.Record(Allocating(made, 39), PlantOperator).IsRecorded();
    }

    [Fact]
    public void a_claim_of_one_element_is_none_of_another()
    {
        var made = Made();
        _world.Analysed(made, new Analyte("Nd", 10), new Analyte("Ce", 10));

        _world.Record(Allocating(made, 1, "Ce"), PlantOperator).IsRefused("claim-account-short", "kilograms.Ce");
        _world.Record(Allocating(made, 1, "Pr"), PlantOperator).IsRefused("content-not-known", "kilograms.Pr");
    }

    [Fact]
    public void what_was_allocated_wins_credit_again_where_it_is_consumed()
    {
        var made = Made();
        _world.Given(Allocating(made, 49.5m), PlantOperator);
        _world.Given(_world.Running("blend", Concentrator, [Taking(made, 990)], _world.Making("ree-ore", 990)) with { Custody = new(CustodyModel.MassBalance, 1) }, PlantOperator);

        // 40.5 were left, half of 99 comes back.
        Assert.Equal(90, Usable());
    }

    [Fact]
    public void it_says_nothing_of_what_is_inside()
    {
        var made = Made();
        _world.Given(Allocating(made, 90), PlantOperator);
        var blending = _world.Running("blend", Concentrator, [Taking(made, 990)], _world.Making("ree-ore", 990)) with { Custody = new(CustodyModel.ControlledBlending) };
        _world.Given(blending, PlantOperator);

        Assert.Empty(_world.Batch(blending.Outputs[0].BatchId).Custody!.Claimed);
    }

    [Fact]
    public void what_has_left_or_was_used_cannot_be_claimed_of_any_more()
    {
        var made = Made();
        _world.Given(_world.Running("split", Concentrator, [Taking(made, 10)], _world.Making("ree-ore", 10)), PlantOperator);

        _world.Record(Allocating(made, 1), PlantOperator).IsRefused("batch-not-whole", "batchId");
        _world.Record(Allocating(_world.Claimed(), 1), PlantOperator).IsRefused("not-under-mass-balance", "batchId");
    }

    [Fact]
    public void credit_is_used_in_its_quarter_or_the_next_and_lapses_then()
    {
        // Won in the first quarter of 2026, in which everything here is recorded.
        Made();

        Assert.Equal((90, 90, 0), (Usable(new(2026, 3, 31, 23, 59, 59, TimeSpan.Zero)), Usable(new(2026, 6, 30, 23, 59, 59, TimeSpan.Zero)), Usable(new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero))));
        Assert.Equal(0, Usable(new(2025, 12, 31, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal("2026 Q1", BalancingPeriod.Of(Now, BalancingCycle.Quarter).ToString());
    }

    [Theory]
    [InlineData(BalancingCycle.Month, "2026-03", "2026-04-30", "2026-05-01")]
    [InlineData(BalancingCycle.HalfYear, "2026 H1", "2026-12-31", "2027-01-01")]
    [InlineData(BalancingCycle.Year, "2026", "2027-12-31", "2028-01-01")]
    public void a_facility_may_balance_over_another_time(BalancingCycle cycle, string period, string last, string lapsed)
    {
        var balance = new ClaimBalance(Audited, "Nd", System.Collections.Immutable.ImmutableSortedDictionary<int, decimal>.Empty).Credit(90, new(2026, 3, 31, 0, 0, 0, TimeSpan.Zero));
        static DateTimeOffset At(string day) => DateTimeOffset.Parse(day + "T12:00Z", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal((90, 0), (balance.Usable(At(last), cycle), balance.Usable(At(lapsed), cycle)));
        Assert.Equal(period, BalancingPeriod.Of(At("2026-03-01"), cycle).ToString());
    }

    [Fact]
    public void credit_won_before_the_period_was_changed_stays_in_its_month()
    {
        var made = Made(at: new(2025, 8, 1, 0, 0, 0, TimeSpan.Zero));
        _world.Record(Allocating(made, 1, at: new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), PlantOperator).IsRefused("claim-account-short", "kilograms.Nd");

        _world.Change(Concentrator, terms => terms with { Balancing = BalancingCycle.HalfYear });

        _world.Record(Allocating(made, 60, at: new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), PlantOperator).IsRecorded();
        Assert.Equal(30, _world.States.Find<ClaimAccount>(ClaimAccount.IdOf(Concentrator))!.Of(Audited, "Nd").Usable(Day(-1), BalancingCycle.HalfYear));
    }

    [Fact]
    public void what_is_entered_after_a_quarter_has_closed_is_marked()
    {
        var made = Made(at: new(2025, 8, 1, 0, 0, 0, TimeSpan.Zero));

        _world.Record(Allocating(made, 1, at: new(2025, 9, 30, 0, 0, 0, TimeSpan.Zero)), PlantOperator).IsRecorded("balancing-period-closed");
        _world.Record(Allocating(made, 1, at: new(2025, 10, 1, 0, 0, 0, TimeSpan.Zero)), PlantOperator).IsRecorded();
        _world.Record(Allocating(made, 1, at: new(2025, 7, 1, 0, 0, 0, TimeSpan.Zero)), PlantOperator).IsRecorded("balancing-period-closed");
        _world.Record(Allocating(made, 1, at: new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), PlantOperator).IsRefused("claim-account-short", "kilograms.Nd");
    }

    [Fact]
    public void the_oldest_credit_is_spent_first()
    {
        var balance = new ClaimBalance(Audited, "Nd", System.Collections.Immutable.ImmutableSortedDictionary<int, decimal>.Empty)
            .Credit(10, new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero)).Credit(5, new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero)).Debit(12, new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal([3m], balance.Months.Values);
        Assert.Equal(3, balance.Usable(new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void only_the_facilitys_own_people_allocate()
    {
        var made = Made();

        _world.Record(Allocating(made, 1), Miner).IsRefused("not-found", "facilityId");
        _world.Record(Allocating(made, 0), PlantOperator).IsRefused("mass-out-of-range", "kilograms.Nd");
        _world.Record(Allocating(made, 1) with { Kilograms = new Dictionary<string, decimal>() }, PlantOperator).IsRefused("lines-out-of-range", "kilograms");
        _world.Record(Allocating(made, 1) with { Claim = "moon-dust" }, PlantOperator).IsRefused("claim-unknown", "claim");
    }
}
