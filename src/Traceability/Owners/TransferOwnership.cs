using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Owners;

// Append to this list; never change what is in it.
public sealed record OwnershipTransferred(
    Guid TransferId, Guid FacilityId, Guid KeeperId, Guid FromOwnerId, Guid ToOwnerId, ImmutableArray<TransferredLine> Lines, string Contract,
    ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<OwnershipTransfer>, IWeighed, IAlarming
{
    Guid IOfFact.FactId => TransferId;
    IEnumerable<Measure?> IWeighed.Measures => Lines.Select(l => l.Stated);
}

public sealed record TransferredLine(Guid BatchId, Quantity Quantity, Measure Stated);

/// <summary>Goods changed their owner where they lay.</summary>
/// <param name="KeeperId">Who operated the facility then.</param>
public sealed record OwnershipTransfer(
    Guid Id, Guid FacilityId, Guid KeeperId, Guid FromOwnerId, Guid ToOwnerId, ImmutableArray<TransferredLine> Lines, string Contract, ImmutableArray<Alarm> Alarms,
    DateTimeOffset OccurredAt) : IState<OwnershipTransfer>
{
    public static StreamKind Kind => StreamKind.Transfer;

    public static OwnershipTransfer? After(OwnershipTransfer? current, object happened, Guid id) => happened switch
    {
        OwnershipTransferred e => new(id, e.FacilityId, e.KeeperId, e.FromOwnerId, e.ToOwnerId, e.Lines, e.Contract, e.Alarms, e.Entry.OccurredAt),
        _ => current,
    };

    /// <summary>Whether the actor's organisation gave it, got it, or keeps the goods.</summary>
    public bool Concerns(Actor actor) => actor.Can(Act.See, new(KeeperId, FromOwnerId == actor.OrganisationId || ToOwnerId == actor.OrganisationId));
}

/// <param name="Stated">How much of the batch, as stated by the parties; moisture null takes the last known.</param>
public sealed record TransferLine(Guid BatchId, Measure Stated);

/// <summary>The owner of goods passes them on to another organisation; nothing moves, and their keeper stays who he is (C2).</summary>
/// <param name="FacilityId">Where the goods lie.</param>
/// <param name="Contract">Number of the contract or invoice under which they pass.</param>
public sealed record TransferOwnership(
    Guid TransferId, Guid FacilityId, Guid NewOwnerId, IReadOnlyList<TransferLine> Lines, string Contract, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<TransferOwnership>("/api/ownership-transfers/{transferId:guid}");

    Guid ICommand.EntryId => TransferId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(TransferId).Read(FacilityId).Organisations.Add(NewOwnerId);
        Tickets.Touch(touches, by, Lines.Take(Limits.LinesOfShipment).Select(l => l.Stated));
        // More lines than that are refused without a look at them, so they are not locked either.
        foreach (var line in Lines.Take(Limits.LinesOfShipment))
        {
            touches.Lock<Batch>(line.BatchId);
            touches.Withdrawals.Add((line.BatchId, FacilityId, OccurredAt));
        }
    }

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Facility>(FacilityId) is not { } facility)
            return Refusal.Of("not-found").At("facilityId");
        if (!said.Actor.Can(Act.Record, new(said.Actor.OrganisationId)))
            return Refusal.Of("not-allowed");
        if (Wrong(states, said) is { } wrong)
            return wrong;

        var taken = new List<Taken>();
        for (var i = 0; i < Lines.Count; i++)
        {
            // Held and disputed goods keep their owner: who answers for them must not change before they are free (Q2, C3).
            if (WhyNotOwner(states, said.Actor, Lines[i].BatchId, $"lines[{i}].batchId") is { } stranger)
                return stranger;
            var (line, refusal) = Withdrawal.Take(states, said, facility, Lines[i].BatchId, said.Actor.OrganisationId, Lines[i].Stated, $"lines[{i}]");
            if (line is null)
                return refusal!;
            taken.Add(line);
        }
        return Transferred(states, facility, taken, said);
    }

    private Decision Transferred(States states, Facility facility, List<Taken> taken, Submission said)
    {
        var decision = Decision.Record([.. taken.Select(t => Withdrawal.BelowZeroInTime(states, t, facility, OccurredAt)).OfType<Alarm>()]);
        decision.On<OwnershipTransfer>(TransferId, new OwnershipTransferred(
            TransferId, FacilityId, facility.OperatorId, said.Actor.OrganisationId, NewOwnerId,
            [.. taken.Select(t => new TransferredLine(t.Batch.Id, t.Quantity, t.Stated))], Contract, decision.Alarms, said.Entry));
        foreach (var line in taken)
        {
            var given = line.Booked(TransferId, Booking.Transferred, facility, said, Quantity.Zero) with { CertifiedKilograms = -line.CertifiedKilograms };
            decision.On<Batch>(line.Batch.Id, given);
            decision.On<Batch>(line.Batch.Id, given with
            {
                OwnerId = NewOwnerId,
                Quantity = line.Quantity,
                CertifiedKilograms = line.CertifiedKilograms,
                Moisture = line.Stated.Moisture ?? line.Holding.Moisture,
            });
        }
        return decision;
    }

    private Refusal? Wrong(States states, Submission said)
    {
        if (Refuse.NewId(states, TransferId, "transferId") is { } taken)
            return taken;
        if (NewOwnerId == said.Actor.OrganisationId)
            return Refusal.Of("transfer-to-oneself").At("newOwnerId");
        if (states.Find<Organisation>(NewOwnerId) is null)
            return Refusal.Of("organisation-unknown").At("newOwnerId");
        if (Lines.Count is 0 or > Limits.LinesOfShipment)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfShipment)).At("lines");
        for (var i = 1; i < Lines.Count; i++)
        {
            if (Lines.Take(i).Any(l => l.BatchId == Lines[i].BatchId))
                return Refusal.Of("batch-twice").At($"lines[{i}].batchId");
        }
        return Refuse.Name(Contract, "contract")
            ?? Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Tickets.Wrong(states, said.Actor, Lines.Select((l, i) => (l.Stated, $"lines[{i}].stated")));
    }

    /// <summary>Only the owner's people dispose of goods; whoever may know of a batch and owns nothing of it is told so.</summary>
    internal static Refusal? WhyNotOwner(States states, Actor actor, Guid batchId, string field) =>
        states.Find<Batch>(batchId) is not { } batch || !states.IsKnownTo(actor, batch) ? Refusal.Of("not-found").At(field)
        : !batch.Holdings.Exists(h => h.OwnerId == actor.OrganisationId) ? Refusal.Of("not-owner", ("batch", batch.Number)).At(field)
        : null;
}
