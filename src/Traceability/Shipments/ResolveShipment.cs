using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Shipments;

/// <summary>One side of a dispute names the quantities it would agree to. When the other side names the same ones, or the umpire names his, they are booked.</summary>
public sealed record ResolveShipment(Guid ShipmentId, Guid ResolutionId, IReadOnlyList<AgreedLine> Lines, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<ResolveShipment>("/api/shipments/{shipmentId:guid}/resolution");

    Guid ICommand.EntryId => ResolutionId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Shipment>(ShipmentId).LinesOf.Add(ShipmentId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Shipment>(ShipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return Refusal.Of("not-found").At("shipmentId");
        var umpire = shipment.Umpire is { } named && said.Actor.Can(Act.Settle, new(named));
        if (!umpire && !said.Actor.Can(Act.Settle, new(shipment.FromOperatorId)) && !said.Actor.Can(Act.Settle, new(shipment.ToOperatorId)))
            return Refusal.Of("not-allowed");
        if (!shipment.HasOpenDispute)
            return Refusal.Of("not-disputed", ("status", shipment.Status));
        if (Wrong(states, shipment) is { } wrong)
            return wrong;

        var agreed = shipment.Received.Select(r => Lines.First(l => l.BatchId == r.BatchId)).ToList();
        var bothAgree = shipment.Proposal is { } proposal && proposal.ByOrganisationId != said.Actor.OrganisationId && proposal.Lines.SequenceEqual(agreed);
        // Between two facilities of one organisation there is no other side to wait for.
        if (!bothAgree && !umpire && shipment.FromOperatorId != shipment.ToOperatorId)
            return Decision.Record().On<Shipment>(ShipmentId, new ResolutionProposed(ShipmentId, ResolutionId, [.. agreed], Reason, said.Entry));
        return Resolved(states, shipment, agreed, said);
    }

    private Decision Resolved(States states, Shipment shipment, List<AgreedLine> agreed, Submission said)
    {
        var decision = Decision.Record().On<Shipment>(ShipmentId, new ShipmentResolved(ShipmentId, ResolutionId, [.. agreed], Reason, said.Entry));
        for (var i = 0; i < agreed.Count; i++)
        {
            var (received, sent, line) = (shipment.Received[i], shipment.Lines[i], agreed[i]);
            var change = line.Quantity - received.OfRecord;
            var holding = states.Find<Batch>(line.BatchId)!.At(shipment.ToFacilityId, sent.ArrivingOwnerId);
            var (held, blocked) = (holding?.Quantity ?? default, holding?.Blocked ?? default);
            // Under reserve the goods may have been used: nobody can agree afterwards that they never came (Q1).
            if (!(-change).Within(held))
                return Refusal.Of("already-used", ("agreed", line.Quantity.DryKilograms), ("least", (received.OfRecord - held).DryKilograms)).At($"lines[{i}].quantity");
            // What the receiver refused stays blocked until it goes back; what was destroyed or lost meanwhile is not there to be freed.
            var blockedAfter = (blocked + received.Refused.Least(line.Quantity) - received.Blocked).Most(default).Least(held + change);
            decision.On<Batch>(line.BatchId, new BatchBooked(
                shipment.Id, Booking.Resolved, shipment.ToFacilityId, sent.ArrivingOwnerId, change, default, 0, said.By, OccurredAt,
                Blocked: blockedAfter - blocked, Disputed: -received.Disputed));
        }
        return decision;
    }

    private Refusal? Wrong(States states, Shipment shipment)
    {
        if ((Refuse.Id(ResolutionId, "resolutionId") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt")) is { } wrong)
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
        var most = line.Sent.Most(line.Received);
        if (agreed.DryKilograms < 0 || agreed.DryKilograms > most.DryKilograms)
            return Refusal.Of("more-than-either-side-says", ("agreed", agreed.DryKilograms), ("most", most.DryKilograms)).At($"{field}.dryKilograms");
        if (agreed.Pieces < 0 || agreed.Pieces > most.Pieces)
            return Refusal.Of("more-than-either-side-says", ("agreed", agreed.Pieces), ("most", most.Pieces)).At($"{field}.pieces");
        if (most.Pieces > 0 && (agreed.Pieces == 0) != (agreed.DryKilograms == 0))
            return Refusal.Of("mass-and-pieces-disagree", ("kilograms", agreed.DryKilograms), ("pieces", agreed.Pieces)).At(field);
        return Refuse.Places(agreed.DryKilograms, Limits.KilogramPlaces, $"{field}.dryKilograms");
    }
}

/// <summary>A side names whom it trusts to decide. When both name the same organisation, its figures settle the dispute.</summary>
public sealed record NameUmpire(Guid ShipmentId, Guid NamingId, Guid UmpireId, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<NameUmpire>("/api/shipments/{shipmentId:guid}/umpire/{namingId:guid}");

    Guid ICommand.EntryId => NamingId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Shipment>(ShipmentId);
        touches.Organisations.Add(UmpireId);
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Shipment>(ShipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return Refusal.Of("not-found").At("shipmentId");
        if (!said.Actor.Can(Act.Settle, new(shipment.FromOperatorId)) && !said.Actor.Can(Act.Settle, new(shipment.ToOperatorId)))
            return Refusal.Of("not-allowed");
        if (!shipment.TakesUmpire)
            return Refusal.Of("not-disputed", ("status", shipment.Status));
        if (UmpireId == shipment.FromOperatorId || UmpireId == shipment.ToOperatorId)
            return Refusal.Of("umpire-is-a-side").At("umpireId");
        if (states.Find<Organisation>(UmpireId) is null)
            return Refusal.Of("organisation-unknown").At("umpireId");
        return (Refuse.Id(NamingId, "namingId") ?? Refuse.Time(states, OccurredAt, "occurredAt")) is { } wrong
            ? wrong
            : Decision.Record().On<Shipment>(ShipmentId, new UmpireNamed(ShipmentId, NamingId, UmpireId, said.Entry));
    }
}
