using Npgsql;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Organisations;

namespace Traceability.Provenance;

/// <summary>What anybody who has its code reads of a batch whose holder made it public: the verdict, materials, countries and steps, and the names of those who agreed.</summary>
/// <param name="Verdict">What the whole genealogy amounts to.</param>
/// <param name="NamedOrganisations">Those on the way that agreed to be named, by name.</param>
public sealed record PublicStory(Verdict Verdict, IReadOnlyList<string> NamedOrganisations, Genealogy Genealogy)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/public-batches/{code}", Answer)
        .Produces<PublicStory>().Refuses(StatusCodes.Status404NotFound).WithName("ReadPublicBatch").AllowAnonymous();

    /// <returns>Null when nobody made anything public under this code.</returns>
    public static async Task<PublicStory?> Find(NpgsqlDataSource source, Catalogue catalogue, string code, CancellationToken cancellation)
    {
        if (await PublicCode.BatchOf(source, code, cancellation) is not { } batch || await Traced.Find(source, catalogue, new(batch, Direction.Ancestors), cancellation) is not { } traced)
            return null;
        var (genealogy, evidence) = traced;
        var agreed = await NamedInPublic.Among(source, genealogy.Batches.SelectMany(b => new[] { b.MakerId, b.OperatorId }), cancellation);
        var shown = genealogy.ForThePublic(agreed);
        return new(Verdict.Of(genealogy, evidence), [.. shown.Batches.Select(b => b.Maker).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)], shown);
    }

    /// <summary>The story of a batch that was made public, for anybody who has its code.</summary>
    internal static async Task<IResult> Answer(string code, NpgsqlDataSource source, Catalogue catalogue, CancellationToken cancellation) => Listing.One(await Find(source, catalogue, code, cancellation));
}
