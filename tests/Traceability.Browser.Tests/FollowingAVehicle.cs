using System.Text;

namespace Traceability.Browser.Tests;

/// <summary>From one electric vehicle back to the ore, as its maker, an auditor and a passer-by may see it.</summary>
public sealed class FollowingAVehicle(DemoSite demo) : IClassFixture<DemoSite>
{
    private static readonly string[] Legs = ["Ore", "Concentrate", "Oxide", "Magnet", "Motor", "Cell", "Pack", "Vehicle"];

    [Theory]
    [InlineData("alatau-motors")]
    [InlineData("auditor")]
    [InlineData(null)]
    public async Task every_leg_is_on_the_picture_below_a_verdict(string? organisation)
    {
        var page = await demo.Browser(organisation);
        await page.GotoAsync(organisation is null ? $"/b/{DemoSite.PublicCode}" : $"/batches/{DemoSite.Vehicle}/genealogy");

        Assert.Contains("Incomplete", await page.Locator("[role=status]").InnerTextAsync(), StringComparison.Ordinal);
        var stages = await page.Locator(".scroll.wide svg").TextContentAsync();
        Assert.All(Legs, leg => Assert.Contains(leg, stages, StringComparison.Ordinal));
    }

    [Fact]
    public async Task only_an_auditor_reads_the_numbers_of_mines_far_upstream()
    {
        const string Pit = "IRG-";
        var vehicle = $"/batches/{DemoSite.Vehicle}/genealogy";
        var (auditor, maker, public_) = (await demo.Browser("auditor"), await demo.Browser("alatau-motors"), await demo.Browser(null));
        await auditor.GotoAsync(vehicle);
        await maker.GotoAsync(vehicle);
        await public_.GotoAsync($"/b/{DemoSite.PublicCode}");

        Assert.Contains(Pit, await auditor.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(Pit, await maker.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("(demo)", await public_.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_stranger_and_a_wrong_code_find_nothing()
    {
        var carrier = await demo.Browser("betpak-logistic");
        var nobody = await demo.Browser(null);

        Assert.Equal(404, (await carrier.GotoAsync($"/batches/{DerivedFrom("yinshan-separation", "YS2607-N3")}/genealogy"))!.Status);
        Assert.Equal(404, (await nobody.GotoAsync("/b/bbcdefghijklmnopqrstuvwxyz"))!.Status);
    }

    [Fact]
    public async Task the_statement_is_one_page_of_pdf()
    {
        var page = await demo.Browser("auditor");
        await page.GotoAsync("/");

        var answer = await page.APIRequest.GetAsync($"/api/batches/{DemoSite.Vehicle}/statement.pdf");

        Assert.Equal((200, "application/pdf"), (answer.Status, answer.Headers["content-type"]));
        var bytes = await answer.BodyAsync();
        Directory.CreateDirectory(Site.Results);
        await File.WriteAllBytesAsync(Path.Combine(Site.Results, "statement.pdf"), bytes, TestContext.Current.CancellationToken);
        var text = Encoding.Latin1.GetString(bytes);
        Assert.StartsWith("%PDF-", text, StringComparison.Ordinal);
        Assert.Contains("/Count 1\n", text, StringComparison.Ordinal);
    }

    private static Guid DerivedFrom(string organisation, string number) => Traceability.Ledger.DerivedId.Batch(Traceability.Ledger.DerivedId.Organisation(organisation), number);
}
