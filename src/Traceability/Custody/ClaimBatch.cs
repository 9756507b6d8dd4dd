using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Custody;

// Append to this list; never change what is in it.
/// <summary>A claim holds for all of a batch, because somebody vouches for what was made there at the time.</summary>
public sealed record BatchClaimed(Guid BatchId, Guid ClaimId, string Claim, Guid AttestationId, Entry Entry) : IEventOf<Batch>;

/// <summary>The maker of a batch rests a claim on an attestation that was valid when it was made. What came of the batch before has no part in it.</summary>
public sealed record ClaimBatch(Guid BatchId, Guid ClaimId, Guid AttestationId, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<ClaimBatch>("/api/batches/{batchId:guid}/claims/{claimId:guid}");

    Guid ICommand.EntryId => ClaimId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Batch>(BatchId).Lock<Attestation>(AttestationId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch))
            return Refusal.Of("not-found").At("batchId");
        if (!said.Actor.Can(Act.Record, new(batch.MakerId)))
            return Refusal.Of("not-allowed");
        if (states.Find<Attestation>(AttestationId) is not { } attestation)
            return Refusal.Of("not-found").At("attestationId");
        var wrong = Refuse.Id(ClaimId, "claimId") ?? Refuse.Time(states, OccurredAt, "occurredAt") ?? Unfit(batch, attestation);
        return wrong ?? Decision.Record().On<Batch>(BatchId, new BatchClaimed(BatchId, ClaimId, attestation.Terms.Claim, AttestationId, said.Entry));
    }

    private static Refusal? Unfit(Batch batch, Attestation attestation)
    {
        var terms = attestation.Terms;
        if (terms.FacilityId != batch.MadeAtId || (terms.Materials.Length > 0 && !terms.Materials.Contains(batch.Material)))
            return Refusal.Of("attestation-of-other-goods", ("attestation", terms.Number), ("batch", batch.Number)).At("attestationId");
        if (!attestation.Covers(batch.MadeAt))
            return Refusal.Of("attestation-not-valid", ("attestation", terms.Number), ("from", terms.ValidFrom), ("to", attestation.WithdrawnFrom?.AddDays(-1) ?? terms.ValidTo), ("made", batch.MadeAt)).At("attestationId");
        if (batch.Source != Claims.Find(terms.Claim)!.Begins)
            return Refusal.Of("claim-begins-elsewhere", ("claim", terms.Claim), ("batch", batch.Number)).At("batchId");
        return batch.Custody!.Whole.Contains(terms.Claim) ? Refusal.Of("claimed-already", ("claim", terms.Claim), ("batch", batch.Number)).At("attestationId") : null;
    }
}
