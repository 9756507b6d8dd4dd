using System.Text;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Api;

/// <summary>A registration that would be recorded, with one thing wrong in it.</summary>
public sealed class BodiesThatAreRefused(TestService service) : IClassFixture<TestService>
{
    private static readonly Guid Id = DerivedId.Of("refused");
    private static readonly string Address = $"/api/batches/{Id}";

    private async Task<(HttpClient Client, string Body)> Valid()
    {
        var mine = DerivedId.Facility("refusing-mine");
        var (miner, _) = await service.Ledger.Scalar<long>("select count(*) from ledger.mt_doc_facility where id = $1", mine) == 0
            ? await service.Ledger.Firm("refusing-mine", FacilityKind.MineSite)
            : (new(DerivedId.Of("person", "refusing-mine"), DerivedId.Organisation("refusing-mine"), new HashSet<Traceability.Access.Role> { Traceability.Access.Role.Operator }), mine);
        var body = Http.Body(
            new RegisterBatch(Id, "REF-1", "ndfeb-magnet", RegistrationSource.OutsideSupplier, mine, new(1.5m, null, 2), Start.AddDays(10), null, new("Somebody", null, "CN"), ["S-1", "S-2"]), "batchId");
        return (await service.SignIn(miner), body);
    }

    private Task<long> Recorded() => service.Ledger.Scalar<long>("select (select count(*) from ledger.entries) + (select count(*) from ledger.mt_events)");

    [Theory]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"REF-1", 400, "malformed", null)]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"REF-1\",", 400, "malformed", null)]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"REF-1\",\"number\":\"REF-2\"", 400, "malformed", null)]
    [InlineData("\"number\":\"REF-1\"", "\"number\":17", 400, "malformed", "number")]
    [InlineData("\"number\":\"REF-1\"", "\"number\":{}", 400, "malformed", "number")]
    [InlineData("\"number\":\"REF-1\"", "\"number\":[\"\\ud800\"]", 400, "malformed", "number")]
    [InlineData("\"number\":\"REF-1\"", "\"number\":null", 400, "value-missing", "number")]
    [InlineData("\"number\":\"REF-1\",", "", 400, "value-missing", "number")]
    [InlineData("\"number\":\"REF-1\"", "\"Number\":\"REF-1\"", 400, "unknown-field", "Number")]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"REF-1\",\"colour\":\"red\"", 400, "unknown-field", "colour")]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"REF\\u0000\"", 400, "text-malformed", "number")]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"\\ud800\"", 400, "text-malformed", "number")]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"REF-1\",\"\\ud800\":1", 400, "malformed", null)]
    [InlineData("\"number\":\"REF-1\"", "\"number\":\"\\u0007\"", 422, "number-malformed", "number")]
    [InlineData("\"source\":\"OutsideSupplier\"", "\"source\":\"Luck\"", 400, "malformed", "source")]
    [InlineData("\"source\":\"OutsideSupplier\"", "\"source\":1", 400, "malformed", "source")]
    [InlineData("\"wetKilograms\":1.5", "\"wetKilograms\":\"1.5\"", 400, "malformed", "stated.wetKilograms")]
    [InlineData("\"wetKilograms\":1.5", "\"wetKilograms\":1e400", 400, "malformed", "stated.wetKilograms")]
    [InlineData("\"wetKilograms\":1.5", "\"wetKilograms\":79228162514264337593543950335", 422, "mass-out-of-range", "stated.wetKilograms")]
    [InlineData("\"wetKilograms\":1.5", "\"wetKilograms\":-1", 422, "mass-out-of-range", "stated.wetKilograms")]
    [InlineData("\"wetKilograms\":1.5", "\"wetKilograms\":1.00000000000001", 422, "too-precise", "stated.wetKilograms")]
    [InlineData("\"wetKilograms\":1.5", "\"wetKilograms\":NaN", 400, "malformed", null)]
    [InlineData("\"wetKilograms\":1.5", "\"wetKilograms\":1.5,\"grossKilograms\":2", 400, "unknown-field", "stated.grossKilograms")]
    [InlineData("\"pieces\":2", "\"pieces\":2.5", 400, "malformed", "stated.pieces")]
    [InlineData("\"pieces\":2", "\"pieces\":99999999999999999999", 400, "malformed", "stated.pieces")]
    [InlineData("[\"S-1\",\"S-2\"]", "[\"S-1\",null]", 400, "value-missing", "serials[1]")]
    [InlineData("[\"S-1\",\"S-2\"]", "[\"S-1\",\"S\\u0000\"]", 400, "text-malformed", "serials[1]")]
    [InlineData("[\"S-1\",\"S-2\"]", "\"S-1\"", 400, "malformed", "serials")]
    [InlineData("[\"S-1\",\"S-2\"]", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 400, "malformed", null)]
    [InlineData("2026-01-11T00:00:00.000000Z", "2026-01-11T00:00:00", 400, "malformed", "occurredAt")]
    [InlineData("2026-01-11T00:00:00.000000Z", "2026-01-11", 400, "malformed", "occurredAt")]
    [InlineData("2026-01-11T00:00:00.000000Z", "11.01.2026", 400, "malformed", "occurredAt")]
    [InlineData("2026-01-11T00:00:00.000000Z", "2026-02-30T00:00:00Z", 400, "malformed", "occurredAt")]
    [InlineData("2026-01-11T00:00:00.000000Z", "0001-01-01T00:00:00+14:00", 400, "malformed", "occurredAt")]
    [InlineData("2026-01-11T00:00:00.000000Z", "0001-01-01T00:00:00Z", 422, "too-long-ago", "occurredAt")]
    [InlineData("2026-01-11T00:00:00.000000Z", "9999-12-31T23:59:59Z", 422, "in-the-future", "occurredAt")]
    [InlineData("\"ndfeb-magnet\"", "\"unobtainium\"", 422, "material-unknown", "material")]
    public async Task names_what_is_wrong_and_records_nothing(string right, string wrong, int status, string code, string? field)
    {
        var (client, body) = await Valid();
        var before = await Recorded();
        Assert.Contains(right, body, StringComparison.Ordinal);

        var answer = await client.Put(Address, body.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Equal((status, code, field), await answer.Problem());
        Assert.Equal(before, await Recorded());
    }

    [Fact]
    public async Task as_it_stands_it_would_have_been_recorded()
    {
        var (client, body) = await Valid();

        var answer = await client.Put($"/api/batches/{DerivedId.Of("recorded")}", body.Replace("REF-1", "REF-0", StringComparison.Ordinal));

        Assert.Equal((201, "\"1\""), ((int)answer.StatusCode, answer.Headers.ETag?.Tag));
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("null", "malformed")]
    [InlineData("[]", "malformed")]
    [InlineData("\"text\"", "malformed")]
    [InlineData("{}", "value-missing")]
    public async Task a_body_is_one_object(string body, string code)
    {
        var (client, _) = await Valid();

        Assert.Equal((400, code), await (await client.Put(Address, body)).Problem() is var (status, heard, _) ? (status, heard) : default);
    }

    [Fact]
    public async Task bytes_that_are_no_text_are_refused()
    {
        var (client, body) = await Valid();
        var bytes = Encoding.Latin1.GetBytes(body.Replace("REF-1", "REF-\u00E9", StringComparison.Ordinal));

        Assert.Equal(400, (await (await client.Put(Address, bytes)).Problem()).Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task a_body_of_another_type_is_not_read(string type)
    {
        var (client, body) = await Valid();

        Assert.Equal((415, "wrong-content-type", null), await (await client.Put(Address, body, type)).Problem());
    }

    [Fact]
    public async Task a_body_over_the_limit_is_not_read()
    {
        var (client, _) = await Valid();

        Assert.Equal((413, "too-large", null), await (await client.Put(Address, new string(' ', Limits.RequestBytes + 1))).Problem());
    }

    [Fact]
    public async Task an_id_in_the_body_is_the_one_of_the_address()
    {
        var (client, body) = await Valid();

        Assert.Equal((400, "id-mismatch", "batchId"), await (await client.Put(Address, body.Replace("{\"number\"", $"{{\"batchId\":\"{DerivedId.Of("other")}\",\"number\"", StringComparison.Ordinal))).Problem());
        Assert.Equal((400, "id-mismatch", "batchId"), await (await client.Put(Address, body.Replace("{\"number\"", "{\"batchId\":[],\"number\"", StringComparison.Ordinal))).Problem());
    }
}
