using Microsoft.Net.Http.Headers;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Documents;

/// <param name="AttachedTo">Only those about this batch, shipment, run, facility, organisation, count or write-off.</param>
/// <param name="Text">Part of the number, in any case.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record DocumentFilter(DocumentKind? Kind = null, Guid? AttachedTo = null, string? Text = null, string? Cursor = null);

/// <param name="Organisation">Who recorded it.</param>
public sealed record DocumentListed(
    Guid Id, DocumentKind Kind, string? Number, DateOnly? IssuedOn, Guid OrganisationId, string Organisation, string Sha256, long Bytes, string MediaType, DateTimeOffset KnownSince);

/// <param name="Subject">Something the document is about that the reader sees too.</param>
/// <param name="Number">Its number or name.</param>
public sealed record AttachmentFound(Subject Subject, string Number, DateTimeOffset KnownSince);

/// <param name="AttachedTo">What it is about, as far as the reader sees that: the first <see cref="Limits.AttachmentsShown"/>.</param>
/// <param name="Version">Version of the document's stream.</param>
public sealed record DocumentFound(Document Document, string Organisation, IReadOnlyList<AttachmentFound> AttachedTo, DateTimeOffset KnownSince, long Version)
{
    internal DocumentListed Listed => new(
        Document.Id, Document.Kind, Document.Number, Document.IssuedOn, Document.OrganisationId, Organisation, Document.Sha256, Document.Bytes, Document.MediaType, KnownSince);
}

/// <summary>Documents are seen by who recorded them, and by everybody who sees one of the things they are about.</summary>
public static class ReadDocuments
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/documents", AnswerList).Lists<DocumentListed>("ListDocuments");
        routes.MapRead("/api/documents/{documentId:guid}", AnswerOne).ReadsVersion<DocumentFound>("ReadDocument");
        routes.MapRead("/api/documents/{documentId:guid}/file", AnswerFile)
            .Produces<Stream>(StatusCodes.Status200OK, FileType.Pdf, [.. FileType.Extensions.Keys.Skip(1)])
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable)
            .WithMetadata(new Answers("ETag", "The SHA-256 of the file, in quotes. Sent as If-None-Match it spares the file: 304."))
            .WithName("DownloadDocument")
            .WithSummary("The file of a document, checked against its hash before it goes out.");
    }

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<DocumentListed>?> Find(NpgsqlDataSource source, Actor actor, DocumentFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            $"""
            {Select(actor)}
                and (known.recorded_at, known.subject_id) < ($2, $3)
                and ($4::text is null or d.data->>'kind' = $4)
                and ($5::uuid is null or exists (select from ledger.attachments a where a.document_id = d.id and a.subject_id = $5 and a.superseded_at is null and {actor.SeesAttachment("a", "d")}))
                and ($6::text is null or d.data->>'number' ilike $6)
            order by known.recorded_at desc, known.subject_id desc
            limit $7
            """,
            Listed, cancellation, actor.OrganisationId, from.At, from.Id, filter.Kind?.ToString(), filter.AttachedTo, filter.Text.Contained(), size + 1);
        return rows.ToPage(size, d => new(d.KnownSince, d.Id));
    }

    /// <returns>Null when there is no such document, or none that the actor may see.</returns>
    public static async Task<DocumentFound?> Find(NpgsqlDataSource source, Actor actor, Guid documentId, CancellationToken cancellation)
    {
        if ((await source.Read($"{Select(actor)} and d.id = $2", Listed, cancellation, actor.OrganisationId, documentId)).SingleOrDefault() is not { } listed
            || await source.Load<Document>(documentId, cancellation) is not { } document)
            return null;
        var attached = await source.Read(
            $"""
            select a.kind, a.subject_id, coalesce(
                (select m.number from ledger.made m where m.batch_id = a.subject_id and m.superseded_at is null),
                (select f.data->'terms'->>'name' from ledger.mt_doc_facility f where f.id = a.subject_id),
                (select o.data->>'name' from ledger.mt_doc_organisation o where o.id = a.subject_id),
                (select regexp_replace(n.number, '^(shipment|run|stock-count|write-off)/', '') from ledger.numbers n where n.id = a.subject_id order by n.recorded_at limit 1),
                ''), a.recorded_at
            from ledger.attachments a
            join ledger.mt_doc_document d on d.id = a.document_id
            where a.document_id = $2 and a.superseded_at is null and {actor.SeesAttachment("a", "d")}
            order by a.recorded_at, a.subject_id
            limit $3
            """,
            row => new AttachmentFound(new(Enum.Parse<SubjectKind>(row.GetString(0)), row.GetGuid(1)), row.GetString(2), row.Instant(3)),
            cancellation, actor.OrganisationId, documentId, Limits.AttachmentsShown);
        return new(document.State, listed.Organisation, attached, listed.KnownSince, document.Version);
    }

    private static string Select(Actor actor) => $"""
        select d.data, o.data->>'name', known.recorded_at
        from ledger.parties known
        join ledger.mt_doc_document d on d.id = known.subject_id
        join ledger.mt_doc_organisation o on o.id = (d.data->>'organisationId')::uuid
        where known.kind = 'document' and {actor.SeesDocument("d")}
        """;

    private static DocumentListed Listed(NpgsqlDataReader row)
    {
        var document = row.State<Document>(0);
        return new(
            document.Id, document.Kind, document.Number, document.IssuedOn, document.OrganisationId, row.GetString(1), document.Sha256, document.Bytes, document.MediaType, row.Instant(2));
    }

    /// <summary>Documents of the own organisation and those about what it sees, the last recorded first.</summary>
    internal static async Task<IResult> AnswerList([AsParameters] DocumentFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));

    /// <summary>What a document is, and what it is about as far as the reader sees that.</summary>
    internal static async Task<IResult> AnswerOne(Guid documentId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, documentId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }

    /// <summary>To be saved, never shown by the browser as a page of ours, whatever is in it.</summary>
    internal static async Task<IResult> AnswerFile(
        Guid documentId, Actor actor, NpgsqlDataSource source, FileStore store, ILogger<FileStore> log, HttpContext context, CancellationToken cancellation)
    {
        if ((await source.Read($"{Select(actor)} and d.id = $2", Listed, cancellation, actor.OrganisationId, documentId)).SingleOrDefault() is not { } document)
            return Problems.Of(Refusal.Of("not-found"));
        var (file, refusal) = await store.Open(document.Sha256, cancellation);
        if (file is null)
        {
            log.LogError("The file {Sha256} of document {Document} cannot be handed out: {Code}. Restore it from the backup.", document.Sha256, document.Id, refusal!.Code);
            return Problems.Of(refusal);
        }
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.Stream(file, document.MediaType, NameOf(document), entityTag: new EntityTagHeaderValue($"\"{document.Sha256}\""));
    }

    /// <summary>What the file is called where it is saved, e.g. <c>cmr-waybill-77.pdf</c>. What it was called where it came from nobody kept.</summary>
    public static string NameOf(DocumentListed document)
    {
        var kind = string.Concat(document.Kind.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();
        var number = string.Concat((document.Number ?? document.Id.ToString()).Select(c => char.IsLetterOrDigit(c) ? c : '-'));
        return $"{kind}-{number}.{FileType.Extensions[document.MediaType]}";
    }
}
