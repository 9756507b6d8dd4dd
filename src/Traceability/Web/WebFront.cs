using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;

namespace Traceability.Web;

/// <summary>The pages: rendered whole on the server, so that they work on any browser, without script and over a poor line.</summary>
public static class WebFront
{
    private static readonly CultureInfo[] Languages = [new("en")];

    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddLocalization(options => options.ResourcesPath = "Resources");
        builder.Services.AddRazorComponents();
        builder.Services.AddResponseCompression(options =>
        {
            // Antiforgery tokens differ in every answer, so that their compressed length tells nothing.
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html"];
        });
        builder.Services.AddAntiforgery(options => options.Cookie.Name = "traceability-form");
        builder.Services.AddScoped<Reader>();
    }

    /// <summary>Before anything answers: the reader's language, pages made small for a poor line, and a page for whatever went wrong. The API says its errors itself.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseResponseCompression();
        app.UseRequestLocalization(new RequestLocalizationOptions { DefaultRequestCulture = new("en"), SupportedCultures = Languages, SupportedUICultures = Languages });
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            // The status page says it.
            ExceptionHandler = _ => Task.CompletedTask,
        });
    }

    /// <summary>A form that another site sent, or that is older than the sign-in, is refused with a page.</summary>
    public static void UseFormTokens(this WebApplication app)
    {
        app.UseAntiforgery();
        app.Use((context, next) =>
        {
            if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false } form)
                return next(context);
            // The token is looked for in the form, which may be too large to be read: then it is not too old.
            context.Response.StatusCode = form.Error?.InnerException is BadHttpRequestException unread ? unread.StatusCode : StatusCodes.Status400BadRequest;
            // The status page is opened in its place; it has no form to look at.
            context.Features.Set<IAntiforgeryValidationFeature>(null);
            context.Request.Method = HttpMethods.Get;
            return Task.CompletedTask;
        });
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>();
    }
}
