using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>A key for a system of one's own organisation: a weighbridge, a nightly file, an ERP. The answer to the first request shows the key, and nothing ever shows it again.</summary>
/// <param name="Name">What the system is called; it stands beside what the system records.</param>
public sealed record MakeKey(Guid KeyId, string Name, Scope Scope, DateTimeOffset ExpiresAt);

/// <summary>Another key for the same system, with the same name and scope. Both are valid until the old one is revoked or expires, so that the system can be switched without a gap.</summary>
/// <param name="KeyId">The key that the system has.</param>
public sealed record RenewKey(Guid KeyId, Guid SuccessorId, DateTimeOffset ExpiresAt);

/// <summary>Ends a key at once on the node that hears it, and on all others within a minute.</summary>
public sealed record RevokeKey(Guid KeyId);

/// <param name="Key">What the system shows as <c>Authorization: Bearer ...</c>; only in the answer to the request that made it.</param>
public sealed record KeyMade(Guid Id, Guid SystemId, string Name, Scope Scope, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, string? Key);

/// <summary>Makes, renews and revokes keys. They stand outside the event streams, as people do.</summary>
public sealed class Keys(NpgsqlDataSource source, TimeProvider time, KnownKeys known)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/api/keys/{keyId:guid}", (HttpContext context, Keys keys, CancellationToken cancellation) =>
            Answer<MakeKey>(context, said => keys.Make(said, context.Actor(), cancellation), cancellation)).Makes<MakeKey>();
        routes.MapPut("/api/keys/{keyId:guid}/successors/{successorId:guid}", (HttpContext context, Keys keys, CancellationToken cancellation) =>
            Answer<RenewKey>(context, said => keys.Renew(said, context.Actor(), cancellation), cancellation)).Makes<RenewKey>();
        routes.MapPut("/api/keys/{keyId:guid}/revocation", (HttpContext context, Keys keys, CancellationToken cancellation) =>
            Answer<RevokeKey>(context, said => keys.Revoke(said, context.Actor(), cancellation), cancellation)).Ends<RevokeKey>();
    }

    /// <returns>The key, with its text unless it stood already; or why there is none.</returns>
    public async Task<(KeyMade? Made, Refusal? Refusal)> Make(MakeKey said, Actor by, CancellationToken cancellation)
    {
        var refusal = !by.Can(Act.Administer, new(by.OrganisationId)) ? Refusal.Of("not-allowed")
            : Refuse.Id(said.KeyId, "keyId") ?? Refuse.Name(said.Name, "name") ?? Refuse.Undefined(said.Scope, "scope") ?? Life(said.ExpiresAt);
        return refusal is null ? await Insert(said, said.KeyId, by, cancellation) : (null, refusal);
    }

    public async Task<(KeyMade? Made, Refusal? Refusal)> Renew(RenewKey said, Actor by, CancellationToken cancellation)
    {
        if (await ListKeys.FindOne(source, by, said.KeyId, cancellation) is not { } old)
            return (null, Refusal.Of("not-found").At("keyId"));
        var refusal = Refuse.Id(said.SuccessorId, "successorId") ?? Life(said.ExpiresAt) ?? (old.Lives(time.GetUtcNow()) ? null : Refusal.Of("key-ended", ("name", old.Name)).At("keyId"));
        return refusal is null ? await Insert(new(said.SuccessorId, old.Name, old.Scope, said.ExpiresAt), old.SystemId, by, cancellation) : (null, refusal);
    }

    public async Task<(KeyMade? Made, Refusal? Refusal)> Revoke(RevokeKey said, Actor by, CancellationToken cancellation)
    {
        if (await ListKeys.FindOne(source, by, said.KeyId, cancellation) is not { } key)
            return (null, Refusal.Of("not-found").At("keyId"));
        var now = time.GetUtcNow();
        await source.Read(
            """
            with revoked as (update ledger.keys set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null returning id, organisation_id, system_id)
            insert into ledger.access_log (id, at, organisation_id, subject_id, what, by_id, key_id) select $4, $2, organisation_id, system_id, $5, $3, id from revoked
            """,
            _ => 0, cancellation, said.KeyId, now, by.PersonId, Guid.CreateVersion7(now), $"{AccessEvent.KeyRevoked}");
        known.Forget(said.KeyId);
        return (new(key.Id, key.SystemId, key.Name, key.Scope, key.MadeAt, key.ExpiresAt, null), null);
    }

    private Refusal? Life(DateTimeOffset expiresAt)
    {
        var now = time.GetUtcNow();
        return expiresAt <= now || expiresAt > now + Limits.KeyLife ? Refusal.Of("key-life-impossible", ("at", expiresAt), ("days", Limits.KeyLife.Days)).At("expiresAt") : null;
    }

    private async Task<(KeyMade? Made, Refusal? Refusal)> Insert(MakeKey said, Guid systemId, Actor by, CancellationToken cancellation)
    {
        var (key, now) = (ApiKey.Make(said.KeyId), time.GetUtcNow());
        var inserted = await source.Read(
            """
            with made as (
                insert into ledger.keys (id, system_id, organisation_id, name, scope, sha256, made_at, made_by, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing returning id
            )
            insert into ledger.access_log (id, at, organisation_id, subject_id, what, by_id, key_id) select $10, $7, $3, $2, $11, $8, id from made returning key_id
            """,
            row => row.GetGuid(0), cancellation, key.Id, systemId, by.OrganisationId, said.Name, $"{said.Scope}", key.Sha256(), now, by.PersonId, said.ExpiresAt.ToUniversalTime(),
            Guid.CreateVersion7(now), $"{AccessEvent.KeyMade}");
        if (inserted.Count > 0)
            return (new(key.Id, systemId, said.Name, said.Scope, now, said.ExpiresAt, key.Text()), null);
        // Sent twice it is still one key, and whoever reads the second answer learns no secret.
        return await ListKeys.FindOne(source, by, said.KeyId, cancellation) is { } stands
            && (stands.SystemId, stands.Name, stands.Scope, Microseconds(stands.ExpiresAt)) == (systemId, said.Name, said.Scope, Microseconds(said.ExpiresAt))
                ? (new(stands.Id, stands.SystemId, stands.Name, stands.Scope, stands.MadeAt, stands.ExpiresAt, null), null)
                : (null, Refusal.Of("id-reused"));
    }

    /// <summary>As exact as the database keeps it.</summary>
    private static long Microseconds(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMicrosecond;

    private static async Task<IResult> Answer<T>(HttpContext context, Func<T, Task<(KeyMade? Made, Refusal? Refusal)>> act, CancellationToken cancellation) where T : class
    {
        var (said, wrong) = await CommandEndpoint.Read<T>(context.Request, _ => null, cancellation);
        if (said is null)
            return Problems.Of(wrong!);
        var (made, refusal) = await act(said);
        return made is null ? Problems.Of(refusal!) : TypedResults.Json(made, ApiJson.Options, statusCode: made.Key is null ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }
}

file static class KeyEndpoints
{
    public static void Makes<T>(this RouteHandlerBuilder endpoint) where T : class => endpoint.Produces<KeyMade>(StatusCodes.Status200OK).Produces<KeyMade>(StatusCodes.Status201Created).Takes<T>();

    public static void Ends<T>(this RouteHandlerBuilder endpoint) where T : class => endpoint.Produces<KeyMade>(StatusCodes.Status200OK).Takes<T>();

    private static void Takes<T>(this RouteHandlerBuilder endpoint) where T : class => endpoint
        .Accepts<T>("application/json")
        .Refuses(
            StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
            StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity)
        .WithName(typeof(T).Name);
}
