using System.Globalization;
using System.IO.Compression;
using System.Xml;

namespace Traceability.Imports;

/// <summary>An .xlsx workbook (ISO/IEC 29500): a zip of XML parts, read as a stream and never unpacked whole.</summary>
/// <remarks>What it unpacks to is bounded before and while it is read, whatever its directory claims.</remarks>
internal sealed class Workbook : IDisposable
{
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private readonly ZipArchive _zip;
    private readonly List<(string Name, string Part)> _sheets = [];

    private Workbook(ZipArchive zip) => _zip = zip;

    public IReadOnlyList<string> Sheets => [.. _sheets.Select(s => s.Name)];

    public bool CountsFrom1904 { get; private set; }

    /// <summary>Texts that cells name by their place.</summary>
    public string[] Texts { get; private set; } = [];

    public CellStyles Styles { get; private set; } = CellStyles.None;

    /// <summary>Opens a workbook whose directory is believable.</summary>
    /// <param name="content">Stays open.</param>
    public static (Workbook? Book, Refusal? Refusal) Open(Stream content)
    {
        Workbook? book = null;
        try
        {
            if (ZipDirectory.Refuse(content) is { } refusal)
                return (null, refusal);
            book = new(new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true));
            if (book._zip.Entries.Sum(e => e.Length) > Limits.WorkbookBytes || book._zip.Entries.Any(e => e.Length > Limits.WorkbookRatioFrom && e.Length / Limits.WorkbookRatio > e.CompressedLength))
                return (Given(ref book), Refusal.Of("workbook-too-large", ("bytes", Limits.WorkbookBytes)));
            book.ReadSheets();
            if (book._sheets.Count == 0)
                return (Given(ref book), Unreadable);
            book.Texts = SharedTexts.Read(book, "xl/sharedStrings.xml");
            book.Styles = CellStyles.Read(book, "xl/styles.xml");
            return (book, null);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return (Given(ref book), e is TooLargeException ? Refusal.Of("workbook-too-large", ("bytes", Limits.WorkbookBytes)) : Unreadable);
        }
    }

    public static Refusal Unreadable => Refusal.Of("workbook-unreadable");

    /// <summary>What the zip and XML readers throw at what is none.</summary>
    public static bool IsUnreadable(Exception e) => e is InvalidDataException or TooLargeException or XmlException or EndOfStreamException or NotSupportedException or FormatException or OverflowException;

    public SheetTable Sheet(string name) => new(this, _sheets.First(s => s.Name == name).Part);

    /// <summary>A part as XML, or null where there is none.</summary>
    public XmlReader? Part(string path) => _zip.GetEntry(path) is { } entry
        ? XmlReader.Create(new BoundedPart(entry.Open()), new()
        {
            CloseInput = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            MaxCharactersInDocument = Limits.WorkbookBytes,
        })
        : null;

    public void Dispose() => _zip.Dispose();

    private static Workbook? Given(ref Workbook? book)
    {
        book?.Dispose();
        return null;
    }

    private void ReadSheets()
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var relations = Part("xl/_rels/workbook.xml.rels"))
        {
            while (relations?.Read() == true)
            {
                if (relations is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && parts.Count < Limits.WorkbookSheets)
                    parts[relations.GetAttribute("Id") ?? ""] = relations.GetAttribute("Target") ?? "";
            }
        }
        using var workbook = Part("xl/workbook.xml");
        while (workbook?.Read() == true)
        {
            if (workbook is { NodeType: XmlNodeType.Element, LocalName: "workbookPr" })
                CountsFrom1904 = workbook.GetAttribute("date1904") is "1" or "true";
            if (workbook is not { NodeType: XmlNodeType.Element, LocalName: "sheet" } || workbook.GetAttribute("state") is "hidden" or "veryHidden")
                continue;
            var part = parts.GetValueOrDefault(workbook.GetAttribute("id", Relationships) ?? "", "").TrimStart('/');
            part = part.StartsWith("xl/", StringComparison.Ordinal) ? part : "xl/" + part;
            if (_zip.GetEntry(part) is not null && _sheets.Count < Limits.WorkbookSheets)
                _sheets.Add((workbook.GetAttribute("name") ?? "", part));
        }
    }

    /// <summary>Unpacks no more than a workbook may hold, and no piece of markup longer than any that a spreadsheet writes.</summary>
    private sealed class BoundedPart(Stream inner) : Stream
    {
        private const int LongestMarkup = 1024 * 1024;
        private long _read;
        private int _sinceMarkup;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            _read += read;
            var last = buffer.AsSpan(offset, read).LastIndexOf((byte)'>');
            _sinceMarkup = last < 0 ? _sinceMarkup + read : read - last;
            if (_read > Limits.WorkbookBytes || _sinceMarkup > LongestMarkup)
                throw new TooLargeException();
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A workbook unpacks to more than it may: told through the XML reader, which knows no other way.</summary>
#pragma warning disable CA1032, CA1064 // Thrown and caught in this folder alone.
internal sealed class TooLargeException : IOException;
#pragma warning restore CA1032, CA1064

/// <summary>The directory at the end of a zip, looked at before anything is made of it: it may claim millions of entries.</summary>
internal static class ZipDirectory
{
    private const int EndLength = 22, LongestComment = ushort.MaxValue;

    public static Refusal? Refuse(Stream content)
    {
        var tail = new byte[(int)Math.Min(content.Length, EndLength + LongestComment)];
        content.Position = content.Length - tail.Length;
        content.ReadExactly(tail);
        content.Position = 0;
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || tail.Length - at < EndLength)
            return Workbook.Unreadable;
        var entries = BitConverter.ToUInt16(tail, at + 10);
        var bytes = BitConverter.ToUInt32(tail, at + 12);
        return entries > Limits.WorkbookParts || bytes > Limits.WorkbookParts * 512 ? Refusal.Of("workbook-too-large", ("bytes", Limits.WorkbookBytes)) : null;
    }
}

/// <summary>Texts that many cells share.</summary>
internal static class SharedTexts
{
    public static string[] Read(Workbook book, string part)
    {
        using var xml = book.Part(part);
        var texts = new List<string>();
        var length = 0L;
        while (xml?.Read() == true)
        {
            if (xml is not { NodeType: XmlNodeType.Element, LocalName: "si" })
                continue;
            texts.Add(Text(xml, "si"));
            length += texts[^1].Length + 16;
            if (length > Limits.WorkbookText)
                throw new TooLargeException();
        }
        return [.. texts];
    }

    /// <summary>The text inside an element, of all its runs; how it is pronounced is left out.</summary>
    public static string Text(XmlReader xml, string element)
    {
        if (xml.IsEmptyElement)
            return "";
        var (text, several, spoken) = ("", default(System.Text.StringBuilder), false);
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == element))
        {
            if (xml.LocalName == "rPh")
                spoken = xml.NodeType == XmlNodeType.Element && !xml.IsEmptyElement;
            if (spoken || xml.NodeType is not (XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace or XmlNodeType.CDATA) || xml.Depth == 0)
                continue;
            if (text.Length == 0 && several is null)
                text = xml.Value;
            else
                (several ??= new(text)).Append(xml.Value);
        }
        return several?.ToString() ?? text;
    }
}

/// <summary>How cells show their numbers, as far as it says what they mean.</summary>
internal sealed class CellStyles(CellStyles.Meaning[] meanings)
{
    public enum Meaning { Number, Time, Percent }

    public static readonly CellStyles None = new([]);

    public Meaning Of(string? style) => int.TryParse(style, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < meanings.Length ? meanings[at] : Meaning.Number;

    public static CellStyles Read(Workbook book, string part)
    {
        using var xml = book.Part(part);
        var (own, meanings, inCells) = (new Dictionary<int, Meaning>(), new List<Meaning>(), false);
        while (xml?.Read() == true)
        {
            if (xml.LocalName == "cellXfs")
                inCells = xml.NodeType == XmlNodeType.Element;
            if (xml.NodeType != XmlNodeType.Element || meanings.Count > ushort.MaxValue)
                continue;
            if (xml.LocalName == "numFmt" && int.TryParse(xml.GetAttribute("numFmtId"), CultureInfo.InvariantCulture, out var id) && own.Count < ushort.MaxValue)
                own[id] = Shown(xml.GetAttribute("formatCode") ?? "");
            else if (xml.LocalName == "xf" && inCells)
                meanings.Add(int.TryParse(xml.GetAttribute("numFmtId"), CultureInfo.InvariantCulture, out var format) ? own.TryGetValue(format, out var said) ? said : BuiltIn(format) : Meaning.Number);
        }
        return new([.. meanings]);
    }

    /// <summary>Formats without a text of their own (ISO/IEC 29500-1, 18.8.30).</summary>
    private static Meaning BuiltIn(int format) => format switch
    {
        9 or 10 => Meaning.Percent,
        (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58) => Meaning.Time,
        _ => Meaning.Number,
    };

    /// <summary>Letters of days and hours outside quotes and brackets make a time.</summary>
    private static Meaning Shown(string format)
    {
        var (quoted, bracketed) = (false, false);
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c == '\\' || c == '_')
                i++;
            else if (c == '"')
                quoted = !quoted;
            else if (c is '[' or ']')
                bracketed = c == '[';
            else if (!quoted && !bracketed && (c is 'y' or 'Y' or 'd' or 'D' or 'h' or 'H' or 's'))
                return Meaning.Time;
            else if (!quoted && !bracketed && c == '%')
                return Meaning.Percent;
        }
        return Meaning.Number;
    }
}
