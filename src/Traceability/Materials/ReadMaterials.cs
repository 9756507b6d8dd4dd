using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Materials;

public sealed record CatalogueFound(IReadOnlyList<Material> Materials, IReadOnlyList<ProcessStep> Steps);

public static class ReadMaterials
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/materials", Answer).ReadsOne<CatalogueFound>(nameof(ReadMaterials));

    /// <returns>Null for whom the register is not.</returns>
    public static CatalogueFound? Find(Catalogue catalogue, Actor actor) => actor.Can(Act.ReadRegister, default) ? new(catalogue.Materials, catalogue.Steps) : null;

    /// <summary>The catalogue as data: which materials there are, and which step may turn what into what.</summary>
    internal static IResult Answer(Catalogue catalogue, Actor actor) => Listing.One(Find(catalogue, actor));
}
