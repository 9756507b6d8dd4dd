using System.Text.Json;
using System.Text.RegularExpressions;
using Traceability.Ledger;
using static Traceability.Tests.World;

namespace Traceability.Tests.Ledger;

/// <summary>Rule C6: what contradicts something recorded before is kept, and leads to what stands.</summary>
public partial class KeepingConflicts
{
    private static RefusalKept Kept(Refusal refusal, object body) => new(
        Id(1), Id(2), Miner.Author, "Mine Co", null, "AcceptShipment", refusal.Code, refusal.Field, refusal.Values, JsonSerializer.SerializeToElement(body), Now, null);

    [Fact]
    public void each_code_of_a_conflict_is_published() =>
        Assert.Empty(Conflicts.Codes.Except(Row().Matches(File.ReadAllText(Repository.File("docs/refusal-codes.md"))).Select(m => m.Groups[1].Value)));

    [Fact]
    public void a_receipt_leads_to_its_shipment_and_a_part_to_its_run()
    {
        Assert.Equal($"/shipments/{Id(7)}", Conflicts.Stands(Kept(Refusal.Of("not-under-way", ("status", "Accepted")), new { shipmentId = Id(7) })));
        Assert.Equal($"/runs/{Id(8)}", Conflicts.Stands(Kept(Refusal.Of("run-closed"), new { runId = Id(8) })));
    }

    [Fact]
    public void an_id_leads_to_what_has_it_and_a_name_to_who_is_called_so()
    {
        Assert.Equal($"/facts/{Id(2)}", Conflicts.Stands(Kept(Refusal.Of("id-reused"), new { })));
        Assert.Equal("/search?q=A%2F7%20b", Conflicts.Stands(Kept(Refusal.Of("number-taken", ("number", "A/7 b")), new { })));
        Assert.Equal("/search?q=PILE-1", Conflicts.Stands(Kept(Refusal.Of("pile-has-other-batch", ("batch", "PILE-1")), new { })));
        Assert.Equal("/search?q=C-1", Conflicts.Stands(Kept(Refusal.Of("serial-taken", ("serial", "C-1")), new { })));
    }

    [Fact]
    public void where_nothing_leads_there_nothing_is_said() =>
        Assert.Null(Conflicts.Stands(Kept(Refusal.Of("not-under-way"), new { shipmentId = 7 })));

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
