namespace Traceability.Exports;

/// <summary>A stranger's text must not become a formula when a spreadsheet opens it: an apostrophe goes before it, and an import takes it off again.
/// What begins with apostrophes before such a sign gets one more, so that every text comes back as it was.</summary>
public static class FormulaGuard
{
    /// <summary>What spreadsheets take for the beginning of a formula, in half and in full width.</summary>
    private const string Signs = "=+-@\t\r\n＝＋－＠";

    public static string Protect(string text) => Begins(text) ? "'" + text : text;

    public static string Restore(string text) => text.StartsWith('\'') && Begins(text) ? text[1..] : text;

    private static bool Begins(string text) => text.TrimStart('\'') is [var sign, ..] && Signs.Contains(sign);
}
