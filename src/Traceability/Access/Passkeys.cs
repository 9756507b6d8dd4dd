using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>Signing in with a key that a device keeps and opens by a finger, a face or a PIN (WebAuthn Level 3). Nobody types it, so nobody can be talked into telling it, and it works for our address alone.</summary>
public static class Passkeys
{
    public const string RequestOptions = "/sign-in/passkey/options";
    public const string CreationOptions = "/me/passkey/options";

    /// <summary>The domain that passkeys are made for, where it is another one than the host that is asked: a common parent of several hosts.</summary>
    public const string Domain = "passkeys:domain";

    public static void AddPasskeys(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>();
        builder.Services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = builder.Configuration[Domain];
            // It takes the place of name and password: the device knows for whom it is, and makes sure that it is he.
            options.ResidentKeyRequirement = "required";
            options.UserVerificationRequirement = "required";
        });
    }

    /// <summary>Remembers for a few minutes what the device was asked to sign.</summary>
    internal static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "traceability-passkey";
        options.Cookie.HttpOnly = true;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.CookieManager = new HostCookies();
        options.ExpireTimeSpan = TimeSpan.FromMinutes(5);
        options.SlidingExpiration = false;
    }

    /// <summary>Passkeys are made for names of hosts, not for numbers, and only over HTTPS or on one's own machine.</summary>
    public static bool Work(HttpRequest request) => !IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out _) && (request.IsHttps || request.Host.Host == "localhost");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(RequestOptions, (HttpContext context, SignInManager<Person> signIns) => Ask(context, () => signIns.MakePasskeyRequestOptionsAsync(null!))).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(CreationOptions, async (HttpContext context, UserManager<Person> people, SignInManager<Person> signIns) =>
            await people.FindByIdAsync(context.Actor().PersonId.ToString()) is { } person
                ? await Ask(context, () => signIns.MakePasskeyCreationOptionsAsync(new() { Id = person.Id.ToString(), Name = person.SignInName, DisplayName = person.Name }))
                : Results.NotFound()).ExcludeFromDescription();
    }

    private static async Task<IResult> Ask(HttpContext context, Func<Task<string>> options) =>
        CrossSite.IsForged(context.Request) ? Problems.Of(Refusal.Of("cross-site")) : Results.Content(await options(), "application/json");

    /// <returns>Who he is, with what his device signed this time; null where it proves nothing.</returns>
    public static async Task<(Person Person, UserPasskeyInfo Passkey)?> Prove(SignInManager<Person> signIns, string credential)
    {
        try
        {
            return credential.Length > 0 && await signIns.PerformPasskeyAssertionAsync(credential) is { Succeeded: true } result ? (result.User, result.Passkey) : null;
        }
        catch (InvalidOperationException)
        {
            // Nothing was asked of this browser lately.
            return null;
        }
    }

    /// <returns>What the device made for this person; null where it proves nothing.</returns>
    public static async Task<UserPasskeyInfo?> Make(SignInManager<Person> signIns, Guid personId, string credential)
    {
        try
        {
            return credential.Length > 0 && await signIns.PerformPasskeyAttestationAsync(credential) is { Succeeded: true } result && result.UserEntity.Id == personId.ToString() ? result.Passkey : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
