using Npgsql;
using Traceability.Access;

namespace Traceability.Ledger;

public enum FoundKind { Batch, Shipment, Arrival, Run, Transfer, StockCount, WriteOff, Document, Facility, Organisation }

/// <param name="Number">The number, serial, mark, code or name that matched.</param>
/// <param name="Mark">What kind of mark it is, where it is nobody's own number for the thing.</param>
public sealed record SearchHit(FoundKind Kind, Guid Id, string Number, MarkKind? Mark);

public sealed record SearchFound(string Text, IReadOnlyList<SearchHit> Hits);

public static class Search
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/search", Answer).Reads<SearchFound>(nameof(Search)).Refuses(StatusCodes.Status400BadRequest);

    /// <summary>At most <see cref="Limits.PageSize"/> hits, those that begin with the text first.</summary>
    public static async Task<SearchFound> Find(NpgsqlDataSource source, Actor actor, string text, CancellationToken cancellation)
    {
        var asked = text.Trim();
        if (asked.Length == 0)
            return new(asked, []);
        var hits = await source.Read(Sql(actor), Hit, cancellation, actor.OrganisationId, asked.Contained(), asked, Limits.PageSize);
        return new(asked, hits);
    }

    private static string Sql(Actor actor) => $"""
        with known as {actor.AllSubjects()},
        hits as (
            select known.kind, n.id, regexp_replace(n.number, '^(shipment|run|stock-count|write-off)/', '') as number, null as mark
            from known
            join ledger.numbers n on n.id = known.subject_id and n.organisation_id <> '{Guid.Empty}'
            where n.number ilike $2
            union
            select known.kind, m.subject_id, m.mark, m.kind from known join ledger.marks m using (subject_id) where m.mark ilike $2
            union
            select 'batch', s.batch_id, s.serial, null
            from ledger.mt_doc_organisation maker
            join ledger.serials s on s.maker_id = maker.id and s.serial = $3 and s.superseded_at is null
            join {actor.Subjects("batch")} known on known.subject_id = s.batch_id
            union
            select 'document', d.id, d.data->>'number', null from ledger.mt_doc_document d where d.data->>'number' ilike $2 and {actor.SeesDocument("d")}
            union
            select 'facility', id, data->'terms'->>'name', null from ledger.mt_doc_facility where data->>'code' ilike $2 or data->'terms'->>'name' ilike $2
            union
            select 'organisation', id, data->>'name', null from ledger.mt_doc_organisation where data->>'code' ilike $2 or data->>'name' ilike $2
        )
        select kind, id, number, mark from hits where number ilike $2 or number = $3
        order by position(lower($3) in lower(number)), number, id
        limit $4
        """;

    private static SearchHit Hit(NpgsqlDataReader row) => new(
        Enum.Parse<FoundKind>(row.GetString(0).Replace("-", "", StringComparison.Ordinal), ignoreCase: true), row.GetGuid(1), row.GetString(2),
        row.Text(3) is { } mark ? Enum.Parse<MarkKind>(mark) : null);

    /// <summary>Finds anything by anybody's number for it: batches, shipments, announced arrivals, runs, transfers, counts, write-offs, documents, single serials, facilities and organisations;
    /// and by seals, vehicles, packages, papers, contracts and weighbridge tickets. Numbers match in part and in any case, serials whole.</summary>
    internal static async Task<IResult> Answer(string text, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        TypedResults.Ok(await Find(source, actor, text, cancellation));
}
