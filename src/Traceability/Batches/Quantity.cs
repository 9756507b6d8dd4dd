using System.Numerics;
using System.Text.Json.Serialization;
using Traceability.Materials;

namespace Traceability.Batches;

/// <summary>Dry kilograms, and pieces for counted goods.</summary>
public readonly record struct Quantity(decimal DryKilograms, long Pieces) : IAdditionOperators<Quantity, Quantity, Quantity>, ISubtractionOperators<Quantity, Quantity, Quantity>
{
    public static Quantity Zero => default;

    [JsonIgnore]
    public bool IsZero => DryKilograms == 0 && Pieces == 0;

    /// <summary>Neither part is more than the other's.</summary>
    public bool Within(Quantity held) => DryKilograms <= held.DryKilograms && Pieces <= held.Pieces;

    /// <summary>The share of this quantity that so many of its pieces make up. Counted goods take their booked mass along, whatever a scale shows of it:
    /// pieces decide (Q4), and a scale's doubt about them neither refuses nor invents any.</summary>
    public Quantity Part(long pieces) => new(decimal.Round(DryKilograms * pieces / Pieces, Limits.KilogramPlaces), pieces);

    /// <summary>As much of this quantity as <paramref name="all"/> has, and all of that where it comes near it. Pieces take their mass along, as in <see cref="Part"/>.</summary>
    public Quantity UpTo(Quantity all) =>
        Pieces > 0 ? Pieces < all.Pieces ? all.Part(Pieces) : all
        : DryKilograms < all.DryKilograms - Limits.RoundingKilograms ? this : all;

    /// <summary>The lesser of each part.</summary>
    public Quantity Least(Quantity other) => new(Math.Min(DryKilograms, other.DryKilograms), Math.Min(Pieces, other.Pieces));

    /// <summary>The greater of each part.</summary>
    public Quantity Most(Quantity other) => new(Math.Max(DryKilograms, other.DryKilograms), Math.Max(Pieces, other.Pieces));

    public static Quantity operator +(Quantity a, Quantity b) => new(a.DryKilograms + b.DryKilograms, a.Pieces + b.Pieces);
    public static Quantity operator -(Quantity a, Quantity b) => new(a.DryKilograms - b.DryKilograms, a.Pieces - b.Pieces);
    public static Quantity operator -(Quantity a) => new(-a.DryKilograms, -a.Pieces);

    public static Quantity Sum(IEnumerable<Quantity> all) => all.Aggregate(Zero, (sum, q) => sum + q);
}

public enum WeighingMethod { Declared, Weighbridge, BeltScale, Survey, TruckCount, DraughtSurvey }

/// <summary>What somebody weighed or counted, as stated.</summary>
/// <param name="WetKilograms">Mass on the scale. For counted goods optional: else pieces times mass per piece.</param>
/// <param name="Moisture">Fraction of wet mass, in [0, 1); null takes the batch's last known.</param>
/// <param name="Pieces">Counted goods only.</param>
/// <param name="Tickets">The single weighings, whose nets add up to the wet mass.</param>
public sealed record Measure(decimal? WetKilograms, decimal? Moisture = null, long? Pieces = null, WeighingMethod Method = WeighingMethod.Declared, IReadOnlyList<Ticket>? Tickets = null)
{
    /// <summary>Dry quantity of this measure: wet x (1 - moisture), to the milligram.</summary>
    public Quantity Quantity(Material material, decimal lastMoisture)
    {
        var pieces = Pieces ?? 0;
        return WetKilograms is { } wet
            ? new(decimal.Round(wet * (1 - (Moisture ?? lastMoisture)), Limits.KilogramPlaces), pieces)
            : new(decimal.Round(pieces * (material.KilogramsPerPiece ?? 0), Limits.KilogramPlaces), pieces);
    }

    /// <summary>What no scale can have shown, or null.</summary>
    /// <param name="field">Path of this measure in the command.</param>
    public Refusal? Wrong(Material material, decimal lastMoisture, string field)
    {
        var counted = material.CountedIn == Counting.Pieces;
        if (counted && Pieces is null or <= 0 or > Limits.Pieces)
            return Refusal.Of("pieces-out-of-range", ("material", material.Code), ("limit", Limits.Pieces)).At($"{field}.pieces");
        if (!counted && Pieces is not null)
            return Refusal.Of("not-counted-in-pieces", ("material", material.Code)).At($"{field}.pieces");
        if (!counted && WetKilograms is null)
            return Refusal.Of("mass-missing").At($"{field}.wetKilograms");
        if (counted && Moisture is not null)
            return Refusal.Of("pieces-have-no-moisture", ("material", material.Code)).At($"{field}.moisture");
        return Absurd(field)
            // A mass that is all water, or rounds to nothing, is no mass; neither are many pieces heavier than anything.
            ?? Refuse.Kilograms(Quantity(material, lastMoisture).DryKilograms, Limits.Kilograms, WetKilograms is null ? $"{field}.pieces" : $"{field}.wetKilograms");
    }

    /// <summary>What no scale can have shown of any goods whatever, or null.</summary>
    public Refusal? Absurd(string field)
    {
        if (Moisture is { } moisture and (< 0 or >= 1))
            return Refusal.Of("moisture-out-of-range", ("moisture", moisture)).At($"{field}.moisture");
        return Refuse.Places(Moisture, Limits.FractionPlaces, $"{field}.moisture")
            ?? Refuse.Kilograms(WetKilograms, Limits.Kilograms, $"{field}.wetKilograms")
            ?? Refuse.Undefined(Method, $"{field}.method");
    }
}
