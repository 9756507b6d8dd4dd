using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Ledger;

namespace Traceability.Shipments;

public enum TransportMode { Road, Rail, Sea, Air }

public enum ShipmentStatus { UnderWay, PartlyReceived, Accepted, AcceptedUnderReserve, Disputed, Resolved, Voided }

/// <summary>Why goods move. Held and blocked stock moves only to go back, to disposal or to analysis (Q2).</summary>
public enum Purpose { Delivery, Return, Disposal, Analysis }

// Append to this list; never change what is in it.
public sealed record ShipmentDispatched(
    Guid ShipmentId, string Number, Guid FromFacilityId, Guid FromOperatorId, Guid ToFacilityId, Guid ToOperatorId, TransportMode Mode, Carrier Carrier,
    ImmutableArray<Seal> Seals, ImmutableArray<string> Units, ImmutableArray<ShipmentLine> Lines, ImmutableArray<string> Documents,
    Purpose Purpose, Guid? ReturnOf, ImmutableArray<Alarm> Alarms, Entry Entry,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<string> DangerousGoods = default) : IEventOf<Shipment>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => ShipmentId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
    IEnumerable<OwnNumber> INumbering.Numbers => [new(Entry.By.OrganisationId, Shipment.NumberKey(Number), ShipmentId)];
}

/// <summary>Seals and units changed on the way, as at the border where the gauge changes.</summary>
/// <param name="Repacked">Lines whose packages are others from now on.</param>
public sealed record ShipmentReloaded(
    Guid ShipmentId, Guid ReloadingId, string Place, ImmutableArray<Seal> OldSeals, ImmutableArray<Seal> NewSeals,
    ImmutableArray<string> OldUnits, ImmutableArray<string> NewUnits, string Reason, ImmutableArray<Alarm> Alarms, Entry Entry,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<RepackedLine> Repacked = default) : IEventOf<Shipment>, IAlarming
{
    Guid IOfFact.FactId => ShipmentId;
}

/// <summary>A part came; more is expected. Its figures are judged with all others at the final receipt.</summary>
/// <param name="SealsFound">Null where nobody looked.</param>
public sealed record ShipmentPartReceived(
    Guid ShipmentId, Guid ReceiptId, Guid ToOperatorId, ImmutableArray<PartLine> Lines, ImmutableArray<Alarm> Alarms, Entry Entry, ImmutableArray<Seal>? SealsFound = null)
    : IEventOf<Shipment>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => ShipmentId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
    IEnumerable<OwnNumber> INumbering.Numbers => Lines.Where(l => l.OwnNumber is not null).Select(l => new OwnNumber(Entry.By.OrganisationId, l.OwnNumber!, l.BatchId));
}

/// <summary>All came. Within tolerance what was weighed is what was received; outside it the receiver took the smaller quantity under reserve.</summary>
public sealed record ShipmentAccepted(
    Guid ShipmentId, Guid ToOperatorId, ImmutableArray<ReceivedLine> Lines, bool UnderReserve, string? Note, ImmutableArray<Alarm> Alarms, Entry Entry,
    ImmutableArray<Seal>? SealsFound = null) : IEventOf<Shipment>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => ShipmentId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
    IEnumerable<OwnNumber> INumbering.Numbers => Lines.Where(l => l.OwnNumber is not null).Select(l => new OwnNumber(Entry.By.OrganisationId, l.OwnNumber!, l.BatchId));
}

/// <summary>Outside tolerance, as the alarms say, or contested on arrival: what lies there may not be used until both sides agree.</summary>
/// <param name="Reason">The receiver's words, or null where he has nothing to add to the alarms.</param>
public sealed record ShipmentDisputed(
    Guid ShipmentId, Guid ToOperatorId, ImmutableArray<ReceivedLine> Lines, string? Reason, ImmutableArray<Alarm> Alarms, Entry Entry, ImmutableArray<Seal>? SealsFound = null)
    : IEventOf<Shipment>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => ShipmentId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
    IEnumerable<OwnNumber> INumbering.Numbers => Lines.Where(l => l.OwnNumber is not null).Select(l => new OwnNumber(Entry.By.OrganisationId, l.OwnNumber!, l.BatchId));
}

/// <summary>One side trusts this organisation to say what is right.</summary>
public sealed record UmpireNamed(Guid ShipmentId, Guid NamingId, Guid UmpireId, Entry Entry) : IEventOf<Shipment>;

public sealed record ResolutionProposed(Guid ShipmentId, Guid ResolutionId, ImmutableArray<AgreedLine> Lines, string Reason, Entry Entry) : IEventOf<Shipment>;

/// <summary>The other side named the same figures, or the umpire spoke.</summary>
public sealed record ShipmentResolved(Guid ShipmentId, Guid ResolutionId, ImmutableArray<AgreedLine> Lines, string Reason, Entry Entry) : IEventOf<Shipment>;

public sealed record ShipmentVoided(Guid ShipmentId, string Reason, Entry Entry) : IEventOf<Shipment>;

/// <param name="OrganisationId">The carrier where it is a member, else null.</param>
public sealed record Carrier(Guid? OrganisationId, string Name);

/// <param name="Moisture">Fraction of wet mass at dispatch: what the receiver's dry mass falls back on.</param>
/// <param name="NewOwner">Who owns it once it is received, or null where the owner stays.</param>
/// <param name="Blocked">Part of it that may not be used: refused goods going back.</param>
/// <param name="KeptAs">The custody model it is sent under, where the shipper says so.</param>
/// <param name="CameAs">The model that an earlier shipment had lowered it to where it left; null where it is the batch's own.</param>
public sealed record ShipmentLine(
    Guid BatchId, Guid OwnerId, Quantity Quantity, decimal Moisture, Measure Stated, OwnershipChange? NewOwner = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<Package> Packages = default, Quantity Blocked = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CustodyModel? KeptAs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CustodyModel? CameAs = null)
{
    [JsonIgnore]
    public Guid ArrivingOwnerId => NewOwner?.OwnerId ?? OwnerId;

    /// <summary>What whoever receives it keeps it as at most; null where that is what the batch is kept as.</summary>
    [JsonIgnore]
    public CustodyModel? ArrivesAs => KeptAs.OrLower(CameAs);

    internal ShipmentLine Repacked(ImmutableArray<RepackedLine> lines) =>
        lines.FirstOrDefault(l => l.BatchId == BatchId) is { } anew ? this with { Packages = [.. anew.Packages] } : this;
}

/// <summary>Ownership passes with the goods.</summary>
/// <param name="Incoterm">Delivery term of the contract, e.g. <c>DAP Alashankou</c>.</param>
public sealed record OwnershipChange(Guid OwnerId, string? Contract = null, string? Incoterm = null);

/// <param name="Packages">Numbers of those that came.</param>
public sealed record PartLine(Guid BatchId, string? OwnNumber, Quantity Received, Measure Stated,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<string> Packages = default);

/// <summary>The receiver's figures for one line over all receipts.</summary>
/// <param name="Received">What the receiver weighed in all.</param>
/// <param name="OfRecord">What counts: within tolerance the weighed quantity, else the smaller of both sides'.</param>
/// <param name="Stated">The last weighing, or null when everything had come before.</param>
/// <param name="Refused">What the receiver will not keep: it lies there, blocked, until it goes back.</param>
/// <param name="Blocked">What may not be used of it until the dispute is resolved, the refused part included.</param>
/// <param name="Packages">Numbers of the packages that came with the last receipt.</param>
/// <param name="Disputed">What the shipper says was sent and the receiver says did not come, while nobody has settled it.</param>
public sealed record ReceivedLine(
    Guid BatchId, string? OwnNumber, Quantity Sent, Quantity Received, Quantity OfRecord, Measure? Stated, Quantity Refused = default, Quantity Blocked = default, Quantity Disputed = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<string> Packages = default);

public sealed record AgreedLine(Guid BatchId, Quantity Quantity);

public sealed record Proposal(Guid ByOrganisationId, ImmutableArray<AgreedLine> Lines);

/// <summary>Goods under way are held by no one: they belong to their shipment's lines.</summary>
/// <param name="Arrived">What came so far of each batch, parts added up.</param>
/// <param name="Umpires">Whom each side named to decide a dispute.</param>
public sealed record Shipment(
    Guid Id, string Number, Guid FromFacilityId, Guid FromOperatorId, Guid ToFacilityId, Guid ToOperatorId, TransportMode Mode, Carrier Carrier, DateTimeOffset LeftAt,
    ImmutableArray<Seal> Seals, ImmutableArray<string> Units, ImmutableArray<ShipmentLine> Lines, ImmutableArray<string> Documents, Purpose Purpose, Guid? ReturnOf,
    ShipmentStatus Status, DateTimeOffset? ArrivedAt, ImmutableSortedDictionary<Guid, Quantity> Arrived, ImmutableArray<ReceivedLine> Received, string? Reason,
    Proposal? Proposal, ImmutableSortedDictionary<Guid, Guid> Umpires, ImmutableArray<AgreedLine> Agreed, ImmutableArray<Alarm> Alarms) : IState<Shipment>
{
    public static StreamKind Kind => StreamKind.Shipment;

    /// <summary>What a shipment's number is known by among all numbers of its shipper.</summary>
    public static string NumberKey(string number) => "shipment/" + number;

    [JsonIgnore]
    public bool IsUnderWay => Status is ShipmentStatus.UnderWay or ShipmentStatus.PartlyReceived;

    /// <summary>Whether the two sides still disagree: what comes of the goods meanwhile shows it.</summary>
    [JsonIgnore]
    public bool HasOpenDispute => Status is ShipmentStatus.Disputed or ShipmentStatus.AcceptedUnderReserve;

    /// <summary>The organisation both sides named, or null.</summary>
    [JsonIgnore]
    public Guid? Umpire => Umpires.TryGetValue(FromOperatorId, out var one) && Umpires.TryGetValue(ToOperatorId, out var other) && one == other ? one : null;

    /// <summary>Whether the sides may name an umpire: over masses in dispute, or over what is in the goods that came.</summary>
    [JsonIgnore]
    public bool TakesUmpire => Status is ShipmentStatus.PartlyReceived or ShipmentStatus.Accepted || HasOpenDispute || (Status == ShipmentStatus.Resolved && Umpire is null);

    /// <summary>Packages that came so far, by batch.</summary>
    public ImmutableSortedDictionary<Guid, ImmutableArray<string>> CamePackages { get; init; } = ImmutableSortedDictionary<Guid, ImmutableArray<string>>.Empty;

    /// <summary>UN numbers that its papers declare.</summary>
    public ImmutableArray<string> DangerousGoods { get; init; } = [];

    public ImmutableArray<string> Came(Guid batchId) => CamePackages.GetValueOrDefault(batchId, []);

    /// <summary>Whether the actor's organisation sent, receives, carries or judges it, or owns any of it.</summary>
    public bool Concerns(Actor actor) => actor.Can(Act.See, new(Concerned:
        FromOperatorId == actor.OrganisationId || ToOperatorId == actor.OrganisationId || Carrier.OrganisationId == actor.OrganisationId || Umpire == actor.OrganisationId
        || Lines.Any(l => l.OwnerId == actor.OrganisationId || l.ArrivingOwnerId == actor.OrganisationId)));

    public static Shipment? After(Shipment? current, object happened, Guid id) => happened switch
    {
        ShipmentDispatched e => Dispatched(e, id),
        ShipmentReloaded e => current! with
        {
            Seals = e.NewSeals,
            Units = e.NewUnits,
            Lines = e.Repacked.IsDefaultOrEmpty ? current.Lines : [.. current.Lines.Select(l => l.Repacked(e.Repacked))],
            Alarms = current.Alarms.AddRange(e.Alarms),
        },
        ShipmentPartReceived e => current! with
        {
            Status = ShipmentStatus.PartlyReceived,
            Alarms = current.Alarms.AddRange(e.Alarms),
            Arrived = e.Lines.Aggregate(current.Arrived, (arrived, line) => arrived.SetItem(line.BatchId, arrived.GetValueOrDefault(line.BatchId) + line.Received)),
            CamePackages = current.With(e.Lines.Select(l => (l.BatchId, l.Packages))),
        },
        ShipmentAccepted e => current! with
        {
            Status = e.UnderReserve ? ShipmentStatus.AcceptedUnderReserve : ShipmentStatus.Accepted,
            ArrivedAt = e.Entry.OccurredAt,
            Received = e.Lines,
            CamePackages = current.With(e.Lines.Select(l => (l.BatchId, l.Packages))),
            Reason = e.Note,
            Alarms = current.Alarms.AddRange(e.Alarms),
        },
        ShipmentDisputed e => current! with
        {
            Status = ShipmentStatus.Disputed,
            ArrivedAt = e.Entry.OccurredAt,
            Received = e.Lines,
            CamePackages = current.With(e.Lines.Select(l => (l.BatchId, l.Packages))),
            Reason = e.Reason,
            Alarms = current.Alarms.AddRange(e.Alarms),
        },
        UmpireNamed e => current! with { Umpires = current.Umpires.SetItem(e.Entry.By.OrganisationId, e.UmpireId) },
        ResolutionProposed e => current! with { Proposal = new(e.Entry.By.OrganisationId, e.Lines) },
        ShipmentResolved e => current! with { Status = ShipmentStatus.Resolved, Agreed = e.Lines, Proposal = null },
        ShipmentVoided e => current! with { Status = ShipmentStatus.Voided, Reason = e.Reason },
        _ => current,
    };

    private ImmutableSortedDictionary<Guid, ImmutableArray<string>> With(IEnumerable<(Guid BatchId, ImmutableArray<string> Packages)> lines) =>
        lines.Where(l => !l.Packages.IsDefaultOrEmpty).Aggregate(CamePackages, (came, line) => came.SetItem(line.BatchId, Came(line.BatchId).AddRange(line.Packages)));

    private static Shipment Dispatched(ShipmentDispatched e, Guid id) => new(
        id, e.Number, e.FromFacilityId, e.FromOperatorId, e.ToFacilityId, e.ToOperatorId, e.Mode, e.Carrier, e.Entry.OccurredAt,
        e.Seals, e.Units, e.Lines, e.Documents, e.Purpose, e.ReturnOf, ShipmentStatus.UnderWay, null, ImmutableSortedDictionary<Guid, Quantity>.Empty, [], null,
        null, ImmutableSortedDictionary<Guid, Guid>.Empty, [], e.Alarms)
    {
        DangerousGoods = e.DangerousGoods.IsDefault ? [] : e.DangerousGoods,
    };
}
