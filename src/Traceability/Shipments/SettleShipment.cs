using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>One side of a dispute names the quantities it would agree to. When the other side names the same ones, they are booked.</summary>
public sealed record ResolveShipment(Guid ShipmentId, Guid ResolutionId, IReadOnlyList<AgreedLine> Lines, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<ResolveShipment>("/api/shipments/{shipmentId:guid}/resolution");

    Guid ICommand.EntryId => ResolutionId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Shipment>(ShipmentId);
        foreach (var line in Lines.Take(Limits.LinesOfShipment))
            touches.Lock<Batch>(line.BatchId);
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Shipment>(ShipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return Refusal.Of("not-found").At("shipmentId");
        if (!said.Actor.Can(Act.Settle, new(shipment.FromOperatorId)) && !said.Actor.Can(Act.Settle, new(shipment.ToOperatorId)))
            return Refusal.Of("not-allowed");
        if (shipment.Status != ShipmentStatus.Disputed)
            return Refusal.Of("not-disputed", ("status", shipment.Status));
        if (Wrong(states, shipment) is { } wrong)
            return wrong;

        var agreed = shipment.Received.Select(r => Lines.First(l => l.BatchId == r.BatchId)).ToList();
        var bothAgree = shipment.Proposal is { } proposal && proposal.ByOrganisationId != said.Actor.OrganisationId && proposal.Lines.SequenceEqual(agreed);
        // Between two facilities of one organisation there is no other side to wait for.
        if (!bothAgree && shipment.FromOperatorId != shipment.ToOperatorId)
            return Decision.Record().On<Shipment>(ShipmentId, new ResolutionProposed(ShipmentId, ResolutionId, [.. agreed], Reason, said.Entry));

        var decision = Decision.Record().On<Shipment>(ShipmentId, new ShipmentResolved(ShipmentId, ResolutionId, [.. agreed], Reason, said.Entry));
        for (var i = 0; i < agreed.Count; i++)
            decision.On<Batch>(agreed[i].BatchId, Receipt.Booked(shipment, shipment.Lines[i], shipment.Received[i], agreed[i].Quantity, said));
        return decision;
    }

    private Refusal? Wrong(States states, Shipment shipment)
    {
        if ((Refuse.EmptyId(ResolutionId, "resolutionId") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt")) is { } wrong)
            return wrong;
        var missing = shipment.Received.Select(r => r.BatchId).ToHashSet();
        for (var i = 0; i < Lines.Count; i++)
        {
            var (line, field) = (Lines[i], $"lines[{i}]");
            if (shipment.Received.FirstOrDefault(r => r.BatchId == line.BatchId) is not { } received)
                return Refusal.Of("line-never-sent").At($"{field}.batchId");
            if (!missing.Remove(line.BatchId))
                return Refusal.Of("batch-twice").At($"{field}.batchId");
            if (WrongQuantity(line.Quantity, received, $"{field}.quantity") is { } impossible)
                return impossible;
        }
        return missing.Count > 0 ? Refusal.Of("line-missing", ("batch", missing.First())).At("lines") : null;
    }

    /// <summary>The truth lies between the two figures, or below them when goods were lost; never above both.</summary>
    private static Refusal? WrongQuantity(Quantity agreed, ReceivedLine line, string field)
    {
        var most = new Quantity(Math.Max(line.Sent.DryKilograms, line.Received.DryKilograms), Math.Max(line.Sent.Pieces, line.Received.Pieces));
        if (agreed.DryKilograms < 0 || agreed.DryKilograms > most.DryKilograms)
            return Refusal.Of("more-than-either-side-says", ("agreed", agreed.DryKilograms), ("most", most.DryKilograms)).At($"{field}.dryKilograms");
        if (agreed.Pieces < 0 || agreed.Pieces > most.Pieces)
            return Refusal.Of("more-than-either-side-says", ("agreed", agreed.Pieces), ("most", most.Pieces)).At($"{field}.pieces");
        if (most.Pieces > 0 && (agreed.Pieces == 0) != (agreed.DryKilograms == 0))
            return Refusal.Of("mass-and-pieces-disagree", ("kilograms", agreed.DryKilograms), ("pieces", agreed.Pieces)).At(field);
        return Refuse.Places(agreed.DryKilograms, Limits.KilogramPlaces, $"{field}.dryKilograms");
    }
}

/// <summary>The shipper takes a dispatch back before anything was received: it never left, or came back.</summary>
public sealed record VoidShipment(Guid ShipmentId, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<VoidShipment>("/api/shipments/{shipmentId:guid}/void");

    Guid ICommand.EntryId => DerivedId.Step(ShipmentId, "void");

    public void Touch(Touches touches, Actor by) => touches.Lock<Shipment>(ShipmentId).LinesOf.Add(ShipmentId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Shipment>(ShipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return Refusal.Of("not-found").At("shipmentId");
        if (!said.Actor.Can(Act.Settle, new(shipment.FromOperatorId)))
            return Refusal.Of("not-allowed");
        if (shipment.Status != ShipmentStatus.UnderWay)
            return Refusal.Of("not-under-way", ("status", shipment.Status));
        if ((Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt")) is { } wrong)
            return wrong;

        var decision = Decision.Record().On<Shipment>(ShipmentId, new ShipmentVoided(ShipmentId, Reason, said.Entry));
        foreach (var line in shipment.Lines)
        {
            decision.On<Batch>(line.BatchId, new BatchBooked(
                ShipmentId, Booking.Returned, shipment.FromFacilityId, line.OwnerId, line.Quantity, -line.Quantity, 0, said.By, OccurredAt, line.Moisture));
        }
        return decision;
    }
}
