using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Assays;
using Traceability.Custody;
using Traceability.Footprints;
using Traceability.Ledger;
using Traceability.Processing;

namespace Traceability.Batches;

public enum RegistrationSource { Extraction, OutsideSupplier, OpeningStock, Recovery }

/// <summary>Why a batch's balance changed.</summary>
public enum Booking { Registered, Produced, Dispatched, Received, Returned, Consumed, Resolved, CountedIn, WrittenOff, Transferred }

// Append to this list; never change what is in it.
public sealed record BatchRegistered(
    Guid BatchId, string Number, string Material, RegistrationSource Source, Guid FacilityId, Guid MakerId, Guid OwnerId,
    Quantity Quantity, Measure Stated, DeclaredOrigin? Declared, SerialList? Serials, ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<Batch>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => BatchId;
    IEnumerable<Measure?> IWeighed.Measures => [Stated];
    IEnumerable<OwnNumber> INumbering.Numbers => [new(MakerId, Number, BatchId)];
}

public sealed record BatchProduced(
    Guid RunId, Guid BatchId, string Number, string Material, OutputRole Role, Guid FacilityId, Guid MakerId, Guid OwnerId,
    Quantity Quantity, decimal Moisture, SerialList? Serials, Author By, DateTimeOffset OccurredAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BatchCustody? Custody = null) : IEventOf<Batch>, INumbering
{
    IEnumerable<OwnNumber> INumbering.Numbers => [new(MakerId, Number, BatchId)];
}

/// <summary>One thin booking: the complete fact is on the stream of <paramref name="FactId"/>.</summary>
/// <param name="Quantity">Signed change of the holding of this owner at this facility.</param>
/// <param name="UnderWay">Signed change of what is under way and held by no one.</param>
/// <param name="Blocked">Signed change of the part of the holding that may not be used: in dispute, or refused and waiting to go back.</param>
/// <param name="Disputed">Signed change of what one side says exists and the other does not.</param>
/// <param name="CertifiedKilograms">Certified kilograms that moved along, signed.</param>
/// <param name="Moisture">Moisture weighed at this occasion, a fraction of wet mass, or null where nobody did.</param>
/// <param name="Counted">Whether the stock there was counted at that moment; a count is booked even where it found what the book said.</param>
/// <param name="KeptAs">Of what came or was consumed: the model it was kept under there, where its shipment lowered that; null where it is the batch's own.</param>
public sealed record BatchBooked(
    Guid FactId, Booking Booking, Guid FacilityId, Guid OwnerId, Quantity Quantity, Quantity UnderWay, decimal CertifiedKilograms, Author By, DateTimeOffset OccurredAt,
    decimal? Moisture = null, Quantity Blocked = default, Quantity Disputed = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Counted = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CustodyModel? KeptAs = null) : IEventOf<Batch>;

/// <summary>Its holder let anyone read the batch's story who has the code.</summary>
public sealed record BatchPublished(Guid BatchId, string Code, Entry Entry) : IEventOf<Batch>, INumbering
{
    IEnumerable<OwnNumber> INumbering.Numbers => [new(Guid.Empty, Batch.PublicKey(Code), BatchId)];
}

/// <param name="Documents">What shows it: an analysis, a photo, a letter.</param>
public sealed record BatchHeld(
    Guid BatchId, Guid HoldId, string Reason, Entry Entry, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<string> Documents = default) : IEventOf<Batch>;

public sealed record BatchReleased(
    Guid BatchId, Guid HoldId, string Reason, Entry Entry, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<string> Documents = default) : IEventOf<Batch>;

/// <summary>Origin named by somebody other than the mine's operator: it counts as declared, never as confirmed (rule O5).</summary>
public sealed record DeclaredOrigin(string? Supplier, string? Origin, string? Country)
{
    public Refusal? Wrong(string field) =>
        Refuse.Line(Supplier, Limits.NameLength, $"{field}.supplier")
        ?? Refuse.Line(Origin, Limits.NameLength, $"{field}.origin")
        ?? (Country is null ? null : Refuse.Country(Country, $"{field}.country"));
}

/// <param name="Sha256">Over the serials in ordinal order, one a line; the serials themselves are rows of a table.</param>
/// <param name="Only">The serial itself when there is just one: a pack, a motor, a vehicle.</param>
public sealed record SerialList(int Count, string Sha256, string? Only)
{
    public static SerialList? Of(IReadOnlyList<string>? serials) =>
        serials is not { Count: > 0 } ? null : new(serials.Count, Fingerprint.OfSerials(serials), serials.Count == 1 ? serials[0] : null);
}

/// <param name="Moisture">Last known moisture of what lies there, a fraction of wet mass: ore dries on the way, and dry goods elsewhere do not dry the pile.</param>
/// <param name="LastInAt">When stock last came in, as claimed: a withdrawal dated before it needs a look at history (rule Q1).</param>
/// <param name="Blocked">The part of it that may not be used.</param>
public sealed record Holding(Guid FacilityId, Guid OwnerId, Quantity Quantity, decimal CertifiedKilograms, DateTimeOffset LastInAt, decimal Moisture, Quantity Blocked = default)
{
    [JsonIgnore]
    public Quantity Free => Quantity - Blocked;

    /// <summary>What a scale or a count would show of all of it.</summary>
    [JsonIgnore]
    public Measure Whole => Quantity.Pieces > 0 ? new(null, null, Quantity.Pieces) : new(decimal.Round(Quantity.DryKilograms / (1 - Moisture), Limits.KilogramPlaces));
}

/// <summary>Sums over the batch's whole life. Always: held + under way + disputed + written off + consumed = made + counted in + gained in transit.</summary>
/// <param name="GainInTransit">What receivers booked more than was sent to them; negative where they booked less.</param>
/// <param name="Disputed">What one side of an open dispute says exists and the other does not.</param>
/// <remarks>Left out is nothing, or what is not for the reader.</remarks>
public sealed record Totals(
    Quantity Made,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Quantity Consumed = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Quantity UnderWay = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Quantity GainInTransit = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Quantity Disputed = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Quantity CountedIn = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Quantity WrittenOff = default)
{
    public Totals Book(BatchBooked e)
    {
        var after = this with { UnderWay = UnderWay + e.UnderWay, Disputed = Disputed + e.Disputed };
        return e.Booking switch
        {
            Booking.Consumed => after with { Consumed = Consumed - e.Quantity },
            Booking.CountedIn => after with { CountedIn = CountedIn + e.Quantity },
            Booking.WrittenOff => after with { WrittenOff = WrittenOff - e.Quantity },
            // Whatever arrives and was not under way was gained; what was under way, did not arrive and is not disputed was lost.
            Booking.Received or Booking.Resolved => after with { GainInTransit = GainInTransit + e.Quantity + e.UnderWay + e.Disputed },
            _ => after,
        };
    }
}

/// <summary>What rules need to know of a batch: how much lies where and what stops it. Never a list that grows with use.</summary>
/// <param name="MakerId">Organisation whose number it first had.</param>
/// <param name="LastInAt">When stock last came in anywhere, as claimed: what is emptied and filled again does not forget that it has a history.</param>
/// <param name="Holds">Ids of open holds; stock is free when there are none.</param>
/// <param name="CountedAt">When it was last counted at each facility, as claimed.</param>
/// <param name="Assays">What laboratories found in it, or null where nobody looked.</param>
/// <param name="Custody">How it was kept apart from others and what is claimed of it; null where nobody knows.</param>
/// <param name="Footprint">The carbon footprint that its maker declares, or null where he declares none.</param>
/// <param name="Lowered">Facilities to which some of it was sent as kept less well than the batch, with the lowest model: nobody tells it apart there any more.</param>
public sealed record Batch(
    Guid Id, string Number, string Material, Guid MakerId, Guid MadeAtId, DateTimeOffset MadeAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] DateTimeOffset LastInAt, RegistrationSource? Source, Guid? RunId, OutputRole? Role,
    DeclaredOrigin? Declared, SerialList? Serials, ImmutableList<Holding> Holdings, ImmutableSortedSet<Guid> Holds, Totals Totals, string? PublicCode,
    ImmutableSortedDictionary<Guid, DateTimeOffset>? CountedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BatchAssays? Assays = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BatchCustody? Custody = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DeclaredFootprint? Footprint = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<Guid, CustodyModel>? Lowered = null) : IState<Batch>
{
    public static StreamKind Kind => StreamKind.Batch;

    /// <summary>What the code of a public batch is known by among all codes of the register.</summary>
    public static string PublicKey(string code) => "public/" + code;

    public Holding? At(Guid facilityId, Guid ownerId) => Holdings.Find(h => h.FacilityId == facilityId && h.OwnerId == ownerId);

    public DateTimeOffset? LastCount(Guid facilityId) => CountedAt is not null && CountedAt.TryGetValue(facilityId, out var at) ? at : null;

    /// <summary>The model that shipments lowered it to there; null where it is the batch's own.</summary>
    public CustodyModel? LoweredAt(Guid facilityId) => Lowered is not null && Lowered.TryGetValue(facilityId, out var model) ? model : null;

    /// <summary>As it was kept where it was lowered to this.</summary>
    internal Batch KeptAs(CustodyModel? lowered) => this with { Custody = Custody?.Lowered(lowered) };

    /// <summary>As it is kept there.</summary>
    internal Batch KeptAt(Guid facilityId) => KeptAs(LoweredAt(facilityId));

    public static Batch? After(Batch? current, object happened, Guid id) => happened switch
    {
        BatchRegistered e => New(id, e.Number, e.Material, e.MakerId, new(e.FacilityId, e.OwnerId, e.Quantity, 0, e.Entry.OccurredAt, e.Stated.Moisture ?? 0)) with
        {
            Source = e.Source,
            Declared = e.Declared,
            Serials = e.Serials,
            Custody = BatchCustody.Of(e),
        },
        BatchProduced e => New(id, e.Number, e.Material, e.MakerId, new(e.FacilityId, e.OwnerId, e.Quantity, 0, e.OccurredAt, e.Moisture)) with
        {
            RunId = e.RunId,
            Role = e.Role,
            Serials = e.Serials,
            Custody = e.Custody,
        },
        BatchBooked e => current!.Book(e),
        BatchPublished e => current! with { PublicCode = e.Code },
        AssayRecorded e => current! with { Assays = (current.Assays ?? BatchAssays.None).With(e) },
        FootprintDeclared e => current! with { Footprint = e.Figures },
        BatchKept e => current! with { Custody = e.Custody },
        BatchClaimed e => current! with { Custody = current.Custody!.With(e.Claim) },
        BatchAllocated e => current! with { Custody = current.Custody!.With(e, current) },
        BatchHeld e => current! with { Holds = current.Holds.Add(e.HoldId) },
        BatchReleased e => current! with { Holds = current.Holds.Remove(e.HoldId) },
        _ => current,
    };

    private static Batch New(Guid id, string number, string material, Guid makerId, Holding made) =>
        new(id, number, material, makerId, made.FacilityId, made.LastInAt, made.LastInAt, null, null, null, null, null,
            [made], [], new(made.Quantity), null);

    private Batch Book(BatchBooked e)
    {
        var held = At(e.FacilityId, e.OwnerId) ?? new(e.FacilityId, e.OwnerId, Quantity.Zero, 0, LastInAt, 0);
        var cameIn = e.Quantity.DryKilograms > 0 || e.Quantity.Pieces > 0;
        var after = held with
        {
            Quantity = held.Quantity + e.Quantity,
            CertifiedKilograms = held.CertifiedKilograms + e.CertifiedKilograms,
            LastInAt = cameIn && e.OccurredAt > held.LastInAt ? e.OccurredAt : held.LastInAt,
            Moisture = e.Moisture ?? held.Moisture,
            Blocked = held.Blocked + e.Blocked,
        };
        var others = Holdings.Remove(held);
        return this with
        {
            LastInAt = after.LastInAt > LastInAt ? after.LastInAt : LastInAt,
            Holdings = after.Quantity.IsZero ? others : others.Add(after),
            Totals = Totals.Book(e),
            Lowered = e is { KeptAs: { } model, Booking: not Booking.Consumed }
                ? (Lowered ?? ImmutableSortedDictionary<Guid, CustodyModel>.Empty).SetItem(e.FacilityId, LoweredAt(e.FacilityId).OrLower(model)!.Value)
                : Lowered,
            CountedAt = e.Counted ? (CountedAt ?? ImmutableSortedDictionary<Guid, DateTimeOffset>.Empty).SetItem(e.FacilityId, e.OccurredAt) : CountedAt,
        };
    }
}
