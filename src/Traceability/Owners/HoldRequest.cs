using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Owners;

public enum HoldRequestStatus { Waiting, Granted, Declined }

// Append to this list; never change what is in it.
public sealed record HoldRequested(Guid RequestId, Guid BatchId, Guid FacilityId, Guid KeeperId, Guid OwnerId, string Reason, Entry Entry,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<string> Documents = default) : IEventOf<HoldRequest>;

/// <summary>The keeper put the batch on hold under the request's id.</summary>
public sealed record HoldRequestGranted(Guid RequestId, Guid BatchId, string? Reason, Entry Entry) : IEventOf<HoldRequest>;

public sealed record HoldRequestDeclined(Guid RequestId, Guid BatchId, string Reason, Entry Entry) : IEventOf<HoldRequest>;

/// <summary>An owner asked the keeper of his goods to stop them.</summary>
/// <param name="KeeperId">Who operated the facility when he asked, and answers.</param>
/// <param name="Documents">What shows it: an analysis, a photo, a letter.</param>
/// <param name="Answer">The keeper's words, or null where he has none or has not answered yet.</param>
public sealed record HoldRequest(
    Guid Id, Guid BatchId, Guid FacilityId, Guid KeeperId, Guid OwnerId, string Reason, ImmutableArray<string> Documents, DateTimeOffset AskedAt, HoldRequestStatus Status,
    string? Answer) : IState<HoldRequest>
{
    public static StreamKind Kind => StreamKind.HoldRequest;

    public static HoldRequest? After(HoldRequest? current, object happened, Guid id) => happened switch
    {
        HoldRequested e => new(id, e.BatchId, e.FacilityId, e.KeeperId, e.OwnerId, e.Reason, e.Documents.IsDefault ? [] : e.Documents, e.Entry.OccurredAt, HoldRequestStatus.Waiting, null),
        HoldRequestGranted e => current! with { Status = HoldRequestStatus.Granted, Answer = e.Reason },
        HoldRequestDeclined e => current! with { Status = HoldRequestStatus.Declined, Answer = e.Reason },
        _ => current,
    };

    /// <summary>Whether the actor's organisation asked or is asked.</summary>
    public bool Concerns(Actor actor) => actor.Can(Act.See, new(KeeperId, OwnerId == actor.OrganisationId));
}

/// <summary>The owner of goods that another keeps asks him to put the batch on hold (C2). It waits for a supervisor of the keeper.</summary>
/// <param name="FacilityId">Where goods of his lie: its operator is asked.</param>
/// <param name="Documents">What shows it: numbers of an analysis, a photo, a letter.</param>
public sealed record RequestHold(Guid BatchId, Guid RequestId, Guid FacilityId, string Reason, DateTimeOffset OccurredAt, IReadOnlyList<string>? Documents = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RequestHold>("/api/batches/{batchId:guid}/hold-requests/{requestId:guid}");

    Guid ICommand.EntryId => RequestId;

    public void Touch(Touches touches, Actor by) => touches.Create(RequestId).Lock<Batch>(BatchId).Read(FacilityId);

    public Decision Decide(States states, Submission said)
    {
        if (!said.Actor.Can(Act.Record, new(said.Actor.OrganisationId)))
            return Refusal.Of("not-allowed");
        if (TransferOwnership.WhyNotOwner(states, said.Actor, BatchId, "batchId") is { } stranger)
            return stranger;
        var batch = states.Find<Batch>(BatchId)!;
        if (states.Find<Facility>(FacilityId) is not { } facility)
            return Refusal.Of("not-found").At("facilityId");
        if (batch.At(FacilityId, said.Actor.OrganisationId) is null)
            return Refusal.Of("nothing-held", ("batch", batch.Number), ("facility", facility.Terms.Name)).At("facilityId");
        if (facility.OperatorId == said.Actor.OrganisationId)
            return Refusal.Of("kept-by-yourself", ("batch", batch.Number)).At("facilityId");
        var wrong = Refuse.NewId(states, RequestId, "requestId") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Names(Documents, Limits.DocumentsOfHold, "documents");
        return wrong ?? Decision.Record().On<HoldRequest>(
            RequestId, new HoldRequested(RequestId, BatchId, FacilityId, facility.OperatorId, said.Actor.OrganisationId, Reason, said.Entry, [.. Documents ?? []]));
    }
}

/// <summary>A supervisor of the keeper puts the batch on hold as its owner asked, or says why not.</summary>
/// <param name="Reason">Needed to decline; a hold otherwise has the owner's reason.</param>
public sealed record AnswerHoldRequest(Guid BatchId, Guid RequestId, bool Granted, DateTimeOffset OccurredAt, string? Reason = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<AnswerHoldRequest>("/api/batches/{batchId:guid}/hold-requests/{requestId:guid}/answer");

    /// <summary>There is one answer: another one is another body under its id.</summary>
    Guid ICommand.EntryId => DerivedId.Step(RequestId, "answer");

    public void Touch(Touches touches, Actor by) => touches.Lock<HoldRequest>(RequestId).Lock<Batch>(BatchId).Holders.Add(BatchId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<HoldRequest>(RequestId) is not { } request || request.BatchId != BatchId || !request.Concerns(said.Actor))
            return Refusal.Of("not-found").At("requestId");
        if (!said.Actor.Can(Act.Settle, new(request.KeeperId)))
            return Refusal.Of("not-allowed");
        var wrong = (Granted ? Refuse.Text(Reason, "reason") : Refuse.Reason(Reason ?? "")) ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? (Granted ? Held(states, said, request) : Decision.Record().On<HoldRequest>(RequestId, new HoldRequestDeclined(RequestId, BatchId, Reason!, said.Entry)));
    }

    private Decision Held(States states, Submission said, HoldRequest request)
    {
        var batch = states.Find<Batch>(BatchId)!;
        // What has left him meanwhile is not his to stop.
        return states.Keeps(said.Actor, Act.Settle, batch)
            ? Decision.Record()
                .On<HoldRequest>(RequestId, new HoldRequestGranted(RequestId, BatchId, Reason, said.Entry))
                .On<Batch>(BatchId, new BatchHeld(BatchId, RequestId, Reason ?? request.Reason, said.Entry, request.Documents))
            : Refusal.Of("not-holder", ("batch", batch.Number)).At("batchId");
    }
}
