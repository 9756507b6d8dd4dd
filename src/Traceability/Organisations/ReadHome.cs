using Npgsql;
using Traceability.Access;
using Traceability.Incidents;
using Traceability.Ledger;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Organisations;

/// <summary>What waits for an organisation. Each list shows its newest entries; the full ones have addresses of their own.</summary>
/// <param name="ToReceive">Under way to its facilities.</param>
/// <param name="UnderWay">Sent by it and not yet received.</param>
/// <param name="Disputed">Of either side, waiting for the two to agree.</param>
/// <param name="Arrivals">Announced at its gates or of its shipments, whose dispatch nobody has recorded yet.</param>
/// <param name="HoldRequests">Owners' requests for a hold that nobody has answered yet: asked of it, or by it.</param>
/// <param name="OpenRuns">Runs that go on.</param>
/// <param name="Refused">What its people submitted and the rules refused.</param>
/// <param name="Conflicts">Submissions of the reader, or of those he oversees, that contradict what was recorded before and have not been recorded otherwise since.</param>
/// <param name="ToApprove">What waits for a second person, for those who may approve.</param>
public sealed record Home(
    IReadOnlyList<ShipmentListed> ToReceive, IReadOnlyList<ShipmentListed> UnderWay, IReadOnlyList<ShipmentListed> Disputed, IReadOnlyList<ArrivalFound> Arrivals,
    IReadOnlyList<HoldRequestFound> HoldRequests, IReadOnlyList<RunListed> OpenRuns, IReadOnlyList<RefusalKept> Refused, IReadOnlyList<RefusalKept> ToApprove, IReadOnlyList<RefusalKept> Conflicts, IReadOnlyList<AlarmsFound> Alarms);

public static class ReadHome
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/home", Answer).Reads<Home>(nameof(ReadHome));

    public static async Task<Home> Find(NpgsqlDataSource source, Actor actor, CancellationToken cancellation)
    {
        async Task<IReadOnlyList<ShipmentListed>> Shipments(Heading? heading, params ShipmentStatus[] states) =>
            (await ListShipments.Find(source, actor, new(states, heading), cancellation))!.Items;

        return new(
            await Shipments(Heading.Incoming, ShipmentStatus.UnderWay, ShipmentStatus.PartlyReceived),
            await Shipments(Heading.Outgoing, ShipmentStatus.UnderWay, ShipmentStatus.PartlyReceived),
            await Shipments(null, ShipmentStatus.Disputed, ShipmentStatus.AcceptedUnderReserve),
            (await ListArrivals.Find(source, actor, new ArrivalFilter(Waiting: true), cancellation))!.Items,
            (await ListHoldRequests.Find(source, actor, new HoldRequestFilter(HoldRequestStatus.Waiting), cancellation))!.Items,
            (await ListRuns.Find(source, actor, new(Open: true), cancellation))!.Items,
            (await ListRefusals.Find(source, actor, new(), cancellation))!.Items,
            actor.Can(Act.Settle, new(actor.OrganisationId)) ? (await ListRefusals.Find(source, actor, new(Waiting: true), cancellation))!.Items : [],
            [.. (await ListRefusals.Find(source, actor, new(Conflict: true), cancellation))!.Items.Where(r => r.RecordedAt is null || r.RecordedAt <= r.RefusedAt)],
            (await ListAlarms.Find(source, actor, null, null, cancellation))!.Items);
    }

    /// <summary>What waits for the own organisation.</summary>
    internal static async Task<IResult> Answer(Actor actor, NpgsqlDataSource source, CancellationToken cancellation) => TypedResults.Ok(await Find(source, actor, cancellation));
}
