namespace Traceability.Pictures;

/// <summary>A drawing that knows no engine: a page shows it as SVG (<see cref="Svg"/>), a PDF draws the same marks on its own canvas,
/// so that screen, print and document always show the same thing.</summary>
/// <param name="Width">In CSS pixels, as every coordinate; the origin is the top left corner.</param>
/// <param name="Title">Accessible name.</param>
/// <param name="Description">What somebody who cannot see the picture is told about it.</param>
/// <param name="Marks">Drawn one over the other, in this order.</param>
public sealed record Picture(double Width, double Height, string Title, string Description, IReadOnlyList<Mark> Marks);

public abstract record Mark;

/// <summary>A rectangle, with rounded corners when <paramref name="Radius"/> is above 0.</summary>
public sealed record Box(double X, double Y, double Width, double Height, double Radius, Ink Ink) : Mark
{
    public bool Overlaps(Box other) =>
        X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;
}

/// <param name="Path">Path data in the grammar of SVG.</param>
public sealed record Line(string Path, Ink Ink) : Mark;

/// <summary>One line of text; <paramref name="Y"/> is its base line.</summary>
/// <param name="Size">Height of the letters' em square.</param>
/// <param name="Halo">Keeps text legible where it crosses a line: the letters get a white rim.</param>
public sealed record Words(
    double X, double Y, string Text, double Size, string Colour = Colours.Text, bool Bold = false, Anchor Anchor = Anchor.Start, bool Halo = false) : Mark;

/// <summary>Marks that are one thing to the reader.</summary>
/// <param name="Kind">What it shows, e.g. <c>batch</c>; a class name in SVG.</param>
/// <param name="Label">What a screen reader says and a pointer shows; empty for mere ornament, which screen readers skip.</param>
/// <param name="Href">Where it leads, or null when it leads nowhere.</param>
public sealed record Part(string Kind, string Label, string? Href, IReadOnlyList<Mark> Marks) : Mark;

public enum Anchor { Start, Middle, End }

/// <param name="Fill">Colour as #rrggbb, or null for none; so is the stroke's.</param>
public sealed record Ink(string? Fill, string? Stroke = null, double StrokeWidth = 1, bool Dashed = false);

/// <summary>Colours shared by all pictures, those of the pages by day: a picture is paper, also on a dark screen. Text has a contrast
/// of at least 5.5:1 on everything it stands on, lines that carry meaning of at least 3:1.</summary>
public static class Colours
{
    public const string Paper = "#ffffff";
    public const string Band = "#f3f2ec";
    public const string Text = "#1a2125";
    public const string Quiet = "#4d585f";
    public const string Rule = "#737d80";
    public const string Hatch = "#dbd8cd";
    public const string Accent = "#083f43";
    public const string Tint = "#e0edec";
    public const string Source = "#7a4a00";
    public const string Good = "#1d6337";
    public const string GoodTint = "#e3f0e5";
    public const string Open = "#7a4a00";
    public const string OpenTint = "#faeed7";
    public const string Bad = "#9c2413";
    public const string BadTint = "#fae6e1";
}
