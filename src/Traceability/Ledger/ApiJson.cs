using System.Text.Json;
using System.Text.Json.Serialization;

namespace Traceability.Ledger;

/// <summary>How the HTTP API writes and reads JSON: masses are numbers, and what is not understood is refused rather than guessed. Doubled members, numbers in quotes,
/// enumerations by number and times without offset are a <see cref="JsonException"/>; what is missing, unknown or null, <see cref="Shape"/> says by name.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Apply(new(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.PropertyNameCaseInsensitive = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = Limits.JsonDepth;
        options.Converters.Add(new JsonStringEnumConverter(allowIntegerValues: false));
        options.Converters.Add(new InstantConverter());
        return options;
    }
}
