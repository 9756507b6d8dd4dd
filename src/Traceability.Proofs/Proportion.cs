namespace Traceability.Proofs;

/// <summary>What part one mass is of another, to take that part of many. In whole numbers of the last place and a binary factor of 64 bits:
/// decimals of twenty-eight digits take ten times as long to multiply and round.</summary>
/// <remarks>The factor is wrong by at most one part in 2^62: of a million tonnes less than a thousandth of a milligram.</remarks>
internal readonly struct Proportion
{
    private static readonly ulong[] PowersOfTen = [.. Enumerable.Range(0, Origins.Places + 1).Select(n => (ulong)Math.Pow(10, n))];

    private readonly ulong _factor;

    /// <summary>Binary places of the factor.</summary>
    private readonly int _places;

    /// <param name="whole">Above zero.</param>
    public Proportion(decimal part, decimal whole)
    {
        var (over, under) = (Units(part), Units(whole));
        var (up, down) = ((int)UInt128.LeadingZeroCount(over), Math.Max(0, 64 - (int)UInt128.LeadingZeroCount(under)));
        var quotient = (over << up) / (under >> down);
        var drop = Math.Max(0, 64 - (int)UInt128.LeadingZeroCount(quotient));
        (_factor, _places) = ((ulong)(quotient >> drop), up + down - drop);
    }

    /// <summary>So much of it, to the last place.</summary>
    /// <param name="units">Whole numbers of the last place, and so is the answer.</param>
    public UInt128 Of(UInt128 units)
    {
        var low = Product(Low(units), _factor);
        var high = (units >> 64 == 0 ? 0 : Product(Low(units >> 64), _factor)) + (low >> 64);
        return _places switch
        {
            > 64 => Rounded(high, _places - 64),
            > 0 => (high << (64 - _places)) + Rounded(Low(low), _places),
            _ => ((high << 64) + Low(low)) << -_places,
        };
    }

    /// <summary>Whole numbers of the last place: 2^128 of them are more than the earth weighs.</summary>
    public static UInt128 Units(decimal kilograms)
    {
        Span<int> bits = stackalloc int[4];
        _ = decimal.GetBits(kilograms, bits);
        var places = bits[3] >> 16 & 0xFF;
        return places > Origins.Places
            ? Units(decimal.Round(kilograms, Origins.Places))
            : bits[2] == 0 ? Product((ulong)unchecked((uint)bits[1]) << 32 | unchecked((uint)bits[0]), PowersOfTen[Origins.Places - places])
            : new UInt128(unchecked((uint)bits[2]), (ulong)unchecked((uint)bits[1]) << 32 | unchecked((uint)bits[0])) * PowersOfTen[Origins.Places - places];
    }

    /// <summary>The way back from <see cref="Units"/>.</summary>
    public static decimal Kilograms(UInt128 units) => new(unchecked((int)Low(units)), unchecked((int)Low(units >> 32)), unchecked((int)Low(units >> 64)), false, Origins.Places);

    private static UInt128 Product(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return new(high, low);
    }

    private static ulong Low(UInt128 value) => unchecked((ulong)value);

    private static UInt128 Rounded(UInt128 value, int places) => places > 128 ? 0 : (value >> (places - 1)) + 1 >> 1;
}
