using Traceability.Ledger;

namespace Traceability.Organisations;

// Append to this list; never change what is in it.
public sealed record OrganisationRegistered(Guid OrganisationId, string Code, string Name, string Country, IReadOnlyList<Identifier> Identifiers, Entry Entry) : IEventOf<Organisation>, INumbering
{
    IEnumerable<OwnNumber> INumbering.Numbers => [new(Guid.Empty, Code, OrganisationId)];
}

public sealed record OrganisationChanged(Guid OrganisationId, string Name, string Country, IReadOnlyList<Identifier> Identifiers, Entry Entry) : IEventOf<Organisation>;

/// <summary>It agreed to be named in public, or took that back.</summary>
public sealed record PublicNamingDecided(Guid OrganisationId, bool IsNamed, Entry Entry) : IEventOf<Organisation>;

/// <param name="Scheme">GLN (GS1), LEI (ISO 17442), BIN (Kazakhstan), USCC (GB 32100).</param>
public sealed record Identifier(string Scheme, string Value);

/// <summary>A legal actor of the chain. Its people and their names are not here: they stay outside the event streams.</summary>
/// <param name="NamedInPublicSince">Since when it agrees to be named where the public reads, or null: then nobody but members reads its name.</param>
public sealed record Organisation(Guid Id, string Code, string Name, string Country, IReadOnlyList<Identifier> Identifiers, DateTimeOffset? NamedInPublicSince = null) : IState<Organisation>
{
    public static StreamKind Kind => StreamKind.Organisation;

    public static Organisation? After(Organisation? current, object happened, Guid id) => happened switch
    {
        OrganisationRegistered e => new(id, e.Code, e.Name, e.Country, e.Identifiers),
        OrganisationChanged e => current! with { Name = e.Name, Country = e.Country, Identifiers = e.Identifiers },
        PublicNamingDecided e => current! with { NamedInPublicSince = e.IsNamed ? current.NamedInPublicSince ?? e.Entry.OccurredAt : null },
        _ => current,
    };
}
