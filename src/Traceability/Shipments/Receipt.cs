using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Shipments;

/// <summary>A receiver's figures for a whole shipment held against the shipper's (C1, C3, Q4).</summary>
internal sealed class Receipt
{
    private readonly States _states;
    private readonly Entry _entry;
    private readonly Shipment _shipment;
    private readonly ImmutableArray<Compared> _lines;
    private readonly ImmutableArray<Alarm> _alarms;
    private readonly IReadOnlyList<Seal>? _seals;
    private readonly Refusal? _refusal;

    private Receipt(States states, Entry entry, Shipment shipment, ImmutableArray<Compared> lines, IReadOnlyList<Seal>? seals, ImmutableArray<Alarm> alarms, Refusal? refusal) =>
        (_states, _entry, _shipment, _lines, _seals, _alarms, _refusal) = (states, entry, shipment, lines, seals, alarms, refusal);

    /// <param name="Before">What earlier receipts booked of it.</param>
    private sealed record Compared(ShipmentLine Sent, ReceiptLine? Last, Material Material, Quantity Before, Quantity Received, Quantity Refused, bool Within)
    {
        /// <summary>Within tolerance, the limit included, what was weighed counts; outside it the smaller figure, but never less than was already booked and perhaps used.</summary>
        public Quantity OfRecord => Within ? Received : Received.Least(Sent.Quantity).Most(Before);
    }

    public static void Touch(Touches touches, Actor by, Guid shipmentId, IReadOnlyList<ReceiptLine> lines)
    {
        touches.Lock<Shipment>(shipmentId);
        touches.EndsOf.Add(shipmentId);
        Tickets.Touch(touches, by, lines.Select(l => l.Stated));
        foreach (var line in lines.Take(Limits.LinesOfShipment).Where(l => l.OwnNumber is not null))
            touches.Numbers.Add((by.OrganisationId, line.OwnNumber!));
    }

    /// <summary>Why the actor may not receive this shipment now, or null.</summary>
    public static Refusal? WhyNot(States states, Submission said, Guid shipmentId)
    {
        if (states.Find<Shipment>(shipmentId) is not { } shipment || !shipment.Concerns(said.Actor))
            return Refusal.Of("not-found").At("shipmentId");
        // Only the named receiver accepts (C1).
        if (!said.Actor.Can(Act.Record, new(shipment.ToOperatorId)))
            return Refusal.Of("not-allowed");
        return shipment.IsUnderWay ? Refuse.Time(states, said.Command.OccurredAt, "occurredAt") : Refusal.Of("not-under-way", ("status", shipment.Status));
    }

    /// <param name="entry">Who received, and when it arrived.</param>
    public static Receipt Of(States states, Entry entry, Shipment shipment, IReadOnlyList<ReceiptLine> lines, IReadOnlyList<Seal>? seals)
    {
        Receipt No(Refusal refusal) => new(states, entry, shipment, [], null, [], refusal);

        if ((WrongLines(states, shipment, lines) ?? Missing(shipment, lines)) is { } wrong)
            return No(wrong);
        var read = ImmutableArray.CreateBuilder<Compared>();
        foreach (var sent in shipment.Lines)
        {
            var (last, material) = (lines.FirstOrDefault(l => l.BatchId == sent.BatchId), MaterialOf(states, sent.BatchId)!);
            var before = shipment.Arrived.GetValueOrDefault(sent.BatchId);
            var received = before + (last is null ? default : Weighed(last.Stated, material, sent));
            var refused = last?.Refused is { } not ? Weighed(not, material, sent) : default;
            if (!refused.Within(received - before))
                return No(Refusal.Of("refused-more-than-came", ("refused", refused.DryKilograms), ("came", (received - before).DryKilograms)).At($"lines[{IndexOf(lines, last!)}].refused"));
            var within = received.Pieces == sent.Quantity.Pieces
                && Math.Abs(received.DryKilograms - sent.Quantity.DryKilograms) <= Tolerance(states, shipment, material) * sent.Quantity.DryKilograms;
            read.Add(new(sent, last, material, before, received, refused, within));
        }
        return new(states, entry, shipment, read.ToImmutable(), seals, Implausible(states, shipment, entry.OccurredAt, seals), null);
    }

    public Decision Accepted(bool underReserve, string? note)
    {
        if (_refusal is not null)
            return _refusal;
        if (_lines.Any(l => !l.Within))
            return underReserve ? Record(Standing.UnderReserve, note) : Record(Standing.Disputed, note);
        return Record(Standing.Accepted, note);
    }

    public Decision Disputed(string reason) => _refusal ?? Record(Standing.Disputed, reason);

    private enum Standing { Accepted, UnderReserve, Disputed }

    private Decision Record(Standing standing, string? words)
    {
        ImmutableArray<Alarm> alarms = [.. _alarms, .. _lines.Where(l => !l.Within).Select(OutOf)];
        var lines = _lines.Select(l => Judged(l, standing)).ToImmutableArray();
        IEventOf<Shipment> fact = standing == Standing.Disputed
            ? new ShipmentDisputed(_shipment.Id, _shipment.ToOperatorId, lines, words, alarms, _entry, Found(_seals))
            : new ShipmentAccepted(_shipment.Id, _shipment.ToOperatorId, lines, standing == Standing.UnderReserve, words, alarms, _entry, Found(_seals));
        var decision = Decision.Record(alarms).On(_shipment.Id, fact);
        for (var i = 0; i < lines.Length; i++)
        {
            var (compared, line) = (_lines[i], lines[i]);
            var (booked, arrived) = (line.OfRecord - compared.Before, StillUnderWay(_shipment, compared.Sent));
            // What had come whole before was booked then, as moist as it was weighed then.
            if (compared.Last is null && booked.IsZero && arrived.IsZero && line.Blocked.IsZero && line.Disputed.IsZero)
                continue;
            decision.On<Batch>(line.BatchId, new BatchBooked(
                _shipment.Id, Booking.Received, _shipment.ToFacilityId, compared.Sent.ArrivingOwnerId, booked, -arrived, 0,
                _entry.By, _entry.OccurredAt, compared.Last is { } last ? last.Stated.Moisture ?? compared.Sent.Moisture : null, line.Blocked, line.Disputed,
                KeptAs: compared.Sent.ArrivesAs));
        }
        return decision;
    }

    /// <summary>While nobody has settled it the difference is neither lost nor gained, but disputed; in a dispute nothing of it that lies there may be used.</summary>
    private ReceivedLine Judged(Compared line, Standing standing)
    {
        var booked = line.OfRecord - line.Before;
        var free = _states.Find<Batch>(line.Sent.BatchId)!.At(_shipment.ToFacilityId, line.Sent.ArrivingOwnerId)?.Free ?? default;
        // Goods that went for analysis or disposal because they may not be used may not be used there either.
        var kept = line.Refused + (_shipment.Purpose == Purpose.Return ? default : line.Sent.Blocked.Least(booked));
        var blocked = standing == Standing.Disputed ? line.OfRecord.Least(free + booked) : kept;
        return new(
            line.Sent.BatchId, line.Last?.OwnNumber, line.Sent.Quantity, line.Received, line.OfRecord, line.Last?.Stated, line.Refused, blocked,
            standing == Standing.Accepted ? default : StillUnderWay(_shipment, line.Sent) - booked, [.. line.Last?.Packages ?? []]);
    }

    private Alarm OutOf(Compared line)
    {
        var (sent, number) = (line.Sent.Quantity, _states.Find<Batch>(line.Sent.BatchId)!.Number);
        return sent.Pieces != line.Received.Pieces
            ? Alarm.Of("pieces-differ", ("batch", number), ("sent", sent.Pieces), ("received", line.Received.Pieces))
            : Alarm.Of("outside-tolerance", ("batch", number), ("sent", sent.DryKilograms), ("received", line.Received.DryKilograms),
                ("tolerance", Tolerance(_states, _shipment, line.Material)));
    }

    public static Quantity StillUnderWay(Shipment shipment, ShipmentLine sent) => (sent.Quantity - shipment.Arrived.GetValueOrDefault(sent.BatchId)).Most(default);

    public static Material? MaterialOf(States states, Guid batchId) => states.Find<Batch>(batchId) is { } batch ? states.Catalogue.Material(batch.Material) : null;

    /// <summary>Dry mass is compared with dry mass (Q4); pieces take the mass along that they were booked with.</summary>
    public static Quantity Weighed(Measure stated, Material material, ShipmentLine sent) =>
        material.CountedIn == Counting.Pieces ? sent.Quantity.Part(stated.Pieces!.Value) : stated.Quantity(material, sent.Moisture);

    /// <summary>More than this of a line cannot be one shipment's doing.</summary>
    public static Quantity Most(States states, Shipment shipment, ShipmentLine sent) =>
        new(sent.Quantity.DryKilograms * (1 + Tolerance(states, shipment, MaterialOf(states, sent.BatchId)!)), sent.Quantity.Pieces);

    private static decimal Tolerance(States states, Shipment shipment, Material material) =>
        material.CountedIn == Counting.Pieces ? 0 : states.Find<Facility>(shipment.ToFacilityId)?.Terms.ReceiptTolerance ?? material.ReceiptTolerance;

    private static int IndexOf(IReadOnlyList<ReceiptLine> lines, ReceiptLine line) => lines.TakeWhile(l => l != line).Count();

    /// <summary>A receipt names what was sent, each batch once, with figures a scale can have shown.</summary>
    public static Refusal? WrongLines(States states, Shipment shipment, IReadOnlyList<ReceiptLine> lines)
    {
        var (named, numbers) = (new HashSet<Guid>(), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < lines.Count; i++)
        {
            var (line, field) = (lines[i], $"lines[{i}]");
            if (shipment.Lines.FirstOrDefault(l => l.BatchId == line.BatchId) is not { } sent)
                return Refusal.Of("line-never-sent").At($"{field}.batchId");
            if (!named.Add(line.BatchId))
                return Refusal.Of("batch-twice").At($"{field}.batchId");
            if (MaterialOf(states, line.BatchId) is not { } material)
                return Refusal.Of("material-unknown", ("material", states.Find<Batch>(line.BatchId)?.Material ?? "")).At($"{field}.batchId");
            if ((line.Stated.Wrong(material, sent.Moisture, $"{field}.stated") ?? line.Refused?.Wrong(material, sent.Moisture, $"{field}.refused")) is { } impossible)
                return impossible;
            if (Packing.Wrong(shipment, sent, line.Packages, $"{field}.packages") is { } package)
                return package;
            if (line.OwnNumber is not { } number)
                continue;
            if (!numbers.Add(number))
                return Refusal.Of("number-taken", ("number", number)).At($"{field}.ownNumber");
            if (states.Number(shipment.ToOperatorId, number) != line.BatchId && Refuse.Number(states, shipment.ToOperatorId, number, number, $"{field}.ownNumber") is { } wrong)
                return wrong;
        }
        return null;
    }

    public static Refusal? WrongTickets(States states, Submission said, IReadOnlyList<ReceiptLine> lines) =>
        Tickets.Wrong(states, said.Actor, lines.Select((l, i) => (l.Stated, $"lines[{i}].stated")));

    private static Refusal? Missing(Shipment shipment, IReadOnlyList<ReceiptLine> lines) =>
        shipment.Lines.FirstOrDefault(l => !shipment.Arrived.ContainsKey(l.BatchId) && lines.All(r => r.BatchId != l.BatchId)) is { } missing
            ? Refusal.Of("line-missing", ("batch", missing.BatchId)).At("lines")
            : null;

    public static ImmutableArray<Alarm> Implausible(States states, Shipment shipment, DateTimeOffset arrivedAt, IReadOnlyList<Seal>? seals)
    {
        var alarms = ImmutableArray.CreateBuilder<Alarm>();
        if (seals is not null && !seals.ToHashSet().SetEquals(shipment.Seals))
            alarms.Add(Alarm.Of("seals-differ", ("expected", Listed(shipment.Seals)), ("found", Listed(seals))));
        if (arrivedAt < shipment.LeftAt)
            alarms.Add(Alarm.Of("arrived-before-dispatch", ("left", shipment.LeftAt), ("arrived", arrivedAt)));
        else if (states.Find<Facility>(shipment.FromFacilityId) is { } from && states.Find<Facility>(shipment.ToFacilityId) is { } to)
        {
            var (kilometres, hours) = (from.KilometresTo(to), (arrivedAt - shipment.LeftAt).TotalHours);
            if (kilometres > hours * FastestKilometresPerHour(shipment.Mode))
                alarms.Add(Alarm.Of("implausible-speed", ("kilometres", Math.Round(kilometres)), ("hours", Math.Round(hours, 1))));
        }
        return alarms.ToImmutable();
    }

    public static ImmutableArray<Seal>? Found(IReadOnlyList<Seal>? seals) => seals is null ? null : [.. seals];

    private static string Listed(IEnumerable<Seal> seals) => string.Join(", ", seals.Select(s => $"{s.Issuer} {s.Number}"));

    private static double FastestKilometresPerHour(TransportMode mode) => mode switch
    {
        TransportMode.Sea => 60,
        TransportMode.Air => 950,
        _ => 130,
    };
}
