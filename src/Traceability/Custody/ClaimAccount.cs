using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Custody;

/// <param name="Kilograms">Of the element.</param>
public sealed record ClaimMass(string Claim, string Element, decimal Kilograms);

// Append to this list; never change what is in it.
/// <summary>A run under mass balance consumed claimed goods: what was claimed of them may be claimed of others.</summary>
/// <param name="ConversionFactor">How much of a claimed kilogram the process turns into product.</param>
public sealed record ClaimsCredited(
    Guid RunId, Guid FacilityId, ImmutableArray<ClaimMass> Credits, decimal ConversionFactor, Author By, DateTimeOffset OccurredAt) : IEventOf<ClaimAccount>;

/// <summary>Credit was given to a batch.</summary>
/// <param name="Cycle">The facility's balancing period at that time: which credit was used first depends on it.</param>
public sealed record ClaimsDebited(
    Guid AllocationId, Guid FacilityId, Guid BatchId, ImmutableArray<ClaimMass> Debits, Author By, DateTimeOffset OccurredAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] BalancingCycle Cycle = BalancingCycle.Quarter) : IEventOf<ClaimAccount>;

/// <summary>Credit of one claim in one element, by the month it was won in: what a period is may change.</summary>
/// <param name="Months">Kilograms by <see cref="BalancingPeriod.MonthOf"/>; used up or long lapsed ones are gone.</param>
public sealed record ClaimBalance(string Claim, string Element, ImmutableSortedDictionary<int, decimal> Months)
{
    /// <summary>Months that are remembered before the newest: nothing older can be used by an entry that is still taken.</summary>
    private const int Remembered = 36;

    /// <summary>What may be allocated at a moment: credit of its period and of the one before.</summary>
    public decimal Usable(DateTimeOffset at, BalancingCycle cycle = BalancingCycle.Quarter)
    {
        var period = BalancingPeriod.Of(at, cycle);
        return Of(period) + Of(period.Before);
    }

    public decimal Of(BalancingPeriod period) => Months.Where(m => period.Holds(m.Key)).Sum(m => m.Value);

    public ClaimBalance Credit(decimal kilograms, DateTimeOffset at)
    {
        var month = BalancingPeriod.MonthOf(at);
        var more = Months.SetItem(month, Months.GetValueOrDefault(month) + kilograms);
        return this with { Months = more.RemoveRange(more.Keys.Where(m => m < more.Keys.Max() - Remembered)) };
    }

    /// <summary>The oldest first: it would lapse first.</summary>
    public ClaimBalance Debit(decimal kilograms, DateTimeOffset at, BalancingCycle cycle = BalancingCycle.Quarter)
    {
        var (period, months) = (BalancingPeriod.Of(at, cycle), Months);
        foreach (var (month, credit) in Months.Where(m => period.Holds(m.Key) || period.Before.Holds(m.Key)))
        {
            var used = Math.Min(kilograms, credit);
            kilograms -= used;
            months = credit == used ? months.Remove(month) : months.SetItem(month, credit - used);
        }
        return this with { Months = months };
    }
}

/// <summary>What a facility may still claim of what it made under mass balance, because it consumed as much of which it was claimed (ISO 22095-2, credit method).</summary>
public sealed record ClaimAccount(Guid Id, Guid FacilityId, ImmutableArray<ClaimBalance> Balances) : IState<ClaimAccount>
{
    public static StreamKind Kind => StreamKind.ClaimAccount;

    public static ClaimAccount Empty(Guid facilityId) => new(IdOf(facilityId), facilityId, []);

    public static Guid IdOf(Guid facilityId) => DerivedId.Of("claim-account", facilityId.ToString());

    public ClaimBalance Of(string claim, string element) =>
        Balances.FirstOrDefault(b => b.Claim == claim && b.Element == element) ?? new(claim, element, ImmutableSortedDictionary<int, decimal>.Empty);

    public static ClaimAccount? After(ClaimAccount? current, object happened, Guid id) => happened switch
    {
        ClaimsCredited e => e.Credits.Aggregate(current ?? Empty(e.FacilityId), (account, c) => account.With(account.Of(c.Claim, c.Element).Credit(c.Kilograms, e.OccurredAt))),
        ClaimsDebited e => e.Debits.Aggregate(current!, (account, d) => account.With(account.Of(d.Claim, d.Element).Debit(d.Kilograms, e.OccurredAt, e.Cycle))),
        _ => current,
    };

    private ClaimAccount With(ClaimBalance balance) => this with
    {
        Balances = [.. Balances.Where(b => b.Claim != balance.Claim || b.Element != balance.Element).Append(balance)
            .OrderBy(b => b.Claim, StringComparer.Ordinal).ThenBy(b => b.Element, StringComparer.Ordinal)],
    };
}
