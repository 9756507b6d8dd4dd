using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <summary>A batch enters the ledger: dug up, bought outside, found at go-live, or recovered.</summary>
/// <param name="Number">The registering organisation's own number.</param>
/// <param name="OwnerId">Owner of the goods, or null for the facility's operator.</param>
/// <param name="Serials">Serials of counted goods, unique per maker.</param>
public sealed record RegisterBatch(
    Guid BatchId, string Number, string Material, RegistrationSource Source, Guid FacilityId, Measure Stated, DateTimeOffset OccurredAt,
    Guid? OwnerId = null, DeclaredOrigin? Declared = null, IReadOnlyList<string>? Serials = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RegisterBatch>("/api/batches/{batchId:guid}");

    Guid ICommand.EntryId => BatchId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(BatchId).Read(FacilityId).Lock<FacilityPeriod>(FacilityPeriod.IdOf(FacilityId, Material, OccurredAt));
        touches.Numbers.Add((by.OrganisationId, Number));
        Tickets.Touch(touches, by, [Stated]);
        if (OwnerId is { } owner)
            touches.Organisations.Add(owner);
        touches.NewSerials.UnionWith((Serials ?? []).Select(serial => (by.OrganisationId, serial)));
    }

    public Decision Decide(States states, Submission said)
    {
        var (facility, refusal) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return refusal!;
        if ((Wrong(states, facility) ?? Tickets.Wrong(states, said.Actor, [(Stated, "stated")])) is { } wrong)
            return wrong;
        if (Source == RegistrationSource.OpeningStock && !facility.Terms.TakesOpeningStock(OccurredAt, states.Now) && said.NeedsSecondPerson("source") is { } alone)
            return alone;

        var quantity = Stated.Quantity(states.Catalogue.Material(Material)!, 0);
        var extracted = Source == RegistrationSource.Extraction;
        var exceeded = extracted ? FacilityPeriod.Exceeded(states, facility, Material, quantity.DryKilograms, OccurredAt) : null;
        var decision = Decision.Record(exceeded is null ? [] : [exceeded]);
        decision.On<Batch>(BatchId, new BatchRegistered(
            BatchId, Number, Material, Source, FacilityId, facility.OperatorId, OwnerId ?? facility.OperatorId,
            quantity, Stated, Declared, SerialList.Of(Serials), decision.Alarms, said.Entry));
        if (extracted)
            FacilityPeriod.Book(decision, facility, BatchId, Material, quantity.DryKilograms, said);
        return decision.Move((Serials ?? []).Select(serial => new SerialMove(facility.OperatorId, serial, BatchId, null, BatchId, SerialChange.Made)));
    }

    private Refusal? Wrong(States states, Facility facility)
    {
        if (Refuse.NewId(states, BatchId, "batchId") is { } taken)
            return taken;
        if (states.Catalogue.Material(Material) is not { } material)
            return Refusal.Of("material-unknown", ("material", Material)).At("material");
        if (OwnerId is { } owner && states.Find<Organisations.Organisation>(owner) is null)
            return Refusal.Of("organisation-unknown").At("ownerId");
        return Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Undefined(Source, "source")
            ?? Stated.Wrong(material, 0, "stated")
            ?? Refuse.Number(states, facility.OperatorId, Number, Number, "number")
            ?? Declared?.Wrong("declared")
            ?? WrongSource(states, facility)
            ?? Withdrawal.WrongSerials(states, facility.OperatorId, Serials, Stated.Pieces ?? 0, [], "serials");
    }

    /// <summary>Each source has its own proof (O5): a mine digs only what its licence allows, and only its operator says so.</summary>
    private Refusal? WrongSource(States states, Facility facility) => Source switch
    {
        RegistrationSource.Extraction when facility.FacilityKind != FacilityKind.MineSite || facility.Terms.Licence is null =>
            Refusal.Of("extraction-only-at-mines", ("facility", facility.Terms.Name)).At("facilityId"),
        RegistrationSource.Extraction when !facility.Terms.Licence!.Names(Material) =>
            Refusal.Of("outside-licence", ("licence", facility.Terms.Licence.Number), ("material", Material), ("at", OccurredAt)).At("material"),
        RegistrationSource.Extraction when !facility.Terms.Licence!.IsValid(OccurredAt) =>
            Refusal.Of("outside-licence", ("licence", facility.Terms.Licence.Number), ("material", Material), ("at", OccurredAt)).At("occurredAt"),
        RegistrationSource.Extraction when Declared is not null => Refusal.Of("extraction-declares-nothing").At("declared"),
        RegistrationSource.Recovery when facility.FacilityKind != FacilityKind.RecyclingPlant =>
            Refusal.Of("recovery-only-at-recyclers", ("facility", facility.Terms.Name)).At("facilityId"),
        _ => null,
    };
}
