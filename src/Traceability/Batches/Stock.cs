using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Batches;

/// <summary>Stock that a command wants to take, found and found free.</summary>
public sealed record Taken(Batch Batch, Material Material, Guid OwnerId, Quantity Quantity)
{
    public BatchBooked Booked(Guid factId, Booking booking, Facility facility, Submission said, Quantity underWay) =>
        new(factId, booking, facility.Id, OwnerId, -Quantity, underWay, 0, said.By, said.Command.OccurredAt);
}

/// <summary>The rules every withdrawal shares, whether goods leave the gate or go into a process (Q1, Q2, C2).</summary>
public static class Stock
{
    /// <param name="field">Path of the line in the command.</param>
    public static (Taken? Taken, Refusal? Refusal) Take(States states, Submission said, Facility facility, Guid batchId, Guid? ownerId, Measure stated, string field)
    {
        if (states.Find<Batch>(batchId) is not { } batch || !states.IsKnownTo(said.Actor, batch, facility))
            return (null, Refusal.Of("not-found", ("batch", batchId)).At($"{field}.batchId"));
        if (states.Catalogue.Material(batch.Material) is not { } material)
            return (null, Refusal.Of("material-unknown", ("material", batch.Material)).At($"{field}.batchId"));
        if (stated.Wrong(material, field) is { } wrong)
            return (null, wrong);
        if (!batch.Holds.IsEmpty)
            return (null, Refusal.Of("batch-held", ("batch", batch.Number)).At($"{field}.batchId"));

        var here = batch.Holdings.FindAll(h => h.FacilityId == facility.Id && (ownerId is null || h.OwnerId == ownerId));
        if (here.IsEmpty)
            return (null, Refusal.Of("nothing-held", ("batch", batch.Number), ("facility", facility.Terms.Name)).At($"{field}.batchId"));
        var holding = here.Find(h => h.OwnerId == (ownerId ?? facility.OperatorId)) ?? (here.Count == 1 ? here[0] : null);
        if (holding is null)
            return (null, Refusal.Of("owner-needed", ("batch", batch.Number)).At($"{field}.ownerId"));

        var asked = stated.Quantity(material, batch.Moisture);
        // All pieces leave with all the mass: a rounded mass per piece must not strand milligrams.
        if (material.CountedIn == Counting.Pieces && stated.WetKilograms is null && asked.Pieces == holding.Quantity.Pieces)
            asked = holding.Quantity;
        // The line every certificate rests on: nobody takes what is not there (Q1).
        return asked.Within(holding.Quantity)
            ? (new(batch, material, holding.OwnerId, asked), null)
            : (null, Refusal.Of("mass-exceeds-holding", ("batch", batch.Number),
                ("asked", asked.DryKilograms), ("held", holding.Quantity.DryKilograms), ("askedPieces", asked.Pieces), ("heldPieces", holding.Quantity.Pieces)).At(field));
    }

    /// <summary>Taken at a time when, in occurred order, less lay there than was taken (second half of Q1).</summary>
    public static Alarm? BelowZeroInTime(States states, Taken taken, Facility facility, DateTimeOffset at)
    {
        var lowest = states.LowestSince(taken.Batch, facility.Id, taken.OwnerId, at) - taken.Quantity;
        return lowest.DryKilograms >= 0 && lowest.Pieces >= 0
            ? null
            : Alarm.Of("below-zero-in-time", ("batch", taken.Batch.Number), ("short", -lowest.DryKilograms), ("at", at));
    }

    /// <summary>Times that no clock can have shown (C5), or null.</summary>
    public static Refusal? WrongTime(States states, DateTimeOffset at, string field) =>
        at > states.Now + Limits.Future ? Refusal.Of("in-the-future", ("at", at)).At(field)
        : at < Limits.Earliest ? Refusal.Of("too-long-ago", ("at", at)).At(field)
        : null;

    public static Refusal? WrongNumber(States states, Guid organisationId, string number, string field) =>
        string.IsNullOrWhiteSpace(number) || number.Length > Limits.CodeLength || number.Any(char.IsControl) ? Refusal.Of("number-malformed").At(field)
        : states.Number(organisationId, number) is not null ? Refusal.Of("number-taken", ("number", number)).At(field)
        : null;

    /// <summary>A serial list that cannot be: wrong count, doubles, or serials the maker has given before.</summary>
    public static Refusal? WrongSerials(States states, Guid makerId, IReadOnlyList<string>? serials, long pieces, string field)
    {
        if (serials is not { Count: > 0 })
            return null;
        if (serials.Count > Limits.Serials)
            return Refusal.Of("too-many-serials", ("limit", Limits.Serials)).At(field);
        if (serials.Count != pieces)
            return Refusal.Of("serials-do-not-match-pieces", ("serials", serials.Count), ("pieces", pieces)).At(field);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var serial in serials)
        {
            if (string.IsNullOrWhiteSpace(serial) || serial.Length > Limits.CodeLength)
                return Refusal.Of("serial-malformed", ("serial", serial)).At(field);
            if (!seen.Add(serial))
                return Refusal.Of("serial-twice", ("serial", serial)).At(field);
            if (states.Serial(makerId, serial) is not null)
                return Refusal.Of("serial-taken", ("serial", serial)).At(field);
        }
        return null;
    }
}
