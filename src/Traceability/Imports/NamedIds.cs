using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Ids of what a file names by code or number: as the ledger knows it, else as an earlier row gave it, else as an import derives it.</summary>
/// <remarks>What turns out not to exist gets its derived id all the same, so that the rule says "not found" and not the importer:
/// a number that exists out of the reader's sight must not be told from one that does not exist.</remarks>
internal sealed class NamedIds
{
    private readonly Dictionary<(Guid OrganisationId, string Number), Guid?> _known = [];
    private readonly Dictionary<(Guid OrganisationId, string Number), Guid> _given = [];
    private readonly HashSet<(Guid OrganisationId, string Number)> _wanted = [];
    private bool _wasUnknown;

    public Guid Organisation(string code) => Find(Guid.Empty, code) ?? DerivedId.Organisation(code);
    public Guid Facility(string code) => Find(Guid.Empty, "facility/" + code) ?? DerivedId.Facility(code);
    public Guid Batch(Guid organisationId, string number) => Find(organisationId, number) ?? DerivedId.Batch(organisationId, number);
    public Guid Shipment(Guid shipperId, string number) => Find(shipperId, "shipment/" + number) ?? DerivedId.Shipment(shipperId, number);

    public Guid Assay(Guid organisationId, string number) => Find(organisationId, "assay/" + number) ?? DerivedId.Assay(organisationId, number);
    public Guid Attestation(Guid organisationId, string number) => Find(organisationId, "attestation/" + number) ?? DerivedId.Attestation(organisationId, number);
    public Guid Run(Guid operatorId, string number) => Find(operatorId, "run/" + number) ?? DerivedId.Run(operatorId, number);

    /// <summary>A receiver's own number for somebody else's batch, which no derivation leads to.</summary>
    public void Give(Guid organisationId, string number, Guid id) => _given.TryAdd((organisationId, number), id);

    /// <summary>Looks up what was asked for and not known yet.</summary>
    /// <returns>Whether there was anything: then what was read before has to be read again.</returns>
    public async Task<bool> LookUp(ResolveNumbers resolve, CancellationToken stop)
    {
        if (_wanted.Count == 0)
            return false;
        var found = await resolve(_wanted, stop);
        foreach (var number in _wanted)
            _known[number] = found.TryGetValue(number, out var id) ? id : null;
        _wanted.Clear();
        return true;
    }

    /// <summary>What was not known before may be by now: other entries went in meanwhile.</summary>
    /// <returns>Whether anything ever was not: then what was read before has to be read again.</returns>
    public bool LookAgain()
    {
        foreach (var (number, id) in _known)
        {
            if (id is null)
                _wasUnknown = _known.Remove(number);
        }
        return _wasUnknown;
    }

    private Guid? Find(Guid organisationId, string number)
    {
        var key = (organisationId, number);
        if (!_known.TryGetValue(key, out var id))
            _wanted.Add(key);
        return id ?? (_given.TryGetValue(key, out var given) ? given : null);
    }
}
