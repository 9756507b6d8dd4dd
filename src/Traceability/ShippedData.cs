using System.Text.Json;
using System.Text.Json.Serialization;

namespace Traceability;

/// <summary>Tables that are data and not code, as they are shipped inside the build.</summary>
internal static class ShippedData
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <param name="file">Folder and name, e.g. <c>Shares.bands.json</c>.</param>
    /// <exception cref="InvalidOperationException">It is missing from the build.</exception>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public static T Read<T>(string file)
    {
        using var stream = typeof(ShippedData).Assembly.GetManifestResourceStream($"Traceability.{file}") ?? throw new InvalidOperationException($"{file} is missing from the build.");
        return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"{file} is empty.");
    }
}
