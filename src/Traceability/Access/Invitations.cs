using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <param name="Name">The invited person's name and duty, as his organisation knows him.</param>
/// <param name="By">Who invites, and for which organisation he acted then.</param>
public sealed record Invitation(Guid Id, Guid OrganisationId, string Name, IReadOnlyList<Role> Roles, DateTimeOffset MadeAt, Author By, string? MadeBy, DateTimeOffset ExpiresAt);

/// <summary>Lets people in by a link that is shown once, is good for one of them, and ends after a week. Whoever has it becomes what the invitation says, so it is handed over like a password.</summary>
public sealed class Invitations(NpgsqlDataSource source, TimeProvider time, IDocumentSession session, UserManager<Person> people, Identities identities)
{
    private const string Columns = "select i.id, i.organisation_id, i.name, i.roles, i.made_at, i.made_by, i.made_for, m.name, i.expires_at from ledger.invitations i left join ledger.authors m on m.id = i.made_by";
    private const string Open = "i.withdrawn_at is null and i.expires_at > $1 and not exists (select from ledger.acceptances a where a.invitation_id = i.id)";

    /// <returns>What stands behind the <c>#</c> of the link, or why there is none.</returns>
    public async Task<(string? Secret, Refusal? Refusal)> Make(Guid organisationId, string name, IReadOnlyList<Role> roles, Actor by, IPAddress? address, CancellationToken cancellation)
    {
        if (!by.Can(Act.Administer, new(organisationId)) || roles.Except(by.Givable()).Any())
            return (null, Refusal.Of("not-allowed"));
        if (Refuse.Name(name, "name") is { } wrong)
            return (null, wrong);
        if ((await Of([organisationId], cancellation)).Count >= Limits.OpenInvitations)
            return (null, Refusal.Of("too-many-invitations", ("limit", Limits.OpenInvitations)));
        var (secret, now) = (RandomSecret.Make(), time.GetUtcNow());
        var id = Guid.CreateVersion7(now);
        await source.Read(
            """
            with made as (
                insert into ledger.invitations (id, sha256, organisation_id, name, roles, made_at, made_by, made_for, expires_at) values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9) returning id
            )
            insert into ledger.access_log (id, at, organisation_id, subject_id, what, by_id, address) select $10, $6, $3, id, $11, $7, $12::text from made
            """,
            _ => 0, cancellation, id, RandomSecret.Sha256(secret), organisationId, name, JsonSerializer.Serialize(roles, LedgerJson.Options), now, by.PersonId, by.OrganisationId,
            now + Limits.InvitationLife, Guid.CreateVersion7(now), $"{AccessEvent.Invited}", AccessLog.Written(address));
        return (secret, null);
    }

    /// <summary>Those of these organisations that wait to be accepted, the last made first.</summary>
    public Task<List<Invitation>> Of(IReadOnlyCollection<Guid> organisations, CancellationToken cancellation) =>
        source.Read($"{Columns} where {Open} and i.organisation_id = any($2) order by i.made_at desc", Read, cancellation, time.GetUtcNow(), organisations.ToArray());

    public async Task Withdraw(Invitation invitation, Actor by, IPAddress? address, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await source.Read(
            """
            with withdrawn as (update ledger.invitations set withdrawn_at = $2, withdrawn_by = $3 where id = $1 and withdrawn_at is null returning id, organisation_id)
            insert into ledger.access_log (id, at, organisation_id, subject_id, what, by_id, address) select $4, $2, organisation_id, id, $5, $3, $6::text from withdrawn
            """,
            _ => 0, cancellation, invitation.Id, now, by.PersonId, Guid.CreateVersion7(now), $"{AccessEvent.InvitationWithdrawn}", AccessLog.Written(address));
    }

    /// <param name="text">The link, or what stands behind its <c>#</c>.</param>
    /// <returns>Null where it is none, was accepted or withdrawn, is too old, or whoever made it may not let people in any more: which of them is nobody's business.</returns>
    public async Task<Invitation?> Find(string text, CancellationToken cancellation)
    {
        var secret = text[(text.LastIndexOf('#') + 1)..].Trim();
        return RandomSecret.Is(secret) ? await Standing("i.sha256 = $2", RandomSecret.Sha256(secret), cancellation) : null;
    }

    public Task<Invitation?> Find(Guid id, CancellationToken cancellation) => Standing("i.id = $2", id, cancellation);

    private async Task<Invitation?> Standing(string which, object key, CancellationToken cancellation)
    {
        var found = (await source.Read($"{Columns} where {Open} and {which}", Read, cancellation, time.GetUtcNow(), key)).SingleOrDefault();
        if (found is null)
            return null;
        var by = await Colleagues.AsOfToday(source, found.By, cancellation);
        return by.Can(Act.Administer, new(found.OrganisationId)) && !found.Roles.Except(by.Givable()).Any() ? found : null;
    }

    private static Invitation Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.State<Role[]>(3), row.Instant(4), new(row.GetGuid(6), row.GetGuid(5), null), row.Text(7), row.Instant(8));

    /// <summary>A new person comes in, with a password or with what the identity provider says of him.</summary>
    /// <returns>Who he is now, or what speaks against it.</returns>
    public async Task<(Person? Person, IdentityResult Result)> Enter(Invitation invitation, string signInName, string timeZone, string? password, Identity? identity, IPAddress? address, CancellationToken cancellation)
    {
        var person = new Person
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            SignInName = signInName,
            Name = invitation.Name,
            TimeZone = timeZone,
            Memberships = [new(invitation.OrganisationId, invitation.Roles)],
        };
        Accept(invitation, person.Id, address);
        if (identity is { } known)
            identities.Connect(session, known, person.Id);
        return await Saved(person, () => password is null ? people.CreateAsync(person) : people.CreateAsync(person, password));
    }

    /// <summary>Somebody who has an account already works for one organisation more, or in more roles.</summary>
    public async Task<(Person? Person, IdentityResult Result)> Join(Invitation invitation, Guid personId, IPAddress? address, CancellationToken cancellation)
    {
        var person = await people.FindByIdAsync(personId.ToString()) ?? throw new InvalidOperationException("Whose account this is is no longer there.");
        var had = person.Memberships.FirstOrDefault(m => m.OrganisationId == invitation.OrganisationId);
        person.Memberships = [.. person.Memberships.Where(m => m != had), new(invitation.OrganisationId, [.. (had?.Roles ?? []).Union(invitation.Roles).Order()])];
        Accept(invitation, person.Id, address);
        return await Saved(person, () => people.UpdateAsync(person));
    }

    /// <summary>In the transaction that writes the person: neither stands without the other.</summary>
    private void Accept(Invitation invitation, Guid personId, IPAddress? address)
    {
        var now = time.GetUtcNow();
        // Without a row that still stands there is no id, and the column takes no null.
        session.QueueSqlCommand(
            "insert into ledger.acceptances (invitation_id, person_id, at) values ((select id from ledger.invitations where id = ? and withdrawn_at is null and expires_at > ?), ?, ?)", invitation.Id, now, personId, now);
        session.QueueSqlCommand(
            "insert into ledger.access_log (id, at, organisation_id, subject_id, what, by_id, address) values (?, ?, ?, ?, ?, ?, ?)",
            Guid.CreateVersion7(now), now, invitation.OrganisationId, personId, $"{AccessEvent.LetIn}", invitation.By.PersonId, AccessLog.Written(address) ?? "");
    }

    private static async Task<(Person?, IdentityResult)> Saved(Person person, Func<Task<IdentityResult>> save)
    {
        try
        {
            var result = await save();
            return (result.Succeeded ? person : null, result);
        }
        catch (Exception e) when (Gone(e))
        {
            return (null, IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure()));
        }
    }

    private static bool Gone(Exception? e) => e is not null && (e is PostgresException { SqlState: PostgresErrorCodes.NotNullViolation } || Gone(e.InnerException));
}

/// <summary>Somebody proved who he is, but works for no organisation and so cannot be signed in before he has accepted.</summary>
/// <param name="By">How he proved it.</param>
public sealed record Returning(Person Person, AccessEvent By);

/// <summary>Remembers which invitation somebody opened while he chooses how to sign in from now on, perhaps at the identity provider; and who he is, once he has proved it.</summary>
public static class Invited
{
    public const string Scheme = "Invited";
    private const string PersonId = "person", By = "by";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    internal static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "traceability-invited";
        options.Cookie.HttpOnly = true;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.CookieManager = new HostCookies();
        options.ExpireTimeSpan = Life;
        options.SlidingExpiration = false;
    }

    public static Task Remember(HttpContext context, Invitation invitation, Returning? returning = null)
    {
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, invitation.Id.ToString()) };
        if (returning is var (person, by))
            claims.AddRange([new(PersonId, person.Id.ToString()), new(SignInCookie.Stamp, person.SecurityStamp), new(By, $"{by}")]);
        return context.SignInAsync(Scheme, new(new ClaimsIdentity(claims, Scheme)));
    }

    /// <returns>Null where none was opened lately, or it does not stand any more.</returns>
    public static async Task<Invitation?> Find(HttpContext context) =>
        (await context.AuthenticateAsync(Scheme)).Principal?.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
            ? await context.RequestServices.GetRequiredService<Invitations>().Find(Guid.Parse(id), context.RequestAborted)
            : null;

    /// <returns>Null where nobody proved who he is since the invitation was opened, or what he proved it by has changed.</returns>
    public static async Task<Returning?> Returning(HttpContext context, UserManager<Person> people) =>
        (await context.AuthenticateAsync(Scheme)).Principal is { } principal
            && principal.FindFirstValue(PersonId) is { } id && await people.FindByIdAsync(id) is { Memberships.Count: 0 } person && person.SecurityStamp == principal.FindFirstValue(SignInCookie.Stamp)
                ? new(person, Enum.Parse<AccessEvent>(principal.FindFirstValue(By)!))
                : null;
}
