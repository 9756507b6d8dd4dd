using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Traceability.Ledger;

/// <summary>Holds a body against the members of its command before it is read, so that the answer names the field and what is wrong with it.
/// Wrong types and values are left to the reader of the type.</summary>
public static class Shape
{
    /// <exception cref="JsonException">It is no JSON, too deep, or says something twice.</exception>
    public static async Task<JsonNode?> Parse(Stream body, CancellationToken cancellation)
    {
        try
        {
            return await JsonNode.ParseAsync(body, null, new() { MaxDepth = Limits.JsonDepth, AllowDuplicateProperties = false }, cancellation);
        }
        catch (InvalidOperationException e)
        {
            // The parser says so of names that are no text.
            throw new JsonException("A name is no text.", e);
        }
    }

    /// <param name="path">Path of <paramref name="said"/> in the body; empty for the body itself.</param>
    public static Refusal? Wrong(JsonNode said, JsonTypeInfo type, string path = "") => (said, type.Kind) switch
    {
        (JsonObject members, JsonTypeInfoKind.Object) => WrongMembers(members, type, path),
        (JsonObject entries, JsonTypeInfoKind.Dictionary) => WrongEntries(entries, type, path),
        (JsonArray elements, JsonTypeInfoKind.Enumerable) => WrongElements(elements, type, path),
        (JsonObject or JsonArray, _) => Refusal.Of("malformed").At(path),
        (JsonValue value, _) when value.GetValueKind() == JsonValueKind.String && !IsText(Text(value)) => Refusal.Of("text-malformed").At(path),
        _ => null,
    };

    private static Refusal? WrongMembers(JsonObject members, JsonTypeInfo type, string path)
    {
        foreach (var (name, value) in members)
        {
            var field = path.Length == 0 ? name : $"{path}.{name}";
            if (type.Properties.FirstOrDefault(p => p.Name == name) is not { } member)
                return Refusal.Of("unknown-field").At(IsText(name) ? field : path);
            if (value is null && !member.IsSetNullable)
                return Refusal.Of("value-missing").At(field);
            if (value is not null && Wrong(value, Of(type, member.PropertyType), field) is { } wrong)
                return wrong;
        }
        var missing = type.Properties.FirstOrDefault(p => p.IsRequired && !members.ContainsKey(p.Name));
        return missing is null ? null : Refusal.Of("value-missing").At(path.Length == 0 ? missing.Name : $"{path}.{missing.Name}");
    }

    /// <summary>Whoever sends it chooses the names.</summary>
    private static Refusal? WrongEntries(JsonObject entries, JsonTypeInfo type, string path)
    {
        var element = Of(type, type.ElementType!);
        foreach (var (name, value) in entries)
        {
            var field = $"{path}.{name}";
            if (!IsText(name))
                return Refusal.Of("text-malformed").At(path);
            if ((value is null ? Refusal.Of("value-missing").At(field) : Wrong(value, element, field)) is { } wrong)
                return wrong;
        }
        return null;
    }

    private static Refusal? WrongElements(JsonArray elements, JsonTypeInfo type, string path)
    {
        var element = Of(type, type.ElementType!);
        for (var i = 0; i < elements.Count; i++)
        {
            var field = $"{path}[{i}]";
            if ((elements[i] is { } said ? Wrong(said, element, field) : Refusal.Of("value-missing").At(field)) is { } wrong)
                return wrong;
        }
        return null;
    }

    private static JsonTypeInfo Of(JsonTypeInfo owner, Type part) => owner.Options.GetTypeInfo(Nullable.GetUnderlyingType(part) ?? part);

    /// <summary>The text of a value as it was written, or null where a string breaks off inside a surrogate pair.</summary>
    public static string? Text(JsonNode value)
    {
        try
        {
            return value.ToString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>No database keeps the character zero, and half a surrogate pair is no character.</summary>
    private static bool IsText(string? text) => text is not null && !text.Contains('\0');

    /// <summary>The field an exception of the JSON reader is about, as rules name fields.</summary>
    public static string? Field(JsonException e) => e.Path is null or "$" ? null : e.Path.StartsWith("$.", StringComparison.Ordinal) ? e.Path[2..] : e.Path;
}
