using CsvHelper;
using Traceability.Shares;

namespace Traceability.Provenance;

/// <summary>A genealogy as a table: one row for each flow, with the batch and the run at its ends. Comma separated as in RFC 4180, numbers and
/// times in their invariant form, so that any program reads it alike; UTF-8 with its mark, so that spreadsheets read Cyrillic and Chinese.</summary>
public static class GenealogyCsv
{
    // A batch number is a stranger's text; opened in a spreadsheet, it must not become a formula.
    private static readonly CsvWriterOptions Form = CsvWriterOptions.Default with { WriteByteOrderMark = true, Injection = CsvInjection.Escape };

    private static readonly string[] Headings =
    [
        "flow", "dry_kilograms", "pieces", "depth", "batch_number", "batch_id", "material", "stage", "maker", "batch_facility", "batch_country", "source",
        "run_number", "run_id", "step", "run_facility", "run_country", "run_ended_at",
    ];

    private static readonly string[] SharesHeadings =
        ["unverified_share", "unverified_most_of", "co2e_kilograms_per_kilogram", "co2e_primary_share", "co2e_undeclared_share", "co2e_through_undeclared_steps_share"];

    /// <param name="to">Stays open.</param>
    /// <param name="withShares">With six more columns: the largest unverified share and of which element, and the footprint.</param>
    public static void Write(Genealogy genealogy, Stream to, bool withShares = false)
    {
        var batches = genealogy.Batches.ToDictionary(batch => batch.Id);
        var runs = genealogy.Runs.ToDictionary(run => run.Id);
        using var csv = CsvWriter.Create(to, Form, leaveOpen: true);
        csv.WriteHeader(withShares ? [.. Headings, .. SharesHeadings] : Headings);
        foreach (var flow in genealogy.Edges)
        {
            if (batches.TryGetValue(flow.From, out var batch) && runs.TryGetValue(flow.To, out var run))
                Write(csv, "consumed", flow, batch, run, withShares);
            else if (batches.TryGetValue(flow.To, out batch) && runs.TryGetValue(flow.From, out run))
                Write(csv, "produced", flow, batch, run, withShares);
        }
    }

    private static void Write(CsvWriter csv, string kind, Flow flow, BatchNode batch, RunNode run, bool withShares)
    {
        csv.WriteField(kind);
        // What is not disclosed is left out: it is unknown to the reader, not zero.
        csv.WriteField(flow.DryKilograms == 0 ? null : (decimal?)flow.DryKilograms);
        csv.WriteField(flow.Pieces == 0 ? null : (long?)flow.Pieces);
        csv.WriteField(batch.Depth);
        foreach (var text in new[] { batch.Number, batch.Id.ToString(), batch.Material, batch.Stage, batch.Maker, batch.Facility, batch.Country, batch.Source })
            csv.WriteField(text);
        foreach (var text in new[] { run.Number, run.Id.ToString(), run.Step, run.Facility, run.Country })
            csv.WriteField(text);
        csv.WriteField(run.IsOpen || run.EndedAt == default ? null : (DateTimeOffset?)run.EndedAt);
        if (withShares)
            Write(csv, batch.Shares);
        csv.EndRecord();
    }

    private static void Write(CsvWriter csv, ShareDigest? shares)
    {
        csv.WriteField(shares?.LeastVerified?.Value);
        csv.WriteField(shares?.LeastVerified?.Key);
        foreach (var figure in new[] { shares?.Footprint.KilogramsPerKilogram, shares?.Footprint.PrimaryShare, shares?.Footprint.Undeclared, shares?.Footprint.ThroughUndeclaredSteps })
            csv.WriteField(figure);
    }
}
