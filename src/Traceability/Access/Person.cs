using Marten;
using Marten.Schema;

namespace Traceability.Access;

/// <summary>Somebody who signs in. A document outside the event streams, which know people by their id only, so that a person can be forgotten (H4).</summary>
public sealed class Person
{
    public required Guid Id { get; init; }

    /// <summary>An e-mail address or a user name.</summary>
    public required string SignInName { get; set; }

    public string NormalizedSignInName { get; set; } = "";
    public required string Name { get; set; }

    /// <summary>IANA time zone in which the person reads and writes times.</summary>
    public string TimeZone { get; set; } = "Etc/UTC";

    public string? PasswordHash { get; set; }

    /// <summary>Changes when older sign-ins must end.</summary>
    public string SecurityStamp { get; set; } = "";

    public int FailedSignIns { get; set; }
    public DateTimeOffset? LockedOutUntil { get; set; }
    public IReadOnlyList<Membership> Memberships { get; set; } = [];

    public static void Keep(StoreOptions options) => options.Schema.For<Person>()
        .UniqueIndex(UniqueIndexType.Computed, p => p.NormalizedSignInName)
        // Two wrong passwords at once must not count as one.
        .UseOptimisticConcurrency(true);
}

/// <summary>What a person may do for one organisation.</summary>
public sealed record Membership(Guid OrganisationId, IReadOnlyList<Role> Roles);
