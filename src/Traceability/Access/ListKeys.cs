using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <param name="SystemId">The system that uses it. It stays the same when a key is renewed, and is what events name as their author.</param>
/// <param name="Name">The system's.</param>
/// <param name="MadeBy">Name of the person, or null where it is no longer known.</param>
/// <param name="LastUsedAt">To the minute.</param>
public sealed record KeyListed(
    Guid Id, Guid SystemId, string Name, Scope Scope, DateTimeOffset MadeAt, string? MadeBy, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt)
{
    public bool Lives(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;
}

/// <param name="Cursor">Where the page before ended.</param>
public sealed record KeyFilter(string? Cursor = null);

public static class ListKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/keys", Answer).Lists<KeyListed>(nameof(ListKeys));

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<KeyListed>?> Find(NpgsqlDataSource source, Actor actor, KeyFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        if (!actor.Can(Act.Administer, new(actor.OrganisationId)))
            return new([], null);
        var rows = await source.Read(
            $"{Columns} where k.organisation_id = $1 and (k.made_at, k.id) < ($2, $3) order by k.made_at desc, k.id desc limit $4", Listed, cancellation, actor.OrganisationId, from.At, from.Id, size + 1);
        return rows.ToPage(size, k => new(k.MadeAt, k.Id));
    }

    /// <returns>Null when the actor's organisation has no such key, or he does not administer it.</returns>
    public static async Task<KeyListed?> FindOne(NpgsqlDataSource source, Actor actor, Guid keyId, CancellationToken cancellation) => !actor.Can(Act.Administer, new(actor.OrganisationId)) ? null
        : (await source.Read($"{Columns} where k.organisation_id = $1 and k.id = $2", Listed, cancellation, actor.OrganisationId, keyId)).SingleOrDefault();

    private const string Columns =
        "select k.id, k.system_id, k.name, k.scope, k.made_at, m.name, k.expires_at, k.revoked_at, k.last_used_at from ledger.keys k left join ledger.authors m on m.id = k.made_by";

    private static KeyListed Listed(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), Enum.Parse<Scope>(row.GetString(3)), row.Instant(4), row.Text(5), row.Instant(6),
        row.IsDBNull(7) ? null : row.Instant(7), row.IsDBNull(8) ? null : row.Instant(8));

    /// <summary>The keys of one's organisation, the last made first, also those that have ended; what opens with them is never shown again. Nobody sees any who does not administer people.</summary>
    internal static async Task<IResult> Answer([AsParameters] KeyFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
