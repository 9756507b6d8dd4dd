using System.Globalization;

namespace Traceability.Exports;

/// <summary>A list as a table: what it is called, and what stands in which column.</summary>
/// <param name="name">As in addresses and file names.</param>
public sealed class Sheet<T>(string name)
{
    private readonly List<(string Heading, Func<T, object?> Value)> _columns = [];

    public string Name => name;
    public string[] Headings => [.. _columns.Select(c => c.Heading)];

    public Sheet<T> With(string heading, Func<T, object?> value)
    {
        _columns.Add((heading, value));
        return this;
    }

    /// <summary>The cells of one row: decimals and whole numbers as they are, all else as text that any program reads alike; null where there is nothing to say.</summary>
    public IEnumerable<object?> Row(T item) => _columns.Select(c => Cell(c.Value(item)));

    private static object? Cell(object? value) => value switch
    {
        null or decimal or long or int => value,
        string text => FormulaGuard.Protect(text),
        bool yes => yes ? "Yes" : "No",
        // The hour of the place is part of what was said.
        DateTimeOffset at => at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => FormulaGuard.Protect(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };
}
