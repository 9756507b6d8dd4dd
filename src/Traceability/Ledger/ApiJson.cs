using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Traceability.Ledger;

/// <summary>How the HTTP API writes and reads JSON: masses are numbers, and what is not understood is refused rather than guessed. Unknown, doubled or missing
/// members, null where something must stand, numbers in quotes, enumerations by number and times without offset are a <see cref="JsonException"/>,
/// so that rules meet only whole commands.</summary>
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
        options.Converters.Add(new TextConverter());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(RefuseNullsInLists);
        return options;
    }

    /// <summary>Nullable annotations are respected for members, not for what stands in lists.</summary>
    private static void RefuseNullsInLists(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var lists = type.Properties.Where(p => p.Get is not null && p.PropertyType != typeof(string) && p.PropertyType.IsAssignableTo(typeof(IEnumerable))).ToList();
        if (lists.Count == 0)
            return;
        type.OnDeserialized = read =>
        {
            if (lists.Find(p => ((IEnumerable?)p.Get!(read))?.Cast<object?>().Contains(null) == true) is { } list)
                throw new JsonException($"There is a null in {list.Name}.");
        };
    }

    /// <summary>No database keeps the character zero, not even to look for it.</summary>
    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { } text && text.Contains('\0') ? throw new JsonException("A text has the character zero in it.") : reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
