using System.Text.Json;
using Traceability.Access;

namespace Traceability.Ledger;

/// <summary>One command as one person submitted it.</summary>
/// <param name="approval">A second person's word for it, or null where nobody gave it.</param>
public sealed class Submission(ICommand command, Actor actor, Approval? approval = null)
{
    private JsonElement? _body;
    private string? _sha256;
    private bool _looksAhead;

    public ICommand Command { get; } = command;
    public Actor Actor { get; } = actor;

    /// <summary>The command as JSON, written the normal way.</summary>
    public JsonElement Body => _body ??= Fingerprint.Body(Command);

    /// <summary>Lower-case hex SHA-256 of the normalised command, so that a repeat is told from another body under the same id. Who approved it makes it no other.</summary>
    public string Sha256 => _sha256 ??= Fingerprint.Of(Command, Body, Actor.OrganisationId);

    /// <summary>Whose attempt it is: where somebody approved it, his.</summary>
    public Actor TriedBy => approval?.By ?? Actor;

    /// <summary>What is implausible about the submission itself, whatever it is about.</summary>
    private IReadOnlyList<Alarm> Alarms { get; init; } = [];

    public Entry Entry => new(Command.EntryId, Sha256, Actor.Author, Command.OccurredAt, approval?.Seconder, Alarms.Count > 0 ? Alarms : null);
    public Author By => Actor.Author;

    /// <summary>What the command's rule answers.</summary>
    public Decision Decide(States states)
    {
        if (approval?.Wrong(states, this) is { } wrong)
            return wrong;
        var said = new Submission(Command, Actor, approval) { _body = Body, _sha256 = Sha256, _looksAhead = _looksAhead, Alarms = [.. Implausible(states)] };
        return Command.Decide(states, said).Noticing(said.Alarms);
    }

    /// <summary>The same as a question: what would be recorded if a second person stood behind it where that takes one.</summary>
    public Submission LookingAhead() => new(Command, Actor, approval) { _looksAhead = true };

    /// <summary>The refusal of what two people must stand behind, or null where they do.</summary>
    /// <param name="field">What makes it so.</param>
    /// <param name="values">What he should know.</param>
    public Refusal? NeedsSecondPerson(string field, params ReadOnlySpan<(string Name, object Value)> values) =>
        UnlessApproved(Refusal.Of("second-person-needed", values).At(field));

    /// <summary>A refusal that a second person may overrule (<see cref="Approval.Codes"/>), or null where he does: then it is an alarm.</summary>
    public Refusal? UnlessApproved(Refusal? refusal) => approval is null && !_looksAhead ? refusal : null;

    private IEnumerable<Alarm> Implausible(States states)
    {
        // What has not come yet was not seen: a clock is wrong, though not so wrong that nothing can be believed (C5).
        if (Command.OccurredAt > states.Now + Limits.ClockSkew)
            yield return Alarm.Of("clock-skew", ("at", Command.OccurredAt), ("now", states.Now));
        if (states.TriedBefore(this).FirstOrDefault(tried => tried.SaysOtherThan(this)) is { } other)
            yield return other.Changed(this);
    }
}

/// <summary>A supervisor stands behind what somebody else of his organisation submitted and a rule refused to one person alone.</summary>
public sealed record Approval(Actor By, string Reason, DateTimeOffset OccurredAt)
{
    /// <summary>The code that asks for one whatever is submitted.</summary>
    public const string Needed = "second-person-needed";

    /// <summary>Codes of refusals that a second person may overrule: what he stands behind is recorded, and where it contradicts itself marked so.</summary>
    public static IReadOnlyList<string> Codes { get; } = [Needed, .. Shares.RunElement.Refused];

    public Seconder Seconder => new(By.Author, Reason, OccurredAt);

    internal Refusal? Wrong(States states, Submission said) =>
        !By.Can(Act.Settle, new(said.Actor.OrganisationId)) ? Refusal.Of("not-allowed")
        : By.PersonId == said.Actor.PersonId ? Refusal.Of("second-person-is-first")
        : Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt");
}
