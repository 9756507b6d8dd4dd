using System.Collections.Immutable;
using CsCheck;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Proofs;
using Traceability.Shares;

namespace Traceability.Tests.Shares;

/// <summary>One entry of a random ledger. Which batch is meant counts from the first one, round and round.</summary>
internal abstract record Fact
{
    private static readonly Gen<int[]> Permille = Gen.Frequency((1, Gen.Const(-1)), (1, Gen.Const(0)), (8, Gen.Int[1, 330])).Array[ToldLedger.Elements.Length];

    private static readonly Gen<Fact> Dug = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[1, 1000], Fact (mine, by, material, kilograms) => new Dug(mine, by == 0, material, kilograms));

    private static readonly Gen<Fact> Analysed = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 2], Gen.Bool, Permille, Fact (batch, place, isFinal, permille) => new Analysed(batch, place, isFinal, permille));

    private static readonly Gen<Fact> Found = Gen.Select(Gen.Int[0, 40], Gen.Int[1, 100], Fact (batch, kilograms) => new Found(batch, kilograms));

    private static readonly Gen<Fact> Ran = Gen.Select(
        Gen.Frequency((5, Gen.Const("oxide-reduction")), (1, Gen.Const("scrap-leaching")), (1, Gen.Const("split")), (2, Gen.Const("blend")), (1, Gen.Const("motor-assembly"))), Gen.Int[1, 2],
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 100]).Array[1, 4], Gen.Select(Gen.Int[0, 2], Gen.Int[1, 1000]).Array[1, 3], Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[1, 20])),
        Fact (step, facility, takes, makes, untracked) => new Ran(step, facility, takes, makes, untracked));

    /// <summary>Mines dig, laboratories report, runs take what is there, counts find what nobody knew of, in any order.</summary>
    public static Gen<Fact[]> Ledgers { get; } = Gen.Frequency((3, Dug), (5, Analysed), (5, Ran), (1, Found)).Array[1, 24];
}

/// <param name="Mine">Nought is nobody knows.</param>
internal sealed record Dug(int Mine, bool IsDeclared, int Material, int Kilograms) : Fact;

/// <param name="Place">Nought is the maker, others are whoever received some of it there.</param>
/// <param name="Permille">Of each element; below nought it is not in the report.</param>
internal sealed record Analysed(int Batch, int Place, bool IsFinal, int[] Permille) : Fact;

internal sealed record Found(int Batch, int Kilograms) : Fact;

/// <param name="Takes">Percents of what was made of each batch, as far as it is still there.</param>
internal sealed record Ran(string Step, int Facility, (int Batch, int Percent)[] Takes, (int Material, int Kilograms)[] Makes, int UntrackedKilograms) : Fact;

/// <summary>A random ledger, folded from the events of the real one and shared out by its rule.</summary>
internal sealed class ToldLedger
{
    public static ImmutableArray<string> Elements { get; } = ["Pr", "Nd", "Tb"];
    public static ImmutableArray<string> Materials { get; } = ["ndpr-oxide", "ndpr-metal", "tb-oxide"];

    private static readonly DateTimeOffset At = new(2026, 2, 20, 8, 0, 0, TimeSpan.Zero);
    private static readonly Author By = new(World.MineCo, World.Id(21), null);

    private readonly bool _isBackwards;

    /// <param name="isBackwards">Whether the inputs of each run are named the other way round.</param>
    public ToldLedger(Fact[] facts, bool isBackwards = false)
    {
        _isBackwards = isBackwards;
        foreach (var fact in facts)
            Tell(fact);
    }

    public List<Batch> Batches { get; } = [];
    public List<ToldRun> Runs { get; } = [];
    public static Guid Place(int n) => World.Id(1000 + n);

    public void Tell(Fact fact)
    {
        switch (fact)
        {
            case Dug dug:
                Dig(dug);
                break;
            case Analysed analysed when Batches.Count > 0:
                Happens(analysed.Batch % Batches.Count, new AssayRecorded(
                    default, World.Id(1), "LAB", analysed.IsFinal ? AssayStatus.Final : AssayStatus.Provisional, analysed.Place == 0 ? AssaySide.Maker : AssaySide.Receiver,
                    analysed.Place == 0 ? null : World.Id(1), analysed.Place == 0 ? null : Place(analysed.Place), AssayBasis.Dry, null, null, null, [],
                    [.. Elements.Zip(analysed.Permille).Where(e => e.Second >= 0).Select(e => new ElementContent(e.First, e.Second / 1000m))], "Laboratory", null, null, null, [], Entry));
                break;
            case Found found when Batches.Count > 0:
                Happens(found.Batch % Batches.Count, new BatchBooked(World.Id(1), Booking.CountedIn, Place(1), World.MineCo, new(found.Kilograms, 0), default, 0, By, At));
                break;
            case Ran ran when Batches.Count > 0:
                Run(ran);
                break;
        }
    }

    private static Entry Entry => new(World.Id(1), "", By, At);

    private void Dig(Dug dug) => Batches.Add(Batch.After(null, new BatchRegistered(
        default, "", Materials[dug.Material], dug.Mine == 0 || dug.IsDeclared ? RegistrationSource.OutsideSupplier : RegistrationSource.Extraction, Place(dug.Mine), World.MineCo, World.MineCo,
        new(dug.Kilograms, 0), new(dug.Kilograms), dug.Mine > 0 && dug.IsDeclared ? new(null, $"Mine {dug.Mine}", null) : null, null, [], Entry), World.Id(Batches.Count))!);

    private void Happens(int batch, object happened) => Batches[batch] = Batch.After(Batches[batch], happened, Batches[batch].Id)!;

    private void Run(Ran ran)
    {
        var taken = ran.Takes.Select(t => (Batch: t.Batch % Batches.Count, t.Percent)).DistinctBy(t => t.Batch)
            .Select(t => (t.Batch, Kilograms: Math.Min(Left(t.Batch), Batches[t.Batch].Totals.Made.DryKilograms * t.Percent / 100))).Where(t => t.Kilograms > 0).ToList();
        if (taken.Count == 0)
            return;
        if (_isBackwards)
            taken.Reverse();
        foreach (var (batch, kilograms) in taken)
            Happens(batch, new BatchBooked(World.Id(1), Booking.Consumed, Place(ran.Facility), World.MineCo, new(-kilograms, 0), default, 0, By, At));
        var outputs = Enumerable.Range(Batches.Count, ran.Makes.Length).ToArray();
        Batches.AddRange(ran.Makes.Select((made, i) => Batch.After(null, new BatchProduced(
            World.Id(1), default, "", Materials[made.Material], OutputRole.Product, Place(ran.Facility), World.MineCo, World.MineCo, new(made.Kilograms, 0), 0, null, By, At), World.Id(outputs[i]))!));
        Runs.Add(new(Catalogue.Shipped.Step(ran.Step)!, Place(ran.Facility), [.. taken], outputs, ran.UntrackedKilograms));
    }

    /// <summary>What of a batch no run took.</summary>
    public decimal Left(int batch) => Batches[batch].Totals is var totals ? totals.Made.DryKilograms + totals.CountedIn.DryKilograms - totals.Consumed.DryKilograms : 0;

    /// <summary>The shares of every batch by all that is known in the end, run by run in the order in which they were recorded, as the ledger works them out again.</summary>
    public BatchShares[] Shares()
    {
        var shares = new BatchShares[Batches.Count];
        for (var i = 0; i < shares.Length; i++)
            shares[i] = Batches[i].RunId is null ? BatchShares.Whole(Batches[i] switch
            {
                { Source: RegistrationSource.Extraction } batch => new(batch.MadeAtId),
                { Declared.Origin: { } place } => new(DerivedId.Of("declared-place", place), IsDeclared: true),
                _ => Origin.Unknown,
            }) : BatchShares.None;
        foreach (var run in Runs)
        {
            var outputs = run.Outputs.Select(o => ShareOutput.Of(Batches[o], Batches[o].Totals.Made.DryKilograms)).ToList();
            var all = SharesOfRun.Of(
                Catalogue.Shipped, run.Step.Kind, [.. run.Inputs.Select(i => ShareInput.Of(Batches[i.Batch], i.Kilograms, run.FacilityId, shares[i.Batch]))], outputs, run.Untracked);
            foreach (var (its, index) in all.Zip(run.Outputs))
                shares[index] = its.After(run.Step, OutputRole.Product);
        }
        return shares;
    }
}
