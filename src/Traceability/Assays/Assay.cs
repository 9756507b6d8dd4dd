using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Assays;

/// <summary>What the sample was when it was weighed in: as received, dried, or glowed through.</summary>
public enum AssayBasis { Dry, Wet, Ignited }

public enum AssayStatus { Provisional, Final }

/// <summary>Who had it made: the batch's maker for the whole batch, or a side of one shipment for what came with it.</summary>
public enum AssaySide { Maker, Shipper, Receiver, Umpire }

public enum AnalyteUnit { Percent, Ppm, MilligramsPerKilogram, GramsPerTonne }

/// <summary>One line of a laboratory's report.</summary>
/// <param name="Name">An element (<c>Nd</c>), its oxide (<c>Nd2O3</c>) or a group (<c>TREO</c>).</param>
/// <param name="Value">In <paramref name="Unit"/>; null where there was less than could be detected.</param>
/// <param name="Uncertainty">Standard uncertainty (one standard deviation), in the same unit; null where the report states none.</param>
/// <param name="Below">Detection limit, in the same unit, where there was less than that.</param>
public sealed record Analyte(string Name, decimal? Value = null, AnalyteUnit Unit = AnalyteUnit.Percent, decimal? Uncertainty = null, decimal? Below = null)
{
    /// <summary>How many of its unit are a whole.</summary>
    [JsonIgnore]
    public decimal Whole => Unit == AnalyteUnit.Percent ? 100 : 1_000_000;

    /// <summary>As a mass fraction on the report's own basis; nothing where there was less than could be detected.</summary>
    [JsonIgnore]
    public decimal Fraction => (Value ?? 0) / Whole;
}

/// <summary>Mass fraction of one element in dry matter.</summary>
/// <param name="Uncertainty">Standard uncertainty, or null where the report states none.</param>
/// <param name="Below">Where nothing was detected: how much may be there all the same.</param>
public sealed record ElementContent(
    string Element, decimal Fraction,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Uncertainty = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Below = null);

// Append to this list; never change what is in it.
/// <param name="Number">Number of the laboratory's report.</param>
/// <param name="ShipmentId">Where it is of what one shipment brought: the shipment.</param>
/// <param name="FacilityId">Where it is of what one shipment brought: where that went.</param>
/// <param name="Scheme">By whose convention groups are meant.</param>
/// <param name="Contents">What follows from the analytes for each element, by symbol.</param>
public sealed record AssayRecorded(
    Guid BatchId, Guid AssayId, string Number, AssayStatus Status, AssaySide Side, Guid? ShipmentId, Guid? FacilityId, AssayBasis Basis, decimal? Moisture, decimal? LossOnIgnition,
    string? Scheme, ImmutableArray<Analyte> Analytes, ImmutableArray<ElementContent> Contents, string Laboratory, string? Method, string? Sample, string? Accreditation,
    ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<Batch>, IAlarming, INumbering
{
    Guid IOfFact.FactId => BatchId;

    IEnumerable<OwnNumber> INumbering.Numbers =>
    [
        new(Entry.By.OrganisationId, NumberKey(Number), AssayId),
        .. Sample is null ? [] : new[] { new OwnNumber(Entry.By.OrganisationId, SampleKey(Sample), SampleOf(BatchId)) },
    ];

    /// <summary>What rules need of it.</summary>
    internal AssayFigures Figures => new(AssayId, Status, Contents);

    public static string NumberKey(string number) => "assay/" + number;
    public static string SampleKey(string sample) => "sample/" + sample;

    /// <summary>What the samples of a batch are known by: a sample is of one batch, however often it is analysed.</summary>
    public static Guid SampleOf(Guid batchId) => DerivedId.Of("samples", batchId.ToString());
}

/// <summary>What rules need of one assay.</summary>
public sealed record AssayFigures(Guid AssayId, AssayStatus Status, ImmutableArray<ElementContent> Contents)
{
    /// <summary>The later of two by the same people: a final one is not replaced by a provisional one.</summary>
    public static AssayFigures Later(AssayFigures? before, AssayFigures now) => before is { Status: AssayStatus.Final } && now.Status == AssayStatus.Provisional ? before : now;

    public ElementContent? Of(string element) => Contents.FirstOrDefault(c => c.Element == element);
}

/// <summary>What the sides of the last shipment to a facility found in what it brought.</summary>
public sealed record LineAssays(Guid ShipmentId, Guid FacilityId, AssayFigures? Shipper = null, AssayFigures? Receiver = null, AssayFigures? Umpire = null)
{
    public LineAssays With(AssaySide side, AssayFigures figures) => side switch
    {
        AssaySide.Shipper => this with { Shipper = AssayFigures.Later(Shipper, figures) },
        AssaySide.Receiver => this with { Receiver = AssayFigures.Later(Receiver, figures) },
        _ => this with { Umpire = AssayFigures.Later(Umpire, figures) },
    };

    public AssayFigures? Of(AssaySide side) => side switch { AssaySide.Shipper => Shipper, AssaySide.Receiver => Receiver, _ => Umpire };
}

/// <summary>By which rule an assay is in force somewhere.</summary>
public enum InForceBy { Maker, Shipper, Receiver, Mean, Dispute, Umpire }

/// <summary>What counts as the content of a batch at some place.</summary>
/// <param name="Disputed">Elements on which both sides differ by more than the splitting limits: the smaller figure counts until an umpire speaks.</param>
public sealed record ContentInForce(InForceBy By, AssayStatus Status, ImmutableArray<ElementContent> Contents, ImmutableArray<string> Disputed)
{
    public ElementContent? Of(string element) => Contents.FirstOrDefault(c => c.Element == element);
}

/// <summary>The assays of a batch that may be in force somewhere.</summary>
/// <param name="Own">Of the whole batch, by its maker: the last final one, else the last provisional one.</param>
/// <param name="Received">One for each facility that a shipment brought some of it to and somebody analysed it.</param>
/// <param name="Count">How many were ever recorded.</param>
public sealed record BatchAssays(AssayFigures? Own, ImmutableList<LineAssays> Received, int Count)
{
    public static BatchAssays None { get; } = new(null, [], 0);

    public BatchAssays With(AssayRecorded e)
    {
        var figures = e.Figures;
        var counted = this with { Count = Count + 1 };
        if (e.ShipmentId is not { } shipment)
            return counted with { Own = AssayFigures.Later(Own, figures) };
        var before = Received.Find(l => l.FacilityId == e.FacilityId);
        var line = before?.ShipmentId == shipment ? before : new LineAssays(shipment, e.FacilityId!.Value);
        return counted with { Received = (before is null ? Received : Received.Remove(before)).Add(line.With(e.Side, figures)) };
    }

    /// <summary>What the whole batch holds by its maker's word; of what he is silent about, the richest that anybody found in any of it.</summary>
    [JsonIgnore]
    public AssayFigures? Whole => Received.IsEmpty ? Own : new(Own?.AssayId ?? Guid.Empty, Own?.Status ?? AssayStatus.Provisional,
    [
        .. Own?.Contents ?? [],
        .. Received.SelectMany(l => new[] { l.Shipper, l.Receiver, l.Umpire }).OfType<AssayFigures>().SelectMany(f => f.Contents)
            .Where(c => Own?.Of(c.Element) is null).GroupBy(c => c.Element, (_, all) => all.MaxBy(c => c.Fraction)!),
    ]);

    /// <summary>Element by element, settled for what was received there: the umpire's, else the mean of both sides within the splitting limits, else in dispute; of what none of them looked for, the batch's own.
    /// Whoever analyses one element alone does not make the others unknown.</summary>
    public ContentInForce? At(Guid facilityId)
    {
        var line = Received.Find(l => l.FacilityId == facilityId);
        var sides = Sides(line);
        var settled = line?.Umpire is not { } umpire ? sides : new(
            InForceBy.Umpire, umpire.Status, Completed(umpire.Contents, sides?.Contents ?? []), [.. (sides?.Disputed ?? []).Where(element => umpire.Of(element) is null)]);
        return settled is null ? null : settled with { Contents = Completed(settled.Contents, Own?.Contents ?? []) };
    }

    /// <summary>The reports by which <see cref="At"/> speaks of a facility.</summary>
    internal IEnumerable<AssayFigures> Counting(Guid facilityId, InForceBy by)
    {
        var line = Received.Find(l => l.FacilityId == facilityId);
        var shipper = line?.Shipper ?? Own;
        return (by switch { InForceBy.Maker => [Own], InForceBy.Shipper => [shipper], InForceBy.Receiver => [line?.Receiver], InForceBy.Umpire => [line?.Umpire], _ => new[] { shipper, line?.Receiver } }).OfType<AssayFigures>();
    }

    private static ImmutableArray<ElementContent> Completed(ImmutableArray<ElementContent> contents, ImmutableArray<ElementContent> others)
    {
        if (contents == others)
            return contents;
        var silent = others.Where(other => !contents.Any(c => c.Element == other.Element)).ToList();
        return silent.Count == 0 ? contents : [.. contents.Concat(silent).OrderBy(c => c.Element, StringComparer.Ordinal)];
    }

    private ContentInForce? Sides(LineAssays? line)
    {
        var shipper = line?.Shipper ?? Own;
        var sent = line?.Shipper is null ? InForceBy.Maker : InForceBy.Shipper;
        return (shipper, line?.Receiver) switch
        {
            (null, null) => null,
            ({ } one, null) => new(sent, one.Status, one.Contents, []),
            (null, { } one) => new(InForceBy.Receiver, one.Status, one.Contents, []),
            // What is final settles it over what is provisional.
            ({ Status: AssayStatus.Final } one, { Status: AssayStatus.Provisional }) => new(sent, one.Status, one.Contents, []),
            ({ Status: AssayStatus.Provisional }, { Status: AssayStatus.Final } one) => new(InForceBy.Receiver, one.Status, one.Contents, []),
            ({ } one, { } other) => Settled(one, other),
        };
    }

    private static ContentInForce Settled(AssayFigures shipper, AssayFigures receiver)
    {
        var pairs = shipper.Contents.Select(c => c.Element).Union(receiver.Contents.Select(c => c.Element)).Order(StringComparer.Ordinal)
            .Select(element => (Shipper: shipper.Of(element), Receiver: receiver.Of(element))).ToList();
        var disputed = pairs.Where(p => p is { Shipper: { } one, Receiver: { } other } && !Analytes.Shipped.Agree(one.Fraction, other.Fraction)).Select(p => p.Shipper!.Element).ToImmutableArray();
        return new(disputed.IsEmpty ? InForceBy.Mean : InForceBy.Dispute, shipper.Status, [.. pairs.Select(p => Settled(p.Shipper, p.Receiver))], disputed);
    }

    private static ElementContent Settled(ElementContent? shipper, ElementContent? receiver)
    {
        if (shipper is null || receiver is null)
            return (shipper ?? receiver)!;
        if (!Analytes.Shipped.Agree(shipper.Fraction, receiver.Fraction))
            return shipper.Fraction < receiver.Fraction ? shipper : receiver;
        decimal? uncertainty = shipper.Uncertainty is { } one && receiver.Uncertainty is { } other ? decimal.Round(Proofs.ElementMass.Combined([one, other]) / 2, Limits.FractionPlaces) : null;
        return new(
            shipper.Element, decimal.Round((shipper.Fraction + receiver.Fraction) / 2, Limits.FractionPlaces), uncertainty,
            shipper.Below is { } a && receiver.Below is { } b ? Math.Min(a, b) : null);
    }
}
