using System.Text.Json;
using Npgsql;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Exports;

/// <summary>Codes, numbers and serials of what entries name by id: the way back from <see cref="NamedIds"/>, and walked like it. What is asked for is looked up
/// for a whole page at once; then the page is written again, now with everything known.</summary>
internal sealed class BookNames
{
    private readonly Dictionary<Guid, (Guid OrganisationId, string Number)> _numbers = [];
    private readonly Dictionary<(Guid FactId, Guid BatchId, bool Input), string> _serials = [];
    private readonly Dictionary<Guid, PileRenewed> _piles = [];
    private readonly HashSet<Guid> _wanted = [], _wantedPiles = [];
    private readonly HashSet<(Guid FactId, Guid BatchId)> _wantedSerials = [];

    public string? Organisation(Guid? id) => id is { } known ? Find(known).Number : null;
    /// <summary>An owner who need not be named where he is who an import takes for it.</summary>
    public string? Owner(Guid ownerId, Guid? assumed) => ownerId == assumed ? null : Organisation(ownerId);

    public string Facility(Guid id) => Unkeyed(Find(id).Number);
    public string Run(Guid id) => Unkeyed(Find(id).Number);

    public (string? Maker, string Number) Batch(Guid id) => Find(id) is var (maker, number) && maker != Guid.Empty ? (Organisation(maker), number) : (null, number);
    public (string? Attestor, string Number) Attestation(Guid id) => Find(id) is var (attestor, number) && attestor != Guid.Empty ? (Organisation(attestor), Unkeyed(number)) : (null, number);
    public (string? Shipper, string Number) Shipment(Guid id) => Find(id) is var (shipper, number) && shipper != Guid.Empty ? (Organisation(shipper), Unkeyed(number)) : (null, number);

    /// <summary>Serials that one run took out of a batch, or gave to it.</summary>
    /// <param name="factId">The run, or the batch itself where it was registered with them.</param>
    public string? Serials(Guid factId, Guid batchId, bool taken)
    {
        if (!_serials.TryGetValue((factId, batchId, taken), out var serials))
            _wantedSerials.Add((factId, batchId));
        return serials;
    }

    /// <summary>What a tipping did to its pile.</summary>
    public PileRenewed? Renewed(Guid runId)
    {
        if (!_piles.TryGetValue(runId, out var renewed))
            _wantedPiles.Add(runId);
        return renewed;
    }

    /// <summary>Looks up what was asked for and not known yet.</summary>
    /// <returns>Whether there was anything: then what was written before has to be written again.</returns>
    public async Task<bool> LookUp(NpgsqlDataSource source, CancellationToken cancellation)
    {
        if (_wanted.Count + _wantedSerials.Count + _wantedPiles.Count == 0)
            return false;
        await LookUpNumbers(source, cancellation);
        await LookUpSerials(source, cancellation);
        await LookUpPiles(source, cancellation);
        return true;
    }

    private async Task LookUpNumbers(NpgsqlDataSource source, CancellationToken cancellation)
    {
        // A batch has numbers of everybody who had it: its maker's is meant.
        foreach (var (id, organisation, number) in await source.Read(
            """
            select n.id, n.organisation_id, n.number from ledger.numbers n left join ledger.made m on m.batch_id = n.id and m.superseded_at is null
            where n.id = any($1) and (m.batch_id is null or (n.organisation_id, n.number) = (m.maker_id, m.number))
            """,
            row => (row.GetGuid(0), row.GetGuid(1), row.GetString(2)), cancellation, _wanted.ToArray()))
            _numbers[id] = (organisation, number);
        foreach (var id in _wanted)
            _numbers.TryAdd(id, (Guid.Empty, ""));
        _wanted.Clear();
    }

    private async Task LookUpSerials(NpgsqlDataSource source, CancellationToken cancellation)
    {
        var (facts, batches) = (_wantedSerials.Select(w => w.FactId).Distinct().ToArray(), _wantedSerials.Select(w => w.BatchId).Distinct().ToArray());
        if (facts.Length == 0)
            return;
        foreach (var (fact, batch, taken, serials) in await source.Read(
            """
            select fact_id, batch_id, false, array_agg(serial order by serial) from ledger.serials where fact_id = any($1) and batch_id = any($2) and installed_in is null group by 1, 2
            union all
            select superseded_by, batch_id, true, array_agg(serial order by serial) from ledger.serials where superseded_by = any($1) and batch_id = any($2) group by 1, 2
            """,
            row => (row.GetGuid(0), row.GetGuid(1), row.GetBoolean(2), row.GetFieldValue<string[]>(3)), cancellation, facts, batches))
            _serials[(fact, batch, taken)] = string.Join('|', SerialRange.Collapse(serials));
        foreach (var (fact, batch) in _wantedSerials)
        {
            _serials.TryAdd((fact, batch, true), "");
            _serials.TryAdd((fact, batch, false), "");
        }
        _wantedSerials.Clear();
    }

    private async Task LookUpPiles(NpgsqlDataSource source, CancellationToken cancellation)
    {
        foreach (var renewed in await source.Read(
            """
            select p.data from ledger.mt_events r join ledger.mt_events p on p.stream_id = (r.data->>'pileId')::uuid and p.type = 'pile_renewed' and p.data->>'runId' = r.data->>'runId'
            where r.stream_id = any($1) and r.type = 'process_run_recorded'
            """,
            row => JsonSerializer.Deserialize<PileRenewed>(row.GetString(0), LedgerJson.Options)!, cancellation, _wantedPiles.ToArray()))
            _piles[renewed.RunId] = renewed;
        _wantedPiles.Clear();
    }

    private (Guid OrganisationId, string Number) Find(Guid id)
    {
        if (_numbers.TryGetValue(id, out var found))
            return found;
        _wanted.Add(id);
        return (Guid.Empty, "");
    }

    /// <summary>Numbers of all but batches stand under a key such as <c>run/</c>.</summary>
    private static string Unkeyed(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
