using Traceability.Assays;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Processing;
using static Traceability.Tests.World;

namespace Traceability.Tests.Processing;

/// <summary>A run whose outputs are analysed is judged when it is recorded: of no element comes out more than went in (B1, B2, B3).</summary>
public class JudgingARun
{
    private static readonly Guid Refinery = Id(18);

    private readonly World _world = new();

    public JudgingARun() => _world.Given(World.Registering(Refinery, "refinery", FacilityKind.Refinery, Terms("Refinery", WorksCo)), Steward);

    /// <summary>A tonne of mixed hydroxide with 380 kg of nickel.</summary>
    private Guid Hydroxide(params (string, decimal)[] found)
    {
        var batch = _world.Bought("mixed-hydroxide", Refinery, 1000);
        _world.Analysed(batch, found.Length > 0 ? found : [("Ni", 38)]);
        return batch;
    }

    /// <summary>Refined to so many kilograms of a sulphate with 20 % of nickel.</summary>
    private RecordRun Refining(decimal sulphate, Guid? hydroxide = null) =>
        _world.Running("nickel-refining", Refinery, [Taking(hydroxide ?? Hydroxide(), 1000)], _world.Making("nickel-sulphate", sulphate) with { Assay = _world.Finding(("Ni", 20)) });

    private static RecordRun WithAssay(RecordRun run, Func<StatedAssay, StatedAssay> change) =>
        run with { Outputs = [run.Outputs[0] with { Assay = change(run.Outputs[0].Assay!) }] };

    [Fact]
    public void a_hydroxide_becomes_a_heavier_sulphate() => _world.Record(Refining(1840), Worker).IsRecorded();

    [Fact]
    public void up_to_the_tolerance_is_an_alarm_and_more_is_refused_with_the_masses()
    {
        var alarm = Assert.Single(_world.Record(Refining(1938), Worker).IsRecorded("element-excess").Alarms);
        Assert.Equal(("Ni", "380", "387.6"), (alarm.Values["element"], alarm.Values["in"], alarm.Values["out"]));

        var refusal = _world.Record(Refining(1939.9m), Worker).IsRefused("element-impossible", "outputs");
        Assert.Equal(("Ni", "380", "387.98", "387.6"), (refusal.Values["element"], refusal.Values["in"], refusal.Values["out"], refusal.Values["limit"]));
    }

    [Fact]
    public void a_second_person_may_stand_behind_what_cannot_be_and_then_it_is_contradicted()
    {
        var run = Refining(1939.9m);

        _world.Approve(run, Worker, Worker).IsRefused("not-allowed");
        _world.Approve(run, Worker, WorksSupervisor).IsRecorded("element-impossible");

        Assert.Equal(WorksSupervisor.Author, _world.Ledger.Events.Select(e => e.Event).OfType<ProcessRunRecorded>().Single().Entry.Seconder!.By);
        Assert.Equal(["element-impossible"], _world.States.Find<ProcessRun>(run.RunId)!.AlarmCodes);
    }

    [Fact]
    public void what_is_approved_may_not_be_wrong_otherwise() =>
        _world.Approve(WithAssay(Refining(1939.9m), a => a with { Number = "" }), Worker, WorksSupervisor).IsRefused("number-malformed", "outputs[0].assay.number");

    [Fact]
    public void what_was_not_analysed_is_not_judged()
    {
        var unanalysed = Refining(1939.9m);
        _world.Record(unanalysed with { Outputs = [unanalysed.Outputs[0] with { Assay = null }] }, Worker).IsRecorded();

        _world.Record(Refining(1939.9m, _world.Bought("mixed-hydroxide", Refinery, 1000)), Worker).IsRecorded();
    }

    [Fact]
    public void of_nothing_comes_nothing_unless_a_source_is_named()
    {
        var run = _world.Running("nickel-refining", Refinery, [Taking(Hydroxide(("Ni", 38), ("Co", 0)), 1000)], _world.Making("cobalt-sulphate", 10) with { Assay = _world.Finding(("Co", 20)) });

        Assert.Equal("2", _world.Record(run, Worker).IsRefused("element-from-nowhere", "outputs").Values["out"]);
        _world.Record(run with { Untracked = [new("Cobalt salt", 10, new Dictionary<string, decimal> { ["Co"] = 2.05m })] }, Worker).IsRecorded();
    }

    [Fact]
    public void a_recovery_outside_what_the_step_can_win_is_refused_and_an_unusual_one_is_an_alarm()
    {
        RecordRun Floating(decimal percent)
        {
            var ore = _world.AtConcentrator(1000);
            _world.Analysed(ore, ("Nd", 1));
            return _world.Running("ree-flotation", Concentrator, [Taking(ore, 1000)], _world.Making("ree-concentrate", 50) with { Assay = _world.Finding(("Nd", percent)) });
        }

        _world.Record(Floating(12), PlantOperator).IsRecorded();
        Assert.Equal("0.97", Assert.Single(_world.Record(Floating(19.4m), PlantOperator).IsRecorded("recovery-implausible").Alarms).Values["recovery"]);
        var refusal = _world.Record(Floating(0.8m), PlantOperator).IsRefused("recovery-impossible", "outputs");
        Assert.Equal(("0.04", "0.05", "1"), (refusal.Values["recovery"], refusal.Values["least"], refusal.Values["most"]));
        _world.Approve(Floating(0.8m), PlantOperator, PlantSupervisor).IsRecorded("recovery-impossible");
    }

    [Fact]
    public void a_step_that_wins_only_some_elements_is_not_blamed_for_the_others()
    {
        var carbonate = _world.Bought("mixed-hydroxide", Refinery, 1000);
        _world.Analysed(carbonate, ("Ni", 38), ("Mn", 5));

        _world.Record(Refining(1840, carbonate), Worker).IsRecorded();
    }

    [Fact]
    public void an_open_run_is_judged_at_its_closing_over_all_parts_and_what_is_in_process_counts()
    {
        RecordPart Part(Guid run, RunInput[] inputs, params RunOutput[] outputs) => new(run, _world.NewId(), Refinery, Day(-2), inputs, outputs);
        Guid Opened(decimal residue)
        {
            var run = _world.Opened("nickel-refining", Refinery);
            _world.Given(Part(run, [Taking(Hydroxide(), 1000)], _world.Making("nickel-sulphate", 1760) with { Assay = _world.Finding(("Ni", 20)) }), Worker);
            _world.Given(Part(run, [],
                _world.Making("nickel-sulphate", 90, null, OutputRole.InProcess) with { Assay = _world.Finding(("Ni", 20)) },
                _world.Making("nickel-residue", residue, null, OutputRole.Tailings) with { Assay = _world.Finding(("Ni", 20)) }), Worker);
            return run;
        }

        _world.Record(new CloseRun(Opened(50), _world.NewId(), Day(-1)), Worker).IsRecorded();
        _world.Record(new CloseRun(Opened(88), _world.NewId(), Day(-1)), Worker).IsRecorded("element-excess");
        var closing = new CloseRun(Opened(89.9m), _world.NewId(), Day(-1));
        Assert.Equal("387.98", _world.Record(closing, Worker).IsRefused("element-impossible", "runId").Values["out"]);
        _world.Approve(closing, Worker, WorksSupervisor).IsRecorded("element-impossible");
    }

    [Fact]
    public void a_facility_has_a_tolerance_and_usual_recoveries_of_its_own()
    {
        _world.Change(Refinery, terms => terms with { ElementTolerance = 0.01m, FlowSheet = [new("nickel-refining", "*", 0.96m, 0.97m)] });

        Assert.Equal("0.96", Assert.Single(_world.Record(Refining(1800), Worker).IsRecorded("recovery-implausible").Alarms).Values["low"]);
        _world.Record(Refining(1840), Worker).IsRecorded();
        _world.Record(Refining(1919), Worker).IsRecorded("element-excess");
        Assert.Equal("383.8", _world.Record(Refining(1938), Worker).IsRefused("element-impossible", "outputs").Values["limit"]);
    }

    [Fact]
    public void cells_hold_as_much_of_an_element_as_their_energy_needs()
    {
        var (plant, cathode) = (_world.NewId(), _world.NewId());
        _world.Given(World.Registering(plant, "cell-plant", FacilityKind.CellPlant, Terms("Cell plant", WorksCo)), Steward);
        cathode = _world.Bought("nmc-cathode", plant, 1000);
        // 2.4 kg and 0.577 kWh a cell: 1 % is 0.0416 kg a kilowatt-hour.
        RecordRun Making(params (string, decimal)[] found) =>
            _world.Running("cell-making", plant, [Taking(cathode, 1)], _world.Making("nmc-cell", null, 1) with { Assay = _world.Finding(found) });

        _world.Record(Making(("Ni", 15.5m), ("Co", 2)), Worker).IsRecorded();
        var alarm = Assert.Single(_world.Record(Making(("Ni", 30)), Worker).IsRecorded("content-implausible").Alarms);
        Assert.Equal(("Ni", "1.247834", "0.3864", "1.0304"), (alarm.Values["element"], alarm.Values["content"], alarm.Values["low"], alarm.Values["high"]));

        var cells = _world.Bought("nmc-cell", plant, null, 1);
        _world.Record(new RecordAssay(cells, _world.NewId(), "LAB-C", AssayStatus.Final, AssayBasis.Dry, [new("Co", 0.1m)], "Alatau Assay", Day(-1)), Worker).IsRecorded("content-implausible");
    }

    [Fact]
    public void splitting_enriches_nothing()
    {
        Answer Split(decimal one, decimal other)
        {
            var ore = _world.AtConcentrator(1000);
            _world.Analysed(ore, ("Nd", 10));
            return _world.Record(_world.Running("split", Concentrator, [Taking(ore, 1000)],
                _world.Making("ree-ore", 500) with { Assay = _world.Finding(("Nd", one)) }, _world.Making("ree-ore", 500) with { Assay = _world.Finding(("Nd", other)) }), PlantOperator);
        }

        Split(10, 10).IsRecorded();
        Split(10.2m, 9.8m).IsRecorded();
        // Together they hold no more than before, and still one of them cannot be.
        var refusal = Split(20, 0).IsRefused("element-enriched", "outputs");
        Assert.Equal(("0.2", "0.102", "ree-ore"), (refusal.Values["fraction"], refusal.Values["limit"], refusal.Values["material"]));
    }

    [Fact]
    public void it_is_the_assay_of_the_batchs_maker_from_the_beginning()
    {
        var run = Refining(1840);
        _world.Given(run, Worker);

        var report = _world.Ledger.Events.Select(e => e.Event).OfType<AssayRecorded>().Last();
        Assert.Equal((run.Outputs[0].BatchId, AssaySide.Maker, run.RunId, run.OccurredAt), (report.BatchId, report.Side, report.Entry.Id, report.Entry.OccurredAt));
        Assert.Equal(0.2m, _world.Batch(run.Outputs[0].BatchId).Assays!.Own!.Of("Ni")!.Fraction);
    }

    [Fact]
    public void wet_figures_have_the_moisture_of_the_weighing_unless_they_say_another()
    {
        decimal Ni(decimal? moisture)
        {
            var run = WithAssay(Refining(1840), a => a with { Basis = AssayBasis.Wet, Analytes = [new("Ni", 18)], Moisture = moisture });
            run = run with { Outputs = [run.Outputs[0] with { Stated = new(1840, 0.1m) }] };
            _world.Record(run, Worker).IsRecorded(moisture is null ? ["recovery-implausible"] : []);
            return _world.Batch(run.Outputs[0].BatchId).Assays!.Own!.Of("Ni")!.Fraction;
        }

        Assert.Equal((0.2m, 0.225m), (Ni(null), Ni(0.2m)));
        _world.Record(WithAssay(Refining(1840), a => a with { Basis = AssayBasis.Ignited }), Worker).IsRefused("loss-missing", "outputs[0].assay.lossOnIgnition");
    }

    [Fact]
    public void a_report_is_refused_where_any_report_would_be()
    {
        RecordRun With(Func<StatedAssay, StatedAssay> change) => WithAssay(Refining(1840), change);
        void Refused(string code, string field, Func<StatedAssay, StatedAssay> change) => _world.Record(With(change), Worker).IsRefused(code, $"outputs[0].assay.{field}");

        Refused("analyte-unknown", "analytes[0].name", a => a with { Analytes = [new("Kryptonite", 1)] });
        Refused("lines-out-of-range", "analytes", a => a with { Analytes = [] });
        Refused("name-missing", "laboratory", a => a with { Laboratory = " " });
        Refused("in-the-future", "analysedAt", a => a with { AnalysedAt = Now.AddDays(1) });
        Refused("value-unknown", "status", a => a with { Status = (AssayStatus)7 });
        Refused("id-missing", "assayId", a => a with { AssayId = Guid.Empty });
    }

    [Fact]
    public void numbers_samples_and_ids_of_reports_are_new()
    {
        var (first, other) = (_world.Finding(("Ni", 20)) with { Sample = "S-1" }, _world.Finding(("Ni", 20)) with { Sample = "S-2" });
        Answer Both(StatedAssay one, StatedAssay two) => _world.Record(_world.Running("nickel-refining", Refinery, [Taking(Hydroxide(), 1000)],
            _world.Making("nickel-sulphate", 920) with { Assay = one }, _world.Making("nickel-sulphate", 920) with { Assay = two }), Worker);

        Both(first, other with { Number = first.Number }).IsRefused("number-taken", "outputs[1].assay.number");
        Both(first, other with { AssayId = first.AssayId }).IsRefused("id-reused", "outputs[1].assay.assayId");
        Both(first, other with { Sample = "S-1" }).IsRefused("sample-of-other-batch", "outputs[1].assay.sample");
        Both(first, other).IsRecorded();
        Both(first, other).IsRefused("id-reused", "outputs[0].assay.assayId");
        Both(_world.Finding(("Ni", 20)) with { Number = first.Number }, _world.Finding(("Ni", 20))).IsRefused("number-taken", "outputs[0].assay.number");
    }

    [Fact]
    public void who_lowers_his_figures_after_a_refusal_is_noticed()
    {
        var run = Refining(1939.9m);
        _world.Record(run, Worker).IsRefused("element-impossible", "outputs");

        var alarm = Assert.Single(_world.Record(WithAssay(run, a => a with { Analytes = [new("Ni", 19)] }), Worker).IsRecorded("changed-after-refusal").Alarms);
        Assert.Equal(("value 20", "value 19", "element-impossible"), (alarm.Values["before"], alarm.Values["now"], alarm.Values["code"]));
    }
}
