using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Organisations;

/// <summary>An organisation agrees to be named, with its facilities, on public pages of batches that it had a part in; or takes it back, which holds at once.</summary>
/// <param name="IsNamed">True agrees, false takes back. Saying again what holds already changes nothing.</param>
public sealed record NameInPublic(Guid OrganisationId, Guid DecisionId, bool IsNamed, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<NameInPublic>("/api/organisations/{organisationId:guid}/public-naming/{decisionId:guid}");

    Guid ICommand.EntryId => DecisionId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Organisation>(OrganisationId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Organisation>(OrganisationId) is not { } organisation || !said.Actor.Can(Act.See, new(organisation.Id)))
            return Refusal.Of("not-found").At("organisationId");
        if (!said.Actor.Can(Act.Agree, new(organisation.Id)))
            return Refusal.Of("not-allowed");
        var wrong = Refuse.Id(DecisionId, "decisionId") ?? Refuse.Time(states, OccurredAt, "occurredAt");
        return wrong ?? Decision.Record().On<Organisation>(OrganisationId, new PublicNamingDecided(OrganisationId, IsNamed, said.Entry));
    }
}

/// <summary>Who agreed to be named where the public reads.</summary>
public static class NamedInPublic
{
    /// <summary>Those of these organisations that agree, as it stands now, also in looking back: what was taken back is told nowhere any more.</summary>
    public static async Task<IReadOnlySet<Guid>> Among(NpgsqlDataSource source, IEnumerable<Guid> organisations, CancellationToken cancellation) => (await source.Read(
        "select id from ledger.mt_doc_organisation where id = any($1) and data->>'namedInPublicSince' is not null", row => row.GetGuid(0), cancellation, organisations.Distinct().ToArray())).ToHashSet();
}
