using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Imports;

public sealed class FollowingAnImport(TestService service) : IClassFixture<TestService>
{
    [Fact]
    public async Task ends_with_the_service_and_does_not_fail_so_that_browsers_come_back()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (miner, _) = await service.Ledger.Firm("followed", FacilityKind.MineSite);
        var import = DerivedId.Of("import", "followed");
        await service.Ledger.Change(
            "insert into ledger.imports (id, organisation_id, person_id, name, settings, kind, rows, started_at) values ($1, $2, $3, 'year.csv', '', 'Batches', 10, now())",
            import, miner.OrganisationId, miner.PersonId);
        using var client = await service.SignIn(miner);
        using var answer = await client.GetAsync(new Uri($"/api/imports/{import}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        Assert.Equal("event: progress", await events.ReadLineAsync(cancellation));

        service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Contains("\"rowsDone\":0", await events.ReadToEndAsync(cancellation), StringComparison.Ordinal);
        using var late = await client.GetAsync(new Uri($"/api/imports/{import}/events", UriKind.Relative), cancellation);
        Assert.Equal(200, (int)late.StatusCode);
    }
}
