using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Custody;
using Traceability.Footprints;
using Traceability.Ledger;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Batches;

/// <summary>Who said what of a batch, when it happened as claimed, and when it was recorded; the last recorded first.</summary>
/// <param name="Hidden">How many further facts it has, recorded among others and not for this reader.</param>
public sealed record Timeline(IReadOnlyList<TimelineEntry> Items, string? Next, int Hidden);

/// <param name="Event">The event's name, e.g. <c>ShipmentDispatched</c>.</param>
/// <param name="FactId">Id of the batch, shipment or run it was said of.</param>
/// <param name="Organisation">Name of the organisation that said it.</param>
/// <param name="Person">Name of the person who said it, for readers of the same organisation.</param>
/// <param name="Quantity">What it says of this batch's quantity.</param>
/// <param name="Values">What else its sentence needs: number, from, to, step, reason...</param>
/// <param name="Approved">Who else stands behind it, where it took two people.</param>
public sealed record TimelineEntry(
    Guid EventId, string Event, Guid FactId, Author By, string Organisation, string? Person, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt,
    Quantity? Quantity, ImmutableSortedDictionary<string, string> Values, TimelineApproval? Approved);

/// <param name="Person">His name, for readers of the same organisation.</param>
public sealed record TimelineApproval(string? Person, string Reason, DateTimeOffset OccurredAt);

public static class BatchTimeline
{
    /// <summary>Of an open run only the parts that name the batch, and the closing where the batch came of it.</summary>
    private static readonly string IsAboutIt = $$"""
        case type
            when 'assay_recorded' then {{Sees.SeesAssay("data", "$6", "$7")}}
            when 'run_opened' then false
            when 'run_part_recorded' then
                data @> jsonb_build_object('inputs', jsonb_build_array(jsonb_build_object('batchId', $5::text)))
                or data @> jsonb_build_object('outputs', jsonb_build_array(jsonb_build_object('batchId', $5::text)))
            when 'run_closed' then exists (select from ledger.made m where m.batch_id = $5 and m.run_id = stream_id)
            else true
        end
        """;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapRead("/api/batches/{batchId:guid}/timeline", Answer).ReadsOne<Timeline>(nameof(BatchTimeline)).Refuses(StatusCodes.Status400BadRequest);

    /// <param name="before">Cursor: where the page before ended.</param>
    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    public static async Task<Timeline?> Find(NpgsqlDataSource source, Actor actor, Guid batchId, long? before, CancellationToken cancellation)
    {
        if (await ReadBatch.Find(source, actor, batchId, cancellation) is null)
            return null;
        var facts = await source.Read(
            "select fact_id from ledger.bookings where batch_id = $1 union select id from ledger.mt_doc_holdrequest where data->>'batchId' = $1::text",
            row => row.GetGuid(0), cancellation, batchId);
        var redact = (await source.Redacting(actor, facts, cancellation)).AndOf(batchId);
        var seen = facts.Where(redact.Shows).Append(batchId).Distinct().ToArray();
        var said = await source.Read(
            $"""
            select seq_id, id, type, stream_id, data, timestamp from ledger.mt_events
            where stream_id = any($1) and type = any($2) and ($3::bigint is null or seq_id < $3) and {IsAboutIt}
            order by seq_id desc limit $4
            """,
            Event, cancellation, seen, SaidEvents.Names, before, Limits.PageSize + 1, batchId, actor.OrganisationId, actor.SeesAll());
        var more = said.Count > Limits.PageSize;
        var page = said.Take(Limits.PageSize).ToList();
        var names = await Names.Of(source, page.SelectMany(e => FacilitiesOf(e.Happened)), page.SelectMany(OrganisationsOf), [], cancellation);
        var people = await Colleagues.Named(source, actor, page.Select(e => e.Entry.By).Concat(page.Select(e => e.Entry.Seconder?.By).OfType<Author>()), cancellation);
        return new(
            [.. page.Select(e => e.Told(batchId, names, people))], more ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null,
            facts.Count(f => !redact.Shows(f)));
    }

    /// <summary>Who said what of a batch, when it happened as claimed, and when it was recorded; the last recorded first.</summary>
    /// <param name="cursor">Where the page before ended.</param>
    internal static async Task<IResult> Answer(Guid batchId, long? cursor, Actor actor, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, actor, batchId, cursor, cancellation));

    private static Said Event(NpgsqlDataReader row)
    {
        var (happened, entry) = SaidEvents.Read(row.GetString(2), row.GetString(4));
        return new(row.GetInt64(0), row.GetGuid(1), row.GetGuid(3), happened, entry, row.Instant(5));
    }

    private static Guid[] FacilitiesOf(object happened) => happened switch
    {
        BatchRegistered e => [e.FacilityId],
        ProcessRunRecorded e => [e.FacilityId],
        RunPartRecorded e => [e.FacilityId],
        RunClosed e => [e.FacilityId],
        ShipmentDispatched e => [e.FromFacilityId, e.ToFacilityId],
        OwnershipTransferred e => [e.FacilityId],
        StockCounted e => [e.FacilityId],
        StockWrittenOff e => [e.FacilityId],
        _ => [],
    };

    private static IEnumerable<Guid> OrganisationsOf(Said said) => said.Happened switch
    {
        UmpireNamed e => [e.UmpireId, said.Entry.By.OrganisationId],
        HoldRequested e => [e.KeeperId, said.Entry.By.OrganisationId],
        OwnershipTransferred e => [e.ToOwnerId, said.Entry.By.OrganisationId],
        _ => [said.Entry.By.OrganisationId],
    };

    private sealed record Said(long Sequence, Guid Id, Guid FactId, object Happened, Entry Entry, DateTimeOffset RecordedAt)
    {
        public TimelineEntry Told(Guid batchId, Names names, IReadOnlyDictionary<Guid, string> people)
        {
            var (quantity, values) = About(batchId, names);
            return new(
                Id, Happened.GetType().Name, FactId, Entry.By, names.Organisations.GetValueOrDefault(Entry.By.OrganisationId, ""), people.GetValueOrDefault(Entry.By.PersonId), Entry.OccurredAt, RecordedAt,
                quantity, Named.Values([.. values]), Entry.Seconder is { } second ? new(people.GetValueOrDefault(second.By.PersonId), second.Reason, second.OccurredAt) : null);
        }

        private (Quantity? Quantity, List<(string, object)> Values) About(Guid batchId, Names names) => Happened switch
        {
            BatchRegistered e => (e.Quantity, [("number", e.Number), ("source", e.Source), ("at", names.Facilities[e.FacilityId].Name)]),
            ProcessRunRecorded e => Ran(batchId, e.Inputs, e.Outputs, [("number", e.Number), ("step", e.Step), ("at", names.Facilities[e.FacilityId].Name)]),
            RunPartRecorded e => Ran(batchId, e.Inputs, e.Outputs, [("number", e.Number), ("step", e.Step), ("at", names.Facilities[e.FacilityId].Name)]),
            RunClosed e => (null, [("number", e.Number), ("step", e.Step), ("at", names.Facilities[e.FacilityId].Name)]),
            ShipmentDispatched e => (
                -Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Quantity)),
                [("number", e.Number), ("from", names.Facilities[e.FromFacilityId].Name), ("to", names.Facilities[e.ToFacilityId].Name), ("carrier", e.Carrier.Name)]),
            OwnershipTransferred e => (
                Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Quantity)),
                [("at", names.Facilities[e.FacilityId].Name), ("owner", names.Organisations.GetValueOrDefault(e.ToOwnerId, "")), ("contract", e.Contract)]),
            ShipmentReloaded e => (null, [("place", e.Place), ("units", string.Join(", ", e.NewUnits)), ("reason", e.Reason)]),
            ShipmentPartReceived e => (Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Received)), []),
            UmpireNamed e => (null, [("umpire", names.Organisations.GetValueOrDefault(e.UmpireId, ""))]),
            ShipmentAccepted e => (Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.OfRecord)), e.Note is { } note ? [("note", note)] : []),
            ShipmentDisputed e => (Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Received)), e.Reason is { } reason ? [("reason", reason)] : []),
            ResolutionProposed e => (Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Quantity)), [("reason", e.Reason)]),
            ShipmentResolved e => (Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Quantity)), [("reason", e.Reason)]),
            ShipmentVoided e => (null, [("reason", e.Reason)]),
            HoldRequested e => (null, [("reason", e.Reason), ("keeper", names.Organisations.GetValueOrDefault(e.KeeperId, "")), .. Evidence(e.Documents)]),
            HoldRequestGranted e => (null, e.Reason is { } words ? [("reason", words)] : []),
            HoldRequestDeclined e => (null, [("reason", e.Reason)]),
            StockCounted e => (
                Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Booked)),
                [("number", e.Number), ("at", names.Facilities[e.FacilityId].Name), .. e.Note is { } said ? new[] { ("note", (object)said) } : []]),
            StockWrittenOff e => (
                -Quantity.Sum(e.Lines.Where(l => l.BatchId == batchId).Select(l => l.Quantity)),
                [("number", e.Number), ("at", names.Facilities[e.FacilityId].Name), ("cause", e.Cause), ("reason", e.Reason)]),
            AssayRecorded e => (null, [("number", e.Number), ("laboratory", e.Laboratory), ("status", e.Status)]),
            FootprintDeclared e => (null, [("figure", e.KilogramsPerKilogram), ("boundary", e.Boundary)]),
            BatchClaimed e => (null, [("claim", e.Claim)]),
            BatchAllocated e => (null, [("claim", e.Debits[0].Claim), ("masses", string.Join(", ", e.Debits.Select(d => $"{d.Element} {d.Kilograms.Plain()} kg")))]),
            BatchHeld e => (null, [("reason", e.Reason), .. Evidence(e.Documents)]),
            BatchReleased e => (null, [("reason", e.Reason), .. Evidence(e.Documents)]),
            _ => (null, []),
        };

        private static (Quantity? Quantity, List<(string, object)> Values) Ran(
            Guid batchId, IEnumerable<ConsumedLine> inputs, IEnumerable<ProducedLine> outputs, List<(string, object)> values) => outputs.FirstOrDefault(o => o.BatchId == batchId) is { } output
                ? (output.Quantity, [.. values, ("role", output.Role)])
                : (-Quantity.Sum(inputs.Where(i => i.BatchId == batchId).Select(i => i.Quantity)), values);

        private static (string, object)[] Evidence(ImmutableArray<string> documents) => documents.IsDefaultOrEmpty ? [] : [("documents", string.Join(", ", documents))];
    }
}
