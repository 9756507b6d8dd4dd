using Traceability.Facilities;

namespace Traceability.Custody;

/// <summary>A time in which a facility's account of claims is balanced: calendar months in UTC. Credit of a period is used in it or in the next one, and lapses then.</summary>
/// <param name="FirstMonth">Months since the beginning of our era.</param>
public readonly record struct BalancingPeriod(int FirstMonth, int Length)
{
    public static BalancingPeriod Of(DateTimeOffset at, BalancingCycle cycle)
    {
        var length = cycle switch
        {
            BalancingCycle.Month => 1,
            BalancingCycle.HalfYear => 6,
            BalancingCycle.Year => 12,
            _ => 3,
        };
        return new(MonthOf(at) / length * length, length);
    }

    public static int MonthOf(DateTimeOffset at) => at.UtcDateTime.Year * 12 + at.UtcDateTime.Month - 1;

    public BalancingPeriod Before => this with { FirstMonth = FirstMonth - Length };
    public BalancingPeriod Next => this with { FirstMonth = FirstMonth + Length };

    public bool Holds(int month) => month >= FirstMonth && month < FirstMonth + Length;

    /// <summary>2026-03, 2026 Q1, 2026 H1 or 2026.</summary>
    public override string ToString()
    {
        var (year, month) = (FirstMonth / 12, FirstMonth % 12);
        return Length switch
        {
            1 => FormattableString.Invariant($"{year}-{month + 1:00}"),
            3 => FormattableString.Invariant($"{year} Q{month / 3 + 1}"),
            6 => FormattableString.Invariant($"{year} H{month / 6 + 1}"),
            _ => FormattableString.Invariant($"{year}"),
        };
    }
}
