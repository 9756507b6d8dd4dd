using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>People and systems of one's own organisation.</summary>
public static class Colleagues
{
    /// <summary>Names of people, for their own organisation only: to everybody else a person is the organisation he spoke for (H4).</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> Named(NpgsqlDataSource source, Actor actor, IEnumerable<Author> authors, CancellationToken cancellation) => (await source.Read(
        "select id, name from ledger.authors where id = any($1)", row => KeyValuePair.Create(row.GetGuid(0), row.GetString(1)), cancellation,
        authors.Where(a => a.OrganisationId == actor.OrganisationId).Select(a => a.PersonId).Distinct().ToArray())).ToDictionary();

    /// <summary>Whether he made or renewed a key of this system. What opens it was shown to him, so what the system says he may have said himself.</summary>
    public static async Task<bool> HadKey(NpgsqlDataSource source, Guid systemId, Guid personId, CancellationToken cancellation) =>
        (await source.Read("select from ledger.keys where system_id = $1 and made_by = $2 limit 1", _ => 0, cancellation, systemId, personId)).Count > 0;

    /// <summary>An author as he may act today: what was taken from him meanwhile is gone.</summary>
    public static async Task<Actor> AsOfToday(NpgsqlDataSource source, Author author, CancellationToken cancellation)
    {
        var roles = await source.Read(
            "select m.value->'roles' from ledger.mt_doc_person p, jsonb_array_elements(p.data->'memberships') m where p.id = $1 and m.value->>'organisationId' = $2",
            row => row.State<Role[]>(0), cancellation, author.PersonId, author.OrganisationId.ToString());
        var scopes = await source.Read(
            "select scope from ledger.keys where system_id = $1 and organisation_id = $2 and revoked_at is null and expires_at > now()",
            row => Enum.Parse<Scope>(row.GetString(0)), cancellation, author.PersonId, author.OrganisationId);
        return new(author.PersonId, author.OrganisationId, roles.SelectMany(r => r).Concat(scopes.SelectMany(s => s.Roles())).ToHashSet(), author.Device);
    }
}
