using Traceability.Batches;
using static Traceability.Tests.World;

namespace Traceability.Tests.Batches;

public sealed class WeighingWithTickets
{
    private readonly World _world = new();

    private static Ticket Ticket(string number, decimal gross = 40_000, decimal tare = 15_000, decimal? net = null) => new("WB-1", number, gross, tare, net ?? gross - tare, Day(-10));

    private RegisterBatch Weighed(decimal kilograms, params Ticket[] tickets) => _world.Digging() with { Stated = new(kilograms, 0.05m, null, WeighingMethod.Weighbridge, tickets) };

    [Fact]
    public void the_nets_of_the_tickets_are_the_mass() => _world.Given(Weighed(49_500, Ticket("1"), Ticket("2", tare: 15_500)), Miner);

    [Fact]
    public void a_sum_that_differs_from_the_line_is_refused() =>
        _world.Record(Weighed(50_001, Ticket("1"), Ticket("2")), Miner).IsRefused("tickets-differ-from-line", "stated.tickets");

    [Fact]
    public void net_is_gross_minus_tare() =>
        _world.Record(Weighed(25_001, Ticket("1", net: 25_001)), Miner).IsRefused("net-is-not-gross-minus-tare", "stated.tickets[0].netKilograms");

    [Fact]
    public void an_empty_truck_does_not_weigh_more_than_a_full_one() =>
        _world.Record(Weighed(1, Ticket("1", gross: 10_000, tare: 10_000, net: 1)), Miner).IsRefused("tare-above-gross", "stated.tickets[0].tareKilograms");

    [Fact]
    public void a_ticket_of_one_scale_is_used_once()
    {
        _world.Record(Weighed(50_000, Ticket("1"), Ticket("1")), Miner).IsRefused("ticket-used", "stated.tickets[1].number");
        var ore = Weighed(25_000, Ticket("1"));
        _world.Given(ore, Miner);

        _world.Record(Weighed(25_000, Ticket("1")), Miner).IsRefused("ticket-used", "stated.tickets[0].number");
        // Another firm's scale may print the same number.
        var shipment = _world.Dispatched(ore.BatchId, 25_000);
        _world.Given(_world.Accepting(shipment, new Measure(25_000, 0.05m, null, WeighingMethod.Weighbridge, [Ticket("1") with { WeighedAt = Day(-4) }])), PlantOperator);
    }

    [Fact]
    public void a_ticket_from_the_future_is_refused() =>
        _world.Record(Weighed(25_000, Ticket("1") with { WeighedAt = Day(1) }), Miner).IsRefused("in-the-future", "stated.tickets[0].weighedAt");
}
