using Npgsql;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Custody;

/// <param name="FacilityId">Only those about it.</param>
/// <param name="Claim">Only those of this claim.</param>
/// <param name="Cursor">Where the page before ended.</param>
public sealed record AttestationFilter(Guid? FacilityId = null, string? Claim = null, string? Cursor = null);

/// <summary>What somebody vouches for. Every member may read it: it says something of a facility, nothing of anybody's goods.</summary>
/// <param name="RecordedBy">The organisation whose auditor entered it.</param>
public sealed record AttestationListed(
    Guid Id, string Number, string Claim, Guid FacilityId, string Facility, string Issuer, string Scheme, IReadOnlyList<string> Materials, DateOnly ValidFrom, DateOnly ValidTo,
    DateOnly? WithdrawnFrom, string RecordedBy, DateTimeOffset KnownSince);

public static class ReadAttestations
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/attestations", Answer).Lists<AttestationListed>("ListAttestations");

    /// <returns>A page, or null when the cursor is none.</returns>
    public static async Task<Page<AttestationListed>?> Find(NpgsqlDataSource source, Actor actor, AttestationFilter filter, CancellationToken cancellation, int size = Limits.PageSize)
    {
        if (Cursor.Read(filter.Cursor) is not { } from)
            return null;
        if (!actor.Can(Act.ReadRegister, default))
            return new([], null);
        var rows = await source.Read(
            """
            select a.data, f.data->'terms'->>'name', o.data->>'name', s.created
            from ledger.mt_doc_attestation a
            join ledger.mt_streams s using (id)
            join ledger.mt_doc_facility f on f.id = (a.data->'terms'->>'facilityId')::uuid
            left join ledger.mt_doc_organisation o on o.id = (a.data->>'organisationId')::uuid
            where (s.created, a.id) < ($1, $2) and ($3::uuid is null or f.id = $3) and ($4::text is null or a.data->'terms'->>'claim' = $4)
            order by s.created desc, a.id desc
            limit $5
            """,
            Listed, cancellation, from.At, from.Id, filter.FacilityId, filter.Claim, size + 1);
        return rows.ToPage(size, a => new(a.KnownSince, a.Id));
    }

    private static AttestationListed Listed(NpgsqlDataReader row)
    {
        var attestation = row.State<Attestation>(0);
        var terms = attestation.Terms;
        return new(
            attestation.Id, terms.Number, terms.Claim, terms.FacilityId, row.GetString(1), terms.Issuer, terms.Scheme, terms.Materials, terms.ValidFrom, terms.ValidTo,
            attestation.WithdrawnFrom, row.Text(2) ?? "", row.Instant(3));
    }

    /// <summary>What auditors vouch for: claims about what facilities make, and when they hold. The newest first.</summary>
    internal static async Task<IResult> Answer([AsParameters] AttestationFilter filter, Actor actor, NpgsqlDataSource source, HttpContext context, CancellationToken cancellation) =>
        Listing.Of(context, await Find(source, actor, filter, cancellation));
}
