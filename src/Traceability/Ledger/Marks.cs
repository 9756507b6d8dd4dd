using Marten;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Owners;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Ledger;

/// <summary>What else stands on papers, goods and vehicles, by which people look for something.</summary>
public enum MarkKind { Ticket, Seal, Unit, Package, Document, Contract, Number }

/// <summary>Rows of marks: numbers that are nobody's own and need not be unique, found all the same.</summary>
internal sealed class Marks(States states)
{
    // However often something says its seal again, it is one mark of it.
    private readonly Table<(Guid SubjectId, MarkKind Kind, string Mark)> _marks = new Table<(Guid SubjectId, MarkKind Kind, string Mark)>("marks", "on conflict do nothing")
        .With("subject_id", m => m.SubjectId).With("kind", m => m.Kind.ToString()).With("mark", m => m.Mark).With("recorded_at", _ => states.Now);

    public void Add(Guid streamId, object happened)
    {
        if (happened is IWeighed { Measures: var measures })
            Add(streamId, MarkKind.Ticket, Tickets.Of(measures).Select(t => t.Number));
        switch (happened)
        {
            case BatchHeld e:
                Add(streamId, MarkKind.Document, e.Documents.IsDefault ? [] : e.Documents);
                break;
            case BatchReleased e:
                Add(streamId, MarkKind.Document, e.Documents.IsDefault ? [] : e.Documents);
                break;
            case AssayRecorded e:
                Add(streamId, MarkKind.Document, [e.Number, e.Sample]);
                break;
            case StockWrittenOff e:
                Add(streamId, MarkKind.Document, e.Documents);
                break;
            case OwnershipTransferred e:
                Add(streamId, MarkKind.Contract, [e.Contract]);
                break;
            case ArrivalAnnounced e:
                Add(streamId, MarkKind.Number, e.Lines.SelectMany(l => new[] { l.BatchNumber, l.OwnNumber }).Prepend(e.ShipmentNumber));
                break;
            case ShipmentDispatched e:
                Carried(streamId, e.Seals, e.Units, e.Lines.SelectMany(l => l.Packages.IsDefault ? [] : l.Packages));
                Add(streamId, MarkKind.Document, e.Documents);
                Add(streamId, MarkKind.Contract, e.Lines.Select(l => l.NewOwner?.Contract));
                break;
            case ShipmentReloaded e:
                Carried(streamId, e.NewSeals, e.NewUnits, e.Repacked.IsDefault ? [] : e.Repacked.SelectMany(l => l.Packages));
                break;
            case ShipmentPartReceived e:
                Carried(streamId, e.SealsFound ?? [], [], []);
                break;
            case ShipmentAccepted e:
                Carried(streamId, e.SealsFound ?? [], [], []);
                break;
            case ShipmentDisputed e:
                Carried(streamId, e.SealsFound ?? [], [], []);
                break;
        }
    }

    private void Carried(Guid subjectId, IEnumerable<Seal> seals, IEnumerable<string> units, IEnumerable<Package> packages)
    {
        Add(subjectId, MarkKind.Seal, seals.Select(s => $"{s.Issuer} {s.Number}".Trim()));
        Add(subjectId, MarkKind.Unit, units);
        Add(subjectId, MarkKind.Package, packages.Select(p => p.Number));
    }

    private void Add(Guid subjectId, MarkKind kind, IEnumerable<string?> marks)
    {
        foreach (var mark in marks.Where(m => !string.IsNullOrWhiteSpace(m)))
            _marks.Add((subjectId, kind, mark!));
    }

    public void Queue(IDocumentSession session) => _marks.Queue(session);
}
