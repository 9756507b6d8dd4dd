using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Provenance;

/// <summary>Something that speaks against a batch.</summary>
/// <param name="FactId">The run, shipment, registration or hold it is about.</param>
/// <param name="Code">Code of the alarm, <c>held</c> or <c>handover-disputed</c>.</param>
public sealed record Doubt(Guid BatchId, Guid FactId, string Code);

/// <summary>What bears on a story besides its batches and runs.</summary>
/// <param name="Doubts">Open ones, of batches of the genealogy and of the handovers that brought them to where they were used.</param>
/// <param name="Declared">Batches whose origin is named, but not by a mine.</param>
/// <param name="UnderWay">Whether some of the batch asked about is under way and not yet accepted.</param>
public sealed record Evidence(IReadOnlyList<Doubt> Doubts, IReadOnlySet<Guid> Declared, bool UnderWay)
{
    public static Evidence None { get; } = new([], new HashSet<Guid>(), false);

    internal static async Task<Evidence> Find(NpgsqlDataSource source, TraceQuestion question, Genealogy genealogy, CancellationToken cancellation)
    {
        var doubts = await source.Read(
            $"select d.batch_id, d.fact_id, d.code, d.facility_id from ledger.doubts d where d.batch_id = any($4) and {question.Counts("d", ended: "closed_at")}",
            row => (Doubt: new Doubt(row.GetGuid(0), row.GetGuid(1), row.GetString(2)), To: row.IsDBNull(3) ? (Guid?)null : row.GetGuid(3)),
            cancellation, question.Parameters(genealogy.Batches.Select(b => b.Id).ToArray()));
        var used = doubts.Exists(d => d.To is not null) ? await UsedAt(source, question, genealogy, cancellation) : [];
        // Where the rest of an ancestor went does not touch this story.
        var touching = doubts.Where(d => d.To is not { } to || d.Doubt.BatchId == question.BatchId || used.Contains((d.Doubt.BatchId, to)));
        return new([.. touching.Select(d => d.Doubt)], await OnlyDeclared(source, genealogy, cancellation), await IsUnderWay(source, question, cancellation));
    }

    private static async Task<HashSet<(Guid BatchId, Guid FacilityId)>> UsedAt(NpgsqlDataSource source, TraceQuestion question, Genealogy genealogy, CancellationToken cancellation) => [.. await source.Read(
        $"select b.batch_id, b.facility_id from ledger.bookings b where b.fact_id = any($4) and b.kind = 'Consumed' and {question.Counts("b")}",
        row => (row.GetGuid(0), row.GetGuid(1)), cancellation, question.Parameters(genealogy.Runs.Select(r => r.Id).ToArray()))];

    private static async Task<HashSet<Guid>> OnlyDeclared(NpgsqlDataSource source, Genealogy genealogy, CancellationToken cancellation) => [.. await source.Read(
        "select id from ledger.mt_doc_batch where id = any($1) and coalesce(data->'declared'->>'origin', data->'declared'->>'country') is not null",
        row => row.GetGuid(0), cancellation,
        genealogy.Batches.Where(b => b.Source is not (null or nameof(RegistrationSource.Extraction))).Select(b => b.Id).ToArray())];

    private static async Task<bool> IsUnderWay(NpgsqlDataSource source, TraceQuestion question, CancellationToken cancellation) => (await source.Read(
        $"select from ledger.bookings b where b.batch_id = $1 and {question.Counts("b")} having sum(b.under_way_dry_kilograms) <> 0 or sum(b.under_way_pieces) <> 0",
        _ => true, cancellation, question.Parameters())).Count > 0;
}
