using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>One side of a dispute names the quantities it would agree to. When the other side names the same ones, they are booked.</summary>
public sealed record ResolveShipment(Guid ShipmentId, Guid ResolutionId, IReadOnlyList<AgreedLine> Lines, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    Guid ICommand.EntryId => ResolutionId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Shipment>(ShipmentId);
        foreach (var line in Lines)
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
            decision.On<Batch>(agreed[i].BatchId, Receipt.Booked(shipment, shipment.Lines[i], agreed[i].Quantity, said));
        return decision;
    }

    private Refusal? Wrong(States states, Shipment shipment)
    {
        if (string.IsNullOrWhiteSpace(Reason) || Reason.Length > Limits.TextLength)
            return Refusal.Of("reason-missing").At("reason");
        if (Lines.Count != shipment.Received.Length)
            return Refusal.Of("lines-out-of-range", ("limit", shipment.Received.Length)).At("lines");
        foreach (var received in shipment.Received)
        {
            if (Lines.FirstOrDefault(l => l.BatchId == received.BatchId) is not { } line)
                return Refusal.Of("line-missing", ("batch", states.Find<Batch>(received.BatchId)?.Number ?? "")).At("lines");
            // The truth lies between the two figures, or below them when goods were lost; never above both.
            var most = new Quantity(Math.Max(received.Sent.DryKilograms, received.Received.DryKilograms), Math.Max(received.Sent.Pieces, received.Received.Pieces));
            if (line.Quantity.DryKilograms < 0 || line.Quantity.Pieces < 0 || !line.Quantity.Within(most))
                return Refusal.Of("more-than-either-side-says", ("agreed", line.Quantity.DryKilograms), ("most", most.DryKilograms)).At("lines");
            if (line.Quantity.DryKilograms.Places() > Limits.KilogramPlaces)
                return Refusal.Of("too-precise", ("places", Limits.KilogramPlaces)).At("lines");
        }
        return Stock.WrongTime(states, OccurredAt, "occurredAt");
    }
}

/// <summary>The shipper takes a dispatch back before anything was received: it never left, or came back.</summary>
public sealed record VoidShipment(Guid ShipmentId, string Reason, DateTimeOffset OccurredAt) : ICommand
{
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
        if (string.IsNullOrWhiteSpace(Reason) || Reason.Length > Limits.TextLength)
            return Refusal.Of("reason-missing").At("reason");
        if (Stock.WrongTime(states, OccurredAt, "occurredAt") is { } wrong)
            return wrong;

        var decision = Decision.Record().On<Shipment>(ShipmentId, new ShipmentVoided(ShipmentId, Reason, said.Entry));
        foreach (var line in shipment.Lines)
        {
            decision.On<Batch>(line.BatchId, new BatchBooked(
                ShipmentId, Booking.Returned, shipment.FromFacilityId, line.OwnerId, line.Quantity, -line.Quantity, 0, said.By, OccurredAt));
        }
        return decision;
    }
}
