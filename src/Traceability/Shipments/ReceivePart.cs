using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>Some of a shipment came, as the wagons of one train do over days. What came may be used at once; the whole is judged when the last has come.</summary>
/// <param name="OccurredAt">When this part arrived.</param>
public sealed record ReceivePart(Guid ShipmentId, Guid ReceiptId, IReadOnlyList<ReceiptLine> Lines, DateTimeOffset OccurredAt, IReadOnlyList<Seal>? Seals = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<ReceivePart>("/api/shipments/{shipmentId:guid}/receipts/{receiptId:guid}");

    Guid ICommand.EntryId => ReceiptId;

    public void Touch(Touches touches, Actor by)
    {
        Receipt.Touch(touches, by, ShipmentId, Lines);
        // What did not come yet is not touched.
        foreach (var line in Lines.Take(Limits.LinesOfShipment))
            touches.Lock<Batch>(line.BatchId);
    }

    public Decision Decide(States states, Submission said)
    {
        if (Receipt.WhyNot(states, said, ShipmentId) is { } none)
            return none;
        var shipment = states.Find<Shipment>(ShipmentId)!;
        if ((Refuse.Id(ReceiptId, "receiptId") ?? Wrong(states, shipment) ?? Receipt.WrongTickets(states, said, Lines)) is { } wrong)
            return wrong;

        var lines = ImmutableArray.CreateBuilder<PartLine>();
        for (var i = 0; i < Lines.Count; i++)
        {
            var (sent, part) = (shipment.Lines.First(l => l.BatchId == Lines[i].BatchId), Lines[i]);
            var received = Receipt.Weighed(part.Stated, Receipt.MaterialOf(states, sent.BatchId)!, sent);
            if (!(shipment.Arrived.GetValueOrDefault(sent.BatchId) + received).Within(Receipt.Most(states, shipment, sent)))
                return Refusal.Of("more-than-sent", ("batch", states.Find<Batch>(sent.BatchId)!.Number), ("sent", sent.Quantity.DryKilograms), ("sentPieces", sent.Quantity.Pieces)).At($"lines[{i}].stated");
            lines.Add(new(part.BatchId, part.OwnNumber, received, part.Stated, [.. part.Packages ?? []]));
        }
        return Recorded(states, said, shipment, lines.ToImmutable());
    }

    private Decision Recorded(States states, Submission said, Shipment shipment, ImmutableArray<PartLine> lines)
    {
        var alarms = Receipt.Implausible(states, shipment, OccurredAt, Seals);
        var decision = Decision.Record(alarms).On<Shipment>(ShipmentId, new ShipmentPartReceived(ShipmentId, ReceiptId, shipment.ToOperatorId, lines, alarms, said.Entry, Receipt.Found(Seals)));
        foreach (var part in lines)
        {
            var sent = shipment.Lines.First(l => l.BatchId == part.BatchId);
            decision.On<Batch>(part.BatchId, new BatchBooked(
                ShipmentId, Booking.Received, shipment.ToFacilityId, sent.ArrivingOwnerId, part.Received, -part.Received.Least(Receipt.StillUnderWay(shipment, sent)), 0,
                said.By, OccurredAt, part.Stated.Moisture ?? sent.Moisture, KeptAs: sent.ArrivesAs));
        }
        return decision;
    }

    private Refusal? Wrong(States states, Shipment shipment)
    {
        if (Lines.Count == 0)
            return Refusal.Of("lines-out-of-range", ("limit", shipment.Lines.Length)).At("lines");
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines[i].Refused is not null)
                return Refusal.Of("refused-only-at-the-end").At($"lines[{i}].refused");
        }
        return Receipt.WrongLines(states, shipment, Lines);
    }
}
