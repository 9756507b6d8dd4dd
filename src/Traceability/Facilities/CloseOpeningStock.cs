using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Facilities;

/// <summary>The operator's supervisor says that all stock found at go-live is entered; later opening stock needs two people (O5). It is not opened again.</summary>
/// <param name="OccurredAt">Since when.</param>
public sealed record CloseOpeningStock(Guid FacilityId, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<CloseOpeningStock>("/api/facilities/{facilityId:guid}/opening-stock/closing");

    Guid ICommand.EntryId => DerivedId.Step(FacilityId, "opening-stock");

    public void Touch(Touches touches, Actor by) => touches.Lock<Facility>(FacilityId);

    public Decision Decide(States states, Submission said)
    {
        var (facility, refusal) = Facility.Kept(states, said, FacilityId, Act.Settle);
        if (facility is null)
            return refusal!;
        if (facility.Terms.OpeningStockClosed is { } closed && closed <= states.Now)
            return Refusal.Of("opening-stock-closed", ("since", closed));
        return Refuse.Time(states, OccurredAt, "occurredAt") is { } wrong ? wrong : Decision.Record().On<Facility>(FacilityId, new OpeningStockClosed(FacilityId, said.Entry));
    }
}
