using System.Globalization;
using System.Text;
using System.Xml;

namespace Traceability.Pictures;

/// <summary>Writes a picture as one <c>svg</c> element, to stand inside a page or alone in a file. Only attributes are used, no style sheet,
/// so a strict content security policy does not disturb it; the page's own style sheet may widen it or show the focus more strongly.</summary>
public static class Svg
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    /// <param name="id">Unique in the page: title and description are named after it.</param>
    public static string Write(Picture picture, string id)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("svg", Namespace);
            Attributes(xml, ("viewBox", $"0 0 {Number(picture.Width)} {Number(picture.Height)}"), ("width", Number(picture.Width)), ("height", Number(picture.Height)));
            // What has parts to read or to follow is a group; the role img would hide them from a screen reader.
            Attributes(xml, ("class", "picture"), ("role", picture.Marks.Any(mark => mark is Part { Label.Length: > 0 }) ? "group" : "img"), ("aria-labelledby", $"{id}-title"), ("aria-describedby", $"{id}-description"));
            Attributes(xml, ("font-family", "'Noto Sans', system-ui, 'Segoe UI', Roboto, sans-serif"));
            Element(xml, "title", picture.Title, ("id", $"{id}-title"));
            Element(xml, "desc", picture.Description, ("id", $"{id}-description"));
            foreach (var mark in picture.Marks)
                Write(xml, mark);
            xml.WriteEndElement();
        }
        return text.ToString();
    }

    private static void Write(XmlWriter xml, Mark mark)
    {
        switch (mark)
        {
            case Box box:
                Element(xml, "rect", null, [("x", Number(box.X)), ("y", Number(box.Y)), ("width", Number(box.Width)), ("height", Number(box.Height)),
                    ("rx", box.Radius > 0 ? Number(box.Radius) : null), .. Attributes(box.Ink)]);
                break;
            case Line line:
                Element(xml, "path", null, [("d", line.Path), .. Attributes(line.Ink)]);
                break;
            case Words words:
                Element(xml, "text", words.Text, ("x", Number(words.X)), ("y", Number(words.Y)), ("font-size", Number(words.Size)), ("fill", words.Colour),
                    ("font-weight", words.Bold ? "700" : null), ("text-anchor", words.Anchor is Anchor.Start ? null : words.Anchor is Anchor.Middle ? "middle" : "end"),
                    ("paint-order", words.Halo ? "stroke" : null), ("stroke", words.Halo ? Colours.Paper : null), ("stroke-width", words.Halo ? "4" : null), ("stroke-linejoin", words.Halo ? "round" : null));
                break;
            case Part part:
                Write(xml, part);
                break;
        }
    }

    private static void Write(XmlWriter xml, Part part)
    {
        xml.WriteStartElement(part.Href is null ? "g" : "a", Namespace);
        Attributes(xml, ("class", part.Kind), ("href", part.Href));
        if (part.Label.Length == 0)
        {
            Attributes(xml, ("aria-hidden", "true"));
        }
        else if (part.Href is null)
        {
            Attributes(xml, ("role", "img"), ("aria-label", part.Label));
            Element(xml, "title", part.Label);
        }
        else
        {
            // A link is called what can be read on it, so that it can be followed by voice; the sentence describes it.
            Element(xml, "desc", part.Label);
        }
        foreach (var mark in part.Marks)
            Write(xml, mark);
        xml.WriteEndElement();
    }

    private static (string, string?)[] Attributes(Ink ink) =>
    [
        ("fill", ink.Fill ?? "none"),
        ("stroke", ink.Stroke),
        ("stroke-width", ink.Stroke is null ? null : Number(ink.StrokeWidth)),
        ("stroke-dasharray", ink is { Stroke: not null, Dashed: true } ? "5 4" : null),
    ];

    private static void Element(XmlWriter xml, string name, string? content, params (string Name, string? Value)[] attributes)
    {
        xml.WriteStartElement(name, Namespace);
        Attributes(xml, attributes);
        if (content is not null)
            xml.WriteString(Legal(content));
        xml.WriteEndElement();
    }

    private static void Attributes(XmlWriter xml, params (string Name, string? Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
                xml.WriteAttributeString(name, Legal(value));
        }
    }

    /// <summary>XML has no way to write control characters or half a surrogate pair; a batch number from a spreadsheet may contain both.</summary>
    private static string Legal(string value)
    {
        var runes = value.EnumerateRunes().Select(rune => rune.Value is < 0x20 and not ('\t' or '\n' or '\r') or 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        return string.Concat(runes);
    }

    internal static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
