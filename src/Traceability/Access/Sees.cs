using Npgsql;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>What an actor may see, asked of the tables.</summary>
public static class Sees
{
    /// <summary>Whether the actor's organisation registered, made, owns, was sent or carries it; else it does not exist for him.</summary>
    public static async Task<bool> IsConcerned(this NpgsqlDataSource source, Actor actor, Guid subjectId, CancellationToken cancellation)
    {
        var concerned = await source.Read(
            "select from ledger.parties where subject_id = $1 and organisation_id = $2", _ => true, cancellation, subjectId, actor.OrganisationId);
        return actor.Can(Act.See, new(Concerned: concerned.Count > 0));
    }

    /// <summary>How much the actor gets of records of these subjects.</summary>
    public static async Task<Redact> Redacting(this NpgsqlDataSource source, Actor actor, IEnumerable<Guid> subjects, CancellationToken cancellation) =>
        new(actor, actor.SeesAll() ? [] : await source.Concerned(actor, [.. subjects.Distinct()], cancellation));

    /// <summary>SQL: whether the actor's organisation is a party to all that was ever booked of a batch.</summary>
    /// <param name="batch">The statement's parameter that holds the batch.</param>
    /// <param name="organisation">The one that holds his organisation.</param>
    public static string SeesAllOf(this Actor actor, string batch, string organisation) => actor.SeesAll() ? "true"
        : $"not exists (select from ledger.bookings k where k.batch_id = {batch} and not exists (select from ledger.parties p where p.subject_id = k.fact_id and p.organisation_id = {organisation}))";

    /// <summary>Which of these batches, shipments and runs the actor's organisation is a party to.</summary>
    public static async Task<HashSet<Guid>> Concerned(this NpgsqlDataSource source, Actor actor, Guid[] subjects, CancellationToken cancellation) => [.. await source.Read(
        "select subject_id from ledger.parties where organisation_id = $1 and subject_id = any($2)", row => row.GetGuid(0), cancellation, actor.OrganisationId, subjects)];

    /// <summary>SQL of the subjects of one kind the actor may see, as <c>(subject_id, recorded_at)</c>.</summary>
    /// <param name="kind"><c>batch</c>, <c>shipment</c> or <c>run</c>.</param>
    /// <param name="organisation">The statement's parameter that holds his organisation.</param>
    public static string Subjects(this Actor actor, string kind, string organisation = "$1") => actor.SeesAll()
        ? $"(select subject_id, min(recorded_at) as recorded_at from ledger.parties where kind = '{kind}' and {organisation}::uuid is not null group by subject_id)"
        : $"(select subject_id, recorded_at from ledger.parties where kind = '{kind}' and organisation_id = {organisation})";

    /// <summary>SQL: whether the actor sees what attachment <paramref name="row"/> is about. The register is open to all who have a part in the ledger.</summary>
    /// <param name="row">Alias of a row with <c>kind</c> and <c>subject_id</c>.</param>
    /// <param name="organisation">The statement's parameter that holds his organisation.</param>
    public static string SeesSubject(this Actor actor, string row, string organisation = "$1") => actor.SeesAll()
        ? $"({organisation}::uuid is not null)"
        : $"({(actor.Can(Act.ReadRegister, default) ? $"{row}.kind in ('Facility', 'Organisation') or" : "")} "
            + $"exists (select from ledger.parties p where p.subject_id = {row}.subject_id and p.organisation_id = {organisation}))";

    /// <summary>SQL of all subjects the actor may see, as <c>(kind, subject_id)</c>; what several are a party to may come several times.</summary>
    /// <param name="organisation">The statement's parameter that holds his organisation.</param>
    public static string AllSubjects(this Actor actor, string organisation = "$1") =>
        $"(select kind, subject_id from ledger.parties where {(actor.SeesAll() ? $"{organisation}::uuid is not null" : $"organisation_id = {organisation}")})";

    /// <summary>SQL of what his own organisation is a party to, whoever else he may look at; as <see cref="Subjects"/>.</summary>
    public static string OwnSubjects(string kind, string organisation = "$1") => $"(select subject_id, recorded_at from ledger.parties where kind = '{kind}' and organisation_id = {organisation})";

    /// <summary>SQL: whether the actor sees a document: who recorded it does, and everybody who sees one of the things it is about.</summary>
    /// <param name="document">Alias of the document.</param>
    /// <param name="organisation">The statement's parameter that holds his organisation.</param>
    public static string SeesDocument(this Actor actor, string document, string organisation = "$1") => actor.SeesAll()
        ? $"({organisation}::uuid is not null)"
        : $"({document}.data->>'organisationId' = {organisation}::text or exists (select from ledger.attachments a where a.document_id = {document}.id and a.superseded_at is null and {actor.SeesSubject("a", organisation)}))";

    /// <summary>SQL: whether the actor may know that a document he sees is about this too.</summary>
    /// <param name="attachment">Alias of the attachment.</param>
    /// <param name="document">Alias of the document.</param>
    /// <param name="organisation">The statement's parameter that holds his organisation.</param>
    public static string SeesAttachment(this Actor actor, string attachment, string document, string organisation = "$1") =>
        $"({document}.data->>'organisationId' = {organisation}::text or {actor.SeesSubject(attachment, organisation)})";

    /// <summary>SQL: whether the actor sees a refused submission: everybody what he tried himself, and who oversees others what they tried.</summary>
    /// <param name="refused">Alias of the row.</param>
    /// <param name="organisation">The statement's parameter that holds his organisation.</param>
    /// <param name="person">The one that holds himself.</param>
    public static string SeesRefused(this Actor actor, string refused, string organisation = "$1", string person = "$2") =>
        $"({organisation}::uuid is not null and {person}::uuid is not null"
            + (actor.Can(Act.Oversee, default) ? ")" : $" and {refused}.organisation_id = {organisation}" + (actor.Can(Act.Oversee, new(actor.OrganisationId)) ? ")" : $" and {refused}.person_id = {person})"));

    /// <summary>SQL: whether all terms of a facility are for the actor: who operates it, has a share in it, or keeps the register.</summary>
    /// <param name="facility">Alias of the facility.</param>
    /// <param name="organisation">The statement's parameter that holds his organisation.</param>
    public static string SeesTerms(this Actor actor, string facility, string organisation = "$1") => actor.SeesAll() || actor.Can(Act.Administer, default)
        ? $"({organisation}::uuid is not null)"
        : $"({facility}.data->'terms'->>'operatorId' = {organisation}::text or {facility}.data->'terms'->'partners' @> jsonb_build_array(jsonb_build_object('organisationId', {organisation}::text)))";

    /// <summary>SQL: whether an assay of a batch he sees is for him: what a shipment's sides found is for those who have to do with the shipment.</summary>
    /// <param name="data">The event's body.</param>
    /// <param name="organisation">The statement's parameter that holds the reader's organisation.</param>
    /// <param name="all">The one that says whether he sees all.</param>
    public static string SeesAssay(string data, string organisation, string all) =>
        $"({data}->>'shipmentId' is null or {all} or exists (select from ledger.parties p where p.subject_id = ({data}->>'shipmentId')::uuid and p.organisation_id = {organisation}))";

    /// <summary>Whether he may see what nobody of his organisation is concerned with.</summary>
    public static bool SeesAll(this Actor actor) => actor.Can(Act.See, default);
}
