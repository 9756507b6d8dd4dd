using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Traceability.Batches;

/// <summary>How quantities are written for people: with their unit, in the reader's language, thousands parted by thin spaces in every language.</summary>
public static class QuantityInWords
{
    private const decimal KilogramsPerTonne = 1_000;

    /// <summary>For pictures and headlines: pieces where the goods are counted, else four significant digits in kilograms or tonnes.</summary>
    public static string Roughly(this Quantity quantity, IStringLocalizer words) => quantity switch
    {
        { Pieces: not 0 } => Pieces(quantity.Pieces, words),
        { DryKilograms: >= 10 * KilogramsPerTonne } => words["{0} t", Significant(quantity.DryKilograms / KilogramsPerTonne)],
        _ => words["{0} kg", Significant(quantity.DryKilograms)],
    };

    /// <summary>For tables and labels: to the milligram, pieces and kilograms both.</summary>
    public static string Exactly(this Quantity quantity, IStringLocalizer words)
    {
        string kilograms = words["{0} kg", Number(quantity.DryKilograms, Limits.KilogramPlaces)];
        return quantity.Pieces == 0 ? kilograms : $"{Pieces(quantity.Pieces, words)}, {kilograms}";
    }

    private static string Pieces(long pieces, IStringLocalizer words) => pieces == 1 ? words["1 piece"] : words["{0} pcs", Number(pieces, 0)];

    /// <summary>A count or another plain number, thousands parted by thin spaces.</summary>
    public static string Number(decimal value, int decimals)
    {
        var format = (NumberFormatInfo)CultureInfo.CurrentCulture.NumberFormat.Clone();
        format.NumberGroupSeparator = "\u202F";
        format.NumberGroupSizes = [3];
        format.NegativeSign = "\u2212";
        return value.ToString("#,##0." + new string('#', decimals), format);
    }

    /// <summary>A share of one. What is not nothing never reads 0 %, nor what is not all of it 100 %: a little that nobody verified is not nothing.</summary>
    public static string Percent(decimal share) => share switch
    {
        > 0 and < 0.00005m => $"< {Number(0.01m, 2)} %",
        >= 0.99995m and < 1 => $"> {Number(99.99m, 2)} %",
        _ => $"{Number(share * 100, 2)} %",
    };

    private static string Significant(decimal value) => Number(value, decimal.Abs(value) switch { >= 1_000 => 0, >= 100 => 1, >= 10 => 2, >= 0.001m => 3, _ => 6 });
}
