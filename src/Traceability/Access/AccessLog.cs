using System.Net;
using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

public enum AccessEvent
{
    SignedIn,

    /// <summary>The identity provider said who he is.</summary>
    SignedInByProvider,
    SignedInByPasskey,
    WrongPassword,

    /// <summary>One wrong password too many: the name has to wait.</summary>
    LockedOut,

    SignedOut,
    LetIn,

    /// <summary>A link was made that lets somebody in.</summary>
    Invited,
    InvitationWithdrawn,
    RolesChanged,
    PasswordRenewed,

    /// <summary>By himself, who knew the old one.</summary>
    PasswordChanged,

    /// <summary>What he might do for the organisation has ended.</summary>
    Left,
    KeyMade,
    KeyRevoked,

    /// <summary>A key was used; told once an hour for each address that it is used from.</summary>
    KeyUsed,

    /// <summary>A token of the identity provider was used; told once an hour for each address.</summary>
    TokenUsed,
    PasskeyAdded,
    PasskeyRemoved,
    IdentityConnected,
    IdentityDisconnected,
}

/// <param name="Name">The person's or the system's; null where it is no longer known.</param>
/// <param name="By">Who did it to the person or the key, where that is somebody else.</param>
/// <param name="KeyId">Which of the system's keys.</param>
/// <param name="Address">Where the request came from.</param>
public sealed record AccessLogged(Guid Id, DateTimeOffset At, AccessEvent What, Guid SubjectId, string? Name, string? By, Guid? KeyId, string? Address);

public sealed record AccessFilter(string? Cursor = null);

/// <summary>Who came in, from where, and what was done to people and keys. Rows are only added. A name that nobody has leaves none: it may be a password typed into the wrong field.</summary>
public static class AccessLog
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/access-log", Answer).Lists<AccessLogged>("ReadAccessLog");

    /// <param name="subjectId">The person, the system, or the invitation.</param>
    /// <param name="by">Who did it to him, or null where he did it himself.</param>
    public static Task Note(
        NpgsqlDataSource source, DateTimeOffset at, Guid organisationId, Guid subjectId, AccessEvent what, IPAddress? address, CancellationToken cancellation, Guid? by = null, Guid? keyId = null) =>
        source.Read(
            "insert into ledger.access_log (id, at, organisation_id, subject_id, what, by_id, key_id, address) values ($1, $2, $3, $4, $5, $6::uuid, $7::uuid, $8::text)",
            _ => 0, cancellation, Guid.CreateVersion7(at), at, organisationId, subjectId, $"{what}", by, keyId, Written(address));

    /// <summary>The same for each organisation that somebody works for: each of them sees it.</summary>
    public static async Task Note(this HttpContext context, Person person, AccessEvent what, Guid? by = null)
    {
        var services = context.RequestServices;
        foreach (var organisation in person.Memberships.Select(m => m.OrganisationId).Distinct())
        {
            await Note(services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<TimeProvider>().GetUtcNow(), organisation, person.Id, what,
                context.Connection.RemoteIpAddress, context.RequestAborted, by);
        }
    }

    /// <summary>IPv4 as such, also where the socket is of both kinds.</summary>
    public static string? Written(IPAddress? address) => (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address)?.ToString();

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<AccessLogged>?> Find(NpgsqlDataSource source, Actor actor, AccessFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        // Everybody sees when he himself came in; who administers people sees all of his organisation's.
        var seen = actor.Can(Act.Administer, new(actor.OrganisationId)) ? "$2::uuid is not null" : "l.subject_id = $2";
        var rows = await source.Read(
            $"""
            select l.id, l.at, l.what, l.subject_id, coalesce(n.name, i.name), b.name, l.key_id, l.address
            from ledger.access_log l
            left join ledger.authors n on n.id = l.subject_id
            left join ledger.invitations i on i.id = l.subject_id
            left join ledger.authors b on b.id = l.by_id
            where l.organisation_id = $1 and {seen} and (l.at, l.id) < ($3, $4)
            order by l.at desc, l.id desc limit $5
            """,
            row => new AccessLogged(
                row.GetGuid(0), row.Instant(1), Enum.Parse<AccessEvent>(row.GetString(2)), row.GetGuid(3), row.Text(4), row.Text(5), row.IsDBNull(6) ? null : row.GetGuid(6), row.Text(7)),
            cancellation, actor.OrganisationId, actor.PersonId, from.At, from.Id, size + 1);
        return rows.ToPage(size, l => new(l.At, l.Id));
    }

    /// <summary>Who signed in, which keys were used from where, and who changed people and keys, the last first: one's own, and for who administers people the whole organisation's.</summary>
    internal static async Task<IResult> Answer([AsParameters] AccessFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
