using System.Text.Json.Serialization;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Facilities;

public enum FacilityKind
{
    MineSite, Concentrator, SeparationPlant, MetalPlant, MagnetPlant, Refinery, PrecursorPlant, CathodePlant, AnodePlant,
    CellPlant, PackPlant, MotorPlant, VehiclePlant, Warehouse, RecyclingPlant,
}

/// <summary>How long a balancing period of claims under mass balance is (ISO 22095): calendar months in UTC.</summary>
public enum BalancingCycle { Quarter, Month, HalfYear, Year }

// Append to this list; never change what is in it.
public sealed record FacilityRegistered(Guid FacilityId, string Code, FacilityKind Kind, FacilityTerms Terms, Entry Entry) : IEventOf<Facility>, INumbering
{
    IEnumerable<OwnNumber> INumbering.Numbers => [new(Guid.Empty, Facility.CodeKey(Code), FacilityId)];
}

public sealed record FacilityChanged(Guid FacilityId, FacilityTerms Terms, Entry Entry) : IEventOf<Facility>;

/// <summary>What was found at go-live is entered: from now on nobody adds opening stock alone.</summary>
public sealed record OpeningStockClosed(Guid FacilityId, Entry Entry) : IEventOf<Facility>;

/// <summary>What may change about a facility, restated whole each time.</summary>
/// <param name="OperatorId">The one organisation that operates it.</param>
/// <param name="Latitude">Decimal degrees, WGS 84.</param>
/// <param name="Licence">Subsoil licence; mine sites only.</param>
/// <param name="Partners">Joint-venture partners: they own shares and hold nothing. The rest is the operator's.</param>
/// <param name="Permits">Permitted output per calendar year.</param>
/// <param name="OpeningStockClosed">Since when opening stock needs two people, or null while one is enough.</param>
/// <param name="ReceiptTolerance">Fraction of dry mass within which a receipt is accepted, or null for the material's default.</param>
/// <param name="OutsideLedger">Its operator records nothing here: partners record both sides of a handover, with papers, and it counts as one-sided.</param>
/// <param name="ElementTolerance">How much more of an element than went in may come out of its runs with an alarm, as a fraction; null for the ledger's 2 %. Never above 5 % (B1).</param>
/// <param name="FlowSheet">What its steps usually recover, where that is known better than for such steps in general (B2).</param>
/// <param name="Balancing">How long a period of its account of claims is.</param>
/// <param name="GoLive">Since when its book is kept here, as declared: opening stock of a later day needs two people too.</param>
public sealed record FacilityTerms(
    string Name, Guid OperatorId, string Country, decimal Latitude, decimal Longitude, SubsoilLicence? Licence,
    IReadOnlyList<Partner> Partners, IReadOnlyList<Permit> Permits, DateTimeOffset? OpeningStockClosed, decimal? ReceiptTolerance,
    bool OutsideLedger = false, DateTimeOffset? GoLive = null, decimal? ElementTolerance = null, IReadOnlyList<UsualRecovery>? FlowSheet = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] BalancingCycle Balancing = BalancingCycle.Quarter)
{
    /// <summary>Whether one person alone may still say that stock of that time was there before the book began (O5).</summary>
    public bool TakesOpeningStock(DateTimeOffset occurredAt, DateTimeOffset now) => !(OpeningStockClosed <= now) && !(occurredAt > GoLive);
}

/// <param name="Step">Code of the step.</param>
/// <param name="Element">A chemical symbol, or <c>*</c> for every element.</param>
/// <param name="Low">Fraction of what was there to be won.</param>
public sealed record UsualRecovery(string Step, string Element, decimal Low, decimal High);

public sealed record SubsoilLicence(string Number, DateOnly ValidFrom, DateOnly ValidTo, IReadOnlyList<string> Materials)
{
    public bool Names(string material) => Materials.Contains(material);

    /// <summary>The first and the last day included, in the place's own time as it was stated.</summary>
    public bool IsValid(DateTimeOffset at) => DateOnly.FromDateTime(at.DateTime) is var day && day >= ValidFrom && day <= ValidTo;
}

/// <param name="Share">Fraction of the venture, in (0, 1).</param>
public sealed record Partner(Guid OrganisationId, decimal Share);

public sealed record Permit(string Material, decimal DryKilogramsPerYear);

/// <summary>A place in the chain.</summary>
public sealed record Facility(Guid Id, string Code, FacilityKind FacilityKind, FacilityTerms Terms) : IState<Facility>
{
    public static StreamKind Kind => StreamKind.Facility;

    [JsonIgnore]
    public Guid OperatorId => Terms.OperatorId;

    /// <summary>A facility on which the submitter's own people act (C2), or why he may not.</summary>
    /// <param name="field">Where the command names it.</param>
    internal static (Facility? Facility, Refusal? Refusal) Kept(States states, Submission said, Guid id, Act act = Act.Record, string field = "facilityId")
    {
        if (states.Find<Facility>(id) is not { } facility || !said.Actor.Can(Act.See, new(facility.OperatorId)))
            return (null, Refusal.Of("not-found").At(field));
        return said.Actor.Can(act, new(facility.OperatorId)) ? (facility, null) : (null, Refusal.Of("not-allowed"));
    }

    /// <summary>What a facility's code is known by among all codes of the register.</summary>
    public static string CodeKey(string code) => "facility/" + code;

    public static Facility? After(Facility? current, object happened, Guid id) => happened switch
    {
        FacilityRegistered e => new(id, e.Code, e.Kind, e.Terms),
        FacilityChanged e => current! with { Terms = e.Terms },
        Traceability.Facilities.OpeningStockClosed e => current! with { Terms = current.Terms with { OpeningStockClosed = e.Entry.OccurredAt } },
        _ => current,
    };

    /// <summary>Great-circle distance in kilometres.</summary>
    public double KilometresTo(Facility other)
    {
        static double Radians(decimal degrees) => (double)degrees * Math.PI / 180;
        var (a, b) = (Terms, other.Terms);
        var (latitudes, longitudes) = (Radians(b.Latitude - a.Latitude), Radians(b.Longitude - a.Longitude));
        var h = Math.Pow(Math.Sin(latitudes / 2), 2) + Math.Cos(Radians(a.Latitude)) * Math.Cos(Radians(b.Latitude)) * Math.Pow(Math.Sin(longitudes / 2), 2);
        return 2 * 6371 * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }
}

public sealed record OutputBooked(Guid FactId, Guid FacilityId, string Material, int Year, decimal DryKilograms, Author By, DateTimeOffset OccurredAt) : IEventOf<FacilityPeriod>;

/// <summary>What a facility put out of one material in one calendar year, kept where a permit limits it.</summary>
public sealed record FacilityPeriod(Guid Id, decimal DryKilograms) : IState<FacilityPeriod>
{
    public static StreamKind Kind => StreamKind.FacilityPeriod;

    public static Guid IdOf(Guid facilityId, string material, DateTimeOffset at) =>
        DerivedId.Of("facility-period", facilityId.ToString(), material, at.Year.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static FacilityPeriod? After(FacilityPeriod? current, object happened, Guid id) => happened switch
    {
        OutputBooked e => (current ?? new(id, 0)) with { DryKilograms = (current?.DryKilograms ?? 0) + e.DryKilograms },
        _ => current,
    };

    /// <summary>Books output against the permit, where there is one.</summary>
    public static void Book(Decision decision, Facility facility, Guid factId, string material, decimal dryKilograms, Submission said)
    {
        if (facility.Terms.Permits.All(p => p.Material != material))
            return;
        var at = said.Command.OccurredAt;
        decision.On<FacilityPeriod>(IdOf(facility.Id, material, at), new OutputBooked(factId, facility.Id, material, at.Year, dryKilograms, said.By, at));
    }

    /// <summary>More than permitted would be put out in the period (rule B4), or null.</summary>
    public static Alarm? Exceeded(States states, Facility facility, string material, decimal dryKilograms, DateTimeOffset at)
    {
        if (facility.Terms.Permits.FirstOrDefault(p => p.Material == material) is not { } permit)
            return null;
        var total = (states.Find<FacilityPeriod>(IdOf(facility.Id, material, at))?.DryKilograms ?? 0) + dryKilograms;
        return total <= permit.DryKilogramsPerYear
            ? null
            : Alarm.Of("permit-exceeded", ("material", material), ("year", at.Year), ("total", total), ("permitted", permit.DryKilogramsPerYear));
    }
}
