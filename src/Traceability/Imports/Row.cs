using System.Globalization;
using System.Text.RegularExpressions;
using Traceability.Batches;
using Traceability.Exports;
using Traceability.Ledger;

namespace Traceability.Imports;

/// <summary>A cell that cannot be read, or a rule's refusal found back to its cell.</summary>
internal sealed record Misreading(Refusal Refusal, Column? Column, string? Value);

/// <summary>One row's cells by column. The first cell that cannot be read is remembered, and stands as the row's reason.</summary>
/// <param name="line">Line of the file, counted from 1.</param>
/// <param name="zone">Where times without an offset were written down.</param>
internal sealed partial class Row(int line, IReadOnlyDictionary<Column, ColumnReading> places, TimeZoneInfo? zone, Cell[] cells)
{
    public const char Separator = '|';

    private static readonly Refusal _noSuchDay = Refusal.Of("no-such-day");

    public int Line => line;

    public Misreading? Wrong { get; private set; }

    /// <summary>All cells as they stand in the file, for giving the row back.</summary>
    public IEnumerable<string> Cells => cells.Select(c => c.Text);

    /// <summary>The trimmed cell, or null when it is empty. What an export put before it to keep it from becoming a formula is gone.</summary>
    public string? Cell(Column column) => In(column).Text.Trim() is { Length: > 0 } text ? FormulaGuard.Restore(text) : null;

    private Cell In(Column column) => places.TryGetValue(column, out var place) && place.At < cells.Length ? cells[place.At] : Imports.Cell.Empty;

    /// <summary>A cell that must be filled in.</summary>
    public string Text(Column column)
    {
        if (Cell(column) is { } text)
            return text;
        Misread(column, Refusal.Of("value-missing"));
        return "";
    }

    /// <summary>A number; of masses in kilograms, whatever the column's or the row's unit.</summary>
    public decimal? Number(Column column)
    {
        if (Cell(column) is not { } text)
            return null;
        if (Written(column, text) is not { } number)
            return null;
        if (column.Form is not (CellForm.Mass or CellForm.DryMass))
            return number;
        if (UnitOf(column) is not { } unit)
            return Misread<decimal>(column, Refusal.Of("unit-unknown"));
        return InKilograms(column, number, unit);
    }

    /// <summary>The number as it was written, or a reason why nobody knows which it is.</summary>
    private decimal? Written(Column column, string text, string otherwise = "not-a-number")
    {
        if (In(column).Kind == CellKind.Number)
            return WrittenNumber.Read(text, DecimalMark.Point) ?? Unread(column, Refusal.Of(otherwise));
        var found = places[column].Mark;
        if (found is null || found.Value is not null)
            return WrittenNumber.Read(text, found?.Value ?? DecimalMark.Point) ?? Unread(column, Refusal.Of(otherwise));
        var (point, comma) = (WrittenNumber.Read(text, DecimalMark.Point), WrittenNumber.Read(text, DecimalMark.Comma));
        if (point is null && comma is null)
            return Unread(column, Refusal.Of(otherwise));
        if (point == comma)
            return point;
        return Unread(column, found.Certainty == Certainty.Mixed
            ? Refusal.Of("decimal-marks-mixed")
            : Refusal.Of("number-ambiguous", ("point", point ?? 0), ("comma", comma ?? 0)));
    }

    private decimal? Unread(Column column, Refusal why)
    {
        Misread(column, why);
        return null;
    }

    private MassUnit? UnitOf(Column column) => Cell(Columns.Unit) is { } named
        ? MassUnits.Find(named.ToLowerInvariant().Split(' ', ',', '.', '(', ')')) is { Unit: { } unit } ? unit : null
        : places[column].Unit;

    private decimal? InKilograms(Column column, decimal number, MassUnit unit)
    {
        try
        {
            return unit == MassUnit.Kilograms ? number : decimal.Round(number * unit.Kilograms(), Limits.KilogramPlaces).Normalised();
        }
        catch (OverflowException)
        {
            return Misread<decimal>(column, Refusal.Of("not-a-number"));
        }
    }

    public long? Whole(Column column) =>
        Cell(column) is not { } text || Written(column, text, "not-a-whole-number") is not { } number ? null
        : decimal.Truncate(number) == number && decimal.Abs(number) <= long.MaxValue ? (long)number
        : Misread<long>(column, Refusal.Of("not-a-whole-number"));

    /// <summary>Date and time with its offset: without one, or the zone that the file's times are in, nobody knows when it was.</summary>
    public DateTimeOffset Time(Column column) => Time(column, Text(column));

    public DateTimeOffset? OptionalTime(Column column) => Cell(column) is { } text ? Time(column, text) : null;

    public DateOnly Date(Column column) => WrittenTime.Read(Text(column)) is { } written && written.OfDay == TimeSpan.Zero
        ? Day(column, written) ?? default
        : Misread<DateOnly>(column, Refusal.Of("not-a-date"));

    /// <summary>The day that is meant, or null with the reason.</summary>
    private DateOnly? Day(Column column, WrittenTime written)
    {
        var dates = places.GetValueOrDefault(column)?.Dates;
        var order = !written.HasOrder || written.IsDotted && dates?.Certainty != Certainty.Said || written.First == written.Second ? DateOrder.DayFirst : dates?.Value;
        if (order is { } known)
            return written.Day(known) ?? Misread<DateOnly>(column, _noSuchDay);
        if (written.Day(DateOrder.DayFirst) is null && written.Day(DateOrder.MonthFirst) is null)
            return Misread<DateOnly>(column, _noSuchDay);
        return Misread<DateOnly>(column, Refusal.Of(dates?.Certainty == Certainty.Mixed ? "date-orders-mixed" : "date-ambiguous"));
    }

    /// <summary>One of an enumeration's words, or what other books call it; spaces and case do not count.</summary>
    /// <exception cref="ArgumentException">The column does not say that these are its choices.</exception>
    public T Choice<T>(Column column, T? otherwise = null) where T : struct, Enum
    {
        if (column.Choices != typeof(T))
            throw new ArgumentException($"{column.Name} has other choices than {typeof(T).Name}.", nameof(column));
        if (Cell(column) is null && otherwise is { } unsaid)
            return unsaid;
        return Choices.Find(Enum.GetNames<T>(), Text(column)) is { } name
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
        Wet(Columns.WetKilograms), Moisture(), Whole(Columns.Pieces), Choice<WeighingMethod>(Columns.Method, WeighingMethod.Declared), Tickets());

    /// <summary>Wet kilograms of a mass that may have been stated dry. Without moisture what is dry weighs as much wet.</summary>
    public decimal? Wet(Column column)
    {
        var mass = Number(column);
        if (mass is null || !IsDry(column))
            return mass;
        return Number(Columns.MoisturePercent) is { } moisture and >= 0 and < 100 ? decimal.Round(mass.Value / (1 - moisture / 100), Limits.KilogramPlaces).Normalised() : mass;
    }

    private decimal? Moisture() => Number(Columns.MoisturePercent) / 100 ?? (Cell(Columns.WetKilograms) is not null && IsDry(Columns.WetKilograms) ? 0 : null);

    /// <summary>The row's own basis, where its unit says it, goes before the column's.</summary>
    private bool IsDry(Column column) =>
        (Cell(Columns.Unit) is { } named && MassUnits.Find(named.ToLowerInvariant().Split(' ', ',', '.', '(', ')')).Basis is { } basis ? basis : places.GetValueOrDefault(column)?.Basis) == MassBasis.Dry;

    /// <summary>The batch of that number: the reader's own unless the row says whose number it is.</summary>
    /// <param name="organisationId">Whose number it is unless the row says otherwise.</param>
    public Guid Batch(NamedIds ids, Guid organisationId, Column? column = null) =>
        ids.Batch(Cell(Columns.BatchMaker) is { } code ? ids.Organisation(code) : organisationId, Text(column ?? Columns.BatchNumber));

    public Guid? Owner(NamedIds ids) => Cell(Columns.Owner) is { } code ? ids.Organisation(code) : null;

    public void Misread(Column? column, Refusal refusal) => Wrong ??= new(refusal, column, column is null ? null : Cell(column));

    internal static decimal? Amount(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private T Misread<T>(Column column, Refusal refusal) where T : struct
    {
        Misread(column, refusal);
        return default;
    }

    private DateTimeOffset Time(Column column, string text)
    {
        if (Instant().IsMatch(text))
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : Misread<DateTimeOffset>(column, WrittenTime.Read(text) is { } noTime && noTime.Day(DateOrder.DayFirst) is null ? _noSuchDay : Refusal.Of("not-a-time"));
        }
        if (WrittenTime.Read(text) is not { } written)
            return Misread<DateTimeOffset>(column, Refusal.Of("not-a-time"));
        var wrong = Wrong;
        if (Day(column, written) is not { } day || Wrong != wrong)
            return default;
        var local = day.ToDateTime(TimeOnly.FromTimeSpan(written.OfDay));
        if ((written.Offset ?? OffsetAt(local)) is not { } offset)
            return Misread<DateTimeOffset>(column, Refusal.Of(zone is null ? "time-zone-missing" : "not-a-time"));
        return local.Ticks - offset.Ticks is < 0 or > 3_155_378_975_999_999_999 ? Misread<DateTimeOffset>(column, Refusal.Of("not-a-time")) : new(local, offset);
    }

    /// <summary>Null where the zone's clocks showed that time never or twice.</summary>
    private TimeSpan? OffsetAt(DateTime local) => zone is null || zone.IsInvalidTime(local) || zone.IsAmbiguousTime(local) ? null : zone.GetUtcOffset(local);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)? ?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Instant();

    [GeneratedRegex(@"^(?<scale>[^/]+)/(?<number>[^=]+)=(?<gross>[\d.]+)-(?<tare>[\d.]+)@(?<time>.+)$")]
    private static partial Regex Ticket();
}
