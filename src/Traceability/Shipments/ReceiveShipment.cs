using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Shipments;

/// <param name="OwnNumber">The receiver's own number for the batch, or null.</param>
public sealed record ReceiptLine(Guid BatchId, Measure Stated, string? OwnNumber = null);

/// <summary>The named receiver weighed what came. Within tolerance the weighed mass is booked; outside it the shipment is disputed (C1, C3).</summary>
/// <param name="OccurredAt">When it arrived.</param>
public sealed record AcceptShipment(Guid ShipmentId, IReadOnlyList<ReceiptLine> Lines, DateTimeOffset OccurredAt, string? Note = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<AcceptShipment>("/api/shipments/{shipmentId:guid}/acceptance");

    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "receipt");

    public void Touch(Touches touches, Actor by) => Receipt.Touch(touches, by, ShipmentId, Lines);

    public Decision Decide(States states, Submission said)
    {
        var receipt = Receipt.Read(states, said, ShipmentId, Lines);
        if (receipt.Refusal is { } refusal)
            return refusal;
        if (Refuse.Text(Note, "note") is { } wrong)
            return wrong;
        return receipt.OutsideTolerance.IsEmpty ? Accepted(receipt, said) : receipt.Disputed(ShipmentId, Note, receipt.OutsideTolerance, said);
    }

    private Decision Accepted(Receipt receipt, Submission said)
    {
        var shipment = receipt.Shipment;
        var decision = Decision.Record(receipt.Alarms)
            .On<Shipment>(ShipmentId, new ShipmentAccepted(ShipmentId, shipment.ToOperatorId, receipt.Lines, Note, receipt.Alarms, said.Entry));
        for (var i = 0; i < receipt.Lines.Length; i++)
            decision.On<Batch>(receipt.Lines[i].BatchId, Receipt.Booked(shipment, shipment.Lines[i], receipt.Lines[i], receipt.Lines[i].OfRecord, said));
        return decision;
    }
}

/// <summary>The receiver contests what came, whatever the scale says: damaged, wrong goods, broken seal.</summary>
public sealed record DisputeShipment(Guid ShipmentId, IReadOnlyList<ReceiptLine> Lines, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<DisputeShipment>("/api/shipments/{shipmentId:guid}/dispute");

    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "receipt");

    public void Touch(Touches touches, Actor by) => Receipt.Touch(touches, by, ShipmentId, Lines);

    public Decision Decide(States states, Submission said)
    {
        var receipt = Receipt.Read(states, said, ShipmentId, Lines);
        if (receipt.Refusal is { } refusal)
            return refusal;
        return Refuse.Reason(Reason) ?? receipt.Disputed(ShipmentId, Reason, [], said);
    }
}

/// <summary>A receiver's figures held against the shipper's.</summary>
/// <param name="OutsideTolerance">One alarm for each line that differs too much.</param>
internal sealed record Receipt(Shipment Shipment, ImmutableArray<ReceivedLine> Lines, ImmutableArray<Alarm> Alarms, ImmutableArray<Alarm> OutsideTolerance, Refusal? Refusal)
{
    public static void Touch(Touches touches, Actor by, Guid shipmentId, IReadOnlyList<ReceiptLine> lines)
    {
        touches.Lock<Shipment>(shipmentId);
        touches.EndsOf.Add(shipmentId);
        foreach (var line in lines.Take(Limits.LinesOfShipment))
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
        if ((Refuse.Time(states, said.Command.OccurredAt, "occurredAt") ?? WrongLines(states, shipment, lines)) is { } wrong)
            return No(wrong);

        var read = ImmutableArray.CreateBuilder<ReceivedLine>();
        var outside = ImmutableArray.CreateBuilder<Alarm>();
        foreach (var sent in shipment.Lines)
        {
            var at = lines.TakeWhile(l => l.BatchId != sent.BatchId).Count();
            var batch = states.Find<Batch>(sent.BatchId)!;
            if (states.Catalogue.Material(batch.Material) is not { } material)
                return No(Refusal.Of("material-unknown", ("material", batch.Material)).At($"lines[{at}].batchId"));
            if (lines[at].Stated.Wrong(material, sent.Moisture, $"lines[{at}].stated") is { } impossible)
                return No(impossible);
            read.Add(Compared(sent, lines[at], material, Tolerance(states, shipment, material), out var within));
            if (!within)
                outside.Add(OutOf(batch, read[^1], Tolerance(states, shipment, material)));
        }
        return new(shipment, read.ToImmutable(), Implausible(states, shipment, said.Command.OccurredAt), outside.ToImmutable(), null);
    }

    /// <summary>Every line that was sent has one figure, and nothing else has.</summary>
    private static Refusal? WrongLines(States states, Shipment shipment, IReadOnlyList<ReceiptLine> lines)
    {
        var (sent, numbers) = (shipment.Lines.Select(l => l.BatchId).ToHashSet(), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (shipment.Lines.All(l => l.BatchId != line.BatchId))
                return Refusal.Of("line-never-sent").At($"lines[{i}].batchId");
            if (!sent.Remove(line.BatchId))
                return Refusal.Of("batch-twice").At($"lines[{i}].batchId");
            if (line.OwnNumber is not { } number)
                continue;
            if (!numbers.Add(number))
                return Refusal.Of("number-taken", ("number", number)).At($"lines[{i}].ownNumber");
            if (states.Number(shipment.ToOperatorId, number) != line.BatchId && Refuse.Number(states, shipment.ToOperatorId, number, number, $"lines[{i}].ownNumber") is { } wrong)
                return wrong;
        }
        return sent.Count > 0 ? Refusal.Of("line-missing", ("batch", sent.First())).At("lines") : null;
    }

    private static decimal Tolerance(States states, Shipment shipment, Material material) =>
        material.CountedIn == Counting.Pieces ? 0 : states.Find<Facility>(shipment.ToFacilityId)?.Terms.ReceiptTolerance ?? material.ReceiptTolerance;

    /// <summary>Within tolerance, the limit included, what was weighed is the quantity of record; outside it the smaller one (C3). Dry mass is compared with dry mass (Q4).</summary>
    private static ReceivedLine Compared(ShipmentLine line, ReceiptLine arrived, Material material, decimal tolerance, out bool within)
    {
        var sent = line.Quantity;
        var received = material.CountedIn == Counting.Pieces ? sent.Part(arrived.Stated.Pieces!.Value) : arrived.Stated.Quantity(material, line.Moisture);
        within = received.Pieces == sent.Pieces && Math.Abs(received.DryKilograms - sent.DryKilograms) <= tolerance * sent.DryKilograms;
        var smaller = new Quantity(Math.Min(received.DryKilograms, sent.DryKilograms), Math.Min(received.Pieces, sent.Pieces));
        return new(line.BatchId, arrived.OwnNumber, sent, received, within ? received : smaller, arrived.Stated);
    }

    private static Alarm OutOf(Batch batch, ReceivedLine line, decimal tolerance) => line.Sent.Pieces != line.Received.Pieces
        ? Alarm.Of("pieces-differ", ("batch", batch.Number), ("sent", line.Sent.Pieces), ("received", line.Received.Pieces))
        : Alarm.Of("outside-tolerance", ("batch", batch.Number), ("sent", line.Sent.DryKilograms), ("received", line.Received.DryKilograms), ("tolerance", tolerance));

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

    public Decision Disputed(Guid shipmentId, string? reason, ImmutableArray<Alarm> outside, Submission said)
    {
        ImmutableArray<Alarm> alarms = [.. Alarms, .. outside];
        return Decision.Record(alarms).On<Shipment>(shipmentId, new ShipmentDisputed(shipmentId, Lines, reason, alarms, said.Entry));
    }

    public static BatchBooked Booked(Shipment shipment, ShipmentLine sent, ReceivedLine received, Quantity ofRecord, Submission said) =>
        new(shipment.Id, Booking.Received, shipment.ToFacilityId, sent.OwnerId, ofRecord, -sent.Quantity, 0, said.By, said.Command.OccurredAt, received.Stated.Moisture ?? sent.Moisture);
}
