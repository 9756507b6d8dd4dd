using System.Collections.Immutable;
using System.Globalization;
using Traceability.Ledger;

namespace Traceability;

/// <summary>What a rule answers: the events that now hold, or a <see cref="Traceability.Refusal"/>.</summary>
/// <remarks>Every rule of the ledger is a pure function that returns one of these; one executor writes them.</remarks>
public sealed class Decision
{
    private readonly List<StreamEvent> _events = [];
    private readonly List<SerialMove> _serials = [];

    private Decision(Refusal? refusal, ImmutableArray<Alarm> alarms) => (Refusal, Alarms) = (refusal, alarms);

    public Refusal? Refusal { get; }

    /// <summary>What looked implausible but was recorded all the same. The fact event carries them too.</summary>
    public ImmutableArray<Alarm> Alarms { get; }

    /// <summary>Those of <see cref="Alarms"/> that are about the submission itself; the fact event's entry carries them.</summary>
    public IReadOnlyList<Alarm> Noticed { get; private init; } = [];

    /// <summary>The fact comes first, then the bookings that follow from it.</summary>
    public IReadOnlyList<StreamEvent> Events => _events;

    /// <summary>Serial lists live in a table, not in events, which carry only their hash.</summary>
    public IReadOnlyList<SerialMove> Serials => _serials;

    public static Decision Record(ImmutableArray<Alarm> alarms = default) => new(null, alarms.IsDefault ? [] : alarms);

    public Decision On<T>(Guid streamId, IEventOf<T> happened) where T : class, IState<T>
    {
        _events.Add(new(T.Kind, typeof(T), streamId, happened));
        return this;
    }

    public Decision Move(IEnumerable<SerialMove> serials)
    {
        _serials.AddRange(serials);
        return this;
    }

    /// <summary>Both hold, or neither: what follows from a fact is recorded with it.</summary>
    public Decision And(Decision other)
    {
        if (other.Refusal is not null)
            return other;
        var both = new Decision(null, [.. Alarms, .. other.Alarms]);
        both._events.AddRange([.. Events, .. other.Events]);
        both._serials.AddRange([.. Serials, .. other.Serials]);
        return both;
    }

    /// <summary>The same, with what was noticed about the submission itself.</summary>
    public Decision Noticing(IReadOnlyList<Alarm> alarms)
    {
        if (alarms.Count == 0 || Refusal is not null)
            return this;
        var noticing = new Decision(null, [.. Alarms, .. alarms]) { Noticed = alarms };
        noticing._events.AddRange(Events);
        noticing._serials.AddRange(Serials);
        return noticing;
    }

    public static implicit operator Decision(Refusal refusal) => new(refusal, []);
}

public readonly record struct StreamEvent(StreamKind Kind, Type StateType, Guid StreamId, object Event);

/// <summary>A rule's "no": a published code, the values its sentence needs, and the field it is about.</summary>
/// <param name="Code">Kebab-case, never renamed once published; also the key of its translations.</param>
/// <param name="Field">Path of the offending field in the command, e.g. <c>lines[2].wetKilograms</c>.</param>
public sealed record Refusal(string Code, ImmutableSortedDictionary<string, string> Values, string? Field = null)
{
    public static Refusal Of(string code, params ReadOnlySpan<(string Name, object Value)> values) => new(code, Named.Values(values));

    public Refusal At(string field) => this with { Field = field };

    /// <summary>HTTP status (RFC 9110): a rule's refusal is 422; the others say more about the request than about the goods.</summary>
    public int Status => Code switch
    {
        "malformed" or "unknown-field" or "value-missing" or "text-malformed" or "id-mismatch" or "if-match-malformed" => 400,
        "not-signed-in" or "key-not-valid" or "token-not-valid" => 401,
        "not-allowed" or "cross-site" or "not-let-in" or "organisation-unclear" => 403,
        "not-found" => 404,
        "wrong-method" => 405,
        "id-reused" or "busy" => 409,
        "changed-meanwhile" => 412,
        "too-large" => 413,
        "wrong-content-type" => 415,
        "if-match-missing" => 428,
        "too-many-requests" => 429,
        "failed" => 500,
        "file-missing" or "file-damaged" or "file-not-kept" or "provider-unreachable" => 503,
        _ => 422,
    };
}

/// <summary>Something implausible that was recorded and marked. Its code and values are what a reader is told.</summary>
public sealed record Alarm(string Code, ImmutableSortedDictionary<string, string> Values)
{
    public static Alarm Of(string code, params ReadOnlySpan<(string Name, object Value)> values) => new(code, Named.Values(values));
}

internal static class Named
{
    public static ImmutableSortedDictionary<string, string> Values(ReadOnlySpan<(string Name, object Value)> values)
    {
        var named = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            named[name] = value switch
            {
                decimal number => number.Plain(),
                DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
                DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
                string text => Readable(text),
                IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "",
            };
        }
        return named.ToImmutable();
    }

    /// <summary>A refusal repeats what was submitted, but neither at full length nor with what no database keeps.</summary>
    private static string Readable(string text)
    {
        var readable = string.Concat(text.Take(Limits.NameLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
        return text.Length > Limits.NameLength ? readable + "..." : readable;
    }
}
