using System.Globalization;

namespace Traceability.Benchmarks;

/// <summary>What was measured, beside what is wanted.</summary>
internal sealed class Table
{
    private readonly List<string> _rows = [];

    public void Add(string what, string wanted, string measured)
    {
        _rows.Add($"| {what} | {wanted} | {measured} |");
        Console.Error.WriteLine(_rows[^1]);
    }

    public void Print()
    {
        Console.WriteLine($"Measured {TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, {Environment.ProcessorCount} cores, "
            + $"{File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()}, load average before {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.\n");
        Console.WriteLine("| What | Wanted | Measured |\n|---|---|---|");
        _rows.ForEach(Console.WriteLine);
    }
}
