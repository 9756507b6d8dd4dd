using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Tests.Ledger;

/// <summary>Every value of every command, replaced by what no sensible person sends: the answer is a published code about a field that exists, never an exception.</summary>
public partial class WhateverIsSent
{
    private static readonly string?[] Nasty =
    [
        null, "0", "-1", "1e28", "79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001", "9223372036854775807", "1e400",
        "true", "{}", "[]", "[null]", "[[]]", "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0007b\"", "\"\\ud800\"", "\"\\ufffd\"", "\"99\"", "\"" + new string('x', 10_000) + "\"",
        "\"00000000-0000-0000-0000-000000000000\"", "\"00000194-0000-7000-8000-000000000000\"",
        "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01\"", "\"9999-12-31\"", "\"2026-02-20T08:30:00\"",
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Samples.Valid(new World()).Count)];

    [Theory]
    [MemberData(nameof(All))]
    public void the_answer_is_a_code_about_a_field_that_exists(int n)
    {
        var (world, command, by) = Valid(n);
        var whole = JsonSerializer.SerializeToNode(command, command.GetType(), ApiJson.Options)!;
        foreach (var path in Paths(whole))
        {
            foreach (var nasty in Nasty)
            {
                var body = Replaced(whole, path, nasty is null ? null : JsonNode.Parse(nasty));
                var answer = Sent(world, body, command.GetType(), by);
                if (answer?.Refusal is { } refusal)
                    Assert.True(refusal.Field is null || Exists(body, refusal.Field), $"{refusal.Code} at {refusal.Field} when {path} is {nasty}");
                if (answer?.Recorded is not null)
                    (world, _, by) = Valid(n);
            }
        }
    }

    private static (World World, ICommand Command, Actor By) Valid(int n)
    {
        var world = new World();
        var (command, by) = Samples.Valid(world)[n];
        return (world, command, by);
    }

    /// <returns>Null where the body is no command at all.</returns>
    private static Answer? Sent(World world, JsonNode body, Type type, Actor by)
    {
        if (Shape.Wrong(body, ApiJson.Options.GetTypeInfo(type)) is { } wrong)
            return wrong;
        ICommand command;
        try
        {
            command = (ICommand)body.Deserialize(type, ApiJson.Options)!;
        }
        catch (JsonException)
        {
            return null;
        }
        return world.Record(command, by);
    }

    private static IEnumerable<string> Paths(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m.Value is null ? [] : Paths(m.Value).Prepend(m.Value.GetPath())),
        JsonArray elements => elements.SelectMany(e => e is null ? [] : Paths(e).Prepend(e.GetPath())),
        _ => [],
    };

    private static JsonNode Replaced(JsonNode whole, string path, JsonNode? other)
    {
        var body = whole.DeepClone();
        var parent = At(body, path[2..], out var last)!;
        if (last.StartsWith('['))
            parent[int.Parse(last[1..^1], CultureInfo.InvariantCulture)] = other;
        else
            parent[last] = other;
        return body;
    }

    /// <summary>The node that holds the last step of a path such as <c>lines[0].stated.wetKilograms</c>.</summary>
    private static JsonNode? At(JsonNode body, string path, out string last)
    {
        var steps = Steps().Matches(path).Select(m => m.Value).ToList();
        last = steps[^1];
        return steps[..^1].Aggregate((JsonNode?)body, (node, step) => (node, step[0]) switch
        {
            (JsonArray elements, '[') when int.Parse(step[1..^1], CultureInfo.InvariantCulture) < elements.Count => elements[int.Parse(step[1..^1], CultureInfo.InvariantCulture)],
            (JsonObject members, not '[') => members[step],
            _ => null,
        });
    }

    private static bool Exists(JsonNode body, string field) => (At(body, field, out var last), last[0]) switch
    {
        (JsonArray elements, '[') => int.Parse(last[1..^1], CultureInfo.InvariantCulture) < elements.Count,
        // A member may be missing, and be what is wrong.
        (JsonObject, not '[') => true,
        _ => false,
    };

    [GeneratedRegex(@"\[\d+\]|\w+")]
    private static partial Regex Steps();
}
