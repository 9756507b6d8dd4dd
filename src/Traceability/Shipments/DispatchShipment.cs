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
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<DispatchShipment>("/api/shipments/{shipmentId:guid}");

    Guid ICommand.EntryId => ShipmentId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(ShipmentId).Read(FromFacilityId, ToFacilityId);
        touches.Numbers.Add((by.OrganisationId, Shipment.NumberKey(Number)));
        touches.Seals.UnionWith((Seals ?? []).Take(Limits.SealsOfShipment));
        touches.Units.UnionWith((Units ?? []).Take(Limits.SealsOfShipment));
        if (Carrier.OrganisationId is { } carrier)
            touches.Organisations.Add(carrier);
        // More lines than that are refused without a look at them, so they are not locked either.
        foreach (var line in Lines.Take(Limits.LinesOfShipment))
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
        alarms.AddRange((Units ?? []).Distinct().Where(u => states.OpenShipmentsOn(u).Any()).Select(u => Alarm.Of("unit-in-two-shipments", ("unit", u))));
        return Dispatched(from, to, taken, alarms.ToImmutable(), said);
    }

    private Decision Dispatched(Facility from, Facility to, List<Taken> taken, ImmutableArray<Alarm> alarms, Submission said)
    {
        var lines = taken.Select(t => new ShipmentLine(t.Batch.Id, t.OwnerId, t.Quantity, t.Stated.Moisture ?? t.Holding.Moisture, t.Stated));
        var decision = Decision.Record(alarms).On<Shipment>(ShipmentId, new ShipmentDispatched(
            ShipmentId, Number, from.Id, from.OperatorId, to.Id, to.OperatorId, Mode, Carrier,
            [.. Seals ?? []], [.. Units ?? []], [.. lines], [.. Documents ?? []], alarms, said.Entry));
        foreach (var line in taken)
            decision.On<Batch>(line.Batch.Id, line.Booked(ShipmentId, Booking.Dispatched, from, said, line.Quantity));
        return decision;
    }

    private Refusal? Wrong(States states, Facility from)
    {
        if (Refuse.NewId(states, ShipmentId, "shipmentId") is { } taken)
            return taken;
        if (FromFacilityId == ToFacilityId)
            return Refusal.Of("to-itself").At("toFacilityId");
        if (Lines.Count is 0 or > Limits.LinesOfShipment)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfShipment)).At("lines");
        for (var i = 1; i < Lines.Count; i++)
        {
            if (Lines.Take(i).Any(l => l.BatchId == Lines[i].BatchId))
                return Refusal.Of("batch-twice").At($"lines[{i}].batchId");
        }
        if (string.IsNullOrWhiteSpace(Carrier.Name))
            return Refusal.Of("carrier-missing").At("carrier.name");
        if (Carrier.OrganisationId is { } carrier && states.Find<Organisation>(carrier) is null)
            return Refusal.Of("organisation-unknown").At("carrier.organisationId");
        return Refuse.Line(Carrier.Name, Limits.NameLength, "carrier.name")
            ?? Refuse.Undefined(Mode, "mode")
            ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Number(states, from.OperatorId, Number, Shipment.NumberKey(Number), "number")
            ?? WrongSeals(states)
            ?? WrongNames(Units, "units")
            ?? WrongNames(Documents, "documents");
    }

    /// <summary>A seal is on one open shipment at a time (C4).</summary>
    private Refusal? WrongSeals(States states)
    {
        var seals = Seals ?? [];
        if (Refuse.Count(seals.Count, Limits.SealsOfShipment, "seals") is { } many)
            return many;
        for (var i = 0; i < seals.Count; i++)
        {
            var (issuer, number) = (seals[i].Issuer, seals[i].Number);
            if (string.IsNullOrWhiteSpace(number) || number.Length > Limits.CodeLength || issuer.Length > Limits.CodeLength || Refuse.Unreadable(issuer + number))
                return Refusal.Of("seal-malformed", ("issuer", issuer), ("number", number)).At($"seals[{i}]");
            if (seals.Take(i).Contains(seals[i]) || states.OpenShipmentSealed(seals[i]) is not null)
                return Refusal.Of("seal-in-use", ("issuer", issuer), ("number", number)).At($"seals[{i}]");
        }
        return null;
    }

    private static Refusal? WrongNames(IReadOnlyList<string>? names, string field) =>
        Refuse.Count(names?.Count ?? 0, Limits.SealsOfShipment, field)
        ?? (names ?? []).Select((name, i) => Refuse.Name(name, $"{field}[{i}]")).FirstOrDefault(wrong => wrong is not null);
}
