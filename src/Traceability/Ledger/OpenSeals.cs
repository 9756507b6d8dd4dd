namespace Traceability.Ledger;

/// <summary>Which open shipments have which seals and ride on which units. A seal is on one at a time (C4).</summary>
internal sealed class OpenSeals
{
    private readonly Dictionary<Seal, Guid> _sealed = [];
    private readonly Dictionary<string, HashSet<Guid>> _loaded = [];
    private readonly Dictionary<Guid, (List<Seal> Seals, List<string> Units)> _on = [];

    public Guid? ShipmentSealed(Seal seal) => _sealed.TryGetValue(seal, out var id) ? id : null;
    public IReadOnlyCollection<Guid> ShipmentsOn(string unit) => _loaded.GetValueOrDefault(unit) ?? [];

    public void Add(Seal seal, Guid shipmentId)
    {
        _sealed[seal] = shipmentId;
        On(shipmentId).Seals.Add(seal);
    }

    public void Add(string unit, Guid shipmentId)
    {
        States.Kept(_loaded, unit).Add(shipmentId);
        On(shipmentId).Units.Add(unit);
    }

    public void Close(Guid shipmentId)
    {
        if (!_on.Remove(shipmentId, out var its))
            return;
        foreach (var seal in its.Seals.Where(seal => _sealed.GetValueOrDefault(seal) == shipmentId))
            _sealed.Remove(seal);
        foreach (var unit in its.Units)
            _loaded[unit].Remove(shipmentId);
    }

    private (List<Seal> Seals, List<string> Units) On(Guid shipmentId)
    {
        if (!_on.TryGetValue(shipmentId, out var its))
            _on[shipmentId] = its = ([], []);
        return its;
    }
}
