using Traceability.Batches;
using Traceability.Custody;
using static Traceability.Tests.World;

namespace Traceability.Tests.Custody;

public class RestingAClaimOnAnAttestation
{
    private readonly World _world = new();

    private ClaimBatch Claiming(Guid batch, Guid attestation) => new(batch, _world.NewId(), attestation, Day(-1));

    [Fact]
    public void the_mine_claims_of_its_ore_what_an_auditor_vouches_for()
    {
        var ore = _world.Ore();

        _world.Record(Claiming(ore, _world.Attested()), Miner).IsRecorded();

        var custody = _world.Batch(ore).Custody!;
        Assert.Equal((CustodyModel.IdentityPreserved, Mine), (custody.Model, custody.OriginId));
        Assert.Equal(["irma-audited-mine"], custody.Whole);
        _world.Record(Claiming(ore, _world.Attested()), Miner).IsRefused("claimed-already", "attestationId");
    }

    [Fact]
    public void nobody_attests_what_he_profits_from()
    {
        _world.Record(_world.Attesting(), Miner).IsRefused("not-allowed");
        _world.Record(_world.Attesting(), MineSupervisor).IsRefused("not-allowed");
        _world.Record(_world.Attesting(), SchemeAuditor).IsRecorded();
    }

    [Theory]
    [InlineData("2026-02-20", "2026-02-20", true)]
    [InlineData("2026-02-21", "2026-12-31", false)]
    [InlineData("2025-01-01", "2026-02-19", false)]
    public void it_must_have_been_valid_on_the_day_of_production(string from, string to, bool recorded)
    {
        // The ore was dug on 20 February.
        var (ore, attesting) = (_world.Ore(), _world.Attesting() with { ValidFrom = DateOnly.Parse(from, null), ValidTo = DateOnly.Parse(to, null) });
        _world.Given(attesting, SchemeAuditor);

        var answer = _world.Record(Claiming(ore, attesting.AttestationId), Miner);

        if (recorded)
            answer.IsRecorded();
        else
            answer.IsRefused("attestation-not-valid", "attestationId");
    }

    [Fact]
    public void what_was_withdrawn_covers_nothing_made_from_that_day_on()
    {
        var (ore, attestation) = (_world.Ore(), _world.Attested());
        _world.Given(new WithdrawAttestation(attestation, _world.NewId(), new(2026, 2, 20), "Annulled", Day(-1)), SchemeAuditor);

        _world.Record(Claiming(ore, attestation), Miner).IsRefused("attestation-not-valid", "attestationId");
        _world.Record(new WithdrawAttestation(attestation, _world.NewId(), new(2026, 2, 21), "Later after all", Day(-1)), SchemeAuditor).IsRefused("withdrawn-already", "from");
        _world.Record(new WithdrawAttestation(attestation, _world.NewId(), new(2026, 2, 1), "From the start", Day(-1)), MineSupervisor).IsRefused("not-allowed");
    }

    [Fact]
    public void it_is_about_one_facility_and_the_materials_it_names()
    {
        var attesting = _world.Attesting() with { Materials = ["graphite-ore"] };
        _world.Given(attesting, SchemeAuditor);

        _world.Record(Claiming(_world.Ore(), attesting.AttestationId), Miner).IsRefused("attestation-of-other-goods", "attestationId");
        _world.Record(Claiming(_world.Ore(), _world.Attested(facility: Concentrator)), Miner).IsRefused("attestation-of-other-goods", "attestationId");
    }

    [Fact]
    public void a_country_is_claimed_where_it_is()
    {
        _world.Change(Mine, terms => terms with { Country = "CN" });

        _world.Record(_world.Attesting("origin-kazakhstan"), SchemeAuditor).IsRefused("claim-of-another-country", "facilityId");
        _world.Record(_world.Attesting("origin-nowhere"), SchemeAuditor).IsRefused("claim-unknown", "claim");
    }

    [Fact]
    public void rework_is_never_recycled_content()
    {
        var attestation = _world.Attested("recycled-post-consumer", Recycler);
        var recovered = _world.Buying("black-mass", Recycler, 100) with { Source = RegistrationSource.Recovery };
        _world.Given(recovered, Worker);
        var cells = _world.Bought("cell-scrap", Recycler, 100);
        var shredding = _world.Running("cell-shredding", Recycler, [Taking(cells, 100)], _world.Making("black-mass", 90));
        _world.Given(shredding, Worker);

        _world.Record(Claiming(recovered.BatchId, attestation), Worker).IsRecorded();
        _world.Record(Claiming(shredding.Outputs[0].BatchId, attestation), Worker).IsRefused("claim-begins-elsewhere", "batchId");
        _world.Record(Claiming(cells, attestation), Worker).IsRefused("claim-begins-elsewhere", "batchId");
        // The mine's ore is not recycled either, whoever vouches for it.
        _world.Record(Claiming(_world.Ore(), _world.Attested("recycled-post-consumer")), Miner).IsRefused("claim-begins-elsewhere", "batchId");
    }

    [Fact]
    public void only_its_maker_claims_something_of_a_batch()
    {
        var ore = _world.AtConcentrator();

        _world.Record(Claiming(ore, _world.Attested()), PlantOperator).IsRefused("not-allowed");
        _world.Record(Claiming(ore, _world.Attested()), Stranger).IsRefused("not-found", "batchId");
    }

    [Fact]
    public void an_attestation_ends_after_it_begins_and_is_about_something_known()
    {
        _world.Record(_world.Attesting() with { ValidTo = new(2025, 12, 31) }, SchemeAuditor).IsRefused("ends-before-start", "validTo");
        _world.Record(_world.Attesting() with { Materials = ["moon-dust"] }, SchemeAuditor).IsRefused("material-unknown", "materials[0]");
        _world.Record(_world.Attesting(facility: Id(99)), SchemeAuditor).IsRefused("not-found", "facilityId");
    }
}
