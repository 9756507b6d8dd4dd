using System.Collections.Concurrent;
using System.Net;
using Npgsql;

namespace Traceability.Access;

/// <summary>From which addresses somebody's key or token was used lately. Each is told once an hour, not with every request.</summary>
public sealed class AddressesTold
{
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>Addresses that are remembered.</summary>
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<string, long> _toldAt = [];

    public bool ShouldTell(DateTimeOffset now, IPAddress? address) => ShouldTell(now.UtcTicks, Name(address), out _);

    private bool ShouldTell(long now, string address, out long toldAt) => !_toldAt.TryGetValue(address, out toldAt) || now - toldAt >= Again.Ticks;

    /// <summary>One of those that come from there at once tells it.</summary>
    public bool Claim(DateTimeOffset now, IPAddress? address)
    {
        var name = Name(address);
        if (!ShouldTell(now.UtcTicks, name, out var toldAt))
            return false;
        if (_toldAt.Count >= Most)
            _toldAt.Clear();
        return _toldAt.TryAdd(name, now.UtcTicks) || _toldAt.TryUpdate(name, now.UtcTicks, toldAt);
    }

    private static string Name(IPAddress? address) => AccessLog.Written(address) ?? "";
}

/// <summary>Notes from where people's tokens are used, for each organisation that they act for.</summary>
public sealed class TokenUses(NpgsqlDataSource source, TimeProvider time)
{
    private readonly ConcurrentDictionary<(Guid PersonId, Guid OrganisationId), AddressesTold> _uses = [];

    public async ValueTask Tell(Guid personId, Guid organisationId, IPAddress? address, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_uses.GetOrAdd((personId, organisationId), _ => new()).Claim(now, address))
            await AccessLog.Note(source, now, organisationId, personId, AccessEvent.TokenUsed, address, cancellation);
    }
}
