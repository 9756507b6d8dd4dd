using Traceability.Access;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Tests;

/// <summary>The ledger without a database: the same rules and the same folds, one command after another.</summary>
public sealed class InMemoryLedger(DateTimeOffset now)
{
    private readonly Dictionary<Guid, (string Sha256, Recorded Recorded)> _entries = [];
    private readonly List<StreamEvent> _events = [];
    private readonly List<SerialMove> _serials = [];

    public States States { get; } = new(Catalogue.Shipped, now);

    /// <summary>Everything that was recorded, in order.</summary>
    public IReadOnlyList<StreamEvent> Events => _events;
    public IReadOnlyList<SerialMove> Serials => _serials;

    public Answer Record(ICommand command, Actor by, Approval? approval = null)
    {
        var said = new Submission(command, by, approval);
        // The executor asks every command what it touches before it decides; that must not fail either.
        command.Touch(new(), by);
        if (_entries.TryGetValue(command.EntryId, out var earlier))
            return earlier.Sha256 == said.Sha256 ? earlier.Recorded with { IsNew = false } : Refusal.Of("id-reused");

        var decision = said.Decide(States);
        if (decision.Refusal is { } refusal)
        {
            States.Refused(said, refusal);
            return refusal;
        }
        States.Apply(decision);
        _events.AddRange(decision.Events);
        _serials.AddRange(decision.Serials);
        var recorded = new Recorded(command.EntryId, States.Version(decision.Events[0].StreamId), States.Now, decision.Alarms, IsNew: true);
        _entries.Add(command.EntryId, (said.Sha256, recorded));
        return recorded;
    }
}
