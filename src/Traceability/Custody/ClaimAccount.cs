using System.Collections.Immutable;
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
public sealed record ClaimsDebited(Guid AllocationId, Guid FacilityId, Guid BatchId, ImmutableArray<ClaimMass> Debits, Author By, DateTimeOffset OccurredAt) : IEventOf<ClaimAccount>;

/// <summary>A calendar quarter in UTC. Credit of a quarter is used in it or in the next one, and lapses then.</summary>
public readonly record struct BalancingPeriod(int Index)
{
    public static BalancingPeriod Of(DateTimeOffset at) => new(at.UtcDateTime.Year * 4 + (at.UtcDateTime.Month - 1) / 3);

    public override string ToString() => $"{Index / 4} Q{Index % 4 + 1}";
}

/// <summary>Credit of one claim in one element, by the quarter it was won in.</summary>
/// <param name="Quarters">Kilograms by <see cref="BalancingPeriod.Index"/>; used up or long lapsed ones are gone.</param>
public sealed record ClaimBalance(string Claim, string Element, ImmutableSortedDictionary<int, decimal> Quarters)
{
    /// <summary>Quarters that are remembered before the newest: nothing older can be used by an entry that is still taken.</summary>
    private const int Remembered = 4;

    /// <summary>What may be allocated at a moment: credit of its quarter and of the one before.</summary>
    public decimal Usable(DateTimeOffset at) => Of(BalancingPeriod.Of(at).Index) + Of(BalancingPeriod.Of(at).Index - 1);

    private decimal Of(int quarter) => Quarters.GetValueOrDefault(quarter);

    public ClaimBalance Credit(decimal kilograms, DateTimeOffset at)
    {
        var quarter = BalancingPeriod.Of(at).Index;
        var more = Quarters.SetItem(quarter, Of(quarter) + kilograms);
        return this with { Quarters = more.RemoveRange(more.Keys.Where(q => q < more.Keys.Max() - Remembered)) };
    }

    /// <summary>The oldest first: it would lapse first.</summary>
    public ClaimBalance Debit(decimal kilograms, DateTimeOffset at)
    {
        var (quarter, quarters) = (BalancingPeriod.Of(at).Index, Quarters);
        foreach (var from in (int[])[quarter - 1, quarter])
        {
            var used = Math.Min(kilograms, quarters.GetValueOrDefault(from));
            kilograms -= used;
            quarters = quarters.GetValueOrDefault(from) == used ? quarters.Remove(from) : quarters.SetItem(from, quarters[from] - used);
        }
        return this with { Quarters = quarters };
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
        ClaimsDebited e => e.Debits.Aggregate(current!, (account, d) => account.With(account.Of(d.Claim, d.Element).Debit(d.Kilograms, e.OccurredAt))),
        _ => current,
    };

    private ClaimAccount With(ClaimBalance balance) => this with
    {
        Balances = [.. Balances.Where(b => b.Claim != balance.Claim || b.Element != balance.Element).Append(balance)
            .OrderBy(b => b.Claim, StringComparer.Ordinal).ThenBy(b => b.Element, StringComparer.Ordinal)],
    };
}
