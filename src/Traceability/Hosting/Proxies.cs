using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Traceability.Hosting;

/// <summary>Proxies before the service that are believed about where a request came from and whether it came over HTTPS: those of the setting <c>proxies</c>, and nobody else, since anybody can write these headers.</summary>
public static class Proxies
{
    public const string Setting = "proxies";

    /// <exception cref="CannotStartException">One is neither an address nor a network.</exception>
    public static void BelieveProxies(this WebApplicationBuilder builder)
    {
        var proxies = (builder.Configuration[Setting] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Read).ToList();
        if (proxies.Count == 0)
            return;
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // As many as there are one behind the other; the first that is not believed ends it.
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in proxies)
                options.KnownIPNetworks.Add(network);
        });
    }

    /// <summary>Before anything looks at where a request came from.</summary>
    public static void UseProxies(this WebApplication app)
    {
        if (!string.IsNullOrWhiteSpace(app.Configuration[Setting]))
            app.UseForwardedHeaders();
    }

    private static IPNetwork Read(string proxy) =>
        IPAddress.TryParse(proxy, out var address) ? new(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(proxy, out var network) ? network
        : throw new CannotStartException($"The setting {Setting} names {proxy}, which is neither an address nor a network. Write for example 10.0.0.5,10.1.0.0/16.");
}
