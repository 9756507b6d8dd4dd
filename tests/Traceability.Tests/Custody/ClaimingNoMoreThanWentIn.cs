using CsCheck;
using Traceability.Assays;
using Traceability.Custody;
using Traceability.Processing;
using static Traceability.Tests.World;

namespace Traceability.Tests.Custody;

/// <summary>What nobody analysed keeps how much can be claimed of it: a first assay further down, or a richer one, makes no more of a claim (K1, O1).</summary>
public class ClaimingNoMoreThanWentIn
{
    private const string Audited = "irma-audited-mine";

    private readonly World _world = new();

    private Guid Ore(decimal percent, bool claimed = true)
    {
        var ore = claimed ? _world.Claimed() : _world.AtConcentrator();
        _world.Analysed(ore, ("Nd", percent));
        return ore;
    }

    private Guid Made(string step, RunInput[] inputs, string material, decimal kilograms, CustodyModel? model = null, decimal? factor = null)
    {
        var run = _world.Running(step, Concentrator, inputs, _world.Making(material, kilograms)) with { Custody = model is { } kept ? new(kept, factor) : null };
        _world.Given(run, PlantOperator);
        return run.Outputs[0].BatchId;
    }

    private Guid Part(Guid batch, decimal kilograms) => Made("split", [Taking(batch, kilograms)], _world.Batch(batch).Material, kilograms);

    /// <summary>Kilograms of neodymium that are claimed where all of it is consumed under mass balance.</summary>
    private decimal Credit(Guid batch)
    {
        var before = Account();
        var kilograms = _world.Held(batch, Concentrator).DryKilograms;
        Made("blend", [Taking(batch, kilograms)], _world.Batch(batch).Material, kilograms, CustodyModel.MassBalance, 1);
        return Account() - before;
    }

    private decimal Account() => _world.States.Find<ClaimAccount>(ClaimAccount.IdOf(Concentrator))?.Of(Audited, "Nd").Usable(Day(-1)) ?? 0;

    [Fact]
    public void a_first_assay_of_part_of_a_blend_claims_no_more_than_its_part_of_what_went_in()
    {
        // 10 kg are claimed beside 30 that are not; nobody analyses the blend.
        var blend = Made("blend", [Taking(Ore(1), 1000), Taking(Ore(3, claimed: false), 1000)], "ree-ore", 2000, CustodyModel.ControlledBlending);
        var part = Part(Part(blend, 1000), 500);
        _world.Analysed(part, ("Nd", 30));

        Assert.Equal(0.25m, _world.Batch(part).Custody!.Fraction(Audited, "Nd"));
        // Not a quarter of 150 kg.
        Assert.Equal(2.5m, Credit(part));
    }

    [Fact]
    public void neither_does_one_of_goods_that_are_claimed_whole()
    {
        var concentrate = Made("ree-flotation", [Taking(Ore(10), 1000)], "ree-concentrate", 400, CustodyModel.IdentityPreserved);
        var part = Part(concentrate, 100);
        _world.Analysed(part, ("Nd", 60));

        Assert.Equal([Audited], _world.Batch(part).Custody!.Whole);
        Assert.Equal(25, Credit(part));
    }

    [Fact]
    public void a_concentrate_may_hold_all_that_is_claimed_though_nobody_had_analysed_it_beside_its_tailings_when_it_was_made()
    {
        RunInput[] inputs = [Taking(Ore(10), 1000)];
        RunOutput[] outputs = [_world.Making("ree-concentrate", 400), _world.Making("ree-tailings", 600, role: OutputRole.Tailings)];
        var run = _world.Running("ree-flotation", Concentrator, inputs, outputs) with { Custody = new(CustodyModel.IdentityPreserved, null) };
        _world.Given(run, PlantOperator);
        var concentrate = run.Outputs[0].BatchId;
        _world.Analysed(concentrate, ("Nd", 20));

        Assert.Equal(80, Credit(concentrate));
    }

    [Fact]
    public void of_what_nobody_analysed_further_up_a_first_assay_tells()
    {
        var concentrate = Made("ree-flotation", [Taking(_world.Claimed(), 1000)], "ree-concentrate", 400, CustodyModel.IdentityPreserved);
        var part = Part(concentrate, 100);
        _world.Analysed(part, ("Nd", 60));

        Assert.Equal(60, Credit(part));
    }

    [Fact]
    public void what_was_allocated_grows_with_no_assay()
    {
        Made("blend", [Taking(Ore(10), 1000)], "ree-ore", 1000, CustodyModel.MassBalance, 1);
        var made = Made("blend", [Taking(_world.AtConcentrator(), 1000)], "ree-ore", 1000, CustodyModel.MassBalance, 1);
        _world.Analysed(made, ("Nd", 10));
        _world.Given(new AllocateClaim(made, _world.NewId(), Concentrator, Audited, new Dictionary<string, decimal> { ["Nd"] = 50 }, Day(-1)), PlantOperator);
        var part = Part(made, 400);
        _world.Analysed(part, ("Nd", 20));
        _world.Ledger.Record(new RecordAssay(made, _world.NewId(), "LAB-AGAIN", AssayStatus.Final, AssayBasis.Dry, [new("Nd", 20)], "Alatau Assay", Day(-3)), PlantOperator);

        Assert.Equal((20m, 30m), (Credit(part), Credit(made)));
    }

    [Fact]
    public void what_is_blended_on_takes_along_how_much_can_be_claimed()
    {
        var blend = Made("blend", [Taking(Ore(1), 1000), Taking(Ore(3, claimed: false), 1000)], "ree-ore", 2000, CustodyModel.ControlledBlending);
        var part = Part(blend, 1000);
        _world.Analysed(part, ("Nd", 30));

        var again = Made("blend", [Taking(part, 1000), Taking(Ore(30, claimed: false), 1000)], "ree-ore", 2000, CustodyModel.ControlledBlending);

        // 5 of 600 kg: of the 300 of the part no more than what went into it.
        Assert.Equal(0.008333333333m, _world.Batch(again).Custody!.Fraction(Audited, "Nd"));
    }

    [Fact]
    public void however_a_blend_is_parted_and_analysed_no_more_is_claimed_than_went_in()
    {
        var percent = Gen.Int[1, 400].Select(tenths => tenths / 10m);
        Gen.Select(percent, percent, Gen.Enum<CustodyModel>(), percent.Nullable(), Gen.Select(Gen.Int[1, 500], percent.Nullable()).Array[1, 4]).Sample((first, second, model, whole, parts) =>
        {
            var tale = new ClaimingNoMoreThanWentIn();
            var isMixed = model == CustodyModel.ControlledBlending;
            if (model == CustodyModel.MassBalance)
                return;
            var blend = tale.Made("blend", [Taking(tale.Ore(first), 1000), Taking(tale.Ore(second, claimed: !isMixed), 1000)], "ree-ore", 2000, model);
            var claimed = 10 * (first + (isMixed ? 0 : second));
            var credit = 0m;
            foreach (var ((kilograms, found), i) in parts.Select((part, i) => (part, i)))
            {
                if (i == 1 && whole is { } late)
                    tale._world.Analysed(blend, ("Nd", late));
                var part = tale.Part(blend, kilograms);
                if (found is { } its)
                    tale._world.Analysed(part, ("Nd", its));
                credit += tale.Credit(part);
            }
            Assert.True(credit <= claimed + 0.000001m, $"{credit} > {claimed}");
        }, iter: 300);
    }
}
