namespace Traceability.Imports;

/// <summary>How sure it is how a column is written.</summary>
public enum Certainty
{
    /// <summary>Nothing in the column depends on it.</summary>
    Indifferent,

    /// <summary>The file shows it, or the heading says it.</summary>
    Shown,

    /// <summary>The sender says it.</summary>
    Said,

    /// <summary>Somebody of the sender's organisation said it before of files with these headings.</summary>
    Kept,

    /// <summary>Nothing shows it; what usually holds is taken.</summary>
    Assumed,

    /// <summary>Nothing shows it and both are as likely: rows that depend on it are refused until somebody says it.</summary>
    Open,

    /// <summary>Cells contradict each other: those that depend on it are refused until somebody says it.</summary>
    Mixed,
}

/// <summary>Something about a column, and how sure it is.</summary>
/// <param name="Value">Null where it is not known.</param>
public sealed record Finding<T>(T? Value, Certainty Certainty) where T : struct, Enum;

/// <summary>What was found of one column.</summary>
/// <param name="Place">Counted from 1.</param>
/// <param name="Heading">As it stands in the file.</param>
/// <param name="Column">Name of the column it is, <c>-</c> where it is left out, or null where nobody knows.</param>
/// <param name="Decimal">Of numbers: the sign before decimals.</param>
/// <param name="Dates">Of days with the year last: whether the day or the month stands first.</param>
/// <param name="Unit">Of masses.</param>
/// <param name="Basis">Of masses that may be wet or dry.</param>
/// <param name="Examples">A few cells.</param>
/// <param name="IsKept">Whether <paramref name="Column"/> is what somebody said before of files with these headings.</param>
public sealed record ColumnFound(
    int Place, string Heading, string? Column, Finding<DecimalMark>? Decimal, Finding<DateOrder>? Dates, Finding<MassUnit>? Unit, Finding<MassBasis>? Basis, IReadOnlyList<string> Examples, bool IsKept = false)
{
    public bool IsOpen => Column is null || Decimal?.Certainty >= Certainty.Open || Dates?.Certainty >= Certainty.Open || Unit?.Certainty >= Certainty.Open;
}

/// <summary>How a file was read: what was found in it and what its sender said.</summary>
/// <param name="Format">csv or xlsx.</param>
/// <param name="Encoding">Of text files.</param>
/// <param name="Separator">Of text files: comma, semicolon, tab or bar.</param>
/// <param name="Sheet">Of workbooks.</param>
/// <param name="Sheets">Of workbooks: those to choose from.</param>
/// <param name="HeadingLine">Line of the heading, counted from 1.</param>
/// <param name="Kind">Kind of file, or null where the heading does not tell.</param>
/// <param name="Zone">Where times without an offset were written down.</param>
/// <param name="Rows">Rows under the heading that are not empty.</param>
/// <param name="RememberedAt">When somebody of the organisation said what was taken from him again; null where nothing was.</param>
public sealed record FileFound(
    string Format, string? Encoding, string? Separator, string? Sheet, IReadOnlyList<string> Sheets, int HeadingLine, string? Kind, string? Zone, int Rows, IReadOnlyList<ColumnFound> Columns,
    DateTimeOffset? RememberedAt = null);

/// <summary>A column's cells, counted by what they show of how they are written.</summary>
internal sealed class ColumnEvidence(Column? column)
{
    private const int Examples = 3;
    private readonly List<string> _examples = [];
    private int _points, _commas, _unclearPoints, _unclearCommas, _dayFirst, _monthFirst, _unclearDays, _dotted;

    public bool ShowsPoint => _points > 0;
    public bool ShowsComma => _commas > 0;

    public IReadOnlyList<string> Some => _examples;

    public void Add(Cell cell)
    {
        if (cell.IsEmpty)
            return;
        if (_examples.Count < Examples)
            _examples.Add(Cell.Storable(cell.Text.Length <= Limits.NameLength ? cell.Text : cell.Text[..Limits.NameLength]));
        if (cell.Kind != CellKind.Text)
            return;
        if (column?.Form is CellForm.Time or CellForm.Date)
            AddTime(cell.Text);
        else if (column is { Form: not CellForm.Text })
            AddNumber(cell.Text);
    }

    /// <param name="kept">What was said before: the cells themselves go before it.</param>
    /// <param name="pointElsewhere">Whether another column of the file shows a decimal point.</param>
    /// <param name="commaElsewhere">Whether another column of the file shows a decimal comma.</param>
    public Finding<DecimalMark>? Decimal(DecimalMark? said, DecimalMark? kept, bool pointElsewhere, bool commaElsewhere)
    {
        if (column is not { Form: CellForm.Number or CellForm.Whole or CellForm.Percent or CellForm.Mass or CellForm.DryMass })
            return null;
        if (said is not null)
            return new(said, Certainty.Said);
        if (_points > 0 || _commas > 0)
            return _points > 0 && _commas > 0 ? new(null, Certainty.Mixed) : new(_points > 0 ? DecimalMark.Point : DecimalMark.Comma, Certainty.Shown);
        if (_unclearPoints == 0 && _unclearCommas == 0)
            return new(DecimalMark.Point, Certainty.Indifferent);
        if (kept is not null)
            return new(kept, Certainty.Kept);
        // One program wrote all columns of a file alike.
        if (pointElsewhere != commaElsewhere)
            return new(pointElsewhere ? DecimalMark.Point : DecimalMark.Comma, Certainty.Assumed);
        // 1.234 has a decimal point unless something speaks against it; 1,234 is a thousand as often as not.
        return _unclearCommas == 0 && !pointElsewhere ? new(DecimalMark.Point, Certainty.Assumed) : new(null, Certainty.Open);
    }

    public Finding<DateOrder>? Dates(DateOrder? said, DateOrder? kept)
    {
        if (column is not { Form: CellForm.Time or CellForm.Date })
            return null;
        if (said is not null)
            return new(said, Certainty.Said);
        if (_dayFirst > 0 && _monthFirst > 0)
            return new(null, Certainty.Mixed);
        if (_dayFirst > 0 || _monthFirst > 0)
            return new(_dayFirst > 0 ? DateOrder.DayFirst : DateOrder.MonthFirst, Certainty.Shown);
        if (_unclearDays > 0)
            return kept is null ? new(null, Certainty.Open) : new(kept, Certainty.Kept);
        return new(DateOrder.DayFirst, _dotted > 0 ? Certainty.Assumed : Certainty.Indifferent);
    }

    private void AddNumber(string text)
    {
        var (point, comma) = (WrittenNumber.Read(text, DecimalMark.Point), WrittenNumber.Read(text, DecimalMark.Comma));
        if (point == comma)
            return;
        if (comma is null)
            _points++;
        else if (point is null)
            _commas++;
        else if (text.Contains('.', StringComparison.Ordinal))
            _unclearPoints++;
        else
            _unclearCommas++;
    }

    private void AddTime(string text)
    {
        if (WrittenTime.Read(text.Trim()) is not { HasOrder: true } time)
            return;
        // Whoever writes points puts the day first.
        if (time.IsDotted)
            _dotted++;
        else if (time is { First: > 12, Second: <= 12 })
            _dayFirst++;
        else if (time is { First: <= 12, Second: > 12 })
            _monthFirst++;
        else if (time.First <= 12 && time.First != time.Second)
            _unclearDays++;
    }
}
