using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Traceability.Access;

/// <summary>What a signed-in person's cookie says: who, for which organisation, in which roles.</summary>
public static class SignInCookie
{
    public const string Scheme = "Identity.Application";
    public const string TimeZone = "zoneinfo";
    public const string Stamp = "stamp";

    /// <summary>Tells in the cookie's properties that the identity provider signed him in, who may have to be told that he leaves.</summary>
    private const string ByProvider = "provider";

    public static ClaimsPrincipal Of(Person person, Membership membership, string scheme = Scheme) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, person.Id.ToString()),
            new(ClaimTypes.Name, person.Name),
            new(TimeZone, person.TimeZone),
            new(Stamp, person.SecurityStamp),
            new(ActorOf.Organisation, membership.OrganisationId.ToString()),
            .. membership.Roles.Select(role => new Claim(ClaimTypes.Role, role.ToString())),
        ], scheme));

    /// <summary>Signs in for one organisation; the cookie lasts a shift and its handover, longer while it is used.</summary>
    public static Task SignIn(this HttpContext context, Person person, Membership membership, bool byProvider = false)
    {
        var properties = new AuthenticationProperties { IsPersistent = true };
        if (byProvider)
            properties.Items[ByProvider] = "";
        return context.SignInAsync(Scheme, Of(person, membership), properties);
    }

    /// <summary>Whether it was the identity provider who said who is signed in.</summary>
    public static async Task<bool> IsSignedInByProvider(this HttpContext context) => (await context.AuthenticateAsync(Scheme)).Properties?.Items.ContainsKey(ByProvider) == true;
}

/// <summary>Looks again whether a sign-in still stands, so that a changed password, a role taken away or a membership ended counts within a minute.</summary>
public static class Revalidation
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(30);

    public static async Task Check(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        if (context.Properties.IssuedUtc is { } issued && services.GetRequiredService<TimeProvider>().GetUtcNow() - issued < After)
            return;
        var person = await services.GetRequiredService<SignInManager<Person>>().ValidateSecurityStampAsync(context.Principal);
        if (person?.Memberships.FirstOrDefault(m => m.OrganisationId == context.Principal?.Actor()?.OrganisationId) is { } membership)
        {
            context.ReplacePrincipal(SignInCookie.Of(person, membership));
            context.ShouldRenew = true;
        }
        else
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(SignInCookie.Scheme);
        }
    }
}

/// <summary>Over HTTPS the cookie's name promises that no other host or path set it; plain HTTP on a private machine cannot promise that.</summary>
public sealed class HostCookies : ICookieManager
{
    private readonly ChunkingCookieManager _cookies = new();

    private static string Name(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;

    public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _cookies.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _cookies.DeleteCookie(context, Name(context, key), options);
}
