using System.Numerics;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Proofs;

namespace Traceability.Tests.Shares;

/// <summary>Rule O1 a second time, from its words and by other means: backwards from one batch through everything it came of, in fractions of whole numbers without any rounding.</summary>
internal sealed class SlowWalk(IReadOnlyList<Batch> batches, IReadOnlyList<ToldRun> runs, string element)
{
    private readonly Dictionary<int, Dictionary<Origin, Fraction>> _known = [];

    /// <summary>Shares of one, as the batch is now: with what counts found in it.</summary>
    public Dictionary<Origin, Fraction> Of(int batch)
    {
        if (_known.TryGetValue(batch, out var known))
            return known;
        var (made, found) = (Fraction.Of(batches[batch].Totals.Made.DryKilograms), Fraction.Of(batches[batch].Totals.CountedIn.DryKilograms));
        var mix = new Mix();
        mix.Add(CameFrom(batch), made);
        mix.Add(Origin.Unknown, found);
        return _known[batch] = mix.Shares();
    }

    private Dictionary<Origin, Fraction> CameFrom(int batch)
    {
        var now = batches[batch];
        if (now.RunId is null)
            return All(OriginOf(now));
        if (!IsTracked(now) && Stated(now) is null)
            return All(Origin.Unknown);
        var run = runs.Single(r => r.Outputs.Contains(batch));
        var mix = new Mix();
        foreach (var (origin, share) in Stated(now) is not null && IsByMass(run) ? Found(run) : Of(run))
            mix.Add(Out(origin, run), share);
        return mix.Shares();
    }

    /// <summary>What an origin is in what comes out of a run: of a mine, where it is won again.</summary>
    private static Origin Out(Origin origin, ToldRun run) => run.Step.Recycles && origin is { PlaceId: not null, IsDeclared: false } ? origin with { IsRecycled = true } : origin;

    private bool IsByMass(ToldRun run) => run.Step.Kind != StepKind.Transformation && Array.TrueForAll(run.Inputs, i => Here(batches[i.Batch], run) is null);

    /// <summary>What was found in what came of inputs that nobody had analysed, cut down to what can have gone in.</summary>
    private Dictionary<Origin, Fraction> Found(ToldRun run)
    {
        var (shares, there, all) = (Of(run), Into(run), Contained(run));
        if (all == default)
            return shares;
        var mix = new Mix();
        foreach (var (origin, share) in shares.Where(s => s.Key != Origin.Unknown))
            mix.Add(origin, Least(share * all, there.GetValueOrDefault(origin)));
        mix.Fill(all);
        return mix.Shares();
    }

    /// <summary>Kilograms of each named origin that can have gone into a run: as analysed, or as far as anybody analysed further up.</summary>
    private Dictionary<Origin, Fraction> Into(ToldRun run)
    {
        var into = new Dictionary<Origin, Fraction>();
        foreach (var (batch, kilograms) in run.Inputs)
        {
            var (here, stated) = (Here(batches[batch], run), Stated(batches[batch]));
            if (here is null && (!IsByMass(run) || (run.Step.Kind == StepKind.Assembly && !IsTracked(batches[batch]))))
                continue;
            var analysed = here is { } its && stated is { } maker ? Least(its, maker) : here ?? stated;
            foreach (var (origin, share) in Of(batch).Where(s => s.Key != Origin.Unknown))
                into[origin] = into.GetValueOrDefault(origin) + Fraction.Of(kilograms) * (analysed is { } content ? share * content : MostIn(batch, origin));
        }
        return into;
    }

    /// <summary>Kilograms of one origin in a kilogram of a batch that nobody analysed.</summary>
    private Fraction MostIn(int batch, Origin origin)
    {
        var now = batches[batch];
        var undiluted = Fraction.Of(now.Totals.Made.DryKilograms) / Fraction.Of(now.Totals.Made.DryKilograms + now.Totals.CountedIn.DryKilograms);
        if (now.RunId is null)
            return Of(batch).GetValueOrDefault(origin);
        if (!IsTracked(now))
            return default;
        var run = runs.Single(r => r.Outputs.Contains(batch));
        var others = Sum(run.Outputs.Where(o => Stated(batches[o]) is null).Select(o => Fraction.Of(batches[o].Totals.Made.DryKilograms)));
        var (into, found) = (Into(run), IsByMass(run) ? Found(run) : Of(run));
        return Sum(into.Keys.Where(o => Out(o, run) == origin).Select(o => Left(into[o], found.GetValueOrDefault(o) * Contained(run)))) / others * undiluted;

        static Fraction Left(Fraction all, Fraction taken) => all > taken ? all - taken : default;
    }

    /// <summary>Kilograms that laboratories found in what came of a run.</summary>
    private Fraction Contained(ToldRun run) => Sum(run.Outputs.Select(o => Fraction.Of(batches[o].Totals.Made.DryKilograms) * (Stated(batches[o]) ?? default)));

    private static Fraction Least(Fraction a, Fraction b) => a > b ? b : a;

    private Dictionary<Origin, Fraction> Of(ToldRun run)
    {
        var inputs = run.Inputs.Select(i => (i.Batch, Kilograms: Fraction.Of(i.Kilograms), Now: batches[i.Batch], Here: Here(batches[i.Batch], run))).ToList();
        var mix = new Mix();
        mix.Add(Origin.Unknown, Fraction.Of(run.Untracked.GetValueOrDefault(element)));
        if (IsByMass(run))
        {
            // Kilograms stand for those of the element.
            foreach (var input in inputs.Where(i => run.Step.Kind != StepKind.Assembly || IsTracked(i.Now)))
                mix.Add(Of(input.Batch), input.Kilograms);
            if (run.Step.Kind != StepKind.Assembly)
                mix.Fill(Sum(run.Outputs.Select(o => Fraction.Of(batches[o].Totals.Made.DryKilograms))));
            return mix.Shares();
        }
        var richest = inputs.Select(i => i.Here ?? default).Aggregate(default(Fraction), (a, b) => a > b ? a : b);
        foreach (var input in inputs)
        {
            if (input.Here is not { } here)
                mix.Add(Origin.Unknown, IsTracked(input.Now) ? input.Kilograms * richest : default);
            else if (Stated(input.Now) is { } stated && stated < here)
            {
                mix.Add(Of(input.Batch), input.Kilograms * stated);
                mix.Add(Origin.Unknown, input.Kilograms * (here - stated));
            }
            else
            {
                mix.Add(Of(input.Batch), input.Kilograms * here);
            }
        }
        mix.Fill(Contained(run));
        return mix.Shares();
    }

    private bool IsTracked(Batch batch) => Catalogue.Shipped.Material(batch.Material)!.Elements.Contains(element);

    private Fraction? Here(Batch batch, ToldRun run) => batch.Assays?.At(run.FacilityId)?.Of(element) is { } content ? Fraction.Of(content.Fraction) : null;

    /// <summary>What the maker says of the whole batch, or the richest that a receiver found where he is silent.</summary>
    private Fraction? Stated(Batch batch) =>
        (batch.Assays?.Own?.Of(element) ?? batch.Assays?.Received.Select(line => line.Receiver?.Of(element)).MaxBy(content => content?.Fraction)) is { } content ? Fraction.Of(content.Fraction) : null;

    private static Origin OriginOf(Batch batch) => batch switch
    {
        { Source: RegistrationSource.Extraction } => new(batch.MadeAtId),
        { Declared.Origin: { } place } => new(DerivedId.Of("declared-place", place), IsDeclared: true),
        _ => Origin.Unknown,
    };

    private static Dictionary<Origin, Fraction> All(Origin origin) => new() { [origin] = Fraction.Of(1) };

    private static Fraction Sum(IEnumerable<Fraction> all) => all.Aggregate(default(Fraction), (a, b) => a + b);

    private sealed class Mix
    {
        private readonly Dictionary<Origin, Fraction> _parts = [];

        public void Add(Origin origin, Fraction kilograms) => _parts[origin] = _parts.GetValueOrDefault(origin) + kilograms;

        public void Add(Dictionary<Origin, Fraction> shares, Fraction kilograms)
        {
            foreach (var (origin, share) in shares)
                Add(origin, share * kilograms);
        }

        /// <summary>What is missing to so many kilograms came from nowhere.</summary>
        public void Fill(Fraction kilograms)
        {
            if (kilograms > Sum(_parts.Values))
                Add(Origin.Unknown, kilograms - Sum(_parts.Values));
        }

        public Dictionary<Origin, Fraction> Shares()
        {
            var all = Sum(_parts.Values);
            return all == default ? All(Origin.Unknown) : _parts.ToDictionary(p => p.Key, p => p.Value / all);
        }
    }
}

/// <summary>A run of a random ledger.</summary>
internal sealed record ToldRun(ProcessStep Step, Guid FacilityId, (int Batch, decimal Kilograms)[] Inputs, int[] Outputs, int UntrackedKilograms)
{
    /// <summary>All of it neodymium.</summary>
    public IReadOnlyDictionary<string, decimal> Untracked => new Dictionary<string, decimal> { ["Nd"] = UntrackedKilograms };
}

/// <summary>A fraction of whole numbers, not below nought.</summary>
internal readonly record struct Fraction
{
    private readonly BigInteger _over, _lessOne;

    private Fraction(BigInteger over, BigInteger under)
    {
        var common = BigInteger.GreatestCommonDivisor(over, under);
        (_over, _lessOne) = (over / common, under / common - 1);
    }

    private BigInteger Under => _lessOne + 1;

    public static Fraction Of(decimal value) => new((BigInteger)(value * 1_000_000_000_000m), 1_000_000_000_000);

    public static Fraction operator +(Fraction a, Fraction b) => new(a._over * b.Under + b._over * a.Under, a.Under * b.Under);
    public static Fraction operator -(Fraction a, Fraction b) => new(a._over * b.Under - b._over * a.Under, a.Under * b.Under);
    public static Fraction operator *(Fraction a, Fraction b) => new(a._over * b._over, a.Under * b.Under);
    public static Fraction operator /(Fraction a, Fraction b) => new(a._over * b.Under, a.Under * b._over);
    public static bool operator >(Fraction a, Fraction b) => a._over * b.Under > b._over * a.Under;
    public static bool operator <(Fraction a, Fraction b) => b > a;

    /// <summary>To fifteen places.</summary>
    public decimal Value => (decimal)(_over * 1_000_000_000_000_000 / Under) / 1_000_000_000_000_000m;
}
