using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Ledger;

public sealed class OnePathForEveryWrite(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = TestLedger.Start.AddDays(10);

    private static RegisterBatch Ore(Guid facility, string number, decimal kilograms) =>
        new(DerivedId.Of("ore", number), number, "ree-ore", RegistrationSource.Extraction, facility, new(kilograms, 0.06m, null, WeighingMethod.Weighbridge), Day);

    [Fact]
    public async Task a_registration_is_an_event_a_snapshot_and_rows_of_one_transaction()
    {
        var (miner, mine) = await ledger.Firm("irgiz", FacilityKind.MineSite);

        var recorded = await ledger.Recorded(Ore(mine, "ORE-1", 1000), miner);

        Assert.True(recorded.IsNew);
        Assert.Equal(940m, await ledger.Scalar<decimal>("select sum(dry_kilograms) from ledger.bookings where batch_id = $1", recorded.Id));
        Assert.Equal(1L, await ledger.Scalar<long>("select count(*) from ledger.made where batch_id = $1", recorded.Id));
        await using var session = ledger.Store.QuerySession();
        var batch = await session.LoadAsync<Batch>(recorded.Id, TestContext.Current.CancellationToken);
        Assert.Equal(940m, batch!.Totals.Made.DryKilograms);
        Assert.Equal(recorded.RecordedAt, await ledger.Scalar<DateTime>("select timestamp from ledger.mt_events where stream_id = $1", recorded.Id));
    }
}
