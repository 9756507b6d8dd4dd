using Microsoft.Extensions.Configuration;
using Traceability.Access;
using Traceability.Hosting;

namespace Traceability.Tests.Access;

public sealed class ConfiguringAnIdentityProvider
{
    private static IdentityProvider? Of(bool production, params (string Name, string Value)[] settings) => IdentityProvider.Of(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"{IdentityProvider.Section}:{s.Name}", (string?)s.Value))).Build(), production);

    [Fact]
    public void without_an_address_there_is_none() => Assert.Null(Of(true, ("Audience", "api")));

    [Fact]
    public void one_is_called_by_its_host_unless_it_has_a_name()
    {
        Assert.Equal("id.example", Of(true, ("Address", "https://id.example/tenant"), ("Audience", "api"))!.Name);
        Assert.Equal("Steppe ID", Of(true, ("Address", "https://id.example"), ("Audience", "api"), ("Name", "Steppe ID"))!.Name);
    }

    [Fact]
    public void what_is_configured_is_offered_and_no_more()
    {
        var (tokens, pages) = (Of(true, ("Address", "https://id.example"), ("Audience", "api"))!, Of(true, ("Address", "https://id.example"), ("ClientId", "us"))!);

        Assert.Equal((true, false), (tokens.TakesTokens, tokens.SignsIn));
        Assert.Equal((false, true), (pages.TakesTokens, pages.SignsIn));
    }

    [Theory]
    [InlineData("http://id.example", true)]
    [InlineData("http://id.example", false)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("id.example", true)]
    [InlineData("file:///etc/passwd", false)]
    public void whom_somebody_on_the_way_could_pretend_to_be_is_not_asked(string address, bool production) =>
        Assert.Contains("It must begin with https://", Assert.Throws<CannotStartException>(() => Of(production, ("Address", address), ("Audience", "api"))).Message, StringComparison.Ordinal);

    [Fact]
    public void on_one_machine_plain_http_will_do_for_trying_out() => Assert.NotNull(Of(false, ("Address", "http://127.0.0.1:8080"), ("Audience", "api")));

    [Fact]
    public void tokens_that_only_say_who_signed_in_must_not_open_the_api() =>
        Assert.Contains("are the same", Assert.Throws<CannotStartException>(() => Of(true, ("Address", "https://id.example"), ("Audience", "us"), ("ClientId", "us"))).Message, StringComparison.Ordinal);

    [Fact]
    public void an_address_that_nothing_is_done_with_is_a_mistake() =>
        Assert.Contains("stands alone", Assert.Throws<CannotStartException>(() => Of(true, ("Address", "https://id.example"))).Message, StringComparison.Ordinal);
}
