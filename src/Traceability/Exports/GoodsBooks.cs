using System.Globalization;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Exports;

/// <summary>Batches and how they travelled. Receipts, letters and the like, which keep no number of their own, go by the ids of their entries: an import takes an id for what it is.</summary>
internal static class GoodsBooks
{
    public static IReadOnlyList<Book> All { get; } =
    [
        new("batches", BatchRows.Kind, "batch", [nameof(RegisterBatch)], Batches),
        new("assays", AssayRows.Kind, "batch", [nameof(RecordAssay), nameof(RecordRun), nameof(RecordPart)], Assays),
        new("shipments", ShipmentRows.Kind, "shipment", [nameof(DispatchShipment)], Shipments),
        new("reloadings", ReloadingRows.Kind, "shipment", [nameof(ReloadShipment)], Reloadings),
        new("arrivals", ArrivalRows.Kind, "arrival", [nameof(AnnounceArrival)], Arrivals),
        new("receipts", ReceiptRows.Kind, "shipment", [nameof(ReceivePart), nameof(AcceptShipment), nameof(DisputeShipment), nameof(AnnounceArrival)], Receipts),
        new("umpires", UmpireRows.Kind, "shipment", [nameof(NameUmpire)], Umpires),
        new("resolutions", ResolutionRows.Kind, "shipment", [nameof(ResolveShipment)], Resolutions),
    ];

    private static IEnumerable<BookRow> Batches(Said said, BookNames names) => said.Events.OfType<BatchRegistered>().Select(e => new BookRow
    {
        ["Batch number"] = e.Number,
        ["Material"] = e.Material,
        ["Source"] = e.Source,
        ["Facility"] = names.Facility(e.FacilityId),
        ["Serials"] = e.Serials is null ? null : names.Serials(e.BatchId, e.BatchId, taken: false),
        ["Owner"] = names.Owner(e.OwnerId, e.MakerId),
        ["Supplier"] = e.Declared?.Supplier,
        ["Origin"] = e.Declared?.Origin,
        ["Origin country"] = e.Declared?.Country,
        ["Occurred at"] = e.Entry.OccurredAt,
    }.Weighed(e.Stated));

    private static IEnumerable<BookRow> Assays(Said said, BookNames names) => said.Events.OfType<AssayRecorded>().SelectMany(e => e.Analytes.Select(analyte =>
    {
        var row = new BookRow
        {
            ["Report number"] = e.Number,
            ["Status"] = e.Status,
            ["Basis"] = e.Basis,
            ["Moisture percent"] = BookRow.Percent(e.Moisture),
            ["Loss on ignition percent"] = BookRow.Percent(e.LossOnIgnition),
            ["Scheme"] = e.Scheme,
            ["Analyte"] = analyte.Name,
            ["Value"] = analyte.Value,
            ["Unit"] = analyte.Unit,
            ["Uncertainty"] = analyte.Uncertainty,
            ["Below"] = analyte.Below,
            ["Laboratory"] = e.Laboratory,
            ["Analysis method"] = e.Method,
            ["Sample"] = e.Sample,
            ["Accreditation"] = e.Accreditation,
            ["Analysed at"] = e.Entry.OccurredAt,
        }.Batch(names, e.BatchId);
        return e.ShipmentId is { } shipment ? row.Shipment(names, shipment) : row;
    }));

    /// <summary>A shipment that was voided never left.</summary>
    private static IEnumerable<BookRow> Shipments(Said said, BookNames names) => said.Events.OfType<ShipmentDispatched>().SelectMany(e => e.Lines.Select(line => new BookRow
    {
        ["Shipment number"] = e.Number,
        ["From facility"] = names.Facility(e.FromFacilityId),
        ["To facility"] = names.Facility(e.ToFacilityId),
        ["Transport mode"] = e.Mode,
        ["Carrier"] = e.Carrier.Name,
        ["Carrier organisation"] = names.Organisation(e.Carrier.OrganisationId),
        ["Packages"] = line.Packages.IsDefaultOrEmpty ? null : BookRow.List(line.Packages.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Number}={p.NetKilograms}"))),
        ["Custody"] = line.KeptAs,
        ["Owner"] = names.Owner(line.OwnerId, e.FromOperatorId),
        ["New owner"] = names.Organisation(line.NewOwner?.OwnerId),
        ["Contract"] = line.NewOwner?.Contract,
        ["Incoterm"] = line.NewOwner?.Incoterm,
        ["Seals"] = BookRow.Seals(e.Seals),
        ["Units"] = BookRow.List(e.Units),
        ["Documents"] = BookRow.List(e.Documents),
        ["Dangerous goods"] = e.DangerousGoods.IsDefaultOrEmpty ? null : BookRow.List(e.DangerousGoods),
        ["Purpose"] = e.Purpose,
        ["Return of"] = e.ReturnOf is { } first && names.Shipment(first) is var (shipper, number) ? $"{shipper}={number}" : null,
        ["Left at"] = e.Entry.OccurredAt,
        ["Received at"] = said.Events.OfType<ShipmentAccepted>().FirstOrDefault()?.Entry.OccurredAt,
    }.Batch(names, line.BatchId).Weighed(line.Stated)));

    private static IEnumerable<BookRow> Reloadings(Said said, BookNames names) => said.Events.OfType<ShipmentReloaded>().Select(e => new BookRow
    {
        ["Reloading number"] = said.EntryId,
        ["Place"] = e.Place,
        ["New seals"] = BookRow.Seals(e.NewSeals),
        ["New units"] = BookRow.List(e.NewUnits),
        ["Reason"] = e.Reason,
        ["Reloaded at"] = e.Entry.OccurredAt,
    }.Shipment(names, e.ShipmentId));

    private static IEnumerable<BookRow> Arrivals(Said said, BookNames names) => said.Events.OfType<ArrivalAnnounced>().SelectMany(e => e.Lines.Select(line => new BookRow
    {
        ["Arrival number"] = said.EntryId,
        ["Shipment number"] = e.ShipmentNumber,
        ["Shipper"] = names.Organisation(e.FromOrganisationId),
        ["To facility"] = names.Facility(e.ToFacilityId),
        ["Batch number"] = line.BatchNumber,
        ["Own number"] = line.OwnNumber,
        ["Arrived at"] = e.Entry.OccurredAt,
    }.Weighed(line.Stated)));

    private static IEnumerable<BookRow> Receipts(Said said, BookNames names) => said.Events[0] switch
    {
        ShipmentPartReceived e => e.Lines.Select(line => Receipt(said, names, e.ShipmentId, line.BatchId, line.OwnNumber, line.Stated, line.Packages, e.SealsFound)
            .With("More to come", true)),
        ShipmentAccepted e => Receipts(said, names, e.ShipmentId, e.Lines, e.SealsFound).Select(row => row.With("Under reserve", e.UnderReserve).With("Note", e.Note)),
        ShipmentDisputed e => Receipts(said, names, e.ShipmentId, e.Lines, e.SealsFound).Select(row => row.With("Reason of dispute", e.Reason)),
        _ => [],
    };

    /// <summary>The last receipt: lines that all came before it are not in it.</summary>
    private static IEnumerable<BookRow> Receipts(Said said, BookNames names, Guid shipmentId, IEnumerable<ReceivedLine> lines, IEnumerable<Seal>? seals) =>
        lines.Where(line => line.Stated is not null).Select(line => Receipt(said, names, shipmentId, line.BatchId, line.OwnNumber, line.Stated!, line.Packages, seals)
            .With("Refused wet kilograms", line.Refused.IsZero ? null : decimal.Round(line.Refused.DryKilograms / (1 - (line.Stated!.Moisture ?? 0)), Limits.KilogramPlaces)));

    private static BookRow Receipt(
        Said said, BookNames names, Guid shipmentId, Guid batchId, string? own, Measure stated, IReadOnlyList<string> packages, IEnumerable<Seal>? seals) => new BookRow
        {
            ["Receipt number"] = said.EntryId,
            ["Own number"] = own,
            ["Packages"] = BookRow.List(packages is { Count: > 0 } ? packages : null),
            ["Seals found"] = BookRow.Seals(seals),
            ["Arrived at"] = said.OccurredAt,
        }.Shipment(names, shipmentId).Batch(names, batchId).Weighed(stated);

    private static IEnumerable<BookRow> Umpires(Said said, BookNames names) => said.Events.OfType<UmpireNamed>().Select(e => new BookRow
    {
        ["Letter number"] = said.EntryId,
        ["Umpire"] = names.Organisation(e.UmpireId),
        ["Named at"] = e.Entry.OccurredAt,
    }.Shipment(names, e.ShipmentId));

    private static IEnumerable<BookRow> Resolutions(Said said, BookNames names) => said.Events[0] switch
    {
        ResolutionProposed e => Resolutions(said, names, e.ShipmentId, e.Lines, e.Reason),
        ShipmentResolved e => Resolutions(said, names, e.ShipmentId, e.Lines, e.Reason),
        _ => [],
    };

    private static IEnumerable<BookRow> Resolutions(Said said, BookNames names, Guid shipmentId, IEnumerable<AgreedLine> lines, string reason) => lines.Select(line => new BookRow
    {
        ["Resolution number"] = said.EntryId,
        ["Agreed dry kilograms"] = line.Quantity.DryKilograms,
        ["Agreed pieces"] = line.Quantity.Pieces,
        ["Reason"] = reason,
        ["Agreed at"] = said.OccurredAt,
    }.Shipment(names, shipmentId).Batch(names, line.BatchId));
}
