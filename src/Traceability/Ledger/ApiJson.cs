using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Traceability.Ledger;

/// <summary>How the HTTP API writes and reads JSON: masses are numbers, and what is not understood is refused rather than guessed. Doubled members, numbers in quotes,
/// enumerations by number and times without offset are a <see cref="JsonException"/>; what is missing, unknown or null, <see cref="Shape"/> says by name.
/// What may be null may be left out.</summary>
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
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(LetNullBeLeftOut);
        return options;
    }

    private static void LetNullBeLeftOut(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(p => p.IsRequired && p.IsSetNullable))
            member.IsRequired = false;
    }

    /// <summary>For writing only: what describes a type trips over parameters like <c>Quantity Blocked = default</c>, whose default it takes for null.</summary>
    public static void ForgetDefaultsOfStructs(this JsonSerializerOptions options) => options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(type =>
    {
        for (var i = 0; i < type.Properties.Count; i++)
        {
            var member = type.Properties[i];
            if (member.AssociatedParameter is not { HasDefaultValue: true, DefaultValue: null } || !member.PropertyType.IsValueType || Nullable.GetUnderlyingType(member.PropertyType) is not null)
                continue;
            type.Properties[i] = type.CreateJsonPropertyInfo(typeof(Nullable<>).MakeGenericType(member.PropertyType), member.Name);
            type.Properties[i].Get = member.Get;
        }
    });
}
