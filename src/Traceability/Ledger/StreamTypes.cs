using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Marten.Services.BatchQuerying;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Ledger;

/// <summary>What the executor does with a stream without knowing what it is about.</summary>
public abstract class StreamType
{
    private static readonly Dictionary<Type, StreamType> ByState = new StreamType[]
    {
        new StreamType<Organisation>(), new StreamType<Facility>(), new StreamType<FacilityPeriod>(), new StreamType<ClaimAccount>(),
        new StreamType<Arrival>(), new StreamType<Shipment>(), new StreamType<ProcessRun>(), new StreamType<Pile>(), new StreamType<OwnershipTransfer>(), new StreamType<HoldRequest>(),
        new StreamType<StockCount>(), new StreamType<WriteOff>(), new StreamType<Document>(), new StreamType<Attestation>(), new StreamType<Batch>(),
    }.ToDictionary(t => t.State);

    public static IEnumerable<StreamType> All => ByState.Values;
    public static StreamType Of(Type state) => ByState[state];

    public abstract Type State { get; }

    /// <summary>The one fold, used by rules, stored snapshots and tests alike.</summary>
    public abstract object? After(object? current, object happened, Guid id);

    /// <summary>Locks the stream until the session's transaction ends; a missing stream is not locked.</summary>
    public abstract Task<Locked> Lock(IBatchedQuery query, Guid id);

    public abstract void Start(IDocumentSession session, Guid id, IReadOnlyList<IEvent> events);
    public abstract void Snapshot(StoreOptions options);
}

public sealed record Locked(object? State, long Version, Action<IReadOnlyList<IEvent>> Append);

internal sealed class StreamType<T> : StreamType where T : class, IState<T>
{
    public override Type State => typeof(T);

    public override object? After(object? current, object happened, Guid id) => T.After((T?)current, happened, id);

    public override async Task<Locked> Lock(IBatchedQuery query, Guid id)
    {
        var stream = await query.Events.FetchForExclusiveWriting<T>(id);
        return new(stream.Aggregate, stream.CurrentVersion ?? 0, events => stream.AppendMany(events));
    }

    public override void Start(IDocumentSession session, Guid id, IReadOnlyList<IEvent> events) => session.Events.StartStream<T>(id, events);

    public override void Snapshot(StoreOptions options) => options.Projections.Add(new Snapshot<T>(), JasperFx.Events.Projections.ProjectionLifecycle.Inline);
}

/// <summary>Keeps the stored snapshot of a stream with the same fold the rules use.</summary>
public sealed partial class Snapshot<T> : SingleStreamProjection<T, Guid> where T : class, IState<T>
{
    /// <summary>Naming the events spares every save a look at the snapshots of all other kinds.</summary>
    public Snapshot()
    {
        foreach (var happened in typeof(T).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IEventOf<T>))))
            IncludeType(happened);
    }

    public override T? Evolve(T? snapshot, Guid id, IEvent e) => T.After(snapshot, e.Data, id);
}
