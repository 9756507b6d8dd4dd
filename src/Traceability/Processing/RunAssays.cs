using System.Collections.Immutable;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Processing;

/// <summary>What laboratories found in what came out, stated with it: each report becomes the maker's assay of its batch.</summary>
/// <param name="Reports">One for each output; null where none was stated.</param>
internal sealed record RunAssays(ImmutableArray<AssayRecorded?> Reports)
{
    public static RunAssays None { get; } = new(ImmutableArray<AssayRecorded?>.Empty);

    public static void Touch(RunLines lines, Touches touches, Actor by)
    {
        foreach (var output in lines.Outputs.Take(Limits.LinesOfRun))
            Report(lines, output)?.TouchReport(touches, by);
    }

    public static (RunAssays? Assays, Refusal? Refusal) Of(States states, Submission said, RunLines lines, Facility facility)
    {
        var reports = ImmutableArray.CreateBuilder<AssayRecorded?>(lines.Outputs.Count);
        var (ids, numbers) = (new HashSet<Guid>(lines.Outputs.Select(o => o.BatchId)) { lines.RunId }, new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < lines.Outputs.Count; i++)
        {
            var (stated, field) = (Report(lines, lines.Outputs[i]), $"outputs[{i}].assay");
            if (stated is null)
            {
                reports.Add(null);
                continue;
            }
            if (!said.Actor.Can(Act.Analyse, new(facility.OperatorId)))
                return (null, Refusal.Of("not-allowed").At(field));
            var (report, wrong) = stated.Report(states, said.Actor, said.Entry with { OccurredAt = stated.OccurredAt, Alarms = null }, AssaySide.Maker);
            if (report is null)
                return (null, wrong!.At($"{field}.{(wrong.Field == "occurredAt" ? "analysedAt" : wrong.Field)}"));
            if (!ids.Add(report.AssayId))
                return (null, Refusal.Of("id-reused").At($"{field}.assayId"));
            if (!numbers.Add(AssayRecorded.NumberKey(report.Number)))
                return (null, Refusal.Of("number-taken", ("number", report.Number)).At($"{field}.number"));
            if (report.Sample is { } sample && !numbers.Add(AssayRecorded.SampleKey(sample)))
                return (null, Refusal.Of("sample-of-other-batch", ("sample", sample)).At($"{field}.sample"));
            reports.Add(report);
        }
        return (new(reports.MoveToImmutable()), null);
    }

    private static RecordAssay? Report(RunLines lines, RunOutput output) => output.Assay?.Of(output.BatchId, output.Stated.Moisture, lines.At);
}
