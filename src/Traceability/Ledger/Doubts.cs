using Marten;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Ledger;

/// <summary>Rows of what speaks against a batch: opened by alarms, disputes and holds, closed when those end.</summary>
internal sealed class Doubts(States states)
{
    public const string Held = "held";
    public const string Disputed = "handover-disputed";
    public const string CountedIn = "counted-in-unknown";

    /// <summary>Two sides of a shipment found different contents, and no umpire has spoken.</summary>
    public const string AssaysInDispute = "assays-in-dispute";

    /// <summary>Something was claimed of it by an attestation that did not hold on the day it was made after all.</summary>
    public const string ClaimAnnulled = "claim-annulled";

    /// <summary>The run that made it is still open: what goes in later is in it too (B7).</summary>
    public const string RunOpen = "run-open";

    /// <summary>Alarms that say why a handover is disputed: they end with the dispute.</summary>
    private static readonly string[] SaidByDispute = ["outside-tolerance", "pieces-differ"];

    private sealed record Doubt(Guid BatchId, Guid FactId, string Code, Guid? FacilityId, Guid EventId, DateTimeOffset OccurredAt);

    // One kind of alarm at one fact casts one doubt on a batch, however often it was raised.
    private readonly Table<Doubt> _opened = new Table<Doubt>("doubts", "on conflict do nothing")
        .With("batch_id", d => d.BatchId).With("fact_id", d => d.FactId).With("code", d => d.Code).With("facility_id", d => d.FacilityId)
        .With("event_id", d => d.EventId).With("occurred_at", d => d.OccurredAt.ToUniversalTime()).With("recorded_at", _ => states.Now);

    private readonly List<(Guid BatchId, Guid FactId, string? Code)> _closed = [];

    /// <summary>Disputes about assays that ended, but for those that began later.</summary>
    private readonly List<(Guid BatchId, Guid FacilityId, HashSet<Guid> Later)> _settled = [];

    /// <summary>An alarm of one part speaks against all that came of the run.</summary>
    private readonly List<Doubt> _spread = [];

    private readonly List<(Guid EventId, AttestationWithdrawn Happened)> _withdrawn = [];

    private readonly List<Guid> _closedRuns = [];

    public void Add(Guid eventId, object happened)
    {
        switch (happened)
        {
            case BatchRegistered e:
                Open(new(e.BatchId, e.BatchId, "", null, eventId, e.Entry.OccurredAt), e.Entry.With(e.Alarms));
                break;
            case ProcessRunRecorded e:
                foreach (var output in e.Outputs)
                    Open(new(output.BatchId, e.RunId, "", null, eventId, e.Entry.OccurredAt), e.Entry.With(e.Alarms));
                break;
            case OwnershipTransferred e:
                foreach (var line in e.Lines)
                    Open(new(line.BatchId, e.TransferId, "", null, eventId, e.Entry.OccurredAt), e.Entry.With(e.Alarms));
                break;
            case RunPartRecorded e:
                foreach (var output in e.Outputs)
                {
                    foreach (var code in states.Find<ProcessRun>(e.RunId)!.AlarmCodes.Add(RunOpen))
                        _opened.Add(new(output.BatchId, e.RunId, code, null, eventId, e.Entry.OccurredAt));
                }
                _spread.AddRange(e.Entry.With(e.Alarms).Select(a => new Doubt(Guid.Empty, e.RunId, a.Code, null, eventId, e.Entry.OccurredAt)));
                break;
            case RunClosed e:
                _spread.AddRange(e.Entry.With(e.Alarms).Select(a => new Doubt(Guid.Empty, e.RunId, a.Code, null, eventId, e.Entry.OccurredAt)));
                _closedRuns.Add(e.RunId);
                break;
            case StockCounted e:
                foreach (var line in e.Lines)
                    Stocktaken(new(line.BatchId, e.CountId, CountedIn, null, eventId, e.Entry.OccurredAt), line.Booked, line.Alarm, e.Entry);
                break;
            case StockWrittenOff e:
                foreach (var line in e.Lines)
                    Stocktaken(new(line.BatchId, e.WriteOffId, "", null, eventId, e.Entry.OccurredAt), -line.Quantity, line.Alarm, e.Entry);
                break;
            case ShipmentDispatched e:
                Handover(eventId, e.ShipmentId, e.Entry, e.Entry.With(e.Alarms));
                break;
            case ArrivalMisfitted e:
                Handover(eventId, e.ShipmentId, e.Entry, e.Entry.With(e.Alarms));
                break;
            case ShipmentReloaded e:
                Handover(eventId, e.ShipmentId, e.Entry, e.Entry.With(e.Alarms));
                break;
            case ShipmentPartReceived e:
                Handover(eventId, e.ShipmentId, e.Entry, e.Entry.With(e.Alarms));
                break;
            case ShipmentAccepted e:
                Handover(eventId, e.ShipmentId, e.Entry, e.Entry.With(e.Alarms), isDisputed: e.UnderReserve);
                break;
            case ShipmentDisputed e:
                Handover(eventId, e.ShipmentId, e.Entry, e.Entry.With(e.Alarms), isDisputed: true);
                break;
            case ShipmentResolved e:
                _closed.AddRange(e.Lines.Select(l => (l.BatchId, e.ShipmentId, (string?)Disputed)));
                break;
            case ShipmentVoided e:
                _closed.AddRange(states.Find<Shipment>(e.ShipmentId)!.Lines.Select(l => (l.BatchId, e.ShipmentId, (string?)null)));
                break;
            case AssayRecorded e:
                Open(new(e.BatchId, e.AssayId, "", e.FacilityId, eventId, e.Entry.OccurredAt), e.Entry.With(e.Alarms));
                if (e.FacilityId is { } facility)
                    Settled(e, facility);
                break;
            case BatchAllocated e:
                Open(new(e.BatchId, e.AllocationId, "", null, eventId, e.Entry.OccurredAt), e.Entry.With(e.Alarms));
                break;
            case AttestationWithdrawn e:
                _withdrawn.Add((eventId, e));
                break;
            case BatchHeld e:
                _opened.Add(new(e.BatchId, e.HoldId, Held, null, eventId, e.Entry.OccurredAt));
                break;
            case BatchReleased e:
                _closed.Add((e.BatchId, e.HoldId, Held));
                break;
        }
    }

    private void Handover(Guid eventId, Guid shipmentId, Entry entry, IReadOnlyList<Alarm> alarms, bool isDisputed = false)
    {
        var shipment = states.Find<Shipment>(shipmentId)!;
        foreach (var line in shipment.Lines)
        {
            var doubt = new Doubt(line.BatchId, shipmentId, Disputed, shipment.ToFacilityId, eventId, entry.OccurredAt);
            Open(doubt, alarms);
            if (isDisputed)
                _opened.Add(doubt);
        }
    }

    /// <summary>What the sides said before is in dispute no longer, unless they still differ: then this one says so.</summary>
    private void Settled(AssayRecorded e, Guid facilityId)
    {
        foreach (var (_, _, later) in _settled.Where(s => s.BatchId == e.BatchId && s.FacilityId == facilityId))
            later.Add(e.AssayId);
        _settled.Add((e.BatchId, facilityId, [e.AssayId]));
    }

    /// <summary>Nobody knows where what was found came from, and from here it goes wherever the batch goes.</summary>
    private void Stocktaken(Doubt doubt, Quantity change, Alarm? alarm, Entry entry)
    {
        if (change.DryKilograms > 0 || change.Pieces > 0)
            _opened.Add(doubt);
        Open(doubt, entry.With(alarm is null ? [] : [alarm]));
    }

    private void Open(Doubt doubt, IReadOnlyList<Alarm> alarms)
    {
        foreach (var alarm in alarms.Where(a => !SaidByDispute.Contains(a.Code)))
            _opened.Add(doubt with { Code = alarm.Code });
    }

    public void Queue(IDocumentSession session)
    {
        _opened.Queue(session);
        foreach (var doubt in _spread)
        {
            session.QueueSqlCommand(
                "insert into ledger.doubts (batch_id, fact_id, code, event_id, occurred_at, recorded_at) "
                    + "select m.batch_id, m.run_id, ?, ?, ?, ? from ledger.made m where m.run_id = ? and m.superseded_at is null on conflict do nothing",
                doubt.Code, doubt.EventId, doubt.OccurredAt.ToUniversalTime(), states.Now, doubt.FactId);
        }
        foreach (var (eventId, e) in _withdrawn)
        {
            session.QueueSqlCommand(
                "insert into ledger.doubts (batch_id, fact_id, code, event_id, occurred_at, recorded_at) "
                    + "select b.id, ?, ?, ?, ?, ? from ledger.mt_events c join ledger.mt_doc_batch b on b.id = c.stream_id "
                    + "where c.type = 'batch_claimed' and c.data->>'attestationId' = ? and (b.data->>'madeAt')::timestamptz >= ? on conflict do nothing",
                e.AttestationId, ClaimAnnulled, eventId, e.Entry.OccurredAt.ToUniversalTime(), states.Now, e.AttestationId.ToString(), new DateTimeOffset(e.From, TimeOnly.MinValue, TimeSpan.Zero));
        }
        if (_closedRuns.Count > 0)
        {
            session.QueueSqlCommand(
                "update ledger.doubts d set closed_at = ? from ledger.made m where m.run_id = any(?) and d.batch_id = m.batch_id and d.fact_id = m.run_id and d.code = ? and d.closed_at is null",
                states.Now, _closedRuns.ToArray(), RunOpen);
        }
        foreach (var (batch, facility, later) in _settled)
        {
            session.QueueSqlCommand(
                "update ledger.doubts set closed_at = ? where batch_id = ? and facility_id = ? and code = ? and fact_id <> all(?) and closed_at is null",
                states.Now, batch, facility, AssaysInDispute, later.ToArray());
        }
        if (_closed.Count == 0)
            return;
        session.QueueSqlCommand(
            "update ledger.doubts d set closed_at = ? from unnest(?, ?, ?) as u(batch_id, fact_id, code) "
                + "where d.batch_id = u.batch_id and d.fact_id = u.fact_id and (u.code is null or d.code = u.code) and d.closed_at is null",
            states.Now, _closed.Select(c => c.BatchId).ToArray(), _closed.Select(c => c.FactId).ToArray(), _closed.Select(c => c.Code).ToArray());
    }
}
