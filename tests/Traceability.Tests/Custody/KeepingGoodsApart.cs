using Traceability.Assays;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Processing;
using static Traceability.Tests.World;

namespace Traceability.Tests.Custody;

/// <summary>The four models of ISO 22095 on runs (K1).</summary>
public class KeepingGoodsApart
{
    private readonly World _world = new();
    private readonly Guid _otherMine;

    public KeepingGoodsApart()
    {
        _otherMine = _world.NewId();
        _world.Given(Registering(_otherMine, "other-mine", FacilityKind.MineSite, Terms("Other mine", MineCo) with { Licence = Licence }), Steward);
    }

    /// <summary>Ore of the other mine, brought to the concentrator.</summary>
    private Guid Elsewhere(decimal kilograms = 1000, string? claim = null)
    {
        var digging = _world.Digging(kilograms) with { FacilityId = _otherMine };
        _world.Given(digging, Miner);
        if (claim is not null)
            _world.Given(new ClaimBatch(digging.BatchId, _world.NewId(), _world.Attested(claim, _otherMine), Day(-4)), Miner);
        _world.Accepted(_world.Dispatched(_world.Dispatching(digging.BatchId, kilograms) with { FromFacilityId = _otherMine }));
        return digging.BatchId;
    }

    private RecordRun Blending(CustodyModel? model, params Guid[] ores) => _world.Running(
        "blend", Concentrator, [.. ores.Select(ore => Taking(ore, _world.Held(ore, Concentrator).DryKilograms))], _world.Making("ree-ore", ores.Sum(ore => _world.Held(ore, Concentrator).DryKilograms))) with
    {
        Custody = model is { } kept ? new(kept) : null,
    };

    private BatchCustody? Of(RecordRun run)
    {
        _world.Given(run, PlantOperator);
        return _world.Batch(run.Outputs[0].BatchId).Custody;
    }

    [Fact]
    public void identity_preserved_goods_of_one_mine_go_on_as_such()
    {
        var custody = Of(Blending(CustodyModel.IdentityPreserved, _world.Claimed(), _world.Claimed()))!;

        Assert.Equal((CustodyModel.IdentityPreserved, Mine), (custody.Model, custody.OriginId));
        Assert.Equal(["irma-audited-mine"], custody.Whole);
    }

    [Fact]
    public void they_mix_no_origins()
    {
        var refusal = _world.Record(Blending(CustodyModel.IdentityPreserved, _world.Claimed(), Elsewhere(claim: "irma-audited-mine")), PlantOperator);

        refusal.IsRefused("origins-mixed", "inputs[1].batchId");
    }

    [Fact]
    public void what_only_some_of_them_claim_is_claimed_of_none()
    {
        Assert.Empty(Of(Blending(CustodyModel.IdentityPreserved, _world.Claimed(), _world.AtConcentrator()))!.Claimed);
    }

    [Fact]
    public void segregated_goods_mix_origins_and_no_claims()
    {
        var custody = Of(Blending(CustodyModel.Segregated, _world.Claimed(), Elsewhere(claim: "irma-audited-mine")))!;
        Assert.Equal((CustodyModel.Segregated, null), (custody.Model, custody.OriginId));
        Assert.Equal(["irma-audited-mine"], custody.Whole);

        _world.Record(Blending(CustodyModel.Segregated, _world.Claimed(), Elsewhere()), PlantOperator).IsRefused("claims-mixed", "inputs[1].batchId");
        _world.Record(Blending(CustodyModel.Segregated, _world.Claimed(), Elsewhere(claim: "origin-kazakhstan")), PlantOperator).IsRefused("claims-mixed", "inputs[1].batchId");
    }

    [Fact]
    public void claims_only_go_down()
    {
        var segregated = Blending(CustodyModel.Segregated, _world.Claimed(), Elsewhere(claim: "irma-audited-mine"));
        _world.Given(segregated, PlantOperator);

        _world.Record(Blending(CustodyModel.IdentityPreserved, segregated.Outputs[0].BatchId), PlantOperator).IsRefused("custody-only-downgrades", "inputs[0].batchId");
        _world.Record(Blending(CustodyModel.Segregated, _world.Bought("ree-ore", Concentrator, 10)), PlantOperator).IsRefused("custody-not-known", "inputs[0].batchId");
    }

    [Fact]
    public void controlled_blending_says_how_much_of_each_element_is_claimed()
    {
        // 100 kg of neodymium claimed beside 300 that are not; cerium 200 beside 200.
        var (claimed, other) = (_world.Claimed(), Elsewhere());
        _world.Analysed(claimed, new Analyte("Nd", 10), new Analyte("Ce", 20));
        _world.Analysed(other, new Analyte("Nd", 30), new Analyte("Ce", 20));

        var custody = Of(Blending(CustodyModel.ControlledBlending, claimed, other))!;

        Assert.Equal((0.25m, 0.5m), (custody.Fraction("irma-audited-mine", "Nd"), custody.Fraction("irma-audited-mine", "Ce")));
        Assert.Empty(custody.Whole);
    }

    [Fact]
    public void not_analysing_never_raises_the_claimed_part()
    {
        var (claimed, other) = (_world.Claimed(), Elsewhere());
        _world.Analysed(other, new Analyte("Nd", 30));

        Assert.Equal(0, Of(Blending(CustodyModel.ControlledBlending, claimed, other))!.Fraction("irma-audited-mine", "Nd"));
    }

    [Fact]
    public void a_blend_of_blends_keeps_the_proportions()
    {
        var (claimed, other) = (_world.Claimed(), Elsewhere());
        _world.Analysed(claimed, new Analyte("Nd", 10));
        _world.Analysed(other, new Analyte("Nd", 10));
        var blending = Blending(CustodyModel.ControlledBlending, claimed, other);
        _world.Given(blending, PlantOperator);
        _world.Analysed(blending.Outputs[0].BatchId, new Analyte("Nd", 10));
        var more = Elsewhere(2000);
        _world.Analysed(more, new Analyte("Nd", 10));

        Assert.Equal(0.25m, Of(Blending(CustodyModel.ControlledBlending, blending.Outputs[0].BatchId, more))!.Fraction("irma-audited-mine", "Nd"));
    }

    [Fact]
    public void a_part_of_one_batch_is_kept_as_the_batch_is()
    {
        var claimed = _world.Claimed();

        Assert.Equal(_world.Batch(claimed).Custody, Of(_world.Running("split", Concentrator, [Taking(claimed, 400)], _world.Making("ree-ore", 400))));
    }

    [Fact]
    public void of_whatever_else_nobody_spoke_nothing_is_claimed()
    {
        Assert.Null(Of(Blending(null, _world.Claimed(), _world.Claimed())));
        Assert.Null(Of(_world.Running("ree-flotation", Concentrator, [Taking(_world.Claimed(), 1000)], _world.Making("ree-concentrate", 80))));
    }

    [Fact]
    public void a_process_keeps_what_its_operator_says()
    {
        var floating = _world.Running("ree-flotation", Concentrator, [Taking(_world.Claimed(), 1000)], _world.Making("ree-concentrate", 80)) with { Custody = new(CustodyModel.IdentityPreserved) };

        Assert.Equal(["irma-audited-mine"], Of(floating)!.Whole);
    }

    [Fact]
    public void an_untracked_source_of_the_same_element_is_not_kept_apart()
    {
        RecordRun Floating(UntrackedSource beside) => _world.Running("ree-flotation", Concentrator, [Taking(_world.Claimed(), 1000)], _world.Making("ree-concentrate", 80)) with
        {
            Custody = new(CustodyModel.Segregated),
            Untracked = [beside],
        };

        _world.Record(Floating(new("Sweepings", 10, new Dictionary<string, decimal> { ["Nd"] = 1 })), PlantOperator).IsRefused("untracked-in-custody", "untracked");
        _world.Record(Floating(new("Lime", 10, new Dictionary<string, decimal> { ["Ca"] = 5 })), PlantOperator).IsRecorded();
    }

    [Fact]
    public void an_open_run_is_judged_at_its_closing_over_all_its_parts()
    {
        var run = _world.Opened();
        var first = _world.Part(run, [Taking(_world.Claimed(), 1000)], _world.Making("ree-concentrate", 80));
        _world.Given(first, PlantOperator);
        Assert.Null(_world.Batch(first.Outputs![0].BatchId).Custody);
        _world.Given(_world.Part(run, [Taking(Elsewhere(claim: "irma-audited-mine"), 1000)], _world.Making("ree-concentrate", 80)), PlantOperator);

        // What came in last is in what came out first.
        var closing = new CloseRun(run, _world.NewId(), Day(-1), new(CustodyModel.IdentityPreserved));
        _world.Record(closing, PlantOperator).IsRefused("origins-mixed", "custody.model");
        _world.Record(closing with { Custody = new(CustodyModel.MassBalance) }, PlantOperator).IsRefused("conversion-factor-needed", "custody.conversionFactor");
        _world.Record(closing with { Custody = new(CustodyModel.Segregated) }, PlantOperator).IsRecorded();

        Assert.Equal(CustodyModel.Segregated, _world.States.Find<ProcessRun>(run)!.Custody!.Model);
        Assert.Equal(["irma-audited-mine"], _world.Batch(first.Outputs[0].BatchId).Custody!.Whole);
    }

    [Fact]
    public void an_open_run_under_mass_balance_wins_its_credit_at_the_closing()
    {
        var (run, ore) = (_world.Opened(), _world.Claimed());
        _world.Analysed(ore, new Analyte("Nd", 10));
        var part = _world.Part(run, [Taking(ore, 1000)], _world.Making("ree-concentrate", 80));
        _world.Given(part, PlantOperator);

        _world.Record(new CloseRun(run, _world.NewId(), Day(-1), new(CustodyModel.MassBalance, 0.5m)), PlantOperator).IsRecorded();

        Assert.Equal(50, _world.States.Find<ClaimAccount>(ClaimAccount.IdOf(Concentrator))!.Of("irma-audited-mine", "Nd").Usable(Day(-1)));
        Assert.Equal(CustodyModel.MassBalance, _world.Batch(part.Outputs![0].BatchId).Custody!.Model);
    }

    [Fact]
    public void a_pile_keeps_its_goods_apart_too()
    {
        var tipping = _world.Tipping(null, Taking(_world.Claimed(), 1000), Taking(_world.Claimed(), 1000)) with { Custody = new(CustodyModel.IdentityPreserved) };
        _world.Given(tipping, PlantOperator);
        Assert.Equal(["irma-audited-mine"], _world.Batch(tipping.BatchId).Custody!.Whole);

        _world.Record(_world.Tipping(tipping.BatchId, Taking(Elsewhere(), 1000)) with { Custody = new(CustodyModel.IdentityPreserved) }, PlantOperator).IsRefused("origins-mixed", "remainder");
    }

    [Fact]
    public void a_factor_belongs_to_mass_balance_alone()
    {
        var blending = Blending(null, _world.Claimed());

        _world.Record(blending with { Custody = new(CustodyModel.Segregated, 0.9m) }, PlantOperator).IsRefused("conversion-factor-unneeded", "custody.conversionFactor");
        _world.Record(blending with { Custody = new(CustodyModel.MassBalance) }, PlantOperator).IsRefused("conversion-factor-needed", "custody.conversionFactor");
        _world.Record(blending with { Custody = new(CustodyModel.MassBalance, 1.01m) }, PlantOperator).IsRefused("conversion-factor-needed", "custody.conversionFactor");
        _world.Record(blending with { Custody = new((CustodyModel)9) }, PlantOperator).IsRefused("value-unknown", "custody.model");
    }
}
