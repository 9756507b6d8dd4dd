using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Traceability.Proofs;

/// <summary>JSON Canonicalization Scheme (RFC 8785): one byte sequence for one JSON value.</summary>
public static class CanonicalJson
{
    /// <exception cref="JsonException">It has no canonical form (I-JSON, RFC 7493): a number that is not finite, a lone surrogate, or two properties of one name.</exception>
    public static byte[] Bytes(JsonElement value)
    {
        try
        {
            var text = new StringBuilder();
            Write(text, value);
            return Strict.GetBytes(text.ToString());
        }
        catch (Exception e) when (e is InvalidOperationException or EncoderFallbackException)
        {
            throw new JsonException("A string with a lone surrogate has no UTF-8 form.", e);
        }
    }

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // RFC 8785 3.2.3: properties sorted by their UTF-16 code units.
                var properties = value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
                if (properties.Zip(properties.Skip(1)).Any(pair => pair.First.Name == pair.Second.Name))
                    throw new JsonException("An object has two properties of one name.");
                Join(text, '{', '}', properties, p =>
                {
                    WriteString(text, p.Name);
                    text.Append(':');
                    Write(text, p.Value);
                });
                break;
            case JsonValueKind.Array:
                Join(text, '[', ']', value.EnumerateArray(), item => Write(text, item));
                break;
            case JsonValueKind.String:
                WriteString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDouble()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void Join<T>(StringBuilder text, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                text.Append(',');
            first = false;
            write(item);
        }
        text.Append(close);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    /// <summary>ECMAScript's Number::toString, which RFC 8785 3.2.2.3 prescribes.</summary>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new JsonException("A JSON number must be finite.");
        if (value == 0)
            return "0";

        var (digits, exponent) = Digits(value.ToString("R", CultureInfo.InvariantCulture));
        var sign = value < 0 ? "-" : "";
        var point = digits.Length + exponent;
        return sign + point switch
        {
            > 0 and <= 21 when point >= digits.Length => digits + new string('0', point - digits.Length),
            > 0 and <= 21 => digits[..point] + "." + digits[point..],
            > -6 and <= 0 => "0." + new string('0', -point) + digits,
            _ => digits[0] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + (point > 0 ? "+" : "-") + Math.Abs(point - 1).ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Significant digits d and exponent e such that the value is d x 10^e.</summary>
    private static (string Digits, int Exponent) Digits(string text)
    {
        text = text.TrimStart('-');
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            exponent -= mantissa.Length - dot - 1;
            mantissa = mantissa.Remove(dot, 1);
        }
        mantissa = mantissa.TrimStart('0');
        var trimmed = mantissa.TrimEnd('0');
        return (trimmed, exponent + mantissa.Length - trimmed.Length);
    }
}
