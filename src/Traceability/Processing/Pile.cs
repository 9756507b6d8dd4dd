using Traceability.Ledger;

namespace Traceability.Processing;

// Append to this list; never change what is in it.
/// <param name="BeforeId">The pile's batch before, or null for the first one.</param>
/// <param name="StartsCampaign">The pile had been empty, and what lies there from now on belongs to this campaign.</param>
public sealed record PileRenewed(
    Guid PileId, Guid RunId, Guid FacilityId, string Name, string Material, Guid BatchId, string Number, Guid? BeforeId, string? Campaign, bool StartsCampaign, Author By, DateTimeOffset OccurredAt)
    : IEventOf<Pile>;

/// <summary>A heap, tank or silo: whatever is tipped in becomes, with what is left, its new batch, taken as well mixed (B6).</summary>
/// <param name="BatchId">Its present batch.</param>
/// <param name="Number">Number of its present batch.</param>
/// <param name="Campaign">What the operator calls the time since it was last empty, or null.</param>
public sealed record Pile(Guid Id, Guid FacilityId, string Name, string Material, Guid BatchId, string Number, string? Campaign, DateTimeOffset RenewedAt) : IState<Pile>
{
    public static StreamKind Kind => StreamKind.Pile;

    /// <summary>A pile is known by what people call it at its facility, in whatever case.</summary>
    public static Guid IdOf(Guid facilityId, string name) => DerivedId.Of("pile", facilityId.ToString(), name.ToUpperInvariant());

    public static Pile? After(Pile? current, object happened, Guid id) => happened switch
    {
        PileRenewed e => new(id, e.FacilityId, e.Name, e.Material, e.BatchId, e.Number, e.Campaign, e.OccurredAt),
        _ => current,
    };
}
