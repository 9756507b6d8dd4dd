using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <summary>Quarantine: nothing of the batch is dispatched, used or certified until this hold is released (Q2, O3).</summary>
/// <param name="Documents">What shows it: numbers of an analysis, a photo, a letter.</param>
public sealed record HoldBatch(Guid BatchId, Guid HoldId, string Reason, DateTimeOffset OccurredAt, IReadOnlyList<string>? Documents = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<HoldBatch>("/api/batches/{batchId:guid}/holds/{holdId:guid}");

    Guid ICommand.EntryId => HoldId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Batch>(BatchId).Holders.Add(BatchId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch))
            return Refusal.Of("not-found").At("batchId");
        if (!states.Keeps(said.Actor, Act.Settle, batch))
            return Refusal.Of("not-allowed");
        var wrong = Refuse.Id(HoldId, "holdId") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt") ?? Refuse.Names(Documents, Limits.DocumentsOfHold, "documents");
        return wrong ?? Decision.Record().On<Batch>(BatchId, new BatchHeld(BatchId, HoldId, Reason, said.Entry, [.. Documents ?? []]));
    }
}

/// <summary>One hold ends; the batch is free when no other is open.</summary>
/// <param name="Documents">What shows that it may be used again.</param>
public sealed record ReleaseBatch(Guid BatchId, Guid HoldId, string Reason, DateTimeOffset OccurredAt, IReadOnlyList<string>? Documents = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<ReleaseBatch>("/api/batches/{batchId:guid}/holds/{holdId:guid}/release");

    Guid ICommand.EntryId => DerivedId.Step(HoldId, "release");

    public void Touch(Touches touches, Actor by) => touches.Lock<Batch>(BatchId).Holders.Add(BatchId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch))
            return Refusal.Of("not-found").At("batchId");
        if (!states.Keeps(said.Actor, Act.Settle, batch))
            return Refusal.Of("not-allowed");
        if (!batch.Holds.Contains(HoldId))
            return Refusal.Of("hold-not-open").At("holdId");
        var wrong = Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt") ?? Refuse.Names(Documents, Limits.DocumentsOfHold, "documents");
        return wrong ?? Decision.Record().On<Batch>(BatchId, new BatchReleased(BatchId, HoldId, Reason, said.Entry, [.. Documents ?? []]));
    }
}
