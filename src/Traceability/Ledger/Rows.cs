using System.Text.Json;
using Marten;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Processing;
using Traceability.Shipments;

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
        Quantity Quantity, Quantity UnderWay, Quantity Disputed, Quantity Blocked, decimal CertifiedKilograms, DateTimeOffset OccurredAt, CustodyModel? KeptAs = null);
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
        .With("blocked_pieces", r => r.Blocked.Pieces).With("certified_kilograms", r => r.CertifiedKilograms).With("kept_as", r => (int?)r.KeptAs)
        .With("occurred_at", r => r.OccurredAt.ToUniversalTime()).With("recorded_at", _ => states.Now);

    /// <summary>A number may be given to the same thing again; given to another thing the key refuses it.</summary>
    private readonly Table<OwnNumber> _numbers = new Table<OwnNumber>("numbers",
            "where (select n.id from ledger.numbers n where n.organisation_id = u.organisation_id and n.number = u.number) is distinct from u.id")
        .With("organisation_id", r => r.OrganisationId).With("number", r => r.Number).With("id", r => r.Id).With("recorded_at", _ => states.Now);

    private readonly HashSet<OwnNumber> _named = [];

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
    private readonly Parties _parties = new(states);
    private readonly Attachments _attachments = new(states);
    private readonly ShareRows _shares = new(states);
    private readonly List<ShipmentReloaded> _reloaded = [];
    private readonly List<Guid> _closed = [];
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
        _parties.Add(streamId, happened);
        _attachments.Add(eventId, happened);
        _shares.Add(eventId, happened);
        if (happened is INumbering { Numbers: var numbers })
            Add(numbers);
        if (happened is IWeighed weighed)
            Add(weighed);
        if (happened is IAlarming alarming)
            Add(eventId, alarming);
        switch (happened)
        {
            case BatchRegistered e:
                Made(new(eventId, e.BatchId, null, e.Number, e.Material, e.Source.ToString(), null, e.MakerId, e.FacilityId, e.OwnerId, e.Quantity, e.Entry.OccurredAt), e.BatchId, Booking.Registered);
                break;
            case BatchProduced e:
                Made(new(eventId, e.BatchId, states.Find<ProcessRun>(e.RunId), e.Number, e.Material, null, e.Role.ToString(), e.MakerId, e.FacilityId, e.OwnerId, e.Quantity, e.OccurredAt), e.RunId, Booking.Produced);
                break;
            case BatchBooked e:
                _bookings.Add(new(eventId, streamId, e.FactId, e.Booking == Booking.Consumed ? states.Find<Batch>(streamId)!.RunId : null, e.Booking, e.FacilityId, e.OwnerId, e.Quantity, e.UnderWay, e.Disputed, e.Blocked, e.CertifiedKilograms, e.OccurredAt, e.KeptAs));
                break;
            case AssayRecorded e when e.AssayId != e.Entry.Id:
                // Stated with a run, it is an entry all the same: nobody else may have its id.
                _entries.Add(new(e.AssayId, e.Entry.Sha256, nameof(RecordAssay), streamId, states.Version(streamId), "[]"));
                break;
            case ShipmentDispatched e:
                Sealed(e.ShipmentId, e.Seals, e.Units);
                break;
            case ShipmentReloaded e:
                _reloaded.Add(e);
                break;
            case ShipmentAccepted e:
                _closed.Add(e.ShipmentId);
                break;
            case ShipmentDisputed e:
                _closed.Add(e.ShipmentId);
                break;
            case ShipmentVoided e:
                _closed.Add(e.ShipmentId);
                break;
        }
    }

    private void Add(IEnumerable<OwnNumber> numbers)
    {
        // Each receipt of a shipment in parts may say the receiver's number again.
        foreach (var number in numbers.Where(_named.Add))
            _numbers.Add(number);
    }

    private void Add(IWeighed weighed)
    {
        foreach (var ticket in Tickets.Of(weighed.Measures))
            _tickets.Add((ticket, weighed.Entry.By.OrganisationId, weighed.FactId));
    }

    private void Add(Guid eventId, IAlarming alarming)
    {
        for (var i = 0; i < alarming.Alarms.Length; i++)
            _alarms.Add(new(eventId, i, alarming.FactId, alarming.Entry.By.OrganisationId, alarming.Alarms[i], alarming.Entry.OccurredAt));
    }

    private void Made(MadeRow made, Guid factId, Booking kind)
    {
        _made.Add(made);
        _bookings.Add(new(made.EventId, made.BatchId, factId, null, kind, made.FacilityId, made.OwnerId, made.Quantity, default, default, default, 0, made.OccurredAt));
    }

    private void Sealed(Guid shipmentId, IEnumerable<Seal> seals, IEnumerable<string> units)
    {
        foreach (var seal in seals)
            _seals.Add((seal, shipmentId));
        foreach (var unit in units)
            _units.Add((unit, shipmentId));
    }

    public void Queue(IDocumentSession session)
    {
        _entries.Queue(session);
        _made.Queue(session);
        _bookings.Queue(session);
        _numbers.Queue(session);
        _parties.Queue(session);
        _attachments.Queue(session);
        _tickets.Queue(session);
        _seals.Queue(session);
        _units.Queue(session);
        _alarms.Queue(session);
        _doubts.Queue(session);
        _marks.Queue(session);
        _shares.Queue(session);
        foreach (var reloaded in _reloaded)
            Reload(session, reloaded);
        Close(session, [.. _closed]);
        _serials.Queue(session);
    }

    /// <summary>What is still on the shipment is opened again.</summary>
    private void Reload(IDocumentSession session, ShipmentReloaded reloaded)
    {
        Close(session, [reloaded.ShipmentId]);
        Sealed(reloaded.ShipmentId, reloaded.NewSeals, reloaded.NewUnits);
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
