using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>Mass is stated wet or dry, DryMass is always dry; both in kilograms unless the file says otherwise.</summary>
public enum CellForm { Text, Number, Whole, Percent, Mass, DryMass, Time, Date }

/// <param name="Name">As in the heading, upper or lower case.</param>
/// <param name="Fields">Names of the command's fields that it fills, separated by spaces, so that a rule's refusal finds its cell: <c>number</c> of anything, <c>assay.number</c> of an assay alone.</param>
/// <param name="Required">Stands in every heading and is never empty.</param>
/// <param name="OfEntry">Says something about the whole entry: later rows of the entry repeat it or leave it empty.</param>
/// <param name="Form">What its cells hold, which decides in how many ways they may be written.</param>
/// <param name="Choices">Enumeration of the words that may stand there; null where anything may.</param>
public sealed record Column(string Name, string Fields, bool Required = false, bool OfEntry = false, CellForm Form = CellForm.Text, Type? Choices = null)
{
    internal bool Fills(string field) => Fields.Split(' ').Contains(field);

    /// <param name="path">Names alone, without places in lists.</param>
    internal bool FillsIn(string path) => Fields.Split(' ').Any(field => field.Contains('.', StringComparison.Ordinal) && $".{path}.".Contains($".{field}.", StringComparison.Ordinal));
}

/// <summary>A kind of file: the columns of its heading, and how its rows become the command that HTTP would send.</summary>
public sealed class FileKind
{
    internal FileKind(string name, Column number, Column time, IReadOnlyList<Column> groupedBy, IReadOnlyList<Column> columns, Func<FileEntry, NamedIds, ICommand> command) =>
        (Name, Number, Time, GroupedBy, Columns, Command) = (name, number, time, groupedBy, columns, command);

    public static IReadOnlyList<FileKind> All { get; } =
    [
        OrganisationRows.Kind, FacilityRows.Kind, BatchRows.Kind, ShipmentRows.Kind, ReloadingRows.Kind, ArrivalRows.Kind, ReceiptRows.Kind, AssayRows.Kind,
        UmpireRows.Kind, ResolutionRows.Kind, TransferRows.Kind, RunRows.Kind, OpenRunRows.Openings, OpenRunRows.Parts, OpenRunRows.Closings, TippingRows.Kind, CountRows.Kind, WriteOffRows.Kind,
        ClaimRows.Attestations, ClaimRows.Claimed, ClaimRows.Allocations, FootprintRows.Kind,
    ];

    public string Name { get; }

    /// <summary>Column of the entry's own number or code.</summary>
    public Column Number { get; }

    /// <summary>Column of when it happened.</summary>
    public Column Time { get; }

    /// <summary>Columns whose values the rows of one entry share; none where each row stands alone.</summary>
    public IReadOnlyList<Column> GroupedBy { get; }

    public IReadOnlyList<Column> Columns { get; }

    /// <summary>What a heading may name: the columns, and where masses are among them the unit of each row.</summary>
    internal IReadOnlyList<Column> Readable => field ??= Columns.Any(c => c.Form is CellForm.Mass or CellForm.DryMass) ? [.. Columns, Imports.Columns.Unit] : Columns;

    /// <summary>The heading of an empty file of this kind.</summary>
    public string Template => string.Join(',', Columns.Select(c => c.Name));

    internal Func<FileEntry, NamedIds, ICommand> Command { get; }

    public Column? Column(string name) => Readable.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Columns that several kinds of file share.</summary>
internal static class Columns
{
    public static readonly Column BatchNumber = new("Batch number", "batchId", Required: true);
    public static readonly Column BatchMaker = new("Batch maker", "makerId");
    public static readonly Column ShipmentNumber = new("Shipment number", "shipmentId", Required: true, OfEntry: true);
    public static readonly Column Shipper = new("Shipper", "shipperId", Required: true, OfEntry: true);
    public static readonly Column WetKilograms = new("Wet kilograms", "wetKilograms dryKilograms", Form: CellForm.Mass);
    public static readonly Column MoisturePercent = new("Moisture percent", "moisture", Form: CellForm.Percent);
    public static readonly Column Pieces = new("Pieces", "pieces", Form: CellForm.Whole);
    public static readonly Column Method = new("Method", "method", Choices: typeof(WeighingMethod));
    public static readonly Column Tickets = new("Tickets", "tickets grossKilograms tareKilograms netKilograms weighedAt");
    public static readonly Column OwnNumber = new("Own number", "ownNumber");
    public static readonly Column Serials = new("Serials", "serials");

    /// <summary>What the row's masses are in, for books that mix units. No command has it.</summary>
    public static readonly Column Unit = new("Unit", "");

    public static readonly Column Owner = new("Owner", "ownerId");
}
