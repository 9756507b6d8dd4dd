using System.Text;
using CsvHelper;

namespace Traceability.Imports;

/// <summary>Lines of text with separated cells, quotes as in RFC 4180.</summary>
/// <param name="content">Can be read from its beginning again.</param>
internal sealed class CsvTable(Stream content, Encoding encoding, char separator) : ISourceTable
{
    public const string Separators = ",;\t|";

    public IEnumerable<SourceRow> Rows()
    {
        content.Position = 0;
        var malformed = false;
        using var csv = CsvReader.Create(content, new()
        {
            Encoding = encoding,
            Separator = separator,
            HasHeader = false,
            // An unclosed quote spoils its row, not the rest of the file.
            AllowLineBreaksInQuotes = false,
            MaxRecordSize = Limits.ImportLineBytes,
            OnMalformedRecord = _ => malformed = true,
            TrackLineNumbers = true,
            PoolStrings = true,
        }, leaveOpen: true);
        for (var line = 0; ;)
        {
            if (Next(csv) is not { } more)
            {
                yield return SourceRow.End(line + 1, Refusal.Of("line-too-long", ("bytes", Limits.ImportLineBytes)));
                yield break;
            }
            if (!more)
                yield break;
            line = (int)csv.LineNumber;
            // Excel writes its separator into a line of its own.
            if (line == 1 && csv.FieldCount <= 2 && csv.GetString(0).Trim('\uFEFF') is ['s', 'e', 'p', '=', ..])
                continue;
            yield return new(line, Cells(csv), csv.FieldCount, malformed ? Refusal.Of("quotes-malformed") : null);
            malformed = false;
        }
    }

    private static Cell[] Cells(CsvReader csv)
    {
        var cells = new Cell[Math.Min(csv.FieldCount, Limits.ImportColumns + 1)];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = new(csv.GetString(i));
        return cells;
    }

    /// <summary>Whether there is another line, or null where one is too long.</summary>
    private static bool? Next(CsvReader csv)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException)
        {
            return null;
        }
    }
}
