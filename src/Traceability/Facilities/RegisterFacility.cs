using Traceability.Access;
using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Facilities;

/// <summary>A place of the chain enters the register: by the steward, or by an administrator of the organisation that operates it.</summary>
/// <param name="Code">Short kebab-case name used in files and addresses; never reused.</param>
public sealed record RegisterFacility(Guid FacilityId, string Code, FacilityKind Kind, FacilityTerms Terms, DateTimeOffset OccurredAt) : ICommand
{
    Guid ICommand.EntryId => FacilityId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(FacilityId);
        touches.Organisations.Add(Terms.OperatorId);
        touches.Organisations.UnionWith(Terms.Partners.Select(p => p.OrganisationId));
        touches.Numbers.Add((Guid.Empty, $"facility/{Code}"));
    }

    public Decision Decide(States states, Submission said)
    {
        if (!said.Actor.Can(Act.Administer, new(Terms.OperatorId)))
            return Refusal.Of("not-allowed");
        if (states.Exists(FacilityId))
            return Refusal.Of("id-reused").At("facilityId");
        if (!RegisterOrganisation.KebabCase().IsMatch(Code) || Code.Length > Limits.CodeLength)
            return Refusal.Of("code-malformed", ("code", Code)).At("code");
        if (states.Number(Guid.Empty, $"facility/{Code}") is not null)
            return Refusal.Of("code-taken", ("code", Code)).At("code");
        if (FacilityRules.Wrong(Kind, Terms, states) is { } wrong)
            return wrong;
        return Decision.Record().On<Facility>(FacilityId, new FacilityRegistered(FacilityId, Code, Kind, Terms, said.Entry));
    }
}

/// <summary>Operator, licence, partners or permits change; the earlier terms stay in the facility's stream.</summary>
/// <param name="ExpectedVersion">Version the change was made from (If-Match), or null.</param>
public sealed record ChangeFacility(Guid FacilityId, Guid ChangeId, FacilityTerms Terms, DateTimeOffset OccurredAt, long? ExpectedVersion = null) : ICommand
{
    Guid ICommand.EntryId => ChangeId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Facility>(FacilityId);
        touches.Organisations.Add(Terms.OperatorId);
        touches.Organisations.UnionWith(Terms.Partners.Select(p => p.OrganisationId));
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Facility>(FacilityId) is not { } facility)
            return Refusal.Of("not-found").At("facilityId");
        if (!said.Actor.Can(Act.Administer, new(facility.OperatorId)))
            return Refusal.Of("not-allowed");
        if (ExpectedVersion is { } expected && expected != states.Version(FacilityId))
            return Refusal.Of("changed-meanwhile", ("version", states.Version(FacilityId)));
        if (Terms.OperatorId != facility.OperatorId && !said.Actor.Can(Act.KeepRegister, default))
            return Refusal.Of("not-allowed").At("terms.operatorId");
        if (FacilityRules.Wrong(facility.FacilityKind, Terms, states) is { } wrong)
            return wrong;
        return Decision.Record().On<Facility>(FacilityId, new FacilityChanged(FacilityId, Terms, said.Entry));
    }
}

internal static class FacilityRules
{
    public static Refusal? Wrong(FacilityKind kind, FacilityTerms terms, States states)
    {
        if (Identity.Wrong(terms.Name, terms.Country, null) is { } wrong)
            return wrong.At("terms." + wrong.Field);
        if (states.Find<Organisation>(terms.OperatorId) is null)
            return Refusal.Of("organisation-unknown").At("terms.operatorId");
        if (terms.Latitude is < -90 or > 90 || terms.Longitude is < -180 or > 180)
            return Refusal.Of("position-impossible").At("terms.latitude");
        if (kind == FacilityKind.MineSite && terms.Licence is null)
            return Refusal.Of("licence-missing").At("terms.licence");
        if (kind != FacilityKind.MineSite && (terms.Licence is not null || terms.Partners.Count > 0))
            return Refusal.Of("only-mines-have-licences").At("terms.licence");
        if (terms.Licence is { } licence && licence.ValidTo < licence.ValidFrom)
            return Refusal.Of("licence-period-impossible").At("terms.licence.validTo");
        if (terms.ReceiptTolerance is < 0 or > 0.1m)
            return Refusal.Of("tolerance-out-of-range").At("terms.receiptTolerance");
        return WrongPartners(terms, states) ?? WrongMaterials(terms, states);
    }

    private static Refusal? WrongPartners(FacilityTerms terms, States states)
    {
        if (terms.Partners.FirstOrDefault(p => states.Find<Organisation>(p.OrganisationId) is null) is not null)
            return Refusal.Of("organisation-unknown").At("terms.partners");
        if (terms.Partners.Any(p => p.Share is <= 0 or >= 1 || p.OrganisationId == terms.OperatorId) || terms.Partners.Sum(p => p.Share) >= 1)
            return Refusal.Of("shares-impossible").At("terms.partners");
        return terms.Partners.Any(p => p.Share.Places() > Limits.FractionPlaces) ? Refusal.Of("too-precise", ("places", Limits.FractionPlaces)).At("terms.partners") : null;
    }

    private static Refusal? WrongMaterials(FacilityTerms terms, States states)
    {
        var named = terms.Permits.Select(p => p.Material).Concat(terms.Licence?.Materials ?? []);
        if (named.FirstOrDefault(m => states.Catalogue.Material(m) is null) is { } unknown)
            return Refusal.Of("material-unknown", ("material", unknown)).At("terms.permits");
        return terms.Permits.Any(p => p.DryKilogramsPerYear is <= 0 or > Limits.Kilograms) ? Refusal.Of("mass-out-of-range").At("terms.permits") : null;
    }
}
