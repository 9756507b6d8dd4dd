using Marten;
using Microsoft.AspNetCore.Identity;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>Where ASP.NET Core Identity finds people: documents of the ledger's own database.</summary>
public sealed class PersonStore(IDocumentSession session) : IUserPasswordStore<Person>, IUserLockoutStore<Person>, IUserSecurityStampStore<Person>
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

    public void Dispose()
    {
        // The session belongs to the request.
    }
}
