using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Traceability.Access;
using Traceability.Ledger;
using static Traceability.Tests.World;

namespace Traceability.Tests.Ledger;

/// <summary>Rule H2: the same submission, however it is written, is one entry; another under its id is refused.</summary>
public class SubmittingAgain
{
    private static readonly IReadOnlyList<(ICommand Command, Actor By)> Commands = Samples.Valid(new World());

    [Fact]
    public void every_kind_of_command_is_among_those_tried() =>
        Assert.Equal(typeof(ICommand).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(ICommand)) && !t.IsInterface).Select(t => t.Name).Order(), Commands.Select(c => c.Command.GetType().Name).Distinct().Order());

    public static TheoryData<int> All => [.. Enumerable.Range(0, Commands.Count)];

    private static JsonNode Json(int n) => JsonSerializer.SerializeToNode(Commands[n].Command, Commands[n].Command.GetType(), ApiJson.Options)!;
    private static string Of(ICommand command, Guid organisation) => Fingerprint.Of(command, Fingerprint.Body(command), organisation);

    private static string Sha256(int n, JsonNode json) => Of((ICommand)json.Deserialize(Commands[n].Command.GetType(), ApiJson.Options)!, MineCo);
    private static string Sha256(int n) => Of(Commands[n].Command, MineCo);

    [Theory]
    [MemberData(nameof(All))]
    public void the_form_of_a_number_does_not_count(int n) => Assert.Equal(Sha256(n), Sha256(n, Map(Json(n), Longer)));

    private static JsonNode Longer(JsonValue value) => value.GetValueKind() == JsonValueKind.Number && value.ToJsonString() is var digits && digits.Contains('.', StringComparison.Ordinal)
        ? JsonNode.Parse(digits + "000")!
        : value.DeepClone();

    [Theory]
    [InlineData("1000", "1000.0")]
    [InlineData("1000", "1E3")]
    [InlineData("1000", "1000.000000000000000000")]
    [InlineData("0.5", "5e-1")]
    public void neither_do_zeros_or_exponents(string one, string other)
    {
        string Weighing(string kilograms) => Of(new World().Digging() with { Stated = JsonSerializer.Deserialize<Traceability.Batches.Measure>($"{{\"wetKilograms\":{kilograms}}}", ApiJson.Options)! }, MineCo);

        Assert.Equal(Weighing(one), Weighing(other));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void the_offset_of_a_time_does_not_count(int n) => Assert.Equal(Sha256(n), Sha256(n, Map(Json(n), Elsewhere)));

    private static JsonNode Elsewhere(JsonValue value) => Instant(value) is { } at ? at.ToOffset(TimeSpan.FromHours(5)).ToString("O", CultureInfo.InvariantCulture) : value.DeepClone();

    [Theory]
    [MemberData(nameof(All))]
    public void the_order_of_members_does_not_count(int n) => Assert.Equal(Sha256(n), Sha256(n, Reversed(Json(n))!));

    private static JsonNode? Reversed(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, Reversed(m.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(Reversed)]),
        _ => node?.DeepClone(),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void what_is_null_may_be_left_out(int n) => Assert.Equal(Sha256(n), Sha256(n, WithoutNulls(Json(n))!));

    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Key, WithoutNulls(m.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void any_other_value_is_another_submission(int n)
    {
        var (seen, leaves) = (new HashSet<string> { Sha256(n) }, Leaves(Json(n)).Count());
        for (var leaf = 0; leaf < leaves; leaf++)
            Assert.True(seen.Add(Sha256(n, Changed(n, leaf))), $"{Leaves(Json(n)).ElementAt(leaf).GetPath()} does not count in {Commands[n].Command}");
    }

    /// <summary>The command with one value changed to another that its member can have.</summary>
    private static JsonNode Changed(int n, int leaf)
    {
        foreach (var other in Others(Leaves(Json(n)).ElementAt(leaf)))
        {
            var changed = Json(n);
            Leaves(changed).ElementAt(leaf).ReplaceWith(other);
            try
            {
                Sha256(n, changed);
                return changed;
            }
            catch (JsonException)
            {
                // Not a value of this member.
            }
        }
        throw new InvalidOperationException("No other value is known.");
    }

    private static IEnumerable<JsonNode> Others(JsonValue value)
    {
        if (value.GetValueKind() == JsonValueKind.Number)
            return [JsonNode.Parse("17")!];
        if (value.GetValueKind() != JsonValueKind.String)
            return [!value.GetValue<bool>()];
        if (Instant(value) is { } at)
            return [at.AddTicks(TimeSpan.TicksPerMicrosecond).ToString("O", CultureInfo.InvariantCulture)];
        var words = typeof(ICommand).Assembly.GetTypes().Where(t => t.IsEnum && t.Namespace!.StartsWith("Traceability.", StringComparison.Ordinal)).SelectMany(Enum.GetNames);
        // An enumeration takes no made-up word, a text takes any.
        return [.. new[] { "99999999-0000-7000-8000-000000000000", "2025-05-05", value.GetValue<string>() + "x" }.Concat(words.Except([value.GetValue<string>()])).Select(w => (JsonNode)w)];
    }

    [Theory]
    [MemberData(nameof(All))]
    public void another_organisation_makes_another_submission(int n) => Assert.NotEqual(Of(Commands[n].Command, MineCo), Of(Commands[n].Command, PlantCo));

    [Fact]
    public void another_kind_of_command_is_another_submission()
    {
        var accepting = Commands.Select(c => c.Command).OfType<Traceability.Shipments.AcceptShipment>().Single() with { Note = null };
        var disputing = new Traceability.Shipments.DisputeShipment(accepting.ShipmentId, accepting.Lines, "", accepting.OccurredAt);

        Assert.NotEqual(Of(accepting, MineCo), Of(disputing, MineCo));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void a_repeat_by_a_colleague_gets_the_same_answer_and_another_body_a_refusal(int n)
    {
        var world = new World();
        var (command, by) = Samples.Valid(world)[n];
        var first = world.Record(command, by).IsRecorded();
        var recorded = world.Ledger.Events.Count;

        Assert.Equal(first with { IsNew = false }, world.Record(command, by with { PersonId = Id(77), Device = "another phone" }).Recorded);
        var refusal = world.Record(Samples.With(command, nameof(ICommand.OccurredAt), command.OccurredAt.AddMinutes(1)), by).IsRefused("id-reused");
        Assert.Equal((409, recorded), (refusal.Status, world.Ledger.Events.Count));
    }

    private static DateTimeOffset? Instant(JsonValue value) =>
        value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 15 } text && text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? at : null;

    private static IEnumerable<JsonValue> Leaves(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Leaves(m.Value)),
        JsonArray elements => elements.SelectMany(Leaves),
        JsonValue value => [value],
        _ => [],
    };

    private static JsonNode Map(JsonNode json, Func<JsonValue, JsonNode> change)
    {
        foreach (var leaf in Leaves(json).ToList())
            leaf.ReplaceWith(change(leaf));
        return json;
    }
}
