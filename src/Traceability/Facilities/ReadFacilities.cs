using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Facilities;

/// <param name="OperatedBy">Only facilities of this organisation.</param>
/// <param name="Text">Part of its code or name, in any case.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record FacilityFilter(FacilityKind? Kind = null, Guid? OperatedBy = null, string? Text = null, string? Cursor = null);

/// <summary>What every member may know of a facility, so that goods can be sent there.</summary>
/// <param name="OutsideLedger">Its operator records nothing himself: who sends there or gets something from there records both.</param>
public sealed record FacilityListed(
    Guid Id, string Code, FacilityKind Kind, string Name, string Country, decimal Latitude, decimal Longitude, Guid OperatorId, string Operator, DateTimeOffset KnownSince,
    bool OutsideLedger);

/// <param name="Terms">Licence, partners and permits: for the operator, null for others.</param>
public sealed record FacilityFound(FacilityListed Facility, FacilityTerms? Terms, Names Names, long Version);

public static class ReadFacilities
{
    private const string Select = """
        select f.data, o.data->>'name', s.created, s.version
        from ledger.mt_doc_facility f
        join ledger.mt_streams s using (id)
        join ledger.mt_doc_organisation o on o.id = (f.data->'terms'->>'operatorId')::uuid
        """;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/facilities", AnswerList).Lists<FacilityListed>("ListFacilities");
        routes.MapRead("/api/facilities/{facilityId:guid}", AnswerOne).ReadsVersion<FacilityFound>("ReadFacility");
    }

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<FacilityListed>?> Find(NpgsqlDataSource source, Actor actor, FacilityFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        if (!actor.Can(Act.ReadRegister, default))
            return new([], null);
        var rows = await source.Read(
            $"""
            {Select}
            where (s.created, f.id) < ($1, $2)
                and ($3::text is null or f.data->>'facilityKind' = $3)
                and ($4::uuid is null or o.id = $4)
                and ($5::text is null or f.data->>'code' ilike $5 or f.data->'terms'->>'name' ilike $5)
            order by s.created desc, f.id desc
            limit $6
            """,
            row => Listed(row.State<Facility>(0), row), cancellation, from.At, from.Id, filter.Kind?.ToString(), filter.OperatedBy, filter.Text.Contained(), size + 1);
        return rows.ToPage(size, f => new(f.KnownSince, f.Id));
    }

    public static async Task<FacilityFound?> Find(NpgsqlDataSource source, Actor actor, Guid facilityId, CancellationToken cancellation)
    {
        if (!actor.Can(Act.ReadRegister, default))
            return null;
        var found = await source.Read(
            $"{Select} where f.id = $1", row => (State: row.State<Facility>(0), Listed: Listed(row.State<Facility>(0), row), Version: row.GetInt64(3)), cancellation, facilityId);
        if (found is not [var (facility, listed, version)])
            return null;
        var partners = facility.Terms.Partners.Select(p => p.OrganisationId).ToList();
        var terms = actor.Can(Act.See, new(facility.OperatorId, partners.Contains(actor.OrganisationId))) || actor.Can(Act.Administer, new(facility.OperatorId)) ? facility.Terms : null;
        return new(listed, terms, await Names.Of(source, [], terms is null ? [] : partners, [], cancellation), version);
    }

    private static FacilityListed Listed(Facility facility, NpgsqlDataReader row) => new(
        facility.Id, facility.Code, facility.FacilityKind, facility.Terms.Name, facility.Terms.Country, facility.Terms.Latitude, facility.Terms.Longitude,
        facility.OperatorId, row.GetString(1), row.Instant(2), facility.Terms.OutsideLedger);

    /// <summary>The register of facilities, which every member may read, the newest first.</summary>
    internal static async Task<IResult> AnswerList([AsParameters] FacilityFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));

    /// <summary>One facility; its licence, partners and permits are for its operator and the partners.</summary>
    internal static async Task<IResult> AnswerOne(Guid facilityId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, facilityId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
