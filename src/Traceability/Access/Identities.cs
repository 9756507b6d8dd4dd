using Marten;
using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>Whom an identity provider means: its issuer, and the name that it alone gives and never gives twice (OpenID Connect Core 1.0, 2).</summary>
public readonly record struct Identity(string Issuer, string Subject);

/// <summary>An identity that was connected to a person.</summary>
public sealed record ConnectedIdentity(Identity Identity, DateTimeOffset ConnectedAt);

/// <summary>Which person an identity is. Nothing else that a provider says of somebody counts here: whom he works for and what he may do stands in his memberships.</summary>
public sealed class Identities(NpgsqlDataSource source, TimeProvider time)
{
    /// <returns>Null for whom nobody has let in.</returns>
    public async Task<Person?> Find(Identity identity, CancellationToken cancellation) => (await source.Read(
        "select p.data from ledger.identities i join ledger.mt_doc_person p on p.id = i.person_id where i.issuer = $1 and i.subject = $2",
        row => row.State<Person>(0), cancellation, identity.Issuer, identity.Subject)).SingleOrDefault();

    public Task<List<ConnectedIdentity>> Of(Guid personId, CancellationToken cancellation) => source.Read(
        "select issuer, subject, connected_at from ledger.identities where person_id = $1 order by connected_at",
        row => new ConnectedIdentity(new(row.GetString(0), row.GetString(1)), row.Instant(2)), cancellation, personId);

    /// <returns>Whether it is the person's now. It is not where it is somebody else's already.</returns>
    public async Task<bool> Connect(Identity identity, Guid personId, CancellationToken cancellation)
    {
        await source.Read(
            "insert into ledger.identities (issuer, subject, person_id, connected_at) values ($1, $2, $3, $4) on conflict do nothing",
            _ => 0, cancellation, identity.Issuer, identity.Subject, personId, time.GetUtcNow());
        return (await Find(identity, cancellation))?.Id == personId;
    }

    /// <summary>The same in the transaction that enters the person, which fails where it is somebody else's already.</summary>
    public void Connect(IDocumentSession session, Identity identity, Guid personId) => session.QueueSqlCommand(
        "insert into ledger.identities (issuer, subject, person_id, connected_at) values (?, ?, ?, ?)", identity.Issuer, identity.Subject, personId, time.GetUtcNow());

    public Task Disconnect(Identity identity, Guid personId, CancellationToken cancellation) => source.Read(
        "delete from ledger.identities where issuer = $1 and subject = $2 and person_id = $3", _ => 0, cancellation, identity.Issuer, identity.Subject, personId);
}
