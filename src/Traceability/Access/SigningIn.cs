using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;

namespace Traceability.Access;

/// <summary>People sign in with a name and a password, or where an identity provider knows them, and carry a cookie or a token; systems show a key. Whatever is not opened to everybody needs one of these.</summary>
public static class SigningIn
{
    /// <summary>Wrong passwords in a row before a person has to wait.</summary>
    public const int Tries = 5;

    public const int PasswordLength = 12;

    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(15);

    /// <summary>A key or a token where one is shown, else the cookie.</summary>
    private const string Any = "Any";

    /// <summary>A shift and its handover.</summary>
    private static readonly TimeSpan CookieLife = TimeSpan.FromHours(12);

    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddIdentityCore<Person>(options =>
        {
            options.Password = new() { RequiredLength = PasswordLength, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false };
            options.Lockout = new() { MaxFailedAccessAttempts = Tries, DefaultLockoutTimeSpan = Wait };
            options.User.AllowedUserNameCharacters = "";
            options.ClaimsIdentity.SecurityStampClaimType = SignInCookie.Stamp;
        }).AddUserStore<PersonStore>().AddSignInManager();
        builder.Services.AddSingleton<KnownKeys>().AddSingleton<Keys>().AddScoped<Invitations>();
        builder.AddPasskeys();
        var provider = IdentityProvider.Of(builder.Configuration, builder.Environment.IsProduction());
        builder.Services.AddAuthentication(Any)
            .AddPolicyScheme(Any, null, options => options.ForwardDefaultSelector = context => SchemeFor(context.Request, provider))
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Scheme, null)
            .AddCookie(SignInCookie.Scheme, Cookie)
            .AddCookie(Invited.Scheme, Invited.Configure)
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, Passkeys.Configure)
            .AddIdentityProvider(provider);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser().RequireAssertion(context => KeyAuthentication.MayEnter(context.User, context.Resource)).Build());
    }

    private static string SchemeFor(HttpRequest request, IdentityProvider? provider) =>
        !KeyAuthentication.IsShown(request) ? SignInCookie.Scheme
        : provider?.TakesTokens == true && !KeyAuthentication.IsKeyShown(request) ? ProviderTokens.Scheme
        : KeyAuthentication.Scheme;

    /// <summary>Nothing is asked of the provider before somebody comes with a token or wants to sign in there: the service starts without it.</summary>
    private static void AddIdentityProvider(this AuthenticationBuilder authentication, IdentityProvider? provider)
    {
        authentication.Services.AddSingleton<Identities>();
        if (provider is null)
            return;
        authentication.Services.AddSingleton(provider).AddSingleton<ProviderCalls>().AddSingleton<TokenUses>();
        if (provider.TakesTokens)
        {
            authentication.AddJwtBearer(ProviderTokens.Scheme, _ => { });
            authentication.Services.AddOptions<JwtBearerOptions>(ProviderTokens.Scheme)
                .Configure<ProviderCalls, TimeProvider>((options, calls, time) => ProviderTokens.Configure(options, provider, calls, time));
        }
        if (provider.SignsIn)
        {
            authentication.AddCookie(ProviderSignIn.Arriving, ProviderSignIn.Arrival).AddOpenIdConnect(ProviderSignIn.Scheme, _ => { });
            authentication.Services.AddOptions<OpenIdConnectOptions>(ProviderSignIn.Scheme)
                .Configure<ProviderCalls, TimeProvider>((options, calls, time) => ProviderSignIn.Configure(options, provider, calls, time));
        }
    }

    /// <summary>The addresses beside pages: between which people go to the provider and back, and where scripts ask what a device has to sign.</summary>
    public static void MapSignIn(this WebApplication app)
    {
        Passkeys.Map(app);
        if (app.Services.GetService<IdentityProvider>()?.SignsIn == true)
            ProviderSignIn.Map(app);
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
