using System.Collections.Frozen;

namespace Traceability.Access;

/// <summary>A record of which an outline is left for readers whose organisation is no party to it.</summary>
public interface IOutlined<out T>
{
    Guid Id { get; }

    /// <param name="alias">Takes the place of its id: ids made from own numbers could be guessed and tried.</param>
    /// <param name="isNamed">Which organisations are named even to readers who have nothing to do with them.</param>
    T Outline(Guid alias, Func<Guid, bool> isNamed);
}

/// <summary>The one place that decides how much of a record a reader gets: all of it where his organisation is a party, else its outline.</summary>
/// <param name="reader">Null for the public.</param>
/// <param name="concerned">Which of the subjects in question his organisation is a party to.</param>
/// <param name="agreed">The organisations that agreed to be named where the public reads.</param>
public sealed class Redact(Actor? reader, IReadOnlySet<Guid> concerned, IReadOnlySet<Guid>? agreed = null)
{
    private readonly Dictionary<Guid, Guid> _aliases = [];

    public static Redact ForThePublic(IReadOnlySet<Guid> agreed) => new(null, FrozenSet<Guid>.Empty, agreed);

    /// <summary>The same, and he sees this subject too: he keeps or owns some of it now.</summary>
    public Redact AndOf(Guid subjectId) => new(reader, concerned.Append(subjectId).ToHashSet(), agreed);

    /// <summary>For what is decided by who keeps and who owns alone.</summary>
    public static Redact For(Actor reader) => new(reader, FrozenSet<Guid>.Empty);

    /// <summary>Whether what lies at a keeper's for an owner is for the reader: it is for these two.</summary>
    public bool ShowsStock(Guid keeperId, Guid ownerId) => reader is not null && reader.Can(Act.See, new(keeperId, ownerId == reader.OrganisationId));

    public bool Shows(Guid subjectId) => reader is not null && reader.Can(Act.See, new(Concerned: concerned.Contains(subjectId)));

    public T Of<T>(T record) where T : IOutlined<T> => Shows(record.Id) ? record : record.Outline(Of(record.Id), IsNamed);

    private bool IsNamed(Guid organisationId) => agreed?.Contains(organisationId) == true;

    /// <summary>The id itself, or the alias it has for this reader: its place in the answer, which tells nothing.</summary>
    public Guid Of(Guid subjectId)
    {
        if (Shows(subjectId))
            return subjectId;
        if (!_aliases.TryGetValue(subjectId, out var alias))
            _aliases[subjectId] = alias = new Guid(_aliases.Count + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return alias;
    }
}
