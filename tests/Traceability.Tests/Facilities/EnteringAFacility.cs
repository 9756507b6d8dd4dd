using Traceability.Access;
using Traceability.Facilities;
using static Traceability.Tests.World;

namespace Traceability.Tests.Facilities;

public class EnteringAFacility
{
    private static readonly Actor Administrator = Person(30, MineCo, Role.OrganisationAdmin);
    private static readonly FacilityTerms OfMine = Terms("Second mine", MineCo) with { Licence = Licence };

    private readonly World _world = new();

    private RegisterFacility Entering(FacilityTerms terms, FacilityKind kind = FacilityKind.MineSite) => Registering(_world.NewId(), "second-mine", kind, terms);

    private ChangeFacility Changing(FacilityTerms terms) => new(Yard, _world.NewId(), terms, Day(-1));

    [Fact]
    public void a_joint_venture_names_its_partners_and_their_shares()
    {
        var entering = Entering(OfMine with { Partners = [new(PlantCo, 0.3m), new(WorksCo, 0.199999999999m)] });

        _world.Record(entering, Administrator).IsRecorded();

        Assert.Equal([0.3m, 0.199999999999m], _world.States.Find<Facility>(entering.FacilityId)!.Terms.Partners.Select(p => p.Share));
    }

    [Fact]
    public void the_steward_and_the_operators_administrator_enter_it_and_nobody_else()
    {
        _world.Record(Entering(OfMine), Stranger).IsRefused("not-allowed");
        _world.Record(Entering(OfMine), MineSupervisor).IsRefused("not-allowed");
        _world.Record(Entering(OfMine), Steward).IsRecorded();
    }

    [Fact]
    public void its_id_and_code_are_new()
    {
        _world.Record(Entering(OfMine) with { FacilityId = Guid.Empty }, Steward).IsRefused("id-missing", "facilityId");
        _world.Record(Entering(OfMine) with { FacilityId = MineCo }, Steward).IsRefused("id-reused");
        _world.Record(Entering(OfMine) with { Code = "mine" }, Steward).IsRefused("code-taken", "code");
        _world.Record(Entering(OfMine) with { Code = "Mine 2" }, Steward).IsRefused("code-malformed", "code");
        _world.Record(Entering(OfMine) with { Code = "mine-co" }, Steward).IsRecorded();
    }

    [Fact]
    public void its_kind_is_known() => _world.Record(Entering(OfMine, (FacilityKind)99), Steward).IsRefused("value-unknown", "kind");

    [Fact]
    public void its_operator_is_a_member() => _world.Record(Entering(OfMine with { OperatorId = Id(404) }), Steward).IsRefused("organisation-unknown", "terms.operatorId");

    [Fact]
    public void it_has_a_name_and_a_country()
    {
        _world.Record(Entering(OfMine with { Name = "" }), Steward).IsRefused("name-missing", "terms.name");
        _world.Record(Entering(OfMine with { Country = "Kazakhstan" }), Steward).IsRefused("country-unknown", "terms.country");
    }

    [Theory]
    [InlineData(90.5, 60, "terms.latitude")]
    [InlineData(-90.5, 60, "terms.latitude")]
    [InlineData(48, 180.5, "terms.longitude")]
    [InlineData(48, -180.5, "terms.longitude")]
    public void it_lies_on_earth(double latitude, double longitude, string field) =>
        _world.Record(Entering(OfMine with { Latitude = (decimal)latitude, Longitude = (decimal)longitude }), Steward).IsRefused("position-impossible", field);

    [Fact]
    public void poles_and_the_date_line_are_places_too() =>
        _world.Record(Entering(OfMine with { Latitude = -90, Longitude = 180 }), Steward).IsRecorded();

    [Fact]
    public void a_mine_has_a_licence() => _world.Record(Entering(OfMine with { Licence = null }), Steward).IsRefused("licence-missing", "terms.licence");

    [Fact]
    public void only_a_mine_has_one() => _world.Record(Entering(OfMine, FacilityKind.Refinery), Steward).IsRefused("only-mines-have-licences", "terms.licence");

    [Fact]
    public void only_a_mine_has_partners() =>
        _world.Record(Entering(Terms("Refinery", MineCo) with { Partners = [new(PlantCo, 0.3m)] }, FacilityKind.Refinery), Steward).IsRefused("only-mines-have-partners", "terms.partners");

    [Fact]
    public void a_licence_does_not_end_before_it_begins() =>
        _world.Record(Entering(OfMine with { Licence = Licence with { ValidTo = new(2023, 12, 31) } }), Steward).IsRefused("licence-period-impossible", "terms.licence.validTo");

    [Fact]
    public void a_licence_has_a_number_and_known_materials_each_once()
    {
        _world.Record(Entering(OfMine with { Licence = Licence with { Number = " " } }), Steward).IsRefused("name-missing", "terms.licence.number");
        _world.Record(Entering(OfMine with { Licence = Licence with { Materials = ["ree-ore", "unobtainium"] } }), Steward).IsRefused("material-unknown", "terms.licence.materials[1]");
        _world.Record(Entering(OfMine with { Licence = Licence with { Materials = ["ree-ore", "ree-ore"] } }), Steward).IsRefused("material-twice", "terms.licence.materials[1]");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1)]
    public void a_partners_share_is_a_part(double share) =>
        _world.Record(Entering(OfMine with { Partners = [new(PlantCo, (decimal)share)] }), Steward).IsRefused("shares-impossible", "terms.partners[0].share");

    [Fact]
    public void the_partners_leave_something_to_the_operator() =>
        _world.Record(Entering(OfMine with { Partners = [new(PlantCo, 0.5m), new(WorksCo, 0.5m)] }), Steward).IsRefused("shares-impossible", "terms.partners");

    [Fact]
    public void partners_are_members_each_once_and_not_the_operator()
    {
        _world.Record(Entering(OfMine with { Partners = [new(Id(404), 0.5m)] }), Steward).IsRefused("organisation-unknown", "terms.partners[0].organisationId");
        _world.Record(Entering(OfMine with { Partners = [new(PlantCo, 0.1m), new(PlantCo, 0.2m)] }), Steward).IsRefused("partner-twice", "terms.partners[1].organisationId");
        _world.Record(Entering(OfMine with { Partners = [new(MineCo, 0.1m)] }), Steward).IsRefused("partner-twice", "terms.partners[0].organisationId");
    }

    [Fact]
    public void shares_and_positions_and_tolerances_have_twelve_places()
    {
        _world.Record(Entering(OfMine with { Partners = [new(PlantCo, 0.1234567890123m)] }), Steward).IsRefused("too-precise", "terms.partners[0].share");
        _world.Record(Entering(OfMine with { Latitude = 48.1234567890123m }), Steward).IsRefused("too-precise", "terms.latitude");
        _world.Record(Entering(OfMine with { ReceiptTolerance = 0.0000000000001m }), Steward).IsRefused("too-precise", "terms.receiptTolerance");
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(0.11)]
    public void a_tolerance_is_small(double tolerance) =>
        _world.Record(Entering(OfMine with { ReceiptTolerance = (decimal)tolerance }), Steward).IsRefused("tolerance-out-of-range", "terms.receiptTolerance");

    [Theory]
    [InlineData(-0.01)]
    [InlineData(0.051)]
    public void a_tolerance_for_elements_is_never_above_five_percent(double tolerance) =>
        _world.Record(Entering(OfMine with { ElementTolerance = (decimal)tolerance }), Steward).IsRefused("tolerance-out-of-range", "terms.elementTolerance");

    [Fact]
    public void a_flow_sheet_says_more_exactly_what_is_usual_and_nothing_else()
    {
        void Refused(string code, string field, params UsualRecovery[] flowSheet) =>
            _world.Record(Entering(OfMine with { FlowSheet = flowSheet }), Steward).IsRefused(code, $"terms.flowSheet[{flowSheet.Length - 1}]{field}");

        Refused("step-unknown", ".step", new UsualRecovery("alchemy", "*", 0.5m, 0.7m));
        Refused("element-unknown", ".element", new UsualRecovery("ree-flotation", "Kryptonite", 0.5m, 0.7m));
        Refused("recovery-twice", "", new("ree-flotation", "Nd", 0.5m, 0.7m), new("ree-flotation", "Nd", 0.5m, 0.6m));
        Refused("recovery-not-tighter", ".low", new UsualRecovery("ree-flotation", "Nd", 0.3m, 0.7m));
        Refused("recovery-not-tighter", ".low", new UsualRecovery("ree-flotation", "Nd", 0.5m, 0.95m));
        Refused("recovery-not-tighter", ".low", new UsualRecovery("ree-flotation", "Nd", 0.7m, 0.5m));
        Refused("too-precise", ".low", new UsualRecovery("ree-flotation", "Nd", 0.5000000000001m, 0.7m));
        _world.Record(Entering(OfMine with { FlowSheet = [new("ree-flotation", "*", 0.4m, 0.9m), new("strip-casting", "Nd", 0.97m, 1)] }), Steward).IsRecorded();
    }

    [Fact]
    public void a_permit_names_a_known_material_once_and_a_possible_mass()
    {
        _world.Record(Entering(OfMine with { Permits = [new("unobtainium", 1)] }), Steward).IsRefused("material-unknown", "terms.permits[0].material");
        _world.Record(Entering(OfMine with { Permits = [new("ree-ore", 1), new("ree-ore", 2)] }), Steward).IsRefused("material-twice", "terms.permits[1].material");
        _world.Record(Entering(OfMine with { Permits = [new("ree-ore", 0)] }), Steward).IsRefused("mass-out-of-range", "terms.permits[0].dryKilogramsPerYear");
        _world.Record(Entering(OfMine with { Permits = [new("ree-ore", 1_000_000_000_001)] }), Steward).IsRefused("mass-out-of-range", "terms.permits[0].dryKilogramsPerYear");
        // Thirty million tonnes a year is a large mine, but a real one.
        _world.Record(Entering(OfMine with { Permits = [new("ree-ore", 30_000_000_000)] }), Steward).IsRecorded();
    }

    [Fact]
    public void lists_have_a_limit()
    {
        _world.Record(Entering(OfMine with { Partners = [.. Enumerable.Repeat(new Partner(PlantCo, 0.001m), Limits.TermsOfFacility + 1)] }), Steward).IsRefused("lines-out-of-range", "terms.partners");
        _world.Record(Entering(OfMine with { Permits = [.. Enumerable.Repeat(new Permit("ree-ore", 1), Limits.TermsOfFacility + 1)] }), Steward).IsRefused("lines-out-of-range", "terms.permits");
    }

    [Fact]
    public void its_administrator_changes_the_terms()
    {
        _world.Record(Changing(Terms("Old yard", MineCo) with { ReceiptTolerance = 0.01m }), Administrator).IsRecorded();

        Assert.Equal(("Old yard", 0.01m), (_world.States.Find<Facility>(Yard)!.Terms.Name, _world.States.Find<Facility>(Yard)!.Terms.ReceiptTolerance));
    }

    [Fact]
    public void only_the_steward_gives_it_to_another_operator()
    {
        _world.Record(Changing(Terms("Yard", PlantCo)), Administrator).IsRefused("not-allowed", "terms.operatorId");
        _world.Record(Changing(Terms("Yard", PlantCo)), Steward).IsRecorded();

        Assert.Equal(PlantCo, _world.States.Find<Facility>(Yard)!.OperatorId);
    }

    [Fact]
    public void a_change_is_checked_like_a_registration()
    {
        _world.Record(Changing(Terms("Yard", MineCo) with { Licence = Licence }), Administrator).IsRefused("only-mines-have-licences", "terms.licence");
        _world.Record(Changing(Terms("Yard", MineCo)) with { ChangeId = Guid.Empty }, Administrator).IsRefused("id-missing", "changeId");
    }

    [Fact]
    public void a_change_made_from_an_older_version_is_refused()
    {
        _world.Record(Changing(Terms("Yard", MineCo)) with { ExpectedVersion = 1 }, Administrator).IsRecorded();

        _world.Record(Changing(Terms("Yard", MineCo)) with { ExpectedVersion = 1 }, Administrator).IsRefused("changed-meanwhile");
    }

    [Fact]
    public void its_operators_do_not_administer_it() => _world.Record(Changing(Terms("Yard", MineCo)), Miner).IsRefused("not-allowed", "facilityId");

    [Fact]
    public void to_strangers_it_is_not_there()
    {
        _world.Record(Changing(Terms("Yard", MineCo)), Stranger).IsRefused("not-found", "facilityId");
        _world.Record(Changing(Terms("Yard", MineCo)) with { FacilityId = Id(404) }, Stranger).IsRefused("not-found", "facilityId");
    }
}
