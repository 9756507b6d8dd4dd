using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Incidents;
using Traceability.Ledger;
using Traceability.Organisations;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Ledger;

/// <summary>Rules H5 and C6 on the database: what was refused is remembered, and what contradicts the ledger is told to its author.</summary>
public sealed class WhatWasTried(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RegisterBatch Ore(Guid facility, string number, decimal kilograms, string material = "ree-ore") =>
        new(DerivedId.Of("tried", number), number, material, RegistrationSource.Extraction, facility, new(kilograms, 0), Day);

    private static string[] Codes(Answer answer) => [.. answer.Recorded!.Alarms.Select(a => a.Code)];

    [Fact]
    public async Task other_figures_after_a_refusal_are_an_alarm_of_the_record_and_a_doubt_of_the_batch()
    {
        var (miner, mine) = await ledger.Firm("changed", FacilityKind.MineSite);
        Assert.Equal("material-unknown", (await ledger.Record(Ore(mine, "CHANGED", 100, "unobtainium"), miner)).Refusal!.Code);

        var recorded = await ledger.Record(Ore(mine, "CHANGED", 90), miner);
        var again = await ledger.Record(Ore(mine, "CHANGED", 90), miner);

        Assert.Equal(["changed-after-refusal"], Codes(recorded));
        Assert.Equal(["changed-after-refusal"], Codes(again));
        var alarm = Assert.Single(Assert.Single((await ListAlarms.Find(ledger.Source, miner, recorded.Recorded!.Id, null, Cancellation))!.Items).Alarms);
        Assert.Equal(("wetKilograms 100", "wetKilograms 90"), (alarm.Values["before"], alarm.Values["now"]));
        Assert.Equal("changed-after-refusal", await ledger.Scalar<string>("select code from ledger.doubts where batch_id = $1", recorded.Recorded.Id));
    }

    [Fact]
    public async Task the_same_number_under_another_id_is_the_same_thing_and_rows_of_one_chunk_are_compared_too()
    {
        var (miner, mine) = await ledger.Firm("numbered", FacilityKind.MineSite);
        await ledger.Record(Ore(mine, "NUMBERED", 100, "unobtainium"), miner);

        var other = await ledger.Record(Ore(mine, "NUMBERED", 90) with { BatchId = DerivedId.Of("another") }, miner);
        var answers = await ledger.Executor.Record(
            [new(Ore(mine, "CHUNKED", 100, "unobtainium"), miner), new(Ore(mine, "CHUNKED", 100), miner), new(Ore(mine, "CHUNKED-2", 100, "unobtainium"), miner), new(Ore(mine, "CHUNKED-2", 99), miner)], Cancellation);

        Assert.Equal(["changed-after-refusal"], Codes(other));
        Assert.Empty(Codes(answers[1]));
        Assert.Equal(["changed-after-refusal"], Codes(answers[3]));
    }

    [Fact]
    public async Task a_clock_that_runs_ahead_is_an_alarm_beside_those_of_the_fact()
    {
        var (miner, mine) = await ledger.Firm("ahead", FacilityKind.MineSite, new Permit("ree-ore", 50));

        var recorded = await ledger.Recorded(Ore(mine, "AHEAD", 100) with { OccurredAt = ledger.Time.GetUtcNow().AddMinutes(3) }, miner);

        Assert.Equal(["permit-exceeded", "clock-skew"], recorded.Alarms.Select(a => a.Code));
        Assert.Equal(["permit-exceeded", "clock-skew"], Assert.Single((await ListAlarms.Find(ledger.Source, miner, recorded.Id, null, Cancellation))!.Items).Alarms.Select(a => a.Code));
    }

    [Fact]
    public async Task a_conflict_is_told_to_its_author_and_those_who_oversee_him_and_other_refusals_are_none()
    {
        var (miner, mine) = await ledger.Firm("conflict", FacilityKind.MineSite);
        Actor Colleague(Role role) => new(DerivedId.Of("conflict", $"{role}"), miner.OrganisationId, new HashSet<Role> { role });
        var author = Colleague(Role.Operator);
        await ledger.Recorded(Ore(mine, "CONFLICT", 100), miner);
        await ledger.Record(Ore(mine, "CONFLICT", 90), author);
        ledger.Time.Move(TimeSpan.FromSeconds(1));
        await ledger.Record(Ore(mine, "CONFLICT", 90) with { BatchId = DerivedId.Of("conflict", "other") }, author);
        await ledger.Record(Ore(mine, "IMPOSSIBLE", -1), author);
        async Task<string[]> Conflicts(Actor reader) => [.. (await ListRefusals.Find(ledger.Source, reader, new(Conflict: true), Cancellation))!.Items.Select(r => r.Code)];

        Assert.Equal(["number-taken", "id-reused"], await Conflicts(author));
        Assert.Equal(["number-taken", "id-reused"], await Conflicts(Colleague(Role.Auditor)));
        Assert.Empty(await Conflicts(Colleague(Role.Laboratory)));
        Assert.Equal("mass-out-of-range", Assert.Single((await ListRefusals.Find(ledger.Source, author, new(Conflict: false), Cancellation))!.Items).Code);
        Assert.Equal(["number-taken", "id-reused"], (await ReadHome.Find(ledger.Source, author, Cancellation)).Conflicts.Select(r => r.Code));
    }
}
