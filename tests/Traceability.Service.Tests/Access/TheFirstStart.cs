using Traceability.Access;

namespace Traceability.Service.Tests.Access;

public sealed class TheFirstStart(TestService service) : IClassFixture<TestService>
{
    [Fact]
    public async Task makes_passwords_that_only_the_service_reads_and_keeps_them_over_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;

        var first = await FirstPeople.Enter(service.Services, folder, [Entrant.Steward], TestContext.Current.CancellationToken);
        var again = await FirstPeople.Enter(service.Services, folder, [Entrant.Steward], TestContext.Current.CancellationToken);

        Assert.Equal(first.Single().Password, again.Single().Password);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, FirstPeople.FileName)));
        var client = service.Stranger();
        var answer = await TestService.Submit(client, "/sign-in", ("name", "steward"), ("password", first.Single().Password!));
        Assert.Equal("/", answer.Headers.Location?.ToString());
    }
}
