using Traceability.Imports;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Stock;

namespace Traceability.Exports;

/// <summary>What was made of batches, whose they became, and what was counted and lost.</summary>
internal static class WorkBooks
{
    public static IReadOnlyList<Book> All { get; } =
    [
        new("transfers", TransferRows.Kind, "transfer", [nameof(TransferOwnership)], Transfers),
        new("runs", RunRows.Kind, "run", [nameof(RecordRun)], Runs),
        new("run-openings", OpenRunRows.Openings, "run", [nameof(OpenRun)], Openings),
        new("run-parts", OpenRunRows.Parts, "run", [nameof(RecordPart)], Parts),
        new("run-closings", OpenRunRows.Closings, "run", [nameof(CloseRun)], Closings),
        new("tippings", TippingRows.Kind, "run", [nameof(TipIn)], Tippings),
        new("counts", CountRows.Kind, "stock-count", [nameof(CountStock)], Counts),
        new("write-offs", WriteOffRows.Kind, "write-off", [nameof(WriteOffStock)], WriteOffs),
    ];

    private static IEnumerable<BookRow> Transfers(Said said, BookNames names) => said.Events.OfType<OwnershipTransferred>().SelectMany(e => e.Lines.Select(line => new BookRow
    {
        ["Transfer number"] = said.EntryId,
        ["Facility"] = names.Facility(e.FacilityId),
        ["New owner"] = names.Organisation(e.ToOwnerId),
        ["Contract"] = e.Contract,
        ["Passed at"] = e.Entry.OccurredAt,
    }.Batch(names, line.BatchId).Weighed(line.Stated)));

    private static IEnumerable<BookRow> Runs(Said said, BookNames names) => said.Events.OfType<ProcessRunRecorded>()
        .SelectMany(e => Lines(names, e.RunId, e.Entry.By.OrganisationId, e.Inputs, e.Outputs, e.Untracked).Select(row => row
            .With("Run number", e.Number).With("Step", e.Step).With("Facility", names.Facility(e.FacilityId)).With("Started at", e.StartedAt).With("Ended at", e.Entry.OccurredAt)
            .With("Custody", e.Custody?.Model).With("Conversion factor", e.Custody?.ConversionFactor)));

    private static IEnumerable<BookRow> Openings(Said said, BookNames names) => said.Events.OfType<RunOpened>().Select(e => new BookRow
    {
        ["Run number"] = e.Number,
        ["Step"] = e.Step,
        ["Facility"] = names.Facility(e.FacilityId),
        ["Opened at"] = e.Entry.OccurredAt,
    });

    private static IEnumerable<BookRow> Parts(Said said, BookNames names) => said.Events.OfType<RunPartRecorded>()
        .SelectMany(e => Lines(names, e.RunId, e.Entry.By.OrganisationId, e.Inputs, e.Outputs, e.Untracked).Select(row => row
            .With("Part number", e.PartId).With("Run number", e.Number).With("Facility", names.Facility(e.FacilityId)).With("Part ended at", e.Entry.OccurredAt)));

    private static IEnumerable<BookRow> Closings(Said said, BookNames names) => said.Events.OfType<RunClosed>()
        .Select(e => new BookRow { ["Run number"] = e.Number, ["Closed at"] = e.Entry.OccurredAt, ["Custody"] = e.Custody?.Model, ["Conversion factor"] = e.Custody?.ConversionFactor });

    private static IEnumerable<BookRow> Lines(
        BookNames names, Guid runId, Guid operatorId, IEnumerable<ConsumedLine> inputs, IEnumerable<ProducedLine> outputs, IEnumerable<UntrackedSource> untracked) =>
    [
        .. inputs.Select(line => new BookRow
        {
            ["Part"] = "Input",
            ["Material"] = line.Material,
            ["Serials"] = line.Serials is null ? null : names.Serials(runId, line.BatchId, taken: true),
            ["Owner"] = names.Owner(line.OwnerId, operatorId),
        }.Batch(names, line.BatchId).Weighed(line.Stated)),
        .. outputs.Select(line => new BookRow
        {
            ["Part"] = line.Role,
            ["Batch number"] = line.Number,
            ["Material"] = line.Material,
            ["Serials"] = line.Serials is null ? null : names.Serials(runId, line.BatchId, taken: false),
            ["Owner"] = names.Owner(line.OwnerId, inputs.Select(i => i.OwnerId).Distinct().ToList() is [var only] ? only : null),
        }.Weighed(line.Stated)),
        .. untracked.Select(source => new BookRow { ["Part"] = "Untracked", ["Material"] = source.Name, ["Wet kilograms"] = source.DryKilograms, ["Elements"] = BookRow.Amounts(source.Elements?.Select(of => (of.Key, of.Value)) ?? []) }),
    ];

    /// <summary>What was left on the pile goes in by itself.</summary>
    private static IEnumerable<BookRow> Tippings(Said said, BookNames names) => said.Events.OfType<ProcessRunRecorded>().SelectMany(e =>
    {
        var pile = names.Renewed(e.RunId);
        return e.Inputs.Where(line => line.BatchId != pile?.BeforeId).Select(line => new BookRow
        {
            ["Tipping number"] = e.Number,
            ["Facility"] = names.Facility(e.FacilityId),
            ["Pile"] = pile?.Name,
            ["Remainder"] = pile?.BeforeId is { } before ? names.Batch(before).Number : null,
            ["Campaign"] = pile is { StartsCampaign: true } ? pile.Campaign : null,
            ["Custody"] = e.Custody?.Model,
            ["Conversion factor"] = e.Custody?.ConversionFactor,
            ["Owner"] = names.Owner(line.OwnerId, e.OperatorId),
            ["Tipped in at"] = e.Entry.OccurredAt,
        }.Batch(names, line.BatchId).Weighed(line.Stated));
    });

    private static IEnumerable<BookRow> Counts(Said said, BookNames names) => said.Events.OfType<StockCounted>().SelectMany(e => e.Lines.Select(line => new BookRow
    {
        ["Count number"] = e.Number,
        ["Facility"] = names.Facility(e.FacilityId),
        ["Owner"] = names.Organisation(line.OwnerId),
        ["Uncertainty kilograms"] = line.Stated.Pieces is null ? line.ToleranceKilograms : null,
        ["Note"] = e.Note,
        ["Counted at"] = e.Entry.OccurredAt,
    }.Batch(names, line.BatchId).Weighed(line.Stated)));

    private static IEnumerable<BookRow> WriteOffs(Said said, BookNames names) => said.Events.OfType<StockWrittenOff>().SelectMany(e => e.Lines.Select(line => new BookRow
    {
        ["Write-off number"] = e.Number,
        ["Facility"] = names.Facility(e.FacilityId),
        ["Cause"] = e.Cause,
        ["Owner"] = names.Owner(line.OwnerId, e.OperatorId),
        ["Reason"] = e.Reason,
        ["Evidence"] = BookRow.List(e.Documents),
        ["Happened at"] = e.Entry.OccurredAt,
    }.Batch(names, line.BatchId).Weighed(line.Stated)));
}
