using System.Runtime.CompilerServices;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Exports;

/// <summary>What the own organisation recorded, kind by kind, in the form of the import: into an empty ledger it goes again as it was.</summary>
public static class ReadBook
{
    /// <summary>Names of all books; the first two are the register's.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Book.All.Select(b => b.Name)];

    /// <summary>A place among the subjects of a book, the first recorded first.</summary>
    private readonly record struct Place(DateTimeOffset At, Guid Id);

    /// <summary>What the import calls files of this kind.</summary>
    public static string Title(string book) => Book.All.Single(b => b.Name == book).Kind.Name;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/books/{book}", Answer)
        .Produces<string>(StatusCodes.Status200OK, Exported.Csv, Exported.Xlsx, Exported.JsonLines)
        .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound)
        .WithName(nameof(ReadBook))
        .WithSummary($"What the own organisation recorded of one kind, as a file that can be imported again: {string.Join(", ", All)}. format is csv, xlsx or jsonl.");

    internal static IResult Answer(string book, string? format, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        if (Book.All.FirstOrDefault(b => b.Name == book) is not { } asked)
            return Listing.One<object>(null);
        return format is not null && !Exported.Formats.ContainsKey(format)
            ? Problems.Of(Refusal.Of("malformed").At("format"))
            : ExportLists.File(context, asked.Sheet, format, Pages(source, actor, asked, cancellation));
    }

    /// <param name="book">One of <see cref="All"/>.</param>
    /// <param name="to">Stays open.</param>
    public static Task Write(NpgsqlDataSource source, Actor actor, string book, ExportFormat format, Stream to, CancellationToken cancellation)
    {
        var asked = Book.All.Single(b => b.Name == book);
        return asked.Sheet.Write(format, Pages(source, actor, asked, cancellation), to, cancellation);
    }

    /// <summary>The rows of a book, the first recorded first, some entries at a time.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<BookRow>> Pages(
        NpgsqlDataSource source, Actor actor, Book book, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (book.IsRegister && !actor.Can(Act.ReadRegister, default))
            yield break;
        for (var from = new Place(DateTimeOffset.MinValue, Guid.Empty); ;)
        {
            var subjects = await source.Read(
                $"select subject_id, recorded_at from {Subjects(book, actor)} known where $1::uuid is not null and (recorded_at, subject_id) > ($2, $3) order by recorded_at, subject_id limit $4",
                row => new Place(row.Instant(1), row.GetGuid(0)), cancellation, actor.OrganisationId, from.At, from.Id, Limits.ExportPage);
            if (subjects.Count == 0)
                yield break;
            from = subjects[^1];
            var said = await Said(source, actor, book, subjects.ConvertAll(s => s.Id), cancellation);
            var names = new BookNames();
            List<BookRow> rows;
            do
                rows = [.. said.SelectMany(s => book.Rows(s, names))];
            while (await names.LookUp(source, cancellation));
            yield return rows;
        }
    }

    /// <summary>Of the register, what the reader may see whole; of all else, what his organisation has to do with.</summary>
    private static string Subjects(Book book, Actor actor) => book.Subject switch
    {
        "organisation" => "(select o.id as subject_id, s.created as recorded_at from ledger.mt_doc_organisation o join ledger.mt_streams s using (id))",
        "facility" => $"""
            (select f.id as subject_id, s.created as recorded_at from ledger.mt_doc_facility f join ledger.mt_streams s using (id)
            where {actor.SeesTerms("f")})
            """,
        var kind => Sees.OwnSubjects(kind),
    };

    /// <summary>Entries on these streams, in their order. Of a shipment that was voided nothing is left, and an arrival whose dispatch came is among the receipts.</summary>
    private static async Task<List<Said>> Said(NpgsqlDataSource source, Actor actor, Book book, List<Guid> subjects, CancellationToken cancellation)
    {
        var events = await source.Read(
            $"""
            select s.subject_id, e.type, e.data
            from unnest($2) with ordinality s(subject_id, place)
            join ledger.mt_events e on e.stream_id = s.subject_id and e.type = any($3)
            join ledger.entries n on n.id = (e.data->'entry'->>'id')::uuid and n.command = any($4)
            where {(book.IsRegister ? "$1::uuid is not null" : "e.data->'entry'->'by'->>'organisationId' = $1::text")}
                and not exists (select from ledger.mt_events v where v.stream_id = e.stream_id and v.type in ('shipment_voided', 'arrival_completed'))
            order by s.place, e.version
            """,
            row => (Subject: row.GetGuid(0), Said: SaidEvents.Read(row.GetString(1), row.GetString(2))), cancellation, actor.OrganisationId, subjects.ToArray(), SaidEvents.Names, book.Commands);
        return
        [
            .. events.GroupBy(e => book.IsRegister ? (e.Subject, Guid.Empty) : (e.Subject, e.Said.Entry.Id))
                .Select(entry => new Said(entry.First().Said.Entry.Id, [.. entry.Select(e => e.Said.Event)], entry.First().Said.Entry.OccurredAt)),
        ];
    }
}
