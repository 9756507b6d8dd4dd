using System.Globalization;
using System.Text.RegularExpressions;
using Traceability.Batches;
using Traceability.Exports;

namespace Traceability.Imports;

/// <summary>A cell that cannot be read, or a rule's refusal found back to its cell.</summary>
internal sealed record Misreading(Refusal Refusal, Column? Column, string? Value);

/// <summary>One row's cells by column. The first cell that cannot be read is remembered, and stands as the row's reason.</summary>
/// <param name="line">Line of the file, counted from 1.</param>
internal sealed partial class Row(int line, IReadOnlyDictionary<Column, int> places, string[] cells)
{
    private const char Separator = '|';

    public int Line => line;

    public Misreading? Wrong { get; private set; }

    /// <summary>The trimmed cell, or null when it is empty. What an export put before it to keep it from becoming a formula is gone.</summary>
    public string? Cell(Column column) =>
        places.TryGetValue(column, out var at) && at < cells.Length && cells[at].Trim() is { Length: > 0 } text ? FormulaGuard.Restore(text) : null;

    /// <summary>A cell that must be filled in.</summary>
    public string Text(Column column)
    {
        if (Cell(column) is { } text)
            return text;
        Misread(column, Refusal.Of("value-missing"));
        return "";
    }

    public decimal? Number(Column column) =>
        Cell(column) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : Misread<decimal>(column, Refusal.Of("not-a-number"));

    public long? Whole(Column column) =>
        Cell(column) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : Misread<long>(column, Refusal.Of("not-a-whole-number"));

    /// <summary>Date and time with its offset: without one nobody knows when it was.</summary>
    public DateTimeOffset Time(Column column) => Time(column, Text(column));

    public DateTimeOffset? OptionalTime(Column column) => Cell(column) is { } text ? Time(column, text) : null;

    public DateOnly Date(Column column) =>
        DateOnly.TryParseExact(Text(column), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : Misread<DateOnly>(column, Refusal.Of("not-a-date"));

    /// <summary>One of an enumeration's words; spaces and case do not count.</summary>
    public T Choice<T>(Column column, T? otherwise = null) where T : struct, Enum
    {
        if (Cell(column) is null && otherwise is { } unsaid)
            return unsaid;
        var word = Text(column).Replace(" ", "", StringComparison.Ordinal);
        return Enum.GetNames<T>().FirstOrDefault(n => n.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : Misread<T>(column, Refusal.Of("not-a-choice", ("choices", string.Join(", ", Enum.GetNames<T>()))));
    }

    /// <summary>Yes or No; empty is no.</summary>
    public bool Says(Column column) => Choice<YesNo>(column, YesNo.No) == YesNo.Yes;

    /// <summary>Values separated by upright bars.</summary>
    public string[] List(Column column) => Cell(column)?.Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A list of <c>name=value</c>.</summary>
    public List<(string Name, string Value)> Pairs(Column column)
    {
        var pairs = new List<(string, string)>();
        foreach (var pair in List(column).Select(item => item.Split('=', 2, StringSplitOptions.TrimEntries)))
        {
            if (pair is [{ Length: > 0 } name, { Length: > 0 } value])
                pairs.Add((name, value));
            else
                Misread(column, Refusal.Of("not-a-pair"));
        }
        return pairs;
    }

    /// <summary>A list of <c>name=number</c>.</summary>
    public List<(string Name, decimal Value)> Amounts(Column column)
    {
        var amounts = new List<(string, decimal)>();
        foreach (var (name, text) in Pairs(column))
        {
            if (Amount(text) is { } value)
                amounts.Add((name, value));
            else
                Misread(column, Refusal.Of("not-a-number"));
        }
        return amounts;
    }

    /// <summary>A list of <c>scale/number=gross-tare@time</c>, or null when the cell is empty.</summary>
    private List<Ticket>? Tickets()
    {
        if (Cell(Columns.Tickets) is null)
            return null;
        var tickets = new List<Ticket>();
        foreach (var item in List(Columns.Tickets))
        {
            if (Ticket().Match(item) is { Success: true, Groups: var said } && Amount(said["gross"].Value) is { } gross && Amount(said["tare"].Value) is { } tare)
                tickets.Add(new(said["scale"].Value, said["number"].Value, gross, tare, gross - tare, Time(Columns.Tickets, said["time"].Value)));
            else
                Misread(Columns.Tickets, Refusal.Of("not-a-ticket"));
        }
        return tickets;
    }

    /// <summary>A list of serials and of ranges <c>first..last</c>, or null when the cell is empty.</summary>
    public IReadOnlyList<string>? Serials()
    {
        if (Cell(Columns.Serials) is null)
            return null;
        var serials = new List<string>();
        foreach (var item in List(Columns.Serials))
        {
            if (SerialRange.Expand(item, serials) is { } wrong)
            {
                Misread(Columns.Serials, wrong);
                break;
            }
        }
        return serials;
    }

    /// <summary>What was weighed or counted. Firms write moisture in percent, the ledger keeps a fraction.</summary>
    public Measure Measure() => new(
        Number(Columns.WetKilograms), Number(Columns.MoisturePercent) / 100, Whole(Columns.Pieces), Choice<WeighingMethod>(Columns.Method, WeighingMethod.Declared), Tickets());

    /// <summary>The batch of that number: the reader's own unless the row says whose number it is.</summary>
    /// <param name="organisationId">Whose number it is unless the row says otherwise.</param>
    public Guid Batch(NamedIds ids, Guid organisationId, Column? column = null) =>
        ids.Batch(Cell(Columns.BatchMaker) is { } code ? ids.Organisation(code) : organisationId, Text(column ?? Columns.BatchNumber));

    public Guid? Owner(NamedIds ids) => Cell(Columns.Owner) is { } code ? ids.Organisation(code) : null;

    public void Misread(Column? column, Refusal refusal) => Wrong ??= new(refusal, column, column is null ? null : Cell(column));

    private enum YesNo { No, Yes }

    private static decimal? Amount(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private T Misread<T>(Column column, Refusal refusal) where T : struct
    {
        Misread(column, refusal);
        return default;
    }

    private DateTimeOffset Time(Column column, string text) =>
        Instant().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : Misread<DateTimeOffset>(column, Refusal.Of("not-a-time"));

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)? ?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Instant();

    [GeneratedRegex(@"^(?<scale>[^/]+)/(?<number>[^=]+)=(?<gross>[\d.]+)-(?<tare>[\d.]+)@(?<time>.+)$")]
    private static partial Regex Ticket();
}
