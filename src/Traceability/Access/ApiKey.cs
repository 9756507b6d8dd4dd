using System.Security.Cryptography;

namespace Traceability.Access;

/// <summary>What a system may do with its key. Nothing that takes a supervisor or an administrator is done by a machine.</summary>
public enum Scope
{
    /// <summary>Read what its organisation may see.</summary>
    Read,

    /// <summary>Read, and record what operators record.</summary>
    Write,

    /// <summary>Hand in files, and read nothing but what became of them.</summary>
    Import,
}

public static class Scopes
{
    /// <summary>The roles in which a key with this scope acts.</summary>
    public static IReadOnlySet<Role> Roles(this Scope scope) => scope == Scope.Read ? new HashSet<Role> { Role.Reader } : new HashSet<Role> { Role.Operator };

    /// <summary>Whether a key with this scope may knock at this endpoint at all; what it gets there, <see cref="Access.Can"/> decides.</summary>
    public static bool Opens(this Scope scope, string method, EndpointMetadataCollection endpoint) => scope switch
    {
        Scope.Read => HttpMethods.IsGet(method) || HttpMethods.IsHead(method),
        Scope.Write => true,
        Scope.Import => endpoint.GetMetadata<TakesFiles>() is not null || endpoint.GetMetadata<TellsOfFiles>() is not null,
        _ => false,
    };
}

/// <summary>Marks endpoints that files are handed in at: to be imported, or as documents.</summary>
public sealed class TakesFiles;

/// <summary>Marks endpoints at which whoever handed in a file hears what became of it.</summary>
public sealed class TellsOfFiles;

/// <summary>A key as its system shows it: <c>trk_</c>, the key's id as 32 hexadecimal digits, <c>_</c>, and a <see cref="RandomSecret"/>.</summary>
public readonly record struct ApiKey(Guid Id, string Secret)
{
    public const string Prefix = "trk_";

    private const int IdLength = 32;

    public static ApiKey Make(Guid id) => new(id, RandomSecret.Make());

    public byte[] Sha256() => RandomSecret.Sha256(Secret);

    /// <summary>Compares in a time that tells nothing about how much of it is right.</summary>
    public bool Has(ReadOnlySpan<byte> sha256) => CryptographicOperations.FixedTimeEquals(Sha256(), sha256);

    /// <returns>Null for what is no key.</returns>
    public static ApiKey? Read(ReadOnlySpan<char> text) =>
        text.Length == Prefix.Length + IdLength + 1 + RandomSecret.Length && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdLength] == '_'
        && RandomSecret.Is(text[^RandomSecret.Length..]) && Guid.TryParseExact(text.Slice(Prefix.Length, IdLength), "N", out var id)
            ? new(id, text[^RandomSecret.Length..].ToString())
            : null;

    /// <summary>What is shown once, to who made it.</summary>
    public string Text() => $"{Prefix}{Id:N}_{Secret}";

    /// <summary>Not the secret: what is written into a log by mistake must not open anything.</summary>
    public override string ToString() => $"{Prefix}{Id:N}_...";
}
