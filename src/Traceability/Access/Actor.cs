using Traceability.Ledger;

namespace Traceability.Access;

public enum Role { Operator, Supervisor, Laboratory, Auditor, OrganisationAdmin, Steward, SchemeAuditor }

/// <summary>Who acts: a person, for one of his organisations, with the roles he has there.</summary>
public sealed record Actor(Guid PersonId, Guid OrganisationId, IReadOnlySet<Role> Roles, string? Device = null)
{
    public Author Author => new(OrganisationId, PersonId, Device);

    /// <summary>Endpoints take the actor as a parameter.</summary>
    public static ValueTask<Actor?> BindAsync(HttpContext context) => new(context.Actor());
}
