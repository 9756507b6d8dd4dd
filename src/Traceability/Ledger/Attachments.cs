using Marten;
using Traceability.Documents;

namespace Traceability.Ledger;

/// <summary>Rows of what documents are about.</summary>
internal sealed class Attachments(States states)
{
    private readonly Table<(Guid EventId, Guid DocumentId, Subject Subject, Guid PersonId)> _attached =
        new Table<(Guid EventId, Guid DocumentId, Subject Subject, Guid PersonId)>("attachments")
            .With("event_id", a => a.EventId).With("document_id", a => a.DocumentId).With("subject_id", a => a.Subject.Id).With("kind", a => a.Subject.Kind.ToString())
            .With("person_id", a => a.PersonId).With("recorded_at", _ => states.Now);

    private readonly List<(Guid EventId, object Happened)> _happened = [];

    public void Add(Guid eventId, object happened)
    {
        if (happened is DocumentRecorded or DocumentAttached or DocumentDetached)
            _happened.Add((eventId, happened));
    }

    /// <summary>In the order it happened: what was taken back may be attached again.</summary>
    public void Queue(IDocumentSession session)
    {
        foreach (var (eventId, happened) in _happened)
        {
            switch (happened)
            {
                case DocumentRecorded e:
                    foreach (var subject in e.AttachedTo)
                        _attached.Add((eventId, e.DocumentId, subject, e.Entry.By.PersonId));
                    break;
                case DocumentAttached e:
                    _attached.Add((eventId, e.DocumentId, e.To, e.Entry.By.PersonId));
                    break;
                case DocumentDetached e:
                    _attached.Queue(session);
                    session.QueueSqlCommand(
                        "update ledger.attachments set superseded_by = ?, superseded_at = ? where document_id = ? and subject_id = ? and superseded_at is null",
                        eventId, states.Now, e.DocumentId, e.From.Id);
                    break;
            }
        }
        _attached.Queue(session);
    }
}
