using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Proofs;

namespace Traceability.Assays;

/// <summary>What laboratories found in a batch, as far as it is for the reader: of the whole batch, and of shipments that his organisation has to do with.</summary>
/// <param name="InForce">What counts, place by place where some of it lies for the reader; else for the batch as it was made.</param>
/// <param name="Assays">The last recorded first.</param>
public sealed record AssaysFound(Guid BatchId, IReadOnlyList<ContentFound> InForce, IReadOnlyList<AssayFound> Assays);

/// <param name="FacilityId">Null for the batch as it was made.</param>
/// <param name="WetKilograms">What a scale would show; null for what is counted in pieces.</param>
/// <param name="Disputed">Elements on which the two sides differ beyond the splitting limits.</param>
/// <param name="AssayIds">The reports that count, of those that the reader sees.</param>
/// <param name="OnlyMaker">Elements of which only the maker's assay tells, while for others those of a shipment count.</param>
public sealed record ContentFound(
    Guid? FacilityId, string? Facility, InForceBy By, AssayStatus Status, decimal? WetKilograms, decimal DryKilograms, IReadOnlyList<string> Disputed, IReadOnlyList<ElementFound> Elements,
    IReadOnlyList<Guid> AssayIds, IReadOnlyList<string> OnlyMaker)
{
    /// <summary>Activity concentration in Bq/g that follows from thorium and uranium, or null where nobody looked for either.</summary>
    public decimal? BecquerelsPerGram => Radioactivity.BecquerelsPerGram(Elements.Select(e => (e.Element, e.Fraction)));

    /// <summary>Whether it travels as dangerous goods of class 7.</summary>
    public bool IsClass7 => Radioactivity.IsClass7(BecquerelsPerGram);
}

/// <param name="Fraction">Of dry mass.</param>
/// <param name="Kilograms">Contained mass.</param>
/// <param name="UncertaintyKilograms">Standard uncertainty of the contained mass, or null where the report states none.</param>
/// <param name="BelowKilograms">Where nothing was detected: how much there may be.</param>
public sealed record ElementFound(string Element, decimal Fraction, decimal Kilograms, decimal? UncertaintyKilograms, decimal? BelowKilograms);

/// <param name="Shipment">The shipper's number of the shipment that it is about.</param>
public sealed record AssayFound(AssayRecorded Assay, string Organisation, string? Shipment, DateTimeOffset RecordedAt);

/// <param name="BatchId">The batch that was analysed.</param>
public sealed record AssayFilter(Guid BatchId);

public static class ReadAssays
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/batches/{batchId:guid}/assays", Answer).ReadsOne<AssaysFound>(nameof(ReadAssays));

    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    public static async Task<AssaysFound?> Find(NpgsqlDataSource source, Actor actor, Guid batchId, CancellationToken cancellation)
    {
        if (await ReadBatch.Find(source, actor, batchId, cancellation) is not { } found)
            return null;
        var assays = await source.Read(
            $"""
            select e.data, o.data->>'name', s.data->>'number', e.timestamp
            from ledger.mt_events e
            join ledger.mt_doc_organisation o on o.id = (e.data->'entry'->'by'->>'organisationId')::uuid
            left join ledger.mt_doc_shipment s on s.id = (e.data->>'shipmentId')::uuid
            where e.stream_id = $1 and e.type = 'assay_recorded' and {Sees.SeesAssay("e.data", "$2", "$3")}
            order by e.version desc
            """,
            row => new AssayFound(row.State<AssayRecorded>(0), row.GetString(1), row.Text(2), row.Instant(3)), cancellation, batchId, actor.OrganisationId, actor.SeesAll());
        return new(batchId, [.. InForce(found, assays.Select(a => a.Assay.AssayId).ToHashSet())], assays);
    }

    /// <summary>The assays of one batch, for a file.</summary>
    /// <returns>One page: a batch has few.</returns>
    public static async Task<Page<AssayFound>?> List(NpgsqlDataSource source, Actor actor, AssayFilter filter, CancellationToken cancellation, int size = Limits.AssaysOfBatch) =>
        new([.. ((await Find(source, actor, filter.BatchId, cancellation))?.Assays ?? []).Take(size)], null);

    /// <summary>Shipments of the batch of which the reader's organisation is a side, as choices: what they brought may be analysed.</summary>
    internal static Task<List<(string Id, string Number)>> Shipments(NpgsqlDataSource source, Actor actor, Guid batchId, CancellationToken cancellation) => source.Read(
        """
        select s.id, s.data->>'number'
        from (select distinct fact_id from ledger.bookings where batch_id = $1 and kind = 'Dispatched') k
        join ledger.mt_doc_shipment s on s.id = k.fact_id
        where s.data->>'status' <> 'Voided' and $2 in (s.data->>'fromOperatorId', s.data->>'toOperatorId')
        order by s.data->>'leftAt' desc limit $3
        """,
        row => ($"{row.GetGuid(0)}", row.GetString(1)), cancellation, batchId, actor.OrganisationId.ToString(), Limits.Choices);

    private static IEnumerable<ContentFound> InForce(BatchFound found, HashSet<Guid> seen)
    {
        var assays = found.Whole.Assays;
        if (assays is null)
            yield break;
        foreach (var here in found.Batch.Holdings.GroupBy(h => h.FacilityId))
        {
            if (assays.At(here.Key) is { } content)
            {
                decimal? wet = here.Any(h => h.Quantity.Pieces > 0) ? null : here.Sum(h => h.Whole.WetKilograms);
                yield return Found(content, [.. assays.Counting(here.Key, content.By)], seen, here.Key, found.Names.Facilities[here.Key].Name, wet, here.Sum(h => h.Quantity.DryKilograms));
            }
        }
        if (found.Batch.Holdings.IsEmpty && assays.Own is { } own)
            yield return Found(new(InForceBy.Maker, own.Status, own.Contents, []), [own], seen, null, null, null, found.Batch.Totals.Made.DryKilograms);
    }

    private static ContentFound Found(
        ContentInForce content, IReadOnlyList<AssayFigures> counting, HashSet<Guid> seen, Guid? facilityId, string? facility, decimal? wetKilograms, decimal dryKilograms) => new(
        facilityId, facility, content.By, content.Status, wetKilograms, dryKilograms, content.Disputed,
        [.. content.Contents.Select(c => Found(c, ElementMass.Of(dryKilograms, c.Fraction, c.Uncertainty), dryKilograms))],
        [.. counting.Select(c => c.AssayId).Where(seen.Contains)],
        [.. content.Contents.Select(c => c.Element).Where(element => counting.All(c => c.Of(element) is null))]);

    private static ElementFound Found(ElementContent content, ElementMass mass, decimal dryKilograms) => new(
        content.Element, content.Fraction, decimal.Round(mass.Kilograms, Limits.KilogramPlaces),
        mass.StandardUncertainty is { } u ? decimal.Round(u, Limits.KilogramPlaces) : null, content.Below is { } below ? decimal.Round(dryKilograms * below, Limits.KilogramPlaces) : null);

    /// <summary>What laboratories found in a batch: what is in force where, with contained masses, and every report that the reader may see.</summary>
    internal static async Task<IResult> Answer(Guid batchId, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, actor, batchId, cancellation));
}
