using System.Text;
using System.Text.Json;
using Traceability.Proofs;

namespace Traceability.Tests.Proofs;

/// <summary>RFC 8785.</summary>
public class WritingCanonicalJson
{
    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Bytes(JsonDocument.Parse(json).RootElement));

    /// <summary>The RFC's appendix B: bits of a double and how ECMAScript writes it.</summary>
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void numbers_are_written_as_ecmascript_writes_them(ulong bits, string written) =>
        Assert.Equal(written, Encoding.UTF8.GetString(CanonicalJson.Bytes(JsonSerializer.SerializeToElement(BitConverter.UInt64BitsToDouble(bits)))));

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void a_number_that_no_double_holds_has_no_form(string json) => Assert.Throws<JsonException>(() => Canonical(json));

    [Fact]
    public void members_are_sorted_by_utf_16_code_units_and_not_by_code_points() =>
        // U+1F600 begins with the surrogate D83D, which comes before FB33.
        Assert.Equal("{\"\\r\":1,\"1\":2,\"\u0080\":3,\"\u00F6\":4,\"\u20AC\":5,\"\U0001F600\":6,\"\uFB33\":7}",
            Canonical("""{"\u20ac":5,"\r":1,"\ufb33":7,"1":2,"\ud83d\ude00":6,"\u0080":3,"\u00f6":4}"""));

    [Fact]
    public void only_what_must_be_escaped_is() =>
        Assert.Equal("\"\u20AC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\t\\f\\r\u007F\"", Canonical("""  "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\b\t\f\r\u007f"  """));

    [Fact]
    public void spaces_go_and_literals_stay() =>
        Assert.Equal("""{"a":[],"b":{},"c":[null,true,false,{"d":""}]}""", Canonical(""" { "c" : [ null , true , false , { "d" : "" } ] , "b" : { } , "a" : [ ] } """));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    [InlineData("{\"\\ud800\":1}")]
    public void a_lone_surrogate_has_no_form(string json) => Assert.Throws<JsonException>(() => Canonical(json));

    [Fact]
    public void an_object_with_a_doubled_member_has_no_form() => Assert.Throws<JsonException>(() => Canonical("""{"a":1,"b":2,"\u0061":1}"""));

    public static TheoryData<string> Vectors => ["arrays", "french", "structures", "unicode", "values", "weird"];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void the_published_documents_come_out_byte_for_byte(string name)
    {
        var folder = Repository.File("../shared/vectors/jcs");
        if (!Directory.Exists(folder))
            Assert.Skip("skipped: ../shared/vectors not present");

        var hex = File.ReadAllText(Path.Combine(folder, "outhex", name + ".txt"));
        var expected = Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));

        Assert.Equal(expected, CanonicalJson.Bytes(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "input", name + ".json"))).RootElement));
    }
}
