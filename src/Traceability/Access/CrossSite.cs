using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>A cookie is sent whoever makes the browser send it. So a request of the API that carries one and changes something must show that it comes from our own pages:
/// browsers say so in Sec-Fetch-Site, others by a header that no foreign page can add without asking first. Bodies that forms can send are not read at all.</summary>
public static class CrossSite
{
    public static bool IsForged(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        && request.Headers.Cookie.Count > 0
        // A key is shown by who means it.
        && !KeyAuthentication.IsShown(request)
        && request.Headers["Sec-Fetch-Site"].ToString() is not ("same-origin" or "none")
        && request.Headers["X-Requested-With"] != "traceability";

    public static void RefuseForged(this IApplicationBuilder api) => api.Use((context, next) =>
        IsForged(context.Request) ? Problems.Of(Refusal.Of("cross-site")).ExecuteAsync(context) : next(context));
}
