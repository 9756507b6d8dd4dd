using System.Text.Json;
using Npgsql;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Shipments;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Ledger;

public sealed class OnePathForEveryWrite(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);

    private static RegisterBatch Ore(Guid facility, string number, decimal wetKilograms = 1000) =>
        new(DerivedId.Of("ore", number), number, "ree-ore", RegistrationSource.Extraction, facility, new(wetKilograms, 0.06m, null, WeighingMethod.Weighbridge), Day);

    private static RecordRun Split(Guid facility, string number, Guid input, decimal kilograms) => new(
        DerivedId.Of("run", number), number, "split", facility, Day.AddDays(1), Day.AddDays(2),
        [new(input, new(kilograms, 0))], [new(DerivedId.Of("part", number), number, "ree-ore", OutputRole.Product, new(kilograms, 0))]);

    [Fact]
    public async Task a_registration_is_an_event_a_snapshot_and_rows_of_one_transaction()
    {
        var (miner, mine) = await ledger.Firm("irgiz", FacilityKind.MineSite);

        var recorded = await ledger.Recorded(Ore(mine, "ORE-1"), miner);

        Assert.True(recorded.IsNew);
        Assert.Equal(940m, await ledger.Scalar<decimal>("select sum(dry_kilograms) from ledger.bookings where batch_id = $1", recorded.Id));
        Assert.Equal(1L, await ledger.Scalar<long>("select count(*) from ledger.made where batch_id = $1", recorded.Id));
        Assert.Equal(940m, (await ledger.Load<Batch>(recorded.Id)).Totals.Made.DryKilograms);
        Assert.Equal(recorded.RecordedAt.UtcDateTime, await ledger.Scalar<DateTime>("select timestamp from ledger.mt_events where stream_id = $1", recorded.Id));
        Assert.Equal(recorded.RecordedAt.UtcDateTime, await ledger.Scalar<DateTime>("select recorded_at from ledger.bookings where batch_id = $1", recorded.Id));
    }

    [Fact]
    public async Task identical_first_submissions_race_and_give_one_entry_and_the_same_answer()
    {
        var (miner, mine) = await ledger.Firm("race-mine", FacilityKind.MineSite);
        var (_, plant) = await ledger.Firm("race-plant", FacilityKind.Concentrator);
        var ore = Ore(mine, "RACE-1");
        var dispatch = new DispatchShipment(DerivedId.Of("race"), "S-1", mine, plant, TransportMode.Rail, new(null, "Rail"), [new(ore.BatchId, new(100, 0))], Day.AddDays(1), [new("KTZ", "77")]);

        foreach (ICommand command in new ICommand[] { ore, Split(mine, "RACE-2", ore.BatchId, 100), dispatch })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => ledger.Recorded(command, miner))));

            Assert.Single(answers, a => a.IsNew);
            Assert.Single(answers.Select(a => (a.Id, a.Version, a.RecordedAt)).Distinct());
        }
        Assert.Equal(740m, (await ledger.Load<Batch>(ore.BatchId)).At(mine, miner.OrganisationId)!.Quantity.DryKilograms);
    }

    [Fact]
    public async Task another_body_under_a_used_id_is_refused_and_changes_nothing()
    {
        var (miner, mine) = await ledger.Firm("reuse-mine", FacilityKind.MineSite);
        await ledger.Recorded(Ore(mine, "REUSE-1"), miner);

        var answer = await ledger.Record(Ore(mine, "REUSE-1") with { Number = "REUSE-2" }, miner);

        Assert.Equal(("id-reused", 409), (answer.Refusal!.Code, answer.Refusal.Status));
        Assert.Equal(1L, await ledger.Scalar<long>("select count(*) from ledger.mt_events where stream_id = $1", DerivedId.Of("ore", "REUSE-1")));
    }

    [Fact]
    public async Task a_refusal_is_not_remembered_as_an_answer_but_kept_with_its_values_and_author()
    {
        var (miner, mine) = await ledger.Firm("later-mine", FacilityKind.MineSite);
        var split = Split(mine, "LATER-1", DerivedId.Of("ore", "LATER"), 100);

        var before = await ledger.Record(split, miner);
        await ledger.Recorded(Ore(mine, "LATER"), miner);
        var after = await ledger.Record(split, miner);

        Assert.Equal("not-found", before.Refusal!.Code);
        Assert.True(after.Recorded!.IsNew);
        Assert.Equal(miner.PersonId, await ledger.Scalar<Guid>("select person_id from ledger.refusals where entry_id = $1", split.RunId));
        Assert.Equal("LATER-1", await ledger.Scalar<string>("select body ->> 'number' from ledger.refusals where entry_id = $1", split.RunId));
    }

    [Fact]
    public async Task sixteen_clients_on_crossing_sets_of_batches_wait_for_each_other_and_nobody_goes_below_zero()
    {
        var (miner, mine) = await ledger.Firm("cross-mine", FacilityKind.MineSite);
        var batches = Enumerable.Range(0, 12).Select(i => Ore(mine, $"CROSS-{i}")).ToList();
        foreach (var batch in batches)
            await ledger.Recorded(batch, miner);

        var random = new Random(7);
        var blends = Enumerable.Range(0, 400).Select(i =>
        {
            var inputs = batches.OrderBy(_ => random.Next()).Take(3).Select(b => new RunInput(b.BatchId, new(12, 0))).ToList();
            return new RecordRun(DerivedId.Of("cross", $"{i}"), $"CROSS-RUN-{i}", "blend", mine, Day.AddDays(1), Day.AddDays(2), inputs,
                [new(DerivedId.Of("crossed", $"{i}"), $"CROSSED-{i}", "ree-ore", OutputRole.Product, new(36, 0))]);
        }).ToList();
        var answers = new System.Collections.Concurrent.ConcurrentBag<Answer>();
        await Parallel.ForEachAsync(blends, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (blend, _) => answers.Add(await ledger.Record(blend, miner)));

        Assert.All(answers.Where(a => a.Refusal is not null), a => Assert.True(a.Refusal!.Code is "mass-exceeds-holding" or "nothing-held", a.Refusal.Code));
        // 12 x 940 kg allow 313 blends of 36 kg at most; crossing draws may strand a little.
        Assert.InRange(answers.Count(a => a.Recorded is not null), 290, 313);
        Assert.Equal(0L, await ledger.Scalar<long>("select count(*) from ledger.mt_doc_batch, jsonb_array_elements(data -> 'holdings') h where (h -> 'quantity' ->> 'dryKilograms')::numeric < 0"));
    }

    [Fact]
    public async Task a_batch_drawn_from_five_thousand_times_keeps_a_small_snapshot()
    {
        var (miner, mine) = await ledger.Firm("draw-mine", FacilityKind.MineSite);
        var ore = Ore(mine, "DRAWN", 5_000_000);
        await ledger.Recorded(ore, miner);

        foreach (var chunk in Enumerable.Range(0, 5000).Select(i => new Submission(Split(mine, $"DRAW-{i}", ore.BatchId, 1), miner)).Chunk(Limits.CommandsOfChunk))
            Assert.All(await ledger.Executor.Record(chunk, TestContext.Current.CancellationToken), a => Assert.Null(a.Refusal));

        Assert.Equal(4_695_000m, (await ledger.Load<Batch>(ore.BatchId)).Holdings[0].Quantity.DryKilograms);
        Assert.InRange(await ledger.Scalar<int>("select pg_column_size(data::text) from ledger.mt_doc_batch where id = $1", ore.BatchId), 1, 4096);
        Assert.Equal(5001L, await ledger.Scalar<long>("select version from ledger.mt_streams where id = $1", ore.BatchId));
    }

    [Fact]
    public async Task rows_of_a_chunk_decide_on_what_the_rows_before_left_and_a_bad_one_stops_no_other()
    {
        var (miner, mine) = await ledger.Firm("chunk-mine", FacilityKind.MineSite);
        var (_, plant) = await ledger.Firm("chunk-plant", FacilityKind.Concentrator);
        var ore = Ore(mine, "CHUNK");
        DispatchShipment Sealed(string number) =>
            new(DerivedId.Of(number), number, mine, plant, TransportMode.Rail, new(null, "Rail"), [new(ore.BatchId, new(10, 0))], Day.AddDays(1), [new("KTZ", "900")]);
        ICommand[] commands = [ore, Split(mine, "CHUNK-1", ore.BatchId, 900), Split(mine, "CHUNK-2", ore.BatchId, 900), ore, Sealed("CHUNK-S1"), Sealed("CHUNK-S2")];

        var answers = await ledger.Executor.Record([.. commands.Select(c => new Submission(c, miner))], TestContext.Current.CancellationToken);

        Assert.Equal([null, null, "mass-exceeds-holding", null, null, "seal-in-use"], answers.Select(a => a.Refusal?.Code));
        Assert.Equal([true, true, false, false, true, false], answers.Select(a => a.Recorded?.IsNew ?? false));
        Assert.Equal(30m, (await ledger.Load<Batch>(ore.BatchId)).Holdings[0].Quantity.DryKilograms);
    }

    [Fact]
    public async Task two_chunks_of_the_same_registrations_in_opposite_order_give_each_entry_once()
    {
        var (miner, mine) = await ledger.Firm("opposite-mine", FacilityKind.MineSite);
        var chunk = Enumerable.Range(0, 100).Select(i => new Submission(Ore(mine, $"OPP-{i}"), miner)).ToList();

        var answers = await Task.WhenAll(
            Task.Run(() => ledger.Executor.Record(chunk, TestContext.Current.CancellationToken)),
            Task.Run(() => ledger.Executor.Record([.. chunk.AsEnumerable().Reverse()], TestContext.Current.CancellationToken)));

        Assert.All(answers.SelectMany(a => a), a => Assert.Null(a.Refusal));
        Assert.Equal(100, answers.SelectMany(a => a).Count(a => a.Recorded!.IsNew));
    }

    /// <summary>The locks under which it was decided are gone: only a new decision may be saved.</summary>
    [Fact]
    public async Task what_could_not_be_saved_is_never_saved_again_as_it_was_decided()
    {
        await using var session = ledger.Store.LightweightSession();
        await session.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await session.Read(
            "create function pg_temp.deadlock() returns void language plpgsql as $f$ begin raise exception 'as after a deadlock' using errcode = '40P01'; end $f$", _ => true, TestContext.Current.CancellationToken);
        var before = await Drawn();
        session.QueueSqlCommand("select nextval('ledger.mt_events_sequence')");
        session.QueueSqlCommand("select pg_temp.deadlock()");

        await Assert.ThrowsAnyAsync<Exception>(() => session.SaveChangesAsync(TestContext.Current.CancellationToken));

        Assert.Equal(before + 2, await Drawn());

        Task<long> Drawn() => ledger.Scalar<long>("select nextval('ledger.mt_events_sequence')");
    }

    [Fact]
    public async Task a_lot_of_twenty_thousand_serials_is_one_batch_whose_event_carries_their_hash()
    {
        var (maker, plant) = await ledger.Firm("cells", FacilityKind.CellPlant);
        var serials = Enumerable.Range(0, 20_000).Select(i => $"C{i:000000}").ToList();
        var lot = new RegisterBatch(DerivedId.Of("lot"), "LOT-1", "nmc-cell", RegistrationSource.OpeningStock, plant, new(null, null, 20_000), Day, Serials: serials);

        var recorded = await ledger.Recorded(lot, maker);
        var again = await ledger.Record(lot with { BatchId = DerivedId.Of("lot 2"), Number = "LOT-2", Stated = new(null, null, 1), Serials = ["C000007"] }, maker);

        Assert.Equal(20_000L, await ledger.Scalar<long>("select count(*) from ledger.serials where batch_id = $1", recorded.Id));
        Assert.Equal("serial-taken", again.Refusal!.Code);
        Assert.Equal(Fingerprint.OfSerials(serials), await ledger.Scalar<string>("select data -> 'serials' ->> 'sha256' from ledger.mt_events where stream_id = $1", recorded.Id));
        Assert.InRange(await ledger.Scalar<int>("select length(data::text) from ledger.mt_events where stream_id = $1", recorded.Id), 1, 2000);
    }

    [Theory]
    [InlineData("update ledger.mt_events set data = '{}'")]
    [InlineData("delete from ledger.mt_events")]
    [InlineData("update ledger.bookings set dry_kilograms = 0")]
    [InlineData("delete from ledger.entries")]
    [InlineData("create table ledger.mine (id int)")]
    [InlineData("alter table ledger.mt_events disable trigger all")]
    public async Task the_role_the_service_works_as_cannot_rewrite_the_ledger(string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var command = ledger.Source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        });
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task stored_snapshots_are_what_replay_gives_and_bookings_add_up_to_the_holdings()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (miner, mine) = await ledger.Firm("replay-mine", FacilityKind.MineSite);
        var (_, plant) = await ledger.Firm("replay-plant", FacilityKind.Concentrator);
        var ore = Ore(mine, "REPLAY");
        var sent = DerivedId.Of("replay");
        ICommand[] commands =
        [
            ore, Split(mine, "REPLAY-1", ore.BatchId, 300),
            new DispatchShipment(sent, "REPLAY-S", mine, plant, TransportMode.Rail, new(null, "Rail"), [new(ore.BatchId, new(100, 0))], Day.AddDays(1)),
            new VoidShipment(sent, "Never left", Day.AddDays(1)),
        ];
        await ledger.Executor.Record([.. commands.Select(c => new Submission(c, miner))], cancellation);

        await using var session = ledger.Store.QuerySession();
        foreach (var id in new[] { ore.BatchId, DerivedId.Of("part", "REPLAY-1") })
        {
            var events = await session.Events.FetchStreamAsync(id, token: cancellation);
            var replayed = events.Aggregate((object?)null, (state, e) => StreamType.Of(typeof(Batch)).After(state, e.Data, id));
            var stored = await ledger.Load<Batch>(id);
            Assert.Equal(JsonSerializer.Serialize(stored, LedgerJson.Options), JsonSerializer.Serialize((Batch)replayed!, LedgerJson.Options));
            Assert.Equal(
                stored.Holdings.Sum(h => h.Quantity.DryKilograms),
                await ledger.Scalar<decimal>("select sum(dry_kilograms) from ledger.bookings where batch_id = $1", id));
        }
        Assert.Equal(640m, (await ledger.Load<Batch>(ore.BatchId)).Holdings[0].Quantity.DryKilograms);
    }
}
