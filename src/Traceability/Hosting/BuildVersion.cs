using System.Reflection;

namespace Traceability.Hosting;

/// <summary>Which build this is, as the build itself wrote it into the assembly.</summary>
/// <param name="Version">Semantic version.</param>
/// <param name="Commit">Commit of the sources; null for a build made outside a checkout.</param>
public sealed record BuildVersion(string Version, string? Commit)
{
    /// <summary>Reads "0.1.0+4f2c...".</summary>
    public static BuildVersion Current { get; } =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2) is [var version, var commit]
            ? new(version, commit)
            : new(typeof(BuildVersion).Assembly.GetName().Version!.ToString(3), null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/version", () => Current).WithName(nameof(BuildVersion)).WithSummary("Which build this is.").AllowAnonymous();
}
