using Marten;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>Where ASP.NET Core Identity finds people: documents of the ledger's own database.</summary>
public sealed class PersonStore(IDocumentSession session, NpgsqlDataSource source, TimeProvider time)
    : IUserPasswordStore<Person>, IUserLockoutStore<Person>, IUserSecurityStampStore<Person>, IUserPasskeyStore<Person>
{
    public Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id) ? session.LoadAsync<Person>(id, cancellationToken) : Task.FromResult<Person?>(null);

    public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        session.Query<Person>().FirstOrDefaultAsync(p => p.NormalizedSignInName == normalizedUserName, cancellationToken);

    public async Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken)
    {
        session.Insert(user);
        return await Save(cancellationToken);
    }

    public async Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken)
    {
        session.Update(user);
        return await Save(cancellationToken);
    }

    public async Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken)
    {
        session.Delete(user);
        return await Save(cancellationToken);
    }

    private async Task<IdentityResult> Save(CancellationToken cancellation)
    {
        try
        {
            await session.SaveChangesAsync(cancellation);
            return IdentityResult.Success;
        }
        catch (Exception e) when (e is JasperFx.ConcurrencyException || Contention.Caused(e))
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        }
    }

    public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());
    public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SignInName);
    public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedSignInName);
    public Task<string?> GetPasswordHashAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);
    public Task<bool> HasPasswordAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);
    public Task<string?> GetSecurityStampAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);
    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.LockedOutUntil);
    public Task<int> GetAccessFailedCountAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.FailedSignIns);
    public Task<int> IncrementAccessFailedCountAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(++user.FailedSignIns);

    /// <summary>Nobody is exempt.</summary>
    public Task<bool> GetLockoutEnabledAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(Person user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken)
    {
        user.SignInName = userName!;
        return Task.CompletedTask;
    }

    public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken)
    {
        user.NormalizedSignInName = normalizedName!;
        return Task.CompletedTask;
    }

    public Task SetPasswordHashAsync(Person user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task SetSecurityStampAsync(Person user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task SetLockoutEndDateAsync(Person user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        user.LockedOutUntil = lockoutEnd;
        return Task.CompletedTask;
    }

    public Task ResetAccessFailedCountAsync(Person user, CancellationToken cancellationToken)
    {
        user.FailedSignIns = 0;
        return Task.CompletedTask;
    }

    private const string Passkeys = "select id, public_key, made_at, signatures, transports, verifies_user, may_be_backed_up, is_backed_up, name from ledger.passkeys";

    /// <summary>What was said when the device made it is not kept: nothing is checked against it later.</summary>
    private static UserPasskeyInfo Passkey(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1), row.Instant(2), (uint)row.GetInt64(3), row.GetFieldValue<string[]>(4), row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7), [], [])
    {
        Name = row.GetString(8),
    };

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Person user, CancellationToken cancellationToken) =>
        await source.Read($"{Passkeys} where person_id = $1 order by made_at", Passkey, cancellationToken, user.Id);

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await source.Read($"{Passkeys} where id = $1 and person_id = $2", Passkey, cancellationToken, credentialId, user.Id)).SingleOrDefault();

    public async Task<Person?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        (await source.Read("select person_id from ledger.passkeys where id = $1", row => row.GetGuid(0), cancellationToken, credentialId)) is [var id] ? await session.LoadAsync<Person>(id, cancellationToken) : null;

    /// <summary>Written with the person, who is updated after it. One that is somebody else's already stays his.</summary>
    public Task AddOrUpdatePasskeyAsync(Person user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        session.QueueSqlCommand(
            """
            insert into ledger.passkeys as p (id, person_id, name, public_key, made_at, signatures, transports, verifies_user, may_be_backed_up, is_backed_up) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set name = excluded.name, signatures = excluded.signatures, verifies_user = excluded.verifies_user, is_backed_up = excluded.is_backed_up, last_used_at = ?
            where p.person_id = excluded.person_id
            """,
            passkey.CredentialId, user.Id, passkey.Name ?? "", passkey.PublicKey, passkey.CreatedAt.ToUniversalTime(), (long)passkey.SignCount, passkey.Transports ?? [],
            passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp, time.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task RemovePasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken)
    {
        session.QueueSqlCommand("delete from ledger.passkeys where id = ? and person_id = ?", credentialId, user.Id);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // The session belongs to the request.
    }
}
