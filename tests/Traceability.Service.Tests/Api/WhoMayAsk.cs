using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Traceability.Service.Tests.Api;

/// <summary>Nothing is open to strangers that is not listed here, apart from the files that pages are made of.</summary>
public sealed class WhoMayAsk(TestService service) : IClassFixture<TestService>
{
    private static readonly string[] Public =
    [
        "/health/live", "/health/ready", "/version",
        "/openapi/{documentName}.json", "/docs/{documentName?}", "/docs/scalar.js", "/docs/scalar.aspnetcore.js", "/docs/favicon.svg", "/problems", "/problems/{code}",
        "/sign-in", "/sign-out", "/invitation", "/sign-in/passkey/options", "/status/{code:int}", "/b/{code}", "/public-batches/{code}",
    ];

    private IEnumerable<RouteEndpoint> Endpoints => service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null);

    [Fact]
    public void only_listed_endpoints_are_open_to_strangers()
    {
        var open = Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText!).Distinct().ToList();

        Assert.Empty(open.Except(Public));
        Assert.Empty(Public.Except(open));
    }

    [Fact]
    public async Task every_other_endpoint_answers_a_stranger_only_that_he_has_to_sign_in()
    {
        var stranger = service.Stranger();
        foreach (var endpoint in Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var address = string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p =>
                    p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "018f0000-0000-7000-8000-000000000000"))));
                using var answer = await stranger.SendAsync(new(new(method), "/" + address), Http.Cancellation);

                var asked = answer.StatusCode == HttpStatusCode.Unauthorized || answer.Headers.Location?.ToString().Contains("/sign-in", StringComparison.Ordinal) == true;
                Assert.True(asked, $"{method} {endpoint.RoutePattern.RawText} answered {answer.StatusCode}");
            }
        }
    }
}
