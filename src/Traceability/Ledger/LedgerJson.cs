using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Traceability.Ledger;

/// <summary>How events and states are written: camel case, enums as words, decimals as normalised strings so that RFC 8785 bytes are exact.</summary>
public static class LedgerJson
{
    public static JsonSerializerOptions Options { get; } = Apply(new(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new JsonStringEnumConverter(allowIntegerValues: false));
        options.Converters.Add(new DecimalStringConverter());
        return options;
    }
}

/// <summary>Writes <c>"12.5"</c>, never <c>12.50</c> or an exponent; reads strings and numbers.</summary>
public sealed class DecimalStringConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? decimal.Parse(reader.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
            : reader.GetDecimal();

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(value.Plain());
}

/// <summary>Instants in UTC to the microsecond, so that the same moment is written one way. Read with their offset, or not at all: a time without one is anybody's guess.</summary>
public sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    /// <exception cref="JsonException">Not ISO 8601, or without an offset.</exception>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (!reader.TryGetDateTimeOffset(out var instant) || reader.GetString() is not { } text || !text.Contains('T') || !(text[^1] == 'Z' || text[^6] is '+' or '-'))
            throw new JsonException("A time is written as ISO 8601 with its offset.");
        // What a database does not keep is not compared with what it kept.
        return instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
}

public static class DecimalText
{
    /// <summary>Plain decimal notation without trailing zeros.</summary>
    public static string Plain(this decimal value) => value.Normalised().ToString(CultureInfo.InvariantCulture);

    public static decimal Normalised(this decimal value) => value / 1.000000000000000000000000000000000m;

    /// <summary>Decimal places actually used; 12.50 uses one.</summary>
    public static int Places(this decimal value) => value.Normalised().Scale;
}
