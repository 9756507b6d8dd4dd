using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;
using Traceability.Shares;
using Traceability.Shipments;

namespace Traceability.Ledger;

/// <summary>Where a serial is now.</summary>
public sealed record SerialPlace(Guid MakerId, string Serial, Guid BatchId, Guid? InstalledIn);

/// <summary>One past change of a holding, for looking back in occurred order.</summary>
public sealed record Change(DateTimeOffset OccurredAt, Quantity Quantity);

/// <summary>Everything rules may look at, as it stands after the commands decided so far. The executor fills it under locks;
/// tests fill it by hand. Applying a decision here is the same fold that the stored snapshots use.</summary>
public sealed class States(Catalogue catalogue, DateTimeOffset now)
{
    private readonly Dictionary<Guid, object> _states = [];
    private readonly Dictionary<Guid, long> _versions = [];
    private readonly Dictionary<(Guid, string), Guid> _numbers = [];
    private readonly Dictionary<(Guid MakerId, string Serial), SerialPlace> _serials = [];
    private readonly Dictionary<(Guid BatchId, string Serial), SerialPlace> _serialsIn = [];
    private readonly Dictionary<Guid, HashSet<(Guid MakerId, string Serial)>> _builtIn = [];
    private readonly OpenSeals _open = new();
    private readonly Dictionary<(Guid BatchId, Guid FacilityId, Guid OwnerId), List<Change>> _history = [];
    private readonly Dictionary<(Guid SubjectId, Guid OrganisationId), string> _parties = [];
    private readonly Dictionary<(Guid OrganisationId, string Sha256), SentFile> _files = [];
    private readonly Dictionary<(Guid DocumentId, Guid SubjectId), Attached> _attached = [];
    private readonly HashSet<(Guid OrganisationId, string Scale, string Number)> _tickets = [];
    private readonly Dictionary<(Guid OrganisationId, string Command, string Subject), List<Tried>> _tried = [];
    private readonly Dictionary<Guid, HashSet<Guid>> _ledTo = [];
    private readonly Dictionary<Origin, Upstream> _wholes = [];
    private readonly Dictionary<Guid, Upstream> _upstream = [];
    private readonly Dictionary<Guid, BatchCustody> _claimedAgain = [];
    private readonly Dictionary<Guid, List<Flow>> _wentInto = [], _cameOf = [];

    /// <param name="Read">The batch as it was looked up, or null where it is among the states.</param>
    private sealed record Flow(Guid BatchId, decimal DryKilograms, Batch? Read);

    public Catalogue Catalogue { get; } = catalogue;

    /// <summary>The one RecordedAt of everything decided here, taken after the locks.</summary>
    public DateTimeOffset Now { get; } = now;

    public T? Find<T>(Guid id) where T : class => _states.GetValueOrDefault(id) as T;
    public bool Exists(Guid id) => _states.ContainsKey(id) || _versions.ContainsKey(id);
    public long Version(Guid id) => _versions.GetValueOrDefault(id);
    public Guid? Number(Guid organisationId, string number) => _numbers.TryGetValue((organisationId, number), out var id) ? id : null;
    public SerialPlace? Serial(Guid makerId, string serial) => _serials.GetValueOrDefault((makerId, serial));
    public SerialPlace? SerialIn(Guid batchId, string serial) => _serialsIn.GetValueOrDefault((batchId, serial));
    public IEnumerable<SerialPlace> InstalledIn(Guid assembly) => _builtIn.GetValueOrDefault(assembly, []).Select(s => _serials[s]);
    public IEnumerable<Tried> TriedBefore(Submission said) => Tried.Subjects(said).SelectMany(subject => _tried.GetValueOrDefault((said.Actor.OrganisationId, said.Command.GetType().Name, subject), []));
    public Upstream UpstreamOf(Guid batchId) => _upstream.GetValueOrDefault(batchId, Upstream.None);

    /// <summary>The batch with what is claimed of it since that was worked out again, where it is an input of a run.</summary>
    public Batch AsClaimed(Batch batch) => _claimedAgain.TryGetValue(batch.Id, out var custody) ? batch with { Custody = custody } : batch;

    /// <summary>What went into an open run and what came of it over all its parts, where somebody asked (<see cref="Touches.Balances"/>).</summary>
    public (IEnumerable<(Batch Batch, decimal DryKilograms)> Inputs, IEnumerable<(Batch Batch, decimal DryKilograms)> Outputs) HeldBy(Guid runId)
    {
        IEnumerable<(Batch, decimal)> Of(Dictionary<Guid, List<Flow>> flows) =>
            flows.GetValueOrDefault(runId, []).GroupBy(f => f.BatchId, (id, all) => (Find<Batch>(id) ?? all.First().Read!, all.Sum(f => f.DryKilograms)));

        return (Of(_wentInto), Of(_cameOf));
    }

    public Guid? OpenShipmentSealed(Seal seal) => _open.ShipmentSealed(seal);
    public bool Ticket(Guid organisationId, string scale, string number) => _tickets.Contains((organisationId, scale, number));
    public IEnumerable<Guid> OpenShipmentsOn(string unit) => _open.ShipmentsOn(unit);

    /// <summary>Whether the batch may be named to this actor at all: what may not be seen does not exist for him.</summary>
    public bool IsKnownTo(Actor actor, Batch batch, Facility? at = null) => actor.Can(Act.See, new(
        batch.MakerId,
        _parties.ContainsKey((batch.Id, actor.OrganisationId))
            || (at is not null && batch.Holdings.Exists(h => h.FacilityId == at.Id))
            || batch.Holdings.Exists(h => h.OwnerId == actor.OrganisationId)));

    /// <summary>Whether the actor's organisation has to do with the batch, shipment, run or other thing of that kind.</summary>
    public bool Concerns(Actor actor, Guid subjectId, string kind) => _parties.GetValueOrDefault((subjectId, actor.OrganisationId)) == kind;

    /// <summary>The file of that hash, where the organisation sent it itself.</summary>
    public SentFile? File(Guid organisationId, string sha256) => _files.GetValueOrDefault((organisationId, sha256));

    /// <summary>How the document is attached to it now, or null where it is not.</summary>
    public Attached? Attached(Guid documentId, Guid subjectId) => _attached.GetValueOrDefault((documentId, subjectId));

    /// <summary>Whether the actor may act on the batch because his organisation operates a facility that holds it.</summary>
    public bool Keeps(Actor actor, Act act, Batch batch) =>
        batch.Holdings.Exists(h => Find<Facility>(h.FacilityId) is { } facility && actor.Can(act, new(facility.OperatorId)));

    /// <summary>Lowest quantity that lay there at any moment from <paramref name="at"/> on, in occurred order.</summary>
    public Quantity LowestSince(Batch batch, Guid facilityId, Guid ownerId, DateTimeOffset at)
    {
        var holding = batch.At(facilityId, ownerId);
        if (holding is null)
            return Quantity.Zero;
        // Only withdrawals lie after this moment: what lies there now is the lowest.
        if (at >= holding.LastInAt || !_history.TryGetValue((batch.Id, facilityId, ownerId), out var changes))
            return holding.Quantity;

        // Backwards from now, so that changes before the moment need not be known. What happened at one instant happened together.
        var (balance, lowest) = (holding.Quantity, holding.Quantity);
        foreach (var instant in changes.Where(c => c.OccurredAt > at).GroupBy(c => c.OccurredAt).OrderByDescending(i => i.Key))
        {
            balance -= Quantity.Sum(instant.Select(c => c.Quantity));
            lowest = new(Math.Min(lowest.DryKilograms, balance.DryKilograms), Math.Min(lowest.Pieces, balance.Pieces));
        }
        return lowest;
    }

    /// <summary>Whether the batch came of the run, in however many steps.</summary>
    public bool Came(Batch batch, Guid runId)
    {
        if (batch.RunId is not { } maker)
            return false;
        var runs = new HashSet<Guid> { runId };
        var waiting = new Queue<Guid>(runs);
        while (waiting.TryDequeue(out var run))
        {
            foreach (var next in _ledTo.GetValueOrDefault(run, []).Where(runs.Add))
                waiting.Enqueue(next);
        }
        return runs.Contains(maker);
    }

    /// <summary>What the book says lay there at a moment of a count, never less than nothing: goods that left before they came have an alarm of their own.</summary>
    public Quantity BookAt(Batch batch, Guid facilityId, Guid ownerId, DateTimeOffset at)
    {
        var since = _history.GetValueOrDefault((batch.Id, facilityId, ownerId), []).Where(c => c.OccurredAt > at);
        return ((batch.At(facilityId, ownerId)?.Quantity ?? Quantity.Zero) - Quantity.Sum(since.Select(c => c.Quantity))).Most(Quantity.Zero);
    }

    public States With(Guid id, object state, long version = 1)
    {
        _states[id] = state;
        _versions[id] = version;
        return this;
    }

    public void Taken(Guid id) => _versions.TryAdd(id, 0);
    public void Numbered(Guid organisationId, string number, Guid id) => _numbers[(organisationId, number)] = id;

    public void Placed(SerialPlace place)
    {
        var serial = (place.MakerId, place.Serial);
        if (_serials.TryGetValue(serial, out var before))
        {
            _serialsIn.Remove((before.BatchId, before.Serial));
            if (before.InstalledIn is { } assembly)
                _builtIn[assembly].Remove(serial);
        }
        _serials[serial] = place;
        _serialsIn[(place.BatchId, place.Serial)] = place;
        if (place.InstalledIn is not { } into)
            return;
        Kept(_builtIn, into).Add(serial);
    }

    /// <param name="command">Kind of the command.</param>
    /// <param name="subject">One of <see cref="Ledger.Tried.Subjects"/>.</param>
    public void Refused(Guid organisationId, string command, string subject, Tried tried)
    {
        Kept(_tried, (organisationId, command, subject)).Add(tried);
    }

    /// <summary>The next command in line may be about the same thing.</summary>
    public void Refused(Submission said, Refusal refusal)
    {
        var tried = Tried.Of(said, refusal, Now);
        foreach (var subject in Tried.Subjects(said))
            Refused(said.Actor.OrganisationId, said.Command.GetType().Name, subject, tried);
    }

    public void Sealed(Seal seal, Guid shipmentId) => _open.Add(seal, shipmentId);
    public void Loaded(string unit, Guid shipmentId) => _open.Add(unit, shipmentId);
    public void Weighed(Guid organisationId, string scale, string number) => _tickets.Add((organisationId, scale, number));
    public void Party(Party party) => _parties[(party.SubjectId, party.OrganisationId)] = party.Kind;
    public void Sent(Guid organisationId, SentFile file) => _files[(organisationId, file.Sha256)] = file;
    public void Attach(Guid documentId, Attached attached) => _attached[(documentId, attached.Subject.Id)] = attached;
    public void ClaimedAgain(Guid batchId, BatchCustody custody) => _claimedAgain[batchId] = custody;
    public void Carries(Guid batchId, Upstream upstream) => _upstream[batchId] = upstream;

    /// <summary>All of it is of one origin, as of every batch that is registered: of a long file there are as many as rows, and few origins.</summary>
    public Upstream AllFrom(Origin origin) =>
        _wholes.TryGetValue(origin, out var whole) ? whole : _wholes[origin] = Upstream.From(BatchShares.Whole(origin));

    public void WentInto(Guid runId, Guid batchId, decimal dryKilograms, Batch? read = null) => Kept(_wentInto, runId).Add(new(batchId, dryKilograms, read));
    public void CameOf(Guid runId, Guid batchId, decimal dryKilograms, Batch? read = null) => Kept(_cameOf, runId).Add(new(batchId, dryKilograms, read));

    /// <summary>Something that one run made went into another.</summary>
    public void LedTo(Guid runId, Guid intoRunId) => Kept(_ledTo, runId).Add(intoRunId);

    public void Past(Guid batchId, Guid facilityId, Guid ownerId, Change change) => Kept(_history, (batchId, facilityId, ownerId)).Add(change);

    /// <summary>What the next command in line decides on.</summary>
    public void Apply(Decision decision)
    {
        foreach (var (_, stateType, id, @event) in decision.Events)
        {
            if (StreamType.Of(stateType).After(_states.GetValueOrDefault(id), @event, id) is { } state)
                _states[id] = state;
            _versions[id] = _versions.GetValueOrDefault(id) + 1;
            Observe(@event, id);
        }
        foreach (var move in decision.Serials)
            Placed(new(move.MakerId, move.Serial, move.BatchId, move.InstalledIn));
    }

    private void Observe(object @event, Guid id)
    {
        foreach (var (organisation, number, named) in (@event as INumbering)?.Numbers ?? [])
            Numbered(organisation, number, named);
        foreach (var party in Parties.Of(this, id, @event))
            Party(party);
        if (@event is IWeighed weighed)
        {
            foreach (var ticket in Tickets.Of(weighed.Measures))
                Weighed(weighed.Entry.By.OrganisationId, ticket.Scale, ticket.Number);
        }
        switch (@event)
        {
            case BatchRegistered e:
                Past(id, e.FacilityId, e.OwnerId, new(e.Entry.OccurredAt, e.Quantity));
                break;
            case BatchProduced e:
                Past(id, e.FacilityId, e.OwnerId, new(e.OccurredAt, e.Quantity));
                break;
            case BatchBooked e:
                Past(id, e.FacilityId, e.OwnerId, new(e.OccurredAt, e.Quantity));
                if (e.Booking == Booking.Consumed && Find<Batch>(id)!.RunId is { } maker)
                    LedTo(maker, e.FactId);
                break;
            case AssayRecorded e:
                Taken(e.AssayId);
                break;
            case RunPartRecorded e:
                foreach (var input in e.Inputs)
                    WentInto(e.RunId, input.BatchId, input.Quantity.DryKilograms);
                foreach (var output in e.Outputs)
                    CameOf(e.RunId, output.BatchId, output.Quantity.DryKilograms);
                break;
            case DocumentRecorded e:
                foreach (var subject in e.AttachedTo)
                    Attach(e.DocumentId, new(subject, e.Entry.By.PersonId, Now));
                break;
            case DocumentAttached e:
                Attach(e.DocumentId, new(e.To, e.Entry.By.PersonId, Now));
                break;
            case DocumentDetached e:
                _attached.Remove((e.DocumentId, e.From.Id));
                break;
            case ShipmentDispatched e:
                Sealed(id, e.Seals, e.Units);
                break;
            case ShipmentReloaded e:
                _open.Close(id);
                Sealed(id, e.NewSeals, e.NewUnits);
                break;
            case ShipmentAccepted or ShipmentDisputed or ShipmentVoided:
                _open.Close(id);
                break;
        }
    }

    private void Sealed(Guid shipmentId, IEnumerable<Seal> seals, IEnumerable<string> units)
    {
        foreach (var seal in seals)
            Sealed(seal, shipmentId);
        foreach (var unit in units)
            Loaded(unit, shipmentId);
    }

    /// <summary>The list or set of a key, begun where there is none yet.</summary>
    internal static TMany Kept<TKey, TMany>(Dictionary<TKey, TMany> all, TKey key) where TKey : notnull where TMany : new()
    {
        if (!all.TryGetValue(key, out var many))
            all[key] = many = new();
        return many;
    }
}
