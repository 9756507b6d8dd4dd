using Traceability.Access;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Tests.Imports;

/// <summary>Attestations, claims by them, runs that keep goods apart, and allocations, all from books.</summary>
public class BooksOfClaims
{
    private static readonly Actor Auditor = new(DerivedId.Of("person", "auditor"), DerivedId.Organisation("assurance"), new HashSet<Role> { Role.SchemeAuditor });

    private const string Attestations = """
        Attestation number,Issuer,Standard,Claim,Facility,Materials covered,Attested from,Attested to,Attested at
        A-1,Assurance,IRMA 2024,irma-audited-mine,pit,ree-ore,2025-09-01,2026-08-31,2025-09-03T09:00+05:00
        """;

    private const string Claimed = """
        Batch number,Attestor,Attestation number,Claimed at
        R-1,assurance,A-1,2025-10-03T09:00+05:00
        R-2,assurance,A-1,2025-10-03T09:00+05:00
        """;

    private static async Task<SmallWorld> Claims()
    {
        var world = await SmallWorld.Running();
        Recorded(await world.Import(Attestations, Auditor));
        Recorded(await world.Import(Claimed, SmallWorld.PersonOf("mine")));
        return world;
    }

    private static void Recorded(ImportReport report) => Assert.All(report.Rows, r => Assert.Equal(RowResult.Recorded, r.Result));

    private static Batch Of(SmallWorld world, string organisation, string number) => world.Ledger.States.Find<Batch>(DerivedId.Batch(DerivedId.Organisation(organisation), number))!;

    [Fact]
    public async Task a_mine_claims_by_an_attestation_what_its_book_says()
    {
        var world = await Claims();

        Assert.Equal(["irma-audited-mine"], Of(world, "mine", "R-1").Custody!.Whole);
        Assert.All((await world.Import(Claimed, SmallWorld.PersonOf("mine"))).Rows, r => Assert.Equal(RowResult.AlreadyThere, r.Result));
    }

    [Fact]
    public async Task a_run_says_how_it_keeps_its_goods()
    {
        var world = await Claims();

        Recorded(await world.Import("""
            Run number,Step,Facility,Started at,Ended at,Custody,Conversion factor,Part,Batch number,Material,Wet kilograms,Moisture percent
            F-8,ree-flotation,mill,2025-10-10T08:00+05:00,2025-10-11T08:00+05:00,Identity preserved,,Input,M-002,,5000,5.4
            F-8,,,,,,,Product,C-8,ree-concentrate,10,8
            F-9,blend,mill,2025-10-12T08:00+05:00,2025-10-12T08:00+05:00,Mass balance,0.9,Input,M-002,,1000,5.4
            F-9,,,,,,,Product,B-9,ree-ore,1000,5.4
            """, SmallWorld.PersonOf("plant")));

        Assert.Equal(["irma-audited-mine"], Of(world, "plant", "C-8").Custody!.Whole);
        Assert.Equal((CustodyModel.MassBalance, 0), (Of(world, "plant", "B-9").Custody!.Model, Of(world, "plant", "B-9").Custody!.Claims.Count));
    }

    [Theory]
    [InlineData("R-1,assurance,A-2,2025-10-03T09:00+05:00", "Attestation number", "name-unknown")]
    [InlineData("R-1,strangers,A-1,2025-10-03T09:00+05:00", "Attestation number", "name-unknown")]
    [InlineData("R-7,assurance,A-1,2025-10-03T09:00+05:00", "Batch number", "name-unknown")]
    [InlineData("R-1,,A-1,2025-10-03T09:00+05:00", "Attestor", "value-missing")]
    public async Task what_cannot_be_claimed_is_told_at_its_cell(string row, string column, string code)
    {
        var world = await SmallWorld.Running();
        Recorded(await world.Import(Attestations, Auditor));

        var refused = (await world.Import("Batch number,Attestor,Attestation number,Claimed at\n" + row, SmallWorld.PersonOf("mine"))).Rows.Single();

        Assert.Equal((column, code), (refused.Column, refused.Refusal!.Code));
    }

    [Fact]
    public async Task an_allocation_names_kilograms_of_elements()
    {
        var world = await Claims();

        var refused = (await world.Import("""
            Allocation number,Batch number,Facility,Claim,Element kilograms,Allocated at
            AL-1,M-001,mill,irma-audited-mine,Nd=4|Pr=1,2025-10-15T08:00+05:00
            """, SmallWorld.PersonOf("plant"))).Rows.Single();

        Assert.Equal(("Batch number", "not-under-mass-balance"), (refused.Column, refused.Refusal!.Code));
    }
}
