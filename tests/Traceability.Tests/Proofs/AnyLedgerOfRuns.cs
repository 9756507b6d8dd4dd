using System.Numerics;
using CsCheck;
using Traceability.Proofs;

namespace Traceability.Tests.Proofs;

/// <summary>Random ledgers of one element: mines dig, runs take parts of earlier batches, and some say more came out than went in.
/// The calculus is held against fractions of whole numbers, worked out batch by batch with no rounding at all.</summary>
public class AnyLedgerOfRuns
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 100_000 : 2_000;

    /// <summary>Takes a share of some earlier batches and yields so many thousandths of what went in, in two batches.</summary>
    private sealed record Run((int Batch, int Percent)[] Takes, int Yield, int First);

    private static readonly Gen<(int Mine, int Kilograms)[]> Mines = Gen.Select(Gen.Int[0, 4], Gen.Int[1, 1000]).Array[1, 5];

    private static readonly Gen<Run[]> Runs = Gen.Select(
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 100]).Array[1, 4], Gen.Frequency((8, Gen.Int[300, 1000]), (2, Gen.Int[1000, 1300])), Gen.Int[1, 99], (takes, yield, first) => new Run(takes, yield, first)).Array[1, 12];

    private static Origin Named(int mine) => mine == 0 ? Origin.Unknown : new(new Guid(mine, 0, 0, new byte[8]));

    [Fact]
    public void keeps_every_kilogram_of_every_origin() => Gen.Select(Mines, Runs).Sample((mines, runs) =>
    {
        var (held, lost) = (mines.Select(m => Origins.From(Named(m.Mine), m.Kilograms)).ToList(), new List<Origins>());
        var excess = 0m;
        foreach (var run in runs)
        {
            var inputs = Withdraw(held, run);
            var outputs = Outputs(inputs.Sum(i => i.Kilograms), run);
            var flow = RunOrigins.Of([.. inputs.Select(i => new ElementInput(1, i.Kilograms, i))], 0, outputs);
            excess += Math.Max(0, outputs.Sum() - inputs.Sum(i => i.Kilograms));
            held.AddRange(flow.Outputs);
            lost.Add(flow.Lost);
        }

        var all = Origins.Sum(held.Concat(lost));
        foreach (var mine in mines.GroupBy(m => m.Mine).Where(m => m.Key != 0))
            Assert.Equal(mine.Sum(m => m.Kilograms), all.Of(Named(mine.Key)));
        Assert.Equal(mines.Where(m => m.Mine == 0).Sum(m => m.Kilograms) + excess, all.Unknown);
    }, iter: Cases);

    [Fact]
    public void agrees_with_fractions_of_whole_numbers() => Gen.Select(Mines, Runs).Sample((mines, runs) =>
    {
        var held = mines.Select(m => Origins.From(Named(m.Mine), m.Kilograms)).ToList();
        var exact = mines.Select(m => Slow.Of(m.Mine, Origins.From(Named(m.Mine), m.Kilograms).Kilograms)).ToList();
        foreach (var run in runs)
        {
            var before = held.Select(h => h.Kilograms).ToList();
            var inputs = Withdraw(held, run);
            var taken = before.Zip(held).Select((pair, i) => (Batch: i, Kilograms: pair.First - pair.Second.Kilograms)).Where(t => t.Kilograms > 0).ToList();
            var outputs = Outputs(inputs.Sum(i => i.Kilograms), run);
            held.AddRange(RunOrigins.Of([.. inputs.Select(i => new ElementInput(1, i.Kilograms, i))], 0, outputs).Outputs);
            var mixed = Slow.Mix(taken.Select(t => (exact[t.Batch], t.Kilograms)), Math.Max(outputs.Sum(), taken.Sum(t => t.Kilograms)));
            exact.AddRange(outputs.Select(_ => mixed));
        }

        for (var i = 0; i < held.Count; i++)
        {
            foreach (var (origin, kilograms) in held[i].Parts)
                Assert.InRange((double)kilograms - exact[i].Share(origin) * (double)held[i].Kilograms, -1e-9, 1e-9);
        }
    }, iter: Cases / 4);

    private static List<Origins> Withdraw(List<Origins> held, Run run)
    {
        var inputs = new List<Origins>();
        foreach (var (at, percent) in run.Takes.Select(t => (At: t.Batch % held.Count, t.Percent)).DistinctBy(t => t.At).ToList())
        {
            (var taken, held[at]) = held[at].Take(decimal.Round(held[at].Kilograms * percent / 100, 6, MidpointRounding.ToZero));
            inputs.Add(taken);
        }
        return inputs;
    }

    private static decimal[] Outputs(decimal kilograms, Run run)
    {
        var whole = decimal.Round(kilograms * run.Yield / 1000, 6);
        var first = decimal.Round(whole * run.First / 100, 6);
        return [first, whole - first];
    }

    /// <summary>Shares of a batch as exact fractions with one denominator.</summary>
    private sealed record Slow(Dictionary<Origin, BigInteger> Parts, BigInteger Whole)
    {
        private static readonly decimal Scale = 1_000_000_000_000_000m;

        public static Slow Of(int mine, decimal kilograms) => new(new() { [Named(mine)] = Fixed(kilograms) }, Fixed(kilograms));

        public double Share(Origin origin) => Math.Exp(BigInteger.Log(Parts[origin]) - BigInteger.Log(Whole));

        /// <param name="whole">What is more than was taken is Unknown.</param>
        public static Slow Mix(IEnumerable<(Slow Batch, decimal Kilograms)> taken, decimal whole)
        {
            var inputs = taken.ToList();
            var denominator = inputs.Aggregate(BigInteger.One, (product, input) => product * input.Batch.Whole);
            var parts = new Dictionary<Origin, BigInteger>();
            foreach (var (batch, kilograms) in inputs)
            {
                foreach (var (origin, part) in batch.Parts)
                    parts[origin] = parts.GetValueOrDefault(origin) + part * Fixed(kilograms) * (denominator / batch.Whole);
            }
            var excess = Fixed(whole - inputs.Sum(i => i.Kilograms)) * denominator;
            if (excess > 0)
                parts[Origin.Unknown] = parts.GetValueOrDefault(Origin.Unknown) + excess;
            var sum = parts.Values.Aggregate(BigInteger.Zero, (a, b) => a + b);
            var common = parts.Values.Aggregate(sum, BigInteger.GreatestCommonDivisor);
            return common.IsZero ? new([], 1) : new(parts.ToDictionary(p => p.Key, p => p.Value / common), sum / common);
        }

        private static BigInteger Fixed(decimal kilograms) => (BigInteger)(kilograms * Scale);
    }
}
