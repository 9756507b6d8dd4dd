using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>The keys that are in use, looked up once and trusted for half a minute, so that a check costs a hash and a revocation counts within a minute on every node.</summary>
public sealed class KnownKeys(NpgsqlDataSource source, TimeProvider time)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UseTold = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, Known> _known = [];

    /// <summary>Who shows this key, or null when it is unknown, wrong, expired or revoked: which of them is nobody's business.</summary>
    public async ValueTask<ClaimsPrincipal?> Check(string text, IPAddress? address, CancellationToken cancellation)
    {
        if (ApiKey.Read(text) is not { } shown)
            return null;
        var now = time.GetUtcNow();
        if (!_known.TryGetValue(shown.Id, out var known) || now - known.LoadedAt >= Trusted)
        {
            if (await Load(shown.Id, now, known, cancellation) is not { } loaded)
            {
                Forget(shown.Id);
                return null;
            }
            _known[shown.Id] = known = loaded;
        }
        if (!shown.Has(known.Sha256) || now >= known.EndsAt)
            return null;
        if (known.ShouldTell(now, address))
            await Tell(shown.Id, known, address, now, cancellation);
        return known.Principal;
    }

    public void Forget(Guid keyId) => _known.TryRemove(keyId, out _);

    private async Task<Known?> Load(Guid keyId, DateTimeOffset now, Known? before, CancellationToken cancellation) => (await source.Read(
        "select system_id, organisation_id, name, scope, sha256, expires_at, revoked_at from ledger.keys where id = $1",
        row => new Known(
            Principal(keyId, row.GetGuid(0), row.GetGuid(1), row.GetString(2), Enum.Parse<Scope>(row.GetString(3))), row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<byte[]>(4),
            row.IsDBNull(6) ? row.Instant(5) : row.Instant(6), now, before),
        cancellation, keyId)).SingleOrDefault();

    private async Task Tell(Guid keyId, Known known, IPAddress? address, DateTimeOffset now, CancellationToken cancellation)
    {
        if (known.ClaimUse(now))
            await source.Read("update ledger.keys set last_used_at = greatest(last_used_at, $2) where id = $1", _ => 0, cancellation, keyId, now);
        if (known.Addresses.Claim(now, address))
            await AccessLog.Note(source, now, known.OrganisationId, known.SystemId, AccessEvent.KeyUsed, address, cancellation, keyId: keyId);
    }

    private static ClaimsPrincipal Principal(Guid keyId, Guid systemId, Guid organisationId, string name, Scope scope) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, systemId.ToString()),
            new(ClaimTypes.Name, name),
            new(ActorOf.Organisation, organisationId.ToString()),
            new(ActorOf.Device, $"key {keyId}"),
            new(KeyAuthentication.Scope, $"{scope}"),
            .. scope.Roles().Select(role => new Claim(ClaimTypes.Role, $"{role}")),
        ], KeyAuthentication.Scheme));

    /// <param name="EndsAt">When it expires, or was revoked.</param>
    private sealed class Known(ClaimsPrincipal principal, Guid systemId, Guid organisationId, byte[] sha256, DateTimeOffset endsAt, DateTimeOffset loadedAt, Known? before)
    {
        private long _toldAt = before?._toldAt ?? 0;

        public ClaimsPrincipal Principal => principal;
        public Guid SystemId => systemId;
        public Guid OrganisationId => organisationId;
        public byte[] Sha256 => sha256;
        public DateTimeOffset EndsAt => endsAt;
        public DateTimeOffset LoadedAt => loadedAt;
        public AddressesTold Addresses { get; } = before?.Addresses ?? new();

        public bool ShouldTell(DateTimeOffset now, IPAddress? address) => now.UtcTicks - Volatile.Read(ref _toldAt) >= UseTold.Ticks || Addresses.ShouldTell(now, address);

        /// <summary>One of those that use it at once tells it.</summary>
        public bool ClaimUse(DateTimeOffset now)
        {
            var toldAt = Volatile.Read(ref _toldAt);
            return now.UtcTicks - toldAt >= UseTold.Ticks && Interlocked.CompareExchange(ref _toldAt, now.UtcTicks, toldAt) == toldAt;
        }
    }
}
