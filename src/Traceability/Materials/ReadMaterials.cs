using Traceability.Ledger;

namespace Traceability.Materials;

public sealed record CatalogueFound(IReadOnlyList<Material> Materials, IReadOnlyList<ProcessStep> Steps);

public static class ReadMaterials
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/materials", Answer).Reads<CatalogueFound>(nameof(ReadMaterials));

    /// <summary>The catalogue as data: which materials there are, and which step may turn what into what.</summary>
    internal static IResult Answer(Catalogue catalogue) => TypedResults.Ok(new CatalogueFound(catalogue.Materials, catalogue.Steps));
}
