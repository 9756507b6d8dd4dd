using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Traceability.Access;

namespace Traceability.Web;

/// <summary>What every page knows: the request, who reads it, and the words of his language.</summary>
public abstract class Page : ComponentBase
{
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    public IStringLocalizer<Text> Words { get; set; } = null!;

    [Inject]
    public Reader Reader { get; set; } = null!;

    protected Actor Actor => Http.Actor();

    /// <summary>After a form was done: on to another page, which reloading does not send again.</summary>
    /// <param name="path">Without scheme and host, which a request could lie about.</param>
    protected void GoTo(string path)
    {
        Http.Response.StatusCode = StatusCodes.Status303SeeOther;
        Http.Response.Headers.Location = path;
    }
}
