using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Stock;

/// <param name="Stated">What is gone.</param>
/// <param name="OwnerId">Whose it was, or null where only one owner's lies there.</param>
public sealed record WriteOffLine(Guid BatchId, Measure Stated, Guid? OwnerId = null);

/// <summary>Stock is gone and will not come back: spilled, stolen, taken as a sample or destroyed. Held and blocked stock too: no hold keeps a thief away,
/// and destroying what may not be used is what becomes of it (Q2). Never more than lies there (Q1).</summary>
/// <param name="Number">Own number of the act.</param>
/// <param name="Documents">What shows it: report to the police, act of destruction, laboratory's receipt. Theft and destruction need one.</param>
public sealed record WriteOffStock(
    Guid WriteOffId, string Number, Guid FacilityId, WriteOffCause Cause, IReadOnlyList<WriteOffLine> Lines, string Reason, DateTimeOffset OccurredAt,
    IReadOnlyList<string>? Documents = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<WriteOffStock>("/api/write-offs/{writeOffId:guid}");

    Guid ICommand.EntryId => WriteOffId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(WriteOffId).Read(FacilityId);
        touches.Numbers.Add((by.OrganisationId, WriteOff.NumberKey(Number)));
        // More lines than that are refused without a look at them, so they are not locked either.
        foreach (var line in Lines.Take(Limits.LinesOfCount))
        {
            touches.Lock<Batch>(line.BatchId);
            touches.Withdrawals.Add((line.BatchId, FacilityId, OccurredAt));
        }
        Tickets.Touch(touches, by, Lines.Take(Limits.LinesOfCount).Select(l => l.Stated));
    }

    public Decision Decide(States states, Submission said)
    {
        var (facility, notKept) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return notKept!;
        if (Wrong(states, said, facility) is { } wrong)
            return wrong;

        var taken = new List<Taken>();
        for (var i = 0; i < Lines.Count; i++)
        {
            var (line, refusal) = Withdrawal.Take(states, said, facility, Lines[i].BatchId, Lines[i].OwnerId, Lines[i].Stated, $"lines[{i}]", Takes);
            if (line is null)
                return refusal!;
            if (taken.Exists(t => t.Batch.Id == line.Batch.Id && t.OwnerId == line.OwnerId))
                return Refusal.Of("batch-twice").At($"lines[{i}].batchId");
            taken.Add(line);
        }
        return WrittenOff(states, facility, taken, said);
    }

    /// <summary>What is destroyed or sampled on purpose is first of all what may not be used; what is lost by accident is not chosen.</summary>
    private Takes Takes => Cause is WriteOffCause.Destruction or WriteOffCause.Sample ? Takes.Anything : Takes.FreeFirst;

    private Decision WrittenOff(States states, Facility facility, List<Taken> taken, Submission said)
    {
        var lines = taken.Select(t => new WrittenOffLine(t.Batch.Id, t.OwnerId, t.Quantity, t.Stated, Withdrawal.BelowZeroInTime(states, t, facility, OccurredAt)));
        var written = new StockWrittenOff(WriteOffId, Number, facility.Id, facility.OperatorId, Cause, [.. lines], Reason, [.. Documents ?? []], said.Entry);
        var decision = Decision.Record(written.Alarms()).On<WriteOff>(WriteOffId, written);
        foreach (var line in taken)
            decision.On<Batch>(line.Batch.Id, line.Booked(WriteOffId, Booking.WrittenOff, facility, said, Quantity.Zero));
        return decision;
    }

    private Refusal? Wrong(States states, Submission said, Facility facility)
    {
        if (Refuse.NewId(states, WriteOffId, "writeOffId") is { } taken)
            return taken;
        if (Lines.Count is 0 or > Limits.LinesOfCount)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfCount)).At("lines");
        return Refuse.Undefined(Cause, "cause")
            ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Number(states, facility.OperatorId, Number, WriteOff.NumberKey(Number), "number")
            ?? Refuse.Reason(Reason)
            ?? Refuse.Names(Documents, Limits.DocumentsOfWriteOff, "documents")
            ?? (Documents is not { Count: > 0 } && Cause is WriteOffCause.Theft or WriteOffCause.Destruction ? Refusal.Of("evidence-missing").At("documents") : null)
            ?? Tickets.Wrong(states, said.Actor, Lines.Select((l, i) => (l.Stated, $"lines[{i}].stated")));
    }
}
