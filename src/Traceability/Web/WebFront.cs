using System.Globalization;

namespace Traceability.Web;

/// <summary>The pages: rendered whole on the server, so that they work on any browser, without script and over a poor line.</summary>
public static class WebFront
{
    private static readonly CultureInfo[] Languages = [new("en")];

    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddLocalization(options => options.ResourcesPath = "Resources");
        builder.Services.AddRazorComponents();
        builder.Services.AddAntiforgery(options => options.Cookie.Name = "traceability-form");
        builder.Services.AddScoped<Reader>();
    }

    /// <summary>Before anything answers.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseRequestLocalization(new RequestLocalizationOptions { DefaultRequestCulture = new("en"), SupportedCultures = Languages, SupportedUICultures = Languages });
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/api"), pages => pages.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true));
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>();
    }
}
