using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Traceability.Hosting;

/// <summary>Whether the process lives (<c>/health/live</c>) and whether it can do its work (<c>/health/ready</c>: 200, or 503 while it cannot).</summary>
/// <remarks>A slice adds its own check with <c>services.AddHealthChecks().AddCheck&lt;T&gt;(name, tags: [Health.Ready])</c>.</remarks>
public static class Health
{
    /// <summary>Tag of the checks that must pass before requests are sent here.</summary>
    public const string Ready = "ready";

    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<DatabaseAnswers>("database", tags: [Ready], timeout: TimeSpan.FromSeconds(5));

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        routes.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    /// <summary>Names and states only: what went wrong is in the log, not for everybody to read.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new Report(report.Status.ToString(), report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString())));

    private sealed record Report(string Status, Dictionary<string, string> Checks);
}

internal sealed class DatabaseAnswers(NpgsqlDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = source.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
