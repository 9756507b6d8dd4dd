using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Hosting;

/// <summary>What is convenient on a desk and must not reach people who rely on the ledger. In Production the service does not start with it.</summary>
public static class ProductionChecks
{
    /// <summary>Passwords that stand in somebody's instructions.</summary>
    private static readonly HashSet<string> WellKnown = new(StringComparer.OrdinalIgnoreCase) { "password", "postgres", "changeme", "change-me", "secret", "admin", "ledger", "traceability", "test" };

    private const int PasswordLength = 12;

    /// <exception cref="CannotStartException">The story was asked for, cookies would be signed with keys that nobody keeps, or a database password is one that anybody tries first.</exception>
    public static void Check(IConfiguration configuration)
    {
        if (configuration.GetValue("demo", false))
            throw new CannotStartException("In Production there is no sample story: leave out the setting demo, or start with ASPNETCORE_ENVIRONMENT=Development.");
        if (string.IsNullOrWhiteSpace(configuration["data"]))
            throw new CannotStartException("In Production the keys that sign cookies and forms need a folder that outlives the process: name one with --data.");
        if (configuration[$"{IdentityProvider.Section}:ClientSecret"] is { Length: > 0 } secret && (secret.Length < PasswordLength || WellKnown.Contains(secret)))
            throw new CannotStartException($"The secret in {IdentityProvider.Section}__ClientSecret is one that anybody tries first. Let the identity provider make another one.");
        foreach (var name in new[] { "Ledger", "LedgerOwner" })
        {
            if (configuration.GetConnectionString(name) is { } text && new NpgsqlConnectionStringBuilder(text) is { Password: { Length: > 0 } password } connection
                && (password.Length < PasswordLength || WellKnown.Contains(password) || password == connection.Username))
                throw new CannotStartException($"The password in ConnectionStrings__{name} is one that anybody tries first. Choose another one, for example with: openssl rand -hex 24");
        }
    }

    /// <exception cref="CannotStartException">People of the sample story can sign in.</exception>
    public static async Task CheckPeople(NpgsqlDataSource source, CancellationToken cancellation)
    {
        var seeded = SampleStory.People().Select(p => (Id: DerivedId.Of("person", p.SignInName), p.SignInName)).Where(p => p.SignInName != Entrant.Steward.SignInName).ToArray();
        var found = await source.Read("select id from ledger.mt_doc_person where id = any($1)", row => row.GetGuid(0), cancellation, seeded.Select(p => p.Id).ToArray());
        if (found.Count > 0)
            throw new CannotStartException($"People of the sample story can sign in here, {seeded.First(p => found.Contains(p.Id)).SignInName} for one. Start on an empty ledger, or with ASPNETCORE_ENVIRONMENT=Development.");
    }
}
