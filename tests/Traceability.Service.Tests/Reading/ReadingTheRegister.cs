using Npgsql;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Materials;
using Traceability.Organisations;

namespace Traceability.Service.Tests.Reading;

/// <summary>Organisations, facilities and the catalogue are for members with work to do, and for nobody else.</summary>
public sealed class ReadingTheRegister(TestLedger ledger) : IClassFixture<TestLedger>
{
    private NpgsqlDataSource Source => ledger.Source;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task any_role_reads_it()
    {
        var (member, facility) = await ledger.Firm("register-reader", FacilityKind.Warehouse);

        Assert.Contains((await ReadOrganisations.Find(Source, member, new OrganisationFilter(), Cancellation))!.Items, o => o.Organisation.Id == member.OrganisationId);
        Assert.Contains((await ReadFacilities.Find(Source, member, new FacilityFilter(), Cancellation))!.Items, f => f.Id == facility);
        Assert.NotNull(await ReadOrganisations.Find(Source, member, member.OrganisationId, Cancellation));
        Assert.NotNull(await ReadFacilities.Find(Source, member, facility, Cancellation));
        Assert.NotEmpty(ReadMaterials.Find(Catalogue.Shipped, member)!.Materials);
    }

    [Fact]
    public async Task who_has_no_role_left_finds_nothing_in_it()
    {
        var (member, facility) = await ledger.Firm("register-leaver", FacilityKind.Warehouse);
        var leaver = member with { Roles = new HashSet<Role>() };

        Assert.Empty((await ReadOrganisations.Find(Source, leaver, new OrganisationFilter(), Cancellation))!.Items);
        Assert.Empty((await ReadFacilities.Find(Source, leaver, new FacilityFilter(), Cancellation))!.Items);
        Assert.Null(await ReadOrganisations.Find(Source, leaver, member.OrganisationId, Cancellation));
        Assert.Null(await ReadFacilities.Find(Source, leaver, facility, Cancellation));
        Assert.Null(ReadMaterials.Find(Catalogue.Shipped, leaver));
    }
}
