using Traceability.Pictures;

namespace Traceability.Certificates;

/// <summary>What is to be printed, block by block, in a language that knows no engine: where lines and pages break is the renderer's affair.</summary>
/// <param name="MadeAt">Stands in the file as its date; the same document with the same time is the same file, to the byte.</param>
/// <param name="Header">At the top of every page.</param>
/// <param name="Footer">At the bottom of every page, before the page's number.</param>
/// <param name="PageNumber">The page's number and the number of pages in words.</param>
/// <param name="Watermark">Large and pale across every page, or null.</param>
public sealed record PrintedDocument(
    string Title, DateTimeOffset MadeAt, string Header, string Footer, Func<int, int, string> PageNumber, string? Watermark, IReadOnlyList<Block> Blocks);

public abstract record Block;

/// <param name="Level">1 is the document's title, 2 a section; a section's heading stays with what follows.</param>
public sealed record Heading(string Text, int Level = 2) : Block;

/// <param name="IsSmall">For what is read only by those who look for it.</param>
public sealed record Paragraph(string Text, bool IsSmall = false) : Block;

/// <summary>What the reader must not miss, in a frame with a sign: its form says as much as its colour.</summary>
public sealed record Callout(Sign Sign, string Text) : Block;

public enum Sign { Good, Open, Bad }

public sealed record Points(IReadOnlyList<string> Lines) : Block;

public sealed record KeyValues(IReadOnlyList<(string Key, string Value)> Lines) : Block;

/// <summary>Its head is repeated on every page it reaches.</summary>
public sealed record Table(IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <param name="Share">Width in relation to the other columns.</param>
/// <param name="IsNumber">Numbers stand to the right.</param>
public sealed record Column(string Heading, double Share, bool IsNumber = false);

/// <summary>Never larger than it was drawn, never cut by a page's end.</summary>
/// <param name="HeightMillimetres">Made smaller until it is no higher than this and fits the width.</param>
public sealed record Drawing(Picture Picture, double HeightMillimetres) : Block;

/// <summary>A QR code that also a reader on screen can follow.</summary>
public sealed record LinkCode(string Link, string Caption, double WidthMillimetres) : Block;

/// <summary>Two columns that no page's end cuts.</summary>
/// <param name="RightMillimetres">Width of the right column.</param>
public sealed record Beside(IReadOnlyList<Block> Left, IReadOnlyList<Block> Right, double RightMillimetres) : Block;
