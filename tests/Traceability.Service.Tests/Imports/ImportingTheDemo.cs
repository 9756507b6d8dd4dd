using Traceability.Access;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Shipments;

namespace Traceability.Service.Tests.Imports;

/// <summary>The folder of the first start, through the real executor into a real database.</summary>
public sealed class ImportingTheDemo(TestLedger ledger) : IClassFixture<TestLedger>
{
    [Fact]
    public async Task goes_in_but_for_one_seal_and_a_second_time_changes_nothing()
    {
        ledger.Time.Move(TimeSpan.FromDays(30));

        var first = await Import();
        Assert.All(first, report => Assert.Equal(report.Rows.Count - report.Refused, report.Recorded));
        Assert.Equal("seal-in-use", Assert.Single(first.SelectMany(r => r.Rows).Select(r => r.Refusal).OfType<Refusal>()).Code);
        Assert.Equal(["outside-tolerance", "outside-tolerance", "permit-exceeded"], first.SelectMany(r => r.Rows).SelectMany(r => r.Alarms).Select(a => a.Code).Order());
        var events = await ledger.Scalar<long>("select count(*) from ledger.mt_events");

        Assert.All(await Import(), report => Assert.Equal(report.Rows.Count - report.Refused, report.AlreadyThere));
        Assert.Equal(events, await ledger.Scalar<long>("select count(*) from ledger.mt_events"));

        var disputed = await ledger.Load<Shipment>(DerivedId.Shipment(DerivedId.Organisation("dostyk-terminal"), "DT260407-011"));
        Assert.Equal(ShipmentStatus.Resolved, disputed.Status);
    }

    private async Task<List<ImportReport>> Import()
    {
        var (folder, import) = (Folder(AppContext.BaseDirectory), new Import(ledger.Executor.Record, KnownNumbers.In(ledger.Source)));
        return
        [
            .. await import.RunFolder(folder, FiledBy, TestContext.Current.CancellationToken),
            .. await import.RunFolder(Path.Combine(folder, "late"), FiledBy, TestContext.Current.CancellationToken),
        ];
    }

    private static Actor FiledBy(string organisation) => organisation == "register"
        ? TestLedger.Steward
        : new(DerivedId.Of("person", organisation), DerivedId.Organisation(organisation), new HashSet<Role> { Role.Operator, Role.Supervisor });

    private static string Folder(string above) =>
        Path.Combine(above, "docs", "samples", "kazakhstan") is var here && Directory.Exists(here) ? here : Folder(Path.GetDirectoryName(above)!);
}
