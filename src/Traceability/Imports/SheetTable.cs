using System.Globalization;
using System.Xml;

namespace Traceability.Imports;

/// <summary>One sheet of a workbook, row by row. Of formulas the values that were last counted are taken.</summary>
internal sealed class SheetTable(Workbook book, string part) : ISourceTable
{
    private const int LastRow = 1_048_576, LastColumn = 16_384;
    private List<Merge>? _merges;

    private readonly record struct Merge(int Top, int Left, int Bottom, int Right);

    public IEnumerable<SourceRow> Rows()
    {
        var rows = Sheet().GetEnumerator();
        var line = 0;
        for (; ; line = rows.Current.Line)
        {
            var (more, why) = Next(rows);
            if (why is not null)
                yield return SourceRow.End(line + 1, why);
            if (!more)
                yield break;
            yield return rows.Current;
        }
    }

    private static (bool More, Refusal? Why) Next(IEnumerator<SourceRow> rows)
    {
        try
        {
            return (rows.MoveNext(), null);
        }
        catch (TooLargeException)
        {
            return (false, Refusal.Of("workbook-too-large", ("bytes", Limits.WorkbookBytes)));
        }
        catch (Exception e) when (Workbook.IsUnreadable(e))
        {
            return (false, Workbook.Unreadable);
        }
    }

    private IEnumerable<SourceRow> Sheet()
    {
        // They stand behind all rows.
        _merges ??= [.. Merges().OrderBy(m => m.Top)];
        var (reached, open) = (0, new List<Merge>());
        using var xml = book.Part(part) ?? throw new InvalidDataException();
        var line = 0;
        while (xml.Read())
        {
            if (xml is not { NodeType: XmlNodeType.Element, LocalName: "row" })
                continue;
            var at = xml.GetAttribute("r") is { } said ? int.Parse(said, NumberStyles.None, CultureInfo.InvariantCulture) : line + 1;
            if (at <= line || at > LastRow)
                throw new InvalidDataException();
            line = at;
            while (reached < _merges.Count && _merges[reached].Top <= line)
                open.Add(_merges[reached++]);
            open.RemoveAll(m => m.Bottom < line);
            var (cells, width) = xml.IsEmptyElement ? ([], 0) : Row(xml, line, open);
            yield return new(line, cells, width);
        }
    }

    private (Cell[] Cells, int Width) Row(XmlReader xml, int line, List<Merge> merges)
    {
        var (cells, column, width) = (new List<Cell>(), 0, 0);
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "row"))
        {
            if (xml is not { NodeType: XmlNodeType.Element, LocalName: "c" })
                continue;
            var at = xml.GetAttribute("r") is { } said ? ColumnOf(said) : column + 1;
            if (at <= column || at > LastColumn)
                throw new InvalidDataException();
            column = at;
            var cell = Read(xml);
            if (cell.IsEmpty)
                continue;
            width = column;
            if (column > Limits.ImportColumns + 1)
                continue;
            while (cells.Count < column - 1)
                cells.Add(Cell.Empty);
            cells.Add(cell);
        }
        foreach (var merge in merges)
        {
            for (var i = merge.Left; i <= Math.Min(merge.Right, Limits.ImportColumns); i++)
            {
                if (line == merge.Top && i == merge.Left)
                    continue;
                while (cells.Count < i)
                    cells.Add(Cell.Empty);
                cells[i - 1] = new("", CellKind.Merged);
            }
        }
        return ([.. cells], width);
    }

    private Cell Read(XmlReader xml)
    {
        var (type, style) = (xml.GetAttribute("t"), xml.GetAttribute("s"));
        if (xml.IsEmptyElement)
            return Cell.Empty;
        var (value, formula) = (default(string), false);
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "c"))
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            formula |= xml.LocalName == "f";
            if (xml.LocalName is "v" or "is" or "f")
            {
                var name = xml.LocalName;
                var text = SharedTexts.Text(xml, name);
                value = name == "f" ? value : text;
            }
        }
        if (value is null or "" && formula && type != "str")
            return new("", CellKind.FormulaUncounted);
        return value is null ? Cell.Empty : type switch
        {
            "s" => new(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < book.Texts.Length ? book.Texts[i] : throw new InvalidDataException()),
            "str" or "inlineStr" => new(value),
            "b" => new(value == "1" ? "Yes" : "No"),
            "e" => new(value, CellKind.FormulaFailed),
            "d" => new(value),
            _ => Number(value, book.Styles.Of(style)),
        };
    }

    private Cell Number(string value, CellStyles.Meaning meaning)
    {
        if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return new(value);
        if (meaning == CellStyles.Meaning.Time && number is >= 0 and < 2_958_466)
            return new(Time(number), CellKind.Time);
        number = AsShown(meaning == CellStyles.Meaning.Percent ? number * 100 : number);
        return new(number.ToString("0.############################", CultureInfo.InvariantCulture), CellKind.Number);
    }

    /// <summary>To the 15 digits that a spreadsheet shows: what binary fractions add behind them nobody typed.</summary>
    private static decimal AsShown(decimal number)
    {
        var digits = 0;
        for (var whole = decimal.Truncate(decimal.Abs(number)); whole >= 1; whole /= 10)
            digits++;
        return digits > 15 ? number : decimal.Round(number, Math.Min(28, 15 - digits));
    }

    /// <summary>Days since the end of 1899 (or the beginning of 1904), to the second.</summary>
    private string Time(decimal days)
    {
        var start = book.CountsFrom1904 ? new DateTime(1904, 1, 1) : new DateTime(1899, 12, 30);
        var at = start.AddSeconds((double)decimal.Round(days * 86_400));
        return at.ToString(at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private List<Merge> Merges()
    {
        using var xml = book.Part(part) ?? throw new InvalidDataException();
        var merges = new List<Merge>();
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "sheetData" })
                xml.Skip();
            if (xml is not { NodeType: XmlNodeType.Element, LocalName: "mergeCell" } || xml.GetAttribute("ref")?.Split(':') is not [var first, var last])
                continue;
            if (merges.Count == Limits.WorkbookMerges)
                throw new TooLargeException();
            merges.Add(new(RowOf(first), ColumnOf(first), RowOf(last), ColumnOf(last)));
        }
        return merges;
    }

    private static int RowOf(string cell) => int.Parse(cell.AsSpan().TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Letters count from A, as 1.</summary>
    private static int ColumnOf(string cell)
    {
        var column = 0;
        foreach (var c in cell)
        {
            if (!char.IsAsciiLetterUpper(c))
                break;
            column = column * 26 + c - 'A' + 1;
            if (column > LastColumn)
                throw new InvalidDataException();
        }
        return column == 0 ? throw new InvalidDataException() : column;
    }
}
