using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Batches;

public enum RegistrationSource { Extraction, OutsideSupplier, OpeningStock, Recovery }

/// <summary>Why a batch's balance changed.</summary>
public enum Booking { Registered, Produced, Dispatched, Received, Returned, Consumed }

// Append to this list; never change what is in it.
public sealed record BatchRegistered(
    Guid BatchId, string Number, string Material, RegistrationSource Source, Guid FacilityId, Guid MakerId, Guid OwnerId,
    Quantity Quantity, Measure Stated, DeclaredOrigin? Declared, SerialList? Serials, ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<Batch>;

public sealed record BatchProduced(
    Guid RunId, Guid BatchId, string Number, string Material, OutputRole Role, Guid FacilityId, Guid MakerId, Guid OwnerId,
    Quantity Quantity, decimal Moisture, SerialList? Serials, Author By, DateTimeOffset OccurredAt) : IEventOf<Batch>;

/// <summary>One thin booking: the complete fact is on the stream of <paramref name="FactId"/>.</summary>
/// <param name="Quantity">Signed change of the holding of this owner at this facility.</param>
/// <param name="UnderWay">Signed change of what is under way and held by no one.</param>
/// <param name="CertifiedKilograms">Certified kilograms that moved along, signed.</param>
public sealed record BatchBooked(
    Guid FactId, Booking Booking, Guid FacilityId, Guid OwnerId, Quantity Quantity, Quantity UnderWay, decimal CertifiedKilograms, Author By, DateTimeOffset OccurredAt) : IEventOf<Batch>;

/// <summary>Its holder let anyone read the batch's story who has the code.</summary>
public sealed record BatchPublished(Guid BatchId, string Code, Entry Entry) : IEventOf<Batch>;

public sealed record BatchHeld(Guid BatchId, Guid HoldId, string Reason, Entry Entry) : IEventOf<Batch>;
public sealed record BatchReleased(Guid BatchId, Guid HoldId, string Reason, Entry Entry) : IEventOf<Batch>;

/// <summary>Origin named by somebody other than the mine's operator: it counts as declared, never as confirmed (rule O5).</summary>
public sealed record DeclaredOrigin(string? Supplier, string? Origin, string? Country);

/// <param name="Sha256">Over the serials in ordinal order, one a line; the serials themselves are rows of a table.</param>
/// <param name="Only">The serial itself when there is just one: a pack, a motor, a vehicle.</param>
public sealed record SerialList(int Count, string Sha256, string? Only)
{
    public static SerialList? Of(IReadOnlyList<string>? serials) =>
        serials is not { Count: > 0 } ? null : new(serials.Count, Fingerprint.OfSerials(serials), serials.Count == 1 ? serials[0] : null);
}

/// <param name="LastInAt">When stock last came in, as claimed: a withdrawal dated before it needs a look at history (rule Q1).</param>
public sealed record Holding(Guid FacilityId, Guid OwnerId, Quantity Quantity, decimal CertifiedKilograms, DateTimeOffset LastInAt);

/// <summary>Sums over the batch's whole life.</summary>
public sealed record Totals(Quantity Made, Quantity Consumed, Quantity UnderWay);

/// <summary>What rules need to know of a batch: how much lies where and what stops it. Never a list that grows with use.</summary>
/// <param name="MakerId">Organisation whose number it first had.</param>
/// <param name="Moisture">Last known moisture, a fraction of wet mass.</param>
/// <param name="Holds">Ids of open holds; stock is free when there are none.</param>
public sealed record Batch(
    Guid Id, string Number, string Material, Guid MakerId, Guid MadeAtId, DateTimeOffset MadeAt, RegistrationSource? Source, Guid? RunId, OutputRole? Role,
    DeclaredOrigin? Declared, decimal Moisture, SerialList? Serials, ImmutableList<Holding> Holdings, ImmutableSortedSet<Guid> Holds, Totals Totals, string? PublicCode) : IState<Batch>
{
    [JsonIgnore]
    public static StreamKind Kind => StreamKind.Batch;

    public Holding? At(Guid facilityId, Guid ownerId) => Holdings.Find(h => h.FacilityId == facilityId && h.OwnerId == ownerId);

    public static Batch? After(Batch? current, object happened, Guid id) => happened switch
    {
        BatchRegistered e => New(id, e.Number, e.Material, e.MakerId, e.FacilityId, e.OwnerId, e.Quantity, e.Entry.OccurredAt) with
        {
            Source = e.Source, Declared = e.Declared, Moisture = e.Stated.Moisture ?? 0, Serials = e.Serials,
        },
        BatchProduced e => New(id, e.Number, e.Material, e.MakerId, e.FacilityId, e.OwnerId, e.Quantity, e.OccurredAt) with
        {
            RunId = e.RunId, Role = e.Role, Moisture = e.Moisture, Serials = e.Serials,
        },
        BatchBooked e => current!.Book(e),
        BatchPublished e => current! with { PublicCode = e.Code },
        BatchHeld e => current! with { Holds = current.Holds.Add(e.HoldId) },
        BatchReleased e => current! with { Holds = current.Holds.Remove(e.HoldId) },
        _ => current,
    };

    private static Batch New(Guid id, string number, string material, Guid makerId, Guid facilityId, Guid ownerId, Quantity made, DateTimeOffset at) =>
        new(id, number, material, makerId, facilityId, at, null, null, null, null, 0, null,
            [new(facilityId, ownerId, made, 0, at)], [], new(made, Quantity.Zero, Quantity.Zero), null);

    private Batch Book(BatchBooked e)
    {
        var held = At(e.FacilityId, e.OwnerId) ?? new(e.FacilityId, e.OwnerId, Quantity.Zero, 0, e.OccurredAt);
        var cameIn = e.Quantity.DryKilograms > 0 || e.Quantity.Pieces > 0;
        var after = held with
        {
            Quantity = held.Quantity + e.Quantity,
            CertifiedKilograms = held.CertifiedKilograms + e.CertifiedKilograms,
            LastInAt = cameIn && e.OccurredAt > held.LastInAt ? e.OccurredAt : held.LastInAt,
        };
        var others = Holdings.Remove(held);
        return this with
        {
            Holdings = after.Quantity.IsZero ? others : others.Add(after),
            Totals = Totals with
            {
                Consumed = e.Booking == Booking.Consumed ? Totals.Consumed - e.Quantity : Totals.Consumed,
                UnderWay = Totals.UnderWay + e.UnderWay,
            },
        };
    }
}
