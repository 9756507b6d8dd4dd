using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Hosting;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Reconciliation;
using Traceability.Shares;
using Traceability.Shipments;

namespace Traceability.Service.Tests.Imports;

/// <summary>The folder of the first start, through the real executor into a real database.</summary>
public sealed class ImportingTheDemo(TestLedger ledger) : IClassFixture<TestLedger>
{
    [Fact]
    public async Task goes_in_but_for_three_entries_a_second_time_changes_nothing_and_every_book_closes()
    {
        ledger.Time.Move(TimeSpan.FromDays(30));

        var first = await Import();
        Assert.All(first, report => Assert.Equal(report.Rows.Count - report.Refused, report.Recorded));
        Assert.Equal(["class-7-undeclared", "origins-mixed", "seal-in-use"], first.SelectMany(r => r.Rows).Select(r => r.Refusal).OfType<Refusal>().Select(r => r.Code).Where(code => code != "other-row-refused").Order());
        Assert.Equal(["outside-tolerance", "permit-exceeded", "recovery-implausible"], first.SelectMany(r => r.Rows).SelectMany(r => r.Alarms).Select(a => a.Code).Distinct().Order());
        var events = await ledger.Scalar<long>("select count(*) from ledger.mt_events");

        Assert.All(await Import(), report => Assert.Equal(report.Rows.Count - report.Refused, report.AlreadyThere));
        Assert.Equal(events, await ledger.Scalar<long>("select count(*) from ledger.mt_events"));

        await Vehicle("KZ9AE60A0TA000101", "alatau-motors");
        await Vehicle("KZ9AE60A0TK000134", "kostanay-auto");

        var disputed = await ledger.Load<Shipment>(DerivedId.Shipment(DerivedId.Organisation("dostyk-terminal"), "DT260407-011"));
        Assert.Equal(ShipmentStatus.Resolved, disputed.Status);
        await EveryBookCloses();
        await OneVehicleIsRecycledByItsAccount();
    }

    /// <summary>Credit for recovered magnets goes through the accounts of a motor and a vehicle plant into one vehicle, which holds half of what is claimed.</summary>
    private async Task OneVehicleIsRecycledByItsAccount()
    {
        var vehicle = await ledger.Load<Batch>(DerivedId.Batch(DerivedId.Organisation("kostanay-auto"), "KZ9AE60A0TK000135"));
        Assert.Equal(CustodyModel.MassBalance, vehicle.Custody!.Model);
        Assert.InRange(vehicle.Custody.Fraction("recycled-post-consumer", "Nd"), 0.9m, 1);
        Assert.InRange((await Shares("KZ9AE60A0TK000135", "kostanay-auto")).Elements.Single(e => e.Element == "Nd").Recycled, 0.49m, 0.52m);
        var account = await ledger.Load<ClaimAccount>(ClaimAccount.IdOf(DerivedId.Facility("kostanay-ev")));
        Assert.InRange(account.Of("recycled-post-consumer", "Nd").Usable(new(2026, 10, 15, 0, 0, 0, TimeSpan.Zero)), 0.009m, 0.01m);
    }

    private static readonly Actor Auditor = new(DerivedId.Of("person", "auditor"), DerivedId.Organisation("auditor"), new HashSet<Role> { Role.SchemeAuditor });

    private async Task<OriginSharesFound> Shares(string number, string maker) =>
        (await ReadShares.Find(ledger.Source, Catalogue.Shipped, Auditor, DerivedId.Batch(DerivedId.Organisation(maker), number), TestContext.Current.CancellationToken))!;

    /// <summary>The sums of bookings against what each batch knows to lie there, which another part of the program keeps.</summary>
    private async Task EveryBookCloses()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var lying = (await ledger.Source.Read(
            """
            select (h->>'facilityId')::uuid, b.data->>'material', sum((h->'quantity'->>'dryKilograms')::numeric), sum((h->'quantity'->>'pieces')::bigint)::bigint
            from ledger.mt_doc_batch b, jsonb_array_elements(b.data->'holdings') h group by 1, 2
            """,
            row => KeyValuePair.Create((row.GetGuid(0), row.GetString(1)), new Quantity(row.GetDecimal(2), row.GetInt64(3))), cancellation)).ToDictionary();
        var facilities = await ledger.Source.Read("select id, (data->'terms'->>'operatorId')::uuid from ledger.mt_doc_facility order by 1", row => (Id: row.GetGuid(0), Operator: row.GetGuid(1)), cancellation);
        var counted = 0;
        foreach (var (id, keeper) in facilities)
        {
            var auditor = new Actor(DerivedId.Of("auditor"), keeper, new HashSet<Role> { Role.Auditor });
            var (autumn, book) = (new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero), await Book(null, null));
            var (before, since) = (await Book(null, autumn), await Book(autumn, null));

            Assert.Equal(book.Materials.Where(m => !m.Book.ClosingStock.IsZero).Select(m => (m.Material, m.Book.ClosingStock)), lying.Where(l => l.Key.Item1 == id).OrderBy(l => l.Key.Item2, StringComparer.Ordinal).Select(l => (l.Key.Item2, l.Value)));
            foreach (var material in since.Materials)
                Assert.Equal(before.Materials.SingleOrDefault(m => m.Material == material.Material)?.Book.ClosingStock ?? default, material.Book.Opening);
            // No count of the story finds more or less than it may be off itself; what did would be an incident to be named here.
            Assert.All(book.Materials.Select(m => m.Counted).OfType<CountedStock>(), c => Assert.True(c.IsWithinUncertainty));
            counted += book.Materials.Count(m => m.Counted is not null);

            async Task<FacilityReconciled> Book(DateTimeOffset? from, DateTimeOffset? to) => (await ReadReconciliation.Find(ledger.Source, Catalogue.Shipped, auditor, id, from, to, TimeZoneInfo.Utc, cancellation))!;
        }
        Assert.Equal(2, counted);
    }

    /// <summary>Its metals come from mines by name; of its cobalt nobody knows a part, and of its graphite the pitch.</summary>
    private async Task Vehicle(string number, string maker)
    {
        var found = await Shares(number, maker);
        var unknown = found.Elements.ToDictionary(e => e.Element, e => e.Origins.Where(o => o.Kind == OriginKind.Unknown).Sum(o => o.Share));

        Assert.Equal((0, 0, 0, 0), (unknown["Nd"], unknown["Pr"], unknown["Dy"], unknown["Li"]));
        Assert.InRange(unknown["Co"], 0.2m, 0.7m);
        Assert.InRange(unknown["C"], 0.01m, 0.1m);
        Assert.All(["Nd", "Dy", "Li", "Ni", "Co", "C"], element => Assert.Contains(found.Elements.Single(e => e.Element == element).Origins, o => o.Kind == OriginKind.Confirmed));

        // Of the footprint Irgiz and its mill alone declared theirs.
        Assert.InRange(found.Footprint.Undeclared, 0.9m, 0.999999m);
        Assert.InRange(found.Footprint.KilogramsPerKilogram!.Value, 0.0001m, 1);
        Assert.Contains(found.Steps, s => s is { Step: "solvent-extraction", Country: "CN" });
        Assert.Contains(found.Steps, s => s is { Step: "vehicle-assembly", Country: "KZ" });
    }

    private async Task<List<ImportReport>> Import()
    {
        var (folder, import) = (Folder(AppContext.BaseDirectory), new Import(ledger.Executor.Record, KnownNumbers.In(ledger.Source)));
        return
        [
            .. await import.RunFolder(folder, SampleStory.Books, TestContext.Current.CancellationToken),
            .. await import.RunFolder(Path.Combine(folder, "late"), SampleStory.Books, TestContext.Current.CancellationToken),
        ];
    }

    private static string Folder(string above) =>
        Path.Combine(above, "docs", "samples", "kazakhstan") is var here && Directory.Exists(here) ? here : Folder(Path.GetDirectoryName(above)!);
}
