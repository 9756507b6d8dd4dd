namespace Traceability.Access;

public enum Act
{
    /// <summary>Read it.</summary>
    See,

    /// <summary>Read who and what there is: organisations, facilities, the catalogue. Whoever sends goods has to know where to.</summary>
    ReadRegister,

    /// <summary>Register, dispatch, receive, process, show to the public: what operators do every day.</summary>
    Record,

    /// <summary>Settle, void, hold, approve: what a supervisor answers for.</summary>
    Settle,

    /// <summary>State what a laboratory found.</summary>
    Analyse,

    /// <summary>Look over colleagues' shoulders: what they tried and were refused (H5).</summary>
    Oversee,

    /// <summary>Change the organisation's own master data and people.</summary>
    Administer,

    /// <summary>Agree in the organisation's name to what is told about it. Nobody agrees for another, not even who keeps the register.</summary>
    Agree,

    /// <summary>Vouch for what is claimed of a facility's goods.</summary>
    Attest,

    /// <summary>Enter organisations and facilities into the register.</summary>
    KeepRegister,
}

/// <param name="KeeperId">The organisation whose people act on it: the operator of the facility, the named receiver...</param>
/// <param name="Concerned">Whether the actor's organisation registered, holds, held, owns, was sent or carries it.</param>
public readonly record struct Resource(Guid? KeeperId = null, bool Concerned = false);

/// <summary>The one question every endpoint, page and rule asks. Nothing is allowed that is not listed here.</summary>
public static class Access
{
    public static bool Can(this Actor actor, Act act, Resource resource) => act switch
    {
        // Grants to auditors of other organisations will enter on this line.
        Act.See => resource.Concerned || resource.KeeperId == actor.OrganisationId || actor.Is(Role.SchemeAuditor),
        Act.ReadRegister => actor.Roles.Count > 0,
        Act.Record => resource.KeeperId == actor.OrganisationId && (actor.Is(Role.Operator) || actor.Is(Role.Supervisor)),
        Act.Analyse => resource.KeeperId == actor.OrganisationId && (actor.Is(Role.Laboratory) || actor.Is(Role.Operator) || actor.Is(Role.Supervisor)),
        Act.Settle => resource.KeeperId == actor.OrganisationId && actor.Is(Role.Supervisor),
        Act.Oversee => (resource.KeeperId == actor.OrganisationId && (actor.Is(Role.Supervisor) || actor.Is(Role.Auditor))) || actor.Is(Role.SchemeAuditor),
        Act.Administer => actor.Is(Role.Steward) || (resource.KeeperId == actor.OrganisationId && actor.Is(Role.OrganisationAdmin)),
        Act.Agree => resource.KeeperId == actor.OrganisationId && actor.Is(Role.OrganisationAdmin),
        Act.KeepRegister => actor.Is(Role.Steward),
        // Whoever profits from a claim does not attest it.
        Act.Attest => actor.Is(Role.SchemeAuditor),
        _ => false,
    };

    /// <summary>The roles that he may give to others. Only who keeps the register makes stewards, and auditors who see everything.</summary>
    public static IReadOnlyList<Role> Givable(this Actor actor) => [.. Enum.GetValues<Role>().Where(r => actor.Can(Act.KeepRegister, default) || r is not (Role.Steward or Role.SchemeAuditor))];

    private static bool Is(this Actor actor, Role role) => actor.Roles.Contains(role);
}
