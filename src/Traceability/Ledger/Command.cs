using System.Text.Json.Serialization;
using Traceability.Access;

namespace Traceability.Ledger;

/// <summary>Something somebody wants recorded. A command, the streams it touches and its pure rule are one feature in one file.</summary>
public interface ICommand
{
    /// <summary>Chosen by whoever submits (RFC 9562, any version): the same submission repeated under it is one entry.</summary>
    Guid EntryId { get; }

    /// <summary>When it happened, as claimed. Not the time of recording.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>Names the streams to lock and everything else the rule wants to know.</summary>
    void Touch(Touches touches, Actor by);

    /// <summary>The rule: pure, without clock, database or randomness.</summary>
    Decision Decide(States states, Submission said);
}

/// <summary>Who says so, in the body of every event. Persons are pseudonymous ids: names stay outside the streams.</summary>
public sealed record Author(Guid OrganisationId, Guid PersonId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Device);

/// <summary>What every fact event carries: the entry's id, the hash of what was submitted, who said it, and when it happened as claimed.</summary>
/// <param name="Seconder">Who else stands behind it, where a rule asked for two people.</param>
/// <param name="Alarms">What is implausible about the submission itself, or null where nothing is: the fact has its own.</param>
public sealed record Entry(Guid Id, string Sha256, Author By, DateTimeOffset OccurredAt, Seconder? Seconder = null, IReadOnlyList<Alarm>? Alarms = null)
{
    /// <summary>Alarms of a fact and those of its submission.</summary>
    public IReadOnlyList<Alarm> With(IReadOnlyList<Alarm> alarms) => Alarms is null ? alarms : [.. alarms, .. Alarms];
}

/// <summary>A second person's word for what a first one submitted.</summary>
/// <param name="OccurredAt">When he gave it.</param>
public sealed record Seconder(Author By, string Reason, DateTimeOffset OccurredAt);

/// <summary>What the submitter hears: the entry stands in the ledger since <paramref name="RecordedAt"/>.</summary>
/// <param name="Version">Version of the fact's stream after it.</param>
/// <param name="IsNew">False for a repeat, whose answer is otherwise the same.</param>
public sealed record Recorded(Guid Id, long Version, DateTimeOffset RecordedAt, IReadOnlyList<Alarm> Alarms, [property: JsonIgnore] bool IsNew);

/// <summary>Either <see cref="Recorded"/> or a <see cref="Traceability.Refusal"/>.</summary>
public sealed record Answer(Recorded? Recorded, Refusal? Refusal)
{
    public static implicit operator Answer(Recorded recorded) => new(recorded, null);
    public static implicit operator Answer(Refusal refusal) => new(null, refusal);
}
