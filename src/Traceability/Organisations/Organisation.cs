using Traceability.Ledger;

namespace Traceability.Organisations;

// Append to this list; never change what is in it.
public sealed record OrganisationRegistered(Guid OrganisationId, string Code, string Name, string Country, IReadOnlyList<Identifier> Identifiers, Entry Entry) : IEventOf<Organisation>, INumbering
{
    IEnumerable<OwnNumber> INumbering.Numbers => [new(Guid.Empty, Code, OrganisationId)];
}

public sealed record OrganisationChanged(Guid OrganisationId, string Name, string Country, IReadOnlyList<Identifier> Identifiers, Entry Entry) : IEventOf<Organisation>;

/// <param name="Scheme">GLN (GS1), LEI (ISO 17442), BIN (Kazakhstan), USCC (GB 32100).</param>
public sealed record Identifier(string Scheme, string Value);

/// <summary>A legal actor of the chain. Its people and their names are not here: they stay outside the event streams.</summary>
public sealed record Organisation(Guid Id, string Code, string Name, string Country, IReadOnlyList<Identifier> Identifiers) : IState<Organisation>
{
    public static StreamKind Kind => StreamKind.Organisation;

    public static Organisation? After(Organisation? current, object happened, Guid id) => happened switch
    {
        OrganisationRegistered e => new(id, e.Code, e.Name, e.Country, e.Identifiers),
        OrganisationChanged e => current! with { Name = e.Name, Country = e.Country, Identifiers = e.Identifiers },
        _ => current,
    };
}
