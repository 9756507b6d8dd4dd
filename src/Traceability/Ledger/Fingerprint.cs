using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Traceability.Proofs;

namespace Traceability.Ledger;

/// <summary>Hash of what a submission says, whatever way it was written: number forms, key order, offsets and absent fields do not count.</summary>
public static class Fingerprint
{
    private static readonly JsonSerializerOptions Normal = Normalised();

    private static readonly Dictionary<string, Type> Commands =
        typeof(ICommand).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(ICommand))).ToDictionary(t => t.Name);

    /// <summary>What a rule has yet to refuse is written too: values that an enumeration does not know, as numbers.</summary>
    private static JsonSerializerOptions Normalised()
    {
        var options = new JsonSerializerOptions(LedgerJson.Options) { Converters = { new InstantConverter() } };
        options.Converters.Insert(0, new JsonStringEnumConverter());
        return options;
    }

    /// <summary>The command as JSON, written the normal way.</summary>
    public static JsonElement Body(ICommand command) => JsonSerializer.SerializeToElement(command, command.GetType(), Normal);

    /// <summary>The command that was written the normal way.</summary>
    /// <param name="name">Its kind, e.g. <c>RegisterBatch</c>.</param>
    public static ICommand Read(string name, JsonElement body) => (ICommand)body.Deserialize(Commands[name], Normal)!;

    /// <param name="body">The command written the normal way.</param>
    public static string Of(ICommand command, JsonElement body, Guid organisationId)
    {
        var bytes = CanonicalJson.Bytes(body);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{command.GetType().Name}\n{organisationId}\n"));
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Serial lists stand in a table; the event keeps this. Lower-case hex SHA-256 over the serials in ordinal order, one a line.</summary>
    public static string OfSerials(IEnumerable<string> serials) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', serials.Order(StringComparer.Ordinal)))));
}
