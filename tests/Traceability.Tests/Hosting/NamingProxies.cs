using Microsoft.AspNetCore.Builder;
using Traceability.Hosting;

namespace Traceability.Tests.Hosting;

public sealed class NamingProxies
{
    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10.0.0.5,10.0.0.0/33")]
    public void what_is_neither_an_address_nor_a_network_is_said_at_the_start(string setting)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration[Proxies.Setting] = setting;

        Assert.Contains("neither an address nor a network", Assert.Throws<CannotStartException>(builder.BelieveProxies).Message, StringComparison.Ordinal);
    }
}
