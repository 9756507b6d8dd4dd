using Traceability.Access;
using Traceability.Organisations;
using static Traceability.Tests.World;

namespace Traceability.Tests.Organisations;

public class KeepingTheRegister
{
    private static readonly Actor Administrator = Person(30, MineCo, Role.OrganisationAdmin);

    private readonly World _world = new();

    private RegisterOrganisation Registering() => new(_world.NewId(), "new-co", "New Co", "DE", [new("GLN", "4012345000009")], Day(-1));

    private ChangeOrganisation Changing() => new(MineCo, _world.NewId(), "Mine and Sons", "CN", [new("BIN", "990140000012")], Day(-1));

    [Fact]
    public void the_steward_enters_an_organisation()
    {
        var registering = Registering();

        _world.Record(registering, Steward).IsRecorded();

        var entered = _world.States.Find<Organisation>(registering.OrganisationId)!;
        Assert.Equal(("new-co", "New Co", "DE"), (entered.Code, entered.Name, entered.Country));
        Assert.Equal(new Identifier("GLN", "4012345000009"), Assert.Single(entered.Identifiers));
    }

    [Fact]
    public void nobody_else_does() => _world.Record(Registering(), Administrator).IsRefused("not-allowed");

    [Fact]
    public void a_code_names_one_organisation_for_ever() => _world.Record(Registering() with { Code = "mine-co" }, Steward).IsRefused("code-taken", "code");

    [Theory]
    [InlineData("")]
    [InlineData("New-Co")]
    [InlineData("-new")]
    [InlineData("new--co")]
    [InlineData("new co")]
    [InlineData("new-co\n")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void a_code_is_short_and_kebab_case(string code) => _world.Record(Registering() with { Code = code }, Steward).IsRefused("code-malformed", "code");

    [Fact]
    public void a_name_is_needed_and_fits_a_line()
    {
        _world.Record(Registering() with { Name = " " }, Steward).IsRefused("name-missing", "name");
        _world.Record(Registering() with { Name = new('x', 201) }, Steward).IsRefused("text-too-long", "name");
        _world.Record(Registering() with { Name = "New\nCo" }, Steward).IsRefused("text-malformed", "name");
        _world.Record(Registering() with { Name = "Жаңа Кен \U0001F4A0" }, Steward).IsRecorded();
    }

    [Theory]
    [InlineData("KAZ")]
    [InlineData("kz")]
    [InlineData("KZ\n")]
    [InlineData("")]
    public void a_country_is_two_capital_letters(string country) => _world.Record(Registering() with { Country = country }, Steward).IsRefused("country-unknown", "country");

    [Theory]
    [InlineData("VAT", "4012345000009", "identifiers[1].scheme", "identifier-unknown")]
    [InlineData("LEI", "", "identifiers[1].value", "identifier-malformed")]
    [InlineData("LEI", "529900 T8BM49AURSDO55", "identifiers[1].value", "identifier-malformed")]
    public void identifiers_are_of_known_schemes(string scheme, string value, string field, string code) =>
        _world.Record(Registering() with { Identifiers = [new("GLN", "4012345000009"), new(scheme, value)] }, Steward).IsRefused(code, field);

    [Fact]
    public void identifiers_have_a_limit() =>
        _world.Record(Registering() with { Identifiers = [.. Enumerable.Repeat(new Identifier("GLN", "1"), Limits.IdentifiersOfOrganisation + 1)] }, Steward)
            .IsRefused("lines-out-of-range", "identifiers");

    [Fact]
    public void an_id_is_chosen_and_new()
    {
        _world.Record(Registering() with { OrganisationId = Guid.Empty }, Steward).IsRefused("id-missing", "organisationId");
        _world.Record(Registering() with { OrganisationId = Mine }, Steward).IsRefused("id-reused");
    }

    [Fact]
    public void its_administrator_restates_what_is_known_of_it()
    {
        _world.Record(Changing(), Administrator).IsRecorded();

        var changed = _world.States.Find<Organisation>(MineCo)!;
        Assert.Equal(("mine-co", "Mine and Sons", "CN"), (changed.Code, changed.Name, changed.Country));
    }

    [Fact]
    public void a_change_is_checked_like_a_registration()
    {
        _world.Record(Changing() with { Name = "" }, Administrator).IsRefused("name-missing", "name");
        _world.Record(Changing() with { ChangeId = Guid.Empty }, Administrator).IsRefused("id-missing", "changeId");
    }

    [Fact]
    public void its_operators_do_not_administer_it() => _world.Record(Changing(), Miner).IsRefused("not-allowed", "organisationId");

    [Fact]
    public void to_strangers_it_is_not_there()
    {
        _world.Record(Changing(), Stranger).IsRefused("not-found", "organisationId");
        _world.Record(Changing() with { OrganisationId = Id(404) }, Stranger).IsRefused("not-found", "organisationId");
        _world.Record(Changing() with { OrganisationId = Mine }, Steward).IsRefused("not-found", "organisationId");
    }

    [Fact]
    public void a_change_made_from_an_older_version_is_refused()
    {
        _world.Record(Changing() with { ExpectedVersion = 1 }, Administrator).IsRecorded();

        var refusal = _world.Record(Changing() with { ExpectedVersion = 1 }, Administrator).IsRefused("changed-meanwhile");

        Assert.Equal(("2", 412), (refusal.Values["version"], refusal.Status));
    }
}
