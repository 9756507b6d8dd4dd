using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <summary>The batch's holder lets anyone who has the code read its story.</summary>
/// <param name="Code">At least 128 random bits, lower-case base 32: who cannot guess it cannot read it.</param>
public sealed partial record PublishBatch(Guid BatchId, string Code, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<PublishBatch>("/api/batches/{batchId:guid}/public-link");

    Guid ICommand.EntryId => DerivedId.Step(BatchId, "public-link/" + Code);

    public void Touch(Touches touches, Actor by) => touches.Lock<Batch>(BatchId).Holders.Add(BatchId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch))
            return Refusal.Of("not-found").At("batchId");
        if (!states.Keeps(said.Actor, Act.Record, batch))
            return Refusal.Of("not-holder", ("batch", batch.Number));
        if (!Unguessable().IsMatch(Code))
            return Refusal.Of("code-malformed", ("code", Code)).At("code");
        if (Refuse.Time(states, OccurredAt, "occurredAt") is { } wrong)
            return wrong;
        if (batch.PublicCode is not null)
            return Refusal.Of("already-public", ("batch", batch.Number));
        return Decision.Record().On<Batch>(BatchId, new BatchPublished(BatchId, Code, said.Entry));
    }

    [GeneratedRegex(@"^[a-z2-7]{26,52}\z")]
    private static partial Regex Unguessable();
}
