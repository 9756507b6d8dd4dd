using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Custody;

/// <param name="Issuer">Who audited and signed it.</param>
/// <param name="Scheme">The standard it was audited against.</param>
/// <param name="Materials">What it covers; empty for whatever the facility makes.</param>
/// <param name="ValidFrom">First day on which goods made are covered.</param>
/// <param name="ValidTo">Last such day.</param>
public sealed record AttestationTerms(
    string Number, string Issuer, string Scheme, string Claim, Guid FacilityId, ImmutableArray<string> Materials, DateOnly ValidFrom, DateOnly ValidTo);

// Append to this list; never change what is in it.
public sealed record AttestationRecorded(Guid AttestationId, Guid OrganisationId, AttestationTerms Terms, Entry Entry) : IEventOf<Attestation>, INumbering
{
    IEnumerable<OwnNumber> INumbering.Numbers => [new(OrganisationId, Attestation.NumberKey(Terms.Number), AttestationId)];
}

/// <param name="From">First day from which on it holds no more.</param>
public sealed record AttestationWithdrawn(Guid AttestationId, Guid WithdrawalId, DateOnly From, string Reason, Entry Entry) : IEventOf<Attestation>;

/// <summary>Somebody independent vouches that a claim holds for what a facility makes in a time.</summary>
/// <param name="WithdrawnFrom">First day from which on it holds no more, or null.</param>
public sealed record Attestation(
    Guid Id, Guid OrganisationId, AttestationTerms Terms, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateOnly? WithdrawnFrom = null) : IState<Attestation>
{
    public static StreamKind Kind => StreamKind.Attestation;

    /// <summary>What its number is known by among all numbers of whoever recorded it.</summary>
    public static string NumberKey(string number) => "attestation/" + number;

    /// <summary>Whether it holds for goods made at that moment.</summary>
    public bool Covers(DateTimeOffset madeAt) => Covers(madeAt, Terms.ValidFrom, Terms.ValidTo, WithdrawnFrom);

    internal static bool Covers(DateTimeOffset madeAt, DateOnly from, DateOnly to, DateOnly? withdrawnFrom) =>
        DateOnly.FromDateTime(madeAt.UtcDateTime) is var day && day >= from && day <= to && (withdrawnFrom is not { } ended || day < ended);

    public static Attestation? After(Attestation? current, object happened, Guid id) => happened switch
    {
        AttestationRecorded e => new(id, e.OrganisationId, e.Terms),
        AttestationWithdrawn e => current! with { WithdrawnFrom = e.From },
        _ => current,
    };
}

/// <summary>A scheme's auditor enters what he vouches for. Whoever profits from a claim does not attest it himself.</summary>
public sealed record RecordAttestation(
    Guid AttestationId, string Number, string Issuer, string Scheme, string Claim, Guid FacilityId, DateOnly ValidFrom, DateOnly ValidTo, DateTimeOffset OccurredAt,
    IReadOnlyList<string>? Materials = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RecordAttestation>("/api/attestations/{attestationId:guid}");

    Guid ICommand.EntryId => AttestationId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(AttestationId).Read(FacilityId);
        touches.Numbers.Add((by.OrganisationId, Attestation.NumberKey(Number)));
    }

    public Decision Decide(States states, Submission said)
    {
        if (!said.Actor.Can(Act.Attest, default))
            return Refusal.Of("not-allowed");
        if (states.Find<Facility>(FacilityId) is not { } facility)
            return Refusal.Of("not-found").At("facilityId");
        if ((Wrong(states, said) ?? WrongClaim(facility)) is { } wrong)
            return wrong;
        var terms = new AttestationTerms(Number, Issuer, Scheme, Claim, FacilityId, [.. Materials ?? []], ValidFrom, ValidTo);
        return Decision.Record().On<Attestation>(AttestationId, new AttestationRecorded(AttestationId, said.Actor.OrganisationId, terms, said.Entry));
    }

    private Refusal? WrongClaim(Facility facility)
    {
        if (Claims.Find(Claim) is not { } claim)
            return Refusal.Of("claim-unknown", ("claim", Claim)).At("claim");
        return claim.Country is { } country && country != facility.Terms.Country
            ? Refusal.Of("claim-of-another-country", ("claim", Claim), ("country", facility.Terms.Country)).At("facilityId") : null;
    }

    private Refusal? Wrong(States states, Submission said) =>
        Refuse.NewId(states, AttestationId, "attestationId")
        ?? Refuse.Number(states, said.Actor.OrganisationId, Number, Attestation.NumberKey(Number), "number")
        ?? Refuse.Name(Issuer, "issuer")
        ?? Refuse.Name(Scheme, "scheme")
        ?? Refuse.Time(states, OccurredAt, "occurredAt")
        ?? (ValidTo < ValidFrom ? Refusal.Of("ends-before-start").At("validTo") : null)
        ?? Refuse.Count(Materials?.Count ?? 0, Limits.LinesOfRun, "materials")
        ?? (Materials ?? []).Select((code, i) => states.Catalogue.Material(code) is null ? Refusal.Of("material-unknown", ("material", code)).At($"materials[{i}]") : null)
            .FirstOrDefault(wrong => wrong is not null);
}

/// <summary>What was vouched for holds no more from a day on.</summary>
public sealed record WithdrawAttestation(Guid AttestationId, Guid WithdrawalId, DateOnly From, string Reason, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<WithdrawAttestation>("/api/attestations/{attestationId:guid}/withdrawals/{withdrawalId:guid}");

    Guid ICommand.EntryId => WithdrawalId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Attestation>(AttestationId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Attestation>(AttestationId) is not { } attestation)
            return Refusal.Of("not-found").At("attestationId");
        if (!said.Actor.Can(Act.Attest, default) || attestation.OrganisationId != said.Actor.OrganisationId)
            return Refusal.Of("not-allowed");
        if (attestation.WithdrawnFrom is { } earlier && From >= earlier)
            return Refusal.Of("withdrawn-already", ("from", earlier)).At("from");
        var wrong = Refuse.Id(WithdrawalId, "withdrawalId") ?? Refuse.Reason(Reason) ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? Decision.Record().On<Attestation>(AttestationId, new AttestationWithdrawn(AttestationId, WithdrawalId, From, Reason, said.Entry));
    }
}
