using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Stock;

/// <summary>What was counted of one holding held against the book of that moment, and what follows for the book of today.</summary>
/// <param name="Blocked">Signed change of the part of the holding that may not be used.</param>
internal sealed record Comparison(Batch Batch, CountedLine Line, Quantity Blocked)
{
    /// <summary>The largest difference, as a fraction of what lies there, that one person may explain with an uncertain measurement.</summary>
    private const decimal MostForOnePerson = 0.05m;

    public (string, object)[] InNumbers =>
    [
        ("batch", Batch.Number), ("bookKilograms", Line.Book.DryKilograms), ("bookPieces", Line.Book.Pieces), ("toleranceKilograms", Line.ToleranceKilograms),
        ("countedKilograms", Line.Counted.DryKilograms), ("countedPieces", Line.Counted.Pieces),
    ];

    public static Comparison Of(States states, Facility facility, Batch batch, Material material, Holding holding, CountLine said, DateTimeOffset at)
    {
        var book = states.BookAt(batch, facility.Id, holding.OwnerId, at);
        var counted = Counted(said.Counted, material, holding, book);
        var line = new CountedLine(batch.Id, holding.OwnerId, book, counted, default, Tolerance(said, material, facility, book, counted), said.Counted);
        if (Math.Abs(line.Difference.DryKilograms) <= Limits.RoundingKilograms && line.Difference.Pieces == 0)
            return new(batch, line with { Counted = book }, default);
        return line.Difference is { Pieces: < 0 } or { DryKilograms: < 0 } ? Missing(states, batch, holding, line, at) : Found(batch, line);
    }

    public BatchBooked Booked(Guid countId, Facility facility, Submission said) => new(
        countId, Line.Booked.DryKilograms < 0 ? Booking.WrittenOff : Booking.CountedIn, facility.Id, Line.OwnerId, Line.Booked, default, 0, said.By, said.Command.OccurredAt,
        Line.Stated.Moisture, Blocked, Counted: true);

    /// <summary>Written off as far as it still lies there; what may be used goes first. Where more was taken since than the count leaves, one of the figures is wrong.</summary>
    private static Comparison Missing(States states, Batch batch, Holding holding, CountedLine line, DateTimeOffset at)
    {
        var missing = -line.Difference;
        var lost = missing.UpTo(holding.Quantity);
        var left = states.LowestSince(batch, holding.FacilityId, holding.OwnerId, at);
        var alarm = missing.Pieces > left.Pieces || (missing.Pieces == 0 && missing.DryKilograms > left.DryKilograms + Limits.RoundingKilograms)
            ? Alarm.Of("more-taken-than-counted", ("batch", batch.Number), ("counted", line.Counted.DryKilograms), ("short", missing.DryKilograms - left.DryKilograms))
            : null;
        return new(batch, line with { Booked = -lost, Alarm = alarm }, holding.Blocked.Least(holding.Quantity - lost) - holding.Blocked);
    }

    /// <summary>Nobody settles a dispute by finding the goods in his own yard: what two sides still dispute is not added.</summary>
    private static Comparison Found(Batch batch, CountedLine line)
    {
        var open = batch.Totals.Disputed.Most(default);
        var disputed = line.Difference.Pieces > 0 ? line.Difference.Part(Math.Min(line.Difference.Pieces, open.Pieces)) : line.Difference.Least(open);
        var alarm = disputed.IsZero ? null : Alarm.Of("difference-in-dispute", ("batch", batch.Number), ("kilograms", disputed.DryKilograms));
        return new(batch, line with { Booked = line.Difference - disputed, Alarm = alarm }, default);
    }

    /// <summary>Pieces weigh what the book says of them (Q4).</summary>
    private static Quantity Counted(Measure said, Material material, Holding holding, Quantity book) =>
        said.Pieces is { } pieces && book.Pieces > 0 ? book.Part(pieces) : said.Quantity(material, holding.Moisture);

    private static decimal Tolerance(CountLine said, Material material, Facility facility, Quantity book, Quantity counted)
    {
        if (material.CountedIn == Counting.Pieces)
            return 0;
        var most = Math.Max(book.DryKilograms, counted.DryKilograms);
        var uncertain = said is { UncertaintyKilograms: null, UncertaintyFraction: null }
            ? (facility.Terms.ReceiptTolerance ?? material.ReceiptTolerance) * most
            : Math.Max(said.UncertaintyKilograms ?? 0, (said.UncertaintyFraction ?? 0) * counted.DryKilograms);
        return decimal.Round(Math.Min(uncertain, MostForOnePerson * most), Limits.KilogramPlaces);
    }

    /// <summary>Like any measure, only that nothing may be left.</summary>
    public static Refusal? WrongMeasure(CountLine said, Material material, Holding holding, string field)
    {
        var nothing = material.CountedIn == Counting.Pieces ? said.Counted is { Pieces: 0, WetKilograms: null or 0 } : said.Counted is { WetKilograms: 0, Pieces: null };
        return nothing ? Refuse.Undefined(said.Counted.Method, $"{field}.counted.method") : said.Counted.Wrong(material, holding.Moisture, $"{field}.counted");
    }

    public static Refusal? WrongUncertainty(CountLine said, string field) =>
        said.UncertaintyFraction is < 0 or >= 1 ? Refusal.Of("uncertainty-out-of-range").At($"{field}.uncertaintyFraction")
        : said.UncertaintyKilograms is < 0 or > Limits.Kilograms ? Refusal.Of("uncertainty-out-of-range").At($"{field}.uncertaintyKilograms")
        : Refuse.Places(said.UncertaintyFraction, Limits.FractionPlaces, $"{field}.uncertaintyFraction")
            ?? Refuse.Places(said.UncertaintyKilograms, Limits.KilogramPlaces, $"{field}.uncertaintyKilograms");
}
