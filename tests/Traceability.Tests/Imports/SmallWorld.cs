using System.Text;
using Traceability.Access;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Tests.Imports;

/// <summary>A mine, a concentrator and their register, filled by files into a ledger without a database.</summary>
internal sealed class SmallWorld
{
    public static readonly DateTimeOffset Now = new(2026, 10, 20, 12, 0, 0, TimeSpan.Zero);
    public static readonly Actor Steward = new(DerivedId.Of("person", "steward"), Guid.Empty, new HashSet<Role> { Role.Steward });

    public const string Organisations = """
        Organisation code,Name,Country,Identifiers,Registered at
        mine,Mine (demo),KZ,BIN=050140001234,2025-09-01T09:00+05:00
        plant,Plant (demo),KZ,,2025-09-01T09:00+05:00
        """;

    public const string Facilities = """
        Facility code,Name,Kind,Operator,Country,Latitude,Longitude,Licence,Licensed from,Licensed to,Licensed materials,Partners,Permitted kilograms a year,Registered at
        pit,Pit,MineSite,mine,KZ,50.05,76.46,MG-1,2020-01-01,2040-01-01,ree-ore,plant=30,ree-ore=3000000,2025-09-02T09:00+05:00
        mill,Mill,Concentrator,plant,KZ,49.41,75.48,,,,,,,2025-09-02T09:00+05:00
        """;

    public const string Batches = """
        Batch number,Material,Source,Facility,Wet kilograms,Moisture percent,Method,Occurred at
        R-1,ree-ore,Extraction,pit,100000,6,Truck count,2025-10-01T08:00+05:00
        R-2,ree-ore,Extraction,pit,80000,5.5,Truck count,2025-10-02T08:00+05:00
        """;

    public const string Shipments = """
        Shipment number,From facility,To facility,Transport mode,Carrier,Batch number,Wet kilograms,Seals,Units,Left at
        W-1,pit,mill,Rail,KTZ (demo),R-1,60000,KTZ=1,52817345,2025-10-05T08:00+05:00
        W-2,pit,mill,Rail,KTZ (demo),R-1,40000,KTZ=2,52817346,2025-10-06T08:00+05:00
        W-1,,,,,R-2,30000,KTZ=3,52817347,
        """;

    public const string Receipts = """
        Shipment number,Shipper,Batch number,Own number,Wet kilograms,Moisture percent,Arrived at
        W-1,mine,R-1,M-001,60100,6.1,2025-10-05T18:00+05:00
        W-1,mine,R-2,M-002,29900,5.4,
        W-2,mine,R-1,M-001,39950,6.1,2025-10-06T18:00+05:00
        """;

    public const string Runs = """
        Run number,Step,Facility,Started at,Ended at,Part,Batch number,Material,Wet kilograms,Moisture percent
        F-1,ree-flotation,mill,2025-10-07T08:00+05:00,2025-10-09T08:00+05:00,Input,M-001,,90000,6.1
        F-1,,,,,Input,M-002,,20000,5.4
        F-1,,,,,Untracked,,Collector,40,
        F-1,,,,,Product,C-1,ree-concentrate,200,8
        F-1,,,,,Tailings,C-1-T,ree-tailings,120000,15
        """;

    public InMemoryLedger Ledger { get; } = new(Now);

    public static Actor PersonOf(string organisation) =>
        new(DerivedId.Of("person", organisation), DerivedId.Organisation(organisation), new HashSet<Role> { Role.Operator, Role.Supervisor });

    public static async Task<SmallWorld> Registered()
    {
        var world = new SmallWorld();
        await world.Import(Organisations, Steward);
        await world.Import(Facilities, Steward);
        return world;
    }

    public static async Task<SmallWorld> Running()
    {
        var world = await Registered();
        await world.Import(Batches, PersonOf("mine"));
        await world.Import(Shipments, PersonOf("mine"));
        await world.Import(Receipts, PersonOf("plant"));
        await world.Import(Runs, PersonOf("plant"));
        return world;
    }

    public Task<ImportReport> Import(string csv, Actor actor) => Import(Encoding.UTF8.GetBytes(csv), actor);

    public Task<ImportReport> Import(byte[] csv, Actor actor) => Into(Ledger).Run(new MemoryStream(csv), "file.csv", actor, CancellationToken.None);

    public Task<ImportReport> Import(byte[] file, Actor actor, params (string Name, string Value)[] settings)
    {
        var (said, wrong) = FileSettings.Read(settings.Select(s => KeyValuePair.Create(s.Name, new Microsoft.Extensions.Primitives.StringValues(s.Value))));
        Assert.Null(wrong);
        return Into(Ledger).Run(new MemoryStream(file), "file", actor, said, ImportMode.GoodRows, null, CancellationToken.None);
    }

    public static Import Into(InMemoryLedger ledger) => new(
        (chunk, _) => Task.FromResult<IReadOnlyList<Answer>>([.. chunk.Select(said => ledger.Record(said.Command, said.Actor))]),
        (numbers, _) => Task.FromResult<IReadOnlyDictionary<(Guid OrganisationId, string Number), Guid>>(
            numbers.Where(n => ledger.States.Number(n.OrganisationId, n.Number) is not null).ToDictionary(n => n, n => ledger.States.Number(n.OrganisationId, n.Number)!.Value)));
}
