using Traceability.Access;

namespace Traceability.Ledger;

/// <summary>One command as one person submitted it.</summary>
/// <param name="approval">A second person's word for it, or null where nobody gave it.</param>
public sealed class Submission(ICommand command, Actor actor, Approval? approval = null)
{
    private string? _sha256;
    private bool _looksAhead;

    public ICommand Command { get; } = command;
    public Actor Actor { get; } = actor;

    /// <summary>Lower-case hex SHA-256 of the normalised command, so that a repeat is told from another body under the same id. Who approved it makes it no other.</summary>
    public string Sha256 => _sha256 ??= Fingerprint.Of(Command, Actor.OrganisationId);

    /// <summary>Whose attempt it is: where somebody approved it, his.</summary>
    public Actor TriedBy => approval?.By ?? Actor;

    public Entry Entry => new(Command.EntryId, Sha256, Actor.Author, Command.OccurredAt, approval?.Seconder);
    public Author By => Actor.Author;

    /// <summary>What the command's rule answers.</summary>
    public Decision Decide(States states) => approval?.Wrong(states, this) ?? Command.Decide(states, this);

    /// <summary>The same as a question: what would be recorded if a second person stood behind it where that takes one.</summary>
    public Submission LookingAhead() => new(Command, Actor, approval) { _looksAhead = true };

    /// <summary>The refusal of what two people must stand behind, or null where they do.</summary>
    /// <param name="field">What makes it so.</param>
    /// <param name="values">What he should know.</param>
    public Refusal? NeedsSecondPerson(string field, params ReadOnlySpan<(string Name, object Value)> values) =>
        approval is null && !_looksAhead ? Refusal.Of("second-person-needed", values).At(field) : null;
}

/// <summary>A supervisor stands behind what somebody else of his organisation submitted and a rule refused to one person alone.</summary>
public sealed record Approval(Actor By, string Reason, DateTimeOffset OccurredAt)
{
    /// <summary>The code that asks for one.</summary>
    public const string Needed = "second-person-needed";

    public Seconder Seconder => new(By.Author, Reason, OccurredAt);

    internal Refusal? Wrong(States states, Submission said) =>
        !By.Can(Act.Settle, new(said.Actor.OrganisationId)) ? Refusal.Of("not-allowed")
        : By.PersonId == said.Actor.PersonId ? Refusal.Of("second-person-is-first")
        : Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt");
}
