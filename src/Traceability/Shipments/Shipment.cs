using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Shipments;

public enum TransportMode { Road, Rail, Sea, Air }

public enum ShipmentStatus { UnderWay, Accepted, Disputed, Resolved, Voided }

// Append to this list; never change what is in it.
public sealed record ShipmentDispatched(
    Guid ShipmentId, string Number, Guid FromFacilityId, Guid FromOperatorId, Guid ToFacilityId, Guid ToOperatorId, TransportMode Mode, Carrier Carrier,
    ImmutableArray<Seal> Seals, ImmutableArray<string> Units, ImmutableArray<ShipmentLine> Lines, ImmutableArray<string> Documents,
    ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<Shipment>;

/// <summary>Within tolerance: what was weighed is what was received.</summary>
public sealed record ShipmentAccepted(
    Guid ShipmentId, Guid ToOperatorId, ImmutableArray<ReceivedLine> Lines, string? Note, ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<Shipment>;

/// <summary>Outside tolerance, as the alarms say, or contested on arrival: nothing may be used until both sides agree.</summary>
/// <param name="Reason">The receiver's words, or null where he has nothing to add to the alarms.</param>
public sealed record ShipmentDisputed(
    Guid ShipmentId, ImmutableArray<ReceivedLine> Lines, string? Reason, ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<Shipment>;

public sealed record ResolutionProposed(Guid ShipmentId, Guid ResolutionId, ImmutableArray<AgreedLine> Lines, string Reason, Entry Entry) : IEventOf<Shipment>;

/// <summary>The other side named the same figures.</summary>
public sealed record ShipmentResolved(Guid ShipmentId, Guid ResolutionId, ImmutableArray<AgreedLine> Lines, string Reason, Entry Entry) : IEventOf<Shipment>;

public sealed record ShipmentVoided(Guid ShipmentId, string Reason, Entry Entry) : IEventOf<Shipment>;

/// <param name="OrganisationId">The carrier where it is a member, else null.</param>
public sealed record Carrier(Guid? OrganisationId, string Name);

public sealed record ShipmentLine(Guid BatchId, Guid OwnerId, Quantity Quantity, decimal Moisture, Measure Stated);

/// <param name="Received">What the receiver weighed.</param>
/// <param name="OfRecord">What counts: within tolerance the weighed quantity, in dispute the smaller one.</param>
public sealed record ReceivedLine(Guid BatchId, string? OwnNumber, Quantity Sent, Quantity Received, Quantity OfRecord, Measure Stated);

public sealed record AgreedLine(Guid BatchId, Quantity Quantity);

public sealed record Proposal(Guid ByOrganisationId, ImmutableArray<AgreedLine> Lines);

/// <summary>Goods under way are held by no one: they belong to their shipment's lines.</summary>
public sealed record Shipment(
    Guid Id, string Number, Guid FromFacilityId, Guid FromOperatorId, Guid ToFacilityId, Guid ToOperatorId, TransportMode Mode, Carrier Carrier, DateTimeOffset LeftAt,
    ImmutableArray<Seal> Seals, ImmutableArray<string> Units, ImmutableArray<ShipmentLine> Lines, ImmutableArray<string> Documents, ShipmentStatus Status,
    DateTimeOffset? ArrivedAt, ImmutableArray<ReceivedLine> Received, string? Reason, Proposal? Proposal, ImmutableArray<AgreedLine> Agreed, ImmutableArray<Alarm> Alarms) : IState<Shipment>
{
    public static StreamKind Kind => StreamKind.Shipment;

    /// <summary>What a shipment's number is known by among all numbers of its shipper.</summary>
    public static string NumberKey(string number) => "shipment/" + number;

    /// <summary>Whether the actor's organisation sent, receives or carries it, or owns any of it.</summary>
    public bool Concerns(Actor actor) => actor.Can(Act.See, new(Concerned:
        FromOperatorId == actor.OrganisationId || ToOperatorId == actor.OrganisationId || Carrier.OrganisationId == actor.OrganisationId
        || Lines.Any(l => l.OwnerId == actor.OrganisationId)));

    public static Shipment? After(Shipment? current, object happened, Guid id) => happened switch
    {
        ShipmentDispatched e => new(
            id, e.Number, e.FromFacilityId, e.FromOperatorId, e.ToFacilityId, e.ToOperatorId, e.Mode, e.Carrier, e.Entry.OccurredAt,
            e.Seals, e.Units, e.Lines, e.Documents, ShipmentStatus.UnderWay, null, [], null, null, [], e.Alarms),
        ShipmentAccepted e => current! with
        {
            Status = ShipmentStatus.Accepted,
            ArrivedAt = e.Entry.OccurredAt,
            Received = e.Lines,
            Reason = e.Note,
            Alarms = current.Alarms.AddRange(e.Alarms),
        },
        ShipmentDisputed e => current! with
        {
            Status = ShipmentStatus.Disputed,
            ArrivedAt = e.Entry.OccurredAt,
            Received = e.Lines,
            Reason = e.Reason,
            Alarms = current.Alarms.AddRange(e.Alarms),
        },
        ResolutionProposed e => current! with { Proposal = new(e.Entry.By.OrganisationId, e.Lines) },
        ShipmentResolved e => current! with { Status = ShipmentStatus.Resolved, Agreed = e.Lines, Proposal = null },
        ShipmentVoided e => current! with { Status = ShipmentStatus.Voided, Reason = e.Reason },
        _ => current,
    };
}
