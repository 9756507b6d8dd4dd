using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Processing;

/// <param name="Step">Code of the step.</param>
/// <param name="Text">Part of the operator's number, in any case.</param>
/// <param name="Open">Only runs that are open, or only those that are not.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record RunFilter(Guid? FacilityId = null, string? Step = null, string? Text = null, bool? Open = null, string? Cursor = null);

/// <param name="EndedAt">When it ended; of an open run, when its last part was.</param>
/// <param name="Parts">A run recorded in one go has one.</param>
/// <param name="Consumed">Sum of its inputs.</param>
/// <param name="Produced">Sum of its outputs of every role.</param>
public sealed record RunListed(
    Guid Id, string Number, string Step, Guid FacilityId, string Facility, DateTimeOffset StartedAt, DateTimeOffset EndedAt, bool IsOpen, int Parts, DateTimeOffset KnownSince,
    Quantity Consumed, Quantity Produced);

public static class ListRuns
{
    /// <summary>As an index keeps open runs apart, they are found among any number of others.</summary>
    private const string IsOpen = "(r.data->>'isOpen' = 'true')";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/runs", Answer).Lists<RunListed>(nameof(ListRuns));

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<RunListed>?> Find(NpgsqlDataSource source, Actor actor, RunFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        var rows = await source.Read(
            $"""
            select page.data, f.data->'terms'->>'name', page.recorded_at
            from (
                select r.id, r.data, known.recorded_at
                from {actor.Subjects("run")} known
                join ledger.mt_doc_processrun r on r.id = known.subject_id
                where (known.recorded_at, known.subject_id) < ($2, $3)
                    and ($4::text is null or r.data->>'facilityId' = $4)
                    and ($5::text is null or r.data->>'step' = $5)
                    and ($6::text is null or r.data->>'number' ilike $6)
                    and {filter.Open switch { true => IsOpen, false => $"not {IsOpen}", null => "true" }}
                order by known.recorded_at desc, known.subject_id desc
                limit $7
            ) page
            join ledger.mt_doc_facility f on f.id = (page.data->>'facilityId')::uuid
            order by page.recorded_at desc, page.id desc
            """,
            Listed, cancellation, actor.OrganisationId, from.At, from.Id, filter.FacilityId?.ToString(), filter.Step, filter.Text.Contained(), size + 1);
        return rows.ToPage(size, r => new(r.KnownSince, r.Id));
    }

    private static RunListed Listed(NpgsqlDataReader row)
    {
        var run = row.State<ProcessRun>(0);
        return new(
            run.Id, run.Number, run.Step, run.FacilityId, row.GetString(1), run.StartedAt, run.EndedAt, run.IsOpen, run.Parts, row.Instant(2),
            Quantity.Sum(run.Materials.Select(m => m.In)), Quantity.Sum(run.Materials.Select(m => m.Out)));
    }

    /// <summary>The process runs of an organisation, the last recorded first.</summary>
    internal static async Task<IResult> Answer([AsParameters] RunFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
