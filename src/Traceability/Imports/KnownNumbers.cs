using Npgsql;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>The ledger's table of own numbers, as imports look names up in it.</summary>
public static class KnownNumbers
{
    public static ResolveNumbers In(NpgsqlDataSource source) => async (numbers, stop) =>
    {
        var found = await source.Read(
            "select n.organisation_id, n.number, n.id from unnest($1, $2) u(organisation_id, number) join ledger.numbers n using (organisation_id, number)",
            row => (Number: (row.GetGuid(0), row.GetString(1)), Id: row.GetGuid(2)), stop,
            numbers.Select(n => n.OrganisationId).ToArray(), numbers.Select(n => n.Number).ToArray());
        return found.ToDictionary(f => f.Number, f => f.Id);
    };
}
