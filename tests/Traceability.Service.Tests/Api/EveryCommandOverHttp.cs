using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Api;

public sealed class EveryCommandOverHttp(TestService service) : IClassFixture<TestService>
{
    [Fact]
    public async Task is_recorded_once_answered_alike_when_repeated_and_refused_with_another_body()
    {
        var requests = new Requests(service.Ledger);
        await requests.Begin("once");
        foreach (var (name, next) in requests.Of)
        {
            var request = await next();
            var client = await service.SignIn(request.By);

            var first = await client.Put(request.Address, request.Body, ifMatch: request.IfMatch);
            var again = await client.Put(request.Address, request.Body, ifMatch: request.IfMatch);
            var other = await client.Put(request.Address, request.Body.Replace("2026-01", "2026-02", StringComparison.Ordinal), ifMatch: request.IfMatch);

            Assert.True(first.StatusCode == System.Net.HttpStatusCode.Created, $"{name}: {await first.Content.ReadAsStringAsync(Http.Cancellation)}");
            Assert.Equal(200, (int)again.StatusCode);
            Assert.Equal(await first.Content.ReadAsStringAsync(Http.Cancellation), await again.Content.ReadAsStringAsync(Http.Cancellation));
            Assert.Equal(first.Headers.ETag, again.Headers.ETag);
            Assert.Equal((name, 409, "id-reused"), await other.Problem() is var (status, code, _) ? (name, status, code) : default);
        }
    }

    [Fact]
    public async Task is_read_back_at_its_address_under_the_version_it_was_answered_with()
    {
        var requests = new Requests(service.Ledger);
        await requests.Begin("reading");
        foreach (var name in new[] { "RegisterOrganisation", "RegisterFacility", "RegisterBatch", "DispatchShipment", "RecordRun", "TransferOwnership", "RecordDocument" })
        {
            var request = await requests.Of[name]();
            var client = await service.SignIn(request.By);
            var put = await client.Put(request.Address, request.Body);

            var read = await client.Get(request.Address);

            Assert.Equal((name, 200, put.Headers.ETag), (name, (int)read.StatusCode, read.Headers.ETag));
        }
    }

    [Theory]
    [InlineData("/api/home")]
    [InlineData("/api/organisations?text=read")]
    [InlineData("/api/facilities?kind=MineSite")]
    [InlineData("/api/batches?material=ree-ore&inStock=true")]
    [InlineData("/api/shipments?status=Disputed&heading=Outgoing")]
    [InlineData("/api/runs?step=split")]
    [InlineData("/api/lanes?from=2026-01-01T00:00:00Z")]
    [InlineData("/api/arrivals?waiting=true")]
    [InlineData("/api/owned")]
    [InlineData("/api/hold-requests?status=Waiting")]
    [InlineData("/api/refusals")]
    [InlineData("/api/alarms")]
    [InlineData("/api/documents?kind=Invoice&text=I-")]
    [InlineData("/api/search?text=ore")]
    public async Task is_found_in_the_lists(string address)
    {
        var requests = new Requests(service.Ledger);
        await requests.Begin("listing");
        var request = await requests.Of["ResolveShipment"]();
        var client = await service.SignIn(request.By);
        await client.Put(request.Address, "{}");
        await client.Put((await requests.Of["RecordRun"]()).Address, (await requests.Of["RecordRun"]()).Body);
        await client.Put($"/api/batches/{DerivedId.Of(address)}", request.Body);

        var answer = await client.Get(address);

        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Http.Cancellation));
    }

    [Fact]
    public void is_tried_here()
    {
        var commands = service.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(e => e.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType).OfType<Type>().Where(t => t.IsAssignableTo(typeof(ICommand))).Select(t => t.Name).Distinct();

        // A preview takes the command that it looks ahead of.
        Assert.Equal(commands.Order(), new Requests(service.Ledger).Of.Keys.Order());
    }
}
