using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Batches;

/// <summary>Stock that a command wants to take, found and found free.</summary>
public sealed record Taken(Batch Batch, Material Material, Holding Holding, Quantity Quantity, Measure Stated)
{
    public Guid OwnerId => Holding.OwnerId;

    /// <summary>What a scale shows of it.</summary>
    public decimal WetKilograms => Quantity.DryKilograms / (1 - (Stated.Moisture ?? Holding.Moisture));

    /// <summary>What of it may not be used: only goods going back, to analysis or to disposal have any, and they take that first.</summary>
    public Quantity Blocked { get; init; }

    /// <summary>What of it is certified: uncertified kilograms go first (K2).</summary>
    public decimal CertifiedKilograms => Math.Max(0, Quantity.DryKilograms - (Holding.Quantity.DryKilograms - Holding.CertifiedKilograms));

    public BatchBooked Booked(Guid factId, Booking booking, Facility facility, Submission said, Quantity underWay) =>
        new(factId, booking, facility.Id, OwnerId, -Quantity, underWay, 0, said.By, said.Command.OccurredAt, Stated.Moisture, -Blocked,
            KeptAs: booking == Booking.Consumed ? Batch.LoweredAt(facility.Id) : null);
}

/// <summary>Which stock may be taken: free stock for every purpose; anything, what may not be used first, only to go back, to analysis or to disposal (Q2);
/// anything, what is free first, where it was lost.</summary>
public enum Takes { Free, Anything, FreeFirst }

/// <summary>The rules every withdrawal shares, whether goods leave the gate or go into a process (Q1, Q2, C2).</summary>
public static class Withdrawal
{
    /// <param name="field">Path of the line in the command.</param>
    public static (Taken? Taken, Refusal? Refusal) Take(States states, Submission said, Facility facility, Guid batchId, Guid? ownerId, Measure stated, string field, Takes takes = Takes.Free)
    {
        if (states.Find<Batch>(batchId) is not { } batch || !states.IsKnownTo(said.Actor, batch, facility))
            return (null, Refusal.Of("not-found").At($"{field}.batchId"));
        if (states.Catalogue.Material(batch.Material) is not { } material)
            return (null, Refusal.Of("material-unknown", ("material", batch.Material)).At($"{field}.batchId"));
        if (takes == Takes.Free && !batch.Holds.IsEmpty)
            return (null, Refusal.Of("batch-held", ("batch", batch.Number)).At($"{field}.batchId"));

        var here = batch.Holdings.FindAll(h => h.FacilityId == facility.Id && (ownerId is null || h.OwnerId == ownerId));
        if (here.IsEmpty)
            return (null, Refusal.Of("nothing-held", ("batch", batch.Number), ("facility", facility.Terms.Name)).At($"{field}.batchId"));
        var holding = here.Find(h => h.OwnerId == (ownerId ?? facility.OperatorId)) ?? (here.Count == 1 ? here[0] : null);
        if (holding is null)
            return (null, Refusal.Of("owner-needed", ("batch", batch.Number)).At($"{field}.ownerId"));
        if (stated.Wrong(material, holding.Moisture, $"{field}.stated") is { } wrong)
            return (null, wrong);

        var available = takes == Takes.Free ? holding.Free : holding.Quantity;
        var asked = Asked(stated, material, holding, available);
        if (asked.Within(available))
            return (new(batch, material, holding, asked, stated) { Blocked = Blocked(asked, holding, takes) }, null);
        return (null, Exceeds(batch, holding, asked, $"{field}.stated"));
    }

    private static Quantity Blocked(Quantity asked, Holding holding, Takes takes) => takes switch
    {
        Takes.Free => default,
        Takes.FreeFirst => (asked - holding.Free).Most(default),
        _ => asked.Least(holding.Blocked),
    };

    /// <summary>The line every certificate rests on: nobody takes what is not there (Q1), nor what two sides still dispute (C3).</summary>
    private static Refusal Exceeds(Batch batch, Holding holding, Quantity asked, string field)
    {
        if (asked.Within(holding.Quantity))
            return Refusal.Of("stock-in-dispute", ("batch", batch.Number), ("free", holding.Free.DryKilograms), ("freePieces", holding.Free.Pieces)).At(field);
        return asked.Pieces > holding.Quantity.Pieces
            ? Refusal.Of("pieces-exceed-holding", ("batch", batch.Number), ("asked", asked.Pieces), ("held", holding.Quantity.Pieces)).At($"{field}.pieces")
            : Refusal.Of("mass-exceeds-holding", ("batch", batch.Number), ("asked", asked.DryKilograms), ("held", holding.Quantity.DryKilograms)).At($"{field}.wetKilograms");
    }

    private static Quantity Asked(Measure stated, Material material, Holding holding, Quantity available)
    {
        if (material.CountedIn == Counting.Pieces)
            return stated.Pieces == available.Pieces ? available : holding.Quantity.Part(stated.Pieces!.Value);
        var asked = stated.Quantity(material, holding.Moisture);
        // The last part takes what is left: what rounding made of the parts before it must neither strand milligrams nor refuse them.
        return Math.Abs(asked.DryKilograms - available.DryKilograms) <= Limits.RoundingKilograms ? available : asked;
    }

    /// <summary>Taken at a time when, in occurred order, less lay there than was taken (second half of Q1).</summary>
    public static Alarm? BelowZeroInTime(States states, Taken taken, Facility facility, DateTimeOffset at)
    {
        var lowest = states.LowestSince(taken.Batch, facility.Id, taken.OwnerId, at) - taken.Quantity;
        return lowest.DryKilograms >= 0 && lowest.Pieces >= 0
            ? null
            : Alarm.Of("below-zero-in-time", ("batch", taken.Batch.Number), ("short", Math.Max(0, -lowest.DryKilograms)), ("at", at));
    }

    /// <summary>A serial list that cannot be: wrong count, doubles, or serials the maker has given before.</summary>
    /// <param name="given">Serials that the same command gave to other batches; those of this list are added.</param>
    public static Refusal? WrongSerials(States states, Guid makerId, IReadOnlyList<string>? serials, long pieces, HashSet<string> given, string field)
    {
        if (serials is not { Count: > 0 })
            return null;
        if (serials.Count > Limits.Serials)
            return Refusal.Of("too-many-serials", ("limit", Limits.Serials)).At(field);
        if (serials.Count != pieces)
            return Refusal.Of("serials-do-not-match-pieces", ("serials", serials.Count), ("pieces", pieces)).At(field);
        for (var i = 0; i < serials.Count; i++)
        {
            var serial = serials[i];
            if (string.IsNullOrWhiteSpace(serial) || serial.Length > Limits.CodeLength || Refuse.Unreadable(serial))
                return Refusal.Of("serial-malformed", ("serial", serial)).At($"{field}[{i}]");
            if (!given.Add(serial))
                return Refusal.Of("serial-twice", ("serial", serial)).At($"{field}[{i}]");
            if (states.Serial(makerId, serial) is not null)
                return Refusal.Of("serial-taken", ("serial", serial)).At($"{field}[{i}]");
        }
        return null;
    }
}
