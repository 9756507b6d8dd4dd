using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Custody;

/// <param name="Fraction">Of the element's contained mass.</param>
public sealed record ClaimFraction(string Claim, string Element, decimal Fraction);

// Append to this list; never change what is in it.
/// <summary>Credit of a facility's account was given to a batch.</summary>
/// <param name="Debits">What the account gave.</param>
/// <param name="Fractions">What is claimed of the batch by it.</param>
public sealed record BatchAllocated(
    Guid BatchId, Guid AllocationId, Guid FacilityId, ImmutableArray<ClaimMass> Debits, ImmutableArray<ClaimFraction> Fractions, ImmutableArray<Alarm> Alarms, Entry Entry)
    : IEventOf<Batch>, IAlarming
{
    Guid IOfFact.FactId => BatchId;
}

/// <summary>Gives credit of the facility's account to a batch that it made under mass balance (K1). Afterwards so much is claimed of the batch, and no more of any other.</summary>
/// <param name="FacilityId">Where the batch was made and all of it still lies: what has left cannot be claimed of any more.</param>
/// <param name="Kilograms">By element, of what is in the batch.</param>
public sealed record AllocateClaim(
    Guid BatchId, Guid AllocationId, Guid FacilityId, string Claim, IReadOnlyDictionary<string, decimal> Kilograms, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<AllocateClaim>("/api/batches/{batchId:guid}/allocations/{allocationId:guid}");

    Guid ICommand.EntryId => AllocationId;

    public void Touch(Touches touches, Actor by) => touches.Lock<ClaimAccount>(ClaimAccount.IdOf(FacilityId)).Lock<Batch>(BatchId).Read(FacilityId);

    public Decision Decide(States states, Submission said)
    {
        var (facility, refusal) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return refusal!;
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch, facility))
            return Refusal.Of("not-found").At("batchId");
        if ((Wrong(states) ?? Unfit(batch)) is { } wrong)
            return wrong;
        var account = states.Find<ClaimAccount>(ClaimAccount.IdOf(FacilityId)) ?? ClaimAccount.Empty(FacilityId);
        var fractions = ImmutableArray.CreateBuilder<ClaimFraction>(Kilograms.Count);
        foreach (var (element, kilograms) in Kilograms.OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            var (fraction, unfit) = Allocated(batch, account, facility.Terms.Balancing, element, kilograms);
            if (unfit is not null)
                return unfit;
            fractions.Add(new(Claim, element, fraction));
        }
        ClaimMass[] debits = [.. fractions.Select(f => new ClaimMass(Claim, f.Element, Kilograms[f.Element]))];
        var decision = Decision.Record([.. Late(states, facility.Terms.Balancing)]);
        return decision
            .On<Batch>(BatchId, new BatchAllocated(BatchId, AllocationId, FacilityId, [.. debits], fractions.ToImmutable(), decision.Alarms, said.Entry))
            .On<ClaimAccount>(ClaimAccount.IdOf(FacilityId), new ClaimsDebited(AllocationId, FacilityId, BatchId, [.. debits], said.By, OccurredAt, facility.Terms.Balancing));
    }

    private Refusal? Wrong(States states) =>
        Refuse.Id(AllocationId, "allocationId")
        ?? Refuse.Time(states, OccurredAt, "occurredAt")
        ?? (Claims.Find(Claim) is null ? Refusal.Of("claim-unknown", ("claim", Claim)).At("claim") : null)
        ?? (Kilograms.Count is 0 or > Limits.AnalytesOfAssay ? Refusal.Of("lines-out-of-range", ("limit", Limits.AnalytesOfAssay)).At("kilograms") : null)
        ?? Kilograms.Select(k => Refuse.Kilograms(k.Value, Limits.Kilograms, $"kilograms.{k.Key}")).FirstOrDefault(wrong => wrong is not null);

    /// <summary>A period closes when the next one ends. What is entered later may be true, and looks like credit that had lapsed.</summary>
    private IEnumerable<Alarm> Late(States states, BalancingCycle cycle)
    {
        var period = BalancingPeriod.Of(OccurredAt, cycle);
        return BalancingPeriod.Of(states.Now, cycle).FirstMonth > period.Next.FirstMonth ? [Alarm.Of("balancing-period-closed", ("period", period))] : [];
    }

    private Refusal? Unfit(Batch batch)
    {
        if (batch.Custody?.Model != CustodyModel.MassBalance)
            return Refusal.Of("not-under-mass-balance", ("batch", batch.Number)).At("batchId");
        return batch.MadeAtId == FacilityId && IsWhole(batch) ? null : Refusal.Of("batch-not-whole", ("batch", batch.Number)).At("batchId");
    }

    /// <summary>Whether all of it still lies where it was made.</summary>
    internal static bool IsWhole(Batch batch) =>
        batch.Totals is { Consumed.IsZero: true, UnderWay.IsZero: true, Disputed.IsZero: true } && batch.Holdings.TrueForAll(h => h.FacilityId == batch.MadeAtId);

    /// <summary>Rounded down, so that no claim grows by rounding.</summary>
    private (decimal Fraction, Refusal? Refusal) Allocated(Batch batch, ClaimAccount account, BalancingCycle cycle, string element, decimal kilograms)
    {
        var field = $"kilograms.{element}";
        if (batch.Assays?.Own?.Of(element) is not { Fraction: > 0 } content)
            return (0, Refusal.Of("content-not-known", ("element", element), ("batch", batch.Number)).At(field));
        var contained = batch.Totals.Made.DryKilograms * content.Fraction;
        var fraction = BatchCustody.Down(kilograms / contained, Limits.FractionPlaces);
        if (batch.Custody!.Fraction(Claim, element) + kilograms / contained > 1)
            return (0, Refusal.Of("more-than-contained", ("element", element), ("contained", decimal.Round(contained, Limits.KilogramPlaces)), ("batch", batch.Number)).At(field));
        var usable = account.Of(Claim, element).Usable(OccurredAt, cycle);
        return kilograms > usable
            ? (0, Refusal.Of("claim-account-short", ("claim", Claim), ("element", element), ("wanted", kilograms), ("available", usable)).At(field))
            : (fraction, null);
    }
}
