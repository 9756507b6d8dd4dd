using System.IO.Compression;
using System.Security;
using System.Text;

namespace Traceability.Tests.Imports;

/// <summary>A workbook as its parts, so that a test can write what no spreadsheet program would.</summary>
internal static class WrittenWorkbook
{
    private const string Namespace = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>Style numbers: 0 a plain number, 1 a day, 2 a time, 3 a percentage.</summary>
    private const string Styles = $"""
        <styleSheet {Namespace}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy hh:mm"/></numFmts>
        <cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs></styleSheet>
        """;

    /// <summary>Text cells of each row, all in the sheet itself.</summary>
    public static byte[] OfRows(params string[][] rows) => Of(Sheet(rows));

    public static byte[] Of(string sheet, string shared = "") => Of([("Sheet1", sheet)], shared);

    public static byte[] Of((string Name, string Sheet)[] sheets, string shared = "")
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "xl/workbook.xml", $"<workbook {Namespace} xmlns:r=\"{Relationships}\"><sheets>{string.Concat(sheets.Select((s, i) => $"<sheet name=\"{s.Name}\" sheetId=\"{i + 1}\" r:id=\"rId{i + 1}\"/>"))}</sheets></workbook>");
            Add(zip, "xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                + string.Concat(sheets.Select((_, i) => $"<Relationship Id=\"rId{i + 1}\" Type=\"{Relationships}/worksheet\" Target=\"worksheets/sheet{i + 1}.xml\"/>")) + "</Relationships>");
            for (var i = 0; i < sheets.Length; i++)
                Add(zip, $"xl/worksheets/sheet{i + 1}.xml", sheets[i].Sheet);
            Add(zip, "xl/styles.xml", Styles);
            if (shared.Length > 0)
                Add(zip, "xl/sharedStrings.xml", $"<sst {Namespace}>{shared}</sst>");
        }
        return file.ToArray();
    }

    /// <param name="cells">Of each row its cells as XML; see <see cref="Text"/> and <see cref="Number"/>.</param>
    public static string SheetOf(params string[][] cells) =>
        $"<worksheet {Namespace}><sheetData>{string.Concat(cells.Select((row, i) => $"<row r=\"{i + 1}\">{string.Concat(row)}</row>"))}</sheetData></worksheet>";

    public static string Sheet(params string[][] rows) => SheetOf([.. rows.Select(row => row.Select(Text).ToArray())]);

    public static string Text(string text) => $"<c t=\"inlineStr\"><is><t>{SecurityElement.Escape(text)}</t></is></c>";

    public static string Number(string number, int style = 0) => $"<c s=\"{style}\"><v>{number}</v></c>";

    public static void Add(ZipArchive zip, string name, string text)
    {
        using var part = zip.CreateEntry(name).Open();
        part.Write(Encoding.UTF8.GetBytes(text));
    }
}
