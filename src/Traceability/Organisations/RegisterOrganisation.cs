using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Organisations;

/// <summary>A legal actor joins the register. Only the steward of the register enters organisations.</summary>
/// <param name="Code">Short kebab-case name used in files and addresses, e.g. <c>irgiz-mining</c>; never reused.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed partial record RegisterOrganisation(
    Guid OrganisationId, string Code, string Name, string Country, IReadOnlyList<Identifier>? Identifiers, DateTimeOffset OccurredAt) : ICommand
{
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
        if (states.Exists(OrganisationId))
            return Refusal.Of("id-reused").At("organisationId");
        if (!KebabCase().IsMatch(Code) || Code.Length > Limits.CodeLength)
            return Refusal.Of("code-malformed", ("code", Code)).At("code");
        if (states.Number(Guid.Empty, Code) is not null)
            return Refusal.Of("code-taken", ("code", Code)).At("code");
        if (Identity.Wrong(Name, Country, Identifiers) is { } wrong)
            return wrong;
        return Decision.Record().On<Organisation>(OrganisationId, new OrganisationRegistered(OrganisationId, Code, Name, Country, Identifiers ?? [], said.Entry));
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    internal static partial Regex KebabCase();
}

/// <summary>What is known about an organisation is restated; the earlier statement stays in its stream.</summary>
/// <param name="ExpectedVersion">Version the change was made from (If-Match), or null.</param>
public sealed record ChangeOrganisation(
    Guid OrganisationId, Guid ChangeId, string Name, string Country, IReadOnlyList<Identifier>? Identifiers, DateTimeOffset OccurredAt, long? ExpectedVersion = null) : ICommand
{
    Guid ICommand.EntryId => ChangeId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Organisation>(OrganisationId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Organisation>(OrganisationId) is not { } organisation)
            return Refusal.Of("not-found").At("organisationId");
        if (!said.Actor.Can(Act.Administer, new(organisation.Id)))
            return Refusal.Of("not-allowed");
        if (ExpectedVersion is { } expected && expected != states.Version(OrganisationId))
            return Refusal.Of("changed-meanwhile", ("version", states.Version(OrganisationId)));
        if (Identity.Wrong(Name, Country, Identifiers) is { } wrong)
            return wrong;
        return Decision.Record().On<Organisation>(OrganisationId, new OrganisationChanged(OrganisationId, Name, Country, Identifiers ?? [], said.Entry));
    }
}

internal static partial class Identity
{
    private static readonly string[] Schemes = ["GLN", "LEI", "BIN", "USCC"];

    public static Refusal? Wrong(string name, string country, IReadOnlyList<Identifier>? identifiers)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > Limits.NameLength)
            return Refusal.Of("name-missing").At("name");
        if (!Country().IsMatch(country))
            return Refusal.Of("country-unknown", ("country", country)).At("country");
        foreach (var identifier in identifiers ?? [])
        {
            if (!Schemes.Contains(identifier.Scheme) || string.IsNullOrWhiteSpace(identifier.Value) || identifier.Value.Length > Limits.CodeLength)
                return Refusal.Of("identifier-unknown", ("scheme", identifier.Scheme)).At("identifiers");
        }
        return null;
    }

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex Country();
}
