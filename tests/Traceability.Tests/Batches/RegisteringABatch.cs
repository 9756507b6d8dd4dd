using System.Globalization;
using Traceability.Access;
using Traceability.Batches;
using static Traceability.Tests.World;

namespace Traceability.Tests.Batches;

public class RegisteringABatch
{
    private readonly World _world = new();

    [Fact]
    public void the_mines_operator_digs_what_the_licence_names()
    {
        var digging = _world.Digging(1000, moisture: 0.45m);

        _world.Record(digging, Miner).IsRecorded();

        Assert.Equal(new Quantity(550, 0), _world.Held(digging.BatchId, Mine));
        Assert.Equal(MineCo, Assert.Single(_world.Batch(digging.BatchId).Holdings).OwnerId);
    }

    [Fact]
    public void the_fact_comes_before_the_bookings_so_that_its_version_is_answered()
    {
        _world.Change(Mine, terms => terms with { Permits = [new("ree-ore", 1_000_000)] });
        _world.Ore();

        Assert.Equal(1, _world.Record(_world.Digging(), Miner).IsRecorded().Version);
    }

    [Fact]
    public void extraction_belongs_to_mines() =>
        _world.Record(_world.Digging() with { FacilityId = Yard }, Miner).IsRefused("extraction-only-at-mines", "facilityId");

    [Fact]
    public void a_material_outside_the_licence_is_refused() =>
        _world.Record(_world.Digging() with { Material = "nickel-ore" }, Miner).IsRefused("outside-licence", "material");

    [Theory]
    [InlineData("2023-12-31T23:59:59+05:00", false)]
    [InlineData("2024-01-01T00:00:00+05:00", true)]
    public void the_licence_is_valid_from_its_first_day_in_the_mines_own_time(string at, bool valid)
    {
        var answer = _world.Record(_world.Digging() with { OccurredAt = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture) }, Miner);

        if (valid)
            answer.IsRecorded();
        else
            answer.IsRefused("outside-licence", "occurredAt");
    }

    [Fact]
    public void the_licence_is_valid_to_its_last_day()
    {
        _world.Change(Mine, terms => terms with { Licence = Licence with { ValidTo = new(2026, 2, 20) } });

        _world.Record(_world.Digging() with { OccurredAt = new(2026, 2, 20, 23, 0, 0, TimeSpan.FromHours(5)) }, Miner).IsRecorded();
        _world.Record(_world.Digging() with { OccurredAt = new(2026, 2, 21, 1, 0, 0, TimeSpan.FromHours(5)) }, Miner).IsRefused("outside-licence", "occurredAt");
    }

    [Fact]
    public void the_mine_is_the_origin_so_nothing_else_is_declared() =>
        _world.Record(_world.Digging() with { Declared = new("Somebody", "Elsewhere", "CN") }, Miner).IsRefused("extraction-declares-nothing", "declared");

    [Fact]
    public void what_an_outside_supplier_says_of_its_origin_is_declared()
    {
        var buying = _world.Buying("ree-ore", Yard, 100) with { Declared = new("Far Ores", "Bayan Obo", "CN") };

        _world.Record(buying, Miner).IsRecorded();

        Assert.Equal(("Bayan Obo", RegistrationSource.OutsideSupplier), (_world.Batch(buying.BatchId).Declared?.Origin, _world.Batch(buying.BatchId).Source));
    }

    [Theory]
    [InlineData("China", "declared.country", "country-unknown")]
    [InlineData("cn", "declared.country", "country-unknown")]
    public void a_declared_country_is_two_capital_letters(string country, string field, string code) =>
        _world.Record(_world.Buying("ree-ore", Yard, 100) with { Declared = new(null, null, country) }, Miner).IsRefused(code, field);

    [Fact]
    public void a_declared_supplier_fits_a_line() =>
        _world.Record(_world.Buying("ree-ore", Yard, 100) with { Declared = new(new('x', 201), null, null) }, Miner).IsRefused("text-too-long", "declared.supplier");

    [Fact]
    public void recovery_belongs_to_recyclers()
    {
        var recovering = _world.Buying("black-mass", Recycler, 100) with { Source = RegistrationSource.Recovery };

        _world.Record(recovering, Worker).IsRecorded();
        _world.Record(recovering with { BatchId = _world.NewId(), Number = "REC-2", FacilityId = MagnetPlant }, Worker).IsRefused("recovery-only-at-recyclers", "facilityId");
    }

    [Fact]
    public void opening_stock_takes_two_people_once_the_go_live_is_closed()
    {
        var found = _world.Buying("ree-ore", Yard, 100) with { Source = RegistrationSource.OpeningStock };
        _world.Change(Yard, terms => terms with { OpeningStockClosed = Now.AddDays(1) });
        _world.Record(found, Miner).IsRecorded();

        _world.Change(Yard, terms => terms with { OpeningStockClosed = Now });
        var later = found with { BatchId = _world.NewId(), Number = "FOUND-2" };
        _world.Record(later, Miner).IsRefused("second-person-needed", "source");
        _world.Approve(later, Miner, MineSupervisor).IsRecorded();
    }

    [Fact]
    public void opening_stock_of_a_day_after_the_declared_go_live_takes_two_people()
    {
        _world.Change(Yard, terms => terms with { GoLive = Day(-10) });
        var found = _world.Buying("ree-ore", Yard, 100) with { Source = RegistrationSource.OpeningStock, OccurredAt = Day(-10) };

        _world.Record(found, Miner).IsRecorded();
        _world.Record(found with { BatchId = _world.NewId(), Number = "FOUND-2", OccurredAt = Day(-9) }, Miner).IsRefused("second-person-needed", "source");
        _world.Record(_world.Buying("ree-ore", Yard, 100) with { OccurredAt = Day(-9) }, Miner).IsRecorded();
    }

    [Fact]
    public void a_source_nobody_knows_is_refused() =>
        _world.Record(_world.Digging() with { Source = (RegistrationSource)9 }, Miner).IsRefused("value-unknown", "source");

    [Fact]
    public void only_people_of_the_operator_who_record_may() =>
        _world.Record(_world.Digging(), Person(99, MineCo, Role.Laboratory, Role.Auditor)).IsRefused("not-allowed");

    [Fact]
    public void a_stranger_cannot_tell_a_mine_from_no_mine()
    {
        var there = _world.Record(_world.Digging(), Stranger).IsRefused("not-found", "facilityId");
        var nowhere = _world.Record(_world.Digging() with { FacilityId = Id(404) }, Stranger).IsRefused("not-found", "facilityId");

        Assert.Equal(nowhere.Values, there.Values);
    }

    [Fact]
    public void more_than_the_permit_allows_is_recorded_with_an_alarm()
    {
        _world.Change(Mine, terms => terms with { Permits = [new("ree-ore", 1500)] });

        _world.Record(_world.Digging(1000), Miner).IsRecorded();
        _world.Record(_world.Digging(500), Miner).IsRecorded();
        _world.Record(_world.Digging(0.000001m), Miner).IsRecorded("permit-exceeded");
    }

    [Fact]
    public void each_year_has_its_own_permit()
    {
        _world.Change(Mine, terms => terms with { Permits = [new("ree-ore", 1500)] });
        _world.Record(_world.Digging(1500), Miner).IsRecorded();

        _world.Record(_world.Digging(1500) with { OccurredAt = Day(-400) }, Miner).IsRecorded();
    }

    [Fact]
    public void what_is_bought_uses_no_permit()
    {
        _world.Change(Mine, terms => terms with { Permits = [new("ree-ore", 1500)] });

        _world.Record(_world.Buying("ree-ore", Mine, 2000), Miner).IsRecorded();
        _world.Record(_world.Digging(1500), Miner).IsRecorded();
    }

    [Fact]
    public void another_batch_under_the_same_id_is_refused()
    {
        var digging = _world.Digging();
        _world.Record(digging, Miner).IsRecorded();

        _world.Record(digging with { Stated = new(999) }, Miner).IsRefused("id-reused");
    }

    [Fact]
    public void an_id_that_something_else_has_is_refused() =>
        _world.Record(_world.Digging() with { BatchId = Mine }, Miner).IsRefused("id-reused");

    [Fact]
    public void an_empty_id_is_refused() => _world.Record(_world.Digging() with { BatchId = Guid.Empty }, Miner).IsRefused("id-missing", "batchId");

    [Fact]
    public void nobody_takes_the_id_that_anothers_receipt_will_have()
    {
        var shipment = _world.Dispatched(_world.Ore(), 1000);

        _world.Record(_world.Digging() with { BatchId = Traceability.Ledger.DerivedId.Step(shipment, "receipt") }, Miner).IsRefused("id-reserved", "batchId");
        _world.Accepted(shipment);
    }

    [Fact]
    public void a_number_names_one_batch_of_an_organisation()
    {
        _world.Record(_world.Digging() with { Number = "A-1" }, Miner).IsRecorded();
        _world.Record(_world.Digging() with { Number = "A-1" }, Miner).IsRefused("number-taken", "number");

        _world.Record(_world.Buying("ree-ore", Store, 1) with { Number = "A-1" }, PlantOperator).IsRecorded();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(" A-1")]
    [InlineData("A\n1")]
    [InlineData("A\u00001")]
    [InlineData("A\uD800")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void a_number_that_no_label_shows_is_refused(string number) =>
        _world.Record(_world.Digging() with { Number = number }, Miner).IsRefused("number-malformed", "number");

    [Fact]
    public void an_unknown_material_is_refused() =>
        _world.Record(_world.Digging() with { Material = "kryptonite" }, Miner).IsRefused("material-unknown", "material");

    [Fact]
    public void goods_may_belong_to_another_member()
    {
        var buying = _world.Buying("ree-concentrate", Store, 100) with { OwnerId = WorksCo };

        _world.Record(buying, PlantOperator).IsRecorded();

        Assert.Equal(WorksCo, Assert.Single(_world.Batch(buying.BatchId).Holdings).OwnerId);
    }

    [Fact]
    public void an_owner_nobody_knows_is_refused() =>
        _world.Record(_world.Digging() with { OwnerId = Id(404) }, Miner).IsRefused("organisation-unknown", "ownerId");

    [Fact]
    public void serials_are_unique_per_maker()
    {
        _world.Record(_world.Buying("nmc-cell", Recycler, null, 2, "C-1", "C-2"), Worker).IsRecorded();

        _world.Record(_world.Buying("nmc-cell", Recycler, null, 2, "C-3", "C-2"), Worker).IsRefused("serial-taken", "serials[1]");
        _world.Record(_world.Buying("nmc-cell", Store, null, 1, "C-1"), PlantOperator).IsRecorded();
    }

    [Fact]
    public void a_serial_list_has_a_serial_for_each_piece() =>
        _world.Record(_world.Buying("nmc-cell", Recycler, null, 3, "C-1", "C-2"), Worker).IsRefused("serials-do-not-match-pieces", "serials");

    [Fact]
    public void a_serial_stands_once_in_a_list() =>
        _world.Record(_world.Buying("nmc-cell", Recycler, null, 2, "C-1", "C-1"), Worker).IsRefused("serial-twice", "serials[1]");

    [Theory]
    [InlineData(" ")]
    [InlineData("C\t1")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void a_serial_that_no_label_shows_is_refused(string serial) =>
        _world.Record(_world.Buying("nmc-cell", Recycler, null, 1, serial), Worker).IsRefused("serial-malformed", "serials[0]");

    [Fact]
    public void a_serial_list_has_a_limit()
    {
        var serials = Enumerable.Range(0, Limits.Serials + 1).Select(n => $"C-{n}").ToArray();

        _world.Record(_world.Buying("nmc-cell", Recycler, null, serials.Length, serials), Worker).IsRefused("too-many-serials", "serials");
    }

    [Fact]
    public void only_the_hash_of_a_serial_list_is_in_the_event_and_the_only_serial_itself()
    {
        var many = _world.Bought("nmc-cell", Recycler, null, 2, "C-2", "C-1");
        var one = _world.Bought("battery-pack", Recycler, null, 1, "P-1");

        // SHA-256 of the two serials in ordinal order, one a line.
        Assert.Equal(new(2, "27ced06e8394906565ebc142fe7ac78ee360415acce7b825deafb23d31a1ecaf", null), _world.Batch(many).Serials);
        Assert.Equal("P-1", _world.Batch(one).Serials?.Only);
    }
}
