using Traceability.Access;
using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Batches;

/// <summary>Quarantine: nothing of the batch is dispatched, used or certified until this hold is released (Q2, O3).</summary>
/// <param name="Documents">What shows it: numbers of an analysis, a photo, a letter.</param>
/// <param name="ShipmentId">An open shipment that carries some of it, where its sender or receiver stops it and keeps none of it himself.</param>
public sealed record HoldBatch(Guid BatchId, Guid HoldId, string Reason, DateTimeOffset OccurredAt, IReadOnlyList<string>? Documents = null, Guid? ShipmentId = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<HoldBatch>("/api/batches/{batchId:guid}/holds/{holdId:guid}");

    Guid ICommand.EntryId => HoldId;

    public void Touch(Touches touches, Actor by) => HoldBatch.Touch(touches, BatchId, ShipmentId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch))
            return Refusal.Of("not-found").At("batchId");
        if (HoldBatch.MayNot(states, said.Actor, batch, ShipmentId) is { } refusal)
            return refusal;
        var wrong = Refuse.Id(HoldId, "holdId") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt") ?? Refuse.Names(Documents, Limits.DocumentsOfHold, "documents");
        return wrong ?? Decision.Record().On<Batch>(BatchId, new BatchHeld(BatchId, HoldId, Reason, said.Entry, [.. Documents ?? []]));
    }

    internal static void Touch(Touches touches, Guid batchId, Guid? shipmentId)
    {
        touches.Lock<Batch>(batchId).Holders.Add(batchId);
        if (shipmentId is { } on)
            touches.Lock<Shipment>(on);
    }

    /// <summary>A supervisor of whoever keeps some of it stops or frees it; of what is on its way, of either end.</summary>
    internal static Refusal? MayNot(States states, Actor actor, Batch batch, Guid? shipmentId)
    {
        if (states.Keeps(actor, Act.Settle, batch))
            return null;
        if (shipmentId is not { } on)
            return Refusal.Of("not-allowed");
        if (states.Find<Shipment>(on) is not { } shipment || !shipment.Concerns(actor))
            return Refusal.Of("not-found").At("shipmentId");
        if (!shipment.Lines.Any(l => l.BatchId == batch.Id))
            return Refusal.Of("line-never-sent").At("shipmentId");
        if (!shipment.IsUnderWay && !shipment.HasOpenDispute)
            return Refusal.Of("not-under-way", ("status", shipment.Status)).At("shipmentId");
        return actor.Can(Act.Settle, new(shipment.FromOperatorId)) || actor.Can(Act.Settle, new(shipment.ToOperatorId)) ? null : Refusal.Of("not-allowed");
    }
}

/// <summary>One hold ends; the batch is free when no other is open.</summary>
/// <param name="Documents">What shows that it may be used again.</param>
/// <param name="ShipmentId">As with <see cref="HoldBatch"/>.</param>
public sealed record ReleaseBatch(Guid BatchId, Guid HoldId, string Reason, DateTimeOffset OccurredAt, IReadOnlyList<string>? Documents = null, Guid? ShipmentId = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<ReleaseBatch>("/api/batches/{batchId:guid}/holds/{holdId:guid}/release");

    Guid ICommand.EntryId => DerivedId.Step(HoldId, "release");

    public void Touch(Touches touches, Actor by) => HoldBatch.Touch(touches, BatchId, ShipmentId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch))
            return Refusal.Of("not-found").At("batchId");
        if (HoldBatch.MayNot(states, said.Actor, batch, ShipmentId) is { } refusal)
            return refusal;
        if (!batch.Holds.Contains(HoldId))
            return Refusal.Of("hold-not-open").At("holdId");
        var wrong = Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt") ?? Refuse.Names(Documents, Limits.DocumentsOfHold, "documents");
        return wrong ?? Decision.Record().On<Batch>(BatchId, new BatchReleased(BatchId, HoldId, Reason, said.Entry, [.. Documents ?? []]));
    }
}
