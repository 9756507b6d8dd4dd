using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Shipments;

public sealed record DispatchLine(Guid BatchId, Measure Stated, Guid? OwnerId = null);

/// <summary>Part or all of one or more batches leaves the gate. The device that logs it chooses <paramref name="ShipmentId"/>,
/// so a submission repeated over a bad line is the same shipment, not a second one.</summary>
/// <param name="Number">The shipper's own number.</param>
/// <param name="Units">Trucks, wagons or containers.</param>
/// <param name="OccurredAt">When it left.</param>
public sealed record DispatchShipment(
    Guid ShipmentId, string Number, Guid FromFacilityId, Guid ToFacilityId, TransportMode Mode, Carrier Carrier, IReadOnlyList<DispatchLine> Lines, DateTimeOffset OccurredAt,
    IReadOnlyList<Seal>? Seals = null, IReadOnlyList<string>? Units = null, IReadOnlyList<string>? Documents = null) : ICommand
{
    Guid ICommand.EntryId => ShipmentId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(ShipmentId).Read(FromFacilityId, ToFacilityId);
        touches.Numbers.Add((by.OrganisationId, "shipment/" + Number));
        touches.Seals.UnionWith(Seals ?? []);
        touches.Units.UnionWith(Units ?? []);
        if (Carrier.OrganisationId is { } carrier)
            touches.Organisations.Add(carrier);
        foreach (var line in Lines)
        {
            touches.Lock<Batch>(line.BatchId);
            touches.Withdrawals.Add((line.BatchId, FromFacilityId, OccurredAt));
        }
    }

    public Decision Decide(States states, Submission said)
    {
        // Only the holder dispatches (C2).
        if (states.Find<Facility>(FromFacilityId) is not { } from || !said.Actor.Can(Act.See, new(from.OperatorId)))
            return Refusal.Of("not-found").At("fromFacilityId");
        if (!said.Actor.Can(Act.Record, new(from.OperatorId)))
            return Refusal.Of("not-allowed");
        if (states.Find<Facility>(ToFacilityId) is not { } to)
            return Refusal.Of("not-found").At("toFacilityId");
        if (Wrong(states, from) is { } wrong)
            return wrong;

        var taken = new List<Taken>();
        for (var i = 0; i < Lines.Count; i++)
        {
            var (line, refusal) = Stock.Take(states, said, from, Lines[i].BatchId, Lines[i].OwnerId, Lines[i].Stated, $"lines[{i}]");
            if (line is null)
                return refusal!;
            taken.Add(line);
        }

        var alarms = ImmutableArray.CreateBuilder<Alarm>();
        alarms.AddRange(taken.Select(t => Stock.BelowZeroInTime(states, t, from, OccurredAt)).OfType<Alarm>());
        alarms.AddRange((Units ?? []).Where(u => states.OpenShipmentsOn(u).Any()).Select(u => Alarm.Of("unit-in-two-shipments", ("unit", u))));
        return Dispatched(from, to, taken, alarms.ToImmutable(), said);
    }

    private Decision Dispatched(Facility from, Facility to, List<Taken> taken, ImmutableArray<Alarm> alarms, Submission said)
    {
        var lines = taken.Select((t, i) => new ShipmentLine(t.Batch.Id, t.OwnerId, t.Quantity, Lines[i].Stated.Moisture ?? t.Batch.Moisture, Lines[i].Stated));
        var decision = Decision.Record(alarms).On<Shipment>(ShipmentId, new ShipmentDispatched(
            ShipmentId, Number, from.Id, from.OperatorId, to.Id, to.OperatorId, Mode, Carrier,
            [.. Seals ?? []], [.. Units ?? []], [.. lines], [.. Documents ?? []], alarms, said.Entry));
        foreach (var line in taken)
            decision.On<Batch>(line.Batch.Id, line.Booked(ShipmentId, Booking.Dispatched, from, said, line.Quantity));
        return decision;
    }

    private Refusal? Wrong(States states, Facility from)
    {
        if (states.Exists(ShipmentId))
            return Refusal.Of("id-reused").At("shipmentId");
        if (FromFacilityId == ToFacilityId)
            return Refusal.Of("to-itself").At("toFacilityId");
        if (Lines.Count is 0 or > Limits.LinesOfShipment)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfShipment)).At("lines");
        if (Lines.DistinctBy(l => l.BatchId).Count() < Lines.Count)
            return Refusal.Of("batch-twice").At("lines");
        if (string.IsNullOrWhiteSpace(Carrier.Name) || Carrier.Name.Length > Limits.NameLength)
            return Refusal.Of("carrier-missing").At("carrier.name");
        if (Carrier.OrganisationId is { } carrier && states.Find<Organisation>(carrier) is null)
            return Refusal.Of("organisation-unknown").At("carrier.organisationId");
        return Stock.WrongTime(states, OccurredAt, "occurredAt")
            ?? Stock.WrongNumber(states, from.OperatorId, "shipment/" + Number, "number")
            ?? WrongSeals(states);
    }

    /// <summary>A seal is on one open shipment at a time (C4).</summary>
    private Refusal? WrongSeals(States states)
    {
        var seals = Seals ?? [];
        if (seals.Count > Limits.SealsOfShipment || (Units?.Count ?? 0) > Limits.SealsOfShipment || (Documents?.Count ?? 0) > Limits.SealsOfShipment)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.SealsOfShipment)).At("seals");
        for (var i = 0; i < seals.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(seals[i].Number) || seals[i].Number.Length > Limits.CodeLength || seals[i].Issuer.Length > Limits.CodeLength)
                return Refusal.Of("seal-malformed").At($"seals[{i}]");
            if (seals.Take(i).Contains(seals[i]) || states.OpenShipmentSealed(seals[i]) is not null)
                return Refusal.Of("seal-in-use", ("issuer", seals[i].Issuer), ("number", seals[i].Number)).At($"seals[{i}]");
        }
        var bad = (Units ?? []).Concat(Documents ?? []).Any(u => string.IsNullOrWhiteSpace(u) || u.Length > Limits.NameLength);
        return bad ? Refusal.Of("unit-malformed").At("units") : null;
    }
}
