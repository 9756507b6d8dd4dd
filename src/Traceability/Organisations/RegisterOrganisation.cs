using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Organisations;

/// <summary>A legal actor joins the register. Only the steward of the register enters organisations.</summary>
/// <param name="Code">Short kebab-case name used in files and addresses, e.g. <c>irgiz-mining</c>; never reused.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record RegisterOrganisation(
    Guid OrganisationId, string Code, string Name, string Country, IReadOnlyList<Identifier>? Identifiers, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<RegisterOrganisation>("/api/organisations/{organisationId:guid}");

    Guid ICommand.EntryId => OrganisationId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(OrganisationId);
        touches.Numbers.Add((Guid.Empty, Code));
    }

    public Decision Decide(States states, Submission said)
    {
        if (!said.Actor.Can(Act.KeepRegister, default))
            return Refusal.Of("not-allowed");
        var wrong = Refuse.NewId(states, OrganisationId, "organisationId")
            ?? Refuse.Code(states, Code, Code, "code")
            ?? Identity.Wrong(Name, Country, Identifiers)
            ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? Decision.Record().On<Organisation>(OrganisationId, new OrganisationRegistered(OrganisationId, Code, Name, Country, Identifiers ?? [], said.Entry));
    }
}

/// <summary>What is known about an organisation is restated; the earlier statement stays in its stream.</summary>
/// <param name="ExpectedVersion">Version the change was made from (If-Match), or null.</param>
public sealed record ChangeOrganisation(
    Guid OrganisationId, Guid ChangeId, string Name, string Country, IReadOnlyList<Identifier>? Identifiers, DateTimeOffset OccurredAt, long? ExpectedVersion = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutChange<ChangeOrganisation>("/api/organisations/{organisationId:guid}/changes/{changeId:guid}");

    Guid ICommand.EntryId => ChangeId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Organisation>(OrganisationId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Organisation>(OrganisationId) is not { } organisation)
            return Refusal.Of("not-found").At("organisationId");
        if (!said.Actor.Can(Act.Administer, new(organisation.Id)))
            return Refusal.Of(said.Actor.Can(Act.See, new(organisation.Id)) ? "not-allowed" : "not-found").At("organisationId");
        if (ExpectedVersion is { } expected && expected != states.Version(OrganisationId))
            return Refusal.Of("changed-meanwhile", ("version", states.Version(OrganisationId)));
        var wrong = Refuse.Id(ChangeId, "changeId") ?? Identity.Wrong(Name, Country, Identifiers) ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? Decision.Record().On<Organisation>(OrganisationId, new OrganisationChanged(OrganisationId, Name, Country, Identifiers ?? [], said.Entry));
    }
}

internal static class Identity
{
    private static readonly string[] Schemes = ["GLN", "LEI", "BIN", "USCC"];

    public static Refusal? Wrong(string name, string country, IReadOnlyList<Identifier>? identifiers) =>
        Refuse.Name(name, "name")
        ?? Refuse.Country(country, "country")
        ?? Refuse.Count(identifiers?.Count ?? 0, Limits.IdentifiersOfOrganisation, "identifiers")
        ?? (identifiers ?? []).Select(Wrong).FirstOrDefault(wrong => wrong is not null);

    private static Refusal? Wrong(Identifier identifier, int i) =>
        !Schemes.Contains(identifier.Scheme) ? Refusal.Of("identifier-unknown", ("scheme", identifier.Scheme)).At($"identifiers[{i}].scheme")
        : identifier.Value.Length is 0 or > Limits.CodeLength || !identifier.Value.All(char.IsAsciiLetterOrDigit)
            ? Refusal.Of("identifier-malformed", ("scheme", identifier.Scheme), ("value", identifier.Value)).At($"identifiers[{i}].value")
        : null;
}
