using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;

namespace Traceability.Access;

/// <summary>People sign in with a name and a password and carry a cookie, systems show a key; whatever is not opened to everybody needs it.</summary>
public static class SigningIn
{
    /// <summary>Wrong passwords in a row before a person has to wait.</summary>
    public const int Tries = 5;

    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(15);

    /// <summary>A key where one is shown, else the cookie.</summary>
    private const string Either = "KeyOrCookie";

    /// <summary>A shift and its handover.</summary>
    private static readonly TimeSpan CookieLife = TimeSpan.FromHours(12);

    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddIdentityCore<Person>(options =>
        {
            options.Password = new() { RequiredLength = 12, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false };
            options.Lockout = new() { MaxFailedAccessAttempts = Tries, DefaultLockoutTimeSpan = Wait };
            options.User.AllowedUserNameCharacters = "";
            options.ClaimsIdentity.SecurityStampClaimType = SignInCookie.Stamp;
        }).AddUserStore<PersonStore>().AddSignInManager();
        builder.Services.AddSingleton<KnownKeys>().AddSingleton<Keys>();
        builder.Services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = context => KeyAuthentication.IsShown(context.Request) ? KeyAuthentication.Scheme : SignInCookie.Scheme)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Scheme, null)
            .AddCookie(SignInCookie.Scheme, Cookie);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser().RequireAssertion(context => KeyAuthentication.MayEnter(context.User, context.Resource)).Build());
    }

    private static void Cookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "traceability";
        options.Cookie.HttpOnly = true;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        // Not Strict: who scans a label or follows a link in a mail is still signed in. Every change is a POST with an antiforgery token.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.CookieManager = new HostCookies();
        options.ExpireTimeSpan = CookieLife;
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.ReturnUrlParameter = "from";
        options.Events.OnValidatePrincipal = Revalidation.Check;
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    /// <summary>A person is led to the sign-in page; a program is told plainly.</summary>
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.StatusCode = status;
            if (status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        else
        {
            context.Response.Redirect(context.RedirectUri);
        }
        return Task.CompletedTask;
    }
}
