using Traceability.Access;
using Traceability.Batches;
using Traceability.Shipments;
using Traceability.Stock;
using static Traceability.Tests.World;

namespace Traceability.Tests.Stock;

public class WritingOffStock
{
    private readonly World _world = new();

    private WriteOffStock WritingOff(WriteOffCause cause, Guid facility, params WriteOffLine[] lines)
    {
        var id = _world.NewId();
        return new(id, $"W-{id}", facility, cause, lines, "The bag burst", Day(-2), ["Act 7"]);
    }

    private WriteOffStock WritingOff(Guid batch, decimal kilograms, WriteOffCause cause = WriteOffCause.Spillage, Guid? facility = null) =>
        WritingOff(cause, facility ?? Yard, new WriteOffLine(batch, new(kilograms)));

    private Guid Ore() => _world.Bought("ree-ore", Yard, 1000);

    [Theory]
    [InlineData(WriteOffCause.Spillage)]
    [InlineData(WriteOffCause.Theft)]
    [InlineData(WriteOffCause.Sample)]
    [InlineData(WriteOffCause.Destruction)]
    public void what_is_gone_is_gone(WriteOffCause cause)
    {
        var ore = Ore();
        var writing = WritingOff(ore, 30, cause);

        _world.Record(writing, Miner).IsRecorded();

        Assert.Equal((970m, 30m), (_world.Held(ore, Yard).DryKilograms, _world.Batch(ore).Totals.WrittenOff.DryKilograms));
        var written = _world.States.Find<WriteOff>(writing.WriteOffId)!;
        Assert.Equal((cause, "The bag burst", "Act 7"), (written.Cause, written.Reason, Assert.Single(written.Documents)));
    }

    [Fact]
    public void never_more_than_lies_there()
    {
        var ore = Ore();

        _world.Record(WritingOff(ore, 1000.001m), Miner).IsRefused("mass-exceeds-holding", "lines[0].stated.wetKilograms");
        _world.Record(WritingOff(ore, 1000), Miner).IsRecorded();
        _world.Record(WritingOff(ore, 1), Miner).IsRefused("nothing-held", "lines[0].batchId");
    }

    [Fact]
    public void pieces_take_their_booked_mass_along()
    {
        var cells = _world.Bought("nmc-cell", Recycler, 50, 20);

        _world.Record(WritingOff(WriteOffCause.Theft, Recycler, new WriteOffLine(cells, new(null, null, 4))), Worker).IsRecorded();
        _world.Record(WritingOff(WriteOffCause.Theft, Recycler, new WriteOffLine(cells, new(null, null, 17))), Worker).IsRefused("pieces-exceed-holding", "lines[0].stated.pieces");

        Assert.Equal(new Quantity(40, 16), _world.Held(cells, Recycler));
    }

    [Theory]
    [InlineData(WriteOffCause.Theft)]
    [InlineData(WriteOffCause.Destruction)]
    public void theft_and_destruction_are_shown_by_papers(WriteOffCause cause)
    {
        _world.Record(WritingOff(Ore(), 30, cause) with { Documents = [] }, Miner).IsRefused("evidence-missing", "documents");
        _world.Record(WritingOff(Ore(), 30, cause) with { Documents = null }, Miner).IsRefused("evidence-missing", "documents");
        _world.Record(WritingOff(Ore(), 30, cause) with { Documents = ["Act 7", " "] }, Miner).IsRefused("name-missing", "documents[1]");
    }

    [Theory]
    [InlineData(WriteOffCause.Spillage)]
    [InlineData(WriteOffCause.Sample)]
    public void what_is_spilled_or_sampled_need_not_be(WriteOffCause cause) => _world.Record(WritingOff(Ore(), 30, cause) with { Documents = null }, Miner).IsRecorded();

    [Fact]
    public void held_stock_too_is_lost_and_destroyed_and_stays_held()
    {
        var ore = Ore();
        _world.Given(_world.Holding(ore), MineSupervisor);

        _world.Record(WritingOff(ore, 10, WriteOffCause.Theft), Miner).IsRecorded();
        _world.Record(WritingOff(ore, 10, WriteOffCause.Destruction), Miner).IsRecorded();

        Assert.Equal((980m, 1), (_world.Held(ore, Yard).DryKilograms, _world.Batch(ore).Holds.Count));
    }

    /// <summary>Of a batch at the concentrator 500 kg are free and 900 in dispute.</summary>
    private (Guid Batch, Guid Shipment) PartlyDisputed()
    {
        var ore = _world.Ore(1500);
        _world.Accepted(_world.Dispatched(ore, 500));
        var disputed = _world.Dispatched(ore, 1000);
        _world.Given(_world.Accepting(disputed, 900), PlantOperator, "outside-tolerance");
        return (ore, disputed);
    }

    [Theory]
    [InlineData(WriteOffCause.Spillage, 300, 200, 900)]
    [InlineData(WriteOffCause.Theft, 600, 0, 800)]
    [InlineData(WriteOffCause.Sample, 300, 500, 600)]
    [InlineData(WriteOffCause.Destruction, 1000, 400, 0)]
    public void accidents_take_what_is_free_first_and_purpose_what_is_not(WriteOffCause cause, int kilograms, int free, int blocked)
    {
        var (ore, _) = PartlyDisputed();

        _world.Record(WritingOff(ore, kilograms, cause, Concentrator), PlantOperator).IsRecorded();

        var left = _world.Batch(ore).At(Concentrator, MineCo)!;
        Assert.Equal(((decimal)free, (decimal)blocked), (left.Free.DryKilograms, left.Blocked.DryKilograms));
    }

    [Fact]
    public void a_dispute_over_goods_that_were_destroyed_meanwhile_frees_what_is_left_of_them()
    {
        var (ore, shipment) = PartlyDisputed();
        _world.Given(WritingOff(ore, 850, WriteOffCause.Destruction, Concentrator), PlantOperator);

        _world.Given(new ResolveShipment(shipment, _world.NewId(), [new(ore, new(900, 0))], "Weighed again", Day(-1)), MineSupervisor);
        _world.Record(new ResolveShipment(shipment, _world.NewId(), [new(ore, new(900, 0))], "Weighed again", Day(-1)), PlantSupervisor).IsRecorded();

        var left = _world.Batch(ore).At(Concentrator, MineCo)!;
        Assert.Equal((550m, 0m), (left.Quantity.DryKilograms, left.Blocked.DryKilograms));
    }

    [Fact]
    public void what_was_not_there_yet_at_that_time_is_an_alarm()
    {
        var ore = Ore();

        _world.Record(WritingOff(ore, 30) with { OccurredAt = Day(-11) }, Miner).IsRecorded("below-zero-in-time");
    }

    [Fact]
    public void each_stock_is_named_once_and_its_owner_where_several_own_it()
    {
        var ore = Ore();

        _world.Record(WritingOff(WriteOffCause.Spillage, Yard, new(ore, new(1)), new(ore, new(1), MineCo)), Miner).IsRefused("batch-twice", "lines[1].batchId");
        _world.Record(WritingOff(WriteOffCause.Spillage, Yard, new WriteOffLine(ore, new(1), PlantCo)), Miner).IsRefused("nothing-held", "lines[0].batchId");
    }

    [Fact]
    public void its_shape_is_checked()
    {
        var ore = Ore();

        _world.Record(WritingOff(ore, 1) with { WriteOffId = Guid.Empty }, Miner).IsRefused("id-missing", "writeOffId");
        _world.Record(WritingOff(ore, 1) with { Number = " " }, Miner).IsRefused("number-malformed", "number");
        _world.Record(WritingOff(ore, 1) with { Reason = " " }, Miner).IsRefused("reason-missing", "reason");
        _world.Record(WritingOff(ore, 1, (WriteOffCause)9), Miner).IsRefused("value-unknown", "cause");
        _world.Record(WritingOff(ore, 1) with { OccurredAt = Now.AddMinutes(6) }, Miner).IsRefused("in-the-future", "occurredAt");
        _world.Record(WritingOff(WriteOffCause.Spillage, Yard), Miner).IsRefused("lines-out-of-range", "lines");
        _world.Record(WritingOff(WriteOffCause.Spillage, Yard, [.. Enumerable.Repeat(new WriteOffLine(ore, new(1)), Limits.LinesOfCount + 1)]), Miner).IsRefused("lines-out-of-range", "lines");
        _world.Record(WritingOff(ore, 1) with { Documents = [.. Enumerable.Repeat("Act", Limits.DocumentsOfWriteOff + 1)] }, Miner).IsRefused("lines-out-of-range", "documents");
        _world.Record(WritingOff(ore, 0), Miner).IsRefused("mass-out-of-range", "lines[0].stated.wetKilograms");
        _world.Record(WritingOff(WriteOffCause.Spillage, Yard, new WriteOffLine(ore, new(10, Tickets: [new("Gate", "T-1", 30, 10, 20, Day(-2))]))), Miner)
            .IsRefused("tickets-differ-from-line", "lines[0].stated.tickets");
    }

    [Fact]
    public void a_number_is_used_once()
    {
        var first = WritingOff(Ore(), 1);
        _world.Given(first, Miner);

        _world.Record(WritingOff(Ore(), 1) with { Number = first.Number }, Miner).IsRefused("number-taken", "number");
    }

    [Fact]
    public void only_who_keeps_the_place_writes_off_there()
    {
        var writing = WritingOff(Ore(), 1);

        _world.Record(writing, Person(99, MineCo, Role.Laboratory, Role.Auditor)).IsRefused("not-allowed");
        _world.Record(writing, Stranger).IsRefused("not-found", "facilityId");
        _world.Record(WritingOff(Ore(), 1, WriteOffCause.Spillage, Store), PlantOperator).IsRefused("not-found", "lines[0].batchId");
    }
}
