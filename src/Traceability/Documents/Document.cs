using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Ledger;

namespace Traceability.Documents;

public enum DocumentKind { WeighbridgeTicket, CertificateOfAnalysis, SmgsWaybill, CmrWaybill, Invoice, PackingList, CustomsDeclaration, Permit, RoyaltyReceipt, Other }

/// <summary>What a document can be about.</summary>
public enum SubjectKind { Batch, Shipment, Run, Facility, Organisation, StockCount, WriteOff }

/// <summary>Something a document is about.</summary>
public readonly record struct Subject(SubjectKind Kind, Guid Id)
{
    /// <summary>Everybody who signs in sees the register, so a document about an entry of it is seen by all.</summary>
    [JsonIgnore]
    public bool InRegister => Kind is SubjectKind.Facility or SubjectKind.Organisation;

    /// <summary>What the kind is called where it is written down who is concerned.</summary>
    [JsonIgnore]
    public string Party => Kind switch
    {
        SubjectKind.StockCount => "stock-count",
        SubjectKind.WriteOff => "write-off",
        _ => Kind.ToString().ToLowerInvariant(),
    };
}

// Append to this list; never change what is in it.
/// <param name="Sha256">Lower-case hex SHA-256 of the file, by which it is found and checked.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="MediaType">Its type, as its content shows.</param>
public sealed record DocumentRecorded(
    Guid DocumentId, Guid OrganisationId, string Sha256, long Bytes, string MediaType, DocumentKind Kind, string? Number, DateOnly? IssuedOn, ImmutableArray<Subject> AttachedTo,
    Entry Entry) : IEventOf<Document>;

public sealed record DocumentAttached(Guid DocumentId, Guid AttachmentId, Subject To, Entry Entry) : IEventOf<Document>;

/// <summary>An attachment was wrong: a correction, which leaves both events in the ledger.</summary>
public sealed record DocumentDetached(Guid DocumentId, Guid DetachmentId, Subject From, string Reason, Entry Entry) : IEventOf<Document>;

/// <summary>What an organisation says about a file that it sent: what it is, its number and date. The file itself lies outside the ledger, which has its hash.
/// Two organisations that hold the same paper have two documents and one file.</summary>
/// <param name="OrganisationId">Who recorded it, and alone says what it is about.</param>
public sealed record Document(
    Guid Id, Guid OrganisationId, string Sha256, long Bytes, string MediaType, DocumentKind Kind, string? Number, DateOnly? IssuedOn, DateTimeOffset OccurredAt, Author By)
    : IState<Document>
{
    static StreamKind IState<Document>.Kind => StreamKind.Document;

    public static Document? After(Document? current, object happened, Guid id) => happened switch
    {
        DocumentRecorded e => new(id, e.OrganisationId, e.Sha256, e.Bytes, e.MediaType, e.Kind, e.Number, e.IssuedOn, e.Entry.OccurredAt, e.Entry.By),
        _ => current,
    };
}
