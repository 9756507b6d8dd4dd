using Npgsql;
using Traceability.Access;
using Traceability.Ledger;
using Traceability.Shares;

namespace Traceability.Batches;

/// <summary>One batch as an organisation that has to do with it sees it.</summary>
/// <param name="Batch">Its state; of its holdings those that the reader keeps or owns, its totals where he had a part in all that happened to it, its run where it was his own. Which mine it came from is said by its origin shares, as far as the reader may know.</param>
/// <param name="OwnNumber">The reader's own number for it.</param>
/// <param name="IsProvisional">The run that made it is still open: more may go into it (B7).</param>
/// <param name="Keeps">Whether the reader's organisation operates a facility where it lies.</param>
/// <param name="StopsOn">An open shipment by which the reader's organisation sent or awaits some of it, while it keeps none.</param>
public sealed record BatchFound(Batch Batch, string? OwnNumber, bool IsProvisional, bool Keeps, Guid? StopsOn, Names Names, long Version)
{
    /// <summary>Its state as the ledger has it, for queries that work with it; not for the reader.</summary>
    internal Batch Whole { get; init; } = Batch;

    /// <summary>What of it others keep for the reader's organisation.</summary>
    public IEnumerable<Holding> KeptByOthers(Actor reader) =>
        Batch.Holdings.Where(h => h.OwnerId == reader.OrganisationId && Names.Facilities[h.FacilityId].OperatorId != reader.OrganisationId);
}

public static class ReadBatch
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/batches/{batchId:guid}", Answer).ReadsVersion<BatchFound>(nameof(ReadBatch));

    /// <summary>A batch, b, with what is claimed of it since that was worked out again, c.</summary>
    private const string Claimed = "ledger.mt_doc_batch b left join ledger.claims_again c on c.batch_id = b.id and c.superseded_at is null";

    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    public static async Task<BatchFound?> Find(NpgsqlDataSource source, Actor actor, Guid batchId, CancellationToken cancellation)
    {
        // What does not follow from another answer is asked at once.
        var asked = Known(source, actor, batchId, cancellation);
        var whole = await source.Read(
            $"select b.data, c.custody, s.version from {Claimed} join ledger.mt_streams s on s.id = b.id where b.id = $1", row => (Batch: row.Claimed(0, 1), Version: row.GetInt64(2)), cancellation, batchId);
        var known = await asked;
        if (whole is not [var (batch, version)])
            return null;
        var redacting = batch.RunId is { } run ? source.Redacting(actor, [run], cancellation) : Task.FromResult(Redact.For(actor));
        var names = await Names.Of(
            source, batch.Holdings.Select(h => h.FacilityId).Append(batch.MadeAtId), batch.Holdings.Select(h => h.OwnerId).Append(batch.MakerId), [], cancellation);
        var redact = await redacting;
        var seen = batch.Holdings.FindAll(h => redact.ShowsStock(names.Facilities[h.FacilityId].OperatorId, h.OwnerId));
        // Who keeps or owns some of it may see it whether he is named as a party or not: the facility may have a new operator.
        if (seen.IsEmpty && !await source.IsConcerned(actor, batchId, cancellation))
            return null;
        var keeps = batch.Holdings.Exists(h => names.Facilities[h.FacilityId].OperatorId == actor.OrganisationId);
        var stopsOn = keeps ? null : await OpenShipment(source, actor, batchId, cancellation);
        var told = batch with { Holdings = seen, RunId = batch.RunId is { } own && redact.Shows(own) ? own : null };
        return new(Told(told, known.Wholly), known.OwnNumber, known.IsProvisional, keeps, stopsOn, names, version) { Whole = batch };
    }

    /// <summary>Its state as the ledger has it, for queries that work with it; not for the reader.</summary>
    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    internal static async Task<Batch?> FindWhole(NpgsqlDataSource source, Actor actor, Guid batchId, CancellationToken cancellation)
    {
        var concerned = source.IsConcerned(actor, batchId, cancellation);
        var whole = await source.Read($"select b.data, c.custody from {Claimed} where b.id = $1", row => row.Claimed(0, 1), cancellation, batchId);
        // Almost always he is: what else may show it to him costs more to ask.
        return await concerned ? whole.SingleOrDefault() : (await Find(source, actor, batchId, cancellation))?.Whole;
    }

    private static async Task<(string? OwnNumber, bool IsProvisional, bool Wholly)> Known(NpgsqlDataSource source, Actor actor, Guid batchId, CancellationToken cancellation) => (await source.Read(
        "select (select number from ledger.numbers where id = $1 and organisation_id = $2 order by recorded_at desc limit 1), "
            + $"exists (select from ledger.doubts where batch_id = $1 and code = $3 and closed_at is null), {actor.SeesAllOf("$1", "$2")}",
        row => (row.Text(0), row.GetBoolean(1), row.GetBoolean(2)), cancellation, batchId, actor.OrganisationId, Doubts.RunOpen)).Single();

    /// <summary>Without what only rules need, and without what tells how others fared with it.</summary>
    private static Batch Told(Batch batch, bool wholly) => batch with
    {
        CountedAt = null,
        Assays = null,
        Custody = batch.Custody is null ? null : batch.Custody with { OriginId = null, AtMost = null },
        Lowered = batch.Lowered?.RemoveRange(batch.Lowered.Keys.Where(at => !batch.Holdings.Exists(h => h.FacilityId == at))) is { IsEmpty: false } seen ? seen : null,
        LastInAt = wholly ? batch.LastInAt : default,
        Totals = wholly ? batch.Totals : new(batch.Totals.Made),
    };

    private static async Task<Guid?> OpenShipment(NpgsqlDataSource source, Actor actor, Guid batchId, CancellationToken cancellation)
    {
        var open = await source.Read(
            """
            select id from ledger.mt_doc_shipment
            where id in (select fact_id from ledger.bookings where batch_id = $1 and superseded_at is null)
                and data->>'status' in ('UnderWay', 'PartlyReceived', 'Disputed', 'AcceptedUnderReserve')
                and $2 in (data->>'fromOperatorId', data->>'toOperatorId')
            order by id limit 1
            """,
            row => row.GetGuid(0), cancellation, batchId, actor.OrganisationId.ToString());
        return open.Count == 0 ? null : open[0];
    }

    /// <summary>One batch as an organisation that has to do with it sees it.</summary>
    internal static async Task<IResult> Answer(Guid batchId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, batchId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
