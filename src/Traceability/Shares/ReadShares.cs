using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>Where each element of a batch came from. The unverified share stands first.</summary>
/// <param name="BeingRecomputedSince">Something upstream was analysed anew or is still being recorded: these shares may change in a moment.</param>
/// <param name="Steps">What anything it came of went through, and in which country.</param>
public sealed record OriginSharesFound(Guid BatchId, DateTimeOffset? BeingRecomputedSince, IReadOnlyList<ElementShares> Elements, IReadOnlyList<StepDone> Steps, FootprintFound Footprint);

/// <summary>The carbon footprint of a batch as far as makers declared it. What nobody declared is said first, and is never counted as nothing.</summary>
/// <param name="Undeclared">Of the mass that it came of, the share whose footprint nobody declared; of one.</param>
/// <param name="ThroughUndeclaredSteps">Of that mass, the share that went through a step whose footprint nobody declared; of one.</param>
/// <param name="KilogramsPerKilogram">kg CO2e per dry kilogram of what was declared; where something was not, it is at least that. Null where nothing was.</param>
/// <param name="PrimaryShare">What of it rests on measurements of the processes themselves, of one.</param>
public sealed record FootprintFound(decimal Undeclared, decimal ThroughUndeclaredSteps, decimal? KilogramsPerKilogram, decimal? PrimaryShare)
{
    internal static FootprintFound Of(Footprint carried) => new(
        carried.Undeclared.Normalised(), carried.ThroughUndeclaredSteps.Normalised(), carried is { Undeclared: 1, Kilograms: 0 } ? null : carried.Kilograms.Normalised(),
        carried.Kilograms > 0 ? decimal.Round(carried.PrimaryKilograms / carried.Kilograms, Limits.FractionPlaces).Normalised() : null);
}

/// <param name="Kilograms">Contained in the whole batch by its maker's assay, or null where there is none.</param>
/// <param name="Unverified">Unknown and declared together, of one.</param>
/// <param name="Countries">Of the mines or points of recovery: what nobody knows first, then what was only declared. Together they are one.</param>
/// <param name="Recycled">What a recycler recovered, or a step won again from scrap or old goods that are tracked; of one. What goes back into the process that left it is none of it, nor what is not verified.</param>
public sealed record ElementShares(string Element, decimal? Kilograms, decimal Unverified, IReadOnlyList<OriginShare> Origins, IReadOnlyList<CountryShare> Countries, decimal Recycled);

/// <param name="Country">ISO 3166-1 alpha-2, or null where nobody knows or said.</param>
/// <param name="Share">Of the element, of one.</param>
public sealed record CountryShare(OriginKind Kind, string? Country, decimal Share);

/// <summary>Nobody knows; somebody else than the mine says so; the mine or the recycler registered it himself.</summary>
public enum OriginKind { Unknown, Declared, Confirmed }

/// <param name="FacilityId">The mine or point of recovery, where the reader has to do with what comes from there.</param>
/// <param name="Place">Its name, or the place that was declared; null where it is not for the reader.</param>
/// <param name="Share">Of one; those of an element add up to it.</param>
/// <param name="Kilograms">Of the element, in the whole batch.</param>
/// <param name="IsRecycled">It was recovered there, not dug; or it was dug there, and won again later from what had been made of it.</param>
public sealed record OriginShare(OriginKind Kind, Guid? FacilityId, string? Place, string? Country, decimal Share, decimal? Kilograms, bool IsRecycled = false);

public static class ReadShares
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/batches/{batchId:guid}/origin-shares", Answer).ReadsOne<OriginSharesFound>(nameof(ReadShares));

    private sealed record Place(Guid Id, string? Name, string? Country, bool IsRecycler) : IOutlined<Place>
    {
        public Place Outline(Guid alias, Func<Guid, bool> isNamed) => new(Guid.Empty, null, Country, IsRecycler);
    }

    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    public static async Task<OriginSharesFound?> Find(NpgsqlDataSource source, Catalogue catalogue, Actor actor, Guid batchId, CancellationToken cancellation)
    {
        // What is not for the actor is read in vain: almost always it is.
        var kept = Kept.Of(source, actor, batchId, cancellation);
        var batch = await ReadBatch.FindWhole(source, actor, batchId, cancellation);
        var told = await kept;
        return batch is null ? null : Told(catalogue, batch, told);
    }

    internal static async Task<OriginSharesFound> Find(NpgsqlDataSource source, Catalogue catalogue, Actor actor, BatchFound found, CancellationToken cancellation) =>
        Told(catalogue, found.Whole, await Kept.Of(source, actor, found.Batch.Id, cancellation));

    /// <summary>What is kept with a batch beside its state.</summary>
    private sealed record Kept(Upstream Upstream, DateTimeOffset? Due, Dictionary<Guid, Place> Places)
    {
        /// <summary>What does not follow from another answer is asked at once.</summary>
        public static async Task<Kept> Of(NpgsqlDataSource source, Actor actor, Guid batchId, CancellationToken cancellation)
        {
            var due = DueSince(source, batchId, cancellation);
            var upstream = await source.Read($"select {Upstream.Columns} from ledger.upstream where batch_id = $1 and superseded_at is null", Upstream.Read, cancellation, batchId) is [var kept] ? kept : Upstream.None;
            var (dug, declared) = (upstream.Shares.Named.Where(o => !o.IsDeclared), upstream.Shares.Named.Where(o => o.IsDeclared));
            var (facilities, places) = (PlacesOf(source, actor, FacilitiesSql, dug, cancellation), PlacesOf(source, actor, DeclaredSql, declared, cancellation));
            return new(upstream, await due, (await facilities).Concat(await places).ToDictionary(place => place.Id, place => place.Told));
        }
    }

    private static OriginSharesFound Told(Catalogue catalogue, Batch batch, Kept kept)
    {
        var (shares, own, upstream) = (kept.Upstream.Shares.Diluted(batch.Totals), batch.Assays?.Own, Upstream.Of(batch, kept.Upstream));
        return new(
            batch.Id, kept.Due,
            [.. BatchShares.ToldOf(catalogue, batch, shares.Elements.Keys).Select(e => Of(e, shares.Of(e) ?? Origins.From(Origin.Unknown, 1), own?.Of(e) is { } content ? ElementMass.Of(batch.Totals.Made.DryKilograms, content.Fraction).Kilograms : null, kept.Places))],
            upstream.Steps, FootprintFound.Of(upstream.Footprint));
    }

    private static ElementShares Of(string element, Origins shares, decimal? kilograms, Dictionary<Guid, Place> places)
    {
        var contained = kilograms is { } all ? shares.Scaled(all) : null;
        var origins = shares.Parts.Select(p => Of(p.Origin, p.Kilograms, contained?.Of(p.Origin), places)).OrderBy(o => o.Kind).ThenByDescending(o => o.Share).ToList();
        var countries = origins.GroupBy(o => (o.Kind, o.Country), (of, all) => new CountryShare(of.Kind, of.Country, all.Sum(o => o.Share).Normalised())).OrderBy(c => c.Kind).ThenByDescending(c => c.Share).ToList();
        return new(element, kilograms?.Normalised(), origins.Where(o => o.Kind != OriginKind.Confirmed).Sum(o => o.Share), origins, countries, origins.Where(o => o.IsRecycled).Sum(o => o.Share).Normalised());
    }

    private static OriginShare Of(Origin origin, decimal share, decimal? kilograms, Dictionary<Guid, Place> places)
    {
        var (of, mass) = (share.Normalised(), kilograms?.Normalised());
        if (origin.PlaceId is not { } id)
            return new(OriginKind.Unknown, null, null, null, of, mass);
        var place = places.GetValueOrDefault(id);
        return origin.IsDeclared
            ? new(OriginKind.Declared, null, place?.Name, place?.Country, of, mass)
            : new(OriginKind.Confirmed, place?.Name is null ? null : id, place?.Name, place?.Country, of, mass, origin.IsRecycled || place?.IsRecycler == true);
    }

    /// <summary>Names of mines, and of places that were declared, are for those who have to do with something that is said to come from there; all others see the country.</summary>
    private static async Task<List<(Guid Id, Place Told)>> PlacesOf(NpgsqlDataSource source, Actor actor, string sql, IEnumerable<Origin> origins, CancellationToken cancellation)
    {
        Guid[] places = [.. origins.Select(o => o.PlaceId!.Value).Distinct()];
        if (places.Length == 0)
            return [];
        var found = await source.Read(sql, row => (Place: new Place(row.GetGuid(0), row.Text(1), row.Text(2), row.GetBoolean(4)), Concerned: row.GetBoolean(3)), cancellation, places, actor.OrganisationId);
        var redact = new Redact(actor, found.Where(f => f.Concerned).Select(f => f.Place.Id).ToHashSet());
        return found.ConvertAll(f => (f.Place.Id, redact.Of(f.Place)));
    }

    private const string FacilitiesSql = """
        select f.id, f.data->'terms'->>'name', f.data->'terms'->>'country',
            f.data->'terms'->>'operatorId' = $2::text or f.data->'terms'->'partners' @> jsonb_build_array(jsonb_build_object('organisationId', $2::text))
                or exists (select from ledger.made m join ledger.parties p on p.subject_id = m.batch_id and p.organisation_id = $2 where m.facility_id = f.id and m.run_id is null),
            f.data->>'facilityKind' = 'RecyclingPlant'
        from ledger.mt_doc_facility f where f.id = any($1)
        """;

    private const string DeclaredSql = """
        select d.place_id, d.name, d.country,
            exists (select from ledger.upstream u join ledger.parties p on p.subject_id = u.batch_id and p.organisation_id = $2
                where u.shares->'*'->0->>'place' = d.place_id::text and (u.shares->'*'->0->>'declared') = 'true'), false
        from ledger.declared_places d where d.place_id = any($1)
        """;

    /// <summary>Since when a run further up is due. Almost always nothing is, and nobody looks further.</summary>
    private static async Task<DateTimeOffset?> DueSince(NpgsqlDataSource source, Guid batchId, CancellationToken cancellation)
    {
        if ((await source.Read("select from ledger.shares_due limit 1", _ => true, cancellation)).Count == 0)
            return null;
        var since = await source.Read(
            """
            with recursive up(run_id) as (
                select m.run_id from ledger.made m where m.batch_id = $1 and m.run_id is not null and m.superseded_at is null
                union
                select m.run_id from up
                join ledger.bookings k on k.fact_id = up.run_id and k.kind = 'Consumed' and k.superseded_at is null
                join ledger.made m on m.batch_id = k.batch_id and m.run_id is not null and m.superseded_at is null
            )
            select min(d.since) from ledger.shares_due d join up using (run_id)
            """,
            row => row.IsDBNull(0) ? (DateTimeOffset?)null : row.Instant(0), cancellation, batchId);
        return since[0];
    }

    /// <summary>Where each element of a batch came from: shares by mine or point of recovery, what was only declared, and what nobody knows.</summary>
    internal static async Task<IResult> Answer(Guid batchId, Actor actor, Catalogue catalogue, NpgsqlDataSource source, CancellationToken cancellation) =>
        Listing.One(await Find(source, catalogue, actor, batchId, cancellation));
}
