using System.Text.Json;
using Marten;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Ledger;

/// <summary>The tables beside the streams. What stands in them follows from events alone, so that they can be made again from the ledger;
/// only serial lists come beside the events, which carry their hash.</summary>
/// <param name="states">What the events so far amount to: rows name both ends of what an event names only one end of.</param>
public sealed class Rows(States states)
{
    private sealed record EntryRow(Guid Id, string Sha256, string Command, Guid StreamId, long Version, string Alarms);
    private sealed record MadeRow(
        Guid EventId, Guid BatchId, ProcessRun? Run, string Number, string Material, string? Source, string? Role,
        Guid MakerId, Guid FacilityId, Guid OwnerId, Quantity Quantity, DateTimeOffset OccurredAt);
    private sealed record BookingRow(
        Guid EventId, Guid BatchId, Guid FactId, Guid? FromRunId, Booking Kind, Guid FacilityId, Guid OwnerId,
        Quantity Quantity, Quantity UnderWay, Quantity Disputed, Quantity Blocked, decimal CertifiedKilograms, DateTimeOffset OccurredAt);
    private sealed record NumberRow(Guid OrganisationId, string Number, Guid Id);
    private sealed record PartyRow(Guid SubjectId, Guid OrganisationId, string Kind);
    private sealed record AlarmRow(Guid EventId, int Position, Guid FactId, Guid OrganisationId, Alarm Alarm, DateTimeOffset OccurredAt);

    private readonly Table<EntryRow> _entries = new Table<EntryRow>("entries")
        .With("id", r => r.Id).With("sha256", r => r.Sha256).With("command", r => r.Command).With("stream_id", r => r.StreamId)
        .With("version", r => r.Version).With("alarms", r => r.Alarms, "::jsonb").With("recorded_at", _ => states.Now);

    private readonly Table<MadeRow> _made = new Table<MadeRow>("made")
        .With("event_id", r => r.EventId).With("batch_id", r => r.BatchId).With("run_id", r => r.Run?.Id).With("run_number", r => r.Run?.Number)
        .With("step", r => r.Run?.Step).With("number", r => r.Number)
        .With("material", r => r.Material).With("source", r => r.Source).With("role", r => r.Role).With("maker_id", r => r.MakerId)
        .With("facility_id", r => r.FacilityId).With("owner_id", r => r.OwnerId).With("dry_kilograms", r => r.Quantity.DryKilograms)
        .With("pieces", r => r.Quantity.Pieces).With("occurred_at", r => r.OccurredAt.ToUniversalTime()).With("recorded_at", _ => states.Now);

    private readonly Table<BookingRow> _bookings = new Table<BookingRow>("bookings")
        .With("event_id", r => r.EventId).With("batch_id", r => r.BatchId).With("fact_id", r => r.FactId).With("from_run_id", r => r.FromRunId).With("kind", r => r.Kind.ToString())
        .With("facility_id", r => r.FacilityId).With("owner_id", r => r.OwnerId).With("dry_kilograms", r => r.Quantity.DryKilograms)
        .With("pieces", r => r.Quantity.Pieces).With("under_way_dry_kilograms", r => r.UnderWay.DryKilograms)
        .With("under_way_pieces", r => r.UnderWay.Pieces).With("disputed_dry_kilograms", r => r.Disputed.DryKilograms)
        .With("disputed_pieces", r => r.Disputed.Pieces).With("blocked_dry_kilograms", r => r.Blocked.DryKilograms)
        .With("blocked_pieces", r => r.Blocked.Pieces).With("certified_kilograms", r => r.CertifiedKilograms)
        .With("occurred_at", r => r.OccurredAt.ToUniversalTime()).With("recorded_at", _ => states.Now);

    /// <summary>A number may be given to the same thing again; given to another thing the key refuses it.</summary>
    private readonly Table<NumberRow> _numbers = new Table<NumberRow>("numbers",
            "where (select n.id from ledger.numbers n where n.organisation_id = u.organisation_id and n.number = u.number) is distinct from u.id")
        .With("organisation_id", r => r.OrganisationId).With("number", r => r.Number).With("id", r => r.Id).With("recorded_at", _ => states.Now);

    private readonly HashSet<NumberRow> _named = [];

    private readonly Table<PartyRow> _parties = new Table<PartyRow>("parties", "on conflict do nothing")
        .With("subject_id", r => r.SubjectId).With("organisation_id", r => r.OrganisationId).With("kind", r => r.Kind).With("recorded_at", _ => states.Now);

    private readonly Table<(Ticket Ticket, Guid OrganisationId, Guid FactId)> _tickets = new Table<(Ticket Ticket, Guid OrganisationId, Guid FactId)>("tickets")
        .With("organisation_id", r => r.OrganisationId).With("scale", r => r.Ticket.Scale).With("number", r => r.Ticket.Number)
        .With("fact_id", r => r.FactId).With("recorded_at", _ => states.Now);

    private readonly Table<(Seal Seal, Guid ShipmentId)> _seals = new Table<(Seal Seal, Guid ShipmentId)>("seals", "on conflict (shipment_id, issuer, number) do update set closed_at = null")
        .With("issuer", r => r.Seal.Issuer).With("number", r => r.Seal.Number).With("shipment_id", r => r.ShipmentId).With("recorded_at", _ => states.Now);

    private readonly Table<(string Unit, Guid ShipmentId)> _units = new Table<(string Unit, Guid ShipmentId)>("units", "on conflict (shipment_id, unit) do update set closed_at = null")
        .With("unit", r => r.Unit).With("shipment_id", r => r.ShipmentId).With("recorded_at", _ => states.Now);

    private readonly Table<AlarmRow> _alarms = new Table<AlarmRow>("alarms")
        .With("event_id", r => r.EventId).With("position", r => r.Position).With("fact_id", r => r.FactId).With("organisation_id", r => r.OrganisationId)
        .With("code", r => r.Alarm.Code).With("values", r => JsonSerializer.Serialize(r.Alarm.Values, LedgerJson.Options), "::jsonb")
        .With("occurred_at", r => r.OccurredAt.ToUniversalTime()).With("recorded_at", _ => states.Now);

    private readonly Doubts _doubts = new(states);
    private readonly Marks _marks = new(states);
    private readonly List<ShipmentReloaded> _reloaded = [];
    private readonly List<Guid> _closed = [];
    private readonly List<FacilityChanged> _changed = [];
    private readonly SerialRows _serials = new(states);

    /// <param name="eventId">Of the fact, which may have alarms of its own.</param>
    public void Add(Submission said, Decision decision, Guid eventId, Guid streamId, long version)
    {
        _entries.Add(new(said.Command.EntryId, said.Sha256, said.Command.GetType().Name, streamId, version, JsonSerializer.Serialize(decision.Alarms, LedgerJson.Options)));
        for (var i = 0; i < decision.Noticed.Count; i++)
            _alarms.Add(new(eventId, decision.Alarms.Length - decision.Noticed.Count + i, streamId, said.Actor.OrganisationId, decision.Noticed[i], said.Command.OccurredAt));
    }

    public void Add(IReadOnlyList<SerialMove> moves) => _serials.Add(moves);

    public void Add(Guid eventId, Guid streamId, object happened)
    {
        _doubts.Add(eventId, happened);
        _marks.Add(streamId, happened);
        switch (happened)
        {
            case OrganisationRegistered e:
                Number(new(Guid.Empty, e.Code, e.OrganisationId));
                break;
            case FacilityRegistered e:
                Number(new(Guid.Empty, Facility.CodeKey(e.Code), e.FacilityId));
                break;
            case FacilityChanged e:
                _changed.Add(e);
                break;
            case BatchRegistered e:
                Made(new(eventId, e.BatchId, null, e.Number, e.Material, e.Source.ToString(), null, e.MakerId, e.FacilityId, e.OwnerId, e.Quantity, e.Entry.OccurredAt), e.BatchId, Booking.Registered);
                Alarms(eventId, e.BatchId, e.Alarms, e.Entry);
                Weighed(e.BatchId, e.Entry, [e.Stated]);
                break;
            case BatchProduced e:
                Made(new(eventId, e.BatchId, states.Find<ProcessRun>(e.RunId), e.Number, e.Material, null, e.Role.ToString(), e.MakerId, e.FacilityId, e.OwnerId, e.Quantity, e.OccurredAt), e.RunId, Booking.Produced);
                break;
            case BatchBooked e:
                _bookings.Add(new(eventId, streamId, e.FactId, e.Booking == Booking.Consumed ? states.Find<Batch>(streamId)!.RunId : null, e.Booking, e.FacilityId, e.OwnerId, e.Quantity, e.UnderWay, e.Disputed, e.Blocked, e.CertifiedKilograms, e.OccurredAt));
                break;
            case BatchPublished e:
                Number(new(Guid.Empty, Batch.PublicKey(e.Code), e.BatchId));
                break;
            case RunOpened e:
                Run(e.RunId, e.OperatorId, e.Number);
                break;
            case RunPartRecorded e:
                Alarms(eventId, e.RunId, e.Alarms, e.Entry);
                Weighed(e.RunId, e.Entry, [.. e.Inputs.Select(i => i.Stated), .. e.Outputs.Select(o => o.Stated)]);
                break;
            case RunClosed e:
                Alarms(eventId, e.RunId, e.Alarms, e.Entry);
                break;
            case ProcessRunRecorded e:
                Run(e.RunId, e.OperatorId, e.Number);
                Alarms(eventId, e.RunId, e.Alarms, e.Entry);
                Weighed(e.RunId, e.Entry, [.. e.Inputs.Select(i => i.Stated), .. e.Outputs.Select(o => o.Stated)]);
                break;
            case OwnershipTransferred e:
                Transferred(eventId, e);
                break;
            case HoldRequested e:
                _parties.Add(new(e.RequestId, e.OwnerId, "hold-request"));
                _parties.Add(new(e.RequestId, e.KeeperId, "hold-request"));
                break;
            case StockCounted e:
                Stocktaken(eventId, e.CountId, e.OperatorId, "stock-count", StockCount.NumberKey(e.Number), e.Lines.Select(l => (l.BatchId, l.OwnerId, l.Stated)), e.Alarms(), e.Entry);
                break;
            case StockWrittenOff e:
                Stocktaken(eventId, e.WriteOffId, e.OperatorId, "write-off", WriteOff.NumberKey(e.Number), e.Lines.Select(l => (l.BatchId, l.OwnerId, l.Stated)), e.Alarms(), e.Entry);
                break;
            case ShipmentDispatched e:
                Dispatched(eventId, e);
                break;
            case ArrivalAnnounced e:
                foreach (var organisation in new[] { e.FromOrganisationId, e.ToOperatorId }.Distinct())
                    _parties.Add(new(streamId, organisation, "arrival"));
                Weighed(e.ArrivalId, e.Entry, e.Lines.Select(l => l.Stated));
                break;
            case ArrivalMisfitted e:
                Alarms(eventId, e.ShipmentId, e.Alarms, e.Entry);
                break;
            case ShipmentReloaded e:
                _reloaded.Add(e);
                Alarms(eventId, e.ShipmentId, e.Alarms, e.Entry);
                break;
            case ShipmentPartReceived e:
                Arrived(e.ShipmentId, e.Entry, e.Lines.Select(l => (l.BatchId, l.OwnNumber, (Measure?)l.Stated)));
                Alarms(eventId, e.ShipmentId, e.Alarms, e.Entry);
                break;
            case ShipmentAccepted e:
                Arrived(e.ShipmentId, e.Entry, e.Lines.Select(l => (l.BatchId, l.OwnNumber, l.Stated)));
                Closed(eventId, e.ShipmentId, e.Alarms, e.Entry);
                break;
            case ShipmentDisputed e:
                Arrived(e.ShipmentId, e.Entry, e.Lines.Select(l => (l.BatchId, l.OwnNumber, l.Stated)));
                Closed(eventId, e.ShipmentId, e.Alarms, e.Entry);
                break;
            // Whom one side alone named has nothing to do with it yet.
            case UmpireNamed e when states.Find<Shipment>(e.ShipmentId)!.Umpire == e.UmpireId:
                _parties.Add(new(e.ShipmentId, e.UmpireId, "shipment"));
                break;
            case ShipmentVoided e:
                Closed(eventId, e.ShipmentId, [], e.Entry);
                break;
        }
    }

    private void Number(NumberRow row)
    {
        // Each receipt of a shipment in parts may say the receiver's number again.
        if (_named.Add(row))
            _numbers.Add(row);
    }

    private void Run(Guid runId, Guid operatorId, string number)
    {
        Number(new(operatorId, ProcessRun.NumberKey(number), runId));
        _parties.Add(new(runId, operatorId, "run"));
    }

    private void Made(MadeRow made, Guid factId, Booking kind)
    {
        _made.Add(made);
        _bookings.Add(new(made.EventId, made.BatchId, factId, null, kind, made.FacilityId, made.OwnerId, made.Quantity, default, default, default, 0, made.OccurredAt));
        Number(new(made.MakerId, made.Number, made.BatchId));
        foreach (var organisation in new[] { made.MakerId, made.OwnerId }.Distinct())
            _parties.Add(new(made.BatchId, organisation, "batch"));
    }

    private void Dispatched(Guid eventId, ShipmentDispatched e)
    {
        Number(new(e.Entry.By.OrganisationId, Shipment.NumberKey(e.Number), e.ShipmentId));
        foreach (var seal in e.Seals)
            _seals.Add((seal, e.ShipmentId));
        foreach (var unit in e.Units)
            _units.Add((unit, e.ShipmentId));
        Weighed(e.ShipmentId, e.Entry, e.Lines.Select(l => l.Stated));
        Guid[] carrier = e.Carrier.OrganisationId is { } id ? [id] : [];
        foreach (var organisation in e.Lines.SelectMany(l => new[] { l.OwnerId, l.ArrivingOwnerId }).Concat([e.FromOperatorId, e.ToOperatorId, .. carrier]).Distinct())
            _parties.Add(new(e.ShipmentId, organisation, "shipment"));
        foreach (var line in e.Lines)
        {
            foreach (var organisation in carrier.Concat([e.ToOperatorId, line.ArrivingOwnerId]).Distinct())
                _parties.Add(new(line.BatchId, organisation, "batch"));
        }
        Alarms(eventId, e.ShipmentId, e.Alarms, e.Entry);
    }

    private void Transferred(Guid eventId, OwnershipTransferred e)
    {
        foreach (var organisation in new[] { e.FromOwnerId, e.ToOwnerId, e.KeeperId }.Distinct())
            _parties.Add(new(e.TransferId, organisation, "transfer"));
        foreach (var line in e.Lines)
            _parties.Add(new(line.BatchId, e.ToOwnerId, "batch"));
        Alarms(eventId, e.TransferId, e.Alarms, e.Entry);
        Weighed(e.TransferId, e.Entry, e.Lines.Select(l => l.Stated));
    }

    /// <summary>Owners have to do with what is found and lost of theirs.</summary>
    private void Stocktaken(
        Guid eventId, Guid factId, Guid operatorId, string kind, string numberKey, IEnumerable<(Guid BatchId, Guid OwnerId, Measure Stated)> lines, IReadOnlyList<Alarm> alarms, Entry entry)
    {
        Number(new(operatorId, numberKey, factId));
        _parties.Add(new(factId, operatorId, kind));
        foreach (var (batchId, ownerId, stated) in lines)
        {
            _parties.Add(new(factId, ownerId, kind));
            _parties.Add(new(batchId, ownerId, "batch"));
            Weighed(factId, entry, [stated]);
        }
        Alarms(eventId, factId, alarms, entry);
    }

    /// <summary>The receiver weighed the batches and may have given them numbers of his own.</summary>
    private void Arrived(Guid shipmentId, Entry entry, IEnumerable<(Guid BatchId, string? OwnNumber, Measure? Stated)> lines)
    {
        foreach (var (batchId, number, stated) in lines)
        {
            if (number is not null)
                Number(new(entry.By.OrganisationId, number, batchId));
            Weighed(shipmentId, entry, [stated]);
        }
    }

    private void Weighed(Guid factId, Entry entry, IEnumerable<Measure?> measures)
    {
        foreach (var ticket in Tickets.Of(measures))
            _tickets.Add((ticket, entry.By.OrganisationId, factId));
    }

    private void Closed(Guid eventId, Guid shipmentId, IReadOnlyList<Alarm> alarms, Entry entry)
    {
        _closed.Add(shipmentId);
        Alarms(eventId, shipmentId, alarms, entry);
    }

    private void Alarms(Guid eventId, Guid factId, IReadOnlyList<Alarm> alarms, Entry entry)
    {
        for (var i = 0; i < alarms.Count; i++)
            _alarms.Add(new(eventId, i, factId, entry.By.OrganisationId, alarms[i], entry.OccurredAt));
    }

    public void Queue(IDocumentSession session)
    {
        _entries.Queue(session);
        _made.Queue(session);
        _bookings.Queue(session);
        _numbers.Queue(session);
        _parties.Queue(session);
        _tickets.Queue(session);
        _seals.Queue(session);
        _units.Queue(session);
        _alarms.Queue(session);
        _doubts.Queue(session);
        _marks.Queue(session);
        foreach (var reloaded in _reloaded)
            Reload(session, reloaded);
        Close(session, [.. _closed]);
        foreach (var changed in _changed)
            HandOver(session, changed);
        _serials.Queue(session);
    }

    /// <summary>Who takes over a facility has to do with what lies there. Most changes are of something else, and spare the search.</summary>
    private void HandOver(IDocumentSession session, FacilityChanged e) => session.QueueSqlCommand(
        """
        insert into ledger.parties (subject_id, organisation_id, kind, recorded_at)
        select k.batch_id, ?, 'batch', ? from ledger.bookings k
        where k.facility_id = ? and k.superseded_at is null
            and exists (select from ledger.mt_events e where e.stream_id = ? and e.data->'terms'->>'operatorId' <> ?)
        group by k.batch_id having sum(k.dry_kilograms) <> 0 or sum(k.pieces) <> 0
        on conflict do nothing
        """,
        e.Terms.OperatorId, states.Now, e.FacilityId, e.FacilityId, e.Terms.OperatorId.ToString());

    /// <summary>What is still on the shipment is opened again.</summary>
    private void Reload(IDocumentSession session, ShipmentReloaded reloaded)
    {
        Close(session, [reloaded.ShipmentId]);
        foreach (var seal in reloaded.NewSeals)
            _seals.Add((seal, reloaded.ShipmentId));
        foreach (var unit in reloaded.NewUnits)
            _units.Add((unit, reloaded.ShipmentId));
        _seals.Queue(session);
        _units.Queue(session);
    }

    private void Close(IDocumentSession session, Guid[] shipments)
    {
        if (shipments.Length == 0)
            return;
        foreach (var table in new[] { "seals", "units" })
            session.QueueSqlCommand($"update ledger.{table} set closed_at = ? where shipment_id = any(?) and closed_at is null", states.Now, shipments);
    }
}
