using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Documents;

/// <summary>Says what a file is that the organisation sent before, and what it is about. Everybody who sees one of these things sees the document.</summary>
/// <param name="Sha256">Lower-case hex SHA-256 of the file, which was put at <c>/api/files/{sha256}</c>.</param>
/// <param name="Number">What stands on the paper; a customs declaration has one.</param>
/// <param name="IssuedOn">The paper's date.</param>
/// <param name="AttachedTo">What it is about. More can be attached later.</param>
public sealed record RecordDocument(
    Guid DocumentId, string Sha256, DocumentKind Kind, DateTimeOffset OccurredAt, string? Number = null, DateOnly? IssuedOn = null, IReadOnlyList<Subject>? AttachedTo = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RecordDocument>("/api/documents/{documentId:guid}").WithMetadata(new TakesFiles());

    Guid ICommand.EntryId => DocumentId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(DocumentId).Files.Add(Sha256);
        foreach (var subject in (AttachedTo ?? []).Take(Limits.AttachmentsOfCommand))
            Attaching.Touch(touches, by, DocumentId, subject);
    }

    public Decision Decide(States states, Submission said)
    {
        if (!Attaching.May(said.Actor))
            return Refusal.Of("not-allowed");
        if (Wrong(states) is { } wrong)
            return wrong;
        if (states.File(said.Actor.OrganisationId, Sha256) is not { } file)
            return Refusal.Of("file-unknown").At("sha256");
        for (var i = 0; i < AttachedTo?.Count; i++)
        {
            if (Attaching.Wrong(states, said.Actor, AttachedTo[i], $"attachedTo[{i}]") is { } stranger)
                return stranger;
            if (AttachedTo.Take(i).Contains(AttachedTo[i]))
                return Refusal.Of("attached-already").At($"attachedTo[{i}]");
        }
        return Decision.Record().On<Document>(DocumentId, new DocumentRecorded(
            DocumentId, said.Actor.OrganisationId, Sha256, file.Bytes, file.MediaType, Kind, Number, IssuedOn, [.. AttachedTo ?? []], said.Entry));
    }

    private Refusal? Wrong(States states) =>
        Refuse.NewId(states, DocumentId, "documentId")
        ?? Refuse.Undefined(Kind, "kind")
        ?? Refuse.Time(states, OccurredAt, "occurredAt")
        ?? (Number is null ? null : Refuse.Name(Number, "number"))
        ?? (Number is null && Kind == DocumentKind.CustomsDeclaration ? Refusal.Of("declaration-number-missing").At("number") : null)
        ?? (IssuedOn is { } issued && (issued < DateOnly.FromDateTime(Limits.Earliest.Date) || issued > DateOnly.FromDateTime(states.Now.UtcDateTime.AddDays(1)))
            ? Refusal.Of("issued-when", ("earliest", Limits.Earliest)).At("issuedOn") : null)
        ?? Refuse.Count(AttachedTo?.Count ?? 0, Limits.AttachmentsOfCommand, "attachedTo")
        ?? (FileStore.IsHash(Sha256) ? null : Refusal.Of("hash-malformed").At("sha256"));
}

/// <summary>Attaches a document to one more thing: everybody who sees that sees the document from then on.</summary>
public sealed record AttachDocument(Guid DocumentId, Guid AttachmentId, Subject To, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<AttachDocument>("/api/documents/{documentId:guid}/attachments/{attachmentId:guid}");

    Guid ICommand.EntryId => AttachmentId;

    public void Touch(Touches touches, Actor by) => Attaching.Touch(touches.Lock<Document>(DocumentId), by, DocumentId, To);

    public Decision Decide(States states, Submission said)
    {
        if (Attaching.WrongDocument(states, said.Actor, DocumentId) is { } notOurs)
            return notOurs;
        var wrong = Refuse.Id(AttachmentId, "attachmentId") ?? Refuse.Time(states, OccurredAt, "occurredAt") ?? Attaching.Wrong(states, said.Actor, To, "to");
        if (wrong is not null)
            return wrong;
        return states.Attached(DocumentId, To.Id) is null
            ? Decision.Record().On<Document>(DocumentId, new DocumentAttached(DocumentId, AttachmentId, To, said.Entry))
            : Refusal.Of("attached-already").At("to");
    }
}

/// <summary>Takes a wrong attachment back. Whoever attached it may for a day, then a supervisor (H1). The ledger keeps that it was attached and why it is no more.</summary>
public sealed record DetachDocument(Guid DocumentId, Guid DetachmentId, Subject From, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<DetachDocument>("/api/documents/{documentId:guid}/detachments/{detachmentId:guid}");

    Guid ICommand.EntryId => DetachmentId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Document>(DocumentId).Attachments.Add((DocumentId, From.Id));

    public Decision Decide(States states, Submission said)
    {
        if (Attaching.WrongDocument(states, said.Actor, DocumentId) is { } notOurs)
            return notOurs;
        if (states.Attached(DocumentId, From.Id) is not { } attached || attached.Subject != From)
            return Refusal.Of("not-attached").At("from");
        var own = attached.PersonId == said.Actor.PersonId && states.Now - attached.RecordedAt <= Limits.Regret;
        if (!own && !said.Actor.Can(Act.Settle, new(said.Actor.OrganisationId)))
            return Refusal.Of("not-allowed");
        var wrong = Refuse.Id(DetachmentId, "detachmentId") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? Decision.Record().On<Document>(DocumentId, new DocumentDetached(DocumentId, DetachmentId, From, Reason, said.Entry));
    }
}

/// <summary>What recording and attaching ask alike.</summary>
internal static class Attaching
{
    public static void Touch(Touches touches, Actor by, Guid documentId, Subject to)
    {
        touches.Attachments.Add((documentId, to.Id));
        if (to.Kind == SubjectKind.Facility)
            touches.Read(to.Id);
        else if (to.Kind != SubjectKind.Organisation)
            touches.Subjects.Add((to.Id, by.OrganisationId));
    }

    /// <summary>Operators bring papers, laboratories their certificates.</summary>
    public static bool May(Actor actor) => actor.Can(Act.Record, new(actor.OrganisationId)) || actor.Can(Act.Analyse, new(actor.OrganisationId));

    /// <summary>Only who recorded a document says what it is about: attached elsewhere it is shown to others.</summary>
    public static Refusal? WrongDocument(States states, Actor actor, Guid documentId) =>
        states.Find<Document>(documentId) is not { } document || document.OrganisationId != actor.OrganisationId ? Refusal.Of("not-found").At("documentId")
        : !May(actor) ? Refusal.Of("not-allowed")
        : null;

    /// <summary>What the actor's organisation has nothing to do with does not exist for him. The register's entries are described by those who answer for them.</summary>
    public static Refusal? Wrong(States states, Actor actor, Subject to, string field) => to.Kind switch
    {
        SubjectKind.Facility => states.Find<Facilities.Facility>(to.Id) is not { } facility ? Refusal.Of("not-found").At($"{field}.id")
            : facility.OperatorId == actor.OrganisationId ? null : Refusal.Of("not-allowed").At(field),
        SubjectKind.Organisation => to.Id == actor.OrganisationId ? null : Refusal.Of("not-allowed").At(field),
        _ when !Enum.IsDefined(to.Kind) => Refuse.Undefined(to.Kind, $"{field}.kind"),
        _ => states.Concerns(actor, to.Id, to.Party) ? null : Refusal.Of("not-found").At($"{field}.id"),
    };
}

/// <summary>A document stands attached to something.</summary>
/// <param name="PersonId">Who attached it.</param>
public sealed record Attached(Subject Subject, Guid PersonId, DateTimeOffset RecordedAt);

/// <summary>A file that an organisation sent.</summary>
public sealed record SentFile(string Sha256, long Bytes, string MediaType);
