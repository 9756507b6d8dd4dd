using System.Data;
using Marten;
using Traceability.Materials;

namespace Traceability.Ledger;

/// <summary>What would become of submissions if they were recorded now. Nothing is locked or recorded and no refusal is kept:
/// what their rules look at is read from one moment of the ledger, and what they would change is changed in memory alone.</summary>
public sealed class Rehearsal(IDocumentStore store, Catalogue catalogue, TimeProvider time)
{
    /// <param name="all">What will be asked about.</param>
    /// <returns>Answers each of them in turn, on what those before it would leave.</returns>
    public async Task<Func<Submission, Answer>> Begin(IEnumerable<Submission> all, CancellationToken cancellation)
    {
        var (states, entries) = await Read(all, null, cancellation);
        return said => Executor.Decide(said, states, entries, (said, decision) => Foreseen(said, decision, states));
    }

    /// <summary>What would be recorded, and for what takes two people, if the second one stood behind it.</summary>
    public Task<Decision> Preview(Submission submission, CancellationToken cancellation) => Ask(submission, states => submission.LookingAhead().Decide(states), cancellation);

    /// <summary>A question about a submission.</summary>
    /// <param name="also">What the question looks at beyond what the submission touches.</param>
    public async Task<T> Ask<T>(Submission submission, Func<States, T> question, CancellationToken cancellation, Action<Touches>? also = null) =>
        question((await Read([submission], also, cancellation)).States);

    private async Task<(States States, Dictionary<Guid, KnownEntry> Entries)> Read(IEnumerable<Submission> all, Action<Touches>? also, CancellationToken cancellation)
    {
        var (touches, asked) = (new Touches(), new List<Asked>());
        foreach (var said in all)
        {
            said.Command.Touch(touches, said.Actor);
            asked.Add(Asked.Of(said));
        }
        also?.Invoke(touches);
        await using var session = store.LightweightSession(IsolationLevel.RepeatableRead);
        await session.BeginTransactionAsync(cancellation);
        await Executor.LockWhatFollows(session, touches, cancellation);
        var states = new States(catalogue, Executor.ToMicroseconds(time.GetUtcNow()));
        var lookups = new Lookups(session, touches, asked);
        await lookups.FillUnlocked(states, cancellation);
        await lookups.Fill(states, cancellation);
        return (states, lookups.Entries);
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
