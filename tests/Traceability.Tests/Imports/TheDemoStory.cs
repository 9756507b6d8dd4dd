using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Hosting;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability.Tests.Imports;

/// <summary>The folder that is imported at the first start, played through the rules without a database.</summary>
public class TheDemoStory
{
    private static readonly Lazy<Task<Played>> Once = new(Play);

    [Fact]
    public async Task goes_in_but_for_a_blend_of_two_origins_a_seal_on_another_shipment_and_monazite_without_its_declaration()
    {
        var story = await Once.Value;

        var refused = story.Reports.SelectMany(r => r.Rows.Where(o => o.Refusal is { Code: not "other-row-refused" }).Select(o => $"{r.Name} row {o.Row}: {o.Refusal!.Code} {o.Column} {o.Value}"));

        Assert.Equal(
            [
                "tobol-rare-earths.sands-dispatch.csv row 2: class-7-undeclared Dangerous goods ", "yinshan-separation.autumn.csv row 3: seal-in-use Seals DT=4301702",
                "yinshan-separation.blend.csv row 3: origins-mixed Batch number YS-IN-025",
            ],
            refused.Order());
    }

    [Fact]
    public async Task a_second_time_is_all_there_already()
    {
        var (ledger, _) = await Play();
        var recorded = ledger.Events.Count;

        var again = await Play(ledger);

        Assert.All(again, report => Assert.Equal(report.Rows.Count - report.Refused, report.AlreadyThere));
        Assert.Equal(3, again.SelectMany(report => report.Rows).Count(row => row.Refusal is { Code: not "other-row-refused" }));
        Assert.Equal(recorded, ledger.Events.Count);
    }

    [Fact]
    public async Task is_large_enough_to_be_a_year_of_a_chain()
    {
        var story = await Once.Value;

        Assert.True(story.Facilities.Count(f => f.Kind == FacilityKind.MineSite) >= 6);
        Assert.True(story.Facilities.Count >= 20);
        Assert.True(story.Of<OrganisationRegistered>().Count() >= 15);
        Assert.True(story.Batches.Count >= 400);
        Assert.True(story.Of<ShipmentDispatched>().Count() >= 300);
        Assert.True(story.Runs.Count >= 150);
        Assert.True(story.Batches.Count(b => b.Material == "electric-vehicle") >= 60);
        Assert.Contains(
            $"{story.Batches.Count} batches, {story.Of<ShipmentDispatched>().Count()} shipments, {story.Runs.Count + story.Of<RunOpened>().Count()} process runs",
            await File.ReadAllTextAsync(Repository.File("docs/samples/kazakhstan/README.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task is_played_at_real_places_by_firms_marked_as_fiction()
    {
        var story = await Once.Value;

        Assert.All(story.Of<OrganisationRegistered>(), o => Assert.Matches(@"\((demo|демо)\)", o.Name));
        Assert.Single(story.Facilities, f => f.Terms.Partners.Count > 0);
        Assert.Equal(["almaty-ev", "kostanay-ev"], story.Facilities.Where(f => f.Kind == FacilityKind.VehiclePlant).Select(f => f.Code));
    }

    [Fact]
    public async Task leads_from_every_vehicle_to_the_ore_of_both_legs()
    {
        var story = await Once.Value;

        foreach (var vehicle in story.Batches.Where(b => b.Material == "electric-vehicle"))
        {
            var materials = story.Ancestors(vehicle.Id).Select(id => story.Batch(id).Material).ToHashSet();
            Assert.Superset(new HashSet<string>
            {
                "traction-motor", "ndfeb-magnet", "ndfeb-alloy", "ndpr-metal", "dy-metal", "ndpr-oxide", "mixed-ree-carbonate", "ree-concentrate", "ree-ore",
                "battery-pack", "nmc-cell", "anode-active", "spherical-graphite", "graphite-concentrate", "graphite-ore",
                "nmc-cathode", "lithium-hydroxide", "spodumene-concentrate", "spodumene-ore", "nmc-precursor", "nickel-sulphate", "cobalt-sulphate", "mixed-hydroxide", "nickel-ore",
            }, materials);
        }
    }

    [Fact]
    public async Task gives_every_vehicle_one_motor_and_one_pack_of_104_cells()
    {
        var story = await Once.Value;

        Assert.All(story.Runs.Where(r => r.Step == "vehicle-assembly"), run =>
            Assert.Equal(["battery-pack", "traction-motor"], run.Inputs.Select(i => story.Batch(i.BatchId).Material).Order()));
        Assert.All(story.Runs.Where(r => r.Step == "pack-assembly"), run =>
        {
            Assert.Equal(104, run.Inputs.Sum(i => i.Quantity.Pieces));
            Assert.Equal(104, run.Inputs.Sum(i => i.Serials!.Count));
        });
        Assert.All(story.Runs.Where(r => r.Step == "motor-assembly"), run => Assert.Equal(64 * run.Outputs.Length, run.Inputs.Sum(i => i.Quantity.Pieces)));
    }

    [Fact]
    public async Task loses_and_gains_no_kilogram_outside_its_scales()
    {
        var story = await Once.Value;

        Assert.All(story.Batches, batch => Assert.Equal(
            batch.Totals.Made + batch.Totals.GainInTransit + batch.Totals.CountedIn,
            Quantity.Sum(batch.Holdings.Select(h => h.Quantity)) + batch.Totals.UnderWay + batch.Totals.Disputed + batch.Totals.Consumed + batch.Totals.WrittenOff));
        Assert.All(story.Batches, batch => Assert.InRange(batch.Totals.GainInTransit.DryKilograms, -0.07m * batch.Totals.Made.DryKilograms, 0.02m * batch.Totals.Made.DryKilograms));
    }

    [Fact]
    public async Task separates_rare_earths_in_two_runs()
    {
        var story = await Once.Value;
        var extractions = story.Runs.Where(r => r.Step == "solvent-extraction" && r.FacilityId == DerivedId.Facility("baotou-separation")).ToList();

        Assert.NotEmpty(extractions);
        Assert.All(extractions, run => Assert.All(run.Inputs, input => Assert.Equal("cracking", story.MadeBy(input.BatchId)!.Step)));
    }

    [Theory]
    // Grades as the story's README states them: what of the element came out, by what went in.
    [InlineData("ree-flotation", "karkaraly-mill", 0.0011, 0.40, 0.55, 0.61)]
    [InlineData("ree-flotation", "kundybai-mill", 0.0022, 0.44, 0.52, 0.58)]
    [InlineData("ree-flotation", "ayagoz-mill", 0.0016, 0.35, 0.56, 0.64)]
    [InlineData("clay-leaching", "syrymbet-leach", 0.0008, 0.43, 0.68, 0.76)]
    [InlineData("graphite-flotation", "sarytogan-mill", 0.289, 0.94, 0.82, 0.90)]
    [InlineData("spheroidisation", "agadyr-anode-plant", 0.94, 0.9995, 0.46, 0.50)]
    [InlineData("spodumene-concentration", "bakennoye-mill", 0.00557, 0.0269, 0.62, 0.70)]
    [InlineData("lithium-conversion", "oskemen-lithium", 0.0269, 0.1654, 0.83, 0.92)]
    [InlineData("nickel-leaching", "aktobe-leach", 0.011, 0.385, 0.87, 0.95)]
    [InlineData("cracking", "ganzhou-separation", 0.35, 0.43, 0.88, 0.92)]
    public async Task recovers_what_such_plants_recover(string step, string facility, double gradeIn, double gradeOut, double least, double most)
    {
        var story = await Once.Value;
        var runs = story.Runs.Where(r => r.Step == step && r.FacilityId == DerivedId.Facility(facility)).ToList();

        var into = runs.Sum(r => r.Inputs.Sum(i => i.Quantity.DryKilograms)) * (decimal)gradeIn;
        var product = runs.Sum(r => r.Outputs.Where(o => o.Role == OutputRole.Product).Sum(o => o.Quantity.DryKilograms)) * (decimal)gradeOut;

        Assert.NotEmpty(runs);
        Assert.InRange((double)(product / into), least, most);
    }

    [Fact]
    public async Task has_its_seeded_incidents_and_no_others()
    {
        var story = await Once.Value;

        var rows = story.Reports.SelectMany(r => r.Rows).ToList();
        Assert.Equal(["outside-tolerance", "outside-tolerance", "permit-exceeded"], rows.SelectMany(r => r.Alarms).Select(a => a.Code).Where(code => code != "recovery-implausible").Order());
        // One month at one mill, of every element.
        var recoveries = rows.Where(r => r.Alarms.Any(a => a.Code == "recovery-implausible")).ToList();
        Assert.Equal("FL-26-05/8", Assert.Single(recoveries).Number);
        Assert.All(recoveries[0].Alarms, alarm => Assert.InRange(decimal.Parse(alarm.Values["recovery"], System.Globalization.CultureInfo.InvariantCulture), 0.969m, 0.971m));
        Assert.Equal(2, story.Of<ShipmentDisputed>().Count());
        Assert.Single(story.Of<ShipmentResolved>());
        Assert.Equal(["cobalt-hydroxide", "manganese-sulphate", "mixed-hydroxide", "mixed-hydroxide", "monazite-concentrate"],
            story.Of<BatchRegistered>().Where(b => b.Source == RegistrationSource.OutsideSupplier).Select(b => b.Material).Order());
        Assert.Single(story.Of<BatchRegistered>(), b => b.Source == RegistrationSource.OpeningStock);
        Assert.Contains(story.Shipments, s => s.Status == ShipmentStatus.Disputed);
        Assert.Contains(story.Shipments, s => s.Status == ShipmentStatus.UnderWay);
    }

    [Fact]
    public async Task tells_how_goods_are_handed_over_when_it_is_not_simple()
    {
        var story = await Once.Value;
        Shipment Sent(string shipper, string number) => story.Shipment(DerivedId.Shipment(DerivedId.Organisation(shipper), number));
        Guid Known(string organisation) => DerivedId.Organisation(organisation);

        Assert.Equal((ShipmentStatus.Resolved, Known("alatau-assay")), (Sent("dostyk-terminal", "DT260407-011").Status, Sent("dostyk-terminal", "DT260407-011").Umpire));
        var reserve = Sent("yinshan-separation", "YSFH2609008");
        Assert.Equal((ShipmentStatus.AcceptedUnderReserve, 0.65m), (reserve.Status, reserve.Received[0].Disputed.DryKilograms));
        var train = Sent("mugalzhar-nickel", "MN-26-018");
        Assert.Equal((ShipmentStatus.Accepted, 2), (train.Status, story.Of<ShipmentPartReceived>().Count(p => p.ShipmentId == train.Id)));
        Assert.Contains(story.Of<ShipmentReloaded>(), r => r.ShipmentId == train.Id);
        Assert.Equal(ShipmentStatus.Accepted, Sent("nanling-magnets", "NLM2609009").Status);
        Assert.Single(story.Of<ArrivalCompleted>());
        Assert.Single(story.Shipments, s => s.Purpose == Purpose.Analysis);
        Assert.Equal([Known("hongri-catalysts"), Known("silk-metals")], story.Batches.SelectMany(b => b.Holdings).Select(h => h.OwnerId).Distinct().Where(o => o != Known("altyn-dala")).Order());
    }

    [Fact]
    public async Task tells_of_a_pile_renewed_daily_and_a_month_that_closes()
    {
        var story = await Once.Value;

        var renewed = story.Of<PileRenewed>().ToList();
        Assert.Equal(12, renewed.Count);
        Assert.All(renewed.Zip(renewed.Skip(1)), pair => Assert.Equal(pair.First.BatchId, pair.Second.BeforeId));
        var month = story.Ledger.States.Find<ProcessRun>(story.Of<RunOpened>().Single().RunId)!;
        Assert.Equal((false, 12), (month.IsOpen, month.Parts));
        Assert.InRange(month.Materials.Single(m => m.Material == "spodumene-concentrate").Out.DryKilograms * 0.0269m / (month.Materials.Single(m => m.Material == "spodumene-ore").In.DryKilograms * 0.00557m), 0.62m, 0.70m);
        Assert.Single(story.Batches, b => b.Totals.WrittenOff.DryKilograms is > 0 and < 100);
    }

    [Fact]
    public async Task claims_of_a_vehicle_what_came_of_attested_mines_and_no_more()
    {
        var story = await Once.Value;
        var custody = story.Batches.Single(b => b.Number == "KZ9AE60A0TA000101").Custody!;

        Assert.Equal(CustodyModel.ControlledBlending, custody.Model);
        Assert.All(["Nd", "Pr", "Dy", "Li"], element => Assert.InRange(custody.Fraction("origin-kazakhstan", element), 0.999999m, 1m));
        Assert.All(["C", "Ni", "Co"], element => Assert.InRange(custody.Fraction("origin-kazakhstan", element), 0.1m, 0.99m));
        Assert.InRange(custody.Fraction("irma-audited-mine", "Nd"), 0.2m, 0.8m);
        Assert.Equal(0, custody.Fraction("irma-audited-mine", "Li"));
        var magnets = story.Batches.Where(b => b.Number is "NLM26-007" or "NLM26-008").Select(b => b.Custody!).ToList();
        Assert.All(magnets, m => Assert.Equal(CustodyModel.MassBalance, m.Model));
        Assert.Equal(["", "irma-audited-mine, origin-kazakhstan"], magnets.Select(m => string.Join(", ", m.Claimed)).Order());
    }

    private static async Task<Played> Play()
    {
        var ledger = new InMemoryLedger(SmallWorld.Now);
        return new(ledger, await Play(ledger));
    }

    private static async Task<IReadOnlyList<ImportReport>> Play(InMemoryLedger ledger)
    {
        var import = SmallWorld.Into(ledger);
        var books = await import.RunFolder(Repository.File("docs/samples/kazakhstan"), SampleStory.Books, CancellationToken.None);
        return [.. books, .. await import.RunFolder(Repository.File("docs/samples/kazakhstan/late"), SampleStory.Books, CancellationToken.None)];
    }

    private sealed record Played(InMemoryLedger Ledger, IReadOnlyList<ImportReport> Reports)
    {
        private readonly Dictionary<Guid, ProcessRunRecorded> _madeBy =
            Ledger.Events.Select(e => e.Event).OfType<ProcessRunRecorded>().SelectMany(r => r.Outputs.Select(o => (o.BatchId, Run: r))).ToDictionary(m => m.BatchId, m => m.Run);

        public List<FacilityRegistered> Facilities => [.. Of<FacilityRegistered>()];
        public List<ProcessRunRecorded> Runs => [.. Of<ProcessRunRecorded>()];
        public List<Batch> Batches => [.. Of<BatchRegistered>().Select(e => e.BatchId).Concat(Of<BatchProduced>().Select(e => e.BatchId)).Select(Batch)];
        public List<Shipment> Shipments => [.. Of<ShipmentDispatched>().Select(e => Shipment(e.ShipmentId))];

        public IEnumerable<T> Of<T>() => Ledger.Events.Select(e => e.Event).OfType<T>();
        public Batch Batch(Guid id) => Ledger.States.Find<Batch>(id)!;
        public Shipment Shipment(Guid id) => Ledger.States.Find<Shipment>(id)!;
        public ProcessRunRecorded? MadeBy(Guid batchId) => _madeBy.GetValueOrDefault(batchId);

        public HashSet<Guid> Ancestors(Guid batchId)
        {
            var seen = new HashSet<Guid>();
            var open = new Stack<Guid>([batchId]);
            while (open.TryPop(out var id))
            {
                foreach (var input in MadeBy(id)?.Inputs ?? [])
                {
                    if (seen.Add(input.BatchId))
                        open.Push(input.BatchId);
                }
            }
            return seen;
        }
    }
}
