namespace Traceability.Web;

/// <summary>What browsers are told with every answer, unless it says something narrower itself.</summary>
public static class SecurityHeaders
{
    /// <summary>Everything comes from here and nothing inline is run, so that text from a file can never become script or style.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the last moment, because the answer to a failure begins anew.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.TryAdd("Content-Security-Policy", ContentSecurityPolicy);
            headers.TryAdd("X-Content-Type-Options", "nosniff");
            headers.TryAdd("Referrer-Policy", "same-origin");
            // Labels are scanned with the camera of the phone.
            headers.TryAdd("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()");
            // What somebody sees because he signed in is kept by nobody on the way. The files that pages are made of say for themselves how long they last.
            if (context.User.Identity?.IsAuthenticated == true)
                headers.TryAdd("Cache-Control", "no-store");
            return Task.CompletedTask;
        });
        return next(context);
    });
}
