using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Assays;

/// <summary>A laboratory's report: of the whole batch, by its maker, or of what one shipment brought of it, by a side of that shipment or by their umpire.</summary>
/// <param name="Number">Number of the report.</param>
/// <param name="Status">A final one replaces a provisional one, and is no correction of it.</param>
/// <param name="ShipmentId">Null for the whole batch.</param>
/// <param name="OccurredAt">When the report was made.</param>
/// <param name="Moisture">Fraction of wet mass; needed where the basis is wet.</param>
/// <param name="LossOnIgnition">Fraction of dry mass; needed where the basis is ignited.</param>
/// <param name="Method">For example ICP-MS after fusion.</param>
/// <param name="Sample">Own number of the sample; a sample is of one batch.</param>
/// <param name="Accreditation">For example ISO/IEC 17025 and its number.</param>
/// <param name="Scheme">By whose convention LREO and the like are meant; null for the trade's.</param>
public sealed record RecordAssay(
    Guid BatchId, Guid AssayId, string Number, AssayStatus Status, AssayBasis Basis, IReadOnlyList<Analyte> Analytes, string Laboratory, DateTimeOffset OccurredAt,
    Guid? ShipmentId = null, decimal? Moisture = null, decimal? LossOnIgnition = null, string? Method = null, string? Sample = null, string? Accreditation = null,
    string? Scheme = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RecordAssay>("/api/batches/{batchId:guid}/assays/{assayId:guid}");

    Guid ICommand.EntryId => AssayId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Batch>(BatchId).Holders.Add(BatchId);
        if (ShipmentId is { } shipment)
            touches.Lock<Shipment>(shipment);
        TouchReport(touches, by);
    }

    /// <summary>What a report of any batch wants to know.</summary>
    internal void TouchReport(Touches touches, Actor by)
    {
        touches.Entries.Add(AssayId);
        touches.Numbers.Add((by.OrganisationId, AssayRecorded.NumberKey(Number)));
        if (Sample is not null)
            touches.Numbers.Add((by.OrganisationId, AssayRecorded.SampleKey(Sample)));
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch)
            return Refusal.Of("not-found").At("batchId");
        var shipment = ShipmentId is { } id ? states.Find<Shipment>(id) : null;
        if ((Unseen(states, said.Actor, batch, shipment) ?? WrongShipment(shipment)) is { } unseen)
            return unseen;
        if (SideOf(states, said.Actor, batch, shipment) is not { } side)
            return Refusal.Of("not-allowed");
        if (batch.Assays?.Count >= Limits.AssaysOfBatch)
            return Refusal.Of("too-many-assays", ("limit", Limits.AssaysOfBatch)).At("batchId");
        var (report, wrong) = Report(states, said.Actor, said.Entry, side, shipment);
        if (report is null)
            return wrong!;

        var decision = Decision.Record([.. Alarms(batch, report), .. ContentWindows.Implausible(states.Catalogue.Material(batch.Material), report.Contents)]);
        return decision.On<Batch>(BatchId, report with { Alarms = decision.Alarms });
    }

    /// <summary>The report as it stands in the ledger, or what is wrong with it, whatever batch it is of.</summary>
    internal (AssayRecorded? Recorded, Refusal? Refusal) Report(States states, Actor actor, Entry entry, AssaySide side, Shipment? shipment = null)
    {
        if (Wrong(states, actor) is { } wrong)
            return (null, wrong);
        var (contents, unfit) = Assays.Contents.Of(Analytes, Scheme, ToDry, "analytes");
        return unfit is not null ? (null, unfit) : (new(
            BatchId, AssayId, Number, Status, side, ShipmentId, shipment?.ToFacilityId, Basis, Moisture, LossOnIgnition, Scheme, [.. Analytes], contents,
            Laboratory, Method, Sample, Accreditation, [], entry), null);
    }

    private decimal ToDry => Basis switch { AssayBasis.Wet => 1 / (1 - Moisture!.Value), AssayBasis.Ignited => 1 - LossOnIgnition!.Value, _ => 1 };

    private Refusal? Unseen(States states, Actor actor, Batch batch, Shipment? shipment) =>
        ShipmentId is not null && shipment?.Concerns(actor) != true ? Refusal.Of("not-found").At("shipmentId")
        // An umpire has to do with what the shipment brought, though never with the batch itself.
        : shipment is null && !states.IsKnownTo(actor, batch) ? Refusal.Of("not-found").At("batchId")
        : null;

    private Refusal? WrongShipment(Shipment? shipment) => shipment is null ? null
        : shipment.Lines.All(l => l.BatchId != BatchId) ? Refusal.Of("line-never-sent").At("batchId")
        : shipment.Status == ShipmentStatus.Voided ? Refusal.Of("not-under-way", ("status", shipment.Status)).At("shipmentId")
        : null;

    /// <summary>Whose assay it is, or null where the actor has no say in it. What a batch is as a whole says its maker, or who runs the place where it was made.</summary>
    private static AssaySide? SideOf(States states, Actor actor, Batch batch, Shipment? shipment)
    {
        bool Is(Guid organisation) => actor.Can(Act.Analyse, new(organisation));
        if (shipment is null)
            return Is(batch.MakerId) || (states.Find<Facilities.Facility>(batch.MadeAtId) is { } madeAt && Is(madeAt.OperatorId)) ? AssaySide.Maker : null;
        return shipment.Umpire is { } umpire && Is(umpire) ? AssaySide.Umpire
            : Is(shipment.ToOperatorId) ? AssaySide.Receiver
            : Is(shipment.FromOperatorId) ? AssaySide.Shipper
            : null;
    }

    private Refusal? Wrong(States states, Actor actor) =>
        Refuse.NewId(states, AssayId, "assayId")
            ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Number(states, actor.OrganisationId, Number, AssayRecorded.NumberKey(Number), "number")
            ?? Refuse.Undefined(Status, "status") ?? Refuse.Undefined(Basis, "basis")
            ?? Refuse.Name(Laboratory, "laboratory") ?? Refuse.Line(Method, Limits.NameLength, "method") ?? Refuse.Line(Accreditation, Limits.NameLength, "accreditation")
            ?? WrongSample(states, actor) ?? WrongBasis();

    private Refusal? WrongSample(States states, Actor actor) =>
        Sample is null ? null
        : string.IsNullOrWhiteSpace(Sample) || Sample.Length > Limits.CodeLength || Refuse.Unreadable(Sample) ? Refusal.Of("number-malformed", ("limit", Limits.CodeLength)).At("sample")
        : states.Number(actor.OrganisationId, AssayRecorded.SampleKey(Sample)) is { } known && known != AssayRecorded.SampleOf(BatchId) ? Refusal.Of("sample-of-other-batch", ("sample", Sample)).At("sample")
        : null;

    private Refusal? WrongBasis()
    {
        if (Moisture is < 0 or >= 1)
            return Refusal.Of("moisture-out-of-range", ("moisture", Moisture.Value)).At("moisture");
        if (LossOnIgnition is < 0 or >= 1)
            return Refusal.Of("loss-out-of-range", ("loss", LossOnIgnition.Value)).At("lossOnIgnition");
        if (Basis == AssayBasis.Wet && Moisture is null)
            return Refusal.Of("moisture-missing").At("moisture");
        if (Basis == AssayBasis.Ignited && LossOnIgnition is null)
            return Refusal.Of("loss-missing").At("lossOnIgnition");
        return Refuse.Places(Moisture, Limits.FractionPlaces, "moisture") ?? Refuse.Places(LossOnIgnition, Limits.FractionPlaces, "lossOnIgnition");
    }

    /// <summary>A side's own figures that moved further than laboratories differ, and two sides that cannot both be right.</summary>
    private static IEnumerable<Alarm> Alarms(Batch batch, AssayRecorded recorded)
    {
        var line = batch.Assays?.Received.Find(l => l.ShipmentId == recorded.ShipmentId && l.FacilityId == recorded.FacilityId);
        var before = recorded.ShipmentId is null ? batch.Assays?.Own : line?.Of(recorded.Side);
        if (before is not null && AssayFigures.Later(before, new(recorded.AssayId, recorded.Status, recorded.Contents)) != before)
        {
            foreach (var now in recorded.Contents)
            {
                if (before.Of(now.Element) is { } was && !Assays.Analytes.Shipped.Agree(was.Fraction, now.Fraction))
                    yield return Alarm.Of("assay-changed", ("batch", batch.Number), ("element", now.Element), ("before", was.Fraction), ("now", now.Fraction));
            }
        }
        if (recorded.FacilityId is { } facility && (batch.Assays ?? BatchAssays.None).With(recorded).At(facility) is { Disputed: { IsEmpty: false } disputed })
            yield return Alarm.Of("assays-in-dispute", ("batch", batch.Number), ("elements", string.Join(", ", disputed)));
    }
}
