using System.Globalization;
using System.Text.Json.Serialization;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Exports;

/// <summary>One row of a book: what stands under which heading of the import.</summary>
internal sealed class BookRow
{
    /// <summary>By heading. In JSON they are the row's members.</summary>
    [JsonExtensionData]
    public Dictionary<string, object?> Cells { get; } = [];

    /// <summary>What stands under a heading; null where nothing does.</summary>
    public object? this[string heading]
    {
        get => Cells.GetValueOrDefault(heading);
        init => Cells[heading] = value;
    }

    public BookRow With(string heading, object? value)
    {
        Cells[heading] = value;
        return this;
    }

    public BookRow Weighed(Measure? stated) => stated is null
        ? this
        : With("Wet kilograms", stated.WetKilograms).With("Moisture percent", Percent(stated.Moisture)).With("Pieces", stated.Pieces).With("Method", stated.Method)
            .With("Tickets", List(stated.Tickets?.Select(t => string.Create(
                CultureInfo.InvariantCulture, $"{t.Scale}/{t.Number}={t.GrossKilograms}-{t.TareKilograms}@{t.WeighedAt:yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz}"))));

    /// <summary>The batch by its maker's number, which leads to it from every organisation.</summary>
    public BookRow Batch(BookNames names, Guid batchId)
    {
        var (maker, number) = names.Batch(batchId);
        return With("Batch number", number).With("Batch maker", maker);
    }

    /// <summary>The shipment by its shipper's number.</summary>
    public BookRow Shipment(BookNames names, Guid shipmentId)
    {
        var (shipper, number) = names.Shipment(shipmentId);
        return With("Shipment number", number).With("Shipper", shipper);
    }

    public static decimal? Percent(decimal? fraction) => (fraction * 100)?.Normalised();

    public static string? Seals(IEnumerable<Seal>? seals) => List(seals?.Select(s => $"{s.Issuer}={s.Number}"));

    /// <summary>Named amounts as imports read them, <c>Nd=4|Pr=1</c>, or null where there are none.</summary>
    public static string? Amounts(IEnumerable<(string Name, decimal Value)> amounts) =>
        List(amounts.Select(of => string.Create(CultureInfo.InvariantCulture, $"{of.Name}={of.Value.Normalised()}")));

    /// <summary>Items separated as imports separate them, or null where there are none.</summary>
    public static string? List(IEnumerable<string>? items) => items is null || string.Join('|', items) is not { Length: > 0 } list ? null : list;
}
