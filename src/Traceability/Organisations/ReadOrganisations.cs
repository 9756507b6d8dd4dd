using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Organisations;

/// <param name="Text">Part of its code or name, in any case.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record OrganisationFilter(string? Text = null, string? Cursor = null);

public sealed record OrganisationFound(Organisation Organisation, DateTimeOffset KnownSince, long Version);

public static class ReadOrganisations
{
    private const string Select = "select o.data, s.created, s.version from ledger.mt_doc_organisation o join ledger.mt_streams s using (id)";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/organisations", AnswerList).Lists<OrganisationFound>("ListOrganisations");
        routes.MapRead("/api/organisations/{organisationId:guid}", AnswerOne).ReadsVersion<OrganisationFound>("ReadOrganisation");
    }

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<OrganisationFound>?> Find(NpgsqlDataSource source, Actor actor, OrganisationFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        if (!actor.Can(Act.ReadRegister, default))
            return new([], null);
        var rows = await source.Read(
            $"""
            {Select}
            where (s.created, o.id) < ($1, $2) and ($3::text is null or o.data->>'code' ilike $3 or o.data->>'name' ilike $3)
            order by s.created desc, o.id desc
            limit $4
            """,
            Found, cancellation, from.At, from.Id, filter.Text.Contained(), size + 1);
        return rows.ToPage(size, o => new(o.KnownSince, o.Organisation.Id));
    }

    public static async Task<OrganisationFound?> Find(NpgsqlDataSource source, Actor actor, Guid organisationId, CancellationToken cancellation) =>
        !actor.Can(Act.ReadRegister, default) ? null : (await source.Read($"{Select} where o.id = $1", Found, cancellation, organisationId)).SingleOrDefault();

    private static OrganisationFound Found(NpgsqlDataReader row) => new(row.State<Organisation>(0), row.Instant(1), row.GetInt64(2));

    /// <summary>The register of organisations, which every member may read, the newest first.</summary>
    internal static async Task<IResult> AnswerList([AsParameters] OrganisationFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));

    /// <summary>One organisation.</summary>
    internal static async Task<IResult> AnswerOne(Guid organisationId, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation)
    {
        var found = await Find(source, actor, organisationId, cancellation);
        return Listing.One(context, found, found?.Version ?? 0);
    }
}
