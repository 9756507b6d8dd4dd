namespace Traceability.Imports;

/// <summary>Good rows would go in: nothing was recorded, because it was only looked, or because others of a file were refused that goes in whole or not at all.</summary>
public enum RowResult { Recorded, AlreadyThere, Refused, Good }

/// <summary>What became of one row.</summary>
/// <param name="Row">Line of the file, counted from 1, heading included.</param>
/// <param name="Number">Own number or code of the entry that the row belongs to; empty where it could not be read.</param>
/// <param name="EntryId">Id of the entry in the ledger, or null when it was refused.</param>
/// <param name="Column">The column that the refusal is about, or null when it is about the entry as a whole.</param>
/// <param name="Value">What stands in that cell.</param>
/// <param name="Alarms">What looked implausible but was recorded; on the first row of an entry.</param>
public sealed record RowOutcome(
    int Row, string Number, RowResult Result, Guid? EntryId, Refusal? Refusal, string? Column, string? Value, IReadOnlyList<Alarm> Alarms);

/// <summary>What became of one file, row by row.</summary>
/// <param name="Kind">Name of the kind of file its heading was recognised as, or null.</param>
/// <param name="Rows">In the order of the file. A file that is refused whole has one outcome.</param>
/// <param name="Found">How it was read; null where nothing could be.</param>
/// <param name="ImportId">Where the refused rows can be had for a while; null where none was refused.</param>
public sealed record ImportReport(string Name, string? Kind, IReadOnlyList<RowOutcome> Rows, FileFound? Found = null, Guid? ImportId = null)
{
    public int Recorded => Count(RowResult.Recorded);
    public int AlreadyThere => Count(RowResult.AlreadyThere);
    public int Good => Count(RowResult.Good);
    public int Refused => Count(RowResult.Refused);

    private int Count(RowResult result) => Rows.Count(r => r.Result == result);
}
