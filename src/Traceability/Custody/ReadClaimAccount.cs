using Npgsql;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Custody;

/// <summary>What a facility may still claim under mass balance, and how it came to that.</summary>
/// <param name="Balancing">How long a period is.</param>
/// <param name="Period">The one that is open now.</param>
/// <param name="Entries">The last ones, the newest first.</param>
public sealed record ClaimAccountFound(Guid FacilityId, string Facility, BalancingCycle Balancing, string Period, IReadOnlyList<ClaimBalanceFound> Balances, IReadOnlyList<ClaimEntryFound> Entries);

/// <param name="UsableKilograms">Of the element: may be allocated now.</param>
/// <param name="LapsesKilograms">The part of it that lapses when the period ends.</param>
/// <param name="LapsedKilograms">Never allocated, and not to be any more.</param>
public sealed record ClaimBalanceFound(string Claim, string Element, decimal UsableKilograms, decimal LapsesKilograms, decimal LapsedKilograms);

/// <param name="RunId">The run that won the credit, or null.</param>
/// <param name="BatchId">The batch it was allocated to, or null.</param>
/// <param name="Number">The run's or the batch's.</param>
/// <param name="Masses">Signed: above zero won, below zero given.</param>
public sealed record ClaimEntryFound(Guid? RunId, Guid? BatchId, string Number, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, IReadOnlyList<ClaimMass> Masses);

public static class ReadClaimAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/facilities/{facilityId:guid}/claim-account", Answer).ReadsOne<ClaimAccountFound>(nameof(ReadClaimAccount));

    /// <returns>Null when there is no such facility, or the reader does not see its account: it is for the operator.</returns>
    public static async Task<ClaimAccountFound?> Find(NpgsqlDataSource source, Actor actor, Guid facilityId, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await source.Load<Facility>(facilityId, cancellation) is not { State: var facility } || !actor.Can(Act.See, new(facility.OperatorId)))
            return null;
        var account = await source.Load<ClaimAccount>(ClaimAccount.IdOf(facilityId), cancellation) is { State: var state } ? state : ClaimAccount.Empty(facilityId);
        var (cycle, period) = (facility.Terms.Balancing, BalancingPeriod.Of(now, facility.Terms.Balancing));
        var entries = await source.Read(
            """
            select e.data, e.type, e.timestamp, coalesce(r.data->>'number', b.data->>'number', '')
            from ledger.mt_events e
            left join ledger.mt_doc_processrun r on r.id = (e.data->>'runId')::uuid
            left join ledger.mt_doc_batch b on b.id = (e.data->>'batchId')::uuid
            where e.stream_id = $1 order by e.version desc limit $2
            """,
            Entry, cancellation, ClaimAccount.IdOf(facilityId), Limits.PageSize);
        return new(facilityId, facility.Terms.Name, cycle, period.ToString(), [.. account.Balances.Select(b => Balance(b, period))], entries);
    }

    private static ClaimBalanceFound Balance(ClaimBalance balance, BalancingPeriod period) => new(
        balance.Claim, balance.Element, balance.Of(period) + balance.Of(period.Before), balance.Of(period.Before), balance.Months.Where(m => m.Key < period.Before.FirstMonth).Sum(m => m.Value));

    private static ClaimEntryFound Entry(NpgsqlDataReader row)
    {
        if (row.GetString(1) == "claims_credited")
        {
            var credited = row.State<ClaimsCredited>(0);
            return new(credited.RunId, null, row.GetString(3), credited.OccurredAt, row.Instant(2), credited.Credits);
        }
        var allocated = row.State<ClaimsDebited>(0);
        return new(null, allocated.BatchId, row.GetString(3), allocated.OccurredAt, row.Instant(2), [.. allocated.Debits.Select(d => d with { Kilograms = -d.Kilograms })]);
    }

    /// <summary>What a facility may still claim of what it made under mass balance, by claim and element, for its operator.</summary>
    internal static async Task<IResult> Answer(Guid facilityId, Actor actor, NpgsqlDataSource source, TimeProvider time, CancellationToken cancellation) =>
        Listing.One(await Find(source, actor, facilityId, time.GetUtcNow(), cancellation));
}
