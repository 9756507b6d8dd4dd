using System.Net;
using Traceability.Facilities;

namespace Traceability.Service.Tests.Web;

public sealed class PagesForWhatWentWrong(TestService service) : IClassFixture<TestService>
{
    private async Task<HttpClient> SignIn(string firm)
    {
        var (miner, _) = await service.Ledger.Firm(firm, FacilityKind.MineSite);
        return await service.SignIn(miner);
    }

    private static async Task IsPage(HttpResponseMessage answer, HttpStatusCode status, string sentence)
    {
        Assert.Equal((status, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nothing-like-this")]
    [InlineData("/batches/not-an-id")]
    [InlineData("/batches/00000000-0000-7000-8000-000000000000")]
    [InlineData("/shipments/00000000-0000-7000-8000-000000000000/receive")]
    [InlineData("/runs/00000000-0000-7000-8000-000000000000")]
    [InlineData("/facilities/00000000-0000-7000-8000-000000000000")]
    [InlineData("/people")]
    public async Task what_is_not_there_or_not_for_him_says_so_in_words(string address)
    {
        var client = await SignIn("lost" + Math.Abs(StringComparer.Ordinal.GetHashCode(address)));

        await IsPage(await client.GetAsync(address, TestContext.Current.CancellationToken), HttpStatusCode.NotFound, "There is nothing here that you may see");
    }

    [Fact]
    public async Task a_form_from_before_somebody_signed_in_is_too_old()
    {
        var client = await SignIn("old-form");
        using var forged = new FormUrlEncodedContent([new("_handler", "register"), new("number", "ORE-1")]);

        await IsPage(await client.PostAsync("/batches/register", forged, TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, "This form is too old");
    }

    [Fact]
    public async Task a_list_that_grew_too_old_to_go_on_with_can_be_started_again()
    {
        var client = await SignIn("old-list");

        await IsPage(await client.GetAsync("/batches?cursor=no-such-place", TestContext.Current.CancellationToken), HttpStatusCode.OK, "Start again from the first");
    }

    [Fact]
    public async Task pages_travel_compressed_over_a_poor_line()
    {
        var client = service.Stranger();
        client.DefaultRequestHeaders.Add("Accept-Encoding", "br");

        var answer = await client.GetAsync("/sign-in", TestContext.Current.CancellationToken);

        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
    }
}
