using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <param name="OwnNumber">The receiver's own number for the batch, or null.</param>
public sealed record ReceiptLine(Guid BatchId, Measure Stated, string? OwnNumber = null);

/// <summary>The named receiver weighed what came. Within tolerance the weighed mass is booked; outside it the shipment is disputed (C1, C3).</summary>
/// <param name="OccurredAt">When it arrived.</param>
public sealed record AcceptShipment(Guid ShipmentId, IReadOnlyList<ReceiptLine> Lines, DateTimeOffset OccurredAt, string? Note = null) : ICommand
{
    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "receipt");

    public void Touch(Touches touches, Actor by) => Receipt.Touch(touches, by, ShipmentId, Lines);

    public Decision Decide(States states, Submission said)
    {
        var receipt = Receipt.Read(states, said, ShipmentId, Lines);
        if (receipt.Refusal is { } refusal)
            return refusal;
        if (Note?.Length > Limits.TextLength)
            return Refusal.Of("text-too-long").At("note");
        return receipt.OutsideTolerance.IsEmpty ? Accepted(receipt, said) : receipt.Disputed(ShipmentId, "outside-tolerance", said);
    }

    private Decision Accepted(Receipt receipt, Submission said)
    {
        var shipment = receipt.Shipment;
        var decision = Decision.Record(receipt.Alarms)
            .On<Shipment>(ShipmentId, new ShipmentAccepted(ShipmentId, shipment.ToOperatorId, receipt.Lines, Note, receipt.Alarms, said.Entry));
        for (var i = 0; i < receipt.Lines.Length; i++)
            decision.On<Batch>(receipt.Lines[i].BatchId, Receipt.Booked(shipment, shipment.Lines[i], receipt.Lines[i].OfRecord, said));
        return decision;
    }
}

/// <summary>The receiver contests what came, whatever the scale says: damaged, wrong goods, broken seal.</summary>
public sealed record DisputeShipment(Guid ShipmentId, IReadOnlyList<ReceiptLine> Lines, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "receipt");

    public void Touch(Touches touches, Actor by) => Receipt.Touch(touches, by, ShipmentId, Lines);

    public Decision Decide(States states, Submission said)
    {
        var receipt = Receipt.Read(states, said, ShipmentId, Lines);
        if (receipt.Refusal is { } refusal)
            return refusal;
        if (string.IsNullOrWhiteSpace(Reason) || Reason.Length > Limits.TextLength)
            return Refusal.Of("reason-missing").At("reason");
        return receipt.Disputed(ShipmentId, Reason, said);
    }
}

/// <summary>A receiver's figures held against the shipper's.</summary>
internal sealed record Receipt(Shipment Shipment, ImmutableArray<ReceivedLine> Lines, ImmutableArray<Alarm> Alarms, ImmutableArray<Guid> OutsideTolerance, Refusal? Refusal)
{
    public static void Touch(Touches touches, Actor by, Guid shipmentId, IReadOnlyList<ReceiptLine> lines)
    {
        touches.Lock<Shipment>(shipmentId);
        touches.EndsOf.Add(shipmentId);
        foreach (var line in lines)
        {
            touches.Lock<Batch>(line.BatchId);
            if (line.OwnNumber is not null)
                touches.Numbers.Add((by.OrganisationId, line.OwnNumber));
        }
    }

    public static Receipt Read(States states, Submission said, Guid shipmentId, IReadOnlyList<ReceiptLine> lines)
    {
        static Receipt No(Refusal refusal) => new(null!, [], [], [], refusal);

        if (states.Find<Shipment>(shipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return No(Refusal.Of("not-found").At("shipmentId"));
        // Only the named receiver accepts (C1).
        if (!said.Actor.Can(Act.Record, new(shipment.ToOperatorId)))
            return No(Refusal.Of("not-allowed"));
        if (shipment.Status != ShipmentStatus.UnderWay)
            return No(Refusal.Of("not-under-way", ("status", shipment.Status)));
        if (Stock.WrongTime(states, said.Command.OccurredAt, "occurredAt") is { } wrongTime)
            return No(wrongTime);

        var read = ImmutableArray.CreateBuilder<ReceivedLine>();
        var outside = ImmutableArray.CreateBuilder<Guid>();
        foreach (var sent in shipment.Lines)
        {
            var (line, refusal) = Line(states, shipment, sent, lines, out var within);
            if (refusal is not null)
                return No(refusal);
            read.Add(line!);
            if (!within)
                outside.Add(sent.BatchId);
        }
        if (lines.Count != shipment.Lines.Length)
            return No(Refusal.Of("line-never-sent").At("lines"));
        return new(shipment, read.ToImmutable(), Implausible(states, shipment, said.Command.OccurredAt), outside.ToImmutable(), null);
    }

    private static (ReceivedLine? Line, Refusal? Refusal) Line(States states, Shipment shipment, ShipmentLine sent, IReadOnlyList<ReceiptLine> lines, out bool within)
    {
        within = false;
        var at = lines.TakeWhile(l => l.BatchId != sent.BatchId).Count();
        if (at == lines.Count)
            return (null, Refusal.Of("line-missing", ("batch", states.Find<Batch>(sent.BatchId)?.Number ?? "")).At("lines"));
        var material = states.Catalogue.Material(states.Find<Batch>(sent.BatchId)!.Material)!;
        if (lines[at].Stated.Wrong(material, $"lines[{at}].stated") is { } wrong)
            return (null, wrong);
        if (lines[at].OwnNumber is { } number && states.Number(shipment.ToOperatorId, number) != sent.BatchId
            && Stock.WrongNumber(states, shipment.ToOperatorId, number, $"lines[{at}].ownNumber") is { } taken)
            return (null, taken);

        // Counted goods that nobody weighed again keep the mass they were sent with.
        var received = lines[at].Stated is { WetKilograms: null, Pieces: { } pieces } && pieces == sent.Quantity.Pieces
            ? sent.Quantity
            : lines[at].Stated.Quantity(material, sent.Moisture);
        var tolerance = states.Find<Facility>(shipment.ToFacilityId)?.Terms.ReceiptTolerance ?? material.ReceiptTolerance;
        within = received.Pieces == sent.Quantity.Pieces
            && (material.CountedIn == Materials.Counting.Pieces
                || Math.Abs(received.DryKilograms - sent.Quantity.DryKilograms) <= tolerance * sent.Quantity.DryKilograms);
        var smaller = new Quantity(Math.Min(received.DryKilograms, sent.Quantity.DryKilograms), Math.Min(received.Pieces, sent.Quantity.Pieces));
        return (new(sent.BatchId, lines[at].OwnNumber, sent.Quantity, received, within ? received : smaller, lines[at].Stated), null);
    }

    private static ImmutableArray<Alarm> Implausible(States states, Shipment shipment, DateTimeOffset arrivedAt)
    {
        if (arrivedAt < shipment.LeftAt)
            return [Alarm.Of("arrived-before-dispatch", ("left", shipment.LeftAt), ("arrived", arrivedAt))];
        if (states.Find<Facility>(shipment.FromFacilityId) is not { } from || states.Find<Facility>(shipment.ToFacilityId) is not { } to)
            return [];
        var kilometres = from.KilometresTo(to);
        var hours = (arrivedAt - shipment.LeftAt).TotalHours;
        return kilometres <= hours * FastestKilometresPerHour(shipment.Mode)
            ? []
            : [Alarm.Of("implausible-speed", ("kilometres", Math.Round(kilometres)), ("hours", Math.Round(hours, 1)))];
    }

    private static double FastestKilometresPerHour(TransportMode mode) => mode switch
    {
        TransportMode.Sea => 60,
        TransportMode.Air => 950,
        _ => 130,
    };

    public Decision Disputed(Guid shipmentId, string reason, Submission said) =>
        Decision.Record(Alarms).On<Shipment>(shipmentId, new ShipmentDisputed(shipmentId, Lines, reason, Alarms, said.Entry));

    public static BatchBooked Booked(Shipment shipment, ShipmentLine sent, Quantity quantity, Submission said) =>
        new(shipment.Id, Booking.Received, shipment.ToFacilityId, sent.OwnerId, quantity, -sent.Quantity, 0, said.By, said.Command.OccurredAt);
}
