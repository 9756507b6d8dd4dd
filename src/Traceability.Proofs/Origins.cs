using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Traceability.Proofs;

/// <summary>Where kilograms of an element came from: a mine or a point of recovery, or nobody knows.</summary>
/// <param name="PlaceId">The place, or null for <see cref="Unknown"/>.</param>
/// <param name="IsDeclared">Somebody other than the mine's operator named it: it keeps its share and counts as declared.</param>
/// <param name="IsRecycled">It was won again from scrap or from goods that had been made of it.</param>
public readonly record struct Origin(Guid? PlaceId, bool IsDeclared = false, bool IsRecycled = false)
{
    public static Origin Unknown => default;

    /// <summary>Unknown comes first, then by place, and of one place what was dug before what was won again.</summary>
    internal static int Compare(in Origin a, in Origin b)
    {
        var order = a.PlaceId.GetValueOrDefault().CompareTo(b.PlaceId.GetValueOrDefault());
        return order != 0 ? order : (a.PlaceId.HasValue, a.IsDeclared, a.IsRecycled).CompareTo((b.PlaceId.HasValue, b.IsDeclared, b.IsRecycled));
    }
}

/// <summary>Kilograms of one element by origin. No part is negative, and the parts add up to the whole exactly.</summary>
public sealed class Origins
{
    /// <summary>Decimal places of a part. Of a million tonnes they leave a decimal three digits to spare.</summary>
    public const int Places = 15;

    /// <summary>Kilograms that many roundings together do not come to.</summary>
    private const decimal Rounding = 0.000_000_000_001m;

    public static Origins None { get; } = new([], 0);

    private Origins(ImmutableArray<(Origin Origin, decimal Kilograms)> parts, decimal kilograms) => (Parts, Kilograms) = (parts, kilograms);

    /// <summary>Each origin once and in order, none of them empty. Unknown stands first: the unverified share is always shown first.</summary>
    public ImmutableArray<(Origin Origin, decimal Kilograms)> Parts { get; }

    public decimal Kilograms { get; }

    public decimal Unknown => Parts is [{ Origin.PlaceId: null } first, ..] ? first.Kilograms : 0;

    public decimal Of(Origin origin) => Parts.FirstOrDefault(part => part.Origin == origin).Kilograms;

    /// <exception cref="ArgumentOutOfRangeException">A mass below zero.</exception>
    public static Origins From(Origin origin, decimal kilograms)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kilograms);
        return kilograms == 0 ? None : new([(origin, kilograms)], kilograms);
    }

    public static Origins Sum(IEnumerable<Origins> all)
    {
        // In pairs, and these in pairs again: each part is looked at a few times only, however many there are to add.
        var sums = all.ToList();
        for (; sums.Count > 1; sums.RemoveRange((sums.Count + 1) / 2, sums.Count / 2))
        {
            for (var i = 0; i < sums.Count / 2; i++)
                sums[i] += sums[sums.Count - 1 - i];
        }
        return sums is [var sum] ? sum : None;
    }

    public static Origins operator +(Origins a, Origins b)
    {
        if (a.Kilograms == 0 || b.Kilograms == 0)
            return a.Kilograms == 0 ? b : a;
        var its = a.Parts.AsSpan();
        var others = b.Parts.AsSpan();
        var (parts, count, i, j) = (new (Origin, decimal)[its.Length + others.Length], 0, 0, 0);
        while (i < its.Length && j < others.Length)
        {
            ref readonly var one = ref its[i];
            ref readonly var other = ref others[j];
            var order = Origin.Compare(one.Origin, other.Origin);
            parts[count++] = order < 0 ? one : order > 0 ? other : (one.Origin, one.Kilograms + other.Kilograms);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        its[i..].CopyTo(parts.AsSpan(count));
        others[j..].CopyTo(parts.AsSpan(count));
        Array.Resize(ref parts, count + its.Length - i + others.Length - j);
        return new(ImmutableCollectionsMarshal.AsImmutableArray(parts), a.Kilograms + b.Kilograms);
    }

    /// <summary>So much of it, each origin in proportion, and what is left. Together they are what was there, origin by origin.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than nothing or more than all of it.</exception>
    public (Origins Taken, Origins Left) Take(decimal kilograms)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kilograms);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kilograms, Kilograms);
        if (kilograms == 0)
            return (None, this);
        if (kilograms == Kilograms)
            return (this, None);
        var taken = Proportional(kilograms, within: true);
        var left = new (Origin Origin, decimal Kilograms)[taken.Length];
        for (var i = 0; i < left.Length; i++)
            left[i] = (Parts[i].Origin, Parts[i].Kilograms - taken[i].Kilograms);
        return (new(Filled(taken), kilograms), new(Filled(left), Kilograms - kilograms));
    }

    /// <summary>As much, but of no named origin more than there is at most: the rest is Unknown.</summary>
    public Origins Within(Origins most)
    {
        var (parts, unknown) = (ImmutableArray.CreateBuilder<(Origin Origin, decimal Kilograms)>(Parts.Length + 1), Unknown);
        parts.Add((Origin.Unknown, unknown));
        foreach (var (origin, kilograms, limit) in Beside(most).Where(part => part.Origin != Origin.Unknown))
        {
            var its = kilograms > limit + Rounding ? limit : kilograms;
            unknown += kilograms - its;
            if (its > 0)
                parts.Add((origin, its));
        }
        if (unknown == Unknown)
            return this;
        parts[0] = (Origin.Unknown, unknown);
        return new(parts.DrainToImmutable(), Kilograms);
    }

    /// <summary>What is left of each origin; nothing where as much or more is taken.</summary>
    public static Origins operator -(Origins all, Origins taken)
    {
        ImmutableArray<(Origin, decimal Kilograms)> left = [.. all.Beside(taken).Where(part => part.Kilograms > part.Its).Select(part => (part.Origin, part.Kilograms - part.Its))];
        return new(left, left.Sum(part => part.Kilograms));
    }

    /// <summary>Each part, and what others have of the same origin.</summary>
    private IEnumerable<(Origin Origin, decimal Kilograms, decimal Its)> Beside(Origins others)
    {
        var at = 0;
        foreach (var (origin, kilograms) in Parts)
        {
            while (at < others.Parts.Length && Origin.Compare(others.Parts[at].Origin, origin) < 0)
                at++;
            yield return (origin, kilograms, at < others.Parts.Length && others.Parts[at].Origin == origin ? others.Parts[at].Kilograms : 0);
        }
    }

    /// <summary>The same material measured again (O1): less of it is less of every origin, what is more is Unknown, so that no assay makes more of a named origin.</summary>
    public Origins Measured(decimal kilograms) =>
        kilograms <= Kilograms ? Take(kilograms).Taken : this + From(Origin.Unknown, kilograms - Kilograms);

    /// <summary>As much of each mine, won again. What is not verified stays what it is: it may never have been used.</summary>
    public Origins Recycled() => Sum(Parts.Select(part => From(part.Origin is { PlaceId: null } or { IsDeclared: true } ? part.Origin : part.Origin with { IsRecycled = true }, part.Kilograms)));

    /// <summary>The same shares in no more than so much, for what is a limit: rounded down.</summary>
    public Origins Limited(decimal kilograms) => Scaled(decimal.Round(kilograms, Places, MidpointRounding.ToZero));

    /// <summary>The same shares in another mass: what part of a batch is to the whole of it.</summary>
    public Origins Scaled(decimal kilograms)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kilograms);
        if (kilograms == 0 || Parts.IsEmpty)
            return None;
        if (kilograms == Kilograms)
            return this;
        return new(Filled(Proportional(kilograms, within: false)), kilograms);
    }

    /// <summary>Rounded; the few last digits that are missing or too many go to the largest part, where they are the least of it, and on to others where it has no room.</summary>
    /// <param name="within">No part gives more than it has.</param>
    private (Origin Origin, decimal Kilograms)[] Proportional(decimal kilograms, bool within)
    {
        var parts = Parts.AsSpan();
        var (shared, proportion) = (new (Origin Origin, decimal Kilograms)[parts.Length], new Proportion(kilograms, Kilograms));
        var (all, most, largest) = (UInt128.Zero, UInt128.Zero, 0);
        for (var i = 0; i < shared.Length; i++)
        {
            var units = proportion.Of(Proportion.Units(parts[i].Kilograms));
            shared[i] = (parts[i].Origin, Proportion.Kilograms(units));
            all += units;
            (most, largest) = units > most ? (units, i) : (most, largest);
        }
        var rest = kilograms - Proportion.Kilograms(all);
        for (var i = 0; rest != 0 && i < shared.Length; i++)
        {
            var at = (largest + i) % shared.Length;
            var more = Math.Max(-shared[at].Kilograms, within ? Math.Min(rest, Parts[at].Kilograms - shared[at].Kilograms) : rest);
            shared[at].Kilograms += more;
            rest -= more;
        }
        return shared;
    }

    private static ImmutableArray<(Origin Origin, decimal Kilograms)> Filled((Origin Origin, decimal Kilograms)[] parts) =>
        Array.Exists(parts, part => part.Kilograms == 0) ? [.. parts.Where(part => part.Kilograms > 0)] : ImmutableCollectionsMarshal.AsImmutableArray(parts);
}
