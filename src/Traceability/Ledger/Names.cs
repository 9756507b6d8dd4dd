using System.Collections.Frozen;
using Npgsql;

namespace Traceability.Ledger;

/// <summary>What the ids in an answer stand for.</summary>
public sealed record Names(
    IReadOnlyDictionary<Guid, FacilityName> Facilities, IReadOnlyDictionary<Guid, string> Organisations, IReadOnlyDictionary<Guid, BatchName> Batches)
{
    /// <summary>Names the facilities, their operators, the organisations and the batches.</summary>
    /// <param name="batches">Batches that the reader may see.</param>
    public static async Task<Names> Of(
        NpgsqlDataSource source, IEnumerable<Guid> facilities, IEnumerable<Guid> organisations, IEnumerable<Guid> batches, CancellationToken cancellation)
    {
        var (at, of) = (facilities.Distinct().ToArray(), batches.Distinct().ToArray());
        // All questions at once: the answer waits for the slowest only.
        var places = at.Length == 0 ? null : source.Read(
            "select id, data->>'code', data->'terms'->>'name', data->'terms'->>'country', (data->'terms'->>'operatorId')::uuid from ledger.mt_doc_facility where id = any($1)",
            row => (Id: row.GetGuid(0), Name: new FacilityName(row.GetString(1), row.GetString(2), row.GetString(3), row.GetGuid(4))), cancellation, at);
        var lots = of.Length == 0 ? null : source.Read(
            "select batch_id, number, material from ledger.made where batch_id = any($1) and superseded_at is null",
            row => (Id: row.GetGuid(0), Name: new BatchName(row.GetString(1), row.GetString(2))), cancellation, of);
        var firms = await source.Read(
            "select id, data->>'name' from ledger.mt_doc_organisation "
                + "where id = any($1) or id = any(array(select (data->'terms'->>'operatorId')::uuid from ledger.mt_doc_facility where id = any($2)))",
            row => (Id: row.GetGuid(0), Name: row.GetString(1)), cancellation, organisations.Distinct().ToArray(), at);
        return new(
            places is null ? FrozenDictionary<Guid, FacilityName>.Empty : (await places).ToDictionary(p => p.Id, p => p.Name), firms.ToDictionary(f => f.Id, f => f.Name),
            lots is null ? FrozenDictionary<Guid, BatchName>.Empty : (await lots).ToDictionary(l => l.Id, l => l.Name));
    }
}

public sealed record FacilityName(string Code, string Name, string Country, Guid OperatorId);

/// <param name="Number">The maker's number.</param>
public sealed record BatchName(string Number, string Material);
