using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <param name="Stated">What this receipt weighed of the batch.</param>
/// <param name="OwnNumber">The receiver's own number for the batch, or null.</param>
/// <param name="Refused">The part of <paramref name="Stated"/> that the receiver will not keep, or null.</param>
/// <param name="Packages">Numbers of the packages that came, where packages were sent.</param>
public sealed record ReceiptLine(Guid BatchId, Measure Stated, string? OwnNumber = null, Measure? Refused = null, IReadOnlyList<string>? Packages = null);

/// <summary>The last of it came, and the named receiver judges the whole: within tolerance the weighed mass is booked; outside it the shipment is
/// disputed, unless the receiver takes the smaller quantity under reserve (C1, C3).</summary>
/// <param name="Lines">What this last receipt weighed; batches that had come whole before need no line.</param>
/// <param name="UnderReserve">Outside tolerance the smaller quantity may be used while the difference stays disputed.</param>
/// <param name="Seals">Seals as found on arrival, or null when nobody looked.</param>
/// <param name="OccurredAt">When it arrived.</param>
public sealed record AcceptShipment(
    Guid ShipmentId, IReadOnlyList<ReceiptLine> Lines, DateTimeOffset OccurredAt, string? Note = null, bool UnderReserve = false, IReadOnlyList<Seal>? Seals = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<AcceptShipment>("/api/shipments/{shipmentId:guid}/acceptance");

    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "receipt");

    public void Touch(Touches touches, Actor by)
    {
        Receipt.Touch(touches, by, ShipmentId, Lines);
        touches.LinesOf.Add(ShipmentId);
    }

    public Decision Decide(States states, Submission said)
    {
        if (Receipt.WhyNot(states, said, ShipmentId) is { } none)
            return none;
        if ((Refuse.Text(Note, "note") ?? Receipt.WrongTickets(states, said, Lines)) is { } wrong)
            return wrong;
        return Receipt.Of(states, said.Entry, states.Find<Shipment>(ShipmentId)!, Lines, Seals).Accepted(UnderReserve, Note);
    }
}

/// <summary>The receiver contests what came, whatever the scale says: damaged, wrong goods, broken seal.</summary>
public sealed record DisputeShipment(Guid ShipmentId, IReadOnlyList<ReceiptLine> Lines, string Reason, DateTimeOffset OccurredAt, IReadOnlyList<Seal>? Seals = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<DisputeShipment>("/api/shipments/{shipmentId:guid}/dispute");

    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "receipt");

    public void Touch(Touches touches, Actor by)
    {
        Receipt.Touch(touches, by, ShipmentId, Lines);
        touches.LinesOf.Add(ShipmentId);
    }

    public Decision Decide(States states, Submission said)
    {
        if (Receipt.WhyNot(states, said, ShipmentId) is { } none)
            return none;
        if ((Refuse.Reason(Reason) ?? Receipt.WrongTickets(states, said, Lines)) is { } wrong)
            return wrong;
        return Receipt.Of(states, said.Entry, states.Find<Shipment>(ShipmentId)!, Lines, Seals).Disputed(Reason);
    }
}
