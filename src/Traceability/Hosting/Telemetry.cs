using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Traceability.Hosting;

/// <summary>Traces and metrics by OpenTelemetry, switched on by <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> alone; the other OTEL_ variables hold too.</summary>
public static class Telemetry
{
    /// <summary>Name of the service, and of the meter and the activity source that its slices use.</summary>
    public const string Name = "Traceability";

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Name, serviceVersion: BuildVersion.Current.Version))
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation(web => web.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
                .AddHttpClientInstrumentation()
                .AddSource(Name, "Npgsql", "Marten", "Wolverine")
                .AddOtlpExporter())
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                // Wolverine appends the service's name to its meter.
                .AddMeter(Name, "Npgsql", "Marten", "Wolverine*")
                .AddOtlpExporter());
    }
}
