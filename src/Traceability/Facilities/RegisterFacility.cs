using Traceability.Access;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Shares;

namespace Traceability.Facilities;

/// <summary>A place of the chain enters the register: by the steward, or by an administrator of the organisation that operates it.</summary>
/// <param name="Code">Short kebab-case name used in files and addresses; never reused.</param>
public sealed record RegisterFacility(Guid FacilityId, string Code, FacilityKind Kind, FacilityTerms Terms, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RegisterFacility>("/api/facilities/{facilityId:guid}");

    Guid ICommand.EntryId => FacilityId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(FacilityId);
        touches.Organisations.Add(Terms.OperatorId);
        touches.Organisations.UnionWith(Terms.Partners.Take(Limits.TermsOfFacility).Select(p => p.OrganisationId));
        touches.Numbers.Add((Guid.Empty, Facility.CodeKey(Code)));
    }

    public Decision Decide(States states, Submission said)
    {
        if (!said.Actor.Can(Act.Administer, new(Terms.OperatorId)))
            return Refusal.Of("not-allowed");
        var wrong = Refuse.NewId(states, FacilityId, "facilityId")
            ?? Refuse.Code(states, Code, Facility.CodeKey(Code), "code")
            ?? Refuse.Undefined(Kind, "kind")
            ?? FacilityRules.Wrong(Kind, Terms, states)
            ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? Decision.Record().On<Facility>(FacilityId, new FacilityRegistered(FacilityId, Code, Kind, Terms, said.Entry));
    }
}

/// <summary>Operator, licence, partners or permits change; the earlier terms stay in the facility's stream.</summary>
/// <param name="ExpectedVersion">Version the change was made from (If-Match), or null.</param>
public sealed record ChangeFacility(Guid FacilityId, Guid ChangeId, FacilityTerms Terms, DateTimeOffset OccurredAt, long? ExpectedVersion = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutChange<ChangeFacility>("/api/facilities/{facilityId:guid}/changes/{changeId:guid}");

    Guid ICommand.EntryId => ChangeId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Facility>(FacilityId);
        touches.Organisations.Add(Terms.OperatorId);
        touches.Organisations.UnionWith(Terms.Partners.Take(Limits.TermsOfFacility).Select(p => p.OrganisationId));
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Facility>(FacilityId) is not { } facility)
            return Refusal.Of("not-found").At("facilityId");
        if (!said.Actor.Can(Act.Administer, new(facility.OperatorId)))
            return Refusal.Of(said.Actor.Can(Act.See, new(facility.OperatorId)) ? "not-allowed" : "not-found").At("facilityId");
        if (ExpectedVersion is { } expected && expected != states.Version(FacilityId))
            return Refusal.Of("changed-meanwhile", ("version", states.Version(FacilityId)));
        if (Terms.OperatorId != facility.OperatorId && !said.Actor.Can(Act.KeepRegister, default))
            return Refusal.Of("not-allowed").At("terms.operatorId");
        var wrong = Refuse.Id(ChangeId, "changeId")
            ?? (facility.Terms.OpeningStockClosed is { } closed && closed <= states.Now && Terms.OpeningStockClosed != closed
                ? Refusal.Of("opening-stock-closed", ("since", closed)).At("terms.openingStockClosed") : null)
            ?? FacilityRules.Wrong(facility.FacilityKind, Terms, states)
            ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? Decision.Record().On<Facility>(FacilityId, new FacilityChanged(FacilityId, Terms, said.Entry));
    }
}

internal static class FacilityRules
{
    private const decimal WidestTolerance = 0.1m;

    public static Refusal? Wrong(FacilityKind kind, FacilityTerms terms, States states) =>
        Refuse.Name(terms.Name, "terms.name")
        ?? Refuse.Country(terms.Country, "terms.country")
        ?? (states.Find<Organisation>(terms.OperatorId) is null ? Refusal.Of("organisation-unknown").At("terms.operatorId") : null)
        ?? WrongDegrees(terms.Latitude, 90, "terms.latitude")
        ?? WrongDegrees(terms.Longitude, 180, "terms.longitude")
        ?? (terms.ReceiptTolerance is < 0 or > WidestTolerance ? Refusal.Of("tolerance-out-of-range", ("limit", WidestTolerance)).At("terms.receiptTolerance") : null)
        ?? Refuse.Places(terms.ReceiptTolerance, Limits.FractionPlaces, "terms.receiptTolerance")
        ?? (terms.ElementTolerance is < 0 or > Proofs.ElementBalance.LargestTolerance
            ? Refusal.Of("tolerance-out-of-range", ("limit", Proofs.ElementBalance.LargestTolerance)).At("terms.elementTolerance") : null)
        ?? Refuse.Places(terms.ElementTolerance, Limits.FractionPlaces, "terms.elementTolerance")
        ?? WrongFlowSheet(terms.FlowSheet ?? [], states)
        ?? Refuse.Undefined(terms.Balancing, "terms.balancing")
        ?? WrongLicence(kind, terms, states)
        ?? WrongPartners(kind, terms, states)
        ?? WrongPermits(terms, states);

    private static Refusal? WrongDegrees(decimal degrees, decimal most, string field) =>
        degrees < -most || degrees > most ? Refusal.Of("position-impossible", ("degrees", degrees)).At(field) : Refuse.Places(degrees, Limits.FractionPlaces, field);

    private static Refusal? WrongLicence(FacilityKind kind, FacilityTerms terms, States states)
    {
        if (terms.Licence is not { } licence)
            return kind == FacilityKind.MineSite ? Refusal.Of("licence-missing").At("terms.licence") : null;
        if (kind != FacilityKind.MineSite)
            return Refusal.Of("only-mines-have-licences").At("terms.licence");
        if (licence.ValidTo < licence.ValidFrom)
            return Refusal.Of("licence-period-impossible").At("terms.licence.validTo");
        return Refuse.Name(licence.Number, "terms.licence.number") ?? WrongMaterials(licence.Materials, states, i => $"terms.licence.materials[{i}]", "terms.licence.materials");
    }

    /// <summary>Partners of a joint venture own shares; the rest, which may not be nothing, is the operator's.</summary>
    private static Refusal? WrongPartners(FacilityKind kind, FacilityTerms terms, States states)
    {
        var partners = terms.Partners;
        if (kind != FacilityKind.MineSite && partners.Count > 0)
            return Refusal.Of("only-mines-have-partners").At("terms.partners");
        if (Refuse.Count(partners.Count, Limits.TermsOfFacility, "terms.partners") is { } many)
            return many;
        for (var i = 0; i < partners.Count; i++)
        {
            var (partner, field) = (partners[i], $"terms.partners[{i}]");
            if (states.Find<Organisation>(partner.OrganisationId) is null)
                return Refusal.Of("organisation-unknown").At($"{field}.organisationId");
            if (partner.OrganisationId == terms.OperatorId || partners.Take(i).Any(p => p.OrganisationId == partner.OrganisationId))
                return Refusal.Of("partner-twice").At($"{field}.organisationId");
            if (partner.Share is <= 0 or >= 1)
                return Refusal.Of("shares-impossible").At($"{field}.share");
            if (Refuse.Places(partner.Share, Limits.FractionPlaces, $"{field}.share") is { } wrong)
                return wrong;
        }
        return partners.Sum(p => p.Share) >= 1 ? Refusal.Of("shares-impossible").At("terms.partners") : null;
    }

    /// <summary>A flow sheet says more exactly what is usual; it does not make usual what is not.</summary>
    private static Refusal? WrongFlowSheet(IReadOnlyList<UsualRecovery> recoveries, States states)
    {
        if (Refuse.Count(recoveries.Count, Limits.TermsOfFacility, "terms.flowSheet") is { } many)
            return many;
        for (var i = 0; i < recoveries.Count; i++)
        {
            var (recovery, field) = (recoveries[i], $"terms.flowSheet[{i}]");
            if (states.Catalogue.Step(recovery.Step) is null)
                return Refusal.Of("step-unknown", ("step", recovery.Step)).At($"{field}.step");
            if (recovery.Element != RecoveryBands.Every && !Assays.Analytes.Shipped.IsElement(recovery.Element))
                return Refusal.Of("element-unknown", ("element", recovery.Element)).At($"{field}.element");
            if (recoveries.Take(i).Any(r => (r.Step, r.Element) == (recovery.Step, recovery.Element)))
                return Refusal.Of("recovery-twice", ("step", recovery.Step), ("element", recovery.Element)).At(field);
            var usual = RecoveryBands.Shipped.Of(recovery.Step, recovery.Element);
            var (low, high) = usual is null ? (0, RecoveryBands.Most) : (usual.TypicalLow, usual.TypicalHigh);
            if (recovery.Low < low || recovery.Low > recovery.High || recovery.High > high)
                return Refusal.Of("recovery-not-tighter", ("step", recovery.Step), ("element", recovery.Element), ("low", low), ("high", high)).At($"{field}.low");
            if ((Refuse.Places(recovery.Low, Limits.FractionPlaces, $"{field}.low") ?? Refuse.Places(recovery.High, Limits.FractionPlaces, $"{field}.high")) is { } wrong)
                return wrong;
        }
        return null;
    }

    private static Refusal? WrongPermits(FacilityTerms terms, States states) =>
        WrongMaterials([.. terms.Permits.Select(p => p.Material)], states, i => $"terms.permits[{i}].material", "terms.permits")
        ?? terms.Permits.Select((p, i) => Refuse.Kilograms(p.DryKilogramsPerYear, Limits.KilogramsPerYear, $"terms.permits[{i}].dryKilogramsPerYear"))
            .FirstOrDefault(wrong => wrong is not null);

    private static Refusal? WrongMaterials(IReadOnlyList<string> materials, States states, Func<int, string> fieldOf, string field)
    {
        if (Refuse.Count(materials.Count, Limits.TermsOfFacility, field) is { } many)
            return many;
        for (var i = 0; i < materials.Count; i++)
        {
            if (states.Catalogue.Material(materials[i]) is null)
                return Refusal.Of("material-unknown", ("material", materials[i])).At(fieldOf(i));
            if (materials.Take(i).Contains(materials[i]))
                return Refusal.Of("material-twice", ("material", materials[i])).At(fieldOf(i));
        }
        return null;
    }
}
