using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>What somebody does for an organisation. A reader sees what it may see and does nothing.</summary>
public enum Role { Operator, Supervisor, Laboratory, Auditor, OrganisationAdmin, Steward, SchemeAuditor, Reader }

/// <summary>Who acts: a person, for one of his organisations, with the roles he has there; or a system of one.</summary>
/// <param name="PersonId">The person, or the system.</param>
/// <param name="Device">What he recorded with; of a system the key that it showed.</param>
public sealed record Actor(Guid PersonId, Guid OrganisationId, IReadOnlySet<Role> Roles, string? Device = null)
{
    public Author Author => new(OrganisationId, PersonId, Device);

    /// <summary>Endpoints take the actor as a parameter.</summary>
    public static ValueTask<Actor?> BindAsync(HttpContext context) => new(context.Actor());
}
