using System.Diagnostics;
using Traceability.Proofs;

namespace Traceability.Benchmarks;

/// <summary>The calculus of origins alone: one run of ten inputs and ten elements, of two hundred origins in all and, much worse, of two hundred in each input.</summary>
internal static class Calculus
{
    private const int Inputs = 10, Elements = 10, Origins = 200;

    public static Task Run(Table table)
    {
        Report(table, $"{Origins} origins in all", "<= 200 us", Batches(Origins / Inputs));
        Report(table, $"{Origins} origins in each input", "", Batches(Origins));
        return Task.CompletedTask;
    }

    /// <param name="each">Origins of one input. Where they are fewer than there are, each input has its own.</param>
    private static ElementInput[] Batches(int each) =>
    [
        .. Enumerable.Range(0, Inputs).Select(input => new ElementInput(20_000 + input, 137.123456m + input, Traceability.Proofs.Origins.Sum(
            Enumerable.Range(0, each).Select(n => Traceability.Proofs.Origins.From(new(Place((input * each + n) % Origins)), 0.001m * (n + 1)))))),
    ];

    private static Guid Place(int n) => new(n + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static void Report(Table table, string what, string wanted, ElementInput[] inputs)
    {
        var clock = Stopwatch.StartNew();
        // The first seconds are the just-in-time compiler's.
        while (clock.Elapsed < TimeSpan.FromSeconds(3))
            Once(inputs);
        using var process = Process.GetCurrentProcess();
        var (times, before) = (2_000, process.TotalProcessorTime);
        for (var i = 0; i < times; i++)
            Once(inputs);
        process.Refresh();
        table.Add($"calculus of a run with {Inputs} inputs, {Elements} elements, {what}, CPU", wanted, $"{(process.TotalProcessorTime - before).TotalMicroseconds / times:0} us");
    }

    private static void Once(ElementInput[] inputs)
    {
        for (var element = 0; element < Elements; element++)
            RunOrigins.Mixed(inputs, 0, 1200).Scaled(1);
    }
}
