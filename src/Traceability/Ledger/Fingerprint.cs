using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Traceability.Proofs;

namespace Traceability.Ledger;

/// <summary>Hash of what a submission says, whatever way it was written: number forms, key order, offsets and absent fields do not count.</summary>
public static class Fingerprint
{
    private static readonly JsonSerializerOptions Normal = new(LedgerJson.Options) { Converters = { new InstantConverter() } };

    private static readonly Dictionary<string, Type> Commands =
        typeof(ICommand).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(ICommand))).ToDictionary(t => t.Name);

    /// <summary>The command as JSON, written the normal way.</summary>
    public static string Body(ICommand command) => JsonSerializer.Serialize(command, command.GetType(), Normal);

    /// <summary>The command that was written the normal way.</summary>
    /// <param name="name">Its kind, e.g. <c>RegisterBatch</c>.</param>
    public static ICommand Read(string name, JsonElement body) => (ICommand)body.Deserialize(Commands[name], Normal)!;

    public static string Of(ICommand command, Guid organisationId)
    {
        var json = JsonSerializer.SerializeToElement(command, command.GetType(), Normal);
        var bytes = CanonicalJson.Bytes(json);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{command.GetType().Name}\n{organisationId}\n"));
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Serial lists stand in a table; the event keeps this. Lower-case hex SHA-256 over the serials in ordinal order, one a line.</summary>
    public static string OfSerials(IEnumerable<string> serials) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', serials.Order(StringComparer.Ordinal)))));
}
