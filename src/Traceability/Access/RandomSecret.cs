using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Traceability.Access;

/// <summary>43 letters and digits that hold 256 random bits: what a system or an invited person shows. The ledger keeps its SHA-256 alone, which suffices because nobody guesses it, and costs next to nothing to check.</summary>
public static class RandomSecret
{
    public const int Length = 43;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    public static string Make() => RandomNumberGenerator.GetString(Alphabet, Length);

    public static bool Is(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Letters);

    public static byte[] Sha256(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));
}
