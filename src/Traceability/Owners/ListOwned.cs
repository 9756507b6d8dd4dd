using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Owners;

/// <summary>What the asking organisation owns at one facility, its own or another's.</summary>
public sealed record OwnedAt(Guid FacilityId, FacilityName Facility, string Keeper, IReadOnlyList<StockLine> Stock);

public static class ListOwned
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/owned", Answer).Reads<IReadOnlyList<OwnedAt>>(nameof(ListOwned));

    /// <returns>By facility, others' before one's own; at most <see cref="Limits.Choices"/> batches, the last known first.</returns>
    public static async Task<IReadOnlyList<OwnedAt>> Find(NpgsqlDataSource source, Actor actor, CancellationToken cancellation)
    {
        var lying = await StockAtFacility.Lying(source, actor, null, actor.OrganisationId, null, cancellation);
        var names = await Names.Of(source, lying.Select(l => l.Holding.FacilityId), [actor.OrganisationId], [], cancellation);
        return
        [
            .. lying.GroupBy(l => l.Holding.FacilityId)
                .Select(at => (Facility: names.Facilities[at.Key], At: at))
                .OrderBy(f => f.Facility.OperatorId == actor.OrganisationId).ThenBy(f => f.Facility.Name, StringComparer.CurrentCulture)
                .Select(f => new OwnedAt(f.At.Key, f.Facility, names.Organisations[f.Facility.OperatorId], [.. f.At.Select(l => l.Line(names))])),
        ];
    }

    /// <summary>What the own organisation owns, wherever it lies and whoever keeps it.</summary>
    internal static async Task<IResult> Answer(Actor actor, NpgsqlDataSource source, CancellationToken cancellation) => TypedResults.Ok(await Find(source, actor, cancellation));
}
