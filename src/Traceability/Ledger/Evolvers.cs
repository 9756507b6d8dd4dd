using JasperFx.Events;
using Marten.Events.Aggregation;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Organisations;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Ledger;

/// <summary>The states of the ledger and how each follows from its events: one fold, used by rules, snapshots and tests alike.</summary>
public static class Evolvers
{
    private static readonly Dictionary<Type, Func<object?, object, Guid, object?>> ByState = new()
    {
        [typeof(Organisation)] = Untyped<Organisation>(),
        [typeof(Facility)] = Untyped<Facility>(),
        [typeof(FacilityPeriod)] = Untyped<FacilityPeriod>(),
        [typeof(Shipment)] = Untyped<Shipment>(),
        [typeof(ProcessRun)] = Untyped<ProcessRun>(),
        [typeof(Batch)] = Untyped<Batch>(),
    };

    public static object? Evolve(Type stateType, object? current, object @event, Guid id) => ByState[stateType](current, @event, id);

    private static Func<object?, object, Guid, object?> Untyped<T>() where T : class, IState<T> =>
        (current, @event, id) => T.After((T?)current, @event, id);
}

/// <summary>Keeps the stored snapshot of a stream with the same fold the rules use.</summary>
public sealed partial class Snapshot<T> : SingleStreamProjection<T, Guid> where T : class, IState<T>
{
    public override T? Evolve(T? snapshot, Guid id, IEvent e) => T.After(snapshot, e.Data, id);
}
