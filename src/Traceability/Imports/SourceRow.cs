namespace Traceability.Imports;

/// <summary>What a cell is besides its text. A workbook says which cells are numbers and times; those need no guessing how they are written.</summary>
internal enum CellKind { Text, Number, Time, FormulaFailed, FormulaUncounted, Merged }

/// <param name="Text">Numbers of a workbook with a decimal point, its times as ISO 8601 without offset.</param>
internal readonly record struct Cell(string Text, CellKind Kind = CellKind.Text)
{
    public static readonly Cell Empty = new("");

    /// <summary>No text of the database holds a NUL. That one stood there is its row's reason.</summary>
    public static string Storable(string text) => text.Replace('\0', '\uFFFD');

    public bool IsEmpty => Kind == CellKind.Text && string.IsNullOrWhiteSpace(Text);
}

/// <summary>One row as it stands in the file.</summary>
/// <param name="Line">Line of the file or row of the sheet, counted from 1.</param>
/// <param name="Cells">At most <see cref="Limits.ImportColumns"/> and one more.</param>
/// <param name="Width">How many cells the row has, those left out counted.</param>
/// <param name="Wrong">What spoils this row alone.</param>
/// <param name="Ends">Why nothing after it can be read: then it is the last.</param>
internal sealed record SourceRow(int Line, Cell[] Cells, int Width, Refusal? Wrong = null, Refusal? Ends = null)
{
    public bool IsEmpty => Wrong is null && Ends is null && Array.TrueForAll(Cells, c => c.IsEmpty);

    public static SourceRow End(int line, Refusal why) => new(line, [], 0, Ends: why);
}

/// <summary>Rows of a stored file, which may be read as often as wanted and take no more memory than a row at a time.</summary>
internal interface ISourceTable
{
    IEnumerable<SourceRow> Rows();
}
