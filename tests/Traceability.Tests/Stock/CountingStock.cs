using Traceability.Access;
using Traceability.Batches;
using Traceability.Shipments;
using Traceability.Stock;
using static Traceability.Tests.World;

namespace Traceability.Tests.Stock;

public class CountingStock
{
    private readonly World _world = new();

    /// <summary>A count of one batch at the mine's yard, two days ago.</summary>
    private CountStock Counting(Guid batch, Measure counted, Guid? facility = null) => Counting(facility ?? Yard, new CountLine(batch, counted));

    private CountStock Counting(Guid batch, decimal kilograms) => Counting(batch, new Measure(kilograms));

    private CountStock Counting(Guid facility, params CountLine[] lines)
    {
        var id = _world.NewId();
        return new(id, $"C-{id}", facility, lines, Day(-2), "Month's end");
    }

    private StockCount Recorded(CountStock counting, params string[] alarms)
    {
        _world.Record(counting, _world.OperatorOf(counting.FacilityId)).IsRecorded(alarms);
        return _world.States.Find<StockCount>(counting.CountId)!;
    }

    private StockCount Approved(CountStock counting, params string[] alarms)
    {
        _world.Record(counting, _world.OperatorOf(counting.FacilityId)).IsRefused("second-person-needed", "lines[0].counted");
        _world.Approve(counting, _world.OperatorOf(counting.FacilityId), _world.SupervisorOf(counting.FacilityId)).IsRecorded(alarms);
        return _world.States.Find<StockCount>(counting.CountId)!;
    }

    private Guid Ore(decimal kilograms = 1000) => _world.Bought("ree-ore", Yard, kilograms);
    private Guid Cells(long pieces = 20) => _world.Bought("nmc-cell", Recycler, null, pieces);

    [Fact]
    public void what_is_missing_is_written_off()
    {
        var ore = Ore();

        var line = Assert.Single(Recorded(Counting(ore, 995)).Lines);

        Assert.Equal((1000m, 995m, -5m), (line.Book.DryKilograms, line.Counted.DryKilograms, line.Booked.DryKilograms));
        Assert.Equal((995m, 5m, 0m), (_world.Held(ore, Yard).DryKilograms, _world.Batch(ore).Totals.WrittenOff.DryKilograms, _world.Batch(ore).Totals.CountedIn.DryKilograms));
    }

    [Fact]
    public void what_is_too_much_is_added()
    {
        var ore = Ore();

        Recorded(Counting(ore, 1004));

        Assert.Equal((1004m, 0m, 4m), (_world.Held(ore, Yard).DryKilograms, _world.Batch(ore).Totals.WrittenOff.DryKilograms, _world.Batch(ore).Totals.CountedIn.DryKilograms));
    }

    [Fact]
    public void a_count_that_finds_what_the_book_says_changes_nothing_and_is_remembered()
    {
        var ore = Ore();

        Recorded(Counting(ore, 1000));

        Assert.Equal(1000, _world.Held(ore, Yard).DryKilograms);
        Assert.Equal(Day(-2), _world.Batch(ore).LastCount(Yard));
    }

    [Fact]
    public void milligrams_of_rounding_are_no_difference()
    {
        var moist = _world.Buying("ree-ore", Yard, 1000) with { Stated = new(1000, 0.1234567m) };
        _world.Given(moist, Miner);

        var line = Assert.Single(Recorded(Counting(moist.BatchId, new Measure(1000.00001m, 0.1234567m))).Lines);

        Assert.Equal((default, line.Book), (line.Booked, line.Counted));
    }

    [Fact]
    public void wet_goods_are_compared_dry_and_their_last_moisture_counts_where_none_is_measured()
    {
        var moist = _world.Buying("ree-ore", Yard, 1000) with { Stated = new(1000, 0.1m) };
        _world.Given(moist, Miner);

        Assert.Equal(900, Recorded(Counting(moist.BatchId, 1000)).Lines[0].Counted.DryKilograms);
        Assert.Equal(899, Recorded(Counting(moist.BatchId, new Measure(930, 0.0333333333m))).Lines[0].Counted.DryKilograms, 3);
        Assert.Equal(0.0333333333m, _world.Batch(moist.BatchId).Holdings[0].Moisture);
    }

    [Fact]
    public void it_is_held_against_the_book_of_its_moment_and_what_happened_since_stays()
    {
        var ore = Ore();
        _world.Dispatched(_world.Dispatching(ore, 300) with { FromFacilityId = Yard, OccurredAt = Day(-3) });
        _world.Dispatched(_world.Dispatching(ore, 200) with { FromFacilityId = Yard, OccurredAt = Day(-1) });

        var line = Assert.Single(Recorded(Counting(ore, 698)).Lines);

        Assert.Equal((700m, -2m), (line.Book.DryKilograms, line.Booked.DryKilograms));
        Assert.Equal(498, _world.Held(ore, Yard).DryKilograms);
    }

    [Fact]
    public void what_happened_at_that_very_moment_had_happened()
    {
        var ore = Ore();
        _world.Dispatched(_world.Dispatching(ore, 300) with { FromFacilityId = Yard, OccurredAt = Day(-2) });

        Assert.Equal(700, Recorded(Counting(ore, 700)).Lines[0].Book.DryKilograms);
    }

    [Fact]
    public void within_the_tolerance_of_receipts_one_person_is_enough_where_no_uncertainty_is_stated()
    {
        Recorded(Counting(Ore(), 980));
        Approved(Counting(Ore(), 979.999m));
        Recorded(Counting(Ore(), 1020.408163m));
        Approved(Counting(Ore(), 1020.41m));
    }

    [Fact]
    public void a_facility_may_have_a_tolerance_of_its_own()
    {
        _world.Change(Yard, terms => terms with { ReceiptTolerance = 0.01m });

        Recorded(Counting(Ore(), 990));
        Approved(Counting(Ore(), 989.999m));
    }

    [Fact]
    public void within_the_stated_uncertainty_one_person_is_enough_the_limit_included()
    {
        Recorded(Counting(Yard, new CountLine(Ore(), new(970), UncertaintyKilograms: 30)));
        Approved(Counting(Yard, new CountLine(Ore(), new(969.999999m), UncertaintyKilograms: 30)));
        Recorded(Counting(Yard, new CountLine(Ore(), new(1030), UncertaintyFraction: 0.03m)));
        Approved(Counting(Yard, new CountLine(Ore(), new(970), UncertaintyFraction: 0.03m)));
        Recorded(Counting(Yard, new CountLine(Ore(), new(970), UncertaintyKilograms: 30, UncertaintyFraction: 0.001m)));
    }

    [Fact]
    public void no_uncertainty_explains_more_than_a_twentieth_alone()
    {
        Recorded(Counting(Yard, new CountLine(Ore(), new(950), UncertaintyFraction: 0.5m)));
        Approved(Counting(Yard, new CountLine(Ore(), new(949.999m), UncertaintyFraction: 0.5m)));
    }

    [Fact]
    public void a_sure_count_leaves_no_room() =>
        Approved(Counting(Yard, new CountLine(Ore(), new(999.999m), UncertaintyKilograms: 0)));

    [Fact]
    public void who_refused_to_believe_it_alone_says_by_how_much()
    {
        var refusal = _world.Record(Counting(Ore(), 900), Miner).IsRefused("second-person-needed", "lines[0].counted");

        Assert.Equal(("1000", "900", "20"), (refusal.Values["bookKilograms"], refusal.Values["countedKilograms"], refusal.Values["toleranceKilograms"]));
    }

    [Fact]
    public void the_second_person_stands_in_the_count()
    {
        var count = Approved(Counting(Ore(), 900));

        Assert.Equal((Miner.Author, MineSupervisor.Author), (count.By, count.Seconder!.By));
    }

    [Fact]
    public void pieces_have_no_tolerance_and_take_their_booked_mass_along()
    {
        var cells = Cells();
        var before = _world.Held(cells, Recycler).DryKilograms;

        Recorded(Counting(cells, new Measure(null, null, 20), Recycler));
        Approved(Counting(Recycler, new CountLine(cells, new(null, null, 19), UncertaintyFraction: 0.5m)));

        Assert.Equal(new Quantity(before / 20 * 19, 19), _world.Held(cells, Recycler));
        Approved(Counting(cells, new Measure(null, null, 22), Recycler));
        Assert.Equal(new Quantity(before / 20 * 22, 22), _world.Held(cells, Recycler));
    }

    [Fact]
    public void nothing_may_be_left()
    {
        var (ore, cells) = (Ore(), Cells());

        Approved(Counting(ore, 0));
        Approved(Counting(cells, new Measure(null, null, 0), Recycler));

        Assert.Empty(_world.Batch(ore).Holdings);
        Assert.Empty(_world.Batch(cells).Holdings);
        Recorded(Counting(ore, 0));
    }

    [Fact]
    public void what_the_book_says_is_gone_may_be_found()
    {
        var ore = Ore();
        _world.Dispatched(_world.Dispatching(ore, 1000) with { FromFacilityId = Yard, OccurredAt = Day(-3) });

        Approved(Counting(ore, 12));

        Assert.Equal(12, _world.Batch(ore).At(Yard, MineCo)!.Quantity.DryKilograms);
    }

    [Fact]
    public void more_missing_than_still_lies_there_is_written_off_as_far_as_it_does_with_an_alarm()
    {
        var ore = Ore();
        _world.Dispatched(_world.Dispatching(ore, 970) with { FromFacilityId = Yard, OccurredAt = Day(-1) });

        var line = Assert.Single(Approved(Counting(ore, 950), "more-taken-than-counted").Lines);

        Assert.Equal((-50m, -30m), (line.Difference.DryKilograms, line.Booked.DryKilograms));
        Assert.Equal("20", line.Alarm!.Values["short"]);
        Assert.Empty(_world.Batch(ore).Holdings);
    }

    [Fact]
    public void more_taken_since_than_was_counted_is_an_alarm_though_more_came_later()
    {
        var ore = _world.AtConcentrator();
        _world.Given(_world.Dispatching(ore, 970) with { FromFacilityId = Concentrator, ToFacilityId = Store, OccurredAt = Day(-1.5), ReceivedAt = Day(-1.25) }, PlantOperator);
        _world.Given(_world.Dispatching(ore, 900) with { FromFacilityId = Store, ToFacilityId = Concentrator, OccurredAt = Day(-1), ReceivedAt = Day(-0.5), Number = "BACK" }, PlantOperator);

        var line = Assert.Single(Approved(Counting(ore, new Measure(950), Concentrator), "more-taken-than-counted").Lines);

        Assert.Equal(-50, line.Booked.DryKilograms);
    }

    [Fact]
    public void held_stock_is_counted_like_any_other()
    {
        var ore = Ore();
        _world.Given(_world.Holding(ore), MineSupervisor);

        Recorded(Counting(ore, 996));

        Assert.Equal(996, _world.Held(ore, Yard).DryKilograms);
    }

    [Fact]
    public void what_may_be_used_is_missing_before_what_may_not()
    {
        var ore = _world.Ore(1500);
        _world.Accepted(_world.Dispatched(ore, 500));
        _world.Given(_world.Accepting(_world.Dispatched(ore, 1000), 900), PlantOperator, "outside-tolerance");
        (decimal, decimal) HeldAndBlocked() => (_world.Batch(ore).Holdings[0].Quantity.DryKilograms, _world.Batch(ore).Holdings[0].Blocked.DryKilograms);

        Approved(Counting(ore, new Measure(1300), Concentrator));
        Assert.Equal((1300m, 900m), HeldAndBlocked());
        Approved(Counting(ore, new Measure(850), Concentrator));
        Assert.Equal((850m, 850m), HeldAndBlocked());
    }

    [Fact]
    public void a_surplus_of_disputed_goods_is_not_added_as_long_as_they_are_disputed()
    {
        var (ore, _) = _world.Disputed();

        var line = Assert.Single(Approved(Counting(ore, new Measure(1005), Concentrator), "difference-in-dispute").Lines);

        Assert.Equal((105m, 5m), (line.Difference.DryKilograms, line.Booked.DryKilograms));
        Assert.Equal(100, _world.Batch(ore).Totals.Disputed.DryKilograms);
    }

    [Fact]
    public void a_count_dated_before_the_last_one_of_that_batch_there_is_refused()
    {
        var (ore, other) = (Ore(), Ore());
        Recorded(Counting(ore, 1000));

        var refusal = _world.Record(Counting(Yard, new CountLine(other, new(1000)), new CountLine(ore, new(1000))) with { OccurredAt = Day(-2.1) }, Miner)
            .IsRefused("counted-later-already", "lines[1].batchId");
        Assert.Equal(Day(-2), DateTimeOffset.Parse(refusal.Values["at"], System.Globalization.CultureInfo.InvariantCulture));
        _world.Record(Counting(other, 1000) with { OccurredAt = Day(-2.1) }, Miner).IsRecorded();
        _world.Record(Counting(ore, 1000), Miner).IsRecorded();
    }

    [Fact]
    public void each_owners_stock_is_counted_for_itself()
    {
        var buying = _world.Buying("ree-ore", Yard, 500) with { OwnerId = PlantCo };
        _world.Given(buying, Miner);

        Recorded(Counting(buying.BatchId, 500));
        _world.Record(Counting(Yard, new CountLine(buying.BatchId, new(500)), new CountLine(buying.BatchId, new(500), PlantCo)), Miner).IsRefused("batch-twice", "lines[1].batchId");
        _world.Record(Counting(Yard, new CountLine(buying.BatchId, new(500), Id(404))), Miner).IsRefused("organisation-unknown", "lines[0].ownerId");
    }

    [Fact]
    public void where_goods_of_several_owners_lie_it_says_whose()
    {
        var ore = _world.Ore(1000);
        var sold = _world.Dispatching(new DispatchLine(ore, new(400), null, new(CarrierCo))) with { ToFacilityId = Yard };
        _world.Accepted(_world.Dispatched(sold));
        _world.Accepted(_world.Dispatched(_world.Dispatching(new DispatchLine(ore, new(300), null, new(PlantCo))) with { ToFacilityId = Yard, Number = "SOLD" }));

        _world.Record(Counting(ore, 400), Miner).IsRefused("owner-needed", "lines[0].ownerId");
        Recorded(Counting(Yard, new CountLine(ore, new(400), CarrierCo), new CountLine(ore, new(300), PlantCo)));
    }

    [Fact]
    public void its_shape_is_checked()
    {
        var ore = Ore();

        _world.Record(Counting(ore, 1000) with { CountId = Guid.Empty }, Miner).IsRefused("id-missing", "countId");
        _world.Record(Counting(ore, 1000) with { Number = " " }, Miner).IsRefused("number-malformed", "number");
        _world.Record(Counting(ore, 1000) with { Lines = [] }, Miner).IsRefused("lines-out-of-range", "lines");
        _world.Record(Counting(Yard, [.. Enumerable.Repeat(new CountLine(ore, new(1000)), Limits.LinesOfCount + 1)]), Miner).IsRefused("lines-out-of-range", "lines");
        _world.Record(Counting(ore, 1000) with { OccurredAt = Now.AddMinutes(6) }, Miner).IsRefused("in-the-future", "occurredAt");
        _world.Record(Counting(ore, -1), Miner).IsRefused("mass-out-of-range", "lines[0].counted.wetKilograms");
        _world.Record(Counting(ore, new Measure(null)), Miner).IsRefused("mass-missing", "lines[0].counted.wetKilograms");
        _world.Record(Counting(ore, new Measure(0, null, 0)), Miner).IsRefused("not-counted-in-pieces", "lines[0].counted.pieces");
        _world.Record(Counting(Cells(), new Measure(0), Recycler), Worker).IsRefused("pieces-out-of-range", "lines[0].counted.pieces");
        _world.Record(Counting(ore, new Measure(0, Method: (WeighingMethod)9)), Miner).IsRefused("value-unknown", "lines[0].counted.method");
        _world.Record(Counting(ore, new Measure(10, Tickets: [new("Gate", "T-1", 30, 10, 20, Day(-2))])), Miner).IsRefused("tickets-differ-from-line", "lines[0].counted.tickets");
        _world.Record(Counting(ore, 1000) with { Note = "\u0007" }, Miner).IsRefused("text-malformed", "note");
    }

    [Theory]
    [InlineData(-0.01, null, "uncertaintyFraction")]
    [InlineData(1.0, null, "uncertaintyFraction")]
    [InlineData(null, -1.0, "uncertaintyKilograms")]
    [InlineData(null, 1e12, "uncertaintyKilograms")]
    public void an_uncertainty_is_part_of_the_whole(double? fraction, double? kilograms, string field) =>
        _world.Record(Counting(Yard, new CountLine(Ore(), new(1000), null, (decimal?)kilograms, (decimal?)fraction)), Miner).IsRefused("uncertainty-out-of-range", $"lines[0].{field}");

    [Fact]
    public void a_number_and_a_ticket_are_used_once()
    {
        var ticket = new Ticket("Gate", "T-1", 2000, 1000, 1000, Day(-2));
        var counting = Counting(Ore(), new Measure(1000, Tickets: [ticket]));
        Recorded(counting);

        _world.Record(Counting(Ore(), 1000) with { Number = counting.Number }, Miner).IsRefused("number-taken", "number");
        _world.Record(Counting(Ore(), new Measure(1000, Tickets: [ticket])), Miner).IsRefused("ticket-used", "lines[0].counted.tickets[0].number");
    }

    [Fact]
    public void only_who_keeps_the_place_counts_there()
    {
        var counting = Counting(Ore(), 1000);

        _world.Record(counting, Person(99, MineCo, Role.Laboratory, Role.Auditor)).IsRefused("not-allowed");
        _world.Record(counting, Stranger).IsRefused("not-found", "facilityId");
        _world.Record(Counting(Store, new CountLine(Ore(), new(1))), PlantOperator).IsRefused("not-found", "lines[0].batchId");
        _world.Record(Counting(Yard, new CountLine(Id(404), new(1))), Miner).IsRefused("not-found", "lines[0].batchId");
    }
}
