using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Shipments;

/// <param name="NewOwner">Whose it is once it is received, or null where the owner stays.</param>
/// <param name="Packages">Drums, bags or pallets; their net masses add up to the line's mass.</param>
/// <param name="KeptAs">The custody model it is sent under, where that is lower than the batch's: whoever receives it keeps it as that, or lower. Null leaves it as it is.</param>
public sealed record DispatchLine(Guid BatchId, Measure Stated, Guid? OwnerId = null, OwnershipChange? NewOwner = null, IReadOnlyList<Package>? Packages = null, CustodyModel? KeptAs = null);

/// <summary>Part or all of one or more batches leaves the gate. The device that logs it chooses <paramref name="ShipmentId"/>,
/// so a submission repeated over a bad line is the same shipment, not a second one.</summary>
/// <param name="Number">The shipper's own number.</param>
/// <param name="Units">Trucks, wagons or containers.</param>
/// <param name="OccurredAt">When it left.</param>
/// <param name="ReturnOf">The shipment whose goods go back, for the purpose of return.</param>
/// <param name="DangerousGoods">UN numbers that its papers declare, e.g. <c>UN2912</c>.</param>
/// <param name="ReceivedAt">When it arrived, where one record says both: between facilities of one organisation, or with a partner outside the ledger.</param>
public sealed partial record DispatchShipment(
    Guid ShipmentId, string Number, Guid FromFacilityId, Guid ToFacilityId, TransportMode Mode, Carrier Carrier, IReadOnlyList<DispatchLine> Lines, DateTimeOffset OccurredAt,
    IReadOnlyList<Seal>? Seals = null, IReadOnlyList<string>? Units = null, IReadOnlyList<string>? Documents = null,
    Purpose Purpose = Purpose.Delivery, Guid? ReturnOf = null, DateTimeOffset? ReceivedAt = null, IReadOnlyList<string>? DangerousGoods = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<DispatchShipment>("/api/shipments/{shipmentId:guid}");

    Guid ICommand.EntryId => ShipmentId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(ShipmentId).Read(FromFacilityId, ToFacilityId).Lock<Arrival>(Arrival.IdOf(by.OrganisationId, Number));
        touches.Numbers.Add((by.OrganisationId, Shipment.NumberKey(Number)));
        touches.Seals.UnionWith((Seals ?? []).Take(Limits.SealsOfShipment));
        touches.Units.UnionWith((Units ?? []).Take(Limits.SealsOfShipment));
        Tickets.Touch(touches, by, Lines.Take(Limits.LinesOfShipment).Select(l => l.Stated));
        if (ReturnOf is { } first)
            touches.Lock<Shipment>(first);
        if (Carrier.OrganisationId is { } carrier)
            touches.Organisations.Add(carrier);
        // More lines than that are refused without a look at them, so they are not locked either.
        foreach (var line in Lines.Take(Limits.LinesOfShipment))
        {
            touches.Lock<Batch>(line.BatchId);
            touches.Withdrawals.Add((line.BatchId, FromFacilityId, OccurredAt));
            if (line.NewOwner is { } owner)
                touches.Organisations.Add(owner.OwnerId);
        }
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Facility>(FromFacilityId) is not { } from || !Knows(said.Actor, from))
            return Refusal.Of("not-found").At("fromFacilityId");
        if (states.Find<Facility>(ToFacilityId) is not { } to)
            return Refusal.Of("not-found").At("toFacilityId");
        // Only the holder dispatches (C2); for one outside the ledger his partner records.
        if (!said.Actor.Can(Act.Record, new(from.Terms.OutsideLedger ? to.OperatorId : from.OperatorId)))
            return Refusal.Of("not-allowed");
        if ((Wrong(states, said, from, to) ?? WrongReturn(states)) is { } wrong)
            return wrong;

        var taken = new List<Taken>();
        for (var i = 0; i < Lines.Count; i++)
        {
            var (line, refusal) = Withdrawal.Take(
                states, said, from, Lines[i].BatchId, Lines[i].OwnerId, Lines[i].Stated, $"lines[{i}]", Purpose == Purpose.Delivery ? Takes.Free : Takes.Anything);
            if ((refusal ?? WrongLine(states, Lines[i], line!, $"lines[{i}]") ?? WrongCustody(from, Lines[i], line!.Batch, $"lines[{i}].keptAs")) is { } against)
                return against;
            taken.Add(line!);
        }
        if (Undeclared(taken, from) is { } undeclared)
            return undeclared;

        ImmutableArray<Alarm> alarms =
            [.. taken.Select(t => Withdrawal.BelowZeroInTime(states, t, from, OccurredAt)).OfType<Alarm>(), .. Sealing.Doubled(states, Units, ShipmentId)];
        return Dispatched(states, from, to, taken, alarms, said);
    }

    private Decision Dispatched(States states, Facility from, Facility to, List<Taken> taken, ImmutableArray<Alarm> alarms, Submission said)
    {
        var lines = taken.Select((t, i) => new ShipmentLine(
            t.Batch.Id, t.OwnerId, t.Quantity, t.Stated.Moisture ?? t.Holding.Moisture, t.Stated, Lines[i].NewOwner, [.. Lines[i].Packages ?? []], t.Blocked, Lines[i].KeptAs, t.Batch.LoweredAt(from.Id)));
        var dispatched = new ShipmentDispatched(
            ShipmentId, Number, from.Id, from.OperatorId, to.Id, to.OperatorId, Mode, Carrier,
            [.. Seals ?? []], [.. (Units ?? []).Distinct()], [.. lines], [.. Documents ?? []], Purpose, ReturnOf, alarms, said.Entry, [.. (DangerousGoods ?? []).Distinct()]);
        var decision = Decision.Record(alarms).On<Shipment>(ShipmentId, dispatched);
        foreach (var line in taken)
            decision.On<Batch>(line.Batch.Id, line.Booked(ShipmentId, Booking.Dispatched, from, said, line.Quantity));

        var shipment = Shipment.After(null, dispatched, ShipmentId)!;
        if (ReceivedAt is { } received)
        {
            var arrived = Lines.Select(l => new ReceiptLine(l.BatchId, l.Stated with { Tickets = null })).ToList();
            return decision.And(Receipt.Of(states, said.Entry with { OccurredAt = received }, shipment, arrived, null).Accepted(underReserve: false, null));
        }
        return states.Find<Arrival>(Arrival.IdOf(said.Actor.OrganisationId, Number)) is { ShipmentId: null } announced
            ? announced.Completed(decision, states, shipment, said)
            : decision;
    }

    private static bool Knows(Actor actor, Facility from) => from.Terms.OutsideLedger || actor.Can(Act.See, new(from.OperatorId));

    private Refusal? Wrong(States states, Submission said, Facility from, Facility to)
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
            ?? Refuse.Undefined(Purpose, "purpose")
            ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Number(states, said.Actor.OrganisationId, Number, Shipment.NumberKey(Number), "number")
            ?? WrongSides(states, from, to)
            ?? Tickets.Wrong(states, said.Actor, Lines.Select((l, i) => (l.Stated, $"lines[{i}].stated")))
            ?? Sealing.Wrong(states, Seals, null)
            ?? Sealing.WrongNames(Units, "units")
            ?? Sealing.WrongNames(Documents, "documents")
            ?? WrongUnNumbers();
    }

    private Refusal? WrongUnNumbers() => Refuse.Count(DangerousGoods?.Count ?? 0, Limits.SealsOfShipment, "dangerousGoods")
        ?? (DangerousGoods ?? []).Select((number, i) => UnNumber().IsMatch(number ?? "") ? null : Refusal.Of("un-number-malformed").At($"dangerousGoods[{i}]")).FirstOrDefault(wrong => wrong is not null);

    [GeneratedRegex(@"^UN[0-9]{4}\z")]
    private static partial Regex UnNumber();

    /// <summary>What is radioactive enough to be dangerous goods of class 7 travels with that declaration or not at all.</summary>
    private Refusal? Undeclared(IReadOnlyList<Taken> taken, Facility from)
    {
        if ((DangerousGoods ?? []).Any(Radioactivity.DeclaresClass7))
            return null;
        return taken.Select(t => (t.Batch, Activity: Radioactivity.BecquerelsPerGram((t.Batch.Assays?.At(from.Id)?.Contents ?? []).Select(c => (c.Element, c.Fraction)))))
            .Where(t => Radioactivity.IsClass7(t.Activity))
            .Select(t => Refusal.Of("class-7-undeclared", ("batch", t.Batch.Number), ("activity", decimal.Round(t.Activity!.Value, 1)), ("limit", Radioactivity.ExemptBecquerelsPerGram)).At("dangerousGoods"))
            .FirstOrDefault();
    }

    /// <summary>A handover needs both sides (C1). One record says both only where there is one side, and for a partner outside the ledger papers stand in for his word.</summary>
    private Refusal? WrongSides(States states, Facility from, Facility to)
    {
        var outside = from.Terms.OutsideLedger || to.Terms.OutsideLedger;
        if (outside && ReceivedAt is null)
            return Refusal.Of("received-at-missing").At("receivedAt");
        if (outside && Documents is not { Count: > 0 })
            return Refusal.Of("documents-missing").At("documents");
        if (ReceivedAt is not { } received)
            return null;
        if (!outside && from.OperatorId != to.OperatorId)
            return Refusal.Of("needs-both-sides").At("receivedAt");
        return received < OccurredAt ? Refusal.Of("received-before-dispatch").At("receivedAt") : Refuse.Time(states, received, "receivedAt");
    }

    /// <summary>Returns go back to where they came from, and say of which shipment they are.</summary>
    private Refusal? WrongReturn(States states)
    {
        if (Purpose != Purpose.Return || ReturnOf is not { } id)
            return (Purpose == Purpose.Return) != ReturnOf is not null ? Refusal.Of("return-names-its-shipment").At("returnOf") : null;
        if (states.Find<Shipment>(id) is not { } first || first.ToFacilityId != FromFacilityId || first.FromFacilityId != ToFacilityId)
            return Refusal.Of("not-found").At("returnOf");
        return Lines.Select((line, i) => first.Lines.All(l => l.BatchId != line.BatchId) ? Refusal.Of("line-never-sent").At($"lines[{i}].batchId") : null)
            .FirstOrDefault(wrong => wrong is not null);
    }

    /// <summary>A shipment lowers how goods are kept, and never raises it (K1).</summary>
    private static Refusal? WrongCustody(Facility from, DispatchLine line, Batch batch, string field)
    {
        if (line.KeptAs is not { } model)
            return null;
        if (Refuse.Undefined(model, field) is { } undefined)
            return undefined;
        if (batch.KeptAt(from.Id).Custody is not { } custody)
            return Refusal.Of("custody-not-known", ("batch", batch.Number), ("model", model)).At(field);
        return custody.Model > model ? Refusal.Of("custody-only-downgrades", ("batch", batch.Number), ("kept", custody.Model), ("model", model)).At(field) : null;
    }

    private static Refusal? WrongLine(States states, DispatchLine line, Taken taken, string field)
    {
        if (line.NewOwner is { } owner)
        {
            if (states.Find<Organisation>(owner.OwnerId) is null)
                return Refusal.Of("organisation-unknown").At($"{field}.newOwner.ownerId");
            if (owner.OwnerId == taken.OwnerId)
                return Refusal.Of("owner-already", ("batch", taken.Batch.Number)).At($"{field}.newOwner.ownerId");
            if ((Refuse.Line(owner.Contract, Limits.NameLength, $"{field}.newOwner.contract") ?? Refuse.Line(owner.Incoterm, Limits.NameLength, $"{field}.newOwner.incoterm")) is { } wrong)
                return wrong;
        }
        return Packing.Wrong(line.Packages, line.Stated.WetKilograms, $"{field}.packages");
    }
}
