using Microsoft.Extensions.Localization;
using Traceability.Batches;

namespace Traceability.Custody;

/// <summary>Something that can be claimed of goods because of where they began.</summary>
/// <param name="Code">Stable key, e.g. <c>irma-audited-mine</c>.</param>
/// <param name="Begins">How goods of which it may be claimed enter the ledger. What a run made began elsewhere, so that rework is never recycled content (B5).</param>
/// <param name="Country">Where the facility must be (ISO 3166-1 alpha-2), or null for anywhere.</param>
/// <param name="Source">The standard that says what it means.</param>
public sealed record Claim(string Code, string Name, RegistrationSource Begins, string? Country, string Source);

/// <summary>Data, not code.</summary>
public static class Claims
{
    public static IReadOnlyList<Claim> Known { get; } = ShippedData.Read<Claim[]>("Custody.claims.json");

    public static Claim? Find(string code) => Known.FirstOrDefault(c => c.Code == code);

    /// <summary>What a claim is called in the reader's language.</summary>
    public static string Claim(this IStringLocalizer words, string code) => words[Find(code)?.Name ?? code];
}
