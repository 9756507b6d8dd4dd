using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Owners;

/// <summary>One transfer of ownership as both owners and the keeper of the goods see it.</summary>
public sealed record TransferFound(OwnershipTransfer Transfer, Names Names, long Version);

public static class ReadTransfer
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/ownership-transfers/{transferId:guid}", Answer).ReadsVersion<TransferFound>(nameof(ReadTransfer));

    /// <returns>Null when there is no such transfer, or none that the actor may see.</returns>
    public static async Task<TransferFound?> Find(NpgsqlDataSource source, Actor actor, Guid transferId, CancellationToken cancellation)
    {
        if (await source.Load<OwnershipTransfer>(transferId, cancellation) is not { State: var transfer, Version: var version } || !transfer.Concerns(actor))
            return null;
        var names = await Names.Of(
            source, [transfer.FacilityId], [transfer.KeeperId, transfer.FromOwnerId, transfer.ToOwnerId], transfer.Lines.Select(l => l.BatchId), cancellation);
        return new(transfer, names, version);
    }

    /// <summary>One transfer of ownership, for both owners and the keeper of the goods.</summary>
    internal static async Task<IResult> Answer(Guid transferId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, transferId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
