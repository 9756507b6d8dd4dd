using System.Text.Json;
using System.Text.Json.Nodes;
using Traceability.Ledger;

namespace Traceability.Tests.Ledger;

/// <summary>Events are a published contract: events.json has every form that ever stood in a ledger, the present one last. Append to it; never change what is in it.</summary>
public class TheEventContract
{
    private static readonly Dictionary<string, JsonArray> Published =
        JsonSerializer.Deserialize<Dictionary<string, JsonArray>>(File.ReadAllText(Repository.File("tests/Traceability.Tests/Ledger/events.json")))!;

    private static readonly Type[] Kinds = [.. typeof(IEventOf<>).Assembly.GetTypes()
        .Where(t => !t.IsAbstract && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEventOf<>)))];

    public static TheoryData<string> Names => [.. Kinds.Select(k => k.Name)];

    private static Type Kind(string name) => Kinds.Single(k => k.Name == name);
    private static object Sample(string name) => Happened.All.Single(e => e.GetType().Name == name);
    private static JsonNode Json(object happened) => JsonSerializer.SerializeToNode(happened, happened.GetType(), LedgerJson.Options)!;

    [Theory]
    [MemberData(nameof(Names))]
    public void an_event_is_written_as_published(string name)
    {
        var written = Json(Sample(name));

        Assert.True(JsonNode.DeepEquals(Published[name][^1], written), $"{name} is written in another form now; older ledgers have the published one:\n{written}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void every_form_it_ever_had_is_read(string name) =>
        Assert.All(Published[name], form => Assert.NotNull(form.Deserialize(Kind(name), LedgerJson.Options)));

    [Theory]
    [MemberData(nameof(Names))]
    public void what_was_read_is_written_the_same(string name) =>
        Assert.Equal(Json(Sample(name)).ToJsonString(), Json(Published[name][^1].Deserialize(Kind(name), LedgerJson.Options)!).ToJsonString());

    [Theory]
    [MemberData(nameof(Names))]
    public void the_published_form_leaves_no_member_out(string name) =>
        Assert.Equal(Kind(name).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(), Published[name][^1]!.AsObject().Select(m => m.Key).Order());

    /// <summary>Rule H3.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void its_body_says_who_and_when(string name)
    {
        var said = Json(Sample(name))["entry"] ?? Json(Sample(name));

        Assert.Equal(["organisationId", "personId", "device"], said["by"]!.AsObject().Select(m => m.Key));
        Assert.Equal("2026-02-20T08:30:15.25+05:00", (string?)said["occurredAt"]);
    }

    /// <summary>Rule H4: people are pseudonymous ids; what names them stands outside the stream.</summary>
    [Fact]
    public void no_event_has_a_place_for_a_persons_name_or_address() =>
        Assert.Empty(Published.Values.SelectMany(forms => forms).SelectMany(form => Members(form)).Distinct().Intersect(["personName", "person", "email", "address", "phone", "photo", "firstName", "lastName", "driver"]));

    private static IEnumerable<string> Members(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Members(m.Value).Prepend(m.Key)),
        JsonArray elements => elements.SelectMany(Members),
        _ => [],
    };

    [Fact]
    public void no_event_is_published_that_is_not_known() => Assert.Equal(Kinds.Select(k => k.Name).Order(), Published.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void its_decimals_are_strings_and_its_numbers_whole(string name) =>
        Assert.All(Leaves(Json(Sample(name))).Where(v => v.GetValueKind() == JsonValueKind.Number), number => Assert.Matches("^-?[0-9]+$", number.ToJsonString()));

    private static IEnumerable<JsonValue> Leaves(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Leaves(m.Value)),
        JsonArray elements => elements.SelectMany(Leaves),
        JsonValue value => [value],
        _ => [],
    };

    [Theory]
    [InlineData("12.50", "12.5")]
    [InlineData("1000", "1000")]
    [InlineData("1e3", "1000")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1E-6", "0.000001")]
    [InlineData("-0.0", "0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    public void a_decimal_has_one_form(string written, string form)
    {
        var read = JsonSerializer.Deserialize<decimal>($"\"{written}\"", LedgerJson.Options);

        Assert.Equal($"\"{form}\"", JsonSerializer.Serialize(read, LedgerJson.Options));
    }

    [Fact]
    public void every_state_is_read_as_it_was_written()
    {
        var world = new World();
        foreach (var (command, by) in Samples.Valid(world))
            world.Given(command, by);
        var states = world.Ledger.Events.Select(e => e.StreamId).Distinct().Select(id => world.States.Find<object>(id)!).ToList();

        Assert.Equal(StreamType.All.Select(t => t.State).Except([typeof(Traceability.Facilities.FacilityPeriod)]).ToHashSet(), states.Select(s => s.GetType()).ToHashSet());
        Assert.All(states, state =>
        {
            var json = JsonSerializer.Serialize(state, state.GetType(), LedgerJson.Options);
            Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, state.GetType(), LedgerJson.Options), state.GetType(), LedgerJson.Options));
        });
    }
}
