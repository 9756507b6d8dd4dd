using Microsoft.Extensions.Logging.Abstractions;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Service.Tests.Api;
using Traceability.Shares;
using Traceability.Stock;
using Traceability.Tests.Shares;

namespace Traceability.Service.Tests.Shares;

/// <summary>A concentrator's random ledger through the real service: bought, analysed, run, counted and analysed again in any order. What is kept with the batches, after the keeper
/// has worked out again what was due, is what a slow walk through the whole graph tells.</summary>
public sealed class WholeLedgersInTheService(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly DateTimeOffset Day = TestLedger.Start.AddDays(10);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 200 : 2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task shares_that_are_kept_are_those_of_a_slow_walk(int seed)
    {
        var story = new Story(ledger, seed);
        await story.Tell(30);
        await new RecomputeShares(ledger.Store, Catalogue.Shipped, ledger.Time, NullLogger<RecomputeShares>.Instance).All(Http.Cancellation);

        Assert.InRange(story.Runs.Count, 3, 30);
        var batches = await story.Batches();
        var walk = new SlowWalk(batches, story.Runs, "Nd");
        for (var batch = 0; batch < batches.Count; batch++)
        {
            var kept = (await ReadShares.Find(ledger.Source, Catalogue.Shipped, story.Person, batches[batch].Id, Http.Cancellation))!.Elements.Single(e => e.Element == "Nd");
            var told = walk.Of(batch).GroupBy(o => o.Key.IsDeclared).ToDictionary(o => o.Key, o => o.Sum(part => part.Value.Value));
            Assert.InRange(kept.Origins.Where(o => o.Kind == OriginKind.Unknown).Sum(o => o.Share) - told.GetValueOrDefault(false), -0.000000001m, 0.000000001m);
            foreach (var (origin, share) in walk.Of(batch).Where(o => o.Key.IsDeclared))
                Assert.InRange((kept.Origins.SingleOrDefault(o => o.Place is { } place && DerivedId.Of("declared-place", place) == origin.PlaceId)?.Share ?? 0) - share.Value, -0.000000001m, 0.000000001m);
        }
    }

    private sealed class Story(TestLedger ledger, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<(Guid Id, string Material)> _batches = [];
        private Guid _plant;
        private int _entries;

        public Actor Person { get; private set; } = null!;
        public List<ToldRun> Runs { get; } = [];

        public async Task Tell(int entries)
        {
            (Person, _plant) = await ledger.Firm($"any-{seed}", FacilityKind.Concentrator);
            await Buy();
            await Buy();
            for (var i = 0; i < entries; i++)
                await (_random.Next(10) switch { < 2 => Buy(), < 5 => Analyse(), < 6 => Count(), _ => Run() });
        }

        public async Task<IReadOnlyList<Batch>> Batches()
        {
            var batches = new List<Batch>();
            foreach (var (id, _) in _batches)
                batches.Add(await ledger.Load<Batch>(id));
            return batches;
        }

        private Guid NewId() => DerivedId.Of("any", $"{seed}/{++_entries}");

        private async Task Buy()
        {
            var (id, origin) = (NewId(), _random.Next(4));
            await ledger.Recorded(new RegisterBatch(
                id, $"B-{_entries}", "ree-ore", RegistrationSource.OutsideSupplier, _plant, new(_random.Next(10, 1000), 0), Day, Declared: origin == 0 ? null : new(null, $"Mine {origin}", null)), Person);
            _batches.Add((id, "ree-ore"));
        }

        private Task<Recorded> Analyse() => ledger.Recorded(new RecordAssay(
            _batches[_random.Next(_batches.Count)].Id, NewId(), $"LAB {_entries}", AssayStatus.Final, AssayBasis.Dry, [new("Nd", _random.Next(0, 300) / 10m)], "Laboratory", Day.AddDays(1)), Person);

        /// <summary>Finds more than there was.</summary>
        private async Task Count()
        {
            var batch = await ledger.Load<Batch>(_batches[_random.Next(_batches.Count)].Id);
            var second = new Approval(new(DerivedId.Of("second", $"{seed}"), Person.OrganisationId, Person.Roles), "Seen", Day.AddDays(3));
            await ledger.Recorded(new CountStock(NewId(), $"C-{_entries}", _plant, [new(batch.Id, new((batch.Holdings.FirstOrDefault()?.Quantity.DryKilograms ?? 0) + _random.Next(1, 50), 0))], Day.AddDays(2)), Person, second);
        }

        /// <summary>A flotation, a blend or a split of ore; nobody weighs exactly what he took.</summary>
        private async Task Run()
        {
            var taken = new List<(int Batch, decimal Kilograms)>();
            foreach (var at in Enumerable.Range(0, _batches.Count).Where(b => _batches[b].Material == "ree-ore").OrderBy(_ => _random.Next()).Take(_random.Next(1, 4)).ToList())
            {
                var held = (await ledger.Load<Batch>(_batches[at].Id)).Holdings.FirstOrDefault()?.Quantity.DryKilograms ?? 0;
                if (decimal.Round(held * _random.Next(10, 101) / 100, 3) is > 0 and var kilograms)
                    taken.Add((at, kilograms));
            }
            if (taken.Count == 0)
                return;
            var (step, all) = (Catalogue.Shipped.Step(_random.Next(3) switch { 0 => "ree-flotation", 1 => "blend", _ => "split" })!, taken.Sum(t => t.Kilograms));
            var first = decimal.Round(all * _random.Next(1, 100) / 100, 3);
            (string Material, OutputRole Role, decimal Kilograms)[] made = step.Kind == StepKind.Transformation
                ? [("ree-concentrate", OutputRole.Product, first), ("ree-tailings", OutputRole.Tailings, all - first)]
                : [("ree-ore", OutputRole.Product, first), ("ree-ore", OutputRole.Product, all - first)];
            made = [.. made.Where(m => m.Kilograms > 0)];
            var outputs = made.Select(m => new RunOutput(NewId(), $"R-{_entries}", m.Material, m.Role, new(m.Kilograms, 0))).ToList();
            await ledger.Recorded(new RecordRun(
                NewId(), $"RUN-{_entries}", step.Code, _plant, Day.AddDays(4), Day.AddDays(4),
                [.. taken.Select(t => new RunInput(_batches[t.Batch].Id, new(t.Kilograms, 0)))], outputs), Person);
            Runs.Add(new(step, _plant, [.. taken], [.. Enumerable.Range(_batches.Count, outputs.Count)], 0));
            _batches.AddRange(outputs.Select(o => (o.BatchId, o.Material)));
        }
    }
}
