using Traceability.Hosting;

namespace Traceability.Access;

/// <summary>Somebody else's service that proves who people are, by OpenID Connect. Section <c>IdentityProvider</c> of the configuration; without an address there is none.</summary>
public sealed class IdentityProvider
{
    public const string Section = "IdentityProvider";

    /// <summary>The issuer, under which <c>/.well-known/openid-configuration</c> is found (OpenID Connect Discovery 1.0, 4).</summary>
    public string Address { get; set; } = "";

    /// <summary>How people call it: it stands on the sign-in page.</summary>
    public string Name { get; set; } = "";

    /// <summary>What a token for the API must name as its audience (RFC 9068, 4). Without it the API takes no tokens.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The service as the provider knows it. Without it nobody signs in there on the page.</summary>
    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    public bool TakesTokens => Audience.Length > 0;
    public bool SignsIn => ClientId.Length > 0;

    /// <returns>Null where none is configured.</returns>
    /// <exception cref="CannotStartException">What is configured could let the wrong people in.</exception>
    public static IdentityProvider? Of(IConfiguration configuration, bool production)
    {
        var said = configuration.GetSection(Section).Get<IdentityProvider>() ?? new();
        if (said.Address.Length == 0)
            return null;
        if (!Uri.TryCreate(said.Address, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && !production)))
            throw new CannotStartException($"{Section}__Address is {said.Address}. It must begin with https:// so that nobody on the way can say who people are.");
        if (!said.TakesTokens && !said.SignsIn)
            throw new CannotStartException($"{Section}__Address stands alone. Say what tokens for the API name as their audience ({Section}__Audience), how the provider knows the service ({Section}__ClientId), or both.");
        if (said.Audience == said.ClientId)
            throw new CannotStartException($"{Section}__Audience and {Section}__ClientId are the same, so that a token that only says who signed in would open the API. Choose another audience.");
        if (said.Name.Length == 0)
            said.Name = address.Host;
        return said;
    }
}
