using System.Data;
using Marten;
using Traceability.Materials;

namespace Traceability.Ledger;

/// <summary>What would become of any number of submissions if they were recorded now, one after the other. Nothing is locked or recorded and no refusal is kept:
/// what their rules look at is read from one moment of the ledger, and what they would change is changed in memory alone.</summary>
public sealed class Rehearsal(IDocumentStore store, Catalogue catalogue, TimeProvider time)
{
    /// <param name="all">What will be asked about.</param>
    /// <returns>Answers each of them in turn, on what those before it would leave.</returns>
    public async Task<Func<Submission, Answer>> Begin(IEnumerable<Submission> all, CancellationToken cancellation)
    {
        var (touches, asked) = (new Touches(), new List<Asked>());
        foreach (var said in all)
        {
            said.Command.Touch(touches, said.Actor);
            asked.Add(Asked.Of(said));
        }
        await using var session = store.LightweightSession(IsolationLevel.RepeatableRead);
        await session.BeginTransactionAsync(cancellation);
        await Executor.LockWhatFollows(session, touches, cancellation);
        var states = new States(catalogue, Executor.ToMicroseconds(time.GetUtcNow()));
        var lookups = new Lookups(session, touches, asked);
        await lookups.FillUnlocked(states, cancellation);
        await lookups.Fill(states, cancellation);
        return said => Executor.Decide(said, states, lookups.Entries, (said, decision) => Foreseen(said, decision, states));
    }

    private static Recorded Foreseen(Submission said, Decision decision, States states)
    {
        // Rules ask where goods come from, which follows from what made them.
        var shares = new ShareRows(states);
        foreach (var happened in decision.Events)
            shares.Add(Guid.Empty, happened.Event);
        return new(said.Command.EntryId, states.Version(decision.Events[0].StreamId), states.Now, decision.Alarms, IsNew: true);
    }
}
