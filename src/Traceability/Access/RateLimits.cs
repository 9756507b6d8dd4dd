using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Diagnostics;
using Traceability.Ledger;

namespace Traceability.Access;

/// <summary>How many requests one address, one caller and one guesser of passwords may send. Section <c>RateLimits</c> of the configuration; zero switches a limit off.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Requests a second in the long run that come from one address, and how many at once.</summary>
    public int AddressPerSecond { get; set; } = 400;

    public int AddressBurst { get; set; } = 12_000;

    /// <summary>Requests a second in the long run of one person or one key, and how many at once.</summary>
    public int CallerPerSecond { get; set; } = 200;

    public int CallerBurst { get; set; } = 6_000;

    /// <summary>Forms for signing in that come from one address: a second in the long run, and at once. A shift that changes comes from one address too.</summary>
    public int SignInPerSecond { get; set; } = 1;

    public int SignInBurst { get; set; } = 100;
}

/// <summary>Holds back who sends more than anybody needs, before he costs others their answers. What is held back hears when to come again (RFC 6585, 4).</summary>
public static class RateLimits
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(RateLimitOptions.Section).Get<RateLimitOptions>() ?? new();
        builder.Services.AddSingleton(new RateLimiters(
            [By(Address, options.AddressPerSecond, options.AddressBurst), By(Guesser, options.SignInPerSecond, options.SignInBurst)], [By(Caller, options.CallerPerSecond, options.CallerBurst)]));
    }

    /// <summary>Before anybody is asked who he is, which may cost a look-up or the hashing of a password.</summary>
    public static void LimitAddresses(this WebApplication app) => app.Use((context, next) =>
        Refused(context, app.Services.GetRequiredService<RateLimiters>().OfAddresses) ?? next(context));

    /// <summary>Once it is known who asks.</summary>
    public static void LimitCallers(this WebApplication app) => app.Use((context, next) =>
        Refused(context, app.Services.GetRequiredService<RateLimiters>().OfCallers) ?? next(context));

    private static Task? Refused(HttpContext context, PartitionedRateLimiter<HttpContext>[] limits)
    {
        // Whoever watches the service may always look, and a page that says what went wrong is no further request.
        if (context.Request.Path.StartsWithSegments("/health") || context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
            return null;
        foreach (var limit in limits)
        {
            using var lease = limit.AttemptAcquire(context);
            if (!lease.IsAcquired)
                return Answer(context, lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1));
        }
        return null;
    }

    private static Task Answer(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (context.Request.Path.StartsWithSegments("/api"))
            return Problems.Of(Refusal.Of("too-many-requests", ("seconds", seconds))).ExecuteAsync(context);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Request.Method = HttpMethods.Get;
        return Task.CompletedTask;
    }

    private static PartitionedRateLimiter<HttpContext> By(Func<HttpContext, string?> key, int perSecond, int burst) => PartitionedRateLimiter.Create<HttpContext, string>(context =>
        burst == 0 || key(context) is not { } whose
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(whose, _ => new()
            {
                TokenLimit = burst,
                TokensPerPeriod = Math.Max(1, perSecond),
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));

    private static string Address(HttpContext context) => AccessLog.Written(context.Connection.RemoteIpAddress) ?? "";

    private static string? Guesser(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments("/sign-in") ? Address(context) : null;

    /// <summary>A system with two keys is two callers while it changes from one to the other.</summary>
    private static string? Caller(HttpContext context) => context.User.FindFirstValue(ActorOf.Device) ?? context.User.FindFirstValue(ClaimTypes.NameIdentifier);
}

/// <summary>One bucket for each address, each address that signs in, and each caller; buckets that are full again are forgotten.</summary>
internal sealed record RateLimiters(PartitionedRateLimiter<HttpContext>[] OfAddresses, PartitionedRateLimiter<HttpContext>[] OfCallers);
