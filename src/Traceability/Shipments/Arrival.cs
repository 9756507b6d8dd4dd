using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Shipments;

// Append to this list; never change what is in it.
public sealed record ArrivalAnnounced(
    Guid ArrivalId, Guid FromOrganisationId, string ShipmentNumber, Guid ToFacilityId, Guid ToOperatorId, ImmutableArray<ArrivalLine> Lines, Entry Entry) : IEventOf<Arrival>, IWeighed
{
    Guid IOfFact.FactId => ArrivalId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
}

/// <summary>The dispatch came, and the announced figures became its receipt.</summary>
public sealed record ArrivalCompleted(Guid ArrivalId, Guid ShipmentId, Entry Entry) : IEventOf<Arrival>;

/// <summary>The dispatch came and does not fit the announced figures: the shipment stays under way, and the receiver receives it by hand.</summary>
public sealed record ArrivalMisfitted(Guid ArrivalId, Guid ShipmentId, ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<Arrival>, IAlarming
{
    Guid IOfFact.FactId => ShipmentId;
}

/// <param name="BatchNumber">The shipper's own number, as on his papers.</param>
/// <param name="OwnNumber">The receiver's own number for the batch, or null.</param>
public sealed record ArrivalLine(string BatchNumber, Measure Stated, string? OwnNumber = null);

/// <summary>Goods that came before word of their dispatch did.</summary>
public sealed record Arrival(
    Guid Id, Guid ArrivalId, Guid FromOrganisationId, string ShipmentNumber, Guid ToFacilityId, Guid ToOperatorId, ImmutableArray<ArrivalLine> Lines, Entry Entry, Guid? ShipmentId) : IState<Arrival>
{
    public static StreamKind Kind => StreamKind.Arrival;

    /// <summary>Both sides find it by what the papers say: whose shipment, and which number.</summary>
    public static Guid IdOf(Guid fromOrganisationId, string shipmentNumber) => DerivedId.Of("arrival", fromOrganisationId.ToString(), shipmentNumber);

    public static Arrival? After(Arrival? current, object happened, Guid id) => happened switch
    {
        ArrivalAnnounced e => new(id, e.ArrivalId, e.FromOrganisationId, e.ShipmentNumber, e.ToFacilityId, e.ToOperatorId, e.Lines, e.Entry, null),
        ArrivalCompleted e => current! with { ShipmentId = e.ShipmentId },
        ArrivalMisfitted e => current! with { ShipmentId = e.ShipmentId },
        _ => current,
    };

    /// <summary>Adds the receipt to the dispatch that it waited for; figures that do not fit its lines leave the shipment under way, with an alarm.</summary>
    internal Decision Completed(Decision dispatch, States states, Shipment shipment, Submission said)
    {
        var numbers = shipment.Lines.ToDictionary(l => states.Find<Batch>(l.BatchId)!.Number, l => l.BatchId, StringComparer.Ordinal);
        // Its tickets stand with the announcement: a ticket is used once.
        var lines = Lines.Where(l => numbers.ContainsKey(l.BatchNumber)).Select(l => new ReceiptLine(numbers[l.BatchNumber], l.Stated with { Tickets = null }, l.OwnNumber)).ToList();
        var receipt = shipment.ToFacilityId == ToFacilityId && lines.Count == Lines.Length
            ? Receipt.Of(states, Entry, shipment, lines, null).Accepted(underReserve: false, null)
            : null;
        if (receipt is { Refusal: null })
            return dispatch.On<Arrival>(Id, new ArrivalCompleted(ArrivalId, shipment.Id, said.Entry)).And(receipt);
        ImmutableArray<Alarm> alarms = [Alarm.Of("arrival-does-not-fit", ("number", ShipmentNumber))];
        return dispatch.And(Decision.Record(alarms).On<Arrival>(Id, new ArrivalMisfitted(ArrivalId, shipment.Id, alarms, said.Entry)));
    }
}

/// <summary>The receiver weighs what stands at the gate although nobody has dispatched it yet; the dispatch completes it.</summary>
/// <param name="FromOrganisationId">Whose shipment it is by its papers.</param>
/// <param name="ShipmentNumber">The shipper's number, by its papers.</param>
public sealed record AnnounceArrival(
    Guid ArrivalId, Guid FromOrganisationId, string ShipmentNumber, Guid ToFacilityId, IReadOnlyList<ArrivalLine> Lines, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<AnnounceArrival>("/api/arrivals/{arrivalId:guid}");

    Guid ICommand.EntryId => ArrivalId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Lock<Arrival>(Arrival.IdOf(FromOrganisationId, ShipmentNumber)).Read(ToFacilityId);
        touches.Organisations.Add(FromOrganisationId);
        touches.Numbers.Add((FromOrganisationId, Shipment.NumberKey(ShipmentNumber)));
        Tickets.Touch(touches, by, Lines.Take(Limits.LinesOfShipment).Select(l => l.Stated));
    }

    public Decision Decide(States states, Submission said)
    {
        var (to, refusal) = Facility.Kept(states, said, ToFacilityId, field: "toFacilityId");
        if (to is null)
            return refusal!;
        if (states.Find<Organisations.Organisation>(FromOrganisationId) is null)
            return Refusal.Of("organisation-unknown").At("fromOrganisationId");
        if ((Refuse.Id(ArrivalId, "arrivalId") ?? Refuse.Time(states, OccurredAt, "occurredAt") ?? WrongLines()
            ?? Tickets.Wrong(states, said.Actor, Lines.Select((l, i) => (l.Stated, $"lines[{i}].stated")))) is { } wrong)
            return wrong;
        var id = Arrival.IdOf(FromOrganisationId, ShipmentNumber);
        if (states.Number(FromOrganisationId, Shipment.NumberKey(ShipmentNumber)) is not null || states.Find<Arrival>(id) is not null)
            return Refusal.Of("shipment-known", ("number", ShipmentNumber)).At("shipmentNumber");
        return Decision.Record().On<Arrival>(id, new ArrivalAnnounced(ArrivalId, FromOrganisationId, ShipmentNumber, to.Id, to.OperatorId, [.. Lines], said.Entry));
    }

    private Refusal? WrongLines()
    {
        if (string.IsNullOrWhiteSpace(ShipmentNumber) || ShipmentNumber.Length > Limits.CodeLength)
            return Refusal.Of("number-malformed", ("limit", Limits.CodeLength)).At("shipmentNumber");
        if (Lines.Count is 0 or > Limits.LinesOfShipment)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfShipment)).At("lines");
        if (Lines.DistinctBy(l => l.BatchNumber).Count() < Lines.Count)
            return Refusal.Of("batch-twice").At("lines");
        return Lines.Select((l, i) => WrongLine(l, $"lines[{i}]")).FirstOrDefault(wrong => wrong is not null);
    }

    /// <summary>What kind of goods they are is known only with their dispatch.</summary>
    private static Refusal? WrongLine(ArrivalLine line, string field)
    {
        if (line.Stated is { WetKilograms: null, Pieces: null })
            return Refusal.Of("mass-missing").At($"{field}.stated.wetKilograms");
        return Refuse.Name(line.BatchNumber, $"{field}.batchNumber") ?? line.Stated.Absurd($"{field}.stated");
    }
}
