using Npgsql;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <summary>Why a batch is on hold.</summary>
/// <param name="Organisation">Who stopped it.</param>
public sealed record OpenHold(Guid HoldId, string Reason, IReadOnlyList<string> Documents, string Organisation, DateTimeOffset OccurredAt);

public static class OpenHolds
{
    /// <param name="batch">A batch that the reader may see.</param>
    /// <returns>The first placed first.</returns>
    public static async Task<IReadOnlyList<OpenHold>> Find(NpgsqlDataSource source, Batch batch, CancellationToken cancellation)
    {
        if (batch.Holds.IsEmpty)
            return [];
        var placed = (await SaidEvents.Of(source, batch.Id, cancellation)).Select(s => s.Event).OfType<BatchHeld>().Where(h => batch.Holds.Contains(h.HoldId)).ToList();
        var names = await Names.Of(source, [], placed.Select(h => h.Entry.By.OrganisationId), [], cancellation);
        return
        [
            .. placed.Select(h => new OpenHold(
                h.HoldId, h.Reason, h.Documents.IsDefault ? [] : h.Documents, names.Organisations.GetValueOrDefault(h.Entry.By.OrganisationId, ""), h.Entry.OccurredAt)),
        ];
    }
}
