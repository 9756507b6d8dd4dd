using Marten;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Ledger;

/// <param name="Kind">What the subject is: batch, run, shipment, arrival, transfer, hold-request, stock-count, write-off, attestation or document.</param>
public sealed record Party(Guid SubjectId, Guid OrganisationId, string Kind);

/// <summary>Rows of who is concerned: who registered, made, owns, was sent or carries something sees it.</summary>
internal sealed class Parties(States states)
{
    private readonly Table<Party> _parties = new Table<Party>("parties", "on conflict do nothing")
        .With("subject_id", r => r.SubjectId).With("organisation_id", r => r.OrganisationId).With("kind", r => r.Kind).With("recorded_at", _ => states.Now);

    private readonly List<FacilityChanged> _changed = [];

    public void Add(Guid streamId, object happened)
    {
        foreach (var party in Of(states, streamId, happened).Distinct())
            _parties.Add(party);
        if (happened is FacilityChanged changed)
            _changed.Add(changed);
    }

    /// <summary>Whom an event makes a party to what.</summary>
    public static IEnumerable<Party> Of(States states, Guid streamId, object happened) => happened switch
    {
        BatchRegistered e => All(e.BatchId, "batch", e.MakerId, e.OwnerId),
        BatchProduced e => All(e.BatchId, "batch", e.MakerId, e.OwnerId),
        RunOpened e => All(e.RunId, "run", e.OperatorId),
        ProcessRunRecorded e => All(e.RunId, "run", e.OperatorId),
        OwnershipTransferred e => [.. All(e.TransferId, "transfer", e.FromOwnerId, e.ToOwnerId, e.KeeperId), .. e.Lines.Select(l => new Party(l.BatchId, e.ToOwnerId, "batch"))],
        HoldRequested e => All(e.RequestId, "hold-request", e.OwnerId, e.KeeperId),
        StockCounted e => Stocktaken(e.CountId, "stock-count", e.OperatorId, e.Lines.Select(l => (l.BatchId, l.OwnerId))),
        StockWrittenOff e => Stocktaken(e.WriteOffId, "write-off", e.OperatorId, e.Lines.Select(l => (l.BatchId, l.OwnerId))),
        ShipmentDispatched e => Dispatched(e),
        AttestationRecorded e => All(e.AttestationId, "attestation", e.OrganisationId),
        DocumentRecorded e => All(e.DocumentId, "document", e.OrganisationId),
        ArrivalAnnounced e => All(streamId, "arrival", e.FromOrganisationId, e.ToOperatorId),
        // Whom one side alone named has nothing to do with it yet.
        UmpireNamed e when states.Find<Shipment>(e.ShipmentId)!.Umpire == e.UmpireId => All(e.ShipmentId, "shipment", e.UmpireId),
        _ => [],
    };

    private static IEnumerable<Party> All(Guid subjectId, string kind, params IEnumerable<Guid> organisations) => organisations.Select(organisation => new Party(subjectId, organisation, kind));

    private static IEnumerable<Party> Dispatched(ShipmentDispatched e)
    {
        Guid[] carrier = e.Carrier.OrganisationId is { } id ? [id] : [];
        return
        [
            .. All(e.ShipmentId, "shipment", [e.FromOperatorId, e.ToOperatorId, .. carrier, .. e.Lines.SelectMany(l => new[] { l.OwnerId, l.ArrivingOwnerId })]),
            .. e.Lines.SelectMany(line => All(line.BatchId, "batch", [e.ToOperatorId, line.ArrivingOwnerId, .. carrier])),
        ];
    }

    /// <summary>Owners have to do with what is found and lost of theirs.</summary>
    private static IEnumerable<Party> Stocktaken(Guid factId, string kind, Guid operatorId, IEnumerable<(Guid BatchId, Guid OwnerId)> lines) =>
        [new(factId, operatorId, kind), .. lines.SelectMany(l => new Party[] { new(factId, l.OwnerId, kind), new(l.BatchId, l.OwnerId, "batch") })];

    public void Queue(IDocumentSession session)
    {
        _parties.Queue(session);
        foreach (var changed in _changed)
            HandOver(session, changed);
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
}
